//! How deep a parser's tree of some SQL would be, told from its tokens before it is parsed: the parser recurses, tries
//! several readings of each parenthesis, and its trees are dropped by recursion.

use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, Tokenizer},
};

use super::dialect::Postgres;

/// Deepest nesting of parentheses and brackets, and of CASE.
pub(crate) const DEEPEST: usize = 50;

/// Most operators in a row: `a + b + ...`, `a AND b AND ...`. Each is a level of what the engine plans by recursion.
pub(crate) const LONGEST_CHAIN: usize = 1_000;

/// Most tables of a FROM clause and most common table expressions of a WITH: each is one level of the plan.
const MOST_TABLES: usize = 200;

/// Most parts of a name and most calls in a row (`a.b.c`, `f(1)(2)`).
const MOST_PARTS: usize = 16;

/// Words that begin an expression of their own kind or are a name: what follows is read twice where the first reading fails.
const READ_TWICE: &[Keyword] = &[
    Keyword::CEIL,
    Keyword::CONVERT,
    Keyword::EXTRACT,
    Keyword::FLOOR,
    Keyword::INTERVAL,
    Keyword::OVERLAY,
    Keyword::POSITION,
    Keyword::SUBSTR,
    Keyword::SUBSTRING,
];

/// Most of them within each other.
const MOST_READINGS: usize = 8;

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
    /// Operators since the last AND, OR or comma.
    run: usize,
    calls: usize,
    /// Words that are read twice: around this level, and with those that stand open in it.
    around: usize,
    readings: usize,
    tables: usize,
    /// Whether commas separate tables here.
    lists_tables: bool,
}

impl Level {
    /// Looks at a word that begins or ends a list of tables.
    fn read(&mut self, keyword: Keyword, before: &Token) {
        match keyword {
            // `a IS DISTINCT FROM b` lists nothing.
            Keyword::FROM => self.lists_tables = !is_word(before, Keyword::DISTINCT),
            // Nor do `timestamp WITH TIME ZONE` and `f() WITH ORDINALITY`.
            Keyword::WITH if *before == Token::RParen || is_word(before, Keyword::TIMESTAMP) => {}
            Keyword::WITH => self.lists_tables = true,
            Keyword::JOIN | Keyword::APPLY => self.tables += 1,
            Keyword::SELECT => (self.lists_tables, self.tables) = (false, 0),
            Keyword::WHERE
            | Keyword::GROUP
            | Keyword::HAVING
            | Keyword::ORDER
            | Keyword::LIMIT
            | Keyword::WINDOW
            | Keyword::UNION
            | Keyword::EXCEPT
            | Keyword::INTERSECT => self.lists_tables = false,
            _ => {}
        }
    }
}

fn is_word(token: &Token, keyword: Keyword) -> bool {
    matches!(token, Token::Word(word) if word.keyword == keyword)
}

/// Whether SQL may be parsed without exhausting the stack. What does not even split into tokens is left to the parser's own words.
pub fn is_bounded(sql: &str) -> bool {
    is_bounded_by(sql, LONGEST_CHAIN, LONGEST_CHAIN)
}

