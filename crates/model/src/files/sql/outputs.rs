//! The columns that a step's query gives, as far as its text tells: names where they are certain, types where a cast
//! states them. What only a plan over the tables knows stays unknown here.

use std::collections::BTreeMap;

use sqlparser::ast::{
    self, Expr, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Spanned, Statement, TableFactor, TableWithJoins,
    WildcardAdditionalOptions,
};

use super::query::{folded, parse, position};
use crate::{column::ColumnType, yaml::Position};

/// A column of a query's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name; `None` for an expression without one, which no table can have as a column.
    pub name: Option<String>,
    /// The type, where a cast states it.
    pub kind: Option<ColumnType>,
    /// Where it stands.
    pub position: Position,
}

/// What a query gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outputs {
    /// The columns that are certain, in order.
    pub columns: Vec<OutputColumn>,
    /// Whether these are all.
    pub complete: bool,
}

/// The columns of a table by the parts of its name, if they are known.
pub(crate) type KnownTables<'a> = &'a dyn Fn(&[String]) -> Option<Vec<String>>;

/// The outputs of a query; nothing is certain where it does not parse.
pub(super) fn of_sql(sql: &str, known: KnownTables<'_>) -> Outputs {
    match parse(sql).as_deref() {
        Ok([Statement::Query(query)]) => Reader { known }.query(query, &BTreeMap::new()),
        _ => Outputs::default(),
    }
}

/// Names of columns; `None` if they are not all certain.
type Names = Option<Vec<String>>;

/// A table of a FROM clause.
struct Source {
    /// What its columns are qualified with: an alias, or the parts of its name.
    qualifier: Vec<String>,
    names: Names,
}

struct Reader<'a> {
    known: KnownTables<'a>,
}

impl Reader<'_> {
    fn query(&self, query: &Query, outer: &BTreeMap<String, Names>) -> Outputs {
        let mut tables = outer.clone();
        for table in query.with.iter().flat_map(|with| &with.cte_tables) {
            let names = renamed(&table.alias, names_of(self.query(&table.query, &tables)));
            tables.insert(folded(&table.alias.name), names);
        }
        let mut body = &*query.body;
        // A set operation has the names of its first query; long chains lean to the left.
        while let SetExpr::SetOperation { left, .. } = body {
            body = left;
        }
        match body {
            SetExpr::Select(select) => self.select(select, &tables),
            SetExpr::Query(inner) => self.query(inner, &tables),
            _ => Outputs::default(),
        }
    }

    fn select(&self, select: &Select, tables: &BTreeMap<String, Names>) -> Outputs {
        let sources: Vec<Source> = select.from.iter().flat_map(|from| self.sources(from, tables)).collect();
        let merges = select.from.iter().flat_map(|from| &from.joins).any(|join| !keeps_both(&join.join_operator));
        let mut outputs = Outputs { columns: Vec::new(), complete: true };
        for item in &select.projection {
            let start = position(item.span().start);
            match item {
                SelectItem::ExprWithAlias { expr, alias } => outputs.columns.push(OutputColumn {
                    name: Some(folded(alias)),
                    kind: kind_of(expr),
                    position: position(alias.span.start),
                }),
                SelectItem::UnnamedExpr(expr) => match named(expr, &sources) {
                    Certainty::Known(name) => outputs.columns.push(OutputColumn { name, kind: None, position: start }),
                    Certainty::Unknown => outputs.complete = false,
                },
                SelectItem::Wildcard(options) if is_plain(options) && !merges => {
                    sources.iter().for_each(|source| outputs.all_of(source, start));
                    outputs.complete &= !sources.is_empty();
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
                    if is_plain(options) =>
                {
                    let parts = parts_of(name);
                    match sources.iter().find(|source| source.qualifier.ends_with(&parts)) {
                        Some(source) => outputs.all_of(source, start),
                        None => outputs.complete = false,
                    }
                }
                _ => outputs.complete = false,
            }
        }
        outputs
    }

    fn sources(&self, from: &TableWithJoins, tables: &BTreeMap<String, Names>) -> Vec<Source> {
        let joined = from.joins.iter().map(|join| &join.relation);
        std::iter::once(&from.relation).chain(joined).map(|factor| self.source(factor, tables)).collect()
    }

    fn source(&self, factor: &TableFactor, tables: &BTreeMap<String, Names>) -> Source {
        let (qualifier, names, alias) = match factor {
            TableFactor::Table { name, alias, args: None, .. } => {
                let parts = parts_of(name);
                let names = match parts.as_slice() {
                    [only] => tables.get(only).cloned().flatten(),
                    _ => (self.known)(&parts),
                };
                (parts, names, alias.as_ref())
            }
            TableFactor::Derived { subquery, alias, .. } => {
                (Vec::new(), names_of(self.query(subquery, tables)), alias.as_ref())
            }
            _ => (Vec::new(), None, None),
        };
        match alias {
            Some(alias) => Source { qualifier: vec![folded(&alias.name)], names: renamed(alias, names) },
            None => Source { qualifier, names },
        }
    }
}

impl Outputs {
    fn all_of(&mut self, source: &Source, position: Position) {
        match &source.names {
            Some(names) => self.columns.extend(names.iter().map(|name| OutputColumn {
                name: Some(name.clone()),
                kind: None,
                position,
            })),
            None => self.complete = false,
        }
    }
}

/// Every name, if all are certain.
fn names_of(outputs: Outputs) -> Names {
    if !outputs.complete {
        return None;
    }
    outputs.columns.into_iter().map(|column| column.name).collect()
}

