//! Profiles of bronze and silver tables: what `tessera new product --from` is filled with. Holds no data value.

use std::{collections::BTreeSet, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array as _, ArrayRef, AsArray as _, UInt64Array},
        compute::cast,
        datatypes::DataType,
    },
    catalog::TableProvider,
    common::{ScalarValue, TableReference},
    dataframe::DataFrame,
    logical_expr::{cast as cast_expr, lit},
};
use governance::{
    authorise::Action,
    classify::{self, Column, Evidence, propose},
};
use lake::arrow_types::column_type;
use model::{
    Code, Problem,
    class::{ClassName, ValueForm},
    column::{BRONZE_COLUMNS, ColumnType},
    name::{DomainName, TableName},
    words::words,
};
use registry::Context;
use serde::{Deserialize, Serialize};

use crate::{
    engine::{
        input::{Input, LayerTable},
        statement::Query,
    },
    gate::col,
    pipeline::Pipeline,
    workshop::Workshop,
};

/// Which layer a table lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Raw, as the source brought it.
    Bronze,
    /// Built by a step.
    Silver,
}

/// A table's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TableProfile {
    /// The domain.
    #[schema(value_type = String)]
    pub domain: DomainName,
    /// The layer.
    pub zone: Layer,
    /// The table.
    #[schema(value_type = String)]
    pub table: TableName,
    /// Rows.
    pub rows: u64,
    /// The columns, in order, without those the platform adds.
    pub columns: Vec<ColumnProfile>,
}

/// A column's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ColumnProfile {
    /// A proposed port column: snake case, unique.
    pub name: String,
    /// As stored: quote it in SQL.
    pub header: String,
    /// The narrowest type that every value casts to (`decimal(12,2)`).
    #[serde(rename = "type")]
    pub kind: String,
    /// The stored type.
    pub stored: String,
    /// Whether a NULL or an empty text was seen.
    pub nullable: bool,
    /// Whether every value that is not NULL is distinct.
    pub unique: bool,
    /// The class that its name or the form of its values suggests.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub class: Option<ClassName>,
    /// What speaks for the class.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub class_by: Option<Evidence>,
}

/// Columns that one query profiles.
const AT_ONCE: usize = 40;
/// Columns whose uniqueness is counted exactly: those that look unique, at most so many.
const EXACT: usize = 24;
/// Rows whose values are looked at for their form.
const SAMPLED: usize = 2_000;

/// Profiles a table.
pub(crate) async fn profile(
    pipeline: &Pipeline,
    domain: &DomainName,
    layer: Layer,
    table: &TableName,
    context: &Context,
) -> Result<TableProfile, Problem> {
    let name = LayerTable::kept(table.clone());
    let input = match layer {
        Layer::Bronze => Input::Bronze(name),
        Layer::Silver => Input::Silver(name),
    };
    let absent = || Problem::new(Code::NotFound, format!("there is no table `{input}` in `{domain}`"));
    // Who may not build there does not learn what there is.
    pipeline.parts.registry.may(&context.actor, &Action::Run(domain.clone())).map_err(|_| absent())?;
    let workshop = Workshop::open(pipeline, domain)?;
    let provider = open_table(&workshop, &input).await?;
    let shape: Vec<(String, DataType)> = provider
        .schema()
        .fields()
        .iter()
        .filter(|field| !BRONZE_COLUMNS.contains(&field.name().as_str()))
        .map(|field| (field.name().clone(), field.data_type().clone()))
        .collect();
    let mut counts = Vec::new();
    let mut rows = 0;
    for columns in shape.chunks(AT_ONCE) {
        let (found, mut of_columns) = count(&workshop, &provider, columns).await?;
        rows = found;
        counts.append(&mut of_columns);
    }
    let mut exact = 0;
    let mut columns = Vec::new();
    let names = proposed_names(shape.iter().map(|(header, _)| header.as_str()));
    for (((header, stored), counts), name) in shape.iter().zip(&counts).zip(names) {
        let looks_unique = counts.present > 0 && counts.distinct.saturating_mul(10) >= counts.present.saturating_mul(9);
        let mut unique = false;
        if looks_unique && exact < EXACT && is_key_type(stored) {
            exact += 1;
            unique = distinct(&workshop, &provider, header).await? == counts.present;
        }
        let kind = counts.kind(stored, header);
        columns.push(ColumnProfile {
            name,
            header: header.clone(),
            kind: kind.to_string(),
            stored: column_type(stored, header).map_or_else(|_| "unsupported".to_owned(), |kind| kind.to_string()),
            nullable: counts.present < rows,
            unique,
            class: None,
            class_by: None,
        });
    }
    let forms = forms_of(&workshop, &provider, &shape).await?;
    for ((column, (header, stored)), (counts, forms)) in columns.iter_mut().zip(&shape).zip(counts.iter().zip(&forms)) {
        let kind = counts.kind(stored, header);
        let seen = Column { name: header, kind: &kind, forms };
        if let Some((class, by)) = propose(&seen, workshop.mesh.classes()) {
            column.class = Some(class);
            column.class_by = Some(by);
        }
    }
    Ok(TableProfile { domain: domain.clone(), zone: layer, table: table.clone(), rows, columns })
}

