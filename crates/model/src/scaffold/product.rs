//! The files of a new product: a contract, its access rules, its SQL.
//!
//! What a table shows is taken over as a promise only where it is one that a person would make: a key, what was never
//! empty, classes that names suggest. Everything is there to be corrected.

use std::fmt::Write as _;

use super::{ShapeColumn, TableShape, scalar};
use crate::{
    name::{Name, kind::Port},
    reference::ProductRef,
};

/// What a product is made from: a table, or a stand-in to be replaced.
struct Origin<'a> {
    zone: &'a str,
    table: &'a str,
    columns: &'a [ShapeColumn],
}

impl Origin<'_> {
    /// The name people read.
    fn name(&self) -> String {
        if self.zone.is_empty() { "your table".to_owned() } else { format!("{}.{}", self.zone, self.table) }
    }
}

/// The files of a new product, filled from a table if one is given.
pub fn product(reference: &ProductRef, from: Option<&TableShape>) -> Vec<(String, String)> {
    let folder = format!("domains/{}/products/{}", reference.domain, reference.product);
    let example = [example_column()];
    let shape = match from {
        Some(shape) => Origin { zone: &shape.zone, table: shape.table.as_str(), columns: &shape.columns },
        None => Origin { zone: "", table: reference.product.as_str(), columns: &example },
    };
    let port = port_name(reference, &shape);
    vec![
        (format!("{folder}/contract.yaml"), contract(reference, &port, &shape)),
        (format!("{folder}/access.yaml"), ACCESS.to_owned()),
        (format!("{folder}/{port}.sql"), sql(&shape)),
    ]
}

/// The port is named as the table, which is what people call it.
fn port_name(reference: &ProductRef, shape: &Origin<'_>) -> String {
    match shape.table.parse::<Name<Port>>() {
        Ok(name) => name.to_string(),
        Err(_) => reference.product.to_string(),
    }
}

/// The one column of a product that is made from nothing yet.
fn example_column() -> ShapeColumn {
    ShapeColumn {
        name: "id".to_owned(),
        header: "replace me".to_owned(),
        kind: "string".to_owned(),
        stored: "string".to_owned(),
        nullable: false,
        unique: true,
        class: None,
        class_by: None,
    }
}

/// How many of the columns that a product takes over have a proposed class, and how many have none.
pub fn classed(shape: &TableShape) -> (usize, usize) {
    let taken = || shape.columns.iter().filter(|column| is_taken(column));
    let with = taken().filter(|column| column.class.is_some()).count();
    (with, taken().count() - with)
}

fn contract(reference: &ProductRef, port: &str, shape: &Origin<'_>) -> String {
    let product = &reference.product;
    let from = shape.name();
    let mut text = format!(
        "# What {reference} promises, as an ODCS document. The gate measures it on every candidate.\n\
         apiVersion: v3.1.0\n\
         kind: DataContract\n\
         id: {domain}-{id}\n\
         name: {product}\n\
         version: 1.0.0\n\
         status: active\n\
         domain: {domain}\n\
         dataProduct: {product}\n\
         description:\n\
         \x20 # What is it for, and what is it not? Readers decide by these words.\n\
         \x20 purpose: The rows of {from} with names and types, for whoever is allowed to read them.\n\
         authoritativeDefinitions:\n\
         \x20 - {{type: glossary, url: \"glossary:record\"}}   # link your own term\n\
         slaProperties:\n\
         \x20 - {{property: freshness, value: 24, unit: h}}\n\
         customProperties:\n\
         \x20 - {{property: tessera.tier, value: 3}}\n\
         schema:\n\
         \x20 - name: {port}\n\
         \x20   logicalType: object\n\
         \x20   physicalType: table\n\
         \x20   description: One row for each row of {from}.\n\
         \x20   quality:\n\
         \x20     - {{type: library, metric: rowCount, mustBeGreaterThan: 0}}\n\
         \x20   # A column without a class, `tags: [pii.name]`, is clear to every reader: go through them once.\n\
         \x20   properties:\n",
        domain = reference.domain,
        id = product.as_str().replace('_', "-"),
    );
    let key = key_of(shape);
    for column in taken(shape) {
        property(&mut text, column, key.is_some_and(|key| std::ptr::eq(key, column)), &from);
    }
    text
}

fn property(text: &mut String, column: &ShapeColumn, is_key: bool, from: &str) {
    _ = writeln!(text, "      - name: {}", scalar(&column.name));
    match column.kind.strip_prefix("array of ") {
        Some(item) => _ = writeln!(text, "        logicalType: array\n        items: {{{}}}", logical(item)),
        None => _ = writeln!(text, "        {}", logical(&column.kind).replace(", ", "\n        ")),
    }
    if is_key {
        text.push_str("        primaryKey: true\n        primaryKeyPosition: 1\n        unique: true\n");
    }
    if is_key || !column.nullable {
        text.push_str("        required: true\n");
    }
    let description = format!("{} of {from}", column.header.trim());
    _ = writeln!(text, "        description: {}", scalar(&description));
    if let Some(class) = &column.class {
        let by = column.class_by.as_deref().filter(|by| *by == "values").unwrap_or("name");
        _ = writeln!(text, "        tags: [{}]   # proposed by the column's {by}", scalar(class));
    }
}

