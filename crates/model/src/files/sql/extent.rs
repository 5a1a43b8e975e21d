//! How deep a parser's tree of some SQL would be, told from its tokens before it is parsed: the parser recurses, tries
//! several readings of each parenthesis, and its trees are dropped by recursion.

use sqlparser::{
    dialect::GenericDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer},
};

/// Deepest nesting of parentheses and brackets.
pub(crate) const DEEPEST: usize = 50;

/// Most operators in a row: `a + b + ...`, `a AND b AND ...`.
pub(crate) const LONGEST_CHAIN: usize = 2_000;

/// Most parts of a name and most calls in a row (`a.b.c`, `f(1)(2)`).
const MOST_PARTS: usize = 16;

/// Words that chain expressions or queries.
const CHAINING: &[Keyword] = &[
    Keyword::AND,
    Keyword::OR,
    Keyword::XOR,
    Keyword::NOT,
    Keyword::UNION,
    Keyword::EXCEPT,
    Keyword::INTERSECT,
    Keyword::IS,
    Keyword::IN,
    Keyword::LIKE,
    Keyword::ILIKE,
    Keyword::RLIKE,
    Keyword::REGEXP,
    Keyword::SIMILAR,
    Keyword::BETWEEN,
    Keyword::COLLATE,
    Keyword::AT,
    Keyword::DIV,
    Keyword::OVERLAPS,
];

/// One level of parentheses.
#[derive(Default)]
struct Level {
    operators: usize,
    calls: usize,
}

/// Whether SQL may be parsed without exhausting the stack. What does not even split into tokens is left to the parser's own words.
pub fn is_bounded(sql: &str) -> bool {
    let dialect = GenericDialect {};
    let Ok(tokens) = Tokenizer::new(&dialect, sql).tokenize() else { return true };
    let mut levels = vec![Level::default()];
    let mut dots = 0_usize;
    let mut before = Token::EOF;
    for token in tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))) {
        dots = match &token {
            Token::Period => dots + 1,
            Token::Word(_) if before == Token::Period => dots,
            _ => 0,
        };
        let opens = matches!(token, Token::LParen | Token::LBracket);
        let closes = matches!(token, Token::RParen | Token::RBracket);
        if closes && levels.len() > 1 {
            levels.pop();
        }
        let Some(level) = levels.last_mut() else { return false };
        match &token {
            _ if opens => {
                level.calls = if matches!(before, Token::RParen | Token::RBracket) { level.calls + 1 } else { 0 }
            }
            _ if closes => {}
            Token::Comma | Token::SemiColon => level.operators = 0,
            Token::Number(..) | Token::SingleQuotedString(_) | Token::Period => {}
            Token::Word(word) if !CHAINING.contains(&word.keyword) => {}
            _ => level.operators += 1,
        }
        if dots > MOST_PARTS || level.calls > MOST_PARTS || level.operators > LONGEST_CHAIN || levels.len() > DEEPEST {
            return false;
        }
        if opens {
            levels.push(Level::default());
        }
        before = token;
    }
    true
}
