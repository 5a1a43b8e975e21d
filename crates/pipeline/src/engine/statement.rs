//! The statement gate of steps and rules: one query, only known plan nodes, only functions whose answer depends on
//! nothing but their arguments, and no answer that depends on the order in which rows happen to arrive.

use std::{collections::BTreeSet, ops::ControlFlow};

use datafusion::{
    common::{
        TableReference,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    error::DataFusionError,
    execution::{SessionState, context::SQLOptions},
    logical_expr::{Distinct, Expr, LogicalPlan, Volatility, WindowFunctionDefinition},
    sql::{
        parser::{DFParser, Statement},
        resolve::resolve_table_references,
        sqlparser::ast::{Expr as SqlExpr, Statement as SqlStatement, TableFactor, Visit, Visitor},
    },
};
use model::{
    Code, Problem,
    files::sql::{LONGEST, Postgres, is_bounded, is_expansion_bounded},
    stack::deep,
};

/// Deepest nesting of parentheses, brackets and CASE in the text.
const DEEPEST: usize = 200;

/// Aggregates whose answer depends on the order of rows.
const ORDERED_AGGREGATES: &[&str] =
    &["array_agg", "string_agg", "first_value", "last_value", "nth_value", "any_value", "group_concat", "listagg"];
/// Window functions whose answer depends on the order of rows, also among ties.
const ORDERED_WINDOWS: &[&str] =
    &["row_number", "ntile", "lag", "lead", "first_value", "last_value", "nth_value", "array_agg", "string_agg"];

/// A parsed query and the tables it names.
#[derive(Debug)]
pub(crate) struct Query {
    statement: Statement,
    /// Every table it names, without its own common table expressions.
    pub(crate) tables: BTreeSet<TableReference>,
}

impl Query {
    /// Parses exactly one query.
    ///
    /// # Errors
    /// `invalid-sql`, `statement-unsupported`, `too-complex`, `too-large`.
    pub(crate) fn parse(sql: &str) -> Result<Self, Problem> {
        check_size(sql)?;
        deep(|| Self::parse_bounded(sql))
    }

    fn parse_bounded(sql: &str) -> Result<Self, Problem> {
        let mut statements = DFParser::parse_sql_with_dialect(sql, &Postgres).map_err(|error| wrong(&error))?;
        let (Some(statement), None) = (statements.pop_front(), statements.pop_front()) else {
            return Err(Problem::new(Code::InvalidSql, "a step is exactly one query")
                .with_hint("write one SELECT; several steps are several files"));
        };
        let Statement::Statement(inner) = &statement else { return Err(not_a_query()) };
        let SqlStatement::Query(query) = inner.as_ref() else { return Err(not_a_query()) };
        if !is_expansion_bounded(inner) {
            return Err(Problem::new(
                Code::TooComplex,
                "the SQL reads too many tables or nests too many queries, repeated ones counted",
            )
            .with_hint("make a silver table of what is read again and again"));
        }
        if let ControlFlow::Break(problem) = query.visit(&mut Surface) {
            return Err(problem);
        }
        let (tables, _) = resolve_table_references(&statement, true).map_err(|error| wrong(&error))?;
        Ok(Self { tables: tables.into_iter().collect(), statement })
    }

    /// Plans it over a state that has its tables registered, and checks the plan.
    ///
    /// # Errors
    /// As [`Query::parse`], and `function-unknown` for functions that are not deterministic.
    pub(crate) async fn plan(&self, state: &SessionState) -> Result<Planned, Problem> {
        let plan = state.statement_to_plan(self.statement.clone()).await.map_err(|error| wrong(&error))?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|_| not_a_query())?;
        let mut notes = BTreeSet::new();
        check_plan(&plan, &mut notes)?;
        Ok(Planned { plan, notes: notes.into_iter().collect() })
    }
}

/// A checked plan.
#[derive(Debug)]
pub(crate) struct Planned {
    /// As planned, not optimised: what lineage follows.
    pub(crate) plan: LogicalPlan,
    /// What the author should know.
    pub(crate) notes: Vec<String>,
}

