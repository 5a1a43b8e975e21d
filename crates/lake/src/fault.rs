//! Faults of the storage, the formats and the engine as [`Problem`]s: mapped once, here.
//!
//! A caller learns that the data cannot be read or that the disk is full; paths, offsets and library texts go to the
//! log as the cause.

use std::{error::Error, fmt, io};

use datafusion::error::DataFusionError;
use model::{Code, Problem};

/// The data cannot be read or verified; the cause is for the log.
pub(crate) fn unavailable(cause: impl fmt::Display) -> Problem {
    Problem::new(Code::DataUnavailable, "the data cannot be read at the moment").with_cause(cause)
}

/// The data cannot be read or verified, for a reason that a caller may be told.
pub(crate) fn unreadable(message: impl Into<String>, cause: impl fmt::Display) -> Problem {
    Problem::new(Code::DataUnavailable, message).with_cause(cause)
}

/// A table feature that is not served.
pub(crate) fn unsupported(message: impl Into<String>) -> Problem {
    Problem::new(Code::DeltaFeatureUnsupported, message)
        .with_hint("write the table without deletion vectors, column mapping and absolute paths")
}

/// A fault of the file system: a full disk has its own code, everything else is unavailable data.
pub(crate) fn of_io(error: &io::Error, what: &str) -> Problem {
    if is_full(error) {
        return Problem::new(Code::StorageFull, "no space left on the volume of the data directory")
            .with_hint("free space and run the same command again: nothing was half done")
            .with_cause(format!("{what}: {error}"));
    }
    unavailable(format!("{what}: {error}"))
}

/// A fault while something was written: a full disk anywhere in its chain of causes keeps its code.
pub(crate) fn of_write(error: &(dyn Error + 'static), what: &str) -> Problem {
    match io_in(error) {
        Some(found) => of_io(found, what),
        None => unavailable(format!("{what}: {error}")),
    }
}

/// Whether a volume without space is behind it, also where a library wrapped that into an error of its own and the whole
/// into an `io::Error` again, as the engine does with what it spills.
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        || error.get_ref().and_then(|inner| io_in(inner)).is_some_and(is_full)
}

/// The first input/output error in a chain of causes.
fn io_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a io::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<io::Error>() {
            return Some(found);
        }
        if let Some(parquet::errors::ParquetError::External(inner)) = error.downcast_ref()
            && let Some(found) = io_in(inner.as_ref())
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The problem behind an engine error if the storage or a file format caused it; `None` for planning, type and
/// expression errors, whose text belongs to the caller.
pub fn storage_problem(error: &DataFusionError) -> Option<Problem> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return Some(problem.clone());
        }
        if let Some(found) = error.downcast_ref::<io::Error>() {
            // An io::Error may itself wrap a better answer.
            if let Some(inner) = found.get_ref()
                && let Some(problem) = inner.downcast_ref::<Problem>()
            {
                return Some(problem.clone());
            }
            return Some(of_io(found, "engine"));
        }
        if error.is::<object_store::Error>() || error.is::<parquet::errors::ParquetError>() {
            return Some(full_or_unavailable(error));
        }
        match error.downcast_ref::<DataFusionError>() {
            Some(DataFusionError::ObjectStore(inner)) => return Some(full_or_unavailable(inner.as_ref())),
            Some(DataFusionError::ParquetError(inner)) => return Some(full_or_unavailable(inner.as_ref())),
            Some(DataFusionError::IoError(inner)) => return Some(of_io(inner, "engine")),
            Some(DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner)) => {
                next = Some(inner.as_ref());
                continue;
            }
            Some(DataFusionError::Shared(inner)) => {
                next = Some(inner.as_ref());
                continue;
            }
            Some(DataFusionError::External(inner)) => {
                next = Some(inner.as_ref());
                continue;
            }
            Some(DataFusionError::ArrowError(inner, _)) => {
                next = Some(inner.as_ref());
                continue;
            }
            _ => {}
        }
        match error.downcast_ref::<arrow::error::ArrowError>() {
            Some(arrow::error::ArrowError::ParquetError(text)) => return Some(unavailable(text)),
            Some(arrow::error::ArrowError::IoError(_, inner)) => return Some(of_io(inner, "engine")),
            Some(arrow::error::ArrowError::ExternalError(inner)) => {
                next = Some(inner.as_ref());
                continue;
            }
            _ => {}
        }
        next = error.source();
    }
    None
}

/// Any engine error as a problem: a storage fault by [`storage_problem`], used-up memory as its limit, the rest as a
/// fault of ours with the text in the log.
pub fn engine_problem(error: &DataFusionError) -> Problem {
    if let Some(problem) = storage_problem(error) {
        return problem;
    }
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => {
            Problem::new(Code::LimitMemory, "the memory of this statement is used up").with_cause(error)
        }
        _ => Problem::internal(error),
    }
}

fn full_or_unavailable(error: &(dyn Error + 'static)) -> Problem {
    // A store that carries one of our own problems keeps it.
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return problem.clone();
        }
        if let Some(parquet::errors::ParquetError::External(inner)) = error.downcast_ref()
            && let Some(problem) = problem_in(inner.as_ref())
        {
            return problem;
        }
        next = error.source();
    }
    of_write(error, "engine")
}

fn problem_in(error: &(dyn Error + 'static)) -> Option<Problem> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return Some(problem.clone());
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_keeps_its_code_through_every_wrapper() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(of_io(&full(), "x").code(), Code::StorageFull);
        let spilled = [
            DataFusionError::from(io::Error::other(DataFusionError::from(full()))),
            DataFusionError::from(io::Error::other(arrow::error::ArrowError::from(full()))),
            DataFusionError::External(Box::new(io::Error::other(io::Error::other(full())))),
        ];
        for error in spilled {
            assert_eq!(storage_problem(&error).unwrap().code(), Code::StorageFull, "{error:?}");
        }
        let wrapped = parquet::errors::ParquetError::External(Box::new(full()));
        assert_eq!(of_write(&wrapped, "x").code(), Code::StorageFull);
        let engine = DataFusionError::from(wrapped).context("while scanning");
        assert_eq!(storage_problem(&engine).unwrap().code(), Code::StorageFull);
    }

    #[test]
    fn storage_faults_hide_their_text_and_plan_errors_are_not_storage_faults() {
        let store = DataFusionError::from(object_store::Error::NotFound {
            path: "/secret/zone".into(),
            source: Box::new(io::Error::from(io::ErrorKind::NotFound)),
        });
        let problem = storage_problem(&store).unwrap();
        assert_eq!(problem.code(), Code::DataUnavailable);
        assert!(!problem.message().contains("secret"));
        assert!(storage_problem(&DataFusionError::Plan("no field".into())).is_none());
        assert_eq!(engine_problem(&DataFusionError::ResourcesExhausted("x".into())).code(), Code::LimitMemory);
    }

    #[test]
    fn a_problem_inside_a_store_error_survives() {
        let inner = unreadable("a data file changed after it was published", "etag");
        let store = object_store::Error::Generic { store: "pinned", source: Box::new(inner.clone()) };
        let engine = DataFusionError::from(parquet::errors::ParquetError::External(Box::new(store)));
        assert_eq!(storage_problem(&engine).unwrap(), inner);
    }
}
