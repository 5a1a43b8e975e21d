//! Tests of the governed table: what it decides, and what it never offers.

use model::{
    column::ColumnType,
    treatment::{ColumnTreatment, RowTreatment},
};

use super::*;

#[test]
fn a_column_without_a_decision_is_absent() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open_with(folder.path(), || [7; 32]).unwrap();
    let column = |name: &str| PublishedColumn {
        name: name.to_owned(),
        kind: ColumnType::String,
        nullable: true,
        tags: vec![],
        labels: vec![],
    };
    let decided = |name: &str, outcome: Outcome| ColumnTreatment {
        column: name.to_owned(),
        outcome: outcome.clone(),
        apply: outcome,
        reasons: vec![],
    };
    let treatment = Treatment {
        columns: vec![decided("a", Outcome::Clear), decided("b", Outcome::Denied)],
        rows: RowTreatment { any_of: None, all_of: vec![] },
        entitlements: vec![],
        purpose: None,
    };
    let reference = "claims.claims_enriched.claims".parse().unwrap();
    let columns = ["a", "b", "undecided"].map(column);
    let table = GovernedTable::new(reference, &columns, &treatment, &keys).unwrap();
    let names: Vec<String> = table.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["a"]);
    assert_eq!(table.lane(), Lane::Fast);
}
