//! What PostgreSQL's clients send to its catalogs, rewritten to what the engine can plan.
//!
//! Only statements that speak of system tables alone are rewritten: a query over ports is planned as it was written.

use std::{ops::ControlFlow, panic::AssertUnwindSafe};

use datafusion::sql::sqlparser::ast::{
    self, Expr, FunctionArguments, ObjectName, Visit as _, VisitMut, Visitor, VisitorMut,
};
use datafusion_pg_catalog::sql::PostgresCompatibilityParser;

/// The rewriting, built once.
pub(crate) struct Rewriter(PostgresCompatibilityParser);

impl std::fmt::Debug for Rewriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rewriter")
    }
}

impl Rewriter {
    /// Reads the table of known client statements.
    pub(crate) fn new() -> Self {
        Self(PostgresCompatibilityParser::new())
    }

    /// The statement in a form the engine can plan; `None` if there is no better form than the one written.
    pub(crate) fn rewrite(&self, text: &str) -> Option<ast::Statement> {
        if brackets(text) > DEEPEST {
            return None;
        }
        // The rules are another project's: a panic of theirs leaves the statement as it was written.
        let parsed = std::panic::catch_unwind(AssertUnwindSafe(|| self.0.parse(text))).ok()?.ok()?;
        let mut statements = parsed.into_iter();
        let mut only = statements.next()?;
        let _ = VisitMut::visit(&mut only, &mut crate::statement::Plain);
        let _ = VisitMut::visit(&mut only, &mut Unplannable);
        let is_query = matches!(only, ast::Statement::Query(_) | ast::Statement::Explain { .. });
        (statements.next().is_none() && is_query).then_some(only)
    }
}

/// Deepest brackets of what is rewritten. SECURITY: its parser takes twice as long for every call within a call (test
/// `depth_costs_no_more_than_length`); no client comes near this.
const DEEPEST: usize = 12;

/// How deep brackets stand within brackets, those of texts counted too.
fn brackets(text: &str) -> usize {
    let depths = text.bytes().scan(0_usize, |depth, byte| {
        match byte {
            b'(' => *depth += 1,
            b')' => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some(*depth)
    });
    depths.max().unwrap_or(0)
}

/// Whether a query speaks of system tables or functions, and of nothing else that has a schema.
pub(crate) fn mentions_system(query: &ast::Statement, text: &str) -> bool {
    let mut relations = Relations { system: false, other: false };
    let _ = query.visit(&mut relations);
    let lower = text.to_lowercase();
    let named = lower.contains("pg_catalog") || lower.contains("information_schema") || lower.contains("pg_");
    (relations.system || named) && !relations.other
}

struct Relations {
    system: bool,
    other: bool,
}

impl Visitor for Relations {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let parts: Vec<String> =
            relation.0.iter().filter_map(|part| part.as_ident().map(|ident| ident.value.to_lowercase())).collect();
        match parts.as_slice() {
            [.., schema, _] if crate::names::system(schema).is_some() => self.system = true,
            [table] if table.starts_with("pg_") => self.system = true,
            // One part may be a name of a WITH clause.
            [_] => {}
            _ => self.other = true,
        }
        ControlFlow::Continue(())
    }
}

/// Parts of catalog queries that the engine cannot plan, and that have one answer here: there are no storage options,
/// no roles within roles, and input functions go by their names.
struct Unplannable;

impl VisitorMut for Unplannable {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        let text = |text: &str| Expr::value(ast::Value::SingleQuotedString(text.to_owned()));
        if says_nothing(expression) {
            *expression = Expr::value(ast::Value::Null);
        } else if is_array_of_query(expression) {
            *expression = text("{}");
        } else if is_call(expression, "array_to_string") && holds_array_of_query(expression) {
            *expression = text("");
        } else if let Expr::Cast { expr, data_type, .. } = expression
            && data_type.to_string().to_lowercase().ends_with("regproc")
            && let Expr::Value(value) = &**expr
            && let ast::Value::SingleQuotedString(name) = &value.value
        {
            *expression = text(name.trim_start_matches("pg_catalog."));
        }
        ControlFlow::Continue(())
    }
}

fn is_call(expression: &Expr, name: &str) -> bool {
    let Expr::Function(function) = expression else { return false };
    let last = function.name.0.last().and_then(|part| part.as_ident());
    last.is_some_and(|ident| ident.value.eq_ignore_ascii_case(name))
}

/// A correlated subquery for one value that is always NULL here: defaults, sequences, collations, composite types.
fn says_nothing(expression: &Expr) -> bool {
    let Expr::Subquery(query) = expression else { return false };
    let Some(select) = query.body.as_select().filter(|select| select.selection.is_some()) else { return false };
    let from = select.from.first().map(|from| from.relation.to_string().to_lowercase()).unwrap_or_default();
    let reads = |table: &str| from.starts_with(table) || from.starts_with(&format!("pg_catalog.{table}"));
    let shown = select.projection.first().map(|item| item.to_string().to_lowercase()).unwrap_or_default();
    ["pg_attrdef", "pg_sequence", "pg_collation"].into_iter().any(reads)
        || (reads("pg_type") && shown.contains("typcollation"))
        || (reads("pg_class") && shown.contains("relkind"))
}

/// `ARRAY(SELECT ...)`.
fn is_array_of_query(expression: &Expr) -> bool {
    is_call(expression, "array")
        && matches!(expression, Expr::Function(function) if matches!(function.args, FunctionArguments::Subquery(_)))
}

fn holds_array_of_query(expression: &Expr) -> bool {
    struct Find;
    impl Visitor for Find {
        type Break = ();
        fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
            if is_array_of_query(expression) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    expression.visit(&mut Find).is_break()
}