fn not_a_query() -> Problem {
    Problem::new(Code::StatementUnsupported, "only a query may stand here")
        .with_hint("write a SELECT; the platform writes the table")
}

/// A planning error as the author of the SQL may see it, in the words that readers of a door get.
pub(crate) fn wrong(error: &DataFusionError) -> Problem {
    if let Some(problem) = lake::storage_problem(error) {
        return problem;
    }
    let told = gateway::planning_problem(error);
    let why = match told.code() {
        Code::Internal => error.strip_backtrace().lines().next().unwrap_or_default().to_owned(),
        _ => told.message().to_owned(),
    };
    let problem = Problem::new(Code::InvalidSql, format!("the SQL cannot be planned: {why}"));
    match told.hint() {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    }
}

/// Size and nesting, before any recursive parser sees the text.
fn check_size(sql: &str) -> Result<(), Problem> {
    if sql.len() > LONGEST {
        return Err(Problem::new(Code::TooLarge, format!("the SQL is longer than {LONGEST} bytes")));
    }
    // SECURITY: shapes that the parser or the drop of its tree would overflow the stack on
    // (test `statements_that_nest_too_deeply_are_refused`).
    if !is_bounded(sql) {
        return Err(Problem::new(Code::TooComplex, "the SQL is nested too deeply or has too many parts"));
    }
    let mut depth = 0_usize;
    for byte in sql.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Problem::new(Code::TooComplex, format!("the SQL is nested more than {DEEPEST} levels deep")));
        }
    }
    Ok(())
}

/// Refuses what only the syntax shows: functions in FROM, SELECT INTO, sampling, parameters.
struct Surface;