/// As [`is_bounded`], with bounds of one's own on operators in a row, and on those other than AND and OR.
pub(crate) fn is_bounded_by(sql: &str, longest_chain: usize, longest_run: usize) -> bool {
    let Ok(tokens) = Tokenizer::new(&Postgres, sql).tokenize() else { return true };
    let mut levels = vec![Level::default()];
    let mut dots = 0_usize;
    let mut cases = 0_usize;
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
        let is_reading = |token: &Token| matches!(token, Token::Word(word) if READ_TWICE.contains(&word.keyword));
        let is_literal = matches!(token, Token::Number(..) | Token::SingleQuotedString(_));
        let Some(level) = levels.last_mut() else { return false };
        // What is not in brackets goes on to the next comma: `INTERVAL - INTERVAL - a`.
        if is_reading(&before) && !opens && !is_literal {
            level.readings += 1;
        }
        if let Token::Word(word) = &token {
            level.read(word.keyword, &before);
            match word.keyword {
                Keyword::CASE => cases += 1,
                Keyword::END => cases = cases.saturating_sub(1),
                _ => {}
            }
        }
        match &token {
            _ if opens => {
                level.calls = if matches!(before, Token::RParen | Token::RBracket) { level.calls + 1 } else { 0 }
            }
            _ if closes => {}
            Token::SemiColon => *level = Level::default(),
            Token::Comma => {
                (level.operators, level.run, level.readings) = (0, 0, level.around);
                level.tables += usize::from(level.lists_tables);
            }
            Token::Number(..) | Token::SingleQuotedString(_) | Token::Period => {}
            Token::Word(word) if !CHAINING.contains(&word.keyword) => {}
            Token::Word(word) if matches!(word.keyword, Keyword::AND | Keyword::OR) => {
                (level.operators, level.run) = (level.operators + 1, 0);
            }
            _ => (level.operators, level.run) = (level.operators + 1, level.run + 1),
        }
        let too_long = level.calls > MOST_PARTS
            || level.operators > longest_chain
            || level.run > longest_run
            || level.readings > MOST_READINGS
            || level.tables > MOST_TABLES;
        if dots > MOST_PARTS || too_long || levels.len() > DEEPEST || cases > DEEPEST {
            return false;
        }
        if opens {
            let around = levels.last().map_or(0, |level| level.readings) + usize::from(is_reading(&before));
            levels.push(Level { around, readings: around, ..Level::default() });
        }
        before = token;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tables_are_bounded_and_lists_of_values_are_not() {
        let names =
            |prefix: &str, count: usize| (0..count).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>().join(", ");
        for (sql, expected) in [
            (format!("SELECT 1 FROM {}", names("t AS a", 150)), true),
            (format!("SELECT 1 FROM {}", names("t AS a", 100_000)), false),
            (format!("SELECT 1 FROM t{}", " CROSS JOIN t".repeat(100_000)), false),
            (format!("WITH {} SELECT 1", names("a AS (SELECT 1), b", 100_000)), false),
            (format!("SELECT {} FROM t WHERE a IN ({})", names("c", 5_000), names("", 100_000)), true),
            (format!("SELECT a IS DISTINCT FROM b, {} FROM t", names("c", 5_000)), true),
            (format!("SELECT {}1{}", "CASE WHEN a THEN ".repeat(60), " END".repeat(60)), false),
            (format!("SELECT {} 1", "CASE WHEN a THEN 1 END, ".repeat(60)), true),
            (format!("SELECT 1 FROM t GROUP BY {}", names("c", 5_000)), true),
            (format!("SELECT a::timestamp with time zone, {} FROM t", names("c", 5_000)), true),
            (format!("SELECT 1 FROM (VALUES {}) v", names("(1), ", 50_000)), true),
            (vec!["SELECT 1 FROM t JOIN u ON true"; 500].join(" UNION ALL "), true),
            (format!("SELECT {}1{}", "substr(".repeat(8), ", 1)".repeat(8)), true),
            (format!("SELECT {}1{}", "substr(".repeat(9), ", 1)".repeat(9)), false),
            (format!("SELECT {}1{}", "interval (floor((".repeat(5), ")))".repeat(5)), false),
            (format!("SELECT {} 1", "INTERVAL ".repeat(20)), false),
            (format!("SELECT {} 1", "INTERVAL - ".repeat(20)), false),
            (format!("SELECT {} 1", "INTERVAL CASE WHEN ".repeat(20)), false),
            (format!("SELECT a{}", " + INTERVAL '1' DAY".repeat(40)), true),
            (format!("SELECT a FROM t WHERE {} true", "interval > 1 AND floor(a) > 1 AND ".repeat(4)), true),
            (format!("SELECT {}1{}", "f(".repeat(40), ")".repeat(40)), true),
            (format!("SELECT {} 1", "floor(a) + ceil(b) - INTERVAL '1' DAY, ".repeat(100)), true),
        ] {
            let head: String = sql.chars().take(60).collect();
            assert_eq!(is_bounded(&sql), expected, "{head}");
        }
    }
}
