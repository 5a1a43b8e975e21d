//! `tessera query`: governed SQL, as a table, JSON, CSV or an Arrow stream.

use std::io::Read as _;

use clap::{Args, ValueEnum};
use model::{Code, Problem, name::PurposeName};

use crate::{Exit, Failure, Session, arguments::parsed, client::Answer, console::visible, json, table};

/// Read rows with SQL, under the policies of the mesh.
#[derive(Debug, Args)]
pub struct Query {
    /// The statement, or - to read it from stdin
    #[arg(value_name = "SQL")]
    sql: String,
    /// Why the data is read: one of your purposes
    #[arg(long, value_parser = parsed::<PurposeName>)]
    purpose: Option<PurposeName>,
    /// The form of the rows
    #[arg(long, value_enum, value_name = "FORM", default_value = "table", hide_possible_values = true)]
    output: Rows,
}

/// Forms of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rows {
    /// For people
    Table,
    /// Columns and rows in one document
    Json,
    /// RFC 4180 with a header
    Csv,
    /// An Arrow stream
    Arrow,
}

impl Query {
    /// Runs the statement and prints its rows; which policies shaped them goes to stderr.
    ///
    /// # Errors
    /// The statement is refused, fails, or its answer breaks off.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        if self.output == Rows::Arrow && session.environment.stdout_is_terminal {
            return Err(Failure {
                usage: true,
                ..Problem::new(Code::InvalidValue, "an Arrow stream is not for a terminal")
                    .with_hint("send it to a file: tessera query ... --output arrow > rows.arrows")
                    .into()
            });
        }
        let client = session.client()?;
        let sql = self.statement()?;
        let accept = match self.output {
            Rows::Table | Rows::Json => "application/json",
            Rows::Csv => "text/csv",
            Rows::Arrow => "application/vnd.apache.arrow.stream",
        };
        let purpose = self.purpose.as_ref().map(|purpose| purpose.as_str());
        let answer = client.query(&sql, purpose, accept).await?;
        let policies = answer.policies.clone();
        self.print(session, answer).await?;
        if let Some(policies) = policies {
            let style = session.console.style_err();
            session.console.talk(&style.dim(&format!("policies: {}", visible(&policies))));
        }
        Ok(Exit::Done)
    }

    fn statement(&self) -> Result<String, Failure> {
        if self.sql != "-" {
            return Ok(self.sql.clone());
        }
        let mut sql = String::new();
        std::io::stdin().take(8 << 20).read_to_string(&mut sql).map_err(|error| {
            Problem::new(Code::InvalidValue, format!("the statement cannot be read from stdin: {error}"))
        })?;
        Ok(sql)
    }

    async fn print(&self, session: &mut Session, mut answer: Answer) -> Result<(), Failure> {
        match self.output {
            Rows::Table => {
                let document = answer.document().await?;
                let style = session.console.style();
                let rows = table::of_result(json::list(&document, "columns"), json::list(&document, "rows"), style);
                session.console.data(&rows);
            }
            Rows::Json => session.console.json(&answer.document().await?),
            Rows::Csv | Rows::Arrow => {
                while let Some(chunk) = answer.chunk().await? {
                    session.console.bytes(&chunk);
                }
            }
        }
        Ok(())
    }
}