impl Visitor for Surface {
    type Break = Problem;

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Problem> {
        let refused = |what: &str| {
            ControlFlow::Break(Problem::new(Code::StatementUnsupported, format!("{what} cannot be read by a step")))
        };
        match factor {
            TableFactor::Table { args: Some(_), name, .. } => refused(&format!("the table function `{name}`")),
            TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } => {
                refused("a random sample")
            }
            TableFactor::Table { with_ordinality: true, .. } | TableFactor::UNNEST { with_ordinality: true, .. } => {
                refused("a table WITH ORDINALITY")
            }
            TableFactor::Table { version: Some(_), .. } => refused("an earlier version of a table"),
            TableFactor::Function { name, .. } => refused(&format!("the table function `{name}`")),
            TableFactor::TableFunction { expr, .. } => refused(&format!("the table function `{expr}`")),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expression: &SqlExpr) -> ControlFlow<Problem> {
        match expression {
            SqlExpr::Function(function) => match gateway::statement::check_call(function) {
                Ok(()) => ControlFlow::Continue(()),
                Err(problem) => ControlFlow::Break(problem),
            },
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_select(&mut self, select: &datafusion::sql::sqlparser::ast::Select) -> ControlFlow<Problem> {
        if select.into.is_some() {
            return ControlFlow::Break(not_a_query());
        }
        ControlFlow::Continue(())
    }
}

/// Checks every node and expression of a plan, subqueries included.
pub(crate) fn check_plan(plan: &LogicalPlan, notes: &mut BTreeSet<String>) -> Result<(), Problem> {
    let mut refused = None;
    let walked = plan.apply_with_subqueries(|node| {
        let verdict = check_node(node, notes).and_then(|()| {
            let mut inner = Ok(());
            node.apply_expressions(|expr| {
                inner = check_expression(expr, notes);
                Ok(if inner.is_err() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
            })
            .map_err(|error| wrong(&error))?;
            inner
        });
        Ok(match verdict {
            Ok(()) => TreeNodeRecursion::Continue,
            Err(problem) => {
                refused = Some(problem);
                TreeNodeRecursion::Stop
            }
        })
    });
    walked.map_err(|error| wrong(&error))?;
    refused.map_or(Ok(()), Err)
}

/// Nodes that a step may be made of; everything else is refused, also what a later engine adds.
fn check_node(node: &LogicalPlan, notes: &mut BTreeSet<String>) -> Result<(), Problem> {
    match node {
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Join(_)
        | LogicalPlan::Union(_)
        | LogicalPlan::TableScan(_)
        | LogicalPlan::EmptyRelation(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Values(_)
        | LogicalPlan::Unnest(_)
        | LogicalPlan::Distinct(Distinct::All(_)) => Ok(()),
        LogicalPlan::Distinct(Distinct::On(on)) => match &on.sort_expr {
            Some(sort) if sort.len() > on.on_expr.len() => {
                notes.insert("DISTINCT ON keeps any one of the rows that its ORDER BY cannot tell apart".to_owned());
                Ok(())
            }
            _ => Err(unordered("DISTINCT ON", "order it by more than its own columns, to the last tie")),
        },
        LogicalPlan::Limit(limit) => {
            if (limit.fetch.is_none() && limit.skip.is_none()) || sorted_below(&limit.input) {
                return Ok(());
            }
            Err(unordered("LIMIT", "add an ORDER BY that ends in a key"))
        }
        other => Err(Problem::new(
            Code::StatementUnsupported,
            format!("a step may not use {}", other.display().to_string().split([':', ' ']).next().unwrap_or("this")),
        )),
    }
}

/// Whether the rows a LIMIT takes are sorted.
fn sorted_below(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Projection(node) => sorted_below(&node.input),
        LogicalPlan::SubqueryAlias(node) => sorted_below(&node.input),
        LogicalPlan::Limit(node) => sorted_below(&node.input),
        _ => false,
    }
}

fn unordered(what: &str, hint: &str) -> Problem {
    Problem::new(Code::InvalidSql, format!("the answer of {what} depends on the order in which rows arrive"))
        .with_hint(hint.to_owned())
}

/// Checks one expression and everything in it. Subqueries are walked as plans by the caller.
fn check_expression(expr: &Expr, notes: &mut BTreeSet<String>) -> Result<(), Problem> {
    let mut refused = None;
    let walked = expr.apply(|expr| {
        Ok(match check_one(expr, notes) {
            Ok(()) => TreeNodeRecursion::Continue,
            Err(problem) => {
                refused = Some(problem);
                TreeNodeRecursion::Stop
            }
        })
    });
    walked.map_err(|error| wrong(&error))?;
    refused.map_or(Ok(()), Err)
}

fn check_one(expr: &Expr, notes: &mut BTreeSet<String>) -> Result<(), Problem> {
    match expr {
        Expr::ScalarFunction(call) => deterministic(call.func.name(), call.func.signature().volatility),
        Expr::AggregateFunction(call) => {
            let name = call.func.name();
            deterministic(name, call.func.signature().volatility)?;
            if ORDERED_AGGREGATES.contains(&name) {
                order(name, !call.params.order_by.is_empty(), notes)?;
            }
            Ok(())
        }
        Expr::WindowFunction(call) => {
            let (name, volatility) = match &call.fun {
                WindowFunctionDefinition::AggregateUDF(fun) => (fun.name(), fun.signature().volatility),
                WindowFunctionDefinition::WindowUDF(fun) => (fun.name(), fun.signature().volatility),
            };
            deterministic(name, volatility)?;
            if ORDERED_WINDOWS.contains(&name) {
                order(name, !call.params.order_by.is_empty(), notes)?;
            }
            Ok(())
        }
        Expr::Placeholder(_) | Expr::ScalarVariable(..) => {
            Err(Problem::new(Code::InvalidSql, "a step has no parameters and no variables"))
        }
        _ => Ok(()),
    }
}

fn order(name: &str, ordered: bool, notes: &mut BTreeSet<String>) -> Result<(), Problem> {
    if !ordered {
        return Err(unordered(&format!("`{name}`"), "give it an ORDER BY that ends in a key"));
    }
    notes.insert(format!("`{name}` is the same at every build only if its ORDER BY tells every two rows apart"));
    Ok(())
}

fn deterministic(name: &str, volatility: Volatility) -> Result<(), Problem> {
    if volatility == Volatility::Immutable {
        return Ok(());
    }
    Err(Problem::new(
        Code::FunctionUnknown,
        format!("`{name}` gives another answer each time, so a step cannot use it"),
    )
    .with_hint("a build gives the same rows from the same inputs; take times from columns such as `_ingested_at`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_nest_too_deeply_are_refused() {
        for sql in [
            format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
            format!("SELECT a{} FROM bronze.t", ".b".repeat(5_000)),
            format!("SELECT a{} FROM bronze.t", "(1)".repeat(5_000)),
            format!("SELECT 1{} FROM bronze.t", " + 1".repeat(100_000)),
            format!("SELECT a FROM bronze.t WHERE a = 1{}", " OR a = 1".repeat(100_000)),
            format!("SELECT 1 AS a{}", " UNION ALL SELECT 1".repeat(50_000)),
            format!("SELECT {}1{}", "abs(".repeat(100_000), ")".repeat(100_000)),
            format!("SELECT {}1{}", "(SELECT ".repeat(50_000), ")".repeat(50_000)),
            format!("SELECT {}1{}", "CASE WHEN a THEN ".repeat(40_000), " END".repeat(40_000)),
            format!("SELECT 1 FROM bronze.t{}", " CROSS JOIN bronze.t".repeat(50_000)),
            format!("SELECT 1 FROM bronze.t{}", ", bronze.t".repeat(100_000)),
            format!(
                "WITH a0 AS (SELECT 1 AS x){} SELECT 1 AS one FROM a39",
                (1..40).map(|n| format!(", a{n} AS (SELECT l.x FROM a{0} l, a{0} r)", n - 1)).collect::<String>()
            ),
        ] {
            assert_eq!(Query::parse(&sql).unwrap_err().code(), Code::TooComplex);
        }
        assert_eq!(Query::parse(&" ".repeat(LONGEST + 1)).unwrap_err().code(), Code::TooLarge);
        assert!(Query::parse("SELECT ((1)) AS one").is_ok());
    }

    #[test]
    fn what_the_engine_would_leave_out_is_refused() {
        for (sql, code) in [
            ("SELECT a FROM bronze.t TABLESAMPLE SYSTEM (1)", Code::StatementUnsupported),
            ("SELECT a FROM (SELECT a FROM bronze.t) AS t TABLESAMPLE SYSTEM (1)", Code::StatementUnsupported),
            ("SELECT a FROM bronze.t WITH ORDINALITY", Code::StatementUnsupported),
            ("SELECT count(DISTINCT *) AS n FROM bronze.t", Code::StatementUnsupported),
            ("SELECT upper(a) FILTER (WHERE false) AS a FROM bronze.t", Code::InvalidSql),
        ] {
            assert_eq!(Query::parse(sql).map(|_| ()).unwrap_err().code(), code, "{sql}");
        }
        assert!(Query::parse("SELECT count(DISTINCT a) FILTER (WHERE b) AS n, upper(c) AS c FROM bronze.t").is_ok());
    }

    #[test]
    fn what_cannot_be_planned_is_told_in_our_words() {
        let told = |text: &str| wrong(&DataFusionError::Plan(text.to_owned()));
        let problem = told(
            "No function matches the given name and argument types 'sum(Utf8View)'. You might need to add explicit type \
             casts.\n\tCandidate functions:\n\tsum(Float64)",
        );
        assert_eq!(problem.message(), "the SQL cannot be planned: the function `sum` does not take (string)");
        assert_eq!((problem.code(), problem.hint()), (Code::InvalidSql, Some("it takes `sum(number)`")));
        let plain = told("Cannot cast string 'x' to value of Int32 type");
        assert_eq!(plain.message(), "the SQL cannot be planned: cannot cast string `x` to value of integer type");
    }
}
