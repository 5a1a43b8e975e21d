//! What a derived column carries: classes of its inputs with what was applied to them, restrictions, regions (M15,
//! M15a, M15b).
//!
//! Not for finding out lineage: the pipeline reads it from the executed plan.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{
    class::{ClassName, Classifications},
    column::ColumnType,
    contract::Column,
    digest::Digest,
    error::{Code, Problem},
    lineage::{ColumnLineage, Dependence, TableLineage},
    publication::{PinnedPort, PublishedColumn},
    reference::PortRef,
    scope::{Operand, RowScope},
    treatment::{CarriedTag, ColumnTreatment, Outcome},
};
use serde::{Deserialize, Serialize};

/// What is known of one input table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputFacts {
    /// Every column and the classes its values carry as they were read; bronze columns carry none.
    pub columns: BTreeMap<String, BTreeSet<CarriedTag>>,
    /// Mandatory row restrictions on these columns.
    pub restrict: Vec<RowScope>,
    /// Regions its rows may be read in; empty means anywhere.
    pub regions: Vec<String>,
}

/// Every class a published column carries today: its own, those of fields within it, and labels whose first segment
/// has become a declared root since.
pub fn carried_tags(column: &PublishedColumn, classes: &Classifications) -> BTreeSet<CarriedTag> {
    let mut found: BTreeSet<CarriedTag> = column.tags.iter().cloned().collect();
    let mut names = BTreeSet::new();
    nested(&column.kind, classes, &mut names);
    names.extend(column.labels.iter().filter_map(|tag| class_of(tag, classes)));
    for class in names {
        if !found.iter().any(|tag| tag.class == class) {
            found.insert(CarriedTag { class, applied: Outcome::Clear });
        }
    }
    found
}

/// The classes and the labels a contract states for a column, fields within it included.
pub fn own_tags(column: &Column, classes: &Classifications) -> (BTreeSet<ClassName>, Vec<String>) {
    let mut names = BTreeSet::new();
    nested(&column.kind, classes, &mut names);
    let mut labels = Vec::new();
    for tag in &column.tags {
        match class_of(tag, classes) {
            Some(class) => {
                names.insert(class);
            }
            None => labels.push(tag.clone()),
        }
    }
    (names, labels)
}

/// What a column's values carry once a treatment was carried out on them: what the next product inherits (M15a).
pub fn as_read(
    column: &PublishedColumn,
    treatment: &ColumnTreatment,
    classes: &Classifications,
) -> BTreeSet<CarriedTag> {
    let tags = carried_tags(column, classes);
    if treatment.apply == Outcome::Clear {
        return tags;
    }
    tags.into_iter().map(|tag| CarriedTag { class: tag.class, applied: treatment.apply.clone() }).collect()
}

/// The classes of every output column, in the order of the lineage.
///
/// `own` are the classes the contract states by column; `declassified` says whether a steward has lowered a class that
/// a column inherits. A class that the contract states itself stays, declassified or not.
///
/// # Errors
/// `internal` if the lineage names an input table that `inputs` lacks.
pub fn tags(
    lineage: &TableLineage,
    inputs: &BTreeMap<String, InputFacts>,
    own: &BTreeMap<String, BTreeSet<ClassName>>,
    declassified: &dyn Fn(&str, &ClassName) -> bool,
) -> Result<Vec<BTreeSet<CarriedTag>>, Problem> {
    let nothing = BTreeSet::new();
    let one = |column: &ColumnLineage| {
        let sources = sources(column, lineage, inputs)?;
        let mut found: BTreeSet<CarriedTag> = sources.iter().flatten().cloned().collect();
        found.retain(|tag| !declassified(&column.column, &tag.class));
        for class in own.get(&column.column).unwrap_or(&nothing) {
            // Where every source carries the class already, the contract only repeats what is inherited.
            let repeats = !sources.is_empty()
                && sources.iter().all(|source| source.iter().any(|tag| tag.class == *class))
                && found.iter().any(|tag| tag.class == *class);
            if !repeats {
                found.insert(CarriedTag { class: class.clone(), applied: applied_to_copy(column, &sources) });
            }
        }
        Ok(found)
    };
    lineage.columns.iter().map(one).collect()
}

