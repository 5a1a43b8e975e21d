//! One failure, told on each door: the only place where a [`Problem`] becomes an HTTP answer, a Postgres error response
//! or a log line. The table behind it is [`model::error::Code::ALL`].
//!
//! INVARIANT: what leaves is the problem's own text; its cause goes to the log only, under the same request id.

use model::error::{Location, Problem};
use pgwire::messages::response::{ErrorResponse, NoticeResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of RFC 9457.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A failure as RFC 9457 has it, with the code, the hint, the position and the request id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Body {
    /// `urn:tessera:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code means.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What failed, on what, why.
    pub detail: String,
    /// The stable code.
    pub code: String,
    /// The SQLSTATE, where a statement failed for a reason that is finer than its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Leads to the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Where in the caller's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
    /// The single failures, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub items: Vec<Body>,
}

impl Body {
    /// The body for a problem.
    pub fn of(problem: &Problem, request_id: &str) -> Self {
        let mut body = Self::part(problem);
        body.request_id = Some(request_id.to_owned());
        body
    }

    fn part(problem: &Problem) -> Self {
        let row = problem.code().row();
        Self {
            kind: format!("urn:tessera:problem:{}", row.text),
            title: row.meaning.to_owned(),
            status: row.http,
            detail: problem.message().to_owned(),
            code: row.text.to_owned(),
            sqlstate: (problem.sqlstate() != row.sqlstate).then(|| problem.sqlstate().to_owned()),
            hint: problem.hint().map(str::to_owned),
            request_id: None,
            at: problem.location().cloned(),
            items: problem.items().iter().map(Self::part).collect(),
        }
    }
}

/// How grave an error response is: a fatal one ends the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The statement failed.
    Error,
    /// The connection ends.
    Fatal,
}

/// A Postgres error response: SQLSTATE, message, hint, position in `statement`, and the request id as detail.
pub fn error_response(problem: &Problem, severity: Severity, statement: &str, request_id: &str) -> ErrorResponse {
    let word = match severity {
        Severity::Error => "ERROR",
        Severity::Fatal => "FATAL",
    };
    let mut fields = vec![
        (b'S', word.to_owned()),
        (b'V', word.to_owned()),
        (b'C', problem.sqlstate().to_owned()),
        (b'M', clean(problem.message())),
        (b'D', format!("{} (request {request_id})", problem.code())),
    ];
    let hints: Vec<&str> = problem.hint().into_iter().chain(problem.items().iter().map(Problem::message)).collect();
    if !hints.is_empty() {
        fields.push((b'H', clean(&hints.join("\n"))));
    }
    if let Some(position) = problem.location().and_then(|at| position(at, statement)) {
        fields.push((b'P', position.to_string()));
    }
    ErrorResponse::new(fields)
}

/// A Postgres notice.
pub fn notice_response(message: &str) -> NoticeResponse {
    NoticeResponse::new(vec![
        (b'S', "NOTICE".to_owned()),
        (b'V', "NOTICE".to_owned()),
        (b'C', "00000".to_owned()),
        (b'M', clean(message)),
    ])
}

/// A protocol field ends at a NUL byte.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// The position in characters, from 1, of a place in a statement.
fn position(at: &Location, statement: &str) -> Option<usize> {
    if !at.file.is_empty() || at.line == 0 || at.column == 0 {
        return None;
    }
    let before: usize = statement
        .split_inclusive('\n')
        .take(usize::try_from(at.line).ok()?.checked_sub(1)?)
        .map(|line| line.chars().count())
        .sum();
    Some(before + usize::try_from(at.column).ok()?)
}

/// Writes what the caller does not see.
pub fn log(problem: &Problem, request_id: &str, door: &'static str) {
    // Identifiers and the internal cause; never the message, which may quote the caller's input.
    let code = problem.code().as_str();
    match problem.cause() {
        Some(cause) => tracing::warn!(request_id, door, code, cause, "request failed"),
        None if problem.code().row().http >= 500 => tracing::warn!(request_id, door, code, "request failed"),
        None => tracing::debug!(request_id, door, code, "request refused"),
    }
}

#[cfg(test)]
mod tests {
    use model::error::Code;

    use super::*;

    fn field(response: &ErrorResponse, code: u8) -> Option<&str> {
        response.fields.iter().find(|(key, _)| *key == code).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_position_counts_characters_through_the_lines_before_it() {
        let at = Location { file: String::new(), line: 2, column: 3 };
        let problem = Problem::new(Code::InvalidSql, "no").at(at);
        let response = error_response(&problem, Severity::Error, "äb\nxyz", "r");
        assert_eq!(field(&response, b'P'), Some("6"));
        let elsewhere =
            Problem::new(Code::InvalidFile, "no").at(Location { file: "a.yaml".into(), line: 1, column: 1 });
        assert_eq!(field(&error_response(&elsewhere, Severity::Error, "", "r"), b'P'), None);
    }

    #[test]
    fn no_cause_reaches_a_caller() {
        let problem = Problem::internal("/secret/path");
        let body = serde_json::to_string(&Body::of(&problem, "r-1")).unwrap();
        assert!(!body.contains("secret") && body.contains("r-1"));
        let response = error_response(&problem, Severity::Fatal, "", "r-1");
        assert!(response.fields.iter().all(|(_, value)| !value.contains("secret")));
        assert_eq!(field(&response, b'S'), Some("FATAL"));
        assert_eq!(field(&response, b'C'), Some("XX000"));
    }

    #[test]
    fn a_nul_byte_cannot_end_a_field_early() {
        let problem = Problem::new(Code::InvalidValue, "a\0b");
        assert_eq!(field(&error_response(&problem, Severity::Error, "", "r"), b'M'), Some("a\u{fffd}b"));
    }
}
