//! `tessera run`: ingests a domain's sources and builds its tables, with progress.

use clap::Args;
use model::name::DomainName;
use serde_json::{Value, json};

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
    client::Client,
    console::visible,
    json as read,
    progress::{Watcher, duration, thousands},
};

/// Ingest sources and build tables of a domain.
#[derive(Debug, Args)]
pub struct Run {
    /// The domain
    #[arg(value_parser = parsed::<DomainName>)]
    domain: DomainName,
    /// Only this and what it needs: bronze.TABLE, silver.TABLE or a product; everything if absent
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    /// Build even what has not changed
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    output: Output,
}

impl Run {
    /// Starts the run and follows it to its end.
    ///
    /// # Errors
    /// A step failed, or the run was refused.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let body = json!({ "domain": self.domain, "target": self.target, "full": self.full });
        let file = format!("domains/{}/domain.yaml", self.domain);
        let report = follow(session, &client, "/runs", &body).await;
        let report = report.map_err(|failure| failure.unless_applied(&session.environment, &file))?;
        let failed = read::list(&report, "steps").iter().any(|step| read::text(step, "state") == "failed");
        if self.output.is_json() {
            session.console.json(&report);
        } else {
            print(session, &report);
        }
        Ok(if failed { Exit::Refused } else { Exit::Done })
    }
}

/// Sends long work and shows its progress.
pub(super) async fn follow(session: &mut Session, client: &Client, path: &str, body: &Value) -> Result<Value, Failure> {
    let mut watcher = Watcher::new(session.environment.stderr_is_terminal, session.console.style_err());
    let console = &mut session.console;
    let result = client
        .follow(path, body, &mut |event| {
            watcher.event(event);
            watcher.drain(console);
        })
        .await;
    watcher.close(&mut session.console);
    result
}

fn print(session: &mut Session, report: &Value) {
    let steps = read::list(report, "steps");
    let count = |state: &str| steps.iter().filter(|step| read::text(step, "state") == state).count();
    for step in steps {
        for note in read::list(step, "notes") {
            session.console.talk(&format!("note: {}: {}", read::text(step, "name"), visible(&read::plain(note))));
        }
        let rejected = step.get("rejected").and_then(Value::as_u64).unwrap_or(0);
        if rejected > 0 {
            tell_rejected(session, report, step, rejected);
        }
        if let Some(problem) = step.get("problem").filter(|problem| problem.is_object()) {
            let problem = crate::failure::of_document(problem);
            let text = Failure::from(problem).render(session.console.style_err());
            session.console.talk(text.trim_end());
        }
    }
    let millis = report.get("millis").and_then(Value::as_u64).unwrap_or(0);
    session.console.data(&format!(
        "{}: {} built, {} unchanged, {} failed, {} skipped{} in {}",
        read::text(report, "domain"),
        count("finished"),
        count("unchanged"),
        count("failed"),
        count("skipped"),
        match steps.iter().filter(|step| took_nothing(step)).count() {
            0 => String::new(),
            tables => format!(", {tables} without a row that could be taken"),
        },
        duration(millis)
    ));
}

/// Whether every row of a source was set aside.
fn took_nothing(step: &Value) -> bool {
    let count = |key: &str| step.get(key).and_then(Value::as_u64).unwrap_or(0);
    count("rows") == 0 && count("rejected") > 0
}

/// Says how many rows were set aside, why, and where to look.
fn tell_rejected(session: &mut Session, report: &Value, step: &Value, rejected: u64) {
    let (name, style) = (read::text(step, "name"), session.console.style_err());
    let reasons = read::list(step, "reasons");
    let (word, what) = match took_nothing(step) {
        true => (style.red("warning:"), format!("none of {} rows was taken", thousands(rejected))),
        false => (style.yellow("note:"), format!("{} rows were set aside", thousands(rejected))),
    };
    let Some(table) = name.strip_prefix("bronze.").filter(|_| !reasons.is_empty()) else {
        session.console.talk(&format!("{word} {name}: {what} in `{name}__rejected`"));
        return;
    };
    session.console.talk(&format!("{word} {name}: {what}"));
    session.console.talk(&super::rejects::reasons(reasons, style));
    session.console.talk(&format!("  all of them: tessera rejects {}.{table}", read::text(report, "domain")));
}
