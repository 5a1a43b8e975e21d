//! `sql` rules: one query that gives one number, over the ports of the same contract and nothing else.
//!
//! `{object}`, `{table}`, `{model}` stand for the port, `{property}`, `{column}` for the column, with or without `$`.

use std::collections::BTreeMap;

use datafusion::{
    arrow::{
        array::{Array as _, ArrayRef, Float64Array},
        compute::cast,
        datatypes::DataType,
    },
    common::TableReference,
};
use model::{
    Code, Problem,
    contract::{Must, PortContract},
};

use super::{Candidate, Placed, words};
use crate::{
    engine::{Engine, statement::Query},
    report::{RuleOutcome, RuleResult},
};

/// Judges one rule. What the author of the rule can mend is a verdict; unreadable data is an error.
pub(crate) async fn judge(
    engine: &Engine,
    candidate: &Candidate<'_>,
    contract: &PortContract,
    (column, rule): Placed<'_>,
    query: &str,
) -> Result<RuleResult, Problem> {
    let must = rule.must.unwrap_or(Must::Be(0.0));
    let answer = match number(engine, candidate, contract, column, query).await {
        Err(problem) if matches!(problem.code(), Code::DataUnavailable | Code::StorageFull) => return Err(problem),
        answer => answer,
    };
    let (outcome, found) = match answer {
        Ok(Some(value)) => {
            let value = if rule.percent { share(engine, candidate, contract, value).await? } else { value };
            let outcome = if words::holds(&must, value) { RuleOutcome::Passed } else { RuleOutcome::Failed };
            (outcome, words::number(value, rule.percent))
        }
        Ok(None) => (RuleOutcome::Failed, "NULL".to_owned()),
        Err(problem) => (RuleOutcome::Error, format!("an error: {}", problem.message())),
    };
    Ok(RuleResult {
        port: contract.name.clone(),
        column: column.map(str::to_owned),
        rule: rule.id.clone(),
        metric: "sql".to_owned(),
        outcome,
        severity: rule.severity,
        expected: words::expected(&must, rule.percent),
        found: Some(found),
        count: None,
        example: None,
    })
}

/// The one number the query gives; `None` for NULL.
async fn number(
    engine: &Engine,
    candidate: &Candidate<'_>,
    contract: &PortContract,
    column: Option<&str>,
    query: &str,
) -> Result<Option<f64>, Problem> {
    let query = Query::parse(&fill(query, contract.name.as_str(), column))?;
    let session = engine.rule_session()?;
    let mut tables = BTreeMap::new();
    for name in &query.tables {
        tables.insert(name.clone(), std::sync::Arc::clone(&port(candidate, name)?.provider));
    }
    session.register(&tables)?;
    let work = async {
        let planned = query.plan(&session.context().state()).await?;
        let limited = datafusion::logical_expr::LogicalPlanBuilder::from(planned.plan)
            .limit(0, Some(2))
            .and_then(datafusion::logical_expr::LogicalPlanBuilder::build)
            .map_err(|error| lake::engine_problem(&error))?;
        let frame = datafusion::dataframe::DataFrame::new(session.context().state(), limited);
        frame.collect().await.map_err(|error| crate::engine::session::failed(&error))
    };
    let batches = session.within(work).await?;
    let not_one = || {
        Problem::new(Code::InvalidSql, "the query does not give exactly one number")
            .with_hint("select one aggregate: `SELECT count(*) FROM {object} WHERE ...`")
    };
    let rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    let batch = batches.iter().find(|batch| batch.num_rows() == 1).ok_or_else(not_one)?;
    match (rows, batch.columns()) {
        (1, [only]) => value(only).ok_or_else(not_one),
        _ => Err(not_one()),
    }
}

/// The first value as a number; the outer `None` if it is none.
fn value(array: &ArrayRef) -> Option<Option<f64>> {
    let is_number = array.data_type().is_numeric() || matches!(array.data_type(), DataType::Boolean | DataType::Null);
    if !is_number {
        return None;
    }
    let array = cast(array, &DataType::Float64).ok()?;
    let array = array.as_any().downcast_ref::<Float64Array>()?;
    Some((!array.is_null(0)).then(|| array.value(0)))
}

/// A count as a percentage of the port's rows.
async fn share(
    engine: &Engine,
    candidate: &Candidate<'_>,
    contract: &PortContract,
    value: f64,
) -> Result<f64, Problem> {
    let rows = number(engine, candidate, contract, None, "SELECT count(*) FROM {object}").await?.unwrap_or_default();
    Ok(if rows == 0.0 { 0.0 } else { value * 100.0 / rows })
}

fn port<'a>(candidate: &'a Candidate<'_>, name: &TableReference) -> Result<&'a super::CandidatePort, Problem> {
    let found = match name {
        TableReference::Bare { table } => candidate.ports.get(table.as_ref()),
        TableReference::Partial { schema, table } if schema.as_ref() == candidate.product.product.as_str() => {
            candidate.ports.get(table.as_ref())
        }
        _ => None,
    };
    found.ok_or_else(|| {
        let ports: Vec<&str> = candidate.ports.keys().map(|port| port.as_str()).collect();
        Problem::new(Code::InvalidSql, format!("`{name}` is no port of this contract"))
            .with_hint(format!("a rule reads the ports of its own contract: {}", ports.join(", ")))
    })
}

/// Puts names in the place of their stand-ins.
fn fill(query: &str, port: &str, column: Option<&str>) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut text = query.to_owned();
    for stand_in in ["object", "table", "model"] {
        text = replace(&text, stand_in, &quoted(port));
    }
    if let Some(column) = column {
        for stand_in in ["property", "column"] {
            text = replace(&text, stand_in, &quoted(column));
        }
    }
    text
}

fn replace(text: &str, stand_in: &str, name: &str) -> String {
    text.replace(&format!("${{{stand_in}}}"), name).replace(&format!("{{{stand_in}}}"), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_become_quoted_names() {
        assert_eq!(
            fill("select count({property}) from ${object} o join {table} t", "claims", Some("a \"b")),
            "select count(\"a \"\"b\") from \"claims\" o join \"claims\" t"
        );
    }
}
