//! Rows that ingestion set aside: how many, why and where. Never their values: those lie in `bronze.<table>__rejected`,
//! where a step of the domain may read them.

use std::collections::BTreeMap;

use arrow::{
    array::{Array as _, Int64Array, RecordBatch, StringArray},
    compute::cast,
    datatypes::DataType,
};
use datafusion::{common::TableReference, dataframe::DataFrame};
use governance::authorise::Action;
use lake::batches::{BATCH, LINE};
use model::{
    Code, Problem,
    name::{DomainName, TableName},
};
use registry::Context;
use serde::{Deserialize, Serialize};

use crate::{
    engine::{
        input::{Input, LayerTable},
        statement::Query,
    },
    pipeline::Pipeline,
    workshop::{Workshop, as_absent},
};

/// Most reasons that are told of one table.
pub const MOST_REASONS: usize = 5;
/// Most reasons that are kept apart while counting.
const MOST_COUNTED: usize = 1_000;
/// Most rows that one answer lists.
pub const MOST_ROWS: u32 = 10_000;

/// Rows that were set aside for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RejectReason {
    /// Why, without a value: `has 2 fields where the header has 3`.
    pub reason: String,
    /// How many.
    pub rows: u64,
    /// The file of the first.
    pub file: String,
    /// Its line there.
    pub line: u64,
}

/// One row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RejectedRow {
    /// The file it came in.
    pub file: String,
    /// Its line there.
    pub line: u64,
    /// Why it was not taken, without a value.
    pub reason: String,
}

/// What was set aside of one source table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TableRejects {
    /// The domain.
    #[schema(value_type = String)]
    pub domain: DomainName,
    /// The source table.
    #[schema(value_type = String)]
    pub table: TableName,
    /// Rows that were taken.
    pub taken: u64,
    /// Rows that were set aside.
    pub rejected: u64,
    /// The reasons, the commonest first.
    pub reasons: Vec<RejectReason>,
    /// The latest files' rows first, at most as many as were asked for.
    pub items: Vec<RejectedRow>,
}

/// Counts reasons, within bounds.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<String, RejectReason>);

impl Tally {
    /// Counts the rows of a batch of rejected rows.
    pub(crate) fn add(&mut self, file: &str, rejected: &RecordBatch) -> Result<(), Problem> {
        let (reasons, lines) = (texts(rejected, "reason")?, integers(rejected, LINE)?);
        for row in 0..rejected.num_rows() {
            self.count(&plain(reasons.value(row)), 1, file, positive(lines.value(row)));
        }
        Ok(())
    }

    fn count(&mut self, reason: &str, rows: u64, file: &str, line: u64) {
        if let Some(known) = self.0.get_mut(reason) {
            known.rows += rows;
        } else if self.0.len() < MOST_COUNTED {
            let first = RejectReason { reason: reason.to_owned(), rows, file: file.to_owned(), line };
            self.0.insert(reason.to_owned(), first);
        }
    }

    /// The commonest reasons.
    pub(crate) fn top(self, most: usize) -> Vec<RejectReason> {
        let mut reasons: Vec<RejectReason> = self.0.into_values().collect();
        reasons.sort_by(|one, other| other.rows.cmp(&one.rows).then_with(|| one.reason.cmp(&other.reason)));
        reasons.truncate(most);
        reasons
    }
}

/// A reason without what differs from row to row, and without a value.
fn plain(reason: &str) -> String {
    const NO_OBJECT: &str = "is not a JSON object";
    if reason.starts_with(NO_OBJECT) {
        return NO_OBJECT.to_owned();
    }
    reason.split(" at line ").next().unwrap_or_default().to_owned()
}