/// Adds to a port of an earlier publication what a later one has learnt about it: classes of its columns, restrictions of
/// its rows. Older versions are read, and gone back to, under today's policies (M14).
///
/// SECURITY: tests `a_rollback_never_loosens`, `an_older_version_knows_what_was_learnt_since`.
pub fn learn(earlier: &mut PinnedPort, later: &PinnedPort) {
    for column in Arc::make_mut(&mut earlier.columns) {
        let known = later.columns.iter().find(|known| known.name == column.name);
        for tag in known.into_iter().flat_map(|known| &known.tags) {
            // What was applied to the later values was not applied to the earlier ones.
            if !column.tags.iter().any(|own| own.class == tag.class) {
                column.tags.push(CarriedTag { class: tag.class.clone(), applied: Outcome::Clear });
            }
        }
    }
    for scope in &later.restrict {
        if !earlier.restrict.contains(scope) {
            earlier.restrict.push(scope.clone());
        }
    }
}

/// A restriction of an input that the rows of an output no longer carry the columns for. It keeps what is built on them
/// from being published until a steward waives it (M15b).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LostRestriction {
    /// The input, as the step that lost it named it.
    pub input: String,
    /// The column it restricts by, which did not arrive unchanged and clear.
    pub column: String,
    /// The step's output.
    pub lost_in: String,
    /// What names it in a waiver: a digest of input and condition, so that a changed condition needs a new one and a
    /// publisher who may not read policies sees none.
    pub restriction: Digest,
}

impl LostRestriction {
    /// Why the candidate is refused. `port` is what a waiver would be for.
    pub fn refusal(&self, port: &PortRef) -> Problem {
        let Self { input, column, lost_in, restriction } = self;
        Problem::new(
            Code::GateRefused,
            format!("`{input}` restricts its rows by `{column}`, which `{lost_in}` does not carry unchanged"),
        )
        .with_hint(format!(
            "select `{column}` unchanged, or let the steward waive it: \
             `tessera waive {port} {restriction} --reason \"...\"`"
        ))
    }
}

/// The restrictions of all inputs, restated on the output's columns, and those that cannot be.
///
/// A restriction can be restated where each of its columns survives unchanged and unmasked, and where an output row holds
/// values of one row of the input, or of several that agree in those columns. `inputs` are asked by the table's name.
pub fn restrictions(
    lineage: &TableLineage,
    inputs: &BTreeMap<String, InputFacts>,
) -> (Vec<RowScope>, Vec<LostRestriction>) {
    let mut restated = Vec::new();
    let mut lost = Vec::new();
    for table in &lineage.inputs {
        for restriction in inputs.get(table).map(|facts| facts.restrict.as_slice()).unwrap_or_default() {
            match restate(table, restriction, lineage, inputs) {
                Ok(scope) if restated.contains(&scope) => {}
                Ok(scope) => restated.push(scope),
                Err(column) => lost.push(LostRestriction {
                    input: table.clone(),
                    column,
                    lost_in: lineage.table.clone(),
                    restriction: Digest::of(format!("{table}\n{}", restriction.predicate).as_bytes()),
                }),
            }
        }
    }
    (restated, lost)
}

/// Where the rows of a product may be read: in the regions that its contract and every input allow, so the intersection;
/// an empty list allows every region.
///
/// # Errors
/// `gate-refused` if no region is left.
pub fn regions<'a>(inputs: impl IntoIterator<Item = &'a InputFacts>, own: &[String]) -> Result<Vec<String>, Problem> {
    let mut left: Option<BTreeSet<String>> = None;
    let lists = inputs.into_iter().map(|facts| facts.regions.as_slice()).chain([own]);
    for list in lists.filter(|list| !list.is_empty()) {
        let list: BTreeSet<String> = list.iter().cloned().collect();
        left = Some(left.map_or_else(|| list.clone(), |left| &left & &list));
    }
    match left {
        Some(left) if left.is_empty() => {
            Err(Problem::new(Code::GateRefused, "no region is left in which all inputs may be read together")
                .with_hint("build one product per region, or let the steward of an input widen its regions"))
        }
        left => Ok(left.unwrap_or_default().into_iter().collect()),
    }
}

