//! `tessera check`: a mesh repository without a server. Every file is parsed, contracts are tried against the
//! standards, and each finding stands where an editor can jump to.

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use governance::standards;
use model::{
    Location, Problem,
    access::AccessRules,
    files::repository::{DomainFiles, ProductFiles, Repository, Sourced},
    name::TermName,
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

/// What a check found.
#[derive(Debug, Default)]
struct Findings {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
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
            session.console.talk(&summary(&folder, repository.as_ref(), &findings));
        }
        Ok(if findings.problems.is_empty() { Exit::Done } else { Exit::Refused })
    }
}

fn judge(repository: &Repository) -> Findings {
    let mut findings = Findings::default();
    let terms: BTreeSet<TermName> = repository.glossary.keys().cloned().collect();
    for domain in repository.domains.values() {
        for product in domain.products.values() {
            judge_product(domain, product, &terms, &mut findings);
        }
    }
    findings
}

fn judge_product(domain: &DomainFiles, product: &ProductFiles, terms: &BTreeSet<TermName>, findings: &mut Findings) {
    let contract = &product.contract;
    let access = product.access.as_ref();
    if let Err(problems) =
        AccessRules::resolve(&contract.value, access.map(|access| &access.value), &domain.file.value)
    {
        let file = access.map_or(contract.path.as_str(), |access| access.path.as_str());
        findings.problems.extend(problems.into_iter().map(|problem| in_file(problem, file)));
    }
    for port in &contract.value.ports {
        if !product.ports.contains_key(&port.name) {
            let message = format!("the port `{}` has no SQL", port.name);
            let hint = format!("write {}", contract.path.replace("contract.yaml", &format!("{}.sql", port.name)));
            findings.warnings.push(at_start(Problem::new(model::Code::ReferenceUnknown, message).with_hint(hint), contract));
        }
    }
    for finding in standards::check(&contract.value, &domain.file.value, terms) {
        let mut problem = in_file(finding.problem, &contract.path);
        if let Some(paste) = finding.paste {
            problem = problem.with_hint(format!("paste into {}:\n{}", contract.path, paste.trim_end()));
        }
        // A standard is asked for when the product is published; until then a miss is advice.
        findings.warnings.push(problem);
    }
}

fn at_start<T>(problem: Problem, file: &Sourced<T>) -> Problem {
    problem.at(Location { file: file.path.clone(), line: 1, column: 1 })
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
