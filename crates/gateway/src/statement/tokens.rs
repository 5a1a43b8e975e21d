//! The bounds of a text before it is parsed, and its statements: one pass over the tokens, without recursion.

use datafusion::sql::sqlparser::{
    keywords::Keyword,
    tokenizer::{Location as At, Token, TokenWithSpan, Tokenizer},
};
use model::{Code, Location, Problem, files::sql::Postgres};

use crate::limits::Limits;

/// One statement's tokens, with white space, and its text.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<TokenWithSpan>,
}

/// Checks the bounds of a text alone.
///
/// # Errors
/// `too-large` or `too-complex` beyond the limits, `invalid-sql` if it cannot be read as tokens.
pub fn check(sql: &str, limits: &Limits) -> Result<(), Problem> {
    split(sql, limits).map(drop)
}

/// The statements of a text; at least one, which may be empty.
pub(super) fn split<'a>(sql: &'a str, limits: &Limits) -> Result<Vec<Piece<'a>>, Problem> {
    if sql.len() > limits.text {
        return Err(limits.too_long(sql.len()));
    }
    if sql.contains('\0') {
        return Err(Problem::new(Code::InvalidSql, "the statement holds a zero byte"));
    }
    // SECURITY: chains of dots, calls and operators overflow the parser's stack, and that of a tree being dropped
    // (test `chains_are_refused_before_they_are_parsed`).
    if !model::files::sql::is_bounded(sql) {
        return Err(Problem::new(Code::TooComplex, "the statement is nested or chained too deeply")
            .with_hint("split it, or load the values it lists as a product"));
    }
    let tokens = Tokenizer::new(&Postgres, sql).tokenize_with_location().map_err(|error| {
        let problem = Problem::new(Code::InvalidSql, error.message.to_lowercase());
        match location(error.location) {
            Some(at) => problem.at(at),
            None => problem,
        }
    })?;
    let mut bounds = Bounds::new(limits);
    let mut pieces = vec![];
    let mut current = vec![];
    let lines = Lines::new(sql);
    let mut start = 0;
    for token in tokens {
        bounds.take(&token.token)?;
        if token.token == Token::SemiColon {
            let end = lines.offset(token.span.start);
            pieces.push(Piece { text: sql.get(start..end).unwrap_or_default().trim(), tokens: current });
            start = end + 1;
            current = vec![];
            bounds.next_statement();
            if pieces.len() > limits.statements {
                return Err(Problem::new(
                    Code::TooComplex,
                    format!("the request has more than {} statements", limits.statements),
                ));
            }
        } else if token.token != Token::EOF {
            current.push(token);
        }
    }
    pieces.push(Piece { text: sql.get(start..).unwrap_or_default().trim(), tokens: current });
    let is_empty = |piece: &Piece<'_>| piece.tokens.iter().all(|t| matches!(t.token, Token::Whitespace(_)));
    pieces.retain(|piece| !is_empty(piece));
    if pieces.is_empty() {
        pieces.push(Piece { text: "", tokens: vec![] });
    }
    Ok(pieces)
}

/// A position as people count it.
pub(super) fn location(at: At) -> Option<Location> {
    if at.line == 0 {
        return None;
    }
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Some(Location { file: String::new(), line: number(at.line), column: number(at.column) })
}

/// Byte offsets of the lines of a text.
struct Lines<'a> {
    sql: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(sql: &'a str) -> Self {
        let breaks = sql.match_indices('\n').map(|(at, _)| at + 1);
        Self { sql, starts: std::iter::once(0).chain(breaks).collect() }
    }

    fn offset(&self, at: At) -> usize {
        let index = usize::try_from(at.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let start = self.starts.get(index).copied().unwrap_or(self.sql.len());
        let skip = usize::try_from(at.column.saturating_sub(1)).unwrap_or(usize::MAX);
        let rest = self.sql.get(start..).unwrap_or_default();
        start + rest.char_indices().nth(skip).map_or(rest.len(), |(offset, _)| offset)
    }
}

/// Counts what makes a statement expensive to parse and plan.
struct Bounds<'a> {
    limits: &'a Limits,
    tokens: usize,
    operators: usize,
    depth: usize,
}

impl<'a> Bounds<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self { limits, tokens: 0, operators: 0, depth: 0 }
    }

    fn next_statement(&mut self) {
        self.operators = 0;
        self.depth = 0;
    }

    fn take(&mut self, token: &Token) -> Result<(), Problem> {
        match token {
            Token::Whitespace(_) | Token::EOF => return Ok(()),
            Token::LParen | Token::LBracket | Token::LBrace => self.depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace => self.depth = self.depth.saturating_sub(1),
            Token::Word(word) => match word.keyword {
                Keyword::CASE => self.depth += 1,
                Keyword::END => self.depth = self.depth.saturating_sub(1),
                Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::JOIN
                | Keyword::IS
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::SIMILAR
                | Keyword::BETWEEN
                | Keyword::IN
                | Keyword::COLLATE
                | Keyword::AT
                | Keyword::OVER
                | Keyword::ANY
                | Keyword::ALL => self.operators += 1,
                _ => {}
            },
            Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::Placeholder(_)
            | Token::Comma
            | Token::Period
            | Token::SemiColon
            | Token::Char(_)
            | Token::DollarQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::UnicodeStringLiteral(_) => {}
            _ => self.operators += 1,
        }
        self.tokens += 1;
        let refuse = |what: &str, most: usize| {
            Err(Problem::new(Code::TooComplex, format!("the statement has {what}, more than {most}"))
                .with_hint("split it, or load the values it lists as a product"))
        };
        if self.tokens > self.limits.tokens {
            return refuse("too many tokens", self.limits.tokens);
        }
        if self.depth > self.limits.nesting {
            return refuse("brackets nested too deeply", self.limits.nesting);
        }
        if self.operators > self.limits.operators {
            return refuse("too many operators", self.limits.operators);
        }
        Ok(())
    }
}
