//! Every miss of a candidate as one refusal: breaches of the contract, standards, restrictions that got lost.

use std::collections::{BTreeMap, BTreeSet};

use governance::standards;
use model::{
    Code, Problem,
    contract::Contract,
    name::{PortName, TermName},
    reference::ProductRef,
};

use super::candidate::Candidate;
use crate::{
    report::{Advice, GateReport, RuleResult},
    workshop::Workshop,
};

/// What keeps a candidate from being published.
pub(super) struct Misses {
    product: ProductRef,
    serves: bool,
    items: Vec<Problem>,
    pastes: Vec<String>,
}

impl Misses {
    /// Nothing is missing yet; `serves` says whether a publication serves meanwhile.
    pub(super) fn new(product: &ProductRef, serves: bool) -> Self {
        Self { product: product.clone(), serves, items: Vec::new(), pastes: Vec::new() }
    }

    pub(super) fn add(&mut self, problems: Vec<Problem>) {
        self.items.extend(problems);
    }

    /// The rules that were broken.
    pub(super) fn gate(&mut self, report: &GateReport) {
        self.items.extend(report.rules.iter().filter(|rule| rule.blocks()).map(RuleResult::as_problem));
    }

    /// Restrictions and regions of inputs that did not arrive.
    pub(super) fn blocked(&mut self, candidate: &Candidate) {
        let mut seen = BTreeSet::new();
        for problem in &candidate.blocked {
            if seen.insert(problem.message().to_owned()) {
                self.items.push(problem.clone());
            }
        }
    }

    /// The standards; gives what is only advice.
    pub(super) fn standards(
        &mut self,
        workshop: &Workshop<'_>,
        contract: &Contract,
        samples: &BTreeMap<PortName, Vec<String>>,
    ) -> Result<Vec<Advice>, Problem> {
        let glossary: BTreeSet<TermName> = workshop.mesh.glossary().keys().cloned().collect();
        let findings = standards::check(&standards::Candidate {
            contract,
            domain: &workshop.state()?.file,
            glossary: &glossary,
            classes: workshop.mesh.classes(),
            samples,
        });
        let mut advice = Vec::new();
        for finding in findings {
            if finding.warns {
                advice.push(Advice {
                    standard: finding.standard,
                    message: finding.problem.message().to_owned(),
                    paste: finding.paste,
                });
                continue;
            }
            let hint = finding.problem.hint().unwrap_or_default().to_owned();
            let hint = match &finding.paste {
                Some(paste) => format!("{hint}\npaste into `contract.yaml`:\n{}", paste.trim_end()),
                None => hint,
            };
            self.pastes.extend(finding.paste);
            self.items.push(finding.problem.with_hint(hint));
        }
        Ok(advice)
    }

    /// Refuses if anything is missing: `gate-refused` if the data or its restrictions are at fault, else
    /// `standard-refused`.
    pub(super) fn refuse(self) -> Result<(), Problem> {
        if self.items.is_empty() {
            return Ok(());
        }
        let breaches = self.items.iter().filter(|item| item.code() != Code::StandardRefused).count();
        let standards = self.items.len() - breaches;
        let code = if breaches > 0 { Code::GateRefused } else { Code::StandardRefused };
        let plural = |count: usize, one: &str, many: &str| {
            if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
        };
        let mut parts = Vec::new();
        if breaches > 0 {
            parts.push(plural(breaches, "rule of the contract is broken", "rules of the contract are broken"));
        }
        if standards > 0 {
            parts.push(plural(standards, "standard is not met", "standards are not met"));
        }
        let message = format!("`{}` is not published: {}", self.product, parts.join(", "));
        let mend = if self.pastes.is_empty() {
            "mend the data or the contract and publish again"
        } else {
            "paste what the items propose into `contract.yaml`, apply and publish again"
        };
        let meanwhile =
            if self.serves { "what was published before still serves" } else { "nothing of it is published yet" };
        let hint = format!("{mend}; {meanwhile}");
        Err(Problem::new(code, message).with_hint(hint).with_items(self.items))
    }
}
