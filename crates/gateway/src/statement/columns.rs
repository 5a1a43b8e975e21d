//! Names of result columns as PostgreSQL gives them: `?column?`, `count`, the alias, the column's own.

use datafusion::sql::sqlparser::ast::{self, Expr, Ident, SelectItem, SetExpr};

/// The names of a query's columns; `None` if a `*` hides how many there are.
pub(crate) fn names(query: &ast::Statement) -> Option<Vec<String>> {
    let ast::Statement::Query(query) = query else { return None };
    let mut body = &*query.body;
    // A set operation is named by its first branch.
    let select = loop {
        match body {
            SetExpr::SetOperation { left, .. } => body = left,
            SetExpr::Query(inner) => body = &inner.body,
            SetExpr::Select(select) => break select,
            _ => return None,
        }
    };
    select
        .projection
        .iter()
        .map(|item| match item {
            SelectItem::UnnamedExpr(expression) => Some(name(expression)),
            SelectItem::ExprWithAlias { alias, .. } => Some(folded(alias)),
            _ => None,
        })
        .collect()
}

fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

fn name(expression: &Expr) -> String {
    let known = match expression {
        Expr::Identifier(ident) => Some(folded(ident)),
        Expr::CompoundIdentifier(parts) => parts.last().map(folded),
        Expr::Function(function) => function.name.0.last().and_then(|part| part.as_ident()).map(folded),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => Some(name(inner)),
        Expr::Cast { expr, data_type, .. } => Some(match name(expr).as_str() {
            "?column?" => data_type.to_string().to_lowercase(),
            inner => inner.to_owned(),
        }),
        Expr::Case { .. } => Some("case".to_owned()),
        Expr::Exists { .. } => Some("exists".to_owned()),
        Expr::Extract { .. } => Some("extract".to_owned()),
        Expr::Substring { .. } => Some("substring".to_owned()),
        Expr::Trim { .. } => Some("btrim".to_owned()),
        Expr::Position { .. } => Some("position".to_owned()),
        Expr::Array(_) => Some("array".to_owned()),
        Expr::Subquery(query) => {
            names(&ast::Statement::Query(query.clone())).and_then(|names| names.into_iter().next())
        }
        Expr::Value(value) if matches!(value.value, ast::Value::Boolean(_)) => Some("bool".to_owned()),
        _ => None,
    };
    known.unwrap_or_else(|| "?column?".to_owned())
}
