//! The one error of the house: a stable code, facts in words, a hint, a position.
//!
//! Every crate returns [`Problem`]; every door renders it from the same table ([`Code::row`]): HTTP as an RFC 9457
//! problem, Postgres as an error response with SQLSTATE, the command line with its hint. Codes are listed in
//! `docs/reference/errors.md`, which is generated from [`Code::ALL`].
//!
//! Messages are lower case without full stop, input in backticks; the hint proposes an action. Neither ever holds a
//! data value the reader may not see, a path of the host or an engine's internals.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::location::Location;

/// A stable code: programs match on it, so it is never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Absent, or invisible to the caller: the two are not told apart.
    NotFound,
    /// The product is listed, but the caller has no entitlement.
    AccessRequired,
    /// A personal class is read and no purpose was stated.
    PurposeRequired,
    /// The stated purpose is not one of the caller's.
    PurposeNotGranted,
    /// Visible, but not the caller's to do.
    NotAllowed,
    /// Unknown principal or wrong token.
    BadCredentials,
    /// The token or the principal is no longer valid.
    CredentialExpired,
    /// A file people wrote does not follow its form.
    InvalidFile,
    /// The statement does not parse or does not type-check.
    InvalidSql,
    /// A value in a request is malformed.
    InvalidValue,
    /// A kind of statement that no door offers.
    StatementUnsupported,
    /// A function that is not on the documented list.
    FunctionUnknown,
    /// Nested too deeply or with too many parts.
    TooComplex,
    /// More bytes than the documented limit.
    TooLarge,
    /// The statement's memory is used up.
    LimitMemory,
    /// More rows than the documented limit.
    LimitRows,
    /// More result bytes than the documented limit.
    LimitBytes,
    /// Too many statements or requests of this principal at once.
    LimitConcurrency,
    /// Ended by the caller.
    Cancelled,
    /// Took longer than its time.
    Deadline,
    /// A computation over visible values failed (division by zero, cast, overflow).
    ExpressionFailed,
    /// Somebody else was faster, or the thing exists.
    Conflict,
    /// What a plan was based on has changed.
    PlanStale,
    /// The same idempotency key with another body.
    IdempotencyMismatch,
    /// An earlier publication whose files retention gave up.
    PublicationRetired,
    /// The data breaks its contract.
    GateRefused,
    /// A standard of the mesh is not met.
    StandardRefused,
    /// A file names something that does not exist.
    ReferenceUnknown,
    /// A contract change breaks readers without a new major version.
    ContractBreaking,
    /// A contract adds to what is promised without a new minor version.
    VersionTooLow,
    /// `product.yaml` disagrees with the contract.
    DescriptorMismatch,
    /// A logical type no engine of ours serves.
    TypeUnsupported,
    /// A pipeline step cannot be built incrementally.
    NotIncremental,
    /// A table feature outside what is served (deletion vectors, column mapping, absolute paths).
    DeltaFeatureUnsupported,
    /// A source file changed after it was taken.
    SourceChanged,
    /// A source cannot be read: absent, outside its allowed root, malformed.
    SourceUnavailable,
    /// An object that other objects still need, or whose file vanished without `--retire`.
    RetirementRequired,
    /// Access rules that would let somebody see more than before, without `--loosen`.
    LooseningRequired,
    /// The policy state cannot be established; nothing is served.
    PolicyUnavailable,
    /// The data cannot be read or verified.
    DataUnavailable,
    /// The audit record cannot be written; nothing is served.
    AuditUnavailable,
    /// The journal does not verify.
    JournalBroken,
    /// The data directory is in use by another process.
    DataInUse,
    /// No space left on the device.
    StorageFull,
    /// The server is stopping.
    Draining,
    /// The server cannot be reached.
    ServerUnreachable,
    /// A fault of ours.
    Internal,
}

/// How one code looks on each door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The code.
    pub code: Code,
    /// Its text.
    pub text: &'static str,
    /// HTTP status.
    pub http: u16,
    /// SQLSTATE, unless the problem carries a finer one.
    pub sqlstate: &'static str,
    /// gRPC status, by number.
    pub grpc: u8,
    /// Whether the same call may succeed later without a change.
    pub retry: bool,
    /// What it means, one sentence for the reference.
    pub meaning: &'static str,
}

