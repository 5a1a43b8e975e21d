//! What PostgreSQL's clients send to its catalogs, rewritten to what the engine can plan.
//!
//! Only statements that speak of system tables alone are rewritten: a query over ports is planned as it was written.

use std::{ops::ControlFlow, panic::AssertUnwindSafe};

use datafusion::sql::sqlparser::ast::{self, ObjectName, Visit as _, Visitor};
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
        // The rules are another project's: a panic of theirs leaves the statement as it was written.
        let parsed = std::panic::catch_unwind(AssertUnwindSafe(|| self.0.parse(text))).ok()?.ok()?;
        let mut statements = parsed.into_iter();
        let only = statements.next()?;
        let is_query = matches!(only, ast::Statement::Query(_) | ast::Statement::Explain { .. });
        (statements.next().is_none() && is_query).then_some(only)
    }
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
        let parts: Vec<String> = relation
            .0
            .iter()
            .filter_map(|part| part.as_ident().map(|ident| ident.value.to_lowercase()))
            .collect();
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
