//! JSON lines into text columns: one object a line, columns are the union of the keys. Text stays as it is, numbers and
//! booleans as written, nested values as their JSON text. A line that is no object is set aside.

use std::{collections::BTreeMap, fmt, io::BufRead as _, io::BufReader, io::Read as _};

use model::{Code, Problem, column::bronze_headers};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    find::Found,
    rows::{Emit, MOST_COLUMNS, TextRows, rejected},
    unpack::{RowEnd, Unpacked, failed},
};
use crate::pipeline::Limits;

/// Reads a file from its start to its end, twice: once for the keys, once for the rows. Gives what people should know.
///
/// # Errors
/// `source-unavailable` when it cannot be read or changes in between, `too-large`, or what `emit` refuses.
pub(crate) fn read(found: &Found, limits: &Limits, emit: Emit<'_>) -> Result<Vec<String>, Problem> {
    let keys = keys(found, limits)?;
    let names = bronze_headers(keys.iter().map(String::as_str));
    let places: BTreeMap<&str, usize> = keys.iter().enumerate().map(|(index, key)| (key.as_str(), index)).collect();
    let mut rows = TextRows::new(&found.path, &names)?;
    // A slot is the line it was last filled on, and the value.
    let mut slots: Vec<(u64, Option<String>)> = vec![(0, None); names.len()];
    let mut lines = Lines::open(found, limits)?;
    while lines.advance()? {
        if lines.is_blank() {
            continue;
        }
        match serde_json::from_slice::<Pairs<'_>>(&lines.line) {
            Ok(pairs) => match fill(&mut slots, &places, pairs, lines.number) {
                Ok(()) => {
                    let values = slots.iter().map(|(line, value)| value.as_deref().filter(|_| *line == lines.number));
                    rows.push(lines.number, values, emit)?;
                }
                Err(reason) => rows.reject(rejected(lines.number, &lines.line, reason), emit)?,
            },
            Err(error) => rows.reject(rejected(lines.number, &lines.line, reason(&error)), emit)?,
        }
    }
    let mut notes = Vec::new();
    if names.is_empty() && lines.number == 0 {
        notes.push(format!("`{}` is empty", found.path));
    } else {
        rows.finish(emit)?;
    }
    Ok(notes)
}

/// Puts the values of one object into their slots. A key that comes twice is an error: which value would count?
fn fill(
    slots: &mut [(u64, Option<String>)],
    places: &BTreeMap<&str, usize>,
    pairs: Pairs<'_>,
    line: u64,
) -> Result<(), String> {
    for (key, value) in pairs.0 {
        let Some(slot) = places.get(key.as_str()).and_then(|index| slots.get_mut(*index)) else { continue };
        if slot.0 == line {
            return Err(format!("has the key `{}` twice", key.escape_debug()));
        }
        *slot = (line, text_of(value));
    }
    Ok(())
}

/// Every key, in the order of its first appearance.
fn keys(found: &Found, limits: &Limits) -> Result<Vec<String>, Problem> {
    let mut keys: Vec<String> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    let mut lines = Lines::open(found, limits)?;
    while lines.advance()? {
        if let Ok(found_keys) = serde_json::from_slice::<Keys>(&lines.line) {
            for key in found_keys.0 {
                if !known.contains(&key) {
                    known.insert(key.clone());
                    keys.push(key);
                }
            }
        }
        if keys.len() > MOST_COLUMNS {
            return Err(Problem::new(
                Code::TooLarge,
                format!("the source file `{}` has more than {MOST_COLUMNS} different keys", found.path),
            )
            .with_hint("put what varies into one nested object: it lands as JSON text"));
        }
    }
    Ok(keys)
}

/// A JSON value as a text column holds it.
fn text_of(value: &RawValue) -> Option<String> {
    match value.get() {
        "null" => None,
        text if text.starts_with('"') => serde_json::from_str(text).ok(),
        text => Some(text.to_owned()),
    }
}

fn reason(error: &serde_json::Error) -> String {
    match error.classify() {
        // The parser's own words would hold the value.
        serde_json::error::Category::Data => "is not a JSON object".to_owned(),
        _ => format!("is not JSON: {error}"),
    }
}

/// The lines of a file, one at a time, each bounded.
struct Lines<'a> {
    found: &'a Found,
    limits: &'a Limits,
    reader: BufReader<Unpacked>,
    row_end: RowEnd,
    line: Vec<u8>,
    number: u64,
}

impl<'a> Lines<'a> {
    fn open(found: &'a Found, limits: &'a Limits) -> Result<Self, Problem> {
        let (bytes, row_end) =
            Unpacked::open(&found.file, &found.path, limits).map_err(|error| failed(&found.path, &error, limits))?;
        let reader = BufReader::with_capacity(1 << 17, bytes);
        Ok(Self { found, limits, reader, row_end, line: Vec::new(), number: 0 })
    }

    /// Reads the next line; false at the end.
    fn advance(&mut self) -> Result<bool, Problem> {
        self.line.clear();
        let limit = self.limits.source_row as u64 + 1;
        let wrong = |error: &std::io::Error| failed(&self.found.path, error, self.limits);
        let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut self.line).map_err(|error| wrong(&error))?;
        if read as u64 == limit && self.line.last() != Some(&b'\n') {
            return Err(wrong(&std::io::Error::other("one row is longer than the limit")));
        }
        self.row_end.reached();
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        while matches!(self.line.last(), Some(b'\n' | b'\r')) {
            self.line.pop();
        }
        if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        Ok(true)
    }

    fn is_blank(&self) -> bool {
        self.line.iter().all(u8::is_ascii_whitespace)
    }
}

/// The keys of one object; its values are skipped.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    map.next_value::<IgnoredAny>()?;
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// The keys and values of one object, as written.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs: Vec<(String, &'de RawValue)> = Vec::new();
                while let Some(pair) = map.next_entry::<String, &'de RawValue>()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Object)
    }
}
