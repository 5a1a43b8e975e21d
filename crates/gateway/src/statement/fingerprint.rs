//! The fingerprint of a statement: equal for texts that differ in literals, white space and case of keywords only.

use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use model::{Digest, files::sql::Postgres};

/// The digest of the normalised text. Literals are left out, so a fingerprint holds no data value.
pub(crate) fn of(sql: &str) -> Digest {
    let Ok(tokens) = Tokenizer::new(&Postgres, sql).tokenize() else {
        return Digest::of(b"unreadable");
    };
    let mut text = String::with_capacity(sql.len());
    for token in tokens {
        match token {
            Token::Whitespace(_) | Token::EOF => continue,
            Token::Word(word) if word.quote_style.is_none() => text.push_str(&word.value.to_lowercase()),
            Token::Word(word) => text.push_str(&word.to_string()),
            Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::DollarQuotedString(_) => text.push('?'),
            other => text.push_str(&other.to_string()),
        }
        text.push(' ');
    }
    Digest::of(text.as_bytes())
}
