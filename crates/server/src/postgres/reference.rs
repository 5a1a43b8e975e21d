//! The generated sections of `docs/reference/types.md`: one column of each type, from the contract to every door, and
//! what each mask does to it.

use std::{fmt::Write as _, sync::Arc};

use arrow::{
    array::{
        ArrayRef, BinaryViewArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, Int64Builder,
        ListArray, MapBuilder, StringArray, StringBuilder, StringViewArray, StructArray, TimestampMicrosecondArray,
    },
    datatypes::{DataType, Field, Int64Type},
};
use bytes::BytesMut;
use governance::mask;
use model::{
    class::{ClassName, PartialKind, Step},
    column::ColumnType,
    contract::Contract,
    treatment::{Outcome, TokenKey},
};

use super::{
    encode,
    types::{self, Format},
};
use crate::{
    format::{json, type_word},
    page,
};

const PAGE: &str = "docs/reference/types.md";

/// How a contract writes a column of each type, and a value of it.
fn samples() -> Vec<(&'static str, ArrayRef)> {
    let strings = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    map.keys().append_value("a");
    map.values().append_value(1);
    map.append(true).unwrap();
    let field = |name: &str, kind| Arc::new(Field::new(name, kind, true));
    vec![
        ("{logicalType: string}", Arc::new(StringViewArray::from(vec!["Köln"])) as ArrayRef),
        ("{logicalType: integer}", Arc::new(Int64Array::from(vec![9_007_199_254_740_993]))),
        ("{logicalType: number}", Arc::new(Float64Array::from(vec![1.5]))),
        (
            "{logicalType: number, physicalType: \"decimal(12,2)\"}",
            Arc::new(Decimal128Array::from(vec![12_990]).with_precision_and_scale(12, 2).unwrap()),
        ),
        ("{logicalType: boolean}", Arc::new(BooleanArray::from(vec![true]))),
        ("{logicalType: date}", Arc::new(Date32Array::from(vec![20_779]))),
        (
            "{logicalType: timestamp}",
            Arc::new(TimestampMicrosecondArray::from(vec![1_795_305_600_500_000]).with_timezone("UTC")),
        ),
        ("{logicalType: string, physicalType: binary}", Arc::new(BinaryViewArray::from(vec![b"\x00\xff".as_slice()]))),
        (
            "{logicalType: object, properties: [{name: city, logicalType: string}]}",
            Arc::new(StructArray::from(vec![(field("city", DataType::Utf8), strings(vec!["Köln"]))])),
        ),
        (
            "{logicalType: array, items: {logicalType: integer}}",
            Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), None])])),
        ),
        (
            "{logicalType: array, items: {logicalType: object, properties: [{name: city, logicalType: string}]}}",
            Arc::new(ListArray::new(
                field("element", DataType::Struct(vec![field("city", DataType::Utf8)].into())),
                arrow::buffer::OffsetBuffer::from_lengths([1]),
                Arc::new(StructArray::from(vec![(field("city", DataType::Utf8), strings(vec!["Köln"]))])),
                None,
            )),
        ),
        (
            "{logicalType: map, map: {key: {logicalType: string}, value: {logicalType: integer}}}",
            Arc::new(map.finish()),
        ),
    ]
}

/// The type that a contract gives a column, read as any contract is.
fn promised(column: &str) -> Result<ColumnType, String> {
    let column = column.trim_start_matches('{');
    let text = format!(
        "apiVersion: v3.2.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\nschema:\n  - name: port\n    \
         properties: [{{name: c, {column}]\n"
    );
    let read = Contract::parse(text.as_bytes(), "contract.yaml");
    read.map(|contract| contract.ports[0].columns[0].kind.clone())
        .map_err(|problems| problems.first().map(|problem| problem.code().to_string()).unwrap_or_default())
}

