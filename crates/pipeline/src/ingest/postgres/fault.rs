//! What a database says went wrong, in words that hold no value: its own messages may quote rows.

use model::{
    Code, Problem,
    files::source::{endpoint::Endpoint, postgres::PostgresSource},
    name::TableName,
};
use tokio_postgres::error::SqlState;

/// What is being read, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The source.
    pub(super) source: &'a PostgresSource,
    /// Its table.
    pub(super) table: &'a TableName,
}

impl Place<'_> {
    fn host(&self) -> &Endpoint {
        &self.source.host
    }

    /// A problem of the source: `ops.claims` of `ops-db:5432` and why.
    pub(super) fn problem(&self, code: Code, why: &str, hint: &str) -> Problem {
        let message = format!("the table `{}.{}` on `{}` {why}", self.source.source, self.table, self.host());
        Problem::new(code, message).with_hint(hint.to_owned())
    }

    /// It cannot be read.
    pub(super) fn unavailable(&self, why: &str, hint: &str) -> Problem {
        self.problem(Code::SourceUnavailable, why, hint)
    }

    /// An error of the connection or of the database.
    ///
    /// SECURITY: the database's words stay out: they quote values and statements (test
    /// `what_a_database_says_is_not_repeated`).
    pub(super) fn fault(&self, error: &tokio_postgres::Error) -> Problem {
        let later = "nothing of it was taken; the next run takes all of it";
        let Some(code) = error.code() else {
            let cause =
                std::error::Error::source(error).map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            let (why, hint) = if error.is_closed() || is_broken(error) {
                ("cannot be read: the connection broke", later)
            } else {
                (
                    "cannot be read: no connection",
                    "see that the server runs, can be reached, and is encrypted if `tls` requires it",
                )
            };
            return self.unavailable(why, hint).with_cause(cause);
        };
        let user = &self.source.credentials.user;
        let (why, hint) = match code {
            &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => (
                format!("cannot be read: the server refuses the credentials of `{user}`"),
                "see that the role exists, may connect, and that its secret is the right one",
            ),
            &SqlState::INVALID_CATALOG_NAME => (
                format!("cannot be read: there is no database `{}`", self.source.database),
                "mend `database` in the source file",
            ),
            &SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME => {
                ("cannot be read: there is no such table".to_owned(), "mend `from` or `query` in the source file")
            }
            &SqlState::UNDEFINED_COLUMN => {
                ("cannot be read: there is no such column".to_owned(), "mend `query` in the source file")
            }
            &SqlState::INSUFFICIENT_PRIVILEGE => {
                (format!("cannot be read: `{user}` may not"), "let the database's owner GRANT SELECT to the role")
            }
            &SqlState::QUERY_CANCELED => ("took too long or was cancelled there".to_owned(), later),
            &SqlState::READ_ONLY_SQL_TRANSACTION => {
                ("cannot be read: the query writes".to_owned(), "write a SELECT that only reads")
            }
            other => (format!("cannot be read: the server answers with the error {}", other.code()), later),
        };
        self.unavailable(&why, hint).with_cause(format!("SQLSTATE {}", code.code()))
    }
}

fn is_broken(error: &tokio_postgres::Error) -> bool {
    let kind = std::error::Error::source(error)
        .and_then(|cause| cause.downcast_ref::<std::io::Error>())
        .map(std::io::Error::kind);
    matches!(
        kind,
        Some(
            std::io::ErrorKind::UnexpectedEof
                | std::io::ErrorKind::ConnectionReset
                | std::io::ErrorKind::BrokenPipe
                | std::io::ErrorKind::ConnectionAborted
        )
    )
}
