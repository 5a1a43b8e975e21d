//! What is counted on a port: every countable rule becomes one number of a single pass, or one hash aggregate over the
//! columns that must be unique.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array as _, Int64Array, RecordBatch},
        datatypes::DataType,
    },
    common::{Column, ScalarValue},
    functions::expr_fn::{character_length, regexp_like},
    functions_aggregate::expr_fn::count,
    logical_expr::{Expr, ExprFunctionExt as _, cast, lit},
};
use model::{
    Problem,
    contract::{Metric, Must, PortContract, Rule, Severity},
    name::PortName,
};

use super::{CandidatePort, Placed, placed, words};
use crate::{
    engine::Engine,
    report::{RuleOutcome, RuleResult},
};

/// The numbers to count and the checks that read them.
pub(crate) struct Measures {
    /// The checks, in the order of the contract.
    pub(crate) checks: Vec<Check>,
    /// Conditions counted in the one pass.
    conditions: Vec<Expr>,
    /// Column sets whose distinct combinations are counted.
    keys: Vec<Vec<String>>,
}

/// One rule of the contract and what it reads.
pub(crate) struct Check {
    pub(crate) column: Option<String>,
    rule: String,
    metric: String,
    must: Must,
    percent: bool,
    severity: Severity,
    pub(crate) what: What,
}

/// What a check counts.
pub(crate) enum What {
    /// Rows.
    Rows,
    /// Rows that satisfy a condition: `conditions[index]`.
    Matching(usize, Expr),
    /// Rows beyond the first of each combination; with a primary key also the rows that lack a part of it.
    Duplicates { key: usize, complete: usize, columns: Vec<String>, missing_counts: bool },
    /// It cannot be computed, and why.
    Impossible(String),
}

/// The numbers.
pub(crate) struct Counted {
    /// Rows of the port.
    pub(crate) rows: u64,
    /// One per check.
    pub(crate) counts: Vec<Count>,
}

/// One number.
pub(crate) enum Count {
    /// So many rows.
    Rows(u64),
    /// Not computed, and why.
    Failed(String),
}

impl Measures {
    /// Turns a port's promises into numbers to count.
    pub(crate) fn plan(contract: &PortContract, port: &CandidatePort) -> Self {
        let mut planner =
            Planner { port, measures: Self { checks: Vec::new(), conditions: Vec::new(), keys: Vec::new() } };
        planner.columns(contract);
        for place in placed(contract) {
            planner.rule(place);
        }
        planner.measures
    }

    /// Counts. Reads the port once for every condition together, and once per column set.
    pub(crate) async fn count(&self, engine: &Engine, port: &CandidatePort) -> Result<Counted, Problem> {
        let session = engine.session()?;
        let mut exprs = vec![count(lit(1_i64)).alias("rows")];
        for (index, condition) in self.conditions.iter().enumerate() {
            exprs.push(counting(condition)?.alias(format!("c{index}")));
        }
        let frame = session
            .context()
            .read_table(Arc::clone(&port.provider))
            .and_then(|frame| frame.aggregate(Vec::new(), exprs))
            .map_err(|error| lake::engine_problem(&error))?;
        let totals = numbers(&session.collect(frame).await?);
        let rows = totals.first().copied().unwrap_or_default();
        // A `count(column)` counts what is there; its condition is what is not.
        let matching: Vec<u64> = self
            .conditions
            .iter()
            .zip(totals.iter().skip(1))
            .map(|(condition, found)| if null_check(condition).is_some() { rows - found.min(&rows) } else { *found })
            .collect();
        let mut distinct = Vec::new();
        for key in &self.keys {
            distinct.push(count_distinct(engine, port, key).await?);
        }
        let counts = self.checks.iter().map(|check| check.count(rows, &matching, &distinct)).collect();
        Ok(Counted { rows, counts })
    }
}