/// The tags of every source of a column, one set per source; every column of every input where the lineage is unknown.
fn sources(
    column: &ColumnLineage,
    lineage: &TableLineage,
    inputs: &BTreeMap<String, InputFacts>,
) -> Result<Vec<BTreeSet<CarriedTag>>, Problem> {
    let facts = |table: &str| {
        inputs.get(table).ok_or_else(|| Problem::internal(format!("no facts about the input `{table}` of lineage")))
    };
    let everything = |facts: &InputFacts| facts.columns.values().flatten().cloned().collect::<BTreeSet<_>>();
    if !column.known {
        return lineage.inputs.iter().map(|table| facts(table).map(everything)).collect();
    }
    column
        .from
        .iter()
        .map(|(input, _)| {
            let facts = facts(&input.table)?;
            // An input column nobody knows is unknown lineage.
            Ok(facts.columns.get(&input.column).cloned().unwrap_or_else(|| everything(facts)))
        })
        .collect()
}

/// What a class the contract adds has already gone through: what its values have, if they are an unchanged copy of one
/// column; nothing otherwise.
fn applied_to_copy(column: &ColumnLineage, sources: &[BTreeSet<CarriedTag>]) -> Outcome {
    match (column.from.as_slice(), sources) {
        ([(_, Dependence::Copy)], [source]) if column.known => {
            let mut applied = source.iter().map(|tag| &tag.applied);
            match applied.next() {
                Some(first) if applied.all(|other| other == first) => first.clone(),
                _ => Outcome::Clear,
            }
        }
        _ => Outcome::Clear,
    }
}

/// The restriction on the output's columns, or the first column that is lost. SECURITY: where rows are mixed, what is
/// restated would be asked of one of them alone (test `a_restriction_is_lost_where_rows_are_mixed`).
fn restate(
    table: &str,
    restriction: &RowScope,
    lineage: &TableLineage,
    inputs: &BTreeMap<String, InputFacts>,
) -> Result<RowScope, String> {
    for mixed in lineage.mixed.iter().filter(|mixed| mixed.table == table) {
        if let Some(column) = restriction.columns().into_iter().find(|column| !mixed.agree.contains(column)) {
            return Err(column);
        }
    }
    let kept: BTreeMap<String, &str> = restriction
        .columns()
        .into_iter()
        .map(|column| match survivor(table, &column, lineage, inputs) {
            Some(output) => Ok((column, output)),
            None => Err(column),
        })
        .collect::<Result<_, _>>()?;
    let predicate = restriction.predicate.map_operands(&|operand| match operand {
        Operand::Column(column) => Operand::Column(kept.get(column).map_or(column.as_str(), |kept| kept).to_owned()),
        other => other.clone(),
    });
    Ok(RowScope { name: restriction.name.clone(), predicate })
}

/// The output column that is a copy of the input column, read clear. SECURITY: a masked copy would compare masks with
/// what the restriction names (test `a_restriction_is_not_restated_on_masked_values`).
fn survivor<'a>(
    table: &str,
    column: &str,
    lineage: &'a TableLineage,
    inputs: &BTreeMap<String, InputFacts>,
) -> Option<&'a str> {
    let facts = inputs.get(table)?.columns.get(column)?;
    if facts.iter().any(|tag| tag.applied != Outcome::Clear) {
        return None;
    }
    let copies = |output: &&ColumnLineage| {
        let is_it = |(input, dependence): &(model::lineage::InputColumn, Dependence)| {
            *dependence == Dependence::Copy && input.table == table && input.column == column
        };
        // Copies of other tables only hide more; another column of this one would be taken for the restricted one.
        let fits = |(input, dependence): &(model::lineage::InputColumn, Dependence)| {
            *dependence == Dependence::Copy && (input.table != table || input.column == column)
        };
        output.known && output.from.iter().all(fits) && output.from.iter().any(is_it)
    };
    lineage.columns.iter().find(copies).map(|output| output.column.as_str())
}

fn nested(kind: &ColumnType, classes: &Classifications, found: &mut BTreeSet<ClassName>) {
    match kind {
        ColumnType::Struct(fields) => {
            for field in fields {
                found.extend(field.tags.iter().filter_map(|tag| class_of(tag, classes)));
                nested(&field.kind, classes, found);
            }
        }
        ColumnType::List(item) | ColumnType::Map(item) => nested(item, classes, found),
        _ => {}
    }
}

/// The class a tag names, declared or not; `None` for a label.
fn class_of(tag: &str, classes: &Classifications) -> Option<ClassName> {
    classes.class_of_tag(tag).map(|class| class.unwrap_or_else(|undeclared| undeclared))
}