const fn row(
    code: Code,
    text: &'static str,
    http: u16,
    sqlstate: &'static str,
    grpc: u8,
    retry: bool,
    meaning: &'static str,
) -> Row {
    Row { code, text, http, sqlstate, grpc, retry, meaning }
}

/// The table. gRPC numbers: 1 cancelled, 3 invalid argument, 4 deadline, 5 not found, 6 exists, 7 denied,
/// 8 exhausted, 9 precondition, 10 aborted, 12 unimplemented, 13 internal, 14 unavailable, 16 unauthenticated.
const TABLE: &[Row] = &[
    row(
        Code::NotFound,
        "not-found",
        404,
        "42P01",
        5,
        false,
        "the thing is absent or invisible to the caller; the two are not told apart",
    ),
    row(
        Code::AccessRequired,
        "access-required",
        403,
        "42501",
        7,
        false,
        "the product is listed, but the caller has no entitlement to its rows",
    ),
    row(Code::PurposeRequired, "purpose-required", 403, "42501", 7, false, "the statement needs an explicit purpose"),
    row(
        Code::PurposeNotGranted,
        "purpose-not-granted",
        403,
        "42501",
        7,
        false,
        "the stated purpose is not one the caller may read this under",
    ),
    row(
        Code::NotAllowed,
        "not-allowed",
        403,
        "42501",
        7,
        false,
        "the thing is visible, but the caller may not do this to it",
    ),
    row(Code::BadCredentials, "bad-credentials", 401, "28P01", 16, false, "unknown principal or wrong token"),
    row(
        Code::CredentialExpired,
        "credential-expired",
        401,
        "28000",
        16,
        false,
        "the token is expired or revoked, or the principal is gone",
    ),
    row(
        Code::InvalidFile,
        "invalid-file",
        400,
        "42601",
        3,
        false,
        "a file does not follow its form; position and rule are given",
    ),
    row(Code::InvalidSql, "invalid-sql", 400, "42601", 3, false, "the statement does not parse or does not type-check"),
    row(Code::InvalidValue, "invalid-value", 400, "22023", 3, false, "a value in the request is malformed"),
    row(
        Code::StatementUnsupported,
        "statement-unsupported",
        400,
        "0A000",
        12,
        false,
        "this kind of statement is not offered",
    ),
    row(
        Code::FunctionUnknown,
        "function-unknown",
        400,
        "42883",
        3,
        false,
        "the function is not on the documented list",
    ),
    row(Code::TooComplex, "too-complex", 400, "54001", 3, false, "the text is nested too deeply or has too many parts"),
    row(Code::TooLarge, "too-large", 413, "54000", 8, false, "more bytes than the documented limit"),
    row(Code::LimitMemory, "limit-memory", 503, "53200", 8, true, "the statement needs more memory than it may use"),
    row(Code::LimitRows, "limit-rows", 400, "53400", 8, false, "the result has more rows than the documented limit"),
    row(Code::LimitBytes, "limit-bytes", 400, "53400", 8, false, "the result has more bytes than the documented limit"),
    row(Code::LimitConcurrency, "limit-concurrency", 429, "53300", 8, true, "too many at once; try again"),
    row(Code::Cancelled, "cancelled", 408, "57014", 1, false, "ended by the caller"),
    row(Code::Deadline, "deadline", 408, "57014", 4, true, "took longer than its time"),
    row(
        Code::ExpressionFailed,
        "expression-failed",
        400,
        "22000",
        3,
        false,
        "a computation over visible values failed",
    ),
    row(Code::Conflict, "conflict", 409, "40001", 10, true, "somebody else was faster, or the thing exists already"),
    row(Code::PlanStale, "plan-stale", 409, "40001", 10, false, "what the plan was based on has changed; plan again"),
    row(
        Code::IdempotencyMismatch,
        "idempotency-mismatch",
        409,
        "40001",
        10,
        false,
        "the idempotency key was used with another body",
    ),
    row(
        Code::PublicationRetired,
        "publication-retired",
        410,
        "55000",
        9,
        false,
        "the publication was superseded longer ago than publications are kept; its files are given up",
    ),
    row(
        Code::GateRefused,
        "gate-refused",
        422,
        "23514",
        9,
        false,
        "the candidate breaks its contract; the previous publication still serves",
    ),
    row(Code::StandardRefused, "standard-refused", 422, "23514", 9, false, "a standard of the mesh is not met"),
    row(
        Code::ReferenceUnknown,
        "reference-unknown",
        422,
        "42704",
        9,
        false,
        "a file names something that does not exist",
    ),
    row(
        Code::ContractBreaking,
        "contract-breaking",
        422,
        "42P16",
        9,
        false,
        "the contract change breaks readers and needs a new major version",
    ),
    row(
        Code::VersionTooLow,
        "version-too-low",
        422,
        "42P16",
        9,
        false,
        "the contract adds to what is promised and needs a new minor version",
    ),
    row(
        Code::DescriptorMismatch,
        "descriptor-mismatch",
        422,
        "42P16",
        9,
        false,
        "the product descriptor disagrees with the contract",
    ),
    row(Code::TypeUnsupported, "type-unsupported", 422, "0A000", 9, false, "a type that is not served"),
    row(Code::NotIncremental, "not-incremental", 422, "0A000", 9, false, "the step cannot be built incrementally"),
    row(
        Code::DeltaFeatureUnsupported,
        "delta-feature-unsupported",
        422,
        "0A000",
        9,
        false,
        "the table uses a feature that is not served",
    ),
    row(Code::SourceChanged, "source-changed", 409, "55000", 9, false, "a source file changed after it was taken"),
    row(Code::SourceUnavailable, "source-unavailable", 422, "58030", 9, true, "a source cannot be read"),
    row(
        Code::RetirementRequired,
        "retirement-required",
        409,
        "2BP01",
        9,
        false,
        "an absent file retires an object; say so with --retire",
    ),
    row(
        Code::LooseningRequired,
        "loosening-required",
        409,
        "2F003",
        9,
        false,
        "changed access rules would show more than before; say so with --loosen",
    ),
    row(
        Code::PolicyUnavailable,
        "policy-unavailable",
        503,
        "58000",
        14,
        true,
        "the policy state cannot be established; nothing is served",
    ),
    row(Code::DataUnavailable, "data-unavailable", 503, "58000", 14, true, "the data cannot be read or verified"),
    row(
        Code::AuditUnavailable,
        "audit-unavailable",
        503,
        "58000",
        14,
        true,
        "the audit record cannot be written; nothing is served",
    ),
    row(Code::JournalBroken, "journal-broken", 503, "58000", 14, false, "the journal does not verify"),
    row(Code::DataInUse, "data-in-use", 409, "55006", 9, true, "another process uses the data directory"),
    row(Code::StorageFull, "storage-full", 503, "53100", 8, true, "no space left"),
    row(Code::Draining, "draining", 503, "57P03", 14, true, "the server is stopping; try another node or later"),
    row(Code::ServerUnreachable, "server-unreachable", 503, "08001", 14, true, "the server does not answer"),
    row(Code::Internal, "internal", 500, "XX000", 13, false, "a fault of ours; the request id leads to the log"),
];