impl Check {
    fn count(&self, rows: u64, matching: &[u64], distinct: &[u64]) -> Count {
        let nothing = || Count::Failed("it was not counted".to_owned());
        match &self.what {
            What::Rows => Count::Rows(rows),
            What::Matching(index, _) => matching.get(*index).map_or_else(nothing, |found| Count::Rows(*found)),
            What::Duplicates { key, complete, missing_counts, .. } => {
                match (distinct.get(*key), matching.get(*complete)) {
                    (Some(distinct), Some(complete)) => {
                        let missing = if *missing_counts { rows.saturating_sub(*complete) } else { 0 };
                        Count::Rows(complete.saturating_sub(*distinct) + missing)
                    }
                    _ => nothing(),
                }
            }
            What::Impossible(why) => Count::Failed(why.clone()),
        }
    }

    /// The verdict.
    pub(crate) fn result(&self, port: &PortName, count: &Count, rows: u64) -> RuleResult {
        let (outcome, found, count) = match count {
            Count::Failed(why) => (RuleOutcome::Error, why.clone(), None),
            Count::Rows(count) => {
                let value = if self.percent { percentage(*count, rows) } else { *count as f64 };
                let holds = words::holds(&self.must, value);
                let outcome = if holds { RuleOutcome::Passed } else { RuleOutcome::Failed };
                (outcome, words::number(value, self.percent), Some(*count))
            }
        };
        RuleResult {
            port: port.clone(),
            column: self.column.clone(),
            rule: self.rule.clone(),
            metric: self.metric.clone(),
            outcome,
            severity: self.severity,
            expected: words::expected(&self.must, self.percent),
            found: Some(found),
            count,
            example: None,
        }
    }
}

/// A share of the rows; of no rows, nothing.
fn percentage(count: u64, rows: u64) -> f64 {
    if rows == 0 { 0.0 } else { count as f64 * 100.0 / rows as f64 }
}

struct Planner<'a> {
    port: &'a CandidatePort,
    measures: Measures,
}

