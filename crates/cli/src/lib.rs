//! The command line: one file per command, one renderer of failures, one client of the HTTP door.
//!
//! Not for serving: this crate knows the files ([`model`]), the offline rules ([`governance`]) and HTTP, nothing of
//! storage or engines, so that it builds and tests in seconds. The binary adds what starts servers.
//!
//! INVARIANT: data goes to stdout and everything else to stderr (test `data_and_talk_do_not_mix`).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod arguments;
pub mod client;
pub mod commands;
pub mod config;
pub mod console;
pub mod environment;
pub mod failure;
pub mod folder;
mod inspect;
pub mod json;
pub mod progress;
pub mod reference;
pub mod table;

pub use arguments::{Arguments, Command};
pub use failure::{Exit, Failure};
pub use reference::reference_markdown;

use console::Console;
use environment::Environment;

/// What a command works with: the environment it was called in and the streams it talks to.
pub struct Session {
    /// Settings of the environment.
    pub environment: Environment,
    /// The streams.
    pub console: Console,
}

impl Session {
    /// A client of the mesh the person is logged in to.
    ///
    /// # Errors
    /// Nobody is logged in, or the address is malformed.
    pub fn client(&self) -> Result<client::Client, Failure> {
        let login = config::current(&self.environment)?;
        Ok(client::Client::new(&login.url, Some(login.token))?.with_origin(login.origin))
    }
}

/// Runs one command and renders its failure, if any. The number is the process's exit code.
pub async fn run(command: Command, session: &mut Session) -> u8 {
    let result = commands::run(command, session).await;
    finish(result, session)
}

/// Renders the end of a command: its failure on stderr, its exit code as a number.
pub fn finish(result: Result<Exit, Failure>, session: &mut Session) -> u8 {
    let result = result.and_then(|exit| session.console.flush().map(|()| exit));
    match result {
        Ok(exit) => exit.code(),
        Err(failure) => {
            let text = failure.render(session.console.style_err());
            session.console.talk(text.trim_end());
            failure.exit().code()
        }
    }
}
