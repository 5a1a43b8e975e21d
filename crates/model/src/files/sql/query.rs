//! The form of a step's query: one SELECT, deterministic, with the tables it names.

use std::{collections::BTreeSet, ops::ControlFlow};

use sqlparser::{
    ast::{
        Expr, Function, FunctionArgumentClause, FunctionArguments, Ident, ObjectName, ObjectNamePart, Query, Spanned,
        Statement, Visit, Visitor, WindowType,
    },
    parser::{Parser, ParserError},
    tokenizer::{Location as SqlLocation, Token},
};

use super::{
    SqlStep,
    dialect::Postgres,
    expansion::is_expansion_bounded,
    extent::{DEEPEST, LONGEST_CHAIN, is_bounded},
    incremental, sql_problem,
};
use crate::{
    error::{Code, Problem},
    stack::deep,
    yaml::{Position, problem_at, shown},
};

/// A table as a query names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTable {
    /// The parts of the name: `bronze`, `claims`.
    pub parts: Vec<String>,
    /// Where it stands.
    pub position: Position,
}

/// Functions whose value is another one at every run: a build could not be repeated and compared.
const UNREPEATABLE: &[&str] = &[
    "now",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtimestamp",
    "localtime",
    "today",
    "random",
    "rand",
    "uuid",
    "gen_random_uuid",
];

/// Functions whose value depends on the order of rows.
const ORDERED: &[&str] =
    &["row_number", "first_value", "last_value", "nth_value", "lag", "lead", "ntile", "array_agg", "string_agg"];

pub(super) fn parse(sql: &str) -> Result<Vec<Statement>, (ParserError, Position)> {
    let start = |error| (error, Position::START);
    if !is_bounded(sql) {
        return Err(start(ParserError::RecursionLimitExceeded));
    }
    let mut parser = Parser::new(&Postgres).with_recursion_limit(DEEPEST).try_with_sql(sql).map_err(start)?;
    match deep(|| parser.parse_statements()) {
        Ok(statements) => Ok(statements),
        Err(error) => {
            let next = parser.peek_token();
            let at = if next.token == Token::EOF { Position::after(sql.trim_end()) } else { position(next.span.start) };
            Err((error, at))
        }
    }
}

pub(super) fn position(at: SqlLocation) -> Position {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    Position { line: narrow(at.line), column: narrow(at.column) }
}

/// Checks the query's form.
pub(super) fn check(step: &SqlStep, path: &str) -> Result<(), Problem> {
    if let Some(reject) = &step.header.reject {
        check_expression(reject, path)?;
    }
    let statements = parse(&step.sql).map_err(|(error, at)| refused(&error, at, path))?;
    let query = match statements.as_slice() {
        [Statement::Query(query)] => query,
        [] => {
            return Err(problem_at(path, Position::START, Code::InvalidFile, "the file has no query".to_owned())
                .with_hint("write one SELECT"));
        }
        [other] | [_, other, ..] => {
            let at = position(other.span().start);
            return Err(sql_problem(path, at, "a step is one SELECT").with_hint("write one SELECT, without others"));
        }
    };
    if !deep(|| statements.iter().all(is_expansion_bounded)) {
        let text = "the query reads too many tables or nests too many queries, repeated ones counted".to_owned();
        return Err(problem_at(path, Position::START, Code::TooComplex, text)
            .with_hint("make a silver table of what is read again and again"));
    }
    let mut judge = Judge { path, problem: None };
    let _ = deep(|| query.visit(&mut judge));
    judge.problem.map_or(Ok(()), Err)?;
    incremental::check_query(step, query, path)
}

