//! Tables whose storage broke or was changed by somebody else: which table it is, and what to do about it.

use std::{collections::HashMap, sync::Arc};

use datafusion::catalog::TableProvider;
use lake::Table;
use model::{Code, Problem, manifest::Manifest};

use crate::record::BuildRecord;

/// Says which table cannot be read and how it is mended. Other problems stay as they are.
pub(crate) fn named(name: &str, problem: Problem) -> Problem {
    let is_storage = matches!(problem.code(), Code::DataUnavailable | Code::DeltaFeatureUnsupported);
    if !is_storage || problem.message().contains(name) {
        return problem;
    }
    let mut told = Problem::new(problem.code(), format!("`{name}`: {}", problem.message()));
    told = told.with_hint(problem.hint().unwrap_or(
        "put the table's folder back as it was, or take away what somebody else wrote into it, and repeat; \
         what is published is another version and is not touched",
    ));
    if let Some(location) = problem.location() {
        told = told.at(location.clone());
    }
    match problem.cause() {
        Some(cause) => told.with_cause(cause),
        None => told,
    }
}

/// The rows of a version that this house built, which must be as many as were built.
///
/// # Errors
/// `data-unavailable` if they are not: a log that lost its last lines is a log of fewer rows.
pub(crate) async fn provider_of(
    name: &str,
    table: &Table,
    version: u64,
    rows: u64,
) -> Result<Arc<dyn TableProvider>, Problem> {
    let manifest = table.manifest_unsealed(version).await.map_err(|problem| named(name, problem))?;
    check_rows(name, rows, &manifest)?;
    table.pin(Arc::new(manifest))?.provider(None)
}

/// The same files must hold the same bytes as when they were published before.
///
/// # Errors
/// `data-unavailable` if they do not: a candidate is not how altered bytes come to be served.
pub(crate) fn check_bytes(name: &str, published: &Manifest, candidate: &Manifest) -> Result<(), Problem> {
    let known: HashMap<_, _> = published.files.iter().map(|file| ((&file.path, &file.etag), &file.blocks)).collect();
    let altered = candidate.files.iter().find(|file| {
        let before = known.get(&(&file.path, &file.etag)).filter(|blocks| !blocks.is_empty());
        before.is_some_and(|blocks| **blocks != file.blocks)
    });
    let Some(altered) = altered else { return Ok(()) };
    let message = format!("`{name}` is not what was published: a data file changed since");
    Err(Problem::new(Code::DataUnavailable, message)
        .with_hint("build it anew, even if nothing it reads changed: `tessera run DOMAIN --full`")
        .with_cause(&altered.path))
}

/// As the check of [`provider_of`], where the document of the version is at hand.
pub(crate) fn check(name: &str, record: &BuildRecord, manifest: &Manifest) -> Result<(), Problem> {
    check_rows(name, record.rows, manifest)
}

// SECURITY: what somebody else wrote over a version of ours is not taken for it (test
// `a_log_that_lost_its_last_lines_is_refused_and_built_anew`).
fn check_rows(name: &str, built: u64, manifest: &Manifest) -> Result<(), Problem> {
    let found = manifest.rows();
    if found == built {
        return Ok(());
    }
    let message = format!("`{name}` has {found} rows where {built} were built: its log was changed or lost its end");
    Err(Problem::new(Code::DataUnavailable, message)
        .with_hint("build it anew, even if nothing it reads changed: `tessera run DOMAIN --full`"))
}
