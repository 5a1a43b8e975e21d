//! What kind of statement some tokens are, and the gate on the parsed query.

use std::{ops::ControlFlow, sync::Arc};

use datafusion::sql::sqlparser::{
    ast::{self, SetExpr, TableFactor, Visit as _, VisitMut, Visitor, VisitorMut},
    dialect::PostgreSqlDialect,
    parser::{Parser, ParserError},
    tokenizer::Token,
};
use model::{Code, Location, Problem};

use super::{Kind, Statement, command, tokens::Piece};
use crate::limits::Limits;

/// Classifies one statement.
pub(super) fn classify(piece: Piece<'_>, limits: &Limits) -> Result<Statement, Problem> {
    if let Some(kind) = command::read(&piece.tokens) {
        return Ok(Statement { text: piece.text.into(), kind, query: None });
    }
    let words = words(&piece);
    let parsed = Parser::new(&PostgreSqlDialect {})
        .with_recursion_limit(limits.nesting.saturating_mul(4))
        .with_tokens_with_locations(piece.tokens)
        .parse_statement_to_end();
    let statement = match parsed {
        Ok(statement) => statement,
        Err(error) => {
            return match foreign(&words) {
                Some(what) => Ok(refused(piece.text, unsupported(&what))),
                None => Err(syntax_error(&error)),
            };
        }
    };
    let mut statement = statement;
    let _ = VisitMut::visit(&mut statement, &mut Plain);
    Ok(match gate(&statement) {
        Ok(kind) => Statement { text: piece.text.into(), kind, query: Some(Arc::new(statement)) },
        Err(problem) => refused(piece.text, problem),
    })
}

/// First words of PostgreSQL's statements; none of them is offered.
const STATEMENT_WORDS: &[&str] = &[
    "alter",
    "analyse",
    "analyze",
    "attach",
    "call",
    "checkpoint",
    "cluster",
    "comment",
    "copy",
    "create",
    "declare",
    "delete",
    "desc",
    "describe",
    "do",
    "drop",
    "execute",
    "export",
    "fetch",
    "grant",
    "import",
    "insert",
    "install",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "optimize",
    "pragma",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "repair",
    "replace",
    "revoke",
    "security",
    "truncate",
    "unlisten",
    "update",
    "use",
    "vacuum",
];

trait ToEnd {
    fn parse_statement_to_end(self) -> Result<ast::Statement, ParserError>;
}

impl ToEnd for Parser<'_> {
    fn parse_statement_to_end(mut self) -> Result<ast::Statement, ParserError> {
        let statement = self.parse_statement()?;
        let next = self.peek_token();
        match next.token {
            Token::EOF => Ok(statement),
            token => Err(ParserError::ParserError(format!("unexpected `{token}`{}", next.span.start))),
        }
    }
}

fn refused(text: &str, problem: Problem) -> Statement {
    Statement { text: text.into(), kind: Kind::Refused(problem), query: None }
}

/// The words of a statement, in lower case, as far as they matter for telling what it is.
fn words(piece: &Piece<'_>) -> Vec<String> {
    let words = piece.tokens.iter().filter_map(|token| match &token.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_lowercase()),
        _ => None,
    });
    words.take(1_000).collect()
}

/// What a text that is no query of ours asks for, if it is a statement of PostgreSQL or time travel.
fn foreign(words: &[String]) -> Option<String> {
    let first = words.iter().find(|word| !["explain", "analyze", "verbose"].contains(&word.as_str()));
    if let Some(first) = first.filter(|first| STATEMENT_WORDS.contains(&first.as_str())) {
        return Some(first.clone());
    }
    let travels = words.windows(2).any(|pair| match pair {
        [first, second] => match first.as_str() {
            "for" => ["system_time", "version", "timestamp", "system_version"].contains(&second.as_str()),
            "version" | "timestamp" => second == "as",
            _ => false,
        },
        _ => false,
    });
    travels.then(|| "time travel".to_owned())
}

/// Whether a pattern is escaped with another character than the engine's.
fn is_other_escape(escape: &ast::ValueWithSpan) -> bool {
    matches!(&escape.value, ast::Value::SingleQuotedString(text) if text.chars().count() == 1 && text != "\\")
}

/// Brings equal forms together that the engine knows only one of: `FETCH FIRST n` is `LIMIT n`, `U&'..'` is its text,
/// `LIKE .. ESCAPE 'x'` escapes with a backslash.
pub(crate) struct Plain;