/// Whether a text is one query, for the `sql` rules of contracts.
///
/// # Errors
/// `invalid-sql` or `too-complex` without a position.
pub(crate) fn check_single(sql: &str) -> Result<(), Problem> {
    let why = match parse(sql) {
        Ok(statements) if matches!(statements.as_slice(), [Statement::Query(_)]) => return Ok(()),
        Ok(_) => "a rule is one SELECT".to_owned(),
        Err((ParserError::RecursionLimitExceeded, _)) => {
            return Err(Problem::new(Code::TooComplex, "the query of the rule is nested too deeply or too long"));
        }
        Err((error, _)) => clean(&error.to_string()),
    };
    Err(Problem::new(Code::InvalidSql, format!("the query of the rule is not valid: {}", shown(&why))))
}

/// Whether a text is one SELECT that changes nothing, for the queries of sources. The database it is asked of reads it again.
///
/// # Errors
/// `invalid-sql` or `too-complex` without a position.
pub(crate) fn check_select(sql: &str) -> Result<(), Problem> {
    let refuse = |why: String| {
        Problem::new(Code::InvalidSql, why)
            .with_hint("write one SELECT; what is longer belongs into a view of the database")
    };
    let statements = parse(sql).map_err(|(error, _)| match error {
        ParserError::RecursionLimitExceeded => {
            Problem::new(Code::TooComplex, "the query of the source is nested too deeply or too long")
        }
        error => refuse(format!("the query of the source is not valid: {}", shown(&clean(&error.to_string())))),
    })?;
    let [only @ Statement::Query(_)] = statements.as_slice() else {
        return Err(refuse("the query of a source is one SELECT".to_owned()));
    };
    match deep(|| only.visit(&mut Reads)) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(refuse("the query of a source only reads".to_owned())),
    }
}

/// Looks for anything but reading.
struct Reads;

impl Visitor for Reads {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        if matches!(statement, Statement::Query(_)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let writes = query.body.as_select().is_some_and(|select| select.into.is_some()) || !query.locks.is_empty();
        if writes { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn check_expression(text: &str, path: &str) -> Result<(), Problem> {
    let wrong = |why: String| {
        problem_at(path, Position::START, Code::InvalidSql, format!("`reject` is not a condition: {}", clean(&why)))
    };
    if !is_bounded(text) {
        return Err(refused(&ParserError::RecursionLimitExceeded, Position::START, path));
    }
    let mut parser = Parser::new(&Postgres)
        .with_recursion_limit(DEEPEST)
        .try_with_sql(text)
        .map_err(|error| wrong(error.to_string()))?;
    deep(|| parser.parse_expr()).map_err(|error| wrong(error.to_string()))?;
    let rest = parser.peek_token();
    if rest.token == Token::EOF { Ok(()) } else { Err(wrong(format!("unexpected {rest}"))) }
}

fn refused(error: &ParserError, at: Position, path: &str) -> Problem {
    match error {
        ParserError::RecursionLimitExceeded => problem_at(
            path,
            at,
            Code::TooComplex,
            format!("the query is nested deeper than {DEEPEST} levels, or chains more than {LONGEST_CHAIN} operators"),
        ),
        ParserError::ParserError(why) | ParserError::TokenizerError(why) => {
            sql_problem(path, own_position(why).unwrap_or(at), &clean(why))
        }
    }
}

/// The parser's message without the position it appends.
fn clean(why: &str) -> String {
    let why = why.trim_start_matches("sql parser error: ").split(" at Line:").next().unwrap_or(why);
    let mut characters = why.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// ` at Line: 3, Column: 7`, which the parser knows better than its next token does.
fn own_position(why: &str) -> Option<Position> {
    let (_, at) = why.rsplit_once(" at Line: ")?;
    let (line, column) = at.split_once(", Column: ")?;
    Some(Position { line: line.trim().parse().ok()?, column: column.trim().parse().ok()? })
}

struct Judge<'a> {
    path: &'a str,
    problem: Option<Problem>,
}

impl Visitor for Judge<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        let Expr::Function(function) = expression else { return ControlFlow::Continue(()) };
        let name = function.name.to_string().to_lowercase();
        let at = position(function.span().start);
        let (message, hint) = if UNREPEATABLE.contains(&name.as_str()) {
            (
                format!("`{name}` gives another value at every run, so that a rebuild could not be compared"),
                "use a column of the data; the time of ingestion is `_ingested_at`",
            )
        } else if ORDERED.contains(&name.as_str()) && !is_ordered(function) {
            (
                format!("`{name}` depends on the order of rows, and none is given"),
                "add ORDER BY over columns that name one row",
            )
        } else {
            return ControlFlow::Continue(());
        };
        self.problem = Some(problem_at(self.path, at, Code::InvalidSql, message).with_hint(hint));
        ControlFlow::Break(())
    }
}

fn is_ordered(function: &Function) -> bool {
    let over = match &function.over {
        Some(WindowType::WindowSpec(spec)) => !spec.order_by.is_empty() || spec.window_name.is_some(),
        Some(WindowType::NamedWindow(_)) => true,
        None => false,
    };
    let within = match &function.args {
        FunctionArguments::List(list) => {
            list.clauses.iter().any(|clause| matches!(clause, FunctionArgumentClause::OrderBy(_)))
        }
        _ => false,
    };
    over || within || !function.within_group.is_empty()
}

/// The tables a query names; none where it does not parse.
pub(super) fn tables(sql: &str) -> Vec<NamedTable> {
    let Ok(statements) = parse(sql) else { return Vec::new() };
    let mut collector = Collector::default();
    for statement in &statements {
        let _ = statement.visit(&mut collector);
    }
    let Collector { tables, own } = collector;
    tables.into_iter().filter(|table| !matches!(table.parts.as_slice(), [only] if own.contains(only))).collect()
}

/// The name as the engine sees it: unquoted ones in lower case.
pub(super) fn folded(identifier: &Ident) -> String {
    if identifier.quote_style.is_some() { identifier.value.clone() } else { identifier.value.to_lowercase() }
}

#[derive(Default)]
struct Collector {
    tables: Vec<NamedTable>,
    /// Names of CTEs.
    own: BTreeSet<String>,
}

impl Visitor for Collector {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for table in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.own.insert(folded(&table.alias.name));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let parts = relation.0.iter().map(|part| match part {
            ObjectNamePart::Identifier(identifier) => folded(identifier),
            ObjectNamePart::Function(function) => function.to_string(),
        });
        self.tables.push(NamedTable { parts: parts.collect(), position: position(relation.span().start) });
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        SqlStep::parse(text.as_bytes(), "silver/t.sql").unwrap_err()
    }

