//! One JSON object as its keys and values, as written: nothing is copied that can be pointed at.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A key and its value.
#[derive(Debug)]
pub(crate) struct Pair<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) value: &'a RawValue,
}

/// Reads the pairs of an object in their order, a key that comes twice included, into `into`.
///
/// # Errors
/// Why it is none, without a word of what it holds.
pub(crate) fn pairs<'a>(line: &'a [u8], into: &mut Vec<Pair<'a>>) -> Result<(), String> {
    into.clear();
    // Text that was looked through once is not looked through again for each key and value.
    let read = match std::str::from_utf8(line) {
        Ok(text) => whole(serde_json::Deserializer::from_str(text), into),
        Err(_) => whole(serde_json::Deserializer::from_slice(line), into),
    };
    read.map_err(|error| match error.classify() {
        // The parser's own words would hold the value.
        serde_json::error::Category::Data => "is not a JSON object".to_owned(),
        _ => format!("is not JSON: {error}"),
    })
}

fn whole<'a, R: serde_json::de::Read<'a>>(
    mut deserializer: serde_json::Deserializer<R>,
    into: &mut Vec<Pair<'a>>,
) -> serde_json::Result<()> {
    deserializer.deserialize_map(Object(into))?;
    deserializer.end()
}

/// A JSON value as a text column holds it; `None` for null and for text that no text can hold.
pub(crate) fn text_of(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(plain) if !plain.as_bytes().contains(&b'\\') => Some(Cow::Borrowed(plain)),
        Some(_) => serde_json::from_str(text).ok().map(Cow::Owned),
        None if text == "null" => None,
        None => Some(Cow::Borrowed(text)),
    }
}

struct Object<'v, 'a>(&'v mut Vec<Pair<'a>>);

impl<'a> Visitor<'a> for Object<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((Key(key), value)) = map.next_entry::<Key<'a>, &'a RawValue>()? {
            self.0.push(Pair { key, value });
        }
        Ok(())
    }
}

/// A key, as it stands where it holds no escape.
struct Key<'a>(Cow<'a, str>);

impl<'a> Deserialize<'a> for Key<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'a> Visitor<'a> for Text {
            type Value = Key<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Key<'a>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'a>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<(String, Option<String>)>, String> {
        let mut row = Vec::new();
        pairs(line.as_bytes(), &mut row)?;
        Ok(row.iter().map(|pair| (pair.key.to_string(), text_of(pair.value).map(Cow::into_owned))).collect())
    }

    #[test]
    fn values_are_as_written() {
        let line = r#" {"a": "x", "b\u0041": 1.50, "c": {"d": [1, null]}, "e": null, "f": "q\"\u00e4", "a": true, "g": "\ud800"} "#;
        let pair = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
        let expected = [
            pair("a", Some("x")),
            pair("bA", Some("1.50")),
            pair("c", Some(r#"{"d": [1, null]}"#)),
            pair("e", None),
            pair("f", Some("q\"ä")),
            pair("a", Some("true")),
            pair("g", None),
        ];
        assert_eq!(read(line).unwrap(), expected);
    }

    #[test]
    fn what_is_no_object_is_told_without_its_words() {
        for line in ["\"CANARY\"", "[1]", "17", "null"] {
            assert_eq!(read(line).unwrap_err(), "is not a JSON object", "{line}");
        }
        for line in ["{\"a\":", "{\"a\": CANARY}", "{} CANARY", "{\"a\" 1}"] {
            let told = read(line).unwrap_err();
            assert!(told.starts_with("is not JSON: ") && !told.contains("CANARY"), "{line}: {told}");
        }
    }
}
