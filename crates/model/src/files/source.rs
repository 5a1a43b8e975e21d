//! `domains/<d>/sources/*.yaml`: operational systems a domain ingests from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::{SourceName, TableName};

pub mod endpoint;
pub mod postgres;
mod read;
pub mod secret;

pub(crate) use read::read;

use self::postgres::PostgresSource;

/// A source file, by its `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SourceFile {
    /// Files in a folder.
    Files(FilesSource),
    /// Tables and queries of a PostgreSQL database.
    Postgres(PostgresSource),
}

impl SourceFile {
    /// The source's name.
    pub fn name(&self) -> &SourceName {
        match self {
            Self::Files(source) => &source.source,
            Self::Postgres(source) => &source.source,
        }
    }

    /// The names of its tables.
    pub fn tables(&self) -> Vec<&TableName> {
        match self {
            Self::Files(source) => source.tables.keys().collect(),
            Self::Postgres(source) => source.tables.keys().collect(),
        }
    }
}

/// A source of `kind: files`: files in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesSource {
    /// The source's name.
    pub source: SourceName,
    /// The tables by name; unique over a domain's sources.
    pub tables: BTreeMap<TableName, FilesTable>,
}

/// One table of a `files` source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesTable {
    /// A path or glob beneath one of the domain's allowed folders; `.gz` and `.zst` are unpacked.
    pub path: String,
    /// How a file is read.
    pub format: FileFormat,
    /// CSV: the separator, one ASCII character; a comma if absent.
    #[serde(default)]
    pub delimiter: Option<String>,
    /// CSV: whether the first line names the columns; it does if absent.
    #[serde(default)]
    pub header: Option<bool>,
    /// What a known path with new content means; refused if absent.
    #[serde(default)]
    pub changed: Changed,
}

/// File formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
}

/// What a known path with new content means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Changed {
    /// `source-changed`.
    #[default]
    Refuse,
    /// The rows are further rows.
    Append,
    /// The rows take the place of the earlier file's.
    Replace,
}