/// What was set aside of a source table.
pub(crate) async fn rejects(
    pipeline: &Pipeline,
    domain: &DomainName,
    table: &TableName,
    limit: u32,
    context: &Context,
) -> Result<TableRejects, Problem> {
    let input = Input::Bronze(LayerTable::kept(table.clone()));
    // SECURITY: who may not build there does not learn what there is (test `rejects_are_for_the_domain_alone`).
    let may = pipeline.parts.registry.may(&context.actor, &Action::Run(domain.clone()));
    may.map_err(|_| Problem::new(Code::NotFound, format!("there is no table `{input}` in `{domain}`")))?;
    let workshop = Workshop::open(pipeline, domain)?;
    workshop.exists(&input).map_err(as_absent)?;
    let log = workshop.batches(&LayerTable::kept(table.clone()))?;
    let records = log.records().await?;
    let files: BTreeMap<i64, &str> = records
        .iter()
        .filter_map(|record| Some((i64::try_from(record.batch).ok()?, record.position.path.as_str())))
        .collect();
    let file = |batch: i64| files.get(&batch).copied().unwrap_or_default();
    let gone: Vec<u64> = records.iter().flat_map(|record| record.replaces.iter().copied()).collect();
    let taken = records.iter().filter(|record| !gone.contains(&record.batch)).map(|record| record.rows).sum();

    let mut tally = Tally::default();
    let mut rejected = 0;
    let counted = format!(
        "SELECT reason, {BATCH}, count(*) AS \"rows\", min({LINE}) AS {LINE} FROM t GROUP BY reason, {BATCH} \
         ORDER BY {BATCH}, {LINE}"
    );
    for batch in select(&workshop, &log.rejected(), &counted).await? {
        let (reasons, batches) = (texts(&batch, "reason")?, integers(&batch, BATCH)?);
        let (counts, lines) = (integers(&batch, "rows")?, integers(&batch, LINE)?);
        for row in 0..batch.num_rows() {
            let count = positive(counts.value(row));
            rejected += count;
            tally.count(&plain(reasons.value(row)), count, file(batches.value(row)), positive(lines.value(row)));
        }
    }
    let mut items = Vec::new();
    let limit = limit.min(MOST_ROWS);
    let listed = format!("SELECT reason, {BATCH}, {LINE} FROM t ORDER BY {BATCH} DESC, {LINE} LIMIT {limit}");
    for batch in select(&workshop, &log.rejected(), &listed).await? {
        let (reasons, batches, lines) = (texts(&batch, "reason")?, integers(&batch, BATCH)?, integers(&batch, LINE)?);
        items.extend((0..batch.num_rows()).map(|row| RejectedRow {
            file: file(batches.value(row)).to_owned(),
            line: positive(lines.value(row)),
            reason: plain(reasons.value(row)),
        }));
    }
    let reasons = tally.top(MOST_REASONS);
    Ok(TableRejects { domain: domain.clone(), table: table.clone(), taken, rejected, reasons, items })
}

async fn select(workshop: &Workshop<'_>, log: &lake::BatchLog, sql: &str) -> Result<Vec<RecordBatch>, Problem> {
    let session = workshop.engine.session()?;
    session.register(&[(TableReference::bare("t"), log.provider().await?)].into())?;
    let planned = Query::parse(sql)?.plan(&session.context().state()).await?;
    session.collect(DataFrame::new(session.context().state(), planned.plan)).await
}

fn texts(batch: &RecordBatch, name: &str) -> Result<StringArray, Problem> {
    let found = batch.column_by_name(name).and_then(|column| cast(column, &DataType::Utf8).ok());
    found
        .and_then(|column| column.as_any().downcast_ref::<StringArray>().cloned())
        .ok_or_else(|| Problem::internal(format!("rejected rows without a text column {name}")))
}

fn integers(batch: &RecordBatch, name: &str) -> Result<Int64Array, Problem> {
    let found = batch.column_by_name(name).and_then(|column| cast(column, &DataType::Int64).ok());
    found
        .and_then(|column| column.as_any().downcast_ref::<Int64Array>().cloned())
        .ok_or_else(|| Problem::internal(format!("rejected rows without an integer column {name}")))
}

fn positive(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_tells_no_value_and_no_place() {
        assert_eq!(
            plain("is not a JSON object: invalid type: string \"Mira\", expected a map"),
            "is not a JSON object"
        );
        assert_eq!(plain("is not JSON: expected value at line 1 column 17"), "is not JSON: expected value");
        assert_eq!(plain("has 2 fields where the header has 3"), "has 2 fields where the header has 3");
    }

    #[test]
    fn the_commonest_reason_comes_first_with_its_first_line() {
        let mut tally = Tally::default();
        tally.count("a", 1, "x.csv", 3);
        tally.count("b", 2, "x.csv", 4);
        tally.count("a", 4, "y.csv", 9);
        let top = tally.top(1);
        assert_eq!((top[0].reason.as_str(), top[0].rows, top[0].file.as_str(), top[0].line), ("a", 5, "x.csv", 3));
        let mut many = Tally::default();
        (0..5_000).for_each(|number| many.count(&number.to_string(), 1, "x", 1));
        assert_eq!(many.0.len(), MOST_COUNTED);
    }
}
