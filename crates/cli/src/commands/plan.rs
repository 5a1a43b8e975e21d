//! `tessera plan`: what applying the repository would change, and who would feel it.

use std::path::PathBuf;

use clap::Args;
use model::{Code, Problem};
use serde_json::{Value, json};

use crate::{
    Exit, Failure, Session,
    arguments::Output,
    console::{Style, visible},
    folder::{self, Folder},
    json as read,
};

/// Show what applying the repository would change, and who would feel it.
#[derive(Debug, Args)]
pub struct Plan {
    /// The repository; where you are if absent
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Keep the plan in a file that `apply` takes; it is refused there once what it rests on has changed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Take the absence of this object's file as its retirement; may be repeated
    #[arg(long, value_name = "REF")]
    retire: Vec<String>,
    /// Let this product's access rules show more than before; may be repeated
    #[arg(long, value_name = "REF")]
    loosen: Vec<String>,
    #[command(flatten)]
    output: Output,
}

impl Plan {
    /// Asks the server for the plan.
    ///
    /// # Errors
    /// The repository does not check, or names what does not exist.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let folder = folder::open(&session.environment, self.path.as_ref())?;
        let client = session.client()?;
        let request = request_of(&folder, &self.retire, &self.loosen)?;
        let plan = client.post("/plan", &request).await?;
        if let Some(out) = &self.out {
            keep(&session.environment.directory.join(out), request, &plan)?;
            session.console.talk(&format!("kept; apply it with: tessera apply {}", out.display()));
        }
        if self.output.is_json() {
            session.console.json(&plan);
        } else {
            print_changes(session, &plan, Mode::Planned);
        }
        Ok(if changes(&plan).is_empty() { Exit::Done } else { Exit::Differences })
    }
}

/// The body of a plan or an apply.
pub(super) fn request_of(folder: &Folder, retire: &[String], loosen: &[String]) -> Result<Value, Problem> {
    let commit = folder.commit();
    Ok(json!({
        "files": folder.as_json()?,
        "commit": commit.as_ref().map(|commit| &commit.id),
        "dirty": commit.is_none_or(|commit| commit.dirty),
        "retire": retire,
        "loosen": loosen,
        "expected": null,
    }))
}

/// Writes a plan with everything that `apply` needs.
fn keep(path: &std::path::Path, mut request: Value, plan: &Value) -> Result<(), Problem> {
    if let Some(fields) = request.as_object_mut() {
        fields.insert("expected".to_owned(), plan.get("basis").cloned().unwrap_or_default());
    }
    let document = json!({ "tessera_plan": 1, "request": request });
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    std::fs::write(path, text + "\n").map_err(|error| {
        Problem::new(Code::StorageFull, format!("the plan could not be kept in `{}`: {error}", path.display()))
    })
}

fn changes(plan: &Value) -> Vec<&Value> {
    read::list(plan, "changes").iter().filter(|change| read::text(change, "verb") != "unchanged").collect()
}

/// Whether changes were only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// They would be made.
    Planned,
    /// They were made.
    Applied,
}

/// Prints the changes of a plan or of what an apply did.
pub(super) fn print_changes(session: &mut Session, plan: &Value, mode: Mode) {
    let style = session.console.style();
    let changes = changes(plan);
    for change in &changes {
        for line in change_lines(change, style) {
            session.console.data(&line);
        }
        let product = read::text(change, "object");
        let readers = product.strip_prefix("product:").and_then(|name| plan.get("readers")?.get(name)?.as_array());
        for used in readers.into_iter().flatten() {
            let [who, port, columns, statements, last, named] = super::impact::reader(used);
            let line = format!("{who} read {port} ({columns}) in {statements} statements, last at {last}: {named}");
            session.console.data(&format!("    {}", visible(&line)));
        }
    }
    for warning in read::list(plan, "warnings") {
        let problem = crate::failure::of_document(warning);
        let text = crate::failure::render_findings("warning:", &[problem], session.console.style_err());
        session.console.talk(text.trim_end());
    }
    let count = |verb: &str| changes.iter().filter(|change| read::text(change, "verb") == verb).count();
    let talk = if changes.is_empty() {
        "no changes: the mesh is as the files say".to_owned()
    } else {
        let (create, update, retire) = (count("create"), count("update"), count("retire"));
        match mode {
            Mode::Planned => format!("to create {create}, to update {update}, to retire {retire}"),
            Mode::Applied => format!("created {create}, updated {update}, retired {retire}"),
        }
    };
    session.console.talk(&talk);
}

fn change_lines(change: &Value, style: Style) -> Vec<String> {
    let object = match change.get("object") {
        Some(Value::Object(fields)) => fields.values().map(read::plain).collect::<Vec<_>>().join(" "),
        Some(object) => read::plain(object),
        None => String::new(),
    };
    let object = visible(&object);
    let head = match read::text(change, "verb").as_str() {
        "create" => style.green(&format!("+ {object}")),
        "retire" => style.red(&format!("- {object}")),
        _ => style.yellow(&format!("~ {object}")),
    };
    let mut lines = vec![head];
    lines.extend(read::list(change, "details").iter().map(|detail| format!("    {}", visible(&read::plain(detail)))));
    lines.extend(verdict_lines(change, style));
    for loosens in read::list(change, "loosens") {
        lines.push(format!("    {} {}", style.yellow("lets more be seen:"), visible(&read::plain(loosens))));
    }
    let refused = read::text(change, "refused");
    if !refused.is_empty() {
        lines.push(format!("    {} {}", style.yellow("not yours to apply:"), visible(&refused)));
    }
    let confirm = read::text(change, "confirm");
    if !confirm.is_empty() {
        lines.push(format!("    to confirm, add {}", visible(&confirm)));
    }
    let felt = read::list(change, "felt_by");
    if !felt.is_empty() {
        let names = felt.iter().map(|name| visible(&read::plain(name))).collect::<Vec<_>>().join(", ");
        lines.push(format!("    felt by {names}"));
    }
    lines
}

/// What a changed contract means for readers.
fn verdict_lines(change: &Value, style: Style) -> Vec<String> {
    let Some(judgement) = change.get("contract").filter(|judgement| judgement.is_object()) else { return Vec::new() };
    let verdict = read::text(judgement, "verdict");
    let (published, least) = (read::text(judgement, "published"), read::text(judgement, "least"));
    let head = match verdict.as_str() {
        "documentation" => format!("documentation only after {published}; {least} would say so"),
        word => format!("{word} after {published}: {least} or higher"),
    };
    let mut lines = vec![format!("    {}", visible(&head))];
    if verdict == "breaking" {
        let until = read::instant(judgement, "previous_until");
        lines.push(match until.as_str() {
            "" => format!(
                "    {published} stays readable with the columns that both have; `tessera.previous_until` keeps all"
            ),
            until => format!("    {published} stays readable, all of it, until {until}"),
        });
    }
    lines.extend(super::diff::change_lines(judgement, style).into_iter().map(|line| format!("      {line}")));
    lines
}
