//! The file of a new source.

use std::fmt::Write as _;

use super::scalar;
use crate::{
    files::source::{FileFormat, FilesTable},
    name::{DomainName, SourceName, TableName},
};

/// The file of a new source of files.
pub fn source(domain: &DomainName, source: &SourceName, tables: &[(TableName, FilesTable)]) -> Vec<(String, String)> {
    let mut text = format!(
        "# Files that lie in drop/{domain}/ of the data directory. Each is taken once; a changed one is refused unless the\n\
         # table says `changed: append` or `changed: replace`.\n\
         source: {source}\nkind: files\n"
    );
    if tables.is_empty() {
        text.push_str("# A table is a file or many: orders: {path: \"orders-*.csv\", format: csv}\ntables: {}\n");
    } else {
        text.push_str("tables:\n");
    }
    for (name, table) in tables {
        let format = match table.format {
            FileFormat::Csv => "csv",
            FileFormat::JsonLines => "json_lines",
            FileFormat::Parquet => "parquet",
        };
        _ = write!(text, "  {name}: {{path: {}, format: {format}", scalar(&table.path));
        if let Some(delimiter) = &table.delimiter {
            _ = write!(text, ", delimiter: {}", scalar(delimiter));
        }
        if table.header == Some(false) {
            text.push_str(", header: false");
        }
        text.push_str("}\n");
    }
    vec![(format!("domains/{domain}/sources/{source}.yaml"), text)]
}
