//! `tessera login`: checks a token against the mesh and keeps it.

use std::{io::BufRead as _, path::PathBuf};

use clap::Args;
use model::{Code, Problem};

use crate::{Exit, Failure, Session, client::Client, config, json};

/// Log in to a mesh and keep the token.
#[derive(Debug, Args)]
pub struct Login {
    /// The address of the mesh: http://127.0.0.1:7400
    #[arg(value_name = "URL")]
    url: String,
    /// Read the token from a file instead of asking for it
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Login {
    /// Asks for the token, tries it, keeps it.
    ///
    /// # Errors
    /// The token is not accepted, or cannot be read or kept.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let token = self.token(session)?;
        let origin = self.token_file.clone().map_or(config::Origin::Given, config::Origin::File);
        let client = Client::new(&self.url, Some(token.clone()))?.with_origin(origin.clone());
        let who = client.get("/whoami").await?;
        let login = config::Login { url: client.url().to_owned(), token, origin };
        let path = config::save(&session.environment, &login)?;
        session.console.data(&json::text(&who, "principal"));
        let mesh = json::text(&who, "mesh");
        let of = if mesh.is_empty() { String::new() } else { format!(" of mesh `{mesh}`") };
        session.console.talk(&format!("logged in to {}{of}; the token is kept in {}", login.url, path.display()));
        Ok(Exit::Done)
    }

    fn token(&self, session: &Session) -> Result<String, Failure> {
        let unreadable = |from: &str, error: std::io::Error| {
            Problem::new(Code::InvalidValue, format!("the token cannot be read from {from}: {error}"))
        };
        let text = match &self.token_file {
            Some(path) => {
                std::fs::read_to_string(path).map_err(|error| unreadable(&format!("`{}`", path.display()), error))?
            }
            None if session.environment.stdin_is_terminal => {
                rpassword::prompt_password("token: ").map_err(|error| unreadable("the terminal", error))?
            }
            None => {
                let mut line = String::new();
                std::io::stdin().lock().read_line(&mut line).map_err(|error| unreadable("stdin", error))?;
                line
            }
        };
        let token = text.trim();
        if token.is_empty() || token.contains(char::is_whitespace) {
            return Err(Problem::new(Code::InvalidValue, "there is no token to log in with")
                .with_hint("a token is one word that begins with `tsr_`; `tessera token create` prints one")
                .into());
        }
        Ok(token.to_owned())
    }
}
