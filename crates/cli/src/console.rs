//! The two streams: data on stdout, talk on stderr, and what may be coloured where.

use std::io::{ErrorKind, Write};

use model::{Code, Problem};

use crate::{environment::Environment, failure::Failure};

/// Whether text is coloured. Words carry the meaning; colour only helps the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Escape sequences for emphasis.
    Colour,
    /// Text only.
    Plain,
}

impl Style {
    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }

    /// Failures.
    pub fn red(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    /// What held.
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// What wants a look.
    pub fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Headings.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Asides.
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }
}

/// Where a command writes. A failed write is remembered and told at the end, so that commands read straight.
pub struct Console {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    out_style: Style,
    err_style: Style,
    failed: Option<std::io::Error>,
}

impl Console {
    /// The process's own streams.
    pub fn of_process(environment: &Environment) -> Self {
        let style = |terminal: bool| if terminal && !environment.no_color { Style::Colour } else { Style::Plain };
        Self {
            out: Box::new(std::io::BufWriter::new(std::io::stdout())),
            err: Box::new(std::io::stderr()),
            out_style: style(environment.stdout_is_terminal),
            err_style: style(environment.stderr_is_terminal),
            failed: None,
        }
    }

    /// Streams of one's own, without colour.
    pub fn new(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self { out, err, out_style: Style::Plain, err_style: Style::Plain, failed: None }
    }

    /// How stdout is styled.
    pub fn style(&self) -> Style {
        self.out_style
    }

    /// How stderr is styled.
    pub fn style_err(&self) -> Style {
        self.err_style
    }

    /// A line of data.
    pub fn data(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(b"\n");
    }

    /// Data as it is.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(bytes).err();
        }
    }

    /// A JSON document.
    pub fn json(&mut self, value: &serde_json::Value) {
        self.data(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// A line of talk. A closed stderr is nobody's loss.
    pub fn talk(&mut self, text: &str) {
        // What is on stdout comes first for whoever sees both.
        let _ = self.out.flush();
        let _ = writeln!(self.err, "{text}");
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// A write failed, other than into a pipe whose reader has had enough.
    pub fn flush(&mut self) -> Result<(), Failure> {
        let flushed = self.out.flush().err();
        match self.failed.take().or(flushed) {
            None => Ok(()),
            Some(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Some(error) if error.kind() == ErrorKind::StorageFull => {
                Err(Problem::new(Code::StorageFull, "the output could not be written: no space left").into())
            }
            Some(error) => {
                Err(Problem::new(Code::Internal, format!("the output could not be written: {error}")).into())
            }
        }
    }
}

/// Text that is safe on a terminal: control and direction characters are shown as escapes.
// SECURITY: rows and messages come from elsewhere and must not drive the terminal (test `escapes_do_not_reach_the_terminal`).
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if !text.chars().any(hidden) {
        return text.to_owned();
    }
    text.chars().flat_map(|c| if hidden(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\td"), "a\\u{1b}[2Jb\\u{202e}c\\td");
        assert_eq!(visible("Größe 東京 🙂"), "Größe 東京 🙂");
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
        let mut console = Console::new(Box::new(Full), Box::new(std::io::sink()));
        console.data("x");
        assert_eq!(console.flush().unwrap_err().problem.code(), Code::StorageFull);
    }
}
