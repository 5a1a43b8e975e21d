//! From an `access.yaml` to [`AccessRules`]: every expression parsed and typed against the contract.

use std::collections::BTreeMap;

use super::{AccessRules, PortScope};
use crate::{
    column::ColumnType,
    contract::Contract,
    error::{Code, Location, Problem},
    files::{
        access::{AccessFile, ScopeDeclaration, Visibility},
        domain::DomainFile,
    },
    name::ScopeName,
    scope::RowScope,
    suggest,
    yaml::{Node, Position, Value, shown},
};

/// Longest entitlement where the file does not say.
const DEFAULT_DAYS: u32 = 90;

/// Longest entitlement that may be said: ten years.
const MOST_DAYS: u32 = 3_660;

/// Where the parts of the file stand, if its text is at hand.
pub(crate) struct Places<'a> {
    /// The file's path.
    pub(crate) path: &'a str,
    /// Its tree.
    pub(crate) document: Option<&'a Node>,
}

impl Places<'_> {
    /// Puts a problem to the value at a pointer; a position of its own is one within that value's text.
    fn place(&self, problem: Problem, pointer: &str) -> Problem {
        let Some(document) = self.document else { return problem };
        let (node, _) = document.walk(pointer);
        let mut position = node.position;
        if let Some(within) = problem.location() {
            let quoted = matches!(&node.value, Value::Scalar(scalar) if !scalar.plain);
            position.column = position.column.saturating_add(u32::from(quoted));
            position = position.offset(Position { line: within.line, column: within.column });
        }
        problem.at(Location { file: self.path.to_owned(), line: position.line, column: position.column })
    }
}

pub(crate) fn resolve(
    contract: &Contract,
    access: Option<&AccessFile>,
    domain: &DomainFile,
    places: &Places<'_>,
) -> Result<AccessRules, Vec<Problem>> {
    let Some(access) = access else { return Ok(defaults(domain)) };
    let mut resolver = Resolver { contract, places, problems: Vec::new() };
    let rules = resolver.rules(access, domain);
    if resolver.problems.is_empty() { Ok(rules) } else { Err(resolver.problems) }
}

/// Without a file: listed, every row, every declared purpose, decided by the domain's steward, 90 days.
fn defaults(domain: &DomainFile) -> AccessRules {
    AccessRules {
        visibility: Visibility::Listed,
        direct: false,
        scopes: BTreeMap::new(),
        default_scope: None,
        restrict: Vec::new(),
        purposes: None,
        approver: domain.steward.clone(),
        auto: Vec::new(),
        max_days: DEFAULT_DAYS,
    }
}

struct Resolver<'a> {
    contract: &'a Contract,
    places: &'a Places<'a>,
    problems: Vec<Problem>,
}

