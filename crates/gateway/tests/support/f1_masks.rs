//! The product `lab.masks`: a column for each class of the root `lab` on each type, named `class__type`, and each type
//! once without a class. Two rows of values, the second at the edges, and one of NULLs.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListBuilder,
        MapBuilder, MapFieldNames, RecordBatch, StringArray, StringBuilder, StructArray, TimestampMicrosecondArray,
    },
    buffer::NullBuffer,
    datatypes::{DataType, Field, Fields},
};

use super::files::domain_file;

/// A class by name, and its mask as the file has it; without one its columns are denied.
const CLASSES: [(&str, &str); 19] = [
    ("email", "{kind: partial, of: email}"),
    ("name", "{kind: partial, of: name}"),
    ("phone", "{kind: partial, of: phone}"),
    ("last4", "{kind: partial, of: last4}"),
    ("year", "{kind: generalise, to: year}"),
    ("month", "{kind: generalise, to: month}"),
    ("decade", "{kind: generalise, to: decade}"),
    ("step", "{kind: generalise, to: 100}"),
    ("prefix", "{kind: generalise, to: 'prefix:2'}"),
    ("token", "{kind: token, scope: mesh}"),
    ("constant", "{kind: constant}"),
    ("seven", "{kind: constant, value: '7'}"),
    ("half", "{kind: constant, value: '0.5'}"),
    ("true", "{kind: constant, value: 'true'}"),
    ("day", "{kind: constant, value: '2000-02-29'}"),
    ("instant", "{kind: constant, value: '2000-02-29T12:00:00Z'}"),
    ("hidden", "{kind: constant, value: hidden}"),
    ("null", "{kind: 'null'}"),
    ("denied", ""),
];

/// A type by name, and how a contract states it.
const TYPES: [(&str, &str); 11] = [
    ("text", "logicalType: string"),
    ("int", "logicalType: integer"),
    ("dbl", "logicalType: number, physicalType: double"),
    ("dec", "logicalType: number, physicalType: 'decimal(12,2)'"),
    ("flag", "logicalType: boolean"),
    ("date", "logicalType: date"),
    ("time", "logicalType: timestamp"),
    ("bin", "logicalType: string, physicalType: binary"),
    ("obj", "logicalType: object, properties: [{name: nick, logicalType: string}]"),
    ("list", "logicalType: array, items: {logicalType: string}"),
    ("map", "logicalType: map, map: {key: {logicalType: string}, value: {logicalType: string}}"),
];

/// Containers with a class on what is inside them alone, and the type whose values they have.
const INNER: [(&str, &str); 4] = [
    ("obj", "logicalType: object, properties: [{name: nick, logicalType: string, tags: [lab.email]}]"),
    ("list", "logicalType: array, items: {logicalType: string, tags: [lab.hidden]}"),
    ("map", "logicalType: map, map: {key: {logicalType: string}, value: {logicalType: string, tags: [lab.token]}}"),
    ("keys", "logicalType: map, map: {key: {logicalType: string, tags: [lab.email]}, value: {logicalType: string}}"),
];

/// Its files.
pub fn files() -> Vec<(String, String)> {
    let mut classes = "root: lab\npersonal: false\nclasses:\n".to_owned();
    for (name, mask) in CLASSES {
        let mask = if mask.is_empty() { String::new() } else { format!(", mask: {mask}") };
        classes.push_str(&format!("  {name}: {{level: restricted{mask}}}\n"));
    }
    let mut contract =
        "apiVersion: v3.1.0\nkind: DataContract\nid: lab-masks\nname: masks\nversion: 1.0.0\nstatus: active\n\
         domain: lab\ndataProduct: masks\ndescription:\n  purpose: Every mask on every type.\n\
         schema:\n  - name: cells\n    logicalType: object\n    physicalType: table\n    properties:\n\
         \x20     - {name: id, logicalType: integer}\n"
            .to_owned();
    for (class, kind, stated) in columns() {
        let tags = if class == PLAIN { String::new() } else { format!(", tags: [lab.{class}]") };
        contract.push_str(&format!("      - {{name: {class}__{kind}, {stated}{tags}}}\n"));
    }
    for (name, stated) in INNER {
        contract.push_str(&format!("      - {{name: inner__{name}, {stated}}}\n"));
    }
    let table = "/* tessera\nmaterialise: table\n*/\nSELECT * FROM";
    let folder = "domains/lab/products/masks";
    vec![
        ("governance/classifications/lab.yaml".to_owned(), classes),
        ("domains/lab/domain.yaml".to_owned(), domain_file("lab")),
        (format!("{folder}/contract.yaml"), contract),
        (format!("{folder}/access.yaml"), "visibility: unlisted\n".to_owned()),
        (format!("{folder}/cells.sql"), format!("{table} silver.cells\n")),
        ("domains/lab/silver/cells.sql".to_owned(), format!("{table} bronze.cells\n")),
        (
            "domains/lab/sources/files.yaml".to_owned(),
            "source: files_lab\nkind: files\ntables:\n  cells: {path: cells.csv, format: csv}\n".to_owned(),
        ),
    ]
}

