//! How much work a query is to plan once every common table expression stands where it is named: the engine copies them,
//! so that a few lines can ask for more reads than any machine has time for. And it checks a query that stands within an
//! expression once with the query around it and once alone, which doubles with every level.

use std::{collections::BTreeMap, ops::ControlFlow};

use sqlparser::ast::{Expr, ObjectName, ObjectNamePart, Query, Statement, Visit, Visitor};

use super::query::folded;

/// Most tables a query reads, each counted as often as it is read, twice for every expression around the query that reads it.
const MOST_READS: u64 = 5_000;

/// Whether planning a parsed statement is bounded work.
pub fn is_expansion_bounded(statement: &Statement) -> bool {
    statement.visit(&mut Counter::default()).is_continue()
}

/// A query on its way.
#[derive(Default)]
struct Frame {
    /// The queries of its common table expressions, by where they lie.
    parts: BTreeMap<usize, String>,
    /// What each that has been read costs.
    costs: BTreeMap<String, u64>,
    reads: u64,
    /// Expressions of this query that are being visited, one within the other.
    expressions: usize,
}

#[derive(Default)]
struct Counter(Vec<Frame>);

fn place(query: &Query) -> usize {
    std::ptr::from_ref(query).addr()
}

impl Visitor for Counter {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        let parts = tables.map(|table| (place(&table.query), folded(&table.alias.name))).collect();
        self.0.push(Frame { parts, ..Frame::default() });
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let reads = self.0.pop().map_or(0, |frame| frame.reads).max(1);
        if reads > MOST_READS {
            return ControlFlow::Break(());
        }
        if let Some(outer) = self.0.last_mut() {
            match outer.parts.get(&place(query)) {
                Some(name) => {
                    outer.costs.insert(name.clone(), reads);
                }
                None if outer.expressions > 0 => outer.reads = outer.reads.saturating_add(reads.saturating_mul(2)),
                None => outer.reads = outer.reads.saturating_add(reads),
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        if let Some(frame) = self.0.last_mut() {
            frame.expressions += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        if let Some(frame) = self.0.last_mut() {
            frame.expressions = frame.expressions.saturating_sub(1);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let name = match relation.0.as_slice() {
            [ObjectNamePart::Identifier(only)] => Some(folded(only)),
            _ => None,
        };
        let cost = name.and_then(|name| self.0.iter().rev().find_map(|frame| frame.costs.get(&name))).copied();
        if let Some(frame) = self.0.last_mut() {
            frame.reads = frame.reads.saturating_add(cost.unwrap_or(1));
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::parser::Parser;

    use super::*;
    use crate::files::sql::Postgres;

    fn bounded(sql: &str) -> bool {
        let parser = Parser::new(&Postgres).with_recursion_limit(1_000);
        let statements = parser.try_with_sql(sql).and_then(|mut parser| parser.parse_statements()).unwrap();
        statements.iter().all(is_expansion_bounded)
    }

    #[test]
    fn tables_count_as_often_as_they_are_read() {
        let doubling = |levels: usize| {
            let parts = (1..levels).map(|n| format!(", a{n} AS (SELECT l.x FROM a{0} l, a{0} r)", n - 1));
            format!("WITH a0 AS (SELECT 1 AS x){} SELECT * FROM a{}", parts.collect::<String>(), levels - 1)
        };
        assert!(bounded(&doubling(12)));
        assert!(!bounded(&doubling(14)));
        assert!(!bounded(&doubling(60)));
        assert!(!bounded(&format!("SELECT * FROM ({}) AS inside", doubling(20))));
        assert!(!bounded(&format!("SELECT 1 WHERE EXISTS ({})", doubling(20))));
        assert!(bounded("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t"));
        assert!(bounded("SELECT * FROM a.b.c JOIN d.e.f ON true WHERE x IN (SELECT y FROM g.h.i)"));
    }

    #[test]
    fn a_query_within_an_expression_counts_twice_for_each() {
        let within = |open: &str, levels: usize| format!("SELECT {}1{}", open.repeat(levels), ")".repeat(levels));
        for open in ["(SELECT ", "EXISTS (SELECT ", "1 + (SELECT ", "1 IN (SELECT "] {
            assert!(bounded(&within(open, 10)), "{open}");
            assert!(!bounded(&within(open, 16)), "{open}");
        }
        // Through names as well; queries in the place of tables are read once.
        let parts = (1..16).map(|n| format!(", a{n} AS (SELECT (SELECT x FROM a{}) AS x)", n - 1));
        assert!(!bounded(&format!("WITH a0 AS (SELECT 1 AS x){} SELECT * FROM a15", parts.collect::<String>())));
        let from = |levels: usize| format!("{}SELECT 1{}", "SELECT * FROM (".repeat(levels), ") t".repeat(levels));
        assert!(bounded(&from(40)));
        let wide = vec!["(SELECT x FROM t)"; 400].join(", ");
        assert!(bounded(&format!("SELECT {wide}")));
    }
}
