//! `EXPLAIN`: our own rendering. Each governed port is one line with name, version, lane and outcomes; what stands above
//! it is the caller's own. Nothing of a policy's expression, of files or of statistics is told (S-23).

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use datafusion::{
    catalog::TableProvider,
    datasource::{cte_worktable::CteWorkTable, source_as_provider},
    logical_expr::LogicalPlan,
};
use model::{Problem, treatment::Outcome};

use crate::{
    leaf::Lane,
    planner::{Touched, identity},
};

/// The column of the answer, as PostgreSQL names it.
pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("QUERY PLAN", DataType::Utf8, false)]))
}

/// The optimised plan as lines.
pub(crate) fn render(plan: &LogicalPlan, touched: &[Touched]) -> Result<RecordBatch, Problem> {
    let ports: HashMap<usize, &Touched> = touched
        .iter()
        .map(|touched| (identity(&(Arc::clone(&touched.table) as Arc<dyn TableProvider>)), touched))
        .collect();
    let mut lines = vec![];
    let mut open = vec![(plan, 0_usize)];
    while let Some((node, depth)) = open.pop() {
        lines.push(format!("{}{}", "  ".repeat(depth.min(200)), line(node, &ports)));
        open.extend(node.inputs().into_iter().rev().map(|input| (input, depth + 1)));
    }
    let column = Arc::new(StringArray::from(lines));
    RecordBatch::try_new(schema(), vec![column]).map_err(Problem::internal)
}

fn line(node: &LogicalPlan, ports: &HashMap<usize, &Touched>) -> String {
    let LogicalPlan::TableScan(scan) = node else {
        return node.display().to_string();
    };
    let Ok(provider) = source_as_provider(&scan.source) else {
        return "Table".to_owned();
    };
    let read: Vec<&str> = scan.projected_schema.fields().iter().map(|field| field.name().as_str()).collect();
    if let Some(touched) = ports.get(&identity(&provider)) {
        return port(touched, &read);
    }
    if provider.downcast_ref::<CteWorkTable>().is_some() {
        return format!("Work table {}", scan.table_name);
    }
    format!("Table {}: {}", scan.table_name, read.join(", "))
}

/// One governed port.
fn port(touched: &Touched, read: &[&str]) -> String {
    let columns: Vec<String> = read
        .iter()
        .map(|name| {
            let decided = touched.treatment.columns.iter().find(|column| column.column == *name);
            match decided.map(|column| &column.outcome) {
                None | Some(Outcome::Clear) => (*name).to_owned(),
                Some(outcome) => format!("{name} [{outcome}]"),
            }
        })
        .collect();
    let rows = if touched.treatment.rows.is_all() { "" } else { "; rows limited" };
    format!(
        "Port {} version {} ({}), {} lane: {}{rows}",
        touched.target.reference,
        touched.target.publication.version,
        touched.target.publication.id,
        match touched.table.lane() {
            Lane::Fast => "fast",
            Lane::Treated => "treated",
        },
        if columns.is_empty() { "no column".to_owned() } else { columns.join(", ") },
    )
}

/// Which policies shaped what the statement reads from a port: a sentence without values; `None` if none did.
pub(crate) fn policy(touched: &Touched) -> Option<String> {
    let mut parts = vec![];
    let rows = &touched.treatment.rows;
    if let Some(scopes) = &rows.any_of {
        let names: Vec<String> =
            scopes.iter().filter(|scope| !scope.name.is_empty()).map(|scope| format!("`{}`", scope.name)).collect();
        parts.push(if names.is_empty() {
            "rows limited by your entitlement".to_owned()
        } else {
            format!("rows limited to {}", names.join(" or "))
        });
    }
    if !rows.all_of.is_empty() {
        parts.push("rows restricted for everybody".to_owned());
    }
    // A denied column is not mentioned: it does not exist for the reader.
    for column in &touched.treatment.columns {
        if !matches!(column.outcome, Outcome::Clear | Outcome::Denied) {
            parts.push(format!("`{}` {}", column.column, column.outcome));
        }
    }
    (!parts.is_empty()).then(|| format!("{}: {}", touched.target.reference, parts.join(", ")))
}
