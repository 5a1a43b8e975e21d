//! `tessera check`: a mesh repository without a server. Every file is parsed, contracts are tried against the standards
//! and against their SQL, and each finding stands where an editor can jump to.
//!
//! INVARIANT: what publishing would refuse by the files alone is an error here; what depends on data is not judged.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use clap::Args;
use governance::standards::{self, Candidate};
use model::{
    Location, Problem,
    class::Classifications,
    files::repository::{self, DomainFiles, Findings, Identity, Known, ProductFiles, Repository},
    name::{PortName, TermName},
};
use serde_json::json;

use crate::{
    Exit, Failure, Session,
    arguments::Output,
    failure::render_findings,
    folder::{self, Folder},
};

/// Check a mesh repository without a server.
#[derive(Debug, Args)]
pub struct Check {
    /// The repository; where you are if absent
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl Check {
    /// Reads and judges the files.
    ///
    /// # Errors
    /// There is no repository, or it cannot be read.
    pub fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let folder = folder::open(&session.environment, self.path.as_ref())?;
        let (findings, repository) = match Repository::load(&folder.files) {
            Ok(repository) => (judge(&repository), Some(repository)),
            Err(problems) => (Findings { problems, warnings: Vec::new() }, None),
        };
        if self.output.is_json() {
            session.console.json(&json!({ "problems": findings.problems, "warnings": findings.warnings }));
        } else {
            let style = session.console.style();
            let text = render_findings("error:", &findings.problems, style)
                + &render_findings("warning:", &findings.warnings, style);
            if !text.is_empty() {
                session.console.data(text.trim_end());
            }
            if let Some(note) = repository.as_ref().and_then(placeholders) {
                session.console.talk(&note);
            }
            session.console.talk(&summary(&folder, repository.as_ref(), &findings));
        }
        Ok(if findings.problems.is_empty() { Exit::Done } else { Exit::Refused })
    }
}

/// What the files say about each other, what the standards ask for, and whether the SQL gives what is promised.
fn judge(repository: &Repository) -> Findings {
    let mut findings = repository::check(repository, &Known::default());
    if matches!(repository.identity, Identity::Domain(_)) {
        // A domain's own repository names what others declare: only the mesh can say whether they do.
        findings.warnings.append(&mut findings.problems);
    }
    let columns = repository::columns(repository);
    findings.problems.extend(columns.problems);
    findings.warnings.extend(columns.warnings);
    let classes = repository.classes();
    for domain in repository.domains.values() {
        for product in domain.products.values() {
            for (warns, problem) in standards_of(repository, domain, product, &classes) {
                if warns { &mut findings.warnings } else { &mut findings.problems }.push(problem);
            }
        }
    }
    findings
}

/// What is as good as it can be at the beginning, in one line: products whose samples are made of placeholders.
fn placeholders(repository: &Repository) -> Option<String> {
    let domains = repository.domains.values();
    let products = domains.flat_map(|domain| domain.products.iter().map(move |(name, files)| (domain, name, files)));
    let bare: Vec<String> = products
        .filter(|(_, _, files)| {
            files.contract.value.ports.iter().any(|port| {
                !files.samples.contains_key(&port.name)
                    && port.columns.iter().all(|column| column.permitted.is_empty() && column.examples.is_empty())
            })
        })
        .map(|(domain, name, _)| format!("{}.{name}", domain.file.value.domain))
        .collect();
    (!bare.is_empty()).then(|| {
        format!("samples of placeholders, until there are `examples` or a `sample.<port>.csv`: {}", bare.join(", "))
    })
}

/// The standards a product does not meet, each with whether it is only advice.
fn standards_of(
    repository: &Repository,
    domain: &DomainFiles,
    product: &ProductFiles,
    classes: &Classifications,
) -> Vec<(bool, Problem)> {
    let contract = &product.contract;
    let samples: BTreeMap<PortName, Vec<String>> =
        product.samples.iter().map(|(port, sample)| (port.clone(), header_of(&sample.bytes))).collect();
    // Links to terms that nobody declares are told by the check of the files, where they stand.
    let columns = contract.value.ports.iter().flat_map(|port| &port.columns).flat_map(|column| &column.glossary);
    let linked = contract.value.glossary.iter().chain(columns);
    let glossary: BTreeSet<TermName> = repository.glossary.keys().chain(linked).cloned().collect();
    let candidate = Candidate {
        contract: &contract.value,
        domain: &domain.file.value,
        glossary: &glossary,
        classes,
        samples: &samples,
    };
    let found = standards::check(&candidate);
    found
        .into_iter()
        // Undeclared classes, too, are told where they stand; samples once for the whole mesh, by [`placeholders`].
        .filter(|finding| !["std.known-classes", "std.sample-hints"].contains(&finding.standard.as_str()))
        .map(|finding| {
            let problem = in_file(finding.problem, &contract.path);
            let problem = match finding.paste {
                Some(paste) => problem.with_hint(format!("paste into {}:\n{}", contract.path, paste.trim_end())),
                None => problem,
            };
            (finding.warns, problem)
        })
        .collect()
}

/// The column names of a sample's first line.
fn header_of(sample: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(sample);
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    line.split(',').map(|name| name.trim().trim_matches('"').to_owned()).collect()
}

/// Says in which file, where the problem itself does not.
fn in_file(problem: Problem, file: &str) -> Problem {
    match problem.location() {
        Some(at) if !at.file.is_empty() => problem,
        Some(at) => {
            let at = Location { file: file.to_owned(), ..at.clone() };
            problem.at(at)
        }
        None => problem.at(Location { file: file.to_owned(), line: 1, column: 1 }),
    }
}

fn summary(folder: &Folder, repository: Option<&Repository>, findings: &Findings) -> String {
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let read = match repository {
        Some(repository) => {
            let products = repository.domains.values().map(|domain| domain.products.len()).sum();
            format!(
                "{}, {} in {}",
                counted(repository.domains.len(), "domain"),
                counted(products, "product"),
                counted(folder.files.len(), "file")
            )
        }
        None => counted(folder.files.len(), "file"),
    };
    let problems = counted(findings.problems.len(), "error");
    format!("checked {read}: {problems}, {}", counted(findings.warnings.len(), "warning"))
}
