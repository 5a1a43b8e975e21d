//! Sources of `kind: postgres`: where the database is, who asks, and what is asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{endpoint::Endpoint, secret::SecretRef};
use crate::{
    error::{Code, Problem},
    name::{SourceName, TableName},
    time::Span,
};

/// A source of `kind: postgres`: tables and queries of a PostgreSQL database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresSource {
    /// The source's name.
    pub source: SourceName,
    /// Where it listens, `host:port`. `mesh.yaml` must name it for the domain under `sources: {hosts: ...}`.
    pub host: Endpoint,
    /// The database.
    pub database: String,
    /// Who asks.
    pub credentials: Credentials,
    /// Whether the connection is encrypted and the server's certificate verified. If absent: `require`, and `off` where the
    /// server is on the same machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// A file with the authorities whose certificates are trusted (PEM), in `secrets/<domain>/` of the data directory; those
    /// of the system if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// The tables by name; unique over a domain's sources.
    pub tables: BTreeMap<TableName, PostgresTable>,
}

/// Who asks a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The role. It needs to read what is asked, nothing else.
    pub user: String,
    /// Where the password is: `env:NAME` with a name that begins with that of the domain (`CLAIMS_...`), or `file:NAME` in
    /// `secrets/<domain>/` of the data directory. Never the password.
    pub password: SecretRef,
}

/// Whether a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Always, with a certificate that is verified against the host's name.
    Require,
    /// Never.
    Off,
}

/// One table of a `postgres` source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresTable {
    /// The table or view, `schema.table`; a part that is not in lower case stands in double quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// One SELECT, in place of `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// A column that grows with every change: a run takes the rows from its last value on. The whole table is compared and
    /// taken anew if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The columns that name a row; a run fails when one of them is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// How far before the last value of a time cursor rows are looked for again, because transactions end later than they
    /// began; none if absent. Rows that were taken are not taken twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookback: Option<Span>,
}

impl PostgresSource {
    /// Whether the connection is encrypted.
    pub fn tls(&self) -> Tls {
        self.tls.unwrap_or(if self.host.is_loopback() { Tls::Off } else { Tls::Require })
    }
}

impl PostgresTable {
    /// The SELECT that is asked, as one text that may stand in brackets.
    ///
    /// # Errors
    /// `invalid-value` unless exactly one of `from` and `query` says what is asked, in its form.
    pub fn select(&self) -> Result<String, Problem> {
        match (&self.from, &self.query) {
            (Some(from), None) => Ok(format!("SELECT * FROM {}", quoted_table(from)?)),
            // A query may end in a comment: what follows stands on its own line.
            (None, Some(query)) => Ok(format!("{}\n", query.trim().trim_end_matches(';'))),
            (None, None) => Err(Problem::new(Code::InvalidValue, "neither `from` nor `query` says what is asked")
                .with_hint("write `from: public.claims`, or `query: \"SELECT ...\"`")),
            (Some(_), Some(_)) => Err(Problem::new(Code::InvalidValue, "`from` and `query` both say what is asked")
                .with_hint("keep one of them")),
        }
    }

    /// What is asked, for people: the table's name, or that it is a query.
    pub fn asked(&self) -> &str {
        self.from.as_deref().unwrap_or("a query")
    }
}

/// A table's name with every part in double quotes; parts without quotes are lower case, as in SQL.
///
/// SECURITY: nothing but a name gets into the statement (test `a_name_is_quoted_or_refused`).
fn quoted_table(text: &str) -> Result<String, Problem> {
    let wrong = || {
        Problem::new(Code::InvalidValue, "`from` is not the name of a table")
            .with_hint("write `schema.table`, in double quotes where a part is not in lower case: `public.\"Claims\"`")
    };
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, after) = next_part(rest).ok_or_else(wrong)?;
        parts.push(quoted(&part));
        match after.strip_prefix('.') {
            Some(after) => rest = after,
            None if after.is_empty() => break,
            None => return Err(wrong()),
        }
    }
    if parts.len() > 2 { Err(wrong()) } else { Ok(parts.join(".")) }
}

/// The first part of a name, unquoted, and what follows it.
fn next_part(text: &str) -> Option<(String, &str)> {
    let Some(inner) = text.strip_prefix('"') else {
        let end = text.find('.').unwrap_or(text.len());
        let (part, after) = text.split_at_checked(end)?;
        let is_plain = part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
        return is_plain.then(|| (part.to_ascii_lowercase(), after));
    };
    let mut part = String::new();
    let mut letters = inner.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\0' => return None,
            '"' if inner.get(at + 1..).is_some_and(|rest| rest.starts_with('"')) => {
                letters.next();
                part.push('"');
            }
            '"' => return Some((part, inner.get(at + 1..)?)).filter(|(part, _)| !part.is_empty()),
            other => part.push(other),
        }
    }
    None
}

/// A name in double quotes, as it stands in a statement.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_or_refused() {
        for (text, expected) in [
            ("public.claims", r#""public"."claims""#),
            ("Claims", r#""claims""#),
            (r#"public."Claims 2026""#, r#""public"."Claims 2026""#),
            (r#""a.b"."c""d""#, r#""a.b"."c""d""#),
        ] {
            assert_eq!(quoted_table(text).unwrap(), expected, "{text}");
        }
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a.b.c",
            "a b",
            "a;b",
            "a--b",
            "1a",
            "a(b)",
            r#""""#,
            r#""a"#,
            r#""a"b"#,
            r#""a"; DROP TABLE x"#,
            "\"a\0\"",
        ] {
            assert!(quoted_table(text).is_err(), "{text:?}");
        }
    }
}
