//! Progress of long work: moving bars where a person watches, one line a finished step elsewhere.

use std::{collections::HashMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use crate::{
    console::{Console, Style, visible},
    json,
};

/// Shows the events of one run.
pub struct Watcher {
    bars: Option<MultiProgress>,
    running: HashMap<String, ProgressBar>,
    lines: Vec<String>,
    style: Style,
    /// Whether steps that ended stay as lines.
    tells: bool,
}

impl Watcher {
    /// Bars if `watched`, lines otherwise.
    pub fn new(watched: bool, style: Style) -> Self {
        let bars = watched.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(12)));
        Self { bars, running: HashMap::new(), lines: Vec::new(), style, tells: true }
    }

    /// Bars only: what ended leaves nothing behind.
    pub fn moving(style: Style) -> Self {
        Self { tells: false, ..Self::new(true, style) }
    }

    /// Takes one event.
    pub fn event(&mut self, event: &Value) {
        let step = event.get("step").filter(|step| step.is_object()).unwrap_or(event);
        let name = visible(&json::text(step, "name"));
        let phase = json::text(step, "phase");
        match json::text(step, "state").as_str() {
            "started" | "running" => self.moved(&name, &phase, step.get("rows").and_then(Value::as_u64)),
            "" => {}
            state => {
                let line = line(step, &name, &phase, state, self.style);
                self.ended(&name, &phase, line);
            }
        }
    }

    fn moved(&mut self, name: &str, phase: &str, rows: Option<u64>) {
        let Some(bars) = &self.bars else { return };
        let bar = self.running.entry(format!("{phase} {name}")).or_insert_with(|| {
            let bar = bars.add(ProgressBar::new_spinner());
            let template = "  {spinner} {prefix} {msg} {elapsed:.dim}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
            }
            bar.set_prefix(format!("{phase:<8} {name}"));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        if let Some(rows) = rows {
            bar.set_message(format!("{} rows", thousands(rows)));
        }
    }

    fn ended(&mut self, name: &str, phase: &str, line: String) {
        if let Some(bar) = self.running.remove(&format!("{phase} {name}")) {
            bar.finish_and_clear();
        }
        match &self.bars {
            _ if !self.tells => {}
            Some(bars) => _ = bars.println(line),
            None => self.lines.push(line),
        }
    }

    /// Lines that ended since the last call, for a console without bars.
    pub fn drain(&mut self, console: &mut Console) {
        for line in self.lines.drain(..) {
            console.talk(&line);
        }
    }

    /// Clears what still moves.
    pub fn close(&mut self, console: &mut Console) {
        for (_, bar) in self.running.drain() {
            bar.finish_and_clear();
        }
        self.drain(console);
    }
}

fn line(step: &Value, name: &str, phase: &str, state: &str, style: Style) -> String {
    let rows = step.get("rows").and_then(Value::as_u64);
    let rejected = step.get("rejected").and_then(Value::as_u64).unwrap_or(0);
    let mark = match state {
        "finished" if rejected > 0 && rows == Some(0) => style.red("✗"),
        "finished" if rejected > 0 => style.yellow("!"),
        "finished" => style.green("✓"),
        "failed" => style.red("✗"),
        "skipped" => style.yellow("-"),
        _ => style.dim("="),
    };
    let mut text = format!("  {mark} {phase:<8} {name}");
    match rows {
        Some(0) if rejected > 0 => text.push_str(&format!("  no row taken, {} rejected", thousands(rejected))),
        Some(rows) if rejected > 0 => {
            text.push_str(&format!("  {} rows taken, {} rejected", thousands(rows), thousands(rejected)));
        }
        Some(0) if state == "unchanged" => {}
        Some(rows) => text.push_str(&format!("  {} rows", thousands(rows))),
        None => {}
    }
    if matches!(state, "skipped" | "unchanged") {
        text.push_str(&format!("  {state}"));
    }
    if let Some(millis) = step.get("millis").and_then(Value::as_u64) {
        text.push_str(&style.dim(&format!("  {}", duration(millis))));
    }
    let note = visible(&json::text(step, "note"));
    if !note.is_empty() {
        text.push_str(&format!("  {note}"));
    }
    text
}

/// A count as people read it.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds as people read them.
pub fn duration(millis: u64) -> String {
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        _ => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_read_well() {
        assert_eq!(
            (thousands(7), thousands(1_000), thousands(12_345_678)),
            ("7".into(), "1,000".into(), "12,345,678".into())
        );
        assert_eq!(
            (duration(9), duration(1_250), duration(61_000)),
            ("9 ms".into(), "1.2 s".into(), "1 min 1 s".into())
        );
    }

    #[test]
    fn rejected_rows_are_no_success() {
        let tell = |rows: u64, rejected: u64| {
            let step = serde_json::json!({"rows": rows, "rejected": rejected});
            line(&step, "bronze.t", "ingest", "finished", Style::Plain)
        };
        assert_eq!(tell(1, 10), "  ! ingest   bronze.t  1 rows taken, 10 rejected");
        assert_eq!(tell(0, 10), "  ✗ ingest   bronze.t  no row taken, 10 rejected");
        let step = serde_json::json!({"rows": 0});
        assert_eq!(line(&step, "bronze.t", "ingest", "unchanged", Style::Plain), "  = ingest   bronze.t  unchanged");
    }

    #[test]
    fn without_a_watcher_every_ended_step_is_a_line() {
        let mut watcher = Watcher::new(false, Style::Plain);
        for state in ["started", "running", "finished"] {
            watcher.event(&serde_json::json!({"event": "progress", "name": "bronze.orders", "phase": "ingest",
                "state": state, "rows": 1204, "millis": 31}));
        }
        assert_eq!(watcher.lines, ["  ✓ ingest   bronze.orders  1,204 rows  31 ms"]);
    }
}
