//! `tessera apply`: makes the mesh what the files say.

use std::path::{Path, PathBuf};

use clap::Args;
use model::{Code, Problem};
use serde_json::Value;

use crate::{Exit, Failure, Session, arguments::Output, folder, json as read};

/// Apply the repository, or a plan that was kept.
#[derive(Debug, Args)]
pub struct Apply {
    /// The repository, or a plan kept by `plan --out`; where you are if absent
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Take the absence of this object's file as its retirement; may be repeated
    #[arg(long, value_name = "REF")]
    retire: Vec<String>,
    /// Let this product's access rules show more than before; may be repeated
    #[arg(long, value_name = "REF")]
    loosen: Vec<String>,
    #[command(flatten)]
    output: Output,
}

impl Apply {
    /// Sends the files, or the kept plan with what it rests on.
    ///
    /// # Errors
    /// A file does not check, a change is not the caller's to make, or the plan is stale.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let directory = session.environment.directory.clone();
        let kept = self.path.as_ref().map(|path| directory.join(path)).filter(|path| path.is_file());
        let request = match kept {
            Some(_) if !self.retire.is_empty() || !self.loosen.is_empty() => {
                return Err(Failure::usage(
                    "a kept plan says itself what it retires and loosens: give --retire and --loosen to `tessera plan`",
                ));
            }
            Some(path) => kept_request(&path)?,
            None => {
                let folder = folder::open(&session.environment, self.path.as_ref())?;
                super::plan::request_of(&folder, &self.retire, &self.loosen)?
            }
        };
        let client = session.client()?;
        let report = client.post("/apply", &request).await?;
        if self.output.is_json() {
            session.console.json(&report);
            return Ok(Exit::Done);
        }
        super::plan::print_changes(session, &report, super::plan::Mode::Applied);
        let seq = read::text(&report, "seq");
        if !seq.is_empty() {
            session.console.talk(&format!("the journal stands at record {seq}"));
        }
        Ok(Exit::Done)
    }
}

fn kept_request(path: &Path) -> Result<Value, Problem> {
    let wrong = |why: String| {
        Problem::new(Code::InvalidFile, format!("`{}` is not a plan that was kept: {why}", path.display()))
            .with_hint("keep one with `tessera plan --out FILE`, or name the repository's folder")
    };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let document: Value = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    match (document.get("tessera_plan").and_then(Value::as_u64), document.get("request")) {
        (Some(1), Some(request)) => Ok(request.clone()),
        (Some(format), _) => Err(wrong(format!("its format {format} is not known here"))),
        _ => Err(wrong("it has no `tessera_plan`".to_owned())),
    }
}
