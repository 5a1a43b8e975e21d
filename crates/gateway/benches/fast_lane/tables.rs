//! What is read: the tables of TPC-H, and people for the point queries.

use std::{fmt::Write as _, sync::Arc};

use arrow::{
    array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, SchemaRef},
    error::ArrowError,
};
use tpchgen::generators::{
    CustomerGenerator, LineItemGenerator, NationGenerator, OrderGenerator, PartGenerator, PartSuppGenerator,
    RegionGenerator, SupplierGenerator,
};
use tpchgen_arrow::{
    CustomerArrow, LineItemArrow, NationArrow, OrderArrow, PartArrow, PartSuppArrow, RegionArrow, SupplierArrow,
};

/// A table on its way to a file.
pub type Rows = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// Sizes of the tables for point queries.
pub const PEOPLE: [usize; 3] = [1_000, 10_000, 100_000];

/// The tables of TPC-H.
pub fn tpch(scale: f64) -> Vec<(&'static str, Rows)> {
    const ROWS: usize = 8_192;
    vec![
        ("nation", Box::new(NationArrow::new(NationGenerator::new(scale, 1, 1)))),
        ("region", Box::new(RegionArrow::new(RegionGenerator::new(scale, 1, 1)))),
        ("part", Box::new(PartArrow::new(PartGenerator::new(scale, 1, 1)).with_batch_size(ROWS))),
        ("supplier", Box::new(SupplierArrow::new(SupplierGenerator::new(scale, 1, 1)).with_batch_size(ROWS))),
        ("partsupp", Box::new(PartSuppArrow::new(PartSuppGenerator::new(scale, 1, 1)).with_batch_size(ROWS))),
        ("customer", Box::new(CustomerArrow::new(CustomerGenerator::new(scale, 1, 1)).with_batch_size(ROWS))),
        ("orders", Box::new(OrderArrow::new(OrderGenerator::new(scale, 1, 1)).with_batch_size(ROWS))),
        ("lineitem", Box::new(LineItemArrow::new(LineItemGenerator::new(scale, 1, 1)).with_batch_size(ROWS))),
    ]
}

/// The name of a table of people.
pub fn people_name(rows: usize) -> String {
    format!("people_{rows}")
}

/// So many people; a quarter of them lives in the region that everybody may see.
pub fn people(rows: usize) -> RecordBatch {
    let all = 0..i64::try_from(rows).unwrap();
    let text = |form: &dyn Fn(i64) -> String| Arc::new(StringArray::from_iter_values(all.clone().map(form)));
    RecordBatch::try_from_iter([
        ("customer_id", Arc::new(Int64Array::from_iter_values(all.clone())) as ArrayRef),
        ("full_name", text(&|n| format!("Person {n} of {rows}")) as ArrayRef),
        ("national_id", text(&|n| format!("NID-{:010}", n * 7_919)) as ArrayRef),
        ("birth_date", Arc::new(Date32Array::from_iter_values(all.clone().map(|n| (n % 20_000) as i32))) as ArrayRef),
        ("region", text(&|n| ["EU", "US", "IN", "BR"][(n % 4) as usize].to_owned()) as ArrayRef),
    ])
    .unwrap()
}

/// The properties of a contract for a schema; `tags` names the class of a column.
pub fn properties(schema: &SchemaRef, tags: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for field in schema.fields() {
        let name = field.name();
        let kind = match field.data_type() {
            DataType::Int64 | DataType::Int32 => "integer".to_owned(),
            DataType::Date32 => "date".to_owned(),
            DataType::Decimal128(precision, scale) => {
                format!("number\n        physicalType: decimal({precision},{scale})")
            }
            _ => "string".to_owned(),
        };
        writeln!(text, "      - name: {name}\n        logicalType: {kind}").unwrap();
        if let Some((_, tag)) = tags.iter().find(|(column, _)| column == name) {
            writeln!(text, "        tags: [{tag}]").unwrap();
        }
    }
    text
}