/// [`Code::Internal`], which ends the table.
const LAST: &Row = match TABLE.last() {
    Some(last) => last,
    None => &row(Code::Internal, "internal", 500, "XX000", 13, false, "a fault of ours"),
};

impl Code {
    /// Every code with its row, in the order of the reference page.
    pub const ALL: &'static [Row] = TABLE;

    /// How this code looks on each door.
    pub fn row(self) -> &'static Row {
        // The test `the_table_is_in_the_order_of_the_enum` holds the index; the fallback keeps this total.
        TABLE.get(self as usize).unwrap_or(LAST)
    }

    /// The code's text.
    pub fn as_str(self) -> &'static str {
        self.row().text
    }
}

/// The reference page of error codes, `docs/reference/errors.md`.
pub fn reference_markdown() -> String {
    let mut page = String::from(
        "# Error codes\n\n\
         Every refusal carries one of these codes, on every door. Programs match on the code: it is never renamed; the\n\
         message is for people and may change. Some problems carry a finer SQLSTATE than their code's.\n\n\
         | Code | Meaning | HTTP | SQLSTATE | gRPC | Same call later? |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in Code::ALL {
        let later = if row.retry { "may succeed" } else { "no" };
        page.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {later} |\n",
            row.text, row.meaning, row.http, row.sqlstate, row.grpc
        ));
    }
    page
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One failure, told the same way on every door. Boxed inside, so that `Result<T, Problem>` stays small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Problem)]
struct Parts {
    code: Code,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sqlstate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Location>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Parts>, no_recursion)]
    items: Vec<Problem>,
    /// The internal cause, for the log alone: never serialised, never rendered to a caller.
    #[serde(skip)]
    cause: Option<String>,
}

