//! What kind of statement some tokens are, and the gate on the parsed query.

use std::{ops::ControlFlow, sync::Arc};

use datafusion::sql::sqlparser::{
    ast::{self, SetExpr, TableFactor, Visit as _, VisitMut, Visitor, VisitorMut},
    parser::{Parser, ParserError},
    tokenizer::Token,
};
use model::{Code, Location, Problem, files::sql::Postgres};

use super::{Kind, Statement, command, fingerprint, tokens::Piece};
use crate::{engine::functions, limits::Limits};

/// Classifies one statement.
pub(super) fn classify(piece: Piece<'_>, limits: &Limits) -> Result<Statement, Problem> {
    let fingerprint = fingerprint::of(piece.tokens.iter().map(|token| &token.token));
    let with = |kind, query| Statement { text: piece.text.into(), kind, query, fingerprint };
    if let Some(kind) = command::read(&piece.tokens) {
        return Ok(with(kind, None));
    }
    let words = words(&piece);
    let parsed = Parser::new(&Postgres)
        .with_recursion_limit(limits.nesting.saturating_mul(4))
        .with_tokens_with_locations(piece.tokens)
        .parse_statement_to_end();
    let statement = match parsed {
        Ok(statement) => statement,
        Err(error) => {
            return match foreign(&words) {
                Some(what) => Ok(with(Kind::Refused(unsupported(&what)), None)),
                None => Err(syntax_error(&error)),
            };
        }
    };
    let mut statement = statement;
    let _ = VisitMut::visit(&mut statement, &mut Plain);
    Ok(match gate(&statement) {
        Ok(kind) => with(kind, Some(Arc::new(statement))),
        Err(problem) => with(Kind::Refused(problem), None),
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
        // Both together mean nothing: FETCH stays, and the engine refuses it.
        let is_free = matches!(query.limit_clause, None | Some(ast::LimitClause::LimitOffset { limit: None, .. }));
        let Some(fetch) = query.fetch.take_if(|fetch| is_free && !fetch.percent && !fetch.with_ties) else {
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
            let parsed = Parser::new(&Postgres).try_with_sql(&written).and_then(|mut p| p.parse_expr());
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
        "TABLESAMPLE" => "`ORDER BY random() LIMIT n` takes n rows at random",
        "WITH ORDINALITY" => "`row_number() OVER ()` numbers rows",
        "DISTINCT *" => "write `count(*)`, or name the columns",
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
        return Err(Problem::new(
            Code::TooComplex,
            "the statement reads too many tables or nests too many queries, repeated ones counted",
        )
        .with_hint("publish what is read again and again as a product"));
    }
    match statement.visit(&mut Gate) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(problem) => Err(*problem),
    }
}

/// Looks at every query, relation and call, however deep.
struct Gate;

/// The refusal that ends the look.
fn refuse(what: &str) -> ControlFlow<Box<Problem>> {
    ControlFlow::Break(Box::new(unsupported(what)))
}

impl Visitor for Gate {
    type Break = Box<Problem>;

    fn pre_visit_statement(&mut self, statement: &ast::Statement) -> ControlFlow<Self::Break> {
        match statement {
            ast::Statement::Query(_) => ControlFlow::Continue(()),
            _ => refuse("a statement within a query"),
        }
    }

    fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<Self::Break> {
        if !query.locks.is_empty() {
            return refuse("FOR UPDATE");
        }
        if query.for_clause.is_some() || query.settings.is_some() || query.format_clause.is_some() {
            return refuse("FOR, SETTINGS or FORMAT");
        }
        if !query.pipe_operators.is_empty() {
            return refuse("|>");
        }
        // Set operations lean to the left: a loop, not recursion, walks a long chain.
        let mut bodies = vec![&*query.body];
        while let Some(body) = bodies.pop() {
            match body {
                SetExpr::Select(select) => {
                    if select.into.is_some() {
                        return refuse("SELECT INTO");
                    }
                }
                SetExpr::SetOperation { left, right, .. } => bodies.extend([&**left, &**right]),
                SetExpr::Query(_) | SetExpr::Values(_) | SetExpr::Table(_) => {}
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                    return refuse("a change of data within a query");
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        match factor {
            TableFactor::Table { version: Some(_), .. } => refuse("time travel"),
            // The engine would leave these out without a word.
            TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } => {
                refuse("TABLESAMPLE")
            }
            TableFactor::Table { with_ordinality: true, .. }
            | TableFactor::Function { with_ordinality: true, .. }
            | TableFactor::UNNEST { with_ordinality: true, .. } => refuse("WITH ORDINALITY"),
            TableFactor::Table { json_path: Some(_), .. } => refuse("a path into a table"),
            TableFactor::Table { with_hints, partitions, index_hints, .. }
                if !with_hints.is_empty() || !partitions.is_empty() || !index_hints.is_empty() =>
            {
                refuse("a table hint")
            }
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::TableFunction { .. }
            | TableFactor::Function { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            _ => refuse("this kind of table"),
        }
    }

    fn pre_visit_expr(&mut self, expression: &ast::Expr) -> ControlFlow<Self::Break> {
        match expression {
            ast::Expr::Function(function) => match check_call(function) {
                Ok(()) => ControlFlow::Continue(()),
                Err(problem) => ControlFlow::Break(Box::new(problem)),
            },
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Refuses the clauses of a call that the engine would leave out without a word.
///
/// # Errors
/// `statement-unsupported` for `DISTINCT *`, `invalid-sql` (42809) for a clause of aggregates on another function.
pub fn check_call(function: &ast::Function) -> Result<(), Problem> {
    let ast::FunctionArguments::List(list) = &function.args else { return Ok(()) };
    let is_distinct = matches!(list.duplicate_treatment, Some(ast::DuplicateTreatment::Distinct));
    let has_star = list.args.iter().any(|arg| matches!(arg, ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard)));
    if is_distinct && has_star {
        return Err(unsupported("DISTINCT *"));
    }
    let has_clause = is_distinct
        || function.filter.is_some()
        || !function.within_group.is_empty()
        || list.clauses.iter().any(|clause| matches!(clause, ast::FunctionArgumentClause::OrderBy(_)));
    let name = function.name.0.last().and_then(|part| part.as_ident()).map(|name| name.value.to_lowercase());
    match name {
        Some(name) if has_clause && functions::takes_one_row(&name) => {
            let message =
                format!("`{}` takes one row: no DISTINCT, ORDER BY, FILTER, WITHIN GROUP", name.escape_debug());
            Err(Problem::new(Code::InvalidSql, message)
                .with_sqlstate("42809")
                .with_hint("these belong to aggregate functions such as `sum` and `count`"))
        }
        _ => Ok(()),
    }
}