    #[test]
    fn a_step_is_header_and_query() {
        let text = "/* tessera\npartition_by: [region]\nreject: \"amount IS NULL\"\npurpose: billing\n*/\nSELECT a FROM bronze.claims\n";
        let step = SqlStep::parse(text.as_bytes(), "silver/t.sql").unwrap();
        assert_eq!(step.header.partition_by, ["region"]);
        assert_eq!(step.header.purpose.as_ref().unwrap().as_str(), "billing");
        assert_eq!(
            step.tables(),
            [NamedTable { parts: vec!["bronze".into(), "claims".into()], position: Position { line: 6, column: 15 } }]
        );
        assert!(SqlStep::parse(b"-- plain\nSELECT 1 AS a", "x.sql").is_ok());
        assert!(SqlStep::parse(b"/* tessera */ SELECT 1 AS a;", "x.sql").is_ok());
    }

    #[test]
    fn own_names_are_no_tables() {
        let sql = "WITH x AS (SELECT * FROM Bronze.a) SELECT * FROM X JOIN other.p.q USING (id)";
        let names: Vec<_> = tables(sql).into_iter().map(|table| table.parts.join(".")).collect();
        assert_eq!(names, ["bronze.a", "other.p.q"]);
    }

    #[test]
    fn what_cannot_be_kept_is_refused_where_it_stands() {
        insta::assert_snapshot!(problem("/* tessera\nmaterialise: view\n*/\nSELECT 1"), @"silver/t.sql:2:14: `view` is not one of `table`, `append`, `merge`");
        insta::assert_snapshot!(problem("/* tessera\nmateralise: table\n*/\nSELECT 1"), @"silver/t.sql:2:1: the key `materalise` is not known here");
        insta::assert_snapshot!(problem("/* tessera\nkey: [a]\nSELECT 1"), @"silver/t.sql:1:1: the header is not closed");
        insta::assert_snapshot!(problem("SELECT a\n  FORM bronze.b c"), @"silver/t.sql:2:8: the SQL is not valid: expected: end of statement, found: bronze");
        insta::assert_snapshot!(problem("SELECT 1; DROP TABLE x"), @"silver/t.sql:1:1: the SQL is not valid: a step is one SELECT");
        insta::assert_snapshot!(problem("DELETE FROM bronze.x"), @"silver/t.sql:1:1: the SQL is not valid: a step is one SELECT");
        insta::assert_snapshot!(problem("SELECT now() AS t"), @"silver/t.sql:1:8: `now` gives another value at every run, so that a rebuild could not be compared");
        insta::assert_snapshot!(problem("SELECT row_number() OVER (PARTITION BY a) FROM bronze.x"), @"silver/t.sql:1:8: `row_number` depends on the order of rows, and none is given");
        insta::assert_snapshot!(problem(""), @"silver/t.sql:1:1: the file has no query");
    }

