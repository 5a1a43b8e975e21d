//! The tree of a document: scalars with their text, lists, keys with values, each with its position.

/// A line and a column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Position {
    /// The first character.
    pub const START: Self = Self { line: 1, column: 1 };

    /// A position from counts of any width.
    pub fn new(line: usize, column: usize) -> Self {
        Self { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    /// The position after a text that starts at [`Position::START`].
    pub fn after(text: &str) -> Self {
        let last = text.rsplit('\n').next().unwrap_or_default();
        Self::new(text.matches('\n').count() + 1, last.chars().count() + 1)
    }

    /// A position within a text that itself starts at this one (single-line scalars in their quotes are near enough).
    #[must_use]
    pub fn offset(self, within: Self) -> Self {
        if within.line <= 1 {
            Self { line: self.line, column: self.column.saturating_add(within.column.saturating_sub(1)) }
        } else {
            Self { line: self.line.saturating_add(within.line - 1), column: within.column }
        }
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it starts; for an alias where it is used.
    pub position: Position,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values, in order.
    Mapping(Vec<Entry>),
}

/// A single value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Its text after escapes.
    pub text: String,
    /// Whether it was written without quotes, so that `true`, `null` and numbers may be meant.
    pub plain: bool,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key starts.
    pub position: Position,
    /// The value.
    pub value: Node,
}

/// What a plain scalar means by the core schema, truth values only as `true` and `false`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning<'a> {
    Null,
    Boolean(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'a str),
}

impl Scalar {
    /// Whether it is an unquoted null.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    pub(super) fn meaning(&self) -> Meaning<'_> {
        let text = self.text.as_str();
        if !self.plain {
            return Meaning::Text(text);
        }
        if self.is_null() {
            return Meaning::Null;
        }
        match text {
            "true" | "True" | "TRUE" => return Meaning::Boolean(true),
            "false" | "False" | "FALSE" => return Meaning::Boolean(false),
            _ => {}
        }
        if let Some(number) = number(text) { number } else { Meaning::Text(text) }
    }
}

/// A number of the core schema. Numbers beyond the machine's range stay text.
fn number(text: &str) -> Option<Meaning<'static>> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some(hex) = digits.strip_prefix("0x").filter(|_| digits == text) {
        return u64::from_str_radix(hex, 16).ok().map(Meaning::Unsigned);
    }
    if let Some(octal) = digits.strip_prefix("0o").filter(|_| digits == text) {
        return u64::from_str_radix(octal, 8).ok().map(Meaning::Unsigned);
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        || !digits.bytes().any(|b| b.is_ascii_digit())
    {
        return None;
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let plain = text.strip_prefix('+').unwrap_or(text);
        if let Ok(number) = plain.parse() {
            return Some(Meaning::Unsigned(number));
        }
        if let Ok(number) = plain.parse() {
            return Some(Meaning::Signed(number));
        }
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Meaning::Float)
}

impl Node {
    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The nodes of a list; none if it is something else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none if it is something else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a scalar that is not null.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    /// The deepest node on a JSON pointer's way, and whether the way was there to its end.
    pub fn walk(&self, pointer: &str) -> (&Node, bool) {
        let mut node = self;
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            let next = match &node.value {
                Value::Mapping(_) => node.get(&token),
                Value::Sequence(items) => token.parse().ok().and_then(|index: usize| items.get(index)),
                Value::Scalar(_) => None,
            };
            match next {
                Some(next) => node = next,
                None => return (node, false),
            }
        }
        (node, true)
    }

    /// The position of the deepest node on a JSON pointer's way.
    pub fn at_pointer(&self, pointer: &str) -> Position {
        self.walk(pointer).0.position
    }

    /// The document as JSON: what a JSON schema is tried on. Dates stay text.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Scalar(scalar) => match scalar.meaning() {
                Meaning::Null => serde_json::Value::Null,
                Meaning::Boolean(value) => value.into(),
                Meaning::Unsigned(value) => value.into(),
                Meaning::Signed(value) => value.into(),
                Meaning::Float(value) => value.into(),
                Meaning::Text(text) => text.into(),
            },
            Value::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Value::Mapping(entries) => entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_core_schema_says_is_not_text() {
        let meaning = |text: &str| {
            let scalar = Scalar { text: text.to_owned(), plain: true };
            Node { position: Position::START, value: Value::Scalar(scalar) }.to_json().to_string()
        };
        for text in ["no", "on", "y", "2026-11-22", "1.0.0", "0x", "1_000", ".inf", ".", "-", "1e999", "env:X", "007a"]
        {
            assert_eq!(meaning(text), format!("\"{text}\""));
        }
        for (text, json) in [
            ("~", "null"),
            ("", "null"),
            ("True", "true"),
            ("0x1F", "31"),
            ("-3", "-3"),
            ("+3", "3"),
            ("1e3", "1000.0"),
        ] {
            assert_eq!(meaning(text), json, "{text}");
        }
    }

    #[test]
    fn positions_within_a_text_are_counted_from_its_start() {
        assert_eq!(Position::after("ab\ncd"), Position { line: 2, column: 3 });
        assert_eq!(Position::new(4, 7).offset(Position::new(1, 3)), Position::new(4, 9));
        assert_eq!(Position::new(4, 7).offset(Position::new(2, 3)), Position::new(5, 3));
    }
}
