//! What changed between two contracts, judged from where their readers stand: documentation, additive or breaking, each
//! change with its reason. The version of the later contract rises at least as far as the verdict asks.
//!
//! Not for deciding who feels a change, nor for what a reader may see: classes are enforced at once, whatever the version.

mod column;
mod rule;

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Contract, Freshness, PortContract};
use crate::{
    error::{Code, Problem},
    reference::ProductRef,
};

/// How far a change reaches, weakest first: the derived order is the order of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nobody's statements or results change.
    Documentation,
    /// Something more is there or promised; what was there stays.
    Additive,
    /// Something that a reader may rely on is gone or weaker.
    Breaking,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContractChange {
    /// How far it reaches.
    pub verdict: Verdict,
    /// The port it is on; `None` for the contract as a whole.
    pub port: Option<String>,
    /// The column it is on; `None` for the port as a whole.
    pub column: Option<String>,
    /// What changed, as a sentence: ``the type was `integer` and is `string` ``.
    pub what: String,
    /// Why it is judged so.
    pub why: String,
}

/// Everything that changed between two contracts, heaviest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContractDifference {
    /// The changes.
    pub changes: Vec<ContractChange>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documentation => "documentation",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

impl ContractChange {
    /// Where it is: `claims.amount`, `claims` or empty.
    pub fn place(&self) -> String {
        let parts = [self.port.as_deref(), self.column.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for ContractChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place().as_str() {
            "" => f.write_str(&self.what),
            place => write!(f, "`{place}`: {}", self.what),
        }
    }
}

impl ContractDifference {
    /// Compares two contracts. Free text counts as far as both have it: facts read from the journal have none.
    pub fn between(before: &Contract, after: &Contract) -> Self {
        let mut found = Found::default();
        of_contract(&mut found, before, after);
        of_ports(&mut found, before, after);
        found.changes.sort_by(|a, b| b.verdict.cmp(&a.verdict).then_with(|| a.cmp(b)));
        Self { changes: found.changes }
    }

    /// The heaviest verdict; `None` if nothing changed.
    pub fn verdict(&self) -> Option<Verdict> {
        self.changes.iter().map(|change| change.verdict).max()
    }

    /// The smallest version that may carry these changes after `before`; `before` itself if there are none.
    pub fn least_version(&self, before: &Version) -> Version {
        match self.verdict() {
            None => before.clone(),
            Some(Verdict::Documentation) => Version::new(before.major, before.minor, before.patch + 1),
            Some(Verdict::Additive) => Version::new(before.major, before.minor + 1, 0),
            Some(Verdict::Breaking) => Version::new(before.major + 1, 0, 0),
        }
    }
}

/// Checks that a contract may follow the one that readers have: its version rises at least as far as the verdict asks.
///
/// Documentation asks for nothing: what a reader sees of a column changes with its classes at once, and a text that is
/// put right must not wait for a version.
///
/// # Errors
/// `contract-breaking` for a version that is too low for what breaks, or lower than before, with every break as an item;
/// `version-too-low` for one that is too low for what is added, with everything added as an item.
pub fn check_version(product: &ProductRef, before: &Contract, after: &Contract) -> Result<(), Problem> {
    let (was, is) = (&before.version, &after.version);
    if is < was {
        let message = format!("the contract of `{product}` has version {is}, but {was} is published");
        return Err(Problem::new(Code::ContractBreaking, message)
            .with_hint("versions only go up; an earlier publication comes back with `tessera rollback`"));
    }
    let difference = ContractDifference::between(before, after);
    let least = difference.least_version(was);
    let (code, does) = match difference.verdict() {
        Some(Verdict::Breaking) => (Code::ContractBreaking, "breaks its readers"),
        Some(Verdict::Additive) => (Code::VersionTooLow, "adds to what is promised"),
        _ => return Ok(()),
    };
    if *is >= least {
        return Ok(());
    }
    let heaviest = difference.changes.iter().filter(|change| Some(change.verdict) == difference.verdict());
    let items: Vec<Problem> = heaviest.map(|change| Problem::new(code, format!("{change}: {}", change.why))).collect();
    let first = items.first().map_or("", |item| item.message());
    let message = format!("the contract of `{product}` {does}, so {is} is too low after {was}: {first}");
    Err(Problem::new(code, message)
        .with_hint(format!("give it the version {least}, or keep what is promised"))
        .with_items(items))
}

/// Changes as they are found, at the place that is looked at.
#[derive(Default)]
struct Found {
    changes: Vec<ContractChange>,
    port: Option<String>,
    column: Option<String>,
}

impl Found {
    fn add(&mut self, verdict: Verdict, what: impl Into<String>, why: impl Into<String>) {
        let (port, column) = (self.port.clone(), self.column.clone());
        self.changes.push(ContractChange { verdict, port, column, what: what.into(), why: why.into() });
    }

