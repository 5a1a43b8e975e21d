//! What a door gets back: descriptions and answers.

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, SchemaRef},
};
use futures::stream::BoxStream;
use model::{Problem, name::PurposeName, reference::PortRef, treatment::Outcome};
use uuid::Uuid;

use crate::{run::Basis, statement::Statement};

/// What a statement needs and gives, for the session and epoch it was asked in.
#[derive(Debug, Clone, Default)]
pub struct Description {
    /// The types of its parameters, `$1` first.
    pub parameters: Vec<DataType>,
    /// The columns it answers with; `None` if it answers with none.
    pub schema: Option<SchemaRef>,
}

/// A statement with its description. Holds text and types only: every run authorises and plans anew (M13).
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The statement.
    pub statement: Statement,
    /// What it needs and gives.
    pub description: Description,
}

/// A column of a port that a reader gets masked, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The port.
    pub port: PortRef,
    /// Its column.
    pub column: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// A running answer.
pub struct Answer {
    /// The statement's id, in the audit and for cancelling.
    pub id: Uuid,
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows. Dropping it ends the statement.
    pub batches: BoxStream<'static, Result<RecordBatch, Problem>>,
    /// Which policies shaped it, as sentences without values; one for each treated table.
    pub policies: Vec<String>,
    /// For each column, the masked columns that its values come from; empty where the session does not ask for it.
    pub masked: Vec<Vec<Masked>>,
    /// The purpose it runs under.
    pub purpose: Option<PurposeName>,
    /// What it rests on: whoever keeps rows back asks it again before giving them.
    pub basis: Basis,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("id", &self.id).field("schema", &self.schema).finish_non_exhaustive()
    }
}