    #[test]
    fn bombs_end_quickly() {
        let nested = |depth: usize| format!("SELECT {}1{} AS a", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(problem(&nested(5_000)).code(), Code::TooComplex);
        let start = std::time::Instant::now();
        let _ = SqlStep::parse(nested(40).as_bytes(), "x.sql");
        let queries = format!("{}SELECT 1 AS a{}", "SELECT * FROM (".repeat(40), ") AS x".repeat(40));
        let _ = SqlStep::parse(queries.as_bytes(), "x.sql");
        let calls = format!("SELECT {}1{} AS a", "abs(".repeat(45), ")".repeat(45));
        let _ = SqlStep::parse(calls.as_bytes(), "x.sql");
        let _ = SqlStep::parse(format!("SELECT {}1 AS a", "NOT ".repeat(100_000)).as_bytes(), "x.sql");
        let _ = SqlStep::parse(format!("SELECT {} AS a", vec!["1"; 100_000].join("+")).as_bytes(), "x.sql");
        for word in
            [" IS NULL", " + 1", "::int", " AND a", " UNION SELECT 1", " LIKE 'x'", " COLLATE x", "[1]", ".b", "(1)"]
        {
            // As long as is let through, and far longer: neither may exhaust the stack.
            for times in [1_900, 100_000] {
                let _ = SqlStep::parse(format!("SELECT a{}", word.repeat(times)).as_bytes(), "x.sql");
            }
        }
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }

    #[test]
    fn deep_texts_end_no_process() {
        let forms = [
            ("SELECT * FROM (", "SELECT 1 AS a", ") x"),
            ("SELECT * FROM (SELECT 1 AS a) y JOIN (", "SELECT 1 AS a", ") x ON true"),
            ("SELECT (", "SELECT 1", ") AS a"),
            ("SELECT CASE WHEN true THEN (", "SELECT 1", ") END AS a"),
            ("WITH w AS (", "SELECT 1 AS a", ") SELECT * FROM w"),
            ("(", "SELECT 1 AS a", ") UNION ALL SELECT 1"),
        ];
        let work = move || {
            for (open, heart, close) in forms {
                for (levels, heart) in (1..60).flat_map(|levels| [(levels, heart), (levels, "1 1 1")]) {
                    let sql = format!("{}{heart}{}", open.repeat(levels), close.repeat(levels));
                    let start = std::time::Instant::now();
                    let _ = SqlStep::parse(sql.as_bytes(), "x.sql").map(|step| step.tables());
                    assert!(start.elapsed().as_secs() < 2, "{levels} levels of {open}: {:?}", start.elapsed());
                }
            }
        };
        std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
    }
}