impl Planner<'_> {
    /// What the columns themselves promise: required, unique, the primary key.
    fn columns(&mut self, contract: &PortContract) {
        let mut key: Vec<(u32, String)> = Vec::new();
        for column in &contract.columns {
            if !self.has(&column.name) {
                continue;
            }
            if column.required {
                let what = self.matching(col(&column.name).is_null());
                self.promise(contract, Some(&column.name), "required", what);
            }
            if column.unique {
                let what = self.duplicates(std::slice::from_ref(&column.name), false);
                self.promise(contract, Some(&column.name), "unique", what);
            }
            if let Some(position) = column.primary_key {
                key.push((position, column.name.clone()));
            }
        }
        key.sort();
        if !key.is_empty() {
            let columns: Vec<String> = key.into_iter().map(|(_, column)| column).collect();
            let what = self.duplicates(&columns, true);
            let only = if let [only] = columns.as_slice() { Some(only.as_str()) } else { None };
            self.promise(contract, only, "primaryKey", what);
        }
    }

    fn promise(&mut self, contract: &PortContract, column: Option<&str>, metric: &str, what: What) {
        let place = column.map_or_else(|| contract.name.to_string(), |column| format!("{}.{column}", contract.name));
        self.measures.checks.push(Check {
            column: column.map(str::to_owned),
            rule: format!("{place}.{metric}"),
            metric: metric.to_owned(),
            must: Must::Be(0.0),
            percent: false,
            severity: Severity::Error,
            what,
        });
    }

    fn rule(&mut self, (column, rule): Placed<'_>) {
        let (Some(what), Some(must)) = (self.what(column, rule), rule.must) else { return };
        self.measures.checks.push(Check {
            column: column.map(str::to_owned),
            rule: rule.id.clone(),
            metric: words::metric(&rule.metric).to_owned(),
            must,
            percent: rule.percent,
            severity: rule.severity,
            what,
        });
    }

    /// What a quality rule counts; `None` for rules that are not counted here.
    fn what(&mut self, column: Option<&str>, rule: &Rule) -> Option<What> {
        let missing = |column: &str| What::Impossible(format!("there is no column `{column}`"));
        let on_column = |metric: &str| What::Impossible(format!("`{metric}` is a rule on a column"));
        Some(match (&rule.metric, column) {
            (Metric::RowCount, _) => What::Rows,
            (Metric::DuplicateValues { columns }, _) => {
                let own = column.map(str::to_owned).into_iter().collect();
                let columns = if columns.is_empty() { own } else { columns.clone() };
                match columns.iter().find(|column| !self.has(column)) {
                    Some(column) => missing(column),
                    None if columns.is_empty() => on_column("duplicateValues"),
                    None => self.duplicates(&columns, false),
                }
            }
            (Metric::Sql { .. } | Metric::NotEvaluated { .. }, _) => return None,
            (metric, None) => on_column(words::metric(metric)),
            (_, Some(column)) if !self.has(column) => missing(column),
            (Metric::NullValues, Some(column)) => self.matching(col(column).is_null()),
            (Metric::MissingValues { values }, Some(column)) => {
                let listed = self.literals(column, values.iter().flatten());
                let condition = col(column).is_null();
                self.matching(if listed.is_empty() {
                    condition
                } else {
                    condition.or(col(column).in_list(listed, false))
                })
            }
            (metric @ Metric::InvalidValues { .. }, Some(column)) => match self.invalid(column, metric) {
                Ok(condition) => self.matching(condition),
                Err(why) => What::Impossible(why),
            },
        })
    }

    /// The condition of an invalid value. NULL is not invalid: every part is then NULL, and not TRUE.
    fn invalid(&self, column: &str, metric: &Metric) -> Result<Expr, String> {
        let Metric::InvalidValues { valid, pattern, min_length, max_length, minimum, maximum } = metric else {
            return Err("it is no rule about valid values".to_owned());
        };
        let text = || cast(col(column), DataType::Utf8);
        let mut wrong: Vec<Expr> = Vec::new();
        if let Some(valid) = valid {
            let listed = self.literals(column, valid.iter());
            wrong.push(if listed.is_empty() { col(column).is_not_null() } else { col(column).in_list(listed, true) });
        }
        if let Some(pattern) = pattern {
            regex::Regex::new(pattern)
                .map_err(|_| format!("`{pattern}` is not a regular expression this gate knows"))?;
            wrong.push(Expr::Not(Box::new(regexp_like(text(), lit(format!("^(?:{pattern})$")), None))));
        }
        let length = |limit: u64| lit(i64::try_from(limit).unwrap_or(i64::MAX));
        if let Some(shortest) = min_length {
            wrong.push(cast(character_length(text()), DataType::Int64).lt(length(*shortest)));
        }
        if let Some(longest) = max_length {
            wrong.push(cast(character_length(text()), DataType::Int64).gt(length(*longest)));
        }
        if let Some((bound, excluded)) = minimum {
            let bound = self.bound(column, bound)?;
            wrong.push(if *excluded { col(column).lt_eq(bound) } else { col(column).lt(bound) });
        }
        if let Some((bound, excluded)) = maximum {
            let bound = self.bound(column, bound)?;
            wrong.push(if *excluded { col(column).gt_eq(bound) } else { col(column).gt(bound) });
        }
        wrong.into_iter().reduce(Expr::or).ok_or_else(|| "the rule does not say what is valid".to_owned())
    }

    fn bound(&self, column: &str, text: &str) -> Result<Expr, String> {
        let wrong = || format!("`{text}` is no value of the type of `{column}`");
        let kind = self.kind(column).ok_or_else(wrong)?;
        if kind.is_integer() || matches!(kind, DataType::Decimal128(..)) {
            // The engine compares an integer with a decimal bound exactly; a bound such as 0.5 must not become 0.
            return text.parse::<i64>().map(lit).or_else(|_| text.parse::<f64>().map(lit)).map_err(|_| wrong());
        }
        ScalarValue::try_from_string(text.to_owned(), &kind)
            .map(|value| Expr::Literal(value, None))
            .map_err(|_| wrong())
    }

    /// Texts as values of the column's type. A text that is none cannot be equal to any value, so it drops out.
    fn literals<'t>(&self, column: &str, texts: impl Iterator<Item = &'t String>) -> Vec<Expr> {
        let Some(kind) = self.kind(column) else { return Vec::new() };
        texts
            .filter_map(|text| ScalarValue::try_from_string(text.clone(), &kind).ok())
            .map(|value| Expr::Literal(value, None))
            .collect()
    }

    fn duplicates(&mut self, columns: &[String], missing_counts: bool) -> What {
        if let Some(absent) = columns.iter().find(|column| !self.has(column)) {
            return What::Impossible(format!("there is no column `{absent}`"));
        }
        let mut sorted = columns.to_vec();
        sorted.sort();
        sorted.dedup();
        let key = self.measures.keys.iter().position(|known| *known == sorted).unwrap_or_else(|| {
            self.measures.keys.push(sorted.clone());
            self.measures.keys.len() - 1
        });
        let complete = sorted.iter().map(|column| col(column).is_not_null()).reduce(Expr::and);
        let complete = self.condition(complete.unwrap_or_else(|| lit(true)));
        What::Duplicates { key, complete, columns: sorted, missing_counts }
    }

    fn matching(&mut self, condition: Expr) -> What {
        let index = self.condition(condition.clone());
        What::Matching(index, condition)
    }

    fn condition(&mut self, condition: Expr) -> usize {
        let conditions = &mut self.measures.conditions;
        conditions.iter().position(|known| *known == condition).unwrap_or_else(|| {
            conditions.push(condition);
            conditions.len() - 1
        })
    }

    fn has(&self, column: &str) -> bool {
        self.kind(column).is_some()
    }

    fn kind(&self, column: &str) -> Option<DataType> {
        let schema = self.port.provider.schema();
        schema.field_with_name(column).ok().map(|field| field.data_type().clone())
    }
}

