//! The sample of a port: the file that was given, refused if it shows a classified value of the candidate; or five rows
//! made from the contract alone, the same for the same contract, classified columns in the form that readers see.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::{
    arrow::datatypes::DataType,
    functions_aggregate::expr_fn::count,
    logical_expr::{cast, lit},
};
use governance::sample::masked;
use model::{
    Code, Digest, Problem,
    class::{ClassName, Classifications},
    column::ColumnType,
    contract::{Column, Metric, PortContract},
};

use crate::{
    engine::Engine,
    gate::{CandidatePort, col},
};

/// Rows of a generated sample.
const ROWS: u64 = 5;
/// Most rows of a given sample.
const MOST_ROWS: usize = 1_000;

/// A given sample, read.
pub(super) struct Given {
    /// Its header.
    pub(super) header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Given {
    /// Reads a given sample.
    ///
    /// # Errors
    /// `standard-refused` if it is no CSV, `too-large` beyond 1,000 rows.
    pub(super) fn parse(port: &str, bytes: &[u8]) -> Result<Self, Problem> {
        let wrong = |error: csv::Error| {
            Problem::new(Code::StandardRefused, format!("`sample.{port}.csv` is not CSV in UTF-8")).with_cause(error)
        };
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let header = reader.headers().map_err(wrong)?.iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            rows.push(record.map_err(wrong)?.iter().map(str::to_owned).collect());
            if rows.len() > MOST_ROWS {
                return Err(Problem::new(
                    Code::TooLarge,
                    format!("`sample.{port}.csv` has more than {MOST_ROWS} rows; a handful is enough"),
                ));
            }
        }
        Ok(Self { header, rows })
    }

    /// Every classified column of the sample that holds a value of the candidate which the contract does not give away
    /// itself. SECURITY: test `a_given_sample_with_a_classified_value_is_refused`.
    pub(super) async fn leaks(
        &self,
        engine: &Engine,
        contract: &PortContract,
        port: &CandidatePort,
    ) -> Result<Vec<Problem>, Problem> {
        let mut problems = Vec::new();
        for (index, name) in self.header.iter().enumerate() {
            if port.classes.get(name).is_none_or(BTreeSet::is_empty) {
                continue;
            }
            let public: BTreeSet<&str> = contract
                .columns
                .iter()
                .filter(|column| column.name == *name)
                .flat_map(|column| column.permitted.iter().chain(&column.examples))
                .map(String::as_str)
                .collect();
            let values: BTreeSet<&str> =
                self.rows.iter().filter_map(|row| row.get(index)).map(String::as_str).collect();
            let values: Vec<_> =
                values.into_iter().filter(|value| !value.is_empty() && !public.contains(value)).map(lit).collect();
            if values.is_empty() || port.schema.iter().all(|field| field.name != *name) {
                continue;
            }
            let session = engine.rule_session()?;
            let frame = session
                .context()
                .read_table(std::sync::Arc::clone(&port.provider))
                .and_then(|frame| frame.filter(cast(col(name), DataType::Utf8).in_list(values, false)))
                .and_then(|frame| frame.aggregate(Vec::new(), vec![count(lit(1_i64))]))
                .map_err(|error| lake::engine_problem(&error))?;
            if crate::gate::first_number(&session.collect(frame).await?) > 0 {
                problems.push(
                    Problem::new(
                        Code::StandardRefused,
                        format!(
                            "`sample.{}.csv` shows a value of `{name}` that is in the data, and `{name}` is classified",
                            contract.name
                        ),
                    )
                    .with_hint("use invented values, or remove the file: then a sample is generated"),
                );
            }
        }
        Ok(problems)
    }
}

