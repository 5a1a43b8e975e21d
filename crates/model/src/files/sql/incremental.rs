//! What `materialise: append | merge` asks of a step: new rows of one source table, each made on its own.
//!
//! A row that depends on nothing but one row of the source can be made when that row arrives and never again. What
//! compares rows - a join, a group, an order - cannot, and is said where it stands.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Query, Select, SetExpr, Spanned, Statement, TableWithJoins, Visit, Visitor,
};

use super::{Materialise, SqlStep, query};
use crate::{
    error::{Code, Problem},
    stack::deep,
    yaml::{Node, Position, problem_at},
};

/// What to do about a step that cannot be built by increments.
pub const HINT: &str = "leave `materialise` out: the table is built whole; or make a silver table of the one source \
                        table first, and read that";

/// Checks that the header's keys go together.
pub(super) fn check_header(node: &Node, header: &super::StepHeader, path: &str) -> Result<(), Problem> {
    let at = |key: &str| node.get(key).map_or(Position::START, |value| value.position);
    let wrong = |key: &str, message: &str, hint: &str| {
        Err(problem_at(path, at(key), Code::InvalidFile, message.to_owned()).with_hint(hint.to_owned()))
    };
    match header.materialise {
        Materialise::Merge if header.key.is_empty() => {
            wrong("materialise", "`materialise: merge` has no `key`", "name the columns that tell one row: `key: [id]`")
        }
        Materialise::Table | Materialise::Append if !header.key.is_empty() => {
            wrong("key", "`key` means nothing here", "it goes with `materialise: merge`")
        }
        Materialise::Table | Materialise::Append if !header.order_by.is_empty() => {
            wrong("order_by", "`order_by` means nothing here", "it goes with `materialise: merge`")
        }
        _ => {
            match header.key.iter().enumerate().find(|(index, name)| header.key.iter().take(*index).any(|n| n == *name))
            {
                Some((_, name)) => wrong("key", &format!("`key` names `{name}` twice"), "name each column once"),
                None => Ok(()),
            }
        }
    }
}

/// Checks the form of an incremental step's query.
pub(super) fn check_query(step: &SqlStep, query: &Query, path: &str) -> Result<(), Problem> {
    if step.header.materialise == Materialise::Table {
        return Ok(());
    }
    let refuse = |position: Position, what: &str| {
        problem_at(path, position, Code::NotIncremental, format!("the step cannot be built by increments: {what}"))
            .with_hint(HINT)
    };
    let tables = step.tables();
    match tables.as_slice() {
        [only] if only.parts.first().is_some_and(|zone| zone == "bronze") => {}
        [] => return Err(refuse(Position::START, "it reads no source table")),
        [only] => {
            return Err(refuse(only.position, "what it reads is not a table of bronze, to which rows are only added"));
        }
        [_, second, ..] => return Err(refuse(second.position, "it reads more than one table")),
    }
    let mut judge = Judge { found: None };
    let _ = deep(|| Statement::Query(Box::new(query.clone())).visit(&mut judge));
    judge.found.map_or(Ok(()), |(position, what)| Err(refuse(position, what)))
}

struct Judge {
    found: Option<(Position, &'static str)>,
}

impl Judge {
    fn refuse(&mut self, node: &impl Spanned, what: &'static str) -> ControlFlow<()> {
        self.found = Some((query::position(node.span().start), what));
        ControlFlow::Break(())
    }