impl utoipa::PartialSchema for Problem {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Parts::schema()
    }
}

impl utoipa::ToSchema for Problem {
    fn name() -> std::borrow::Cow<'static, str> {
        "Problem".into()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        Parts::schemas(schemas);
    }
}

impl Problem {
    /// A problem with its message: lower case, no full stop, input in backticks.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            message: message.into(),
            hint: None,
            sqlstate: None,
            at: None,
            items: Vec::new(),
            cause: None,
        }))
    }

    /// A fault of ours or of the world that the caller cannot mend: the cause goes to the log only.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(Code::Internal, "something went wrong on our side").with_cause(cause)
    }

    /// Several problems as one: the first gives code and message, all are listed. `None` for an empty list.
    pub fn all(problems: Vec<Self>) -> Option<Self> {
        let first = problems.first()?.clone();
        if problems.len() == 1 {
            return Some(first);
        }
        let mut whole = Self::new(first.code(), format!("{} problems; the first: {}", problems.len(), first.message()));
        whole.0.items = problems;
        Some(whole)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Gives a finer SQLSTATE than the code's own (`42703` for a column that is not found).
    #[must_use]
    pub fn with_sqlstate(mut self, sqlstate: &str) -> Self {
        self.0.sqlstate = Some(sqlstate.to_owned());
        self
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.0.at = Some(location);
        self
    }

    /// Lists the single failures behind this one.
    #[must_use]
    pub fn with_items(mut self, items: Vec<Self>) -> Self {
        self.0.items = items;
        self
    }

    /// Keeps the internal cause for the log.
    #[must_use]
    pub fn with_cause(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What failed, on what, why.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The SQLSTATE: its own or the code's.
    pub fn sqlstate(&self) -> &str {
        self.0.sqlstate.as_deref().unwrap_or(self.0.code.row().sqlstate)
    }

    /// Where, if known.
    pub fn location(&self) -> Option<&Location> {
        self.0.at.as_ref()
    }

    /// The single failures, if there are several.
    pub fn items(&self) -> &[Self] {
        &self.0.items
    }

    /// The internal cause. SECURITY: for the server's log only (test `the_cause_never_leaves`).
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = &self.0.at {
            write!(f, "{at}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (index, row) in Code::ALL.iter().enumerate() {
            assert_eq!(row.code as usize, index, "{}", row.text);
            assert_eq!(serde_json::to_string(&row.code).unwrap(), format!("\"{}\"", row.text));
            assert_eq!(row.sqlstate.len(), 5);
        }
    }

    #[test]
    fn the_cause_never_leaves() {
        let problem = Problem::internal("/secret/path");
        assert_eq!(problem.cause(), Some("/secret/path"));
        assert!(!serde_json::to_string(&problem).unwrap().contains("secret"));
        assert!(!problem.to_string().contains("secret"));
    }

    #[test]
    fn several_problems_become_one_with_items() {
        assert!(Problem::all(vec![]).is_none());
        let one = Problem::new(Code::InvalidFile, "a");
        assert_eq!(Problem::all(vec![one.clone()]).unwrap(), one);
        let two = Problem::all(vec![one.clone(), Problem::new(Code::Conflict, "b")]).unwrap();
        assert_eq!(two.code(), Code::InvalidFile);
        assert_eq!(two.items().len(), 2);
    }
}