/// What the columns without a class are called after.
const PLAIN: &str = "plain";

/// Class, type, and how the type is stated, of each column but the key.
fn columns() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let classes = CLASSES.iter().map(|(class, _)| *class).chain([PLAIN]);
    classes.flat_map(|class| TYPES.iter().map(move |(kind, stated)| (class, *kind, *stated)))
}

/// Its rows.
pub fn rows() -> RecordBatch {
    let id: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let cells = columns().map(|(class, kind, _)| (format!("{class}__{kind}"), values(class, kind), true));
    let inner = INNER
        .map(|(name, _)| (format!("inner__{name}"), values(PLAIN, if name == "keys" { "map" } else { name }), true));
    let all = [("id".to_owned(), id, true)].into_iter().chain(cells).chain(inner);
    RecordBatch::try_from_iter_with_nullable(all).unwrap()
}

fn values(class: &str, kind: &str) -> ArrayRef {
    let text = match class {
        "email" => "ada.lovell@corp.example",
        "name" => "Ada Maria Lovell",
        "phone" => "+44 20 7946 0958",
        "last4" => "DE89370400440532013000",
        _ => "SECRETTEXT",
    };
    match kind {
        "text" => Arc::new(StringArray::from(vec![Some(text), Some(""), None])),
        "int" => Arc::new(Int64Array::from(vec![Some(12_345), Some(-15), None])),
        "dbl" => Arc::new(Float64Array::from(vec![Some(1_234.5), Some(-0.25), None])),
        "dec" => {
            let values = Decimal128Array::from(vec![Some(123_456), Some(-1), None]);
            Arc::new(values.with_precision_and_scale(12, 2).unwrap())
        }
        "flag" => Arc::new(BooleanArray::from(vec![Some(true), Some(true), None])),
        // 1987-06-15 and 1969-12-31.
        "date" => Arc::new(Date32Array::from(vec![Some(6_374), Some(-1), None])),
        // At 13:14:15.123456 and a microsecond before midnight.
        "time" => {
            let values = vec![Some(6_374 * 86_400_000_000 + 47_655_123_456), Some(-1), None];
            Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
        }
        "bin" => Arc::new(BinaryArray::from_opt_vec(vec![Some(b"SECRETTEXT"), Some(b""), None])),
        "obj" => {
            let nick = Fields::from(vec![Field::new("nick", DataType::Utf8, true)]);
            let values: ArrayRef = Arc::new(StringArray::from(vec![Some("SECRETTEXT"), Some(""), None]));
            Arc::new(StructArray::new(nick, vec![values], Some(NullBuffer::from(vec![true, true, false]))))
        }
        "list" => {
            let mut list =
                ListBuilder::new(StringBuilder::new()).with_field(Field::new("element", DataType::Utf8, true));
            list.append_value([Some("SECRETTEXT")]);
            list.append_value([Some(""), None]);
            list.append_null();
            Arc::new(list.finish())
        }
        "map" => {
            let names =
                MapFieldNames { entry: "key_value".to_owned(), key: "key".to_owned(), value: "value".to_owned() };
            let mut map = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new());
            map.keys().append_value("SECRETTEXT");
            map.values().append_value("SECRETTEXT");
            map.append(true).unwrap();
            map.append(true).unwrap();
            map.append(false).unwrap();
            Arc::new(map.finish())
        }
        other => panic!("no type is called {other}"),
    }
}
