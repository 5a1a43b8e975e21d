//! The environment of a call: the variables, terminals and folder that commands look at, read once.

use std::{io::IsTerminal, path::PathBuf};

/// Everything a command may know of its surroundings.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `TESSERA_URL`.
    pub url: Option<String>,
    /// `TESSERA_TOKEN`.
    pub token: Option<String>,
    /// The folder of the person's settings: `TESSERA_CONFIG`, else `tessera` in the user's configuration folder.
    pub config: Option<PathBuf>,
    /// Whether colour is unwanted (`NO_COLOR` is set and not empty, or the terminal is dumb).
    pub no_color: bool,
    /// The folder the call was made in.
    pub directory: PathBuf,
    /// Whether stdin is a terminal.
    pub stdin_is_terminal: bool,
    /// Whether stdout is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub stderr_is_terminal: bool,
}

impl Environment {
    /// Reads the process's own.
    pub fn of_process() -> Self {
        let config = variable("TESSERA_CONFIG").map(PathBuf::from).or_else(|| {
            let base = variable("XDG_CONFIG_HOME")
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
                .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")))?;
            Some(base.join("tessera"))
        });
        Self {
            url: variable("TESSERA_URL"),
            token: variable("TESSERA_TOKEN"),
            config,
            no_color: variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|term| term == "dumb"),
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place where the command line reads its environment")]
    let value = std::env::var(name).ok()?;
    Some(value).filter(|value| !value.is_empty())
}