fn delta(kind: &ColumnType) -> String {
    match lake::table::delta_type(kind) {
        serde_json::Value::String(word) => word,
        nested => nested["type"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The Arrow type of a session, without what every nested type has of names.
fn session(kind: &ColumnType) -> String {
    match lake::arrow_types::session_type(kind) {
        DataType::Struct(_) => "Struct".to_owned(),
        DataType::List(_) => "List".to_owned(),
        DataType::Map(..) => "Map".to_owned(),
        DataType::Timestamp(..) => "Timestamp(µs, UTC)".to_owned(),
        other => other.to_string(),
    }
}

#[test]
fn every_type_is_what_the_page_says_on_every_door() {
    let mut types =
        "| In a contract | Called | Delta | In a session (Arrow) | Postgres |\n|---|---|---|---|---|\n".to_owned();
    let mut values = "| Called | JSON | CSV | psql |\n|---|---|---|---|\n".to_owned();
    for (column, array) in samples() {
        let kind = promised(column).unwrap();
        let field = Field::new("c", lake::arrow_types::session_type(&kind), true);
        let wire = types::kind(&field).unwrap();
        // Listings and rows speak of one type: a client that reads the catalog first must not be surprised.
        assert_eq!(gateway::listed_type(&kind), wire.name(), "{kind}");
        assert_eq!(types::kind(&Field::new("c", array.data_type().clone(), true)).unwrap(), wire, "{kind}");
        let of = lake::arrow_types::column_type(array.data_type(), "c").unwrap();
        assert_eq!(format!("{of}"), format!("{kind}"));
        let postgres = wire.name().strip_prefix('_').map_or(wire.name().to_owned(), |item| format!("{item}[]"));
        let inner = column.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(column);
        let written = if inner.contains('{') { column } else { inner };
        writeln!(types, "| `{written}` | {kind} | `{}` | `{}` | `{postgres}` |", delta(&kind), session(&kind)).unwrap();

        let mut as_json = vec![];
        json::write_value(array.as_ref(), 0, &mut as_json).unwrap();
        let mut row = BytesMut::new();
        encode::write_field(array.as_ref(), 0, &wire, Format::Text, &mut row).unwrap();
        let text = String::from_utf8(row[4..].to_vec()).unwrap();
        let plain = json::plain(array.as_ref(), 0).unwrap().unwrap();
        let as_json = String::from_utf8(as_json).unwrap();
        let called = if kind.to_string() == type_word(&field) {
            kind.to_string()
        } else {
            format!("{kind} (`{}`)", type_word(&field))
        };
        writeln!(values, "| {called} | `{as_json}` | `{plain}` | `{text}` |").unwrap();
    }
    page::section_is_current(PAGE, "types", &types);
    page::section_is_current(PAGE, "values", &values);
}

#[test]
fn the_physical_types_of_the_page_are_read_so() {
    let words = [
        "string",
        "text",
        "varchar(20)",
        "char(3)",
        "uuid",
        "int",
        "bigint",
        "smallint",
        "long",
        "double",
        "float",
        "real",
        "decimal",
        "decimal(12,2)",
        "numeric(38,0)",
        "decimal(39,0)",
        "boolean",
        "bool",
        "date",
        "timestamp",
        "timestamptz",
        "datetime",
        "binary",
        "bytea",
        "blob",
        "time",
        "interval",
        "json",
        "money",
    ];
    let mut out = "| `physicalType` alone | Is |\n|---|---|\n".to_owned();
    for word in words {
        let told = match promised(&format!("{{physicalType: \"{word}\"}}")) {
            Ok(kind) => kind.to_string(),
            Err(code) => format!("refused: `{code}`"),
        };
        writeln!(out, "| `{word}` | {told} |").unwrap();
    }
    page::section_is_current(PAGE, "physical types", &out);
}

#[test]
fn every_mask_does_to_every_type_what_the_page_says() {
    let key = TokenKey { class: ClassName::from_tag("pii.x"), scope: "mesh".to_owned(), version: 1 };
    let kinds: Vec<ColumnType> = samples()
        .iter()
        .map(|(column, _)| promised(column).unwrap())
        .filter(|kind| !matches!(kind, ColumnType::List(_) | ColumnType::Map(_)))
        .collect();
    let called = |kind: &ColumnType| match kind {
        ColumnType::Decimal { .. } => "decimal".to_owned(),
        ColumnType::Struct(_) => "object, array, map".to_owned(),
        other => other.to_string(),
    };
    let masks = [
        ("`partial` (any shape)", Outcome::Partial { of: PartialKind::Email }),
        ("`generalise` to `year`, `month`, `decade`", Outcome::Generalise { to: Step::Year }),
        ("`generalise` to a number", Outcome::Generalise { to: Step::Multiple(1_000) }),
        ("`generalise` to `prefix:N`", Outcome::Generalise { to: Step::Prefix(2) }),
        ("`token`", Outcome::Token { key: key.clone() }),
        ("`constant`", Outcome::Constant { value: None }),
        ("`constant` of a text that is no value of the type", Outcome::Constant { value: Some("n/a".to_owned()) }),
        ("`null`", Outcome::Null),
        ("`denied`, or a class without a mask", Outcome::Denied),
    ];
    let mut out = format!("| Mask | {} |\n", kinds.iter().map(called).collect::<Vec<_>>().join(" | "));
    writeln!(out, "|---{}|", "|---".repeat(kinds.len())).unwrap();
    for (written, outcome) in &masks {
        let cells: Vec<&str> = kinds.iter().map(|kind| mask::fit(outcome, kind, Some(&key)).word()).collect();
        writeln!(out, "| {written} | {} |", cells.join(" | ")).unwrap();
    }
    page::section_is_current(PAGE, "masks by type", &out);
}

#[test]
fn the_masks_show_what_the_page_says() {
    use PartialKind::{Email, Last4, Name, Phone};
    let mut out = "| Mask | Stored | Shown |\n|---|---|---|\n".to_owned();
    let mut line = |mask: &str, stored: &str, shown: &str| {
        writeln!(out, "| {mask} | {stored} | {shown} |").unwrap();
    };
    for (word, of, stored) in [
        ("email", Email, "ada.lovell@corp.example"),
        ("email", Email, "no address"),
        ("phone", Phone, "+49 170 1234567"),
        ("phone", Phone, "0170 1234567"),
        ("name", Name, "Ada Lovell"),
        ("last4", Last4, "DE89370400440532013000"),
        ("last4", Last4, "1234"),
    ] {
        let shown = mask::partial(of, stored);
        line(&format!("`partial`, `of: {word}`"), &format!("`{stored}`"), &format!("`{shown}`"));
    }
    let dates = Date32Array::from(vec![20_779]);
    let date = |days: i32| json::plain(&Date32Array::from(vec![days]), 0).unwrap().unwrap();
    for step in [Step::Year, Step::Month, Step::Decade] {
        let shown = date(mask::date(dates.value(0), step));
        line(&format!("`generalise`, `to: {step}`"), &format!("`{}`", date(20_779)), &format!("`{shown}`"));
    }
    for stored in [51_515, -1] {
        let shown = mask::integer(stored, 1_000);
        line("`generalise`, `to: 1000`", &format!("`{stored}`"), &format!("`{shown}`"));
    }
    line("`generalise`, `to: prefix:2`", "`50667`", &format!("`{}`", mask::prefix("50667", 2)));
    let token = mask::token(&[7; 32], b"ada.lovell@corp.example");
    line("`token`", "`ada.lovell@corp.example`", &format!("`{token}` (another with every key)"));
    for kind in ["string", "integer", "number", "boolean", "date", "timestamp"] {
        let kind = promised(&format!("{{logicalType: {kind}}}")).unwrap();
        let shown = match mask::constant(None, &kind).unwrap() {
            mask::ConstantValue::Text(text) => text,
            mask::ConstantValue::Integer(number) => number.to_string(),
            mask::ConstantValue::Number(number) => number.to_string(),
            mask::ConstantValue::Boolean(truth) => truth.to_string(),
            mask::ConstantValue::Date(days) => date(days),
            mask::ConstantValue::Timestamp(micros) => format!("{}T00:00:00Z", date(i32::try_from(micros).unwrap())),
            other => panic!("{other:?}"),
        };
        line("`constant`", &format!("any {kind}"), &format!("`{shown}`"));
    }
    page::section_is_current(PAGE, "masks", &out);
}