    fn breaking(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.add(Verdict::Breaking, what, why);
    }

    fn additive(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.add(Verdict::Additive, what, why);
    }

    fn documentation(&mut self, what: impl Into<String>) {
        self.add(Verdict::Documentation, what, "statements and their results stay as they are");
    }

    /// A text for people. One that is absent on a side was not read there, or is not there.
    fn text(&mut self, name: &str, before: Option<&String>, after: Option<&String>) {
        match (before, after) {
            (before, after) if before == after => {}
            (None, _) => self.documentation(format!("the {name} is new")),
            (_, None) => self.documentation(format!("the {name} is gone")),
            _ => self.documentation(format!("the {name} is written differently")),
        }
    }

    fn list<T: Ord + fmt::Display>(&mut self, name: &str, before: &[T], after: &[T]) {
        let missing = |from: &[T], other: &[T]| -> Vec<String> {
            from.iter().filter(|item| !other.contains(item)).map(|item| format!("`{item}`")).collect()
        };
        let (gone, new) = (missing(before, after), missing(after, before));
        if !gone.is_empty() {
            self.documentation(format!("the {name} {} no longer there", are(&gone)));
        }
        if !new.is_empty() {
            self.documentation(format!("the {name} {} new", are(&new)));
        }
    }
}

fn are(names: &[String]) -> String {
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}

fn of_contract(found: &mut Found, before: &Contract, after: &Contract) {
    if before.id != after.id {
        found.breaking(
            format!("the id was `{}` and is `{}`", before.id, after.id),
            "whoever follows the contract by its id loses it",
        );
    }
    if before.status != after.status {
        found.documentation(format!("the status was `{}` and is `{}`", before.status, after.status));
    }
    found.text("title", before.title.as_ref(), after.title.as_ref());
    found.text("purpose", before.purpose.as_ref(), after.purpose.as_ref());
    found.text("limitations", before.limitations.as_ref(), after.limitations.as_ref());
    found.text("usage", before.usage.as_ref(), after.usage.as_ref());
    found.text("owner", before.owner.as_ref(), after.owner.as_ref());
    found.list("glossary term", &before.glossary, &after.glossary);
    found.list("tag", &before.tags, &after.tags);
    if before.zone != after.zone {
        found.documentation("it is stored in another landing zone");
    }
    if after.tier > before.tier {
        found.breaking(
            format!("the tier was {} and is {}", before.tier, after.tier),
            "it may be lost for longer and with more of its data than was promised",
        );
    } else if after.tier < before.tier {
        found.additive(format!("the tier was {} and is {}", before.tier, after.tier), "more is promised after a loss");
    }
    of_regions(found, &before.regions, &after.regions);
    of_previous(found, before, after);
    of_freshness(found, &before.freshness, &after.freshness);
}

/// How long the major version before is served, as long as the two contracts mean the same one by that.
fn of_previous(found: &mut Found, before: &Contract, after: &Contract) {
    if before.version.major != after.version.major {
        return;
    }
    match (before.previous_until, after.previous_until) {
        (was, is) if was == is => {}
        (Some(was), Some(is)) if is < was => found.breaking(
            format!("the version before was served until {was} and is until {is}"),
            "its readers rely on the time they were told",
        ),
        (Some(was), None) => found.breaking(
            format!("the version before was served until {was}, and nothing is said of it now"),
            "its readers rely on the time they were told",
        ),
        (_, is) => {
            let until = is.map(|until| until.to_string()).unwrap_or_default();
            found.documentation(format!("the version before is served until {until}"));
        }
    }
}

/// No region at all means every one.
fn of_regions(found: &mut Found, before: &[String], after: &[String]) {
    let gone: Vec<String> = match (before.is_empty(), after.is_empty()) {
        (true, false) => vec!["all others".to_owned()],
        (false, false) => before.iter().filter(|region| !after.contains(region)).map(|r| format!("`{r}`")).collect(),
        _ => Vec::new(),
    };
    if !gone.is_empty() {
        found.breaking(format!("it may no longer be read in {}", gone.join(", ")), "whoever reads it there is refused");
    }
    let new: Vec<String> = match (before.is_empty(), after.is_empty()) {
        (false, true) => vec!["every region".to_owned()],
        (false, false) => after.iter().filter(|region| !before.contains(region)).map(|r| format!("`{r}`")).collect(),
        _ => Vec::new(),
    };
    if !new.is_empty() {
        found.additive(format!("it may be read in {} as well", new.join(", ")), "nobody who reads it is refused");
    }
}

fn of_freshness(found: &mut Found, before: &[Freshness], after: &[Freshness]) {
    /// The tightest promise on an element.
    fn within<'a>(promises: &'a [Freshness], like: &Freshness) -> Option<&'a Freshness> {
        promises.iter().filter(|promise| promise.element == like.element).min_by_key(|promise| promise.within)
    }
    let of = |promise: &Freshness| match &promise.element {
        Some((port, column)) => format!(" of `{port}.{column}`"),
        None => String::new(),
    };
    let mut seen = Vec::new();
    for promise in before.iter().chain(after) {
        if seen.contains(&&promise.element) {
            continue;
        }
        seen.push(&promise.element);
        match (within(before, promise), within(after, promise)) {
            (Some(was), None) => found.breaking(
                format!("the freshness{} of {} is no longer promised", of(promise), was.within),
                "readers may rely on how old the data is",
            ),
            (None, Some(is)) => {
                found
                    .additive(format!("the freshness{} of {} is promised", of(promise), is.within), "more is promised");
            }
            (Some(was), Some(is)) if was.within < is.within => found.breaking(
                format!("the freshness{} was {} and is {}", of(promise), was.within, is.within),
                "the data may be older than readers rely on",
            ),
            (Some(was), Some(is)) if was.within > is.within => found.additive(
                format!("the freshness{} was {} and is {}", of(promise), was.within, is.within),
                "the data is younger than readers rely on",
            ),
            _ => {}
        }
    }
}

