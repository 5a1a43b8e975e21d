//! Engine errors as problems, mapped once (M18): planning and expression errors keep their text, which speaks of what
//! the caller wrote and sees; storage and format errors become `data-unavailable` with nothing but the request id.

mod words;

use arrow::error::ArrowError;
use datafusion::{common::SchemaError, error::DataFusionError};
use model::{Code, Location, Problem};

use crate::engine::functions;

/// An engine error as a problem.
pub(crate) fn problem(error: &DataFusionError) -> Problem {
    if let Some(ours) = our_own(error) {
        return place(ours, error);
    }
    if let Some(storage) = lake::storage_problem(error) {
        return storage;
    }
    place(translated(error.find_root(), error), error)
}

/// A problem of ours that travelled through the engine.
fn our_own(error: &DataFusionError) -> Option<Problem> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return Some(problem.clone());
        }
        next = match error.downcast_ref::<DataFusionError>() {
            Some(DataFusionError::External(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Shared(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Collection(several)) => several.first().map(|first| first as _),
            Some(DataFusionError::ArrowError(inner, _)) => match inner.as_ref() {
                ArrowError::ExternalError(inner) => Some(inner.as_ref()),
                other => Some(other),
            },
            _ => error.source(),
        };
    }
    None
}

/// Adds the position in the caller's text, where the planner knows it.
fn place(problem: Problem, error: &DataFusionError) -> Problem {
    if problem.location().is_some() {
        return problem;
    }
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    match error.diagnostic().and_then(|diagnostic| diagnostic.span) {
        Some(span) if span.start.line > 0 => problem.at(Location {
            file: String::new(),
            line: number(span.start.line),
            column: number(span.start.column),
        }),
        _ => problem,
    }
}

fn translated(root: &DataFusionError, whole: &DataFusionError) -> Problem {
    match root {
        DataFusionError::SchemaError(error, _) => schema_error(error),
        DataFusionError::SQL(error, _) => Problem::new(Code::InvalidSql, clean(&error.to_string())),
        DataFusionError::Plan(text) | DataFusionError::Configuration(text) => plan_error(text),
        // Types that do not go together in BETWEEN are a fault of the engine in its own eyes.
        DataFusionError::Internal(text) if text.starts_with("Failed to coerce types") => {
            plan_error(text.lines().next().unwrap_or_default())
        }
        DataFusionError::NotImplemented(text) => not_implemented(text),
        DataFusionError::ResourcesExhausted(_) => {
            Problem::new(Code::LimitMemory, "the memory of this statement is used up")
                .with_hint("read fewer columns, filter earlier, or aggregate in steps")
                .with_cause(whole)
        }
        DataFusionError::ArrowError(error, _) => arrow_error(error),
        DataFusionError::Execution(text) => expression_error(text),
        DataFusionError::Collection(several) => match several.first() {
            Some(first) => problem(first),
            None => Problem::internal(whole),
        },
        DataFusionError::External(error) => foreign_error(error.as_ref(), whole),
        _ => Problem::internal(whole),
    }
}

/// An error of a library below the engine: of these, only patterns are the caller's to mend.
fn foreign_error(error: &(dyn std::error::Error + 'static), whole: &dyn std::fmt::Display) -> Problem {
    let text = error.to_string();
    if !["regex parse error", "Compiled regex exceeds"].iter().any(|words| text.contains(words)) {
        return Problem::internal(whole);
    }
    // The text draws the pattern over several lines; the last one says what is wrong.
    let why = text.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
    failed(&format!("the regular expression does not compile: {why}"), "2201B")
}

/// What the engine cannot do yet. Its words may show its inner types: those stay in the log.
fn not_implemented(text: &str) -> Problem {
    let plain = clean(text);
    let is_inner = plain.contains('{') || plain.contains("::") || plain.contains("(\"");
    let message = if is_inner { "this form of query is not supported".to_owned() } else { plain };
    Problem::new(Code::StatementUnsupported, message).with_cause(text)
}

fn schema_error(error: &SchemaError) -> Problem {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let name = field.name();
            let problem = Problem::new(Code::NotFound, format!("column `{}` does not exist", name.escape_debug()))
                .with_sqlstate("42703");
            // Valid fields are those of the plan so far: only what the reader sees.
            let near = valid_fields
                .iter()
                .map(|valid| (strsim::osa_distance(&name.to_lowercase(), &valid.name().to_lowercase()), valid.name()))
                .filter(|(distance, valid)| *distance <= 2.max(valid.len() / 4))
                .min();
            match near {
                Some((_, near)) => problem.with_hint(format!("did you mean `{near}`?")),
                None => problem,
            }
        }
        SchemaError::AmbiguousReference { field } => {
            Problem::new(Code::InvalidSql, format!("column reference `{}` is ambiguous", field.name()))
                .with_sqlstate("42702")
        }
        SchemaError::DuplicateQualifiedField { name, .. } | SchemaError::DuplicateUnqualifiedField { name } => {
            Problem::new(Code::InvalidSql, format!("column `{name}` is there twice")).with_sqlstate("42701")
        }
    }
}