impl Resolver<'_> {
    fn refuse(&mut self, pointer: &str, problem: Problem) {
        self.problems.push(self.places.place(problem, pointer));
    }

    fn rules(&mut self, access: &AccessFile, domain: &DomainFile) -> AccessRules {
        let mut scopes = BTreeMap::new();
        for (name, declaration) in &access.scopes {
            let pointer = format!("/scopes/{name}");
            if matches!(name.as_str(), "all" | "default") {
                let message = format!("the scope name `{name}` is a word of its own");
                self.refuse(&pointer, Problem::new(Code::InvalidFile, message).with_hint("choose another name"));
            }
            if let Some(scope) = self.scope(name.as_str(), declaration, &pointer) {
                scopes.insert(name.clone(), scope);
            }
        }
        let mut restrict = Vec::new();
        for (index, declaration) in access.restrict.iter().enumerate() {
            restrict.extend(self.scope("", declaration, &format!("/restrict/{index}")));
        }
        if access.direct && !(access.scopes.is_empty() && access.restrict.is_empty()) {
            let problem = Problem::new(Code::InvalidFile, "`direct` reading goes around scopes and restrictions")
                .with_hint("remove `direct: true`, or the scopes and restrictions");
            self.refuse("/direct", problem);
        }
        AccessRules {
            visibility: access.visibility,
            direct: access.direct,
            default_scope: self.default_scope(access),
            scopes,
            restrict,
            purposes: access.purposes.clone(),
            approver: access.approve.by.clone().unwrap_or_else(|| domain.steward.clone()),
            auto: access.approve.auto.clone(),
            max_days: self.max_days(access),
        }
    }

    fn max_days(&mut self, access: &AccessFile) -> u32 {
        let most = access.approve.max_days.unwrap_or(DEFAULT_DAYS);
        if !(1..=MOST_DAYS).contains(&most) {
            let message = format!("`max_days` is from 1 to {MOST_DAYS}, not {most}");
            self.refuse("/approve/max_days", Problem::new(Code::InvalidFile, message));
        }
        for (index, auto) in access.approve.auto.iter().enumerate() {
            if auto.days == 0 || auto.days > most {
                let message = format!("an automatic approval is for 1 to {most} days, not {}", auto.days);
                self.refuse(&format!("/approve/auto/{index}/days"), Problem::new(Code::InvalidFile, message));
            }
        }
        most
    }

    fn default_scope(&mut self, access: &AccessFile) -> Option<ScopeName> {
        let name = access.default_scope.as_deref().filter(|name| *name != "all")?;
        if let Some(name) = access.scopes.keys().find(|scope| scope.as_str() == name) {
            return Some(name.clone());
        }
        let message = format!("the default scope `{}` is not declared under `scopes`", shown(name));
        let names: Vec<&str> = access.scopes.keys().map(|name| name.as_str()).collect();
        let hint = suggest::hint(name, names).unwrap_or_else(|| "declare it, or write `all`".to_owned());
        self.refuse("/default_scope", Problem::new(Code::ReferenceUnknown, message).with_hint(hint));
        None
    }

    fn scope(&mut self, name: &str, declaration: &ScopeDeclaration, pointer: &str) -> Option<PortScope> {
        let (text_pointer, ports) = match declaration {
            ScopeDeclaration::Text(_) => (pointer.to_owned(), None),
            ScopeDeclaration::On { ports, .. } => (format!("{pointer}/rows"), Some(ports)),
        };
        let scope = match RowScope::parse(name, declaration.rows()) {
            Ok(scope) => scope,
            Err(problem) => {
                self.refuse(&text_pointer, problem);
                return None;
            }
        };
        for (index, port) in ports.into_iter().flatten().enumerate() {
            if self.contract.port(port).is_none() {
                let names: Vec<&str> = self.contract.ports.iter().map(|port| port.name.as_str()).collect();
                let problem = Problem::new(Code::ReferenceUnknown, format!("the contract has no port `{port}`"))
                    .with_hint(suggest::hint(port.as_str(), names).unwrap_or_default());
                self.refuse(&format!("{pointer}/ports/{index}"), problem);
            }
        }
        for port in self.contract.ports.iter().filter(|port| declaration.holds_on(&port.name)) {
            let columns: Vec<(String, ColumnType)> =
                port.columns.iter().map(|column| (column.name.clone(), column.kind.clone())).collect();
            if let Err(problem) = scope.check(&columns) {
                self.refuse(&text_pointer, on_port(problem, port.name.as_str(), self.contract.ports.len()));
                return None;
            }
        }
        Some(PortScope { scope, ports: ports.cloned() })
    }
}

/// Names the port where a product has several.
fn on_port(problem: Problem, port: &str, ports: usize) -> Problem {
    if ports < 2 {
        return problem;
    }
    let named = Problem::new(problem.code(), format!("on the port `{port}`: {}", problem.message()));
    let leave_out = "or leave the port out: `{rows: \"...\", ports: [..]}`";
    named.with_hint(match problem.hint() {
        Some(hint) => format!("{hint}; {leave_out}"),
        None => leave_out.to_owned(),
    })
}