fn of_ports(found: &mut Found, before: &Contract, after: &Contract) {
    for was in &before.ports {
        found.port = Some(was.name.to_string());
        match after.port(&was.name) {
            None => found.breaking("the port is gone", "statements that read it fail"),
            Some(is) => of_port(found, was, is),
        }
    }
    for is in &after.ports {
        if before.port(&is.name).is_none() {
            found.port = Some(is.name.to_string());
            found.additive("the port is new", "nobody reads it yet");
        }
    }
    found.port = None;
}

fn of_port(found: &mut Found, before: &PortContract, after: &PortContract) {
    found.text("description", before.description.as_ref(), after.description.as_ref());
    if before.partition_by != after.partition_by {
        found.documentation("its files are partitioned differently");
    }
    if before.sort != after.sort {
        found.documentation("its files are sorted differently");
    }
    column::of_keys(found, before, after);
    rule::compare(found, &before.rules, &after.rules);
    for was in &before.columns {
        found.column = Some(was.name.clone());
        match after.column(&was.name) {
            None => found.breaking("the column is gone", "statements that name it fail"),
            Some(is) => column::compare(found, was, is),
        }
    }
    for is in after.columns.iter().filter(|is| before.column(&is.name).is_none()) {
        found.column = Some(is.name.clone());
        found
            .additive(format!("the column is new, {}", is.kind), "statements that name their columns stay as they are");
    }
    found.column = None;
    let common = |port: &PortContract, other: &PortContract| -> Vec<String> {
        let kept = port.columns.iter().filter(|column| other.column(&column.name).is_some());
        kept.map(|column| column.name.clone()).collect()
    };
    if common(before, after) != common(after, before) {
        found.additive("the columns stand in another order", "only `SELECT *` gives them in that order");
    }
}

#[cfg(test)]
mod tests;