fn plan_error(text: &str) -> Problem {
    if let Some(rest) = text.strip_prefix("Invalid function '") {
        let name = rest.split('\'').next().unwrap_or_default();
        return function_unknown(name);
    }
    if text.contains("table function '") && text.contains("not found") {
        let name = text.split('\'').nth(1).unwrap_or_default();
        return function_unknown(name);
    }
    if let Some(rest) = text.strip_prefix("Unsupported compound identifier '") {
        let name = rest.split('\'').next().unwrap_or_default();
        return governance::treatment::table_not_found(&name.escape_debug().to_string());
    }
    if let Some((message, hint)) = words::mismatch(text) {
        let problem = Problem::new(Code::InvalidSql, message).with_sqlstate("42883");
        return match hint {
            Some(hint) => problem.with_hint(hint),
            None => problem.with_hint("the functions of a session are listed in docs/reference/sql.md"),
        };
    }
    if let Some(name) = words::shared_name(text) {
        let message = format!("two columns of one SELECT are called `{}`", name.escape_debug());
        return Problem::new(Code::InvalidSql, message)
            .with_sqlstate("42701")
            .with_hint("give one of them another name with AS");
    }
    let problem = Problem::new(Code::InvalidSql, clean(text));
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if has(&[
        "overloaded",
        "No function matches",
        "does not support",
        "Failed to coerce",
        "coercion",
        "candidate functions",
    ]) {
        problem.with_sqlstate("42883")
    } else if has(&["GROUP BY", "must appear in the GROUP BY"]) {
        problem.with_sqlstate("42803")
    } else if has(&["Cannot cast", "cannot be cast", "Unsupported CAST"]) {
        problem.with_sqlstate("42846")
    } else {
        problem
    }
}

/// The refusal of a function that is not on the list, or is one only over a window.
pub(crate) fn function_unknown(name: &str) -> Problem {
    if functions::is_window(name) {
        return Problem::new(Code::InvalidSql, format!("`{name}` is a window function and stands without OVER"))
            .with_sqlstate("42809")
            .with_hint(format!("write `{name}(...) OVER (ORDER BY ...)`"));
    }
    Problem::new(Code::FunctionUnknown, format!("function `{}` does not exist", name.escape_debug()))
        .with_hint("the functions of a session are listed in docs/reference/sql.md")
}

fn arrow_error(error: &ArrowError) -> Problem {
    match error {
        ArrowError::DivideByZero => failed("division by zero", "22012"),
        ArrowError::ArithmeticOverflow(text) => failed(text, "22003"),
        ArrowError::CastError(text) | ArrowError::ParseError(text) => cast_error(text),
        ArrowError::ComputeError(text) | ArrowError::InvalidArgumentError(text) => expression_error(text),
        ArrowError::MemoryError(_) => Problem::new(Code::LimitMemory, "the memory of this statement is used up"),
        ArrowError::ExternalError(error) => foreign_error(error.as_ref(), error),
        ArrowError::NotYetImplemented(text) => Problem::new(Code::StatementUnsupported, clean(text)),
        other => Problem::internal(other),
    }
}

fn expression_error(text: &str) -> Problem {
    let lower = text.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if has(&["divide by zero", "division by zero"]) {
        failed("division by zero", "22012")
    } else if has(&["overflow", "out of range", "too large to store"]) {
        failed(text, "22003")
    } else if has(&["cast", "parse", "parsing", "cannot be converted", "invalid input"]) {
        cast_error(text)
    } else {
        failed(text, "22000")
    }
}

fn cast_error(text: &str) -> Problem {
    let state =
        if text.to_lowercase().contains("overflow") || text.contains("out of range") { "22003" } else { "22P02" };
    failed(text, state)
}

/// A failed computation. The text quotes values of the masked domain only: nothing below the leaf computes for users.
fn failed(text: &str, sqlstate: &str) -> Problem {
    Problem::new(Code::ExpressionFailed, clean(text)).with_sqlstate(sqlstate)
}

/// The engine's text in our form: one line, our words for types, no prefix, lower case first letter, no full stop, no
/// back trace.
fn clean(text: &str) -> String {
    let text = text.split("\n\nbacktrace:").next().unwrap_or_default();
    let text = words::plain(text);
    let mut text = text.trim();
    while let Some((head, rest)) = text.split_once(": ")
        && (head.ends_with("rror") || head == "This feature is not implemented")
    {
        text = rest;
    }
    let line = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.').replace('\'', "`");
    let mut chars = line.chars();
    match chars.next() {
        Some(first) if !chars.as_str().starts_with(|c: char| c.is_ascii_uppercase()) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => line,
    }
}
