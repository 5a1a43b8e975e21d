//! Columns: their names and types as a contract states them and as every door presents them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Problem};

/// The type of a column. ODCS -> Delta -> session -> Postgres is one table in `docs/reference/types.md`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text; `Utf8View` in a session, `text` on Postgres.
    String,
    /// 64-bit integer; `int8`.
    Integer,
    /// 64-bit float; `float8`.
    Number,
    /// Exact decimal; `numeric`.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// True or false.
    Boolean,
    /// A calendar date.
    Date,
    /// An instant, microseconds, UTC; `timestamptz`.
    Timestamp,
    /// Bytes; `bytea`.
    Binary,
    /// Named fields.
    Struct(Vec<Field>),
    /// Values of one type.
    List(Box<ColumnType>),
    /// Text keys to values of one type; JSON text on Postgres.
    Map(Box<ColumnType>),
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// The field's name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Classes and labels as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Integer => f.write_str("integer"),
            Self::Number => f.write_str("number"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Boolean => f.write_str("boolean"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Binary => f.write_str("binary"),
            Self::Struct(_) => f.write_str("object"),
            Self::List(item) => write!(f, "array of {item}"),
            Self::Map(value) => write!(f, "map of {value}"),
        }
    }
}

/// Columns that the platform adds to every bronze row.
pub const BRONZE_COLUMNS: [&str; 3] = ["_batch", "_line", "_ingested_at"];

/// Checks the name of a silver or port column: up to 128 characters, nothing Delta refuses without column mapping, no
/// control or direction characters, not one of [`BRONZE_COLUMNS`].
///
/// # Errors
/// `invalid-value` naming the rule.
pub fn check_column_name(name: &str) -> Result<(), Problem> {
    let refuse = |why: &str| {
        Err(Problem::new(Code::InvalidValue, format!("the column name `{}` {why}", name.escape_debug()))
            .with_hint("rename it in the SQL of the step: `\"Header\" AS name`"))
    };
    if name.is_empty() {
        return refuse("is empty");
    }
    if name.chars().count() > 128 {
        return refuse("is longer than 128 characters");
    }
    if name.chars().any(is_hidden) {
        return refuse("has a control or direction character");
    }
    if name.contains([',', ';', '{', '}', '(', ')', '=', ' ', '\t', '\n']) {
        return refuse("has one of the characters `,;{}()=` or white space");
    }
    if BRONZE_COLUMNS.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return refuse("is reserved for bronze rows");
    }
    Ok(())
}

/// The column names of a bronze table from the headers a source brought: kept as they are, except that an empty one
/// becomes `column_<n>`, a repeated one `<name>_<n>` and a reserved one gets `_source`. `n` is the position, from 1.
pub fn bronze_headers<'a>(headers: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let mut names = Vec::new();
    for (index, header) in headers.into_iter().enumerate() {
        let position = index + 1;
        let mut name = match header.trim() {
            "" => format!("column_{position}"),
            reserved if BRONZE_COLUMNS.contains(&reserved) => format!("{reserved}_source"),
            header => header.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect(),
        };
        while !taken.insert(name.clone()) {
            name = format!("{name}_{position}");
        }
        names.push(name);
    }
    names
}

/// Control characters and characters that change the direction of text.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_kept_unless_they_cannot_be() {
        let headers = ["Claim No.", "", "amount", "amount", "_batch", " padded ", "amount_4"];
        let names = ["Claim No.", "column_2", "amount", "amount_4", "_batch_source", "padded", "amount_4_7"];
        assert_eq!(bronze_headers(headers), names);
        assert_eq!(bronze_headers(["", "column_1"]), ["column_1", "column_1_2"]);
    }

    #[test]
    fn column_names_follow_what_delta_can_hold() {
        for name in ["claim_id", "Größe", "a.b", "x-y"] {
            assert!(check_column_name(name).is_ok(), "{name}");
        }
        for name in ["", "a b", "a,b", "a(b", "_batch", "_LINE", "a\u{202e}b", &"x".repeat(129)] {
            assert!(check_column_name(name).is_err(), "{name:?}");
        }
    }
}
