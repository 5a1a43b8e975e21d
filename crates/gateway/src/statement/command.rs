//! Statements that are not queries, read from their tokens: what drivers send about sessions and transactions.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};
use model::{Code, Problem};

use super::Kind;

/// A token that matters, as text: words in lower case, literals without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(String),
    Text(String),
    Mark(String),
}

/// The command that the tokens are, or `None` if they must be parsed as a query.
pub(super) fn read(tokens: &[TokenWithSpan]) -> Option<Kind> {
    let parts: Vec<Part> = tokens.iter().filter_map(|token| part(&token.token)).collect();
    let words: Vec<&str> = parts
        .iter()
        .take(4)
        .map_while(|part| match part {
            Part::Word(word) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    Some(match words.as_slice() {
        [] if parts.is_empty() => Kind::Empty,
        ["begin", ..] | ["start", "transaction", ..] => Kind::Begin,
        ["commit", ..] | ["end", ..] => Kind::Commit,
        ["rollback", "to", ..] | ["rollback", "transaction", "to", ..] | ["rollback", "work", "to", ..] => {
            Kind::Savepoint
        }
        ["rollback", ..] | ["abort", ..] => Kind::Rollback,
        ["savepoint", ..] | ["release", ..] => Kind::Savepoint,
        ["discard", ..] => Kind::Discard,
        ["deallocate", ..] => Kind::Deallocate(named(&parts, &["prepare"])),
        ["close", ..] => Kind::Close(named(&parts, &[])),
        ["reset", "all"] => Kind::ResetAll,
        ["reset", "session", "authorization"] => refuse_identity(),
        ["reset", ..] => Kind::Set { name: dotted(parts.get(1..)?)?.0, value: None },
        ["show", ..] => show(parts.get(1..)?)?,
        ["set", ..] => set(parts.get(1..)?)?,
        _ => return None,
    })
}

fn part(token: &Token) -> Option<Part> {
    Some(match token {
        Token::Whitespace(_) | Token::EOF => return None,
        Token::Word(word) if word.quote_style.is_some() => Part::Text(word.value.clone()),
        Token::Word(word) => Part::Word(word.value.to_lowercase()),
        Token::SingleQuotedString(text)
        | Token::EscapedStringLiteral(text)
        | Token::NationalStringLiteral(text)
        | Token::Number(text, _) => Part::Text(text.clone()),
        Token::DollarQuotedString(text) => Part::Text(text.value.clone()),
        other => Part::Mark(other.to_string()),
    })
}

/// The name that follows the command and optional words; `None` for `ALL`.
fn named(parts: &[Part], skip: &[&str]) -> Option<String> {
    parts.iter().skip(1).find_map(|part| match part {
        Part::Word(word) if skip.contains(&word.as_str()) => None,
        Part::Word(word) if word == "all" => Some(None),
        Part::Word(word) | Part::Text(word) => Some(Some(word.clone())),
        Part::Mark(_) => None,
    })?
}

/// A name with dots, and what follows it.
fn dotted(parts: &[Part]) -> Option<(String, &[Part])> {
    let mut name = String::new();
    let mut rest = parts;
    loop {
        match rest.split_first()? {
            (Part::Word(word) | Part::Text(word), after) => {
                name.push_str(&word.to_lowercase());
                rest = after;
            }
            (Part::Mark(_), _) => return None,
        }
        match rest.split_first() {
            Some((Part::Mark(mark), after)) if mark == "." => {
                name.push('.');
                rest = after;
            }
            _ => return Some((name, rest)),
        }
    }
}

fn show(parts: &[Part]) -> Option<Kind> {
    let words: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Word(word) | Part::Text(word) | Part::Mark(word) => word.to_lowercase(),
        })
        .collect();
    let text = words.join(" ").replace(" . ", ".");
    Some(Kind::Show(match text.as_str() {
        "transaction isolation level" => "transaction_isolation".to_owned(),
        "time zone" => "timezone".to_owned(),
        "session authorization" => "session_authorization".to_owned(),
        "" => return None,
        _ => text,
    }))
}

fn set(parts: &[Part]) -> Option<Kind> {
    let parts = match parts.first() {
        Some(Part::Word(word)) if word == "session" || word == "local" => match parts.get(1) {
            // `session` may be the first word of what is set.
            Some(Part::Word(next)) if next == "authorization" => return Some(refuse_identity()),
            Some(Part::Word(next)) if next == "characteristics" => {
                return Some(Kind::Set { name: "default_transaction_isolation".into(), value: Some(String::new()) });
            }
            _ => parts.get(1..)?,
        },
        _ => parts,
    };
    match parts {
        [Part::Word(role), ..] if role == "role" => Some(refuse_identity()),
        [Part::Word(word), ..] if word == "transaction" || word == "constraints" => {
            Some(Kind::Set { name: "transaction_isolation".into(), value: Some(String::new()) })
        }
        [Part::Word(time), Part::Word(zone), rest @ ..] if time == "time" && zone == "zone" => {
            Some(Kind::Set { name: "timezone".into(), value: value(rest) })
        }
        [Part::Word(names), rest @ ..] if names == "names" => {
            Some(Kind::Set { name: "client_encoding".into(), value: value(rest) })
        }
        _ => {
            let (name, rest) = dotted(parts)?;
            match rest.split_first()? {
                (Part::Mark(mark), rest) if mark == "=" && !rest.is_empty() => {
                    Some(Kind::Set { name, value: value(rest) })
                }
                (Part::Word(to), rest) if to == "to" && !rest.is_empty() => {
                    Some(Kind::Set { name, value: value(rest) })
                }
                _ => None,
            }
        }
    }
}

/// The value of a setting; several are joined with commas, `DEFAULT` is `None`.
fn value(parts: &[Part]) -> Option<String> {
    if let [Part::Word(word)] = parts
        && (word == "default" || word == "local")
    {
        return None;
    }
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Word(word) | Part::Text(word) => text.push_str(word),
            Part::Mark(mark) if mark == "," => text.push_str(", "),
            Part::Mark(mark) => text.push_str(mark),
        }
    }
    Some(text)
}

/// Nobody becomes somebody else here (M9).
fn refuse_identity() -> Kind {
    Kind::Refused(
        Problem::new(Code::NotAllowed, "a session keeps the principal that signed in")
            .with_hint("sign in as the other principal"),
    )
}
