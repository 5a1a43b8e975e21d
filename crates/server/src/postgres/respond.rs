//! The small answers.

use pgwire::messages::{
    PgWireBackendMessage as Answer,
    data::{FieldDescription, RowDescription},
    response::{CommandComplete, ReadyForQuery, TransactionStatus},
    startup::ParameterStatus,
};

use super::types::{self, Format, WireColumn};

/// Where a connection stands between BEGIN and COMMIT. Nothing is ever written, so this is all there is to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transaction {
    /// Outside.
    Idle,
    /// Inside.
    Open,
    /// Inside, after an error: only its end is taken.
    Failed,
}

/// A setting that the client library follows.
pub(super) fn status(name: &str, value: &str) -> Answer {
    Answer::ParameterStatus(ParameterStatus::new(name.to_owned(), value.replace('\0', "")))
}

/// The prompt.
pub(super) fn ready(transaction: Transaction) -> Answer {
    Answer::ReadyForQuery(ReadyForQuery::new(match transaction {
        Transaction::Idle => TransactionStatus::Idle,
        Transaction::Open => TransactionStatus::Transaction,
        Transaction::Failed => TransactionStatus::Error,
    }))
}

/// The end of a statement.
pub(super) fn complete(tag: &str) -> Answer {
    Answer::CommandComplete(CommandComplete::new(tag.to_owned()))
}

/// The columns of a result.
pub(super) fn description(columns: &[WireColumn]) -> Answer {
    let fields = columns.iter().map(|column| {
        FieldDescription::new(
            column.name.replace('\0', ""),
            0,
            0,
            column.kind.oid(),
            types::size(&column.kind),
            column.modifier,
            i16::from(column.format == Format::Binary),
        )
    });
    Answer::RowDescription(RowDescription::new(fields.collect()))
}
