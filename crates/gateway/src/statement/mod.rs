//! The statement gate on the text: splitting, bounds, classification. One function for every door.
//!
//! A statement that no door offers is an element of the answer ([`Kind::Refused`]), so that `SELECT 1; COPY ...` gives
//! its first result before the refusal; a text that does not parse is refused as a whole.
//!
//! INVARIANT: only what [`Kind::Query`] and [`Kind::Explain`] hold is ever planned, and that is a query without side
//! effects: no COPY, DDL, DML, `SELECT INTO`, locks, files as tables.

mod classify;
pub(crate) mod columns;
mod command;
mod fingerprint;
pub(crate) mod plan_gate;
mod tokens;

use std::sync::Arc;

use datafusion::sql::sqlparser::ast;
use model::{Digest, Problem};

use crate::limits::Limits;

pub(crate) use classify::Plain;
pub use classify::check_call;
pub use tokens::check;

/// One statement of a request: its text and what kind it is. Nothing about it is authorised.
#[derive(Debug, Clone)]
pub struct Statement {
    text: Arc<str>,
    kind: Kind,
    query: Option<Arc<ast::Statement>>,
    fingerprint: Digest,
}

/// What a statement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `SELECT`, `WITH`, `VALUES`, `TABLE`.
    Query,
    /// `EXPLAIN` of a query.
    Explain,
    /// `SHOW` of a setting, or of all.
    Show(String),
    /// `SET name = value`; `None` is `DEFAULT`.
    Set {
        /// The setting, in lower case.
        name: String,
        /// The value as text.
        value: Option<String>,
    },
    /// `RESET ALL`.
    ResetAll,
    /// `BEGIN`, `START TRANSACTION`: every statement reads its own epoch, so this changes nothing.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    /// `SAVEPOINT`, `RELEASE`, `ROLLBACK TO`: nothing to keep.
    Savepoint,
    /// `DISCARD ALL` and its kin.
    Discard,
    /// `DEALLOCATE name`; `None` is `ALL`.
    Deallocate(Option<String>),
    /// `CLOSE name`; `None` is `ALL`.
    Close(Option<String>),
    /// Nothing but white space and comments.
    Empty,
    /// A kind that no door offers, with the refusal to give when it is reached.
    Refused(Problem),
}

impl Kind {
    /// Whether it answers with rows.
    pub fn returns_rows(&self) -> bool {
        matches!(self, Self::Query | Self::Explain | Self::Show(_))
    }

    /// The tag of its completion, without a row count.
    pub fn tag(&self) -> &'static str {
        match self {
            Self::Query => "SELECT",
            Self::Explain => "EXPLAIN",
            Self::Show(_) => "SHOW",
            Self::Set { .. } => "SET",
            Self::ResetAll => "RESET",
            Self::Begin => "BEGIN",
            Self::Commit => "COMMIT",
            Self::Rollback => "ROLLBACK",
            Self::Savepoint => "SAVEPOINT",
            Self::Discard => "DISCARD ALL",
            Self::Deallocate(_) => "DEALLOCATE",
            Self::Close(_) => "CLOSE CURSOR",
            Self::Empty | Self::Refused(_) => "",
        }
    }
}

impl Statement {
    /// Splits a request into its statements.
    ///
    /// # Errors
    /// `too-large` or `too-complex` beyond the limits, `invalid-sql` with a position if any of it does not parse.
    pub fn parse_all(sql: &str, limits: &Limits) -> Result<Vec<Self>, Problem> {
        let pieces = tokens::split(sql, limits)?;
        model::stack::deep(|| pieces.into_iter().map(|piece| classify::classify(piece, limits)).collect())
    }

    /// A refusal that stands for a whole request which cannot be read, so that it is audited like any other.
    pub(crate) fn unreadable(sql: &str) -> Self {
        Self { text: sql.into(), kind: Kind::Empty, query: None, fingerprint: fingerprint::of_unreadable(sql) }
    }

    /// Its text, as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Equal for statements that differ in literals only; made once, where the text is read.
    pub(crate) fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    /// The query to plan, of [`Kind::Query`] and [`Kind::Explain`].
    pub(crate) fn query(&self) -> Option<&Arc<ast::Statement>> {
        self.query.as_ref()
    }
}

#[cfg(test)]
mod tests;