    fn select(&mut self, select: &Select) -> ControlFlow<()> {
        if let Some(Distinct::Distinct | Distinct::On(_)) = &select.distinct {
            return self.refuse(select, "DISTINCT compares rows");
        }
        if let Some(joined) = select.from.iter().find(|from| is_joined(from)) {
            return self.refuse(joined, "it joins");
        }
        let groups = match &select.group_by {
            GroupByExpr::All(_) => true,
            GroupByExpr::Expressions(expressions, _) => !expressions.is_empty(),
        };
        if groups || select.having.is_some() {
            return self.refuse(select, "it groups rows");
        }
        if select.qualify.is_some() {
            return self.refuse(select, "QUALIFY compares rows");
        }
        ControlFlow::Continue(())
    }
}

fn is_joined(from: &TableWithJoins) -> bool {
    !from.joins.is_empty()
}

impl Visitor for Judge {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if query.order_by.is_some() || query.limit_clause.is_some() || query.fetch.is_some() {
            return self.refuse(query, "ORDER BY and LIMIT compare rows");
        }
        match query.body.as_ref() {
            SetExpr::Select(select) => self.select(select),
            SetExpr::SetOperation { .. } => self.refuse(query, "it puts several queries together"),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Function(function) if function.over.is_some() => {
                self.refuse(function, "a window function compares rows")
            }
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                self.refuse(expression, "a query within an expression reads more than one row")
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(header: &str, sql: &str) -> Result<SqlStep, Problem> {
        SqlStep::parse(format!("/* tessera\n{header}\n*/\n{sql}").as_bytes(), "silver/t.sql")
    }

    #[test]
    fn rows_made_one_by_one_are_incremental() {
        for sql in [
            "SELECT id, upper(name) AS name FROM bronze.t WHERE id <> ''",
            "SELECT x.id, CASE WHEN x.a IN ('1', '2') THEN 1 END AS n FROM (SELECT id, a FROM bronze.t) AS x",
            "WITH x AS (SELECT id FROM bronze.t) SELECT id FROM x",
        ] {
            let step = parsed("materialise: merge\nkey: [id]\norder_by: [id]", sql).unwrap();
            assert_eq!((step.header.materialise, step.header.key.len()), (Materialise::Merge, 1));
            assert_eq!(parsed("materialise: append", sql).unwrap().header.materialise, Materialise::Append);
        }
    }

    #[test]
    fn what_compares_rows_is_not_and_is_told_where_it_stands() {
        let mut elsewhere: Vec<String> = Vec::new();
        for (sql, at, what) in [
            ("SELECT a.id FROM bronze.t AS a JOIN bronze.u AS b ON a.id = b.id", (4, 37), "more than one table"),
            ("SELECT a.id FROM bronze.t AS a, bronze.t AS b", (4, 33), "more than one table"),
            ("SELECT id FROM silver.t", (4, 16), "not a table of bronze"),
            ("SELECT id FROM other.p.t", (4, 16), "not a table of bronze"),
            ("SELECT 1 AS id", (1, 1), "no source table"),
            ("SELECT DISTINCT id FROM bronze.t", (4, 1), "DISTINCT"),
            ("SELECT id FROM bronze.t GROUP BY id", (4, 1), "groups"),
            ("SELECT id FROM bronze.t ORDER BY id", (4, 1), "ORDER BY"),
            ("SELECT id FROM bronze.t LIMIT 3", (4, 1), "LIMIT"),
            ("SELECT id, row_number() OVER (ORDER BY id) AS n FROM bronze.t", (4, 12), "window"),
            ("SELECT id, (SELECT 1) AS one FROM bronze.t", (4, 13), "within an expression"),
            ("SELECT id FROM bronze.t WHERE EXISTS (SELECT 1)", (4, 39), "within an expression"),
            ("SELECT id FROM bronze.t UNION ALL SELECT 1", (4, 1), "several queries"),
        ] {
            let problem = parsed("materialise: append", sql).unwrap_err();
            assert_eq!(problem.code(), Code::NotIncremental, "{sql}");
            assert!(problem.message().contains(what), "{sql}: {problem}");
            let found = problem.location().unwrap();
            if (found.line, found.column) != at {
                elsewhere.push(format!("{sql}: {}:{}", found.line, found.column));
            }
            assert!(SqlStep::parse(sql.as_bytes(), "silver/t.sql").is_ok(), "built whole it is a step: {sql}");
        }
        assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    }

    #[test]
    fn keys_of_the_header_go_together() {
        let sql = "SELECT id FROM bronze.t";
        for (header, message) in [
            ("materialise: merge", "`materialise: merge` has no `key`"),
            ("materialise: append\nkey: [id]", "`key` means nothing here"),
            ("key: [id]", "`key` means nothing here"),
            ("order_by: [id]", "`order_by` means nothing here"),
            ("materialise: merge\nkey: [id, id]", "`key` names `id` twice"),
        ] {
            let problem = parsed(header, sql).unwrap_err();
            assert_eq!((problem.code(), problem.message()), (Code::InvalidFile, message), "{header}");
        }
    }
}
