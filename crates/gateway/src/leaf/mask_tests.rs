//! Tests of the masks over Arrow arrays.

use arrow::array::{BinaryViewArray, StringViewArray, StructArray};
use model::{class::ClassName, treatment::TokenKey};

use super::*;

fn keys() -> (tempfile::TempDir, Keys) {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open_with(folder.path(), || [7; 32]).unwrap();
    (folder, keys)
}

/// One array of each type, with a NULL in the middle.
fn arrays() -> Vec<(ColumnType, ArrayRef)> {
    let text: ArrayRef = Arc::new(StringViewArray::from(vec![Some("ada.lovell@corp.example"), None, Some("")]));
    let bytes: ArrayRef = Arc::new(BinaryViewArray::from(vec![Some(b"ab".as_slice()), None, Some(b"")]));
    let decimal = Decimal128Array::from(vec![Some(-12_345), None, Some(i128::from(i64::MAX))]);
    let field = model::column::Field { name: "a".into(), kind: ColumnType::String, nullable: true, tags: vec![] };
    let nested: ArrayRef =
        Arc::new(StructArray::new_null(vec![arrow::datatypes::Field::new("a", DataType::Utf8, true)].into(), 3));
    vec![
        (ColumnType::String, text),
        (ColumnType::Binary, bytes),
        (ColumnType::Integer, Arc::new(Int64Array::from(vec![Some(i64::MIN), None, Some(i64::MAX)]))),
        (ColumnType::Number, Arc::new(Float64Array::from(vec![Some(f64::NAN), None, Some(f64::INFINITY)]))),
        (ColumnType::Decimal { precision: 20, scale: 2 }, Arc::new(decimal.with_precision_and_scale(20, 2).unwrap())),
        (ColumnType::Boolean, Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        (ColumnType::Date, Arc::new(Date32Array::from(vec![Some(i32::MIN), None, Some(i32::MAX)]))),
        (
            ColumnType::Timestamp,
            Arc::new(TimestampMicrosecondArray::from(vec![Some(i64::MIN), None, Some(i64::MAX)]).with_timezone("UTC")),
        ),
        (ColumnType::Struct(vec![field]), nested),
    ]
}

fn outcomes() -> Vec<Outcome> {
    let key = TokenKey { class: ClassName::from_tag("pii.x"), scope: "mesh".into(), version: 1 };
    let general = |to| Outcome::Generalise { to };
    vec![
        Outcome::Clear,
        Outcome::Partial { of: PartialKind::Email },
        Outcome::Partial { of: PartialKind::Last4 },
        general(Step::Year),
        general(Step::Month),
        general(Step::Decade),
        general(Step::Multiple(1_000)),
        general(Step::Prefix(2)),
        Outcome::Token { key },
        Outcome::Constant { value: None },
        Outcome::Constant { value: Some("7".into()) },
        Outcome::Null,
        Outcome::Denied,
    ]
}

#[test]
fn every_mask_keeps_type_length_and_null_on_every_type() {
    let (_folder, keys) = keys();
    for (kind, array) in arrays() {
        for outcome in outcomes() {
            let mask = Mask::new(&outcome, &kind, &keys).unwrap();
            let masked = mask.apply(&array);
            assert_eq!(masked.data_type(), array.data_type(), "{outcome:?} on {kind}");
            assert_eq!(masked.len(), array.len());
            assert!(masked.is_null(1), "{outcome:?} on {kind}: NULL stays NULL");
            let same = masked.to_data() == array.to_data();
            let kept = mask.is_clear() || array.null_count() == array.len() || !mask::holds(&outcome, &kind);
            assert!(
                !same || kept || !matches!(kind, ColumnType::String | ColumnType::Integer),
                "{outcome:?} on {kind}"
            );
        }
    }
}

#[test]
fn masks_say_what_the_pure_functions_say() {
    let (_folder, keys) = keys();
    let array = arrays().remove(0).1;
    let masked = |outcome| {
        let masked = Mask::new(&outcome, &ColumnType::String, &keys).unwrap().apply(&array);
        masked.as_string_view().value(0).to_owned()
    };
    assert_eq!(masked(Outcome::Partial { of: PartialKind::Email }), "a***@corp.example");
    assert_eq!(masked(Outcome::Constant { value: None }), "REDACTED");
    assert_eq!(masked(Outcome::Generalise { to: Step::Prefix(2) }), "ad");
    let key = TokenKey { class: ClassName::from_tag("pii.x"), scope: "mesh".into(), version: 1 };
    let token = mask::token(&keys.token_key(&key).unwrap(), b"ada.lovell@corp.example");
    assert_eq!(masked(Outcome::Token { key }), token);
}

#[test]
fn a_mask_that_does_not_fit_hides() {
    let (_folder, keys) = keys();
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let partial = Mask::new(&Outcome::Partial { of: PartialKind::Email }, &ColumnType::Integer, &keys).unwrap();
    assert_eq!(partial.apply(&numbers).null_count(), 2);
    // Also if the array is not what the column promised.
    let wrong = Mask::Partial(PartialKind::Email);
    assert_eq!(wrong.apply(&numbers).null_count(), 2);
}

#[test]
fn a_missing_key_serves_nothing() {
    let (_folder, keys) = keys();
    let key = TokenKey { class: ClassName::from_tag("pii.x"), scope: "mesh".into(), version: 9 };
    let refused = Mask::new(&Outcome::Token { key }, &ColumnType::String, &keys).unwrap_err();
    assert_eq!(refused.sqlstate(), "58000");
}