async fn open_table(workshop: &Workshop<'_>, input: &Input) -> Result<Arc<dyn TableProvider>, Problem> {
    match input {
        Input::Bronze(table) => workshop.batches(table)?.provider().await,
        Input::Silver(name) => {
            let (table, _) = workshop.silver(&name.table);
            let version = table.head().await?.ok_or_else(|| {
                Problem::new(Code::NotFound, format!("`{input}` is not built yet"))
                    .with_hint(format!("run `tessera run {} {input}`", workshop.domain))
            })?;
            table.provider_unpinned(version).await
        }
        Input::Port(port) => Err(Problem::internal(format!("{port} is no table of a layer"))),
    }
}

fn is_key_type(stored: &DataType) -> bool {
    is_text(stored) || stored.is_integer() || matches!(stored, DataType::Decimal128(..))
}

fn is_text(stored: &DataType) -> bool {
    matches!(stored, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// What was counted of one column.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// Values that are neither NULL nor empty.
    present: u64,
    /// Distinct values, roughly.
    distinct: u64,
    integers: u64,
    decimals: u64,
    numbers: u64,
    booleans: u64,
    dates: u64,
    instants: u64,
    whole_digits: u64,
    fraction_digits: u64,
}

impl Counts {
    /// The narrowest type that every value casts to.
    fn kind(&self, stored: &DataType, header: &str) -> ColumnType {
        if !is_text(stored) {
            return column_type(stored, header).unwrap_or(ColumnType::String);
        }
        let all = |count: u64| self.present > 0 && count == self.present;
        if all(self.integers) {
            return ColumnType::Integer;
        }
        if all(self.decimals) {
            // Head room for the next file: every digit there is before the point, and cents or two places more behind.
            let scale = if self.fraction_digits <= 2 { 2 } else { self.fraction_digits + 2 };
            return match u8::try_from(scale) {
                Ok(scale) if self.whole_digits + u64::from(scale) <= 38 => ColumnType::Decimal { precision: 38, scale },
                // A floating number would lose digits.
                _ => ColumnType::String,
            };
        }
        match () {
            () if all(self.numbers) => ColumnType::Number,
            () if all(self.booleans) => ColumnType::Boolean,
            () if all(self.dates) => ColumnType::Date,
            () if all(self.instants) => ColumnType::Timestamp,
            () => ColumnType::String,
        }
    }
}

/// Rows of the table, and the counts of some columns, in one pass.
async fn count(
    workshop: &Workshop<'_>,
    provider: &Arc<dyn TableProvider>,
    columns: &[(String, DataType)],
) -> Result<(u64, Vec<Counts>), Problem> {
    let mut parts = vec!["count(*)".to_owned()];
    for (header, stored) in columns {
        parts.extend(measures(header, stored));
    }
    // A name each: two measures of one column may read alike.
    let named: Vec<String> = parts.iter().enumerate().map(|(index, part)| format!("{part} AS m{index}")).collect();
    let numbers = numbers(workshop, provider, &format!("SELECT {} FROM t", named.join(", "))).await?;
    let mut numbers = numbers.into_iter();
    let rows = numbers.next().unwrap_or_default();
    let counts = columns
        .iter()
        .map(|(_, stored)| {
            let mut counts = Counts {
                present: numbers.next().unwrap_or_default(),
                distinct: numbers.next().unwrap_or_default(),
                ..Counts::default()
            };
            if is_text(stored) {
                for slot in [
                    &mut counts.integers,
                    &mut counts.decimals,
                    &mut counts.numbers,
                    &mut counts.booleans,
                    &mut counts.dates,
                    &mut counts.instants,
                    &mut counts.whole_digits,
                    &mut counts.fraction_digits,
                ] {
                    *slot = numbers.next().unwrap_or_default();
                }
            }
            counts
        })
        .collect();
    Ok((rows, counts))
}

/// The SQL that counts one column. Leading zeros are no number: `007` is a code.
fn measures(header: &str, stored: &DataType) -> Vec<String> {
    let column = format!("\"{}\"", header.replace('"', "\"\""));
    if !is_text(stored) {
        let distinct = if is_key_type(stored) { "approx_distinct" } else { "count" };
        return vec![format!("count({column})"), format!("{distinct}({column})")];
    }
    let value = format!("nullif(trim({column}), '')");
    let matching = |pattern: &str| format!("count(*) FILTER (WHERE regexp_like({value}, '{pattern}'))");
    let casting = |pattern: &str, kind: &str| {
        format!("count(*) FILTER (WHERE regexp_like({value}, '{pattern}') AND try_cast({value} AS {kind}) IS NOT NULL)")
    };
    let digits =
        |part: u8| format!("coalesce(max(character_length(split_part(ltrim({value}, '+-'), '.', {part}))), 0)");
    vec![
        format!("count({value})"),
        format!("approx_distinct({value})"),
        matching("^[+-]?(0|[1-9][0-9]{0,17})$"),
        matching("^[+-]?(0|[1-9][0-9]*)([.][0-9]+)?$"),
        casting("^[+-]?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$", "DOUBLE"),
        matching("^(?i:true|false)$"),
        casting("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "DATE"),
        casting("^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", "TIMESTAMP"),
        digits(1),
        digits(2),
    ]
}

/// The forms that most of a column's values have, from the first rows of the table.
async fn forms_of(
    workshop: &Workshop<'_>,
    provider: &Arc<dyn TableProvider>,
    shape: &[(String, DataType)],
) -> Result<Vec<BTreeSet<ValueForm>>, Problem> {
    let mut forms = Vec::new();
    for columns in shape.chunks(AT_ONCE) {
        let texts = columns.iter().map(|(header, stored)| {
            let text = is_text(stored) || stored.is_integer();
            if text { cast_expr(col(header), DataType::Utf8) } else { lit(ScalarValue::Utf8(None)) }
        });
        let texts: Vec<_> = texts.enumerate().map(|(index, text)| text.alias(format!("c{index}"))).collect();
        let session = workshop.engine.session()?;
        let frame = session
            .context()
            .read_table(Arc::clone(provider))
            .and_then(|frame| frame.select(texts))
            .and_then(|frame| frame.limit(0, Some(SAMPLED)))
            .map_err(|error| lake::engine_problem(&error))?;
        let batches = session.collect(frame).await?;
        for index in 0..columns.len() {
            let arrays = batches.iter().filter_map(|batch| batch.columns().get(index)?.as_string_opt::<i32>());
            forms.push(classify::forms(arrays.flat_map(|array| array.iter().flatten())));
        }
    }
    Ok(forms)
}

/// Distinct values of a column, exactly; empty text does not count.
async fn distinct(workshop: &Workshop<'_>, provider: &Arc<dyn TableProvider>, header: &str) -> Result<u64, Problem> {
    let column = format!("\"{}\"", header.replace('"', "\"\""));
    let stored = provider.schema().field_with_name(header).map(|field| is_text(field.data_type())).unwrap_or(false);
    let value = if stored { format!("nullif(trim({column}), '')") } else { column };
    let sql = format!("SELECT count(*) FROM (SELECT {value} AS v FROM t WHERE {value} IS NOT NULL GROUP BY {value})");
    Ok(numbers(workshop, provider, &sql).await?.first().copied().unwrap_or_default())
}

/// The one row of an aggregate over the table, as counts.
async fn numbers(workshop: &Workshop<'_>, provider: &Arc<dyn TableProvider>, sql: &str) -> Result<Vec<u64>, Problem> {
    let session = workshop.engine.session()?;
    let tables = [(TableReference::bare("t"), Arc::clone(provider))].into();
    session.register(&tables)?;
    let planned = Query::parse(sql)?.plan(&session.context().state()).await?;
    let batches = session.collect(DataFrame::new(session.context().state(), planned.plan)).await?;
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Ok(Vec::new()) };
    let number = |column: &ArrayRef| {
        let column = cast(column, &DataType::UInt64).ok()?;
        let column = column.as_any().downcast_ref::<UInt64Array>()?;
        (!column.is_null(0)).then(|| column.value(0))
    };
    Ok(batch.columns().iter().map(|column| number(column).unwrap_or_default()).collect())
}

/// Port columns for headers: snake case, each once.
fn proposed_names<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    headers
        .map(|header| {
            let base = snake_case(header);
            let mut name = base.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}_{number}");
                number += 1;
            }
            name
        })
        .collect()
}

