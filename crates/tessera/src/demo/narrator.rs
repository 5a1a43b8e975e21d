//! Tells the demo: chapters, the commands that do the same by hand, what held and how long it took.

use std::time::{Duration, Instant};

use cli::{
    Session,
    console::{Style, visible},
    progress::{Watcher, duration},
    table,
};
use serde_json::{Value, json};

/// Where the story is told.
pub struct Narrator<'a> {
    session: &'a mut Session,
    chapter: u32,
    began: Instant,
}

impl<'a> Narrator<'a> {
    /// Begins the story.
    pub fn new(session: &'a mut Session) -> Self {
        Self { session, chapter: 0, began: Instant::now() }
    }

    /// The style of the output.
    pub fn style(&self) -> Style {
        self.session.console.style()
    }

    /// Whether a person watches who likes to see that something moves.
    pub fn is_watched(&self) -> bool {
        self.session.environment.stderr_is_terminal
    }

    /// Takes away what still moves.
    pub fn close(&mut self, watcher: &mut Watcher) {
        watcher.close(&mut self.session.console);
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// A line as it is.
    pub fn line(&mut self, text: &str) {
        self.session.console.data(text);
        // A story is told while it happens, also into a pipe.
        let _ = self.session.console.flush();
    }

    /// A new chapter and the thought behind it.
    pub fn chapter(&mut self, title: &str, thought: &str) {
        self.chapter += 1;
        let style = self.style();
        let title = style.bold(&format!("{:>2}. {title}", self.chapter));
        self.line(&format!("\n{title}\n    {}", style.dim(thought)));
    }

    /// The command with which somebody does the same by hand.
    pub fn command(&mut self, who: &str, text: &str) {
        let prompt = self.style().dim(&format!("{who}$"));
        for (index, line) in text.lines().enumerate() {
            let lead = if index == 0 { prompt.clone() } else { " ".repeat(who.len() + 1) };
            self.line(&format!("    {lead} {line}"));
        }
    }

    /// What was said in answer, indented.
    pub fn said(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("      {}", visible(line)));
        }
    }

    /// What held, and how long it took.
    pub fn held(&mut self, what: &str, took: Duration) {
        let style = self.style();
        let time = style.dim(&duration(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)));
        let time = if took < Duration::from_millis(1) { style.dim("under 1 ms") } else { time };
        self.line(&format!("    {} {what}  {time}", style.green("✓")));
    }

    /// Something to know.
    pub fn note(&mut self, text: &str) {
        let style = self.style();
        self.line(&format!("    {} {text}", style.yellow("note:")));
    }

    /// Rows, indented.
    pub fn rows(&mut self, columns: &[String], rows: &[Vec<Option<String>>]) {
        let columns: Vec<Value> = columns.iter().map(|name| json!({ "name": name, "type": "string" })).collect();
        let rows: Vec<Value> = rows.iter().map(|row| json!(row)).collect();
        let text = table::of_result(&columns, &rows, Style::Plain);
        for line in text.lines() {
            self.line(&format!("      {line}"));
        }
    }
}