/// A column by its exact name.
pub(crate) fn col(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// The column of a plain `column IS NULL`.
fn null_check(condition: &Expr) -> Option<&Expr> {
    match condition {
        Expr::IsNull(inner) if matches!(inner.as_ref(), Expr::Column(_)) => Some(inner),
        _ => None,
    }
}

/// The aggregate for a condition: `count(column)` where that says the same, else a filtered count.
fn counting(condition: &Expr) -> Result<Expr, Problem> {
    match (null_check(condition), condition) {
        (Some(column), _) => Ok(count(column.clone())),
        (None, Expr::IsNotNull(column)) => Ok(count(column.as_ref().clone())),
        _ => count(lit(1_i64)).filter(condition.clone()).build().map_err(|error| lake::engine_problem(&error)),
    }
}

/// Distinct combinations among the rows that have every part.
async fn count_distinct(engine: &Engine, port: &CandidatePort, key: &[String]) -> Result<u64, Problem> {
    let session = engine.session()?;
    let columns: Vec<Expr> = key.iter().map(|column| col(column)).collect();
    let complete = columns.iter().map(|column| column.clone().is_not_null()).reduce(Expr::and);
    let frame = session
        .context()
        .read_table(Arc::clone(&port.provider))
        .and_then(|frame| frame.filter(complete.unwrap_or_else(|| lit(true))))
        .and_then(|frame| frame.aggregate(columns, Vec::new()))
        .and_then(|frame| frame.aggregate(Vec::new(), vec![count(lit(1_i64))]))
        .map_err(|error| lake::engine_problem(&error))?;
    Ok(numbers(&session.collect(frame).await?).first().copied().unwrap_or_default())
}

/// The one row of an aggregate, as counts.
fn numbers(batches: &[RecordBatch]) -> Vec<u64> {
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Vec::new() };
    batch
        .columns()
        .iter()
        .map(|column| {
            let column = column.as_any().downcast_ref::<Int64Array>();
            column.filter(|column| !column.is_empty()).map_or(0, |column| u64::try_from(column.value(0)).unwrap_or(0))
        })
        .collect()
}

/// The first number of an aggregate; zero without rows.
pub(crate) fn first_number(batches: &[RecordBatch]) -> u64 {
    numbers(batches).first().copied().unwrap_or_default()
}