fn snake_case(header: &str) -> String {
    let plain = |word: &String| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let words: Vec<String> = words(header).iter().map(plain).filter(|word| !word.is_empty()).collect();
    let name: String = words.join("_").chars().take(60).collect();
    match name.chars().next() {
        None => "column".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("c_{name}"),
        Some(_) if BRONZE_COLUMNS.contains(&format!("_{name}").as_str()) => format!("{name}_source"),
        Some(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_snake_case_names_that_are_unique() {
        let headers = ["Claim No.", "claimNo", "Größe (m²)", "", "2024", "Anteil %", "claim_no", "CustomerID"];
        let names = proposed_names(headers.into_iter());
        assert_eq!(
            names,
            ["claim_no", "claim_no_2", "groesse_m", "column", "c_2024", "anteil_percent", "claim_no_3", "customer_id"]
        );
    }

    #[test]
    fn the_narrowest_type_that_fits_every_value_wins() {
        let text = DataType::Utf8;
        let counts = Counts { present: 3, ..Counts::default() };
        assert_eq!(counts.kind(&text, "x"), ColumnType::String);
        assert_eq!(Counts { integers: 3, decimals: 3, numbers: 3, ..counts }.kind(&text, "x"), ColumnType::Integer);
        let decimals = Counts { decimals: 3, numbers: 3, whole_digits: 4, fraction_digits: 1, ..counts };
        assert_eq!(decimals.kind(&text, "x"), ColumnType::Decimal { precision: 38, scale: 2 });
        let finer = Counts { fraction_digits: 7, ..decimals };
        assert_eq!(finer.kind(&text, "x"), ColumnType::Decimal { precision: 38, scale: 9 });
        let longer = Counts { whole_digits: 37, ..decimals };
        assert_eq!(longer.kind(&text, "x"), ColumnType::String, "no digit is lost");
        assert_eq!(Counts { dates: 3, ..counts }.kind(&text, "x"), ColumnType::Date);
        assert_eq!(Counts::default().kind(&text, "x"), ColumnType::String, "nothing seen proves nothing");
    }
}
