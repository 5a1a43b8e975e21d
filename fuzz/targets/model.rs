//! What the targets over `model` do with their bytes: shared by the fuzzer and the test that replays the corpus.

use std::collections::BTreeMap;

use model::{
    Problem,
    files::{
        repository::{Known, Repository, check},
        sql::SqlStep,
    },
    scope::RowScope,
};

/// One path of each kind of file; the first byte of the input chooses.
const KINDS: [&str; 11] = [
    "mesh.yaml",
    "people.yaml",
    "governance/purposes.yaml",
    "governance/glossary/terms.yaml",
    "governance/classifications/pii.yaml",
    "domains/claims/domain.yaml",
    "domains/claims/sources/crm.yaml",
    "domains/claims/products/enriched/contract.yaml",
    "domains/claims/products/enriched/access.yaml",
    "domains/claims/products/enriched/product.yaml",
    "domains/claims/silver/claims.sql",
];

/// What holds of every refusal: it has a place, and is told on one short line.
fn is_told_well(problem: &Problem) {
    assert!(problem.location().is_some_and(|at| at.line > 0 && at.column > 0), "{problem}");
    assert!(!problem.message().contains(['\n', '\t']) && problem.message().len() < 2_000, "{problem}");
}

/// A file of a mesh repository, of any kind.
pub fn yaml_files(data: &[u8]) {
    let Some((kind, text)) = data.split_first() else { return };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    let mut files: BTreeMap<String, Vec<u8>> = [("mesh.yaml".to_owned(), b"mesh: north\nformat: 1\n".to_vec())].into();
    files.insert(kind.to_owned(), text.to_vec());
    match Repository::load(&files) {
        Ok(repository) => {
            let findings = check(&repository, &Known::default());
            findings.problems.iter().chain(&findings.warnings).for_each(is_told_well);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            problems.iter().for_each(is_told_well);
        }
    }
}

/// A row scope: what is taken is printed to something that means the same.
pub fn row_scope(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(scope) = RowScope::parse("s", text) {
        let printed = scope.to_string();
        // Quoting may make a text longer than is taken.
        if printed.len() < 8_000 {
            assert_eq!(RowScope::parse("s", &printed).as_ref(), Ok(&scope), "{printed}");
        }
    }
}

/// A step of a pipeline: header and query.
pub fn sql_step(data: &[u8]) {
    match SqlStep::parse(data, "silver/t.sql") {
        Ok(step) => drop(step.tables()),
        Err(problem) => is_told_well(&problem),
    }
}
