//! Tests of the row filter: only TRUE passes, nothing fails on a row.

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    StringViewArray, TimestampMicrosecondArray,
};
use model::scope::Attributes;

use super::*;

fn batch() -> RecordBatch {
    let amount = Decimal128Array::from(vec![Some(150), Some(-200), None]).with_precision_and_scale(12, 2).unwrap();
    let at = TimestampMicrosecondArray::from(vec![Some(0), Some(86_400_000_000), None]).with_timezone("UTC");
    RecordBatch::try_from_iter_with_nullable([
        ("region", Arc::new(StringViewArray::from(vec![Some("EU"), Some("US"), None])) as ArrayRef, true),
        ("n", Arc::new(Int64Array::from(vec![Some(1), Some(2), None])), true),
        ("f", Arc::new(Float64Array::from(vec![Some(1.5), Some(-0.5), None])), true),
        ("amount", Arc::new(amount), true),
        ("day", Arc::new(Date32Array::from(vec![Some(0), Some(1), None])), true),
        ("at", Arc::new(at), true),
        ("flag", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])), true),
        ("Odd \"name\"", Arc::new(StringViewArray::from(vec![Some("a%b"), Some("a_c"), None])), true),
    ])
    .unwrap()
}

/// Which of the three rows pass.
fn passes(rows: &RowTreatment) -> Vec<bool> {
    let batch = batch();
    let filter = RowFilter::compile(rows, &batch.schema()).unwrap();
    let keep = filter.physical(&[], &batch.schema()).unwrap().evaluate(&batch).unwrap().into_array(3).unwrap();
    let keep = keep.as_boolean();
    (0..3).map(|row| arrow::array::Array::is_valid(keep, row) && keep.value(row)).collect()
}

fn scope(text: &str) -> RowScope {
    RowScope::parse("test", text).unwrap()
}

fn one(text: &str) -> Vec<bool> {
    passes(&RowTreatment { any_of: Some(vec![scope(text)]), all_of: vec![] })
}

#[test]
fn only_true_passes() {
    let (t, f) = (true, false);
    for (text, expected) in [
        ("region = 'EU'", [t, f, f]),
        ("region <> 'EU'", [f, t, f]),
        ("NOT region = 'EU'", [f, t, f]),
        ("region IN ('EU', 'APAC')", [t, f, f]),
        ("region NOT IN ('EU')", [f, t, f]),
        ("region IS NULL", [f, f, t]),
        ("region IS NOT NULL", [t, t, f]),
        ("region LIKE 'E%'", [t, f, f]),
        ("region = 'EU' OR region IS NULL", [t, f, t]),
        ("n = 1", [t, f, f]),
        ("n < 1.5", [t, f, f]),
        ("n BETWEEN 2 AND 3", [f, t, f]),
        ("n NOT BETWEEN 2 AND 3", [t, f, f]),
        ("f > 1", [t, f, f]),
        ("amount = 1.5", [t, f, f]),
        ("amount < 0", [f, t, f]),
        ("amount > -2.001", [t, t, f]),
        ("day = '1970-01-01'", [t, f, f]),
        ("at >= '1970-01-02T00:00:00Z'", [f, t, f]),
        ("flag = TRUE", [t, f, f]),
        ("n = f", [f, f, f]),
    ] {
        assert_eq!(one(text), expected, "{text}");
    }
}

#[test]
fn what_is_missing_or_does_not_fit_hides_also_under_not() {
    let attribute = |text: &str| {
        let bound = scope(text).bind(&Attributes::new());
        passes(&RowTreatment { any_of: Some(vec![bound]), all_of: vec![] })
    };
    for text in [
        "region = principal.region",
        "NOT region = principal.region",
        "region <> principal.region",
        "region NOT IN (principal.region)",
    ] {
        assert_eq!(attribute(text), [false; 3], "{text}");
    }
    let odd = |literal: Literal, column: &str, negated: bool| {
        let compare =
            Predicate::Compare(Operand::Column(column.to_owned()), Comparison::NotEqual, Operand::Literal(literal));
        let predicate = if negated { Predicate::Not(Box::new(compare)) } else { compare };
        passes(&RowTreatment { any_of: Some(vec![RowScope { name: String::new(), predicate }]), all_of: vec![] })
    };
    for negated in [false, true] {
        assert_eq!(odd(Literal::Text("abc".into()), "n", negated), [false; 3]);
        assert_eq!(odd(Literal::Text("not a day".into()), "day", negated), [false; 3]);
        assert_eq!(odd(Literal::Text("x".into()), "no_such_column", negated), [false; 3]);
        assert_eq!(odd(Literal::Boolean(true), "n", negated), [false; 3]);
    }
}

#[test]
fn scopes_add_and_restrictions_cut() {
    let rows = |any: Option<Vec<&str>>, all: Vec<&str>| RowTreatment {
        any_of: any.map(|any| any.into_iter().map(scope).collect()),
        all_of: all.into_iter().map(scope).collect(),
    };
    assert_eq!(passes(&rows(Some(vec!["n = 1", "n = 2"]), vec![])), [true, true, false]);
    assert_eq!(passes(&rows(Some(vec!["n = 1", "n = 2"]), vec!["region <> 'EU'"])), [false, true, false]);
    assert_eq!(passes(&rows(None, vec!["region <> 'EU'", "n = 2"])), [false, true, false]);
    assert_eq!(passes(&rows(Some(vec![]), vec![])), [false; 3], "no scope at all gives no row");
    assert!(RowFilter::compile(&rows(None, vec![]), &batch().schema()).is_none());
}

#[test]
fn a_prefix_is_taken_literally() {
    let prefix = |prefix: &str| {
        let predicate = Predicate::StartsWith {
            operand: Operand::Column("Odd \"name\"".to_owned()),
            prefix: prefix.to_owned(),
            negated: false,
        };
        passes(&RowTreatment { any_of: Some(vec![RowScope { name: String::new(), predicate }]), all_of: vec![] })
    };
    assert_eq!(prefix("a%"), [true, false, false]);
    assert_eq!(prefix("a_"), [false, true, false]);
    assert_eq!(prefix("a"), [true, true, false]);
}