/// The names under an alias that may give its own: `AS t (a, b)`.
fn renamed(alias: &ast::TableAlias, names: Names) -> Names {
    if alias.columns.is_empty() {
        return names;
    }
    let own: Vec<String> = alias.columns.iter().map(|column| folded(&column.name)).collect();
    names.filter(|names| names.len() == own.len()).map(|_| own)
}

fn parts_of(name: &ObjectName) -> Vec<String> {
    let part = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(identifier) => folded(identifier),
        ObjectNamePart::Function(function) => function.to_string(),
    };
    name.0.iter().map(part).collect()
}

/// Whether a join gives every column of both sides, so that `*` is their concatenation.
fn keeps_both(operator: &JoinOperator) -> bool {
    match operator {
        JoinOperator::Join(on)
        | JoinOperator::Inner(on)
        | JoinOperator::Left(on)
        | JoinOperator::LeftOuter(on)
        | JoinOperator::Right(on)
        | JoinOperator::RightOuter(on)
        | JoinOperator::FullOuter(on)
        | JoinOperator::CrossJoin(on) => matches!(on, JoinConstraint::On(_) | JoinConstraint::None),
        _ => false,
    }
}

fn is_plain(options: &WildcardAdditionalOptions) -> bool {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    opt_ilike.is_none()
        && opt_exclude.is_none()
        && opt_except.is_none()
        && opt_replace.is_none()
        && opt_rename.is_none()
        && opt_alias.is_none()
}

/// The name of an expression without `AS`.
enum Certainty {
    /// Certain; `None` if it has none that a column can have.
    Known(Option<String>),
    /// The engine's to say.
    Unknown,
}

fn named(expr: &Expr, sources: &[Source]) -> Certainty {
    match expr {
        Expr::Identifier(name) => Certainty::Known(Some(folded(name))),
        Expr::CompoundIdentifier(parts) => {
            let parts: Vec<String> = parts.iter().map(folded).collect();
            match parts.split_last() {
                // Otherwise it may be a field of a column.
                Some((name, qualifier)) if sources.iter().any(|source| source.qualifier.ends_with(qualifier)) => {
                    Certainty::Known(Some(name.clone()))
                }
                _ => Certainty::Unknown,
            }
        }
        Expr::Nested(inner) => named(inner, sources),
        // The engine names these by their text, which holds spaces or parentheses.
        Expr::Function(_) | Expr::BinaryOp { .. } | Expr::Case { .. } => Certainty::Known(None),
        _ => Certainty::Unknown,
    }
}

/// The type that a cast states.
fn kind_of(expr: &Expr) -> Option<ColumnType> {
    match expr {
        Expr::Nested(inner) => kind_of(inner),
        Expr::Cast { data_type, array: false, format: None, .. } => match data_type {
            ast::DataType::Text | ast::DataType::Varchar(_) | ast::DataType::String(_) => Some(ColumnType::String),
            ast::DataType::BigInt(_)
            | ast::DataType::Int(_)
            | ast::DataType::Integer(_)
            | ast::DataType::SmallInt(_) => Some(ColumnType::Integer),
            ast::DataType::Double(_) | ast::DataType::DoublePrecision => Some(ColumnType::Number),
            ast::DataType::Boolean => Some(ColumnType::Boolean),
            ast::DataType::Date => Some(ColumnType::Date),
            ast::DataType::Timestamp(..) => Some(ColumnType::Timestamp),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql: &str) -> String {
        let known = |parts: &[String]| (parts == ["silver", "t"]).then(|| vec!["a".to_owned(), "b".to_owned()]);
        let outputs = of_sql(sql, &known);
        let mut words: Vec<String> =
            outputs.columns.into_iter().map(|column| column.name.unwrap_or_else(|| "?".to_owned())).collect();
        if !outputs.complete {
            words.push("..".to_owned());
        }
        words.join(" ")
    }

    #[test]
    fn names_are_told_where_the_text_makes_them_certain() {
        for (sql, expected) in [
            ("SELECT a, B, \"C d\", t.e, x AS F, (g) FROM silver.t", "a b C d e f g"),
            ("SELECT silver.t.a, other.b FROM silver.t", "a .."),
            ("SELECT count(*), a + 1, CASE WHEN a THEN 1 END, lower(a) AS l FROM silver.t", "? ? ? l"),
            ("SELECT a::date, -a, 1 FROM silver.t", ".."),
            ("SELECT * FROM silver.t", "a b"),
            ("SELECT t.*, 1 AS c FROM silver.t", "a b c"),
            ("SELECT x.* FROM silver.t x JOIN bronze.u ON true", "a b"),
            ("SELECT * FROM silver.t x JOIN silver.t y ON x.a = y.a", "a b a b"),
            ("SELECT * FROM silver.t JOIN silver.t y USING (a)", ".."),
            ("SELECT * FROM bronze.t", ".."),
            ("SELECT * EXCLUDE (a) FROM silver.t", ".."),
            ("SELECT * FROM (SELECT a AS k FROM bronze.t) s", "k"),
            ("SELECT * FROM (SELECT a FROM bronze.t) s (n)", "n"),
            ("WITH w AS (SELECT a AS k FROM bronze.t) SELECT * FROM w", "k"),
            ("SELECT a FROM silver.t UNION ALL SELECT b FROM silver.t", "a"),
            ("VALUES (1)", ".."),
            ("SELECT a FROM", ".."),
        ] {
            assert_eq!(told(sql), expected, "{sql}");
        }
    }

    #[test]
    fn casts_state_a_type() {
        let outputs =
            of_sql("SELECT try_cast(a AS DATE) AS a, CAST(b AS BIGINT) AS b, c AS c FROM bronze.t", &|_| None);
        let kinds: Vec<_> = outputs.columns.into_iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [Some(ColumnType::Date), Some(ColumnType::Integer), None]);
    }
}
