//! Failures and exit codes: one renderer of the one error, with what to do next.
//!
//! ```text
//! error: `claims.claims_enriched` is listed, but you have no access
//! hint: ask for it: tessera request claims.claims_enriched --purpose fraud-detection --reason "..."
//! access-required, request 019dd5f0-...
//! ```

use std::fmt::Write as _;

use model::{Code, Location, Problem};
use serde_json::Value;

use crate::{
    console::{Style, visible},
    environment::Environment,
    folder, json,
};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Refused: by a rule, by the data, by a file.
    Refused,
    /// Called wrongly.
    Usage,
    /// The server does not answer.
    Unreachable,
    /// Done, and there are differences.
    Differences,
    /// A fault of ours.
    Fault,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::Differences => 4,
            Self::Fault => 255,
        }
    }
}

/// A problem as it reached the command line.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What failed.
    pub problem: Problem,
    /// The request, for the server's log.
    pub request_id: Option<String>,
    /// The statement that positions without a file refer to.
    pub statement: Option<String>,
    /// Whether the call itself was wrong.
    pub usage: bool,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, request_id: None, statement: None, usage: false }
    }
}

impl Failure {
    /// A call that can never work as written.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { usage: true, ..Problem::new(Code::InvalidValue, message.into()).into() }
    }

    /// The failure a server answered with: an RFC 9457 document, or whatever a proxy put in its place.
    pub fn of_answer(status: u16, body: &str) -> Self {
        let Ok(document) = serde_json::from_str::<Value>(body) else {
            return Self::foreign(status);
        };
        if document.get("code").is_none() {
            return Self::foreign(status);
        }
        let request_id = document.get("request_id").and_then(Value::as_str).map(str::to_owned);
        Self { request_id, ..of_document(&document).into() }
    }

    fn foreign(status: u16) -> Self {
        let (code, what) = match status {
            502..=504 => (Code::ServerUnreachable, "the server is not reachable behind its proxy"),
            401 => (Code::BadCredentials, "the server did not accept the credentials"),
            404 => (Code::NotFound, "the address answers, but there is no mesh"),
            _ => (Code::Internal, "the server gave an answer that is none of its own"),
        };
        Problem::new(code, format!("{what} (HTTP {status})"))
            .with_hint("is this the address of a mesh? look at `tessera whoami` and TESSERA_URL")
            .into()
    }

    /// Says so where what the mesh does not know stands in the files one is in, and was not applied yet. `path` is that
    /// of the file in a mesh's repository.
    #[must_use]
    pub fn unless_applied(mut self, environment: &Environment, path: &str) -> Self {
        if self.problem.code() == Code::NotFound
            && let Ok(root) = folder::find_root(&environment.directory)
            && root.join(path).is_file()
        {
            self.problem = self.problem.with_hint(format!("`{path}` is not in the mesh yet: `tessera apply`"));
        }
        self
    }

    /// Keeps the statement, so that a position in it can be shown.
    #[must_use]
    pub fn in_statement(mut self, sql: &str) -> Self {
        self.statement = Some(sql.to_owned());
        self
    }

    /// How the process ends.
    pub fn exit(&self) -> Exit {
        match self.problem.code() {
            _ if self.usage => Exit::Usage,
            Code::ServerUnreachable => Exit::Unreachable,
            Code::Internal => Exit::Fault,
            _ => Exit::Refused,
        }
    }

    /// The text for stderr.
    pub fn render(&self, style: Style) -> String {
        let mut text = String::new();
        let problem = &self.problem;
        let head = visible(problem.message());
        match problem.location().filter(|at| !at.file.is_empty()) {
            Some(at) => _ = writeln!(text, "{}: {} {head}", at, style.red("error:")),
            None => _ = writeln!(text, "{} {head}", style.red("error:")),
        }
        if let (Some(at), Some(sql)) = (problem.location(), &self.statement) {
            point(&mut text, sql, at, style);
        }
        for (index, item) in problem.items().iter().enumerate() {
            render_item(&mut text, index + 1, item, style);
        }
        if let Some(hint) = problem.hint() {
            _ = writeln!(text, "{} {}", style.yellow("hint:"), indent(hint, 6));
        }
        let mut aside = problem.code().to_string();
        if let Some(request) = &self.request_id {
            _ = write!(aside, ", request {}", visible(request));
        }
        _ = writeln!(text, "{}", style.dim(&aside));
        text
    }
}

/// Renders a list of findings, each where an editor can jump to.
pub fn render_findings(word: &str, findings: &[Problem], style: Style) -> String {
    let mut text = String::new();
    for finding in findings {
        let message = visible(finding.message());
        match finding.location() {
            Some(at) => _ = writeln!(text, "{}: {} {message}", at, style.bold(word)),
            None => _ = writeln!(text, "{} {message}", style.bold(word)),
        }
        if let Some(hint) = finding.hint() {
            _ = writeln!(text, "  {} {}", style.yellow("hint:"), indent(hint, 8));
        }
        for item in finding.items() {
            render_item(&mut text, 0, item, style);
        }
    }
    text
}

fn render_item(text: &mut String, number: usize, item: &Problem, style: Style) {
    let lead = if number == 0 { "  - ".to_owned() } else { format!("{number:>3}. ") };
    let message = visible(item.message());
    match item.location() {
        Some(at) => _ = writeln!(text, "{lead}{at}: {message}"),
        None => _ = writeln!(text, "{lead}{message}"),
    }
    if let Some(hint) = item.hint() {
        _ = writeln!(text, "     {} {}", style.yellow("hint:"), indent(hint, 11));
    }
}

/// Continues a text of several lines under its first: hints may hold YAML to paste.
fn indent(text: &str, columns: usize) -> String {
    let pad = " ".repeat(columns);
    text.lines().map(visible).collect::<Vec<_>>().join(&format!("\n{pad}"))
}

/// Shows the line of a statement and a mark under the position.
fn point(text: &mut String, sql: &str, at: &Location, style: Style) {
    if !at.file.is_empty() {
        return;
    }
    let Some(line) = sql.lines().nth((at.line as usize).saturating_sub(1)) else { return };
    let column = (at.column as usize).saturating_sub(1);
    let (start, shown) = window(line, column);
    let pad = " ".repeat(column.saturating_sub(start));
    _ = writeln!(text, "  {}\n  {pad}{}", visible(&shown), style.red("^"));
}

/// At most 100 characters of a line around a column.
fn window(line: &str, column: usize) -> (usize, String) {
    let start = column.saturating_sub(60);
    // A tab is one column here, so that the mark stands under its character.
    (start, line.chars().skip(start).take(100).map(|c| if c == '\t' { ' ' } else { c }).collect())
}

/// A problem from an RFC 9457 document or from a serialised problem.
pub fn of_document(document: &Value) -> Problem {
    let code = document
        .get("code")
        .and_then(|code| serde_json::from_value::<Code>(code.clone()).ok())
        .unwrap_or(Code::Internal);
    let message = ["detail", "message", "title"]
        .iter()
        .find_map(|key| document.get(*key).and_then(Value::as_str))
        .unwrap_or("the server did not say why");
    let mut problem = Problem::new(code, message);
    if let Some(hint) = document.get("hint").and_then(Value::as_str) {
        problem = problem.with_hint(hint);
    }
    if let Some(at) = document.get("at").and_then(|at| serde_json::from_value::<Location>(at.clone()).ok()) {
        problem = problem.at(at);
    }
    let items: Vec<Problem> = json::list(document, "items").iter().map(of_document).collect();
    if items.is_empty() { problem } else { problem.with_items(items) }
}
