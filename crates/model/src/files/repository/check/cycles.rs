//! Steps that are made of each other, within a domain or across several: nothing could be built first.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use crate::{
    error::Code,
    files::{
        repository::{DomainFiles, Sourced},
        sql::SqlStep,
    },
    yaml::{Position, problem_at},
};

/// A step by its name (`claims/silver.claims`, `claims.claims_enriched.claims`), and what it reads.
struct Step<'a> {
    file: &'a Sourced<SqlStep>,
    reads: Vec<(String, Position)>,
}

impl Checker<'_> {
    /// Refuses each cycle once, where its first step by name reads the next.
    pub(super) fn cycles(&mut self) {
        let steps: BTreeMap<String, Step<'_>> = self.repository.domains.values().flat_map(steps).collect();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut found = Vec::new();
        for start in steps.keys() {
            // The way from the start to where we are, and which input of each step is looked at next.
            let mut way: Vec<(&str, usize)> = vec![(start, 0)];
            while let Some((name, next)) = way.last_mut() {
                let name: &str = name;
                let reads = steps.get(name).map(|step| step.reads.as_slice()).unwrap_or_default();
                let Some((read, _)) = reads.get(*next).filter(|_| !done.contains(name)) else {
                    done.insert(name);
                    way.pop();
                    continue;
                };
                *next += 1;
                match way.iter().position(|(known, _)| known == read) {
                    Some(first) => {
                        let cycle: Vec<&str> = way.iter().skip(first).map(|(name, _)| *name).collect();
                        found.extend(told(&steps, &cycle));
                    }
                    None => {
                        if let Some((read, _)) = steps.get_key_value(read) {
                            way.push((read, 0));
                        }
                    }
                }
            }
        }
        found.into_iter().for_each(|problem| self.refuse(problem));
    }
}

fn told(steps: &BTreeMap<String, Step<'_>>, cycle: &[&str]) -> Option<crate::error::Problem> {
    let at = cycle.iter().enumerate().min_by_key(|(_, name)| **name).map(|(at, _)| at)?;
    let names: Vec<&str> = cycle.iter().cycle().skip(at).take(cycle.len() + 1).copied().collect();
    let step = steps.get(*names.first()?)?;
    let (_, position) = step.reads.iter().find(|(read, _)| Some(&read.as_str()) == names.get(1))?;
    let way = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" reads ");
    let message = format!("the steps are made of each other: {way}");
    let problem = problem_at(&step.file.path, *position, Code::InvalidFile, message);
    Some(problem.with_hint("let one of them read from bronze, or from a step that none of them makes"))
}

fn steps(domain: &DomainFiles) -> impl Iterator<Item = (String, Step<'_>)> {
    let own = domain.file.value.domain.as_str();
    let silver = domain.silver.iter().map(move |(table, file)| (format!("{own}/silver.{table}"), file));
    let ports = domain.products.iter().flat_map(move |(product, files)| {
        files.ports.iter().map(move |(port, file)| (format!("{own}.{product}.{port}"), file))
    });
    silver.chain(ports).map(move |(name, file)| {
        let reads = file.value.tables().into_iter().filter_map(|table| {
            let parts: Vec<&str> = table.parts.iter().map(String::as_str).collect();
            let read = match parts.as_slice() {
                ["silver", table] => format!("{own}/silver.{table}"),
                ["bronze", _] => return None,
                [product, port] => format!("{own}.{product}.{port}"),
                [domain, product, port] => format!("{domain}.{product}.{port}"),
                _ => return None,
            };
            Some((read, table.position))
        });
        (name, Step { file, reads: reads.collect() })
    })
}
