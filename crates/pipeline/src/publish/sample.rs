//! The sample of a port: the file that was given, refused if it shows a classified value of the candidate; or five rows
//! made from the contract alone, the same for the same contract, classified columns in the form that readers see.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::{
    arrow::datatypes::DataType,
    functions_aggregate::expr_fn::count,
    logical_expr::{cast, lit},
};
use governance::sample::{invented, masked};
use model::{
    Code, Digest, Problem,
    class::{ClassName, Classifications},
    contract::{Column, PortContract},
};

use crate::{
    engine::Engine,
    gate::{CandidatePort, col},
};

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
    for row in invented(contract, seed) {
        let masked = |(column, value): (&Column, String)| {
            masked(&value, &column.kind, carried.get(&column.name).unwrap_or(&nothing), classes).unwrap_or_default()
        };
        let values: Vec<String> = contract.columns.iter().zip(row).map(masked).collect();
        written &= writer.write_record(&values).is_ok();
    }
    let bytes = writer.into_inner().unwrap_or_default();
    if written { bytes } else { Vec::new() }
}