/// Five rows made from the contract alone, as CSV.
pub(super) fn synthetic(
    contract: &PortContract,
    seed: Digest,
    carried: &BTreeMap<String, BTreeSet<ClassName>>,
    classes: &Classifications,
) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names: Vec<&str> = contract.columns.iter().map(|column| column.name.as_str()).collect();
    let mut written = writer.write_record(&names).is_ok();
    let nothing = BTreeSet::new();
    for row in 0..ROWS {
        let values: Vec<String> = contract
            .columns
            .iter()
            .map(|column| {
                let value = value(column, &Draw { seed, port: contract.name.as_str(), column: &column.name, row });
                masked(&value, &column.kind, carried.get(&column.name).unwrap_or(&nothing), classes).unwrap_or_default()
            })
            .collect();
        written &= writer.write_record(&values).is_ok();
    }
    let bytes = writer.into_inner().unwrap_or_default();
    if written { bytes } else { Vec::new() }
}

/// What decides one value: the same for the same contract.
struct Draw<'a> {
    seed: Digest,
    port: &'a str,
    column: &'a str,
    row: u64,
}

impl Draw<'_> {
    fn below(&self, limit: u64) -> u64 {
        let text = format!("{}\n{}\n{}\n{}", self.seed, self.port, self.column, self.row);
        let digest = Digest::of(text.as_bytes());
        let number = digest.as_bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        number.checked_rem(limit).unwrap_or(0)
    }
}

fn value(column: &Column, draw: &Draw<'_>) -> String {
    let offered = if column.permitted.is_empty() { &column.examples } else { &column.permitted };
    let must_differ = column.unique || column.primary_key.is_some();
    let count = offered.len() as u64;
    if count > 0 && (!must_differ || count >= ROWS) {
        let index = if must_differ { draw.row } else { draw.below(count) };
        return usize::try_from(index).ok().and_then(|index| offered.get(index)).cloned().unwrap_or_default();
    }
    let (low, high) = bounds(column);
    let number = low + if must_differ { draw.row as f64 } else { draw.below(((high - low) as u64).max(1)) as f64 };
    match &column.kind {
        ColumnType::String => text(column, draw),
        ColumnType::Integer => format!("{number:.0}"),
        ColumnType::Number => format!("{:.2}", number + 0.5_f64.min((high - number).max(0.0))),
        ColumnType::Decimal { scale, .. } => format!("{number:.*}", usize::from(*scale)),
        ColumnType::Boolean => if draw.below(2) == 0 { "false" } else { "true" }.to_owned(),
        ColumnType::Date => format!("2026-{:02}-{:02}", 1 + draw.below(12), 1 + draw.below(28)),
        ColumnType::Timestamp => {
            format!(
                "2026-{:02}-{:02}T{:02}:{:02}:00Z",
                1 + draw.below(12),
                1 + draw.below(28),
                draw.below(24),
                draw.row
            )
        }
        ColumnType::Binary => format!("{:08x}", draw.below(u64::from(u32::MAX))),
        ColumnType::Struct(_) | ColumnType::Map(_) => "{}".to_owned(),
        ColumnType::List(_) => "[]".to_owned(),
    }
}

/// Text of a length the contract permits.
fn text(column: &Column, draw: &Draw<'_>) -> String {
    let mut text = format!("{}-{}", column.name, draw.row + 1);
    for rule in &column.rules {
        if let Metric::InvalidValues { min_length, max_length, .. } = &rule.metric {
            while min_length.is_some_and(|shortest| (text.chars().count() as u64) < shortest.min(1_000)) {
                text.push('x');
            }
            if let Some(longest) = max_length.and_then(|longest| usize::try_from(longest).ok())
                && text.chars().count() > longest
            {
                let skipped = text.chars().count() - longest;
                text = text.chars().skip(skipped).collect();
            }
        }
    }
    text
}

/// Bounds that the contract gives for numbers, or small ones.
fn bounds(column: &Column) -> (f64, f64) {
    let (mut low, mut high) = (None, None);
    for rule in &column.rules {
        if let Metric::InvalidValues { minimum, maximum, .. } = &rule.metric {
            let number = |bound: &Option<(String, bool)>| bound.as_ref().and_then(|(text, _)| text.parse::<f64>().ok());
            low = low.or(number(minimum).map(|low| low.ceil()));
            high = high.or(number(maximum).map(|high| high.floor()));
        }
    }
    let low = low.unwrap_or_else(|| high.map_or(1.0, |high| (high - 100.0).min(1.0)));
    (low, high.unwrap_or(low + 100.0).max(low))
}
