//! The fingerprint of a statement: equal for texts that differ in literals, white space and case of keywords only.

use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use model::{Digest, files::sql::Postgres};

/// Bytes of a text that cannot be read from which its fingerprint is made.
const HEAD: usize = 8 << 10;

/// The digest of the normalised tokens. Literals are left out, so a fingerprint holds no data value.
pub(super) fn of<'a>(tokens: impl Iterator<Item = &'a Token>) -> Digest {
    let mut text = String::new();
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

/// The fingerprint of a text that cannot be read as statements: of its beginning, however long it is.
pub(super) fn of_unreadable(sql: &str) -> Digest {
    let head = &sql[..sql.floor_char_boundary(HEAD)];
    match Tokenizer::new(&Postgres, head).tokenize() {
        Ok(tokens) => of(tokens.iter()),
        Err(_) => Digest::of(b"unreadable"),
    }
}