impl VisitorMut for Plain {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut ast::Query) -> ControlFlow<()> {
        let Some(fetch) = query.fetch.take_if(|fetch| !fetch.percent && !fetch.with_ties) else {
            return ControlFlow::Continue(());
        };
        let quantity = fetch.quantity.unwrap_or_else(|| ast::Expr::value(ast::Value::Number("1".to_owned(), false)));
        match &mut query.limit_clause {
            None => {
                query.limit_clause =
                    Some(ast::LimitClause::LimitOffset { limit: Some(quantity), offset: None, limit_by: vec![] });
            }
            Some(ast::LimitClause::LimitOffset { limit: limit @ None, .. }) => *limit = Some(quantity),
            Some(_) => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut ast::Expr) -> ControlFlow<()> {
        if let ast::Expr::Like { pattern, escape_char, .. } | ast::Expr::ILike { pattern, escape_char, .. } = expression
            && let Some(escape) = escape_char.take_if(|escape| is_other_escape(escape))
            && let ast::Value::SingleQuotedString(escape) = escape.value
        {
            // The engine escapes with a backslash: those of the pattern are doubled, then the caller's become one.
            let doubled = format!("replace({pattern}, '\\', '\\\\')");
            let escape = escape.replace('\'', "''");
            let written = format!("replace({doubled}, '{escape}', '\\')");
            let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(&written).and_then(|mut p| p.parse_expr());
            if let Ok(parsed) = parsed {
                **pattern = parsed;
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &mut ast::ValueWithSpan) -> ControlFlow<()> {
        if let ast::Value::UnicodeStringLiteral(text) = &mut value.value {
            value.value = ast::Value::SingleQuotedString(std::mem::take(text));
        }
        ControlFlow::Continue(())
    }
}

fn unsupported(what: &str) -> Problem {
    let hint = match what {
        "copy" | "COPY" => {
            "send the query itself; for a file: psql --csv -c 'SELECT ...' > rows.csv, or tessera query 'SELECT ...' --output csv"
        }
        _ => "doors answer queries; data changes through `tessera run` and `tessera publish`",
    };
    Problem::new(Code::StatementUnsupported, format!("`{}` is not offered on this door", what.to_uppercase()))
        .with_hint(hint)
}

fn syntax_error(error: &ParserError) -> Problem {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.clone(),
        ParserError::RecursionLimitExceeded => {
            return Problem::new(Code::TooComplex, "the statement is nested too deeply");
        }
    };
    // The parser ends its messages with the position.
    let (message, at) = match text.rsplit_once(" at Line: ") {
        Some((message, at)) => (message.to_owned(), at.split_once(", Column: ")),
        None => (text, None),
    };
    let message = message.replacen("Expected: ", "expected ", 1).replacen(", found: ", ", found ", 1);
    let problem = Problem::new(Code::InvalidSql, format!("syntax error: {message}"));
    match at.and_then(|(line, column)| Some((line.trim().parse().ok()?, column.trim().parse().ok()?))) {
        Some((line, column)) => problem.at(Location { file: String::new(), line, column }),
        None => problem,
    }
}

/// The gate on the parsed statement: queries without side effects, and `EXPLAIN` of one.
fn gate(statement: &ast::Statement) -> Result<Kind, Problem> {
    match statement {
        ast::Statement::Query(_) => gate_query(statement).map(|()| Kind::Query),
        ast::Statement::Explain { analyze, statement: inner, format, options, .. } => {
            if !matches!(&**inner, ast::Statement::Query(_)) {
                return Err(unsupported("EXPLAIN of this statement"));
            }
            gate_query(inner)?;
            let wanted =
                |name: &str| options.iter().flatten().any(|option| option.name.value.eq_ignore_ascii_case(name));
            // SECURITY: run times and counts of operators tell about hidden rows (slt `explain/s23_explain.slt`).
            if *analyze || wanted("analyze") {
                return Err(Problem::new(Code::NotAllowed, "EXPLAIN ANALYZE is refused")
                    .with_hint("`EXPLAIN` shows the plan; measured figures would tell about rows you may not see"));
            }
            if format.is_some() || wanted("format") {
                return Err(unsupported("EXPLAIN with a FORMAT"));
            }
            Ok(Kind::Explain)
        }
        other => {
            let text = other.to_string();
            Err(unsupported(text.split_whitespace().next().unwrap_or("this statement")))
        }
    }
}

fn gate_query(statement: &ast::Statement) -> Result<(), Problem> {
    // SECURITY: planning is not cut short by a deadline, so what would never end is refused before it begins (test
    // `expressions_that_multiply_are_refused`).
    if !model::files::sql::is_expansion_bounded(statement) {
        return Err(Problem::new(Code::TooComplex, "the statement reads too many tables, repeated ones counted")
            .with_hint("publish what is read again and again as a product"));
    }
    match statement.visit(&mut Gate) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(what) => Err(unsupported(what)),
    }
}

/// Looks at every query and relation, however deep.
struct Gate;

impl Visitor for Gate {
    type Break = &'static str;

    fn pre_visit_statement(&mut self, statement: &ast::Statement) -> ControlFlow<Self::Break> {
        match statement {
            ast::Statement::Query(_) => ControlFlow::Continue(()),
            _ => ControlFlow::Break("a statement within a query"),
        }
    }

    fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<Self::Break> {
        if !query.locks.is_empty() {
            return ControlFlow::Break("FOR UPDATE");
        }
        if query.for_clause.is_some() || query.settings.is_some() || query.format_clause.is_some() {
            return ControlFlow::Break("FOR, SETTINGS or FORMAT");
        }
        if !query.pipe_operators.is_empty() {
            return ControlFlow::Break("|>");
        }
        // Set operations lean to the left: a loop, not recursion, walks a long chain.
        let mut bodies = vec![&*query.body];
        while let Some(body) = bodies.pop() {
            match body {
                SetExpr::Select(select) => {
                    if select.into.is_some() {
                        return ControlFlow::Break("SELECT INTO");
                    }
                }
                SetExpr::SetOperation { left, right, .. } => bodies.extend([&**left, &**right]),
                SetExpr::Query(_) | SetExpr::Values(_) | SetExpr::Table(_) => {}
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                    return ControlFlow::Break("a change of data within a query");
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        match factor {
            TableFactor::Table { version: Some(_), .. } => ControlFlow::Break("time travel"),
            TableFactor::Table { with_hints, partitions, .. } if !with_hints.is_empty() || !partitions.is_empty() => {
                ControlFlow::Break("a table hint")
            }
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::TableFunction { .. }
            | TableFactor::Function { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            _ => ControlFlow::Break("this kind of table"),
        }
    }
}