/// The keys that say a type: `logicalType: number, physicalType: decimal(12,2)` with the comma inside untouched.
fn logical(kind: &str) -> String {
    match kind {
        "integer" | "number" | "boolean" | "date" | "timestamp" => format!("logicalType: {kind}"),
        decimal if decimal.starts_with("decimal") => {
            format!("logicalType: number, physicalType: \"{}\"", decimal.replace(' ', ""))
        }
        "binary" => "logicalType: string, physicalType: binary".to_owned(),
        _ => "logicalType: string".to_owned(),
    }
}

/// The key: the first column that was complete and distinct, is no personal data, and is an integer or a text; rather
/// one whose name says so.
fn key_of<'a>(shape: &Origin<'a>) -> Option<&'a ShapeColumn> {
    let could = |column: &&ShapeColumn| {
        column.unique
            && !column.nullable
            && column.class.is_none()
            && matches!(column.kind.as_str(), "integer" | "string")
    };
    let says_so = |column: &&ShapeColumn| {
        let last = column.name.rsplit('_').next().unwrap_or_default();
        matches!(last, "id" | "key" | "no" | "nr" | "number" | "code" | "uuid" | "ref")
    };
    taken(shape).filter(could).find(says_so).or_else(|| taken(shape).find(could))
}

/// Whether a column's values are taken over: nested ones need a person who knows their fields.
fn is_taken(column: &ShapeColumn) -> bool {
    let item = column.kind.strip_prefix("array of ").unwrap_or(&column.kind);
    !(item.starts_with("object") || item.starts_with("map") || item.starts_with("array"))
}

fn taken<'a>(shape: &Origin<'a>) -> impl Iterator<Item = &'a ShapeColumn> + use<'a> {
    shape.columns.iter().filter(|column| is_taken(column))
}

fn sql(shape: &Origin<'_>) -> String {
    if shape.zone.is_empty() {
        // It runs as it is, so that the way can be walked before the data is there.
        return "/* tessera\nmaterialise: table\n*/\n-- replace this by your columns: SELECT ... FROM silver.your_table\n\
                SELECT 'replace me' AS \"id\"\n"
            .to_owned();
    }
    let columns: Vec<String> = taken(shape).map(|column| format!("  {}", expression(column))).collect();
    let mut text = "/* tessera\nmaterialise: table\n*/\n".to_owned();
    if taken(shape).any(|column| column.kind != column.stored && sql_type(&column.kind).is_some()) {
        text.push_str(STRICT);
    }
    if taken(shape).any(|column| column.kind != column.stored && places(&column.kind).is_some()) {
        text.push_str(PLACES);
    }
    _ = writeln!(text, "SELECT\n{}", columns.join(",\n"));
    for column in shape.columns.iter().filter(|column| !is_taken(column)) {
        // A line comment ends with its line, so nothing of the header may end it sooner.
        let header: String = column.header.chars().filter(|c| !c.is_control()).collect();
        _ = writeln!(text, "  -- {} holds {}: take its fields one by one", identifier(&header), column.kind);
    }
    _ = writeln!(text, "FROM {}.{}", shape.zone, shape.table);
    text
}

fn expression(column: &ShapeColumn) -> String {
    let (header, name) = (identifier(&column.header), identifier(&column.name));
    let value = match sql_type(&column.kind) {
        Some(kind) if column.kind != column.stored => {
            let text = format!("nullif(trim({header}), '')");
            let text = match places(&column.kind) {
                // Made unreadable, because a cast would round.
                Some(places) => format!(
                    "regexp_replace({text}, '([.][0-9]{{{places}}}0*[1-9]|[eE]).*$', ' is finer than {places} places')"
                ),
                None => text,
            };
            format!("CAST({text} AS {kind})")
        }
        None if column.stored == "string" && column.kind == "string" => format!("nullif({header}, '')"),
        _ if header == name => return header,
        _ => header,
    };
    format!("{value} AS {name}")
}

/// The places after the point of a decimal.
fn places(kind: &str) -> Option<&str> {
    Some(kind.strip_prefix("decimal")?.trim_matches(['(', ')', ' ']).split_once(',')?.1.trim())
}

/// The SQL type that a text is cast to; `None` for text.
fn sql_type(kind: &str) -> Option<String> {
    Some(match kind {
        "integer" => "BIGINT".to_owned(),
        "number" => "DOUBLE".to_owned(),
        "boolean" => "BOOLEAN".to_owned(),
        "date" => "DATE".to_owned(),
        "timestamp" => "TIMESTAMP".to_owned(),
        decimal if decimal.starts_with("decimal") => decimal.to_uppercase().replace(' ', ""),
        _ => return None,
    })
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

const STRICT: &str = "\
-- Empty is NULL. Types are strict: a value that does not fit refuses the build and is told with its file and line; what
-- is published goes on serving. To publish without such rows, make a silver step of it: `try_cast`, and `reject:` rows
-- where it gave NULL.
";

const PLACES: &str = "\
-- A number with more places than its type is refused, not rounded. For more: three numbers in its line, and the contract.
";

const ACCESS: &str = "\
# Who may see the product, which rows, and who decides.
visibility: listed          # everybody finds it; rows still need an entitlement
# scopes: {home: \"region = principal.region\"}      # rows by the reader's attributes
# default_scope: home
# restrict: [\"segment <> 'vip'\"]                   # rows that nobody sees
# purposes: [analytics]                            # every declared purpose if absent
approve: {max_days: 90}     # decided by the domain's steward group
";
