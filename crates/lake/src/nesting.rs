//! How deep a document of somebody else nests: JSON of a table's log, the schema in a Parquet footer.
//!
//! What parses them recurses, and a stack that ends takes the whole process with it, so depth is bounded before anything
//! parses. Nothing here recurses over its input.

/// Deepest nesting that is parsed; honest writers need a handful.
const DEEPEST: usize = 128;

/// Whether JSON, or something that is taken for it, nests deeper than is parsed. A string that holds JSON itself is parsed
/// as well: the schema of a table is one.
pub(crate) fn is_json_too_deep(json: &[u8]) -> bool {
    let mut depth = Depth::default();
    let mut rest = json.iter();
    while let Some(byte) = rest.next() {
        if *byte == b'"' {
            if is_string_too_deep(&mut rest) {
                return true;
            }
        } else if depth.is_too_deep_after(*byte) {
            return true;
        }
    }
    false
}

/// Passes a string over, to the end of it, and looks at what it says.
fn is_string_too_deep(rest: &mut std::slice::Iter<'_, u8>) -> bool {
    let (mut depth, mut first, mut quoted, mut escaped) = (Depth::default(), None, false, false);
    while let Some(byte) = rest.next() {
        let said = match byte {
            b'"' => return false,
            b'\\' => match rest.next() {
                Some(b'u') => unicode(rest),
                Some(other) if matches!(other, b'n' | b'r' | b't' | b'b' | b'f') => b' ',
                Some(other) => *other,
                None => return false,
            },
            other => *other,
        };
        if first.is_none() && !said.is_ascii_whitespace() {
            first = Some(said);
        }
        // Only an object or a list is parsed; other text may hold what brackets it likes.
        if !matches!(first, Some(b'{' | b'[')) {
            continue;
        }
        match said {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            said if !quoted && depth.is_too_deep_after(said) => return true,
            _ => {}
        }
    }
    false
}

/// The byte that `\uXXXX` stands for; `?` for everything that is not one byte.
fn unicode(rest: &mut std::slice::Iter<'_, u8>) -> u8 {
    let digits: Vec<u8> = rest.by_ref().take(4).copied().collect();
    let number = std::str::from_utf8(&digits).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.and_then(|number| u8::try_from(number).ok()).filter(u8::is_ascii).unwrap_or(b'?')
}

#[derive(Default)]
struct Depth(usize);

impl Depth {
    fn is_too_deep_after(&mut self, byte: u8) -> bool {
        match byte {
            b'{' | b'[' => self.0 += 1,
            b'}' | b']' => self.0 = self.0.saturating_sub(1),
            _ => {}
        }
        self.0 > DEEPEST
    }
}

/// Whether the schema of a Parquet footer (`FileMetaData` in Thrift's compact form) nests deeper than is parsed; `None` if
/// it is no such footer.
pub fn is_schema_too_deep(footer: &[u8]) -> Option<bool> {
    let mut input = Compact(footer);
    let mut field = 0;
    loop {
        let (id, kind) = input.field(field)?;
        if kind == STOP {
            return None;
        }
        if (id, kind) == (SCHEMA, LIST) {
            return input.schema();
        }
        input.skip(kind, MOST_SKIPPED)?;
        field = id;
    }
}

/// Of `FileMetaData`: the schema, a flat list in which every element says how many children follow.
const SCHEMA: i16 = 2;
/// Of `SchemaElement`.
const CHILDREN: i16 = 5;

/// Types of the compact protocol.
const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// Deepest nesting of what is passed over, as the Parquet library has it.
const MOST_SKIPPED: u8 = 64;

/// What is left to read.
struct Compact<'a>(&'a [u8]);

impl Compact<'_> {
    fn schema(&mut self) -> Option<bool> {
        let (elements, kind) = self.list()?;
        if kind != STRUCT {
            return None;
        }
        // Children that are still to come, from the root down to where we are.
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..elements {
            let children = self.children()?;
            if let Some(expected) = open.last_mut() {
                *expected = expected.saturating_sub(1);
            }
            if children > 0 {
                if open.len() >= DEEPEST {
                    return Some(true);
                }
                open.push(children);
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        Some(false)
    }

    /// The number of children of one schema element.
    fn children(&mut self) -> Option<u64> {
        let (mut field, mut children) = (0, 0);
        loop {
            let (id, kind) = self.field(field)?;
            match (id, kind) {
                (_, STOP) => return Some(children),
                (CHILDREN, I32) => {
                    let number = self.number()?;
                    // Zigzag: an odd one is negative, which the library refuses.
                    children = if number % 2 == 0 { number / 2 } else { 0 };
                }
                _ => self.skip(kind, MOST_SKIPPED)?,
            }
            field = id;
        }
    }

    /// The number and type of the next field.
    fn field(&mut self, before: i16) -> Option<(i16, u8)> {
        let head = self.byte()?;
        let (step, kind) = (head >> 4, head & 0x0f);
        if kind == STOP {
            return Some((before, STOP));
        }
        if step > 0 {
            return Some((before.checked_add(i16::from(step))?, kind));
        }
        let number = self.number()?;
        let id = i64::try_from(number >> 1).ok()? ^ -i64::try_from(number & 1).ok()?;
        Some((i16::try_from(id).ok()?, kind))
    }

    /// How many elements of which type a list has.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
        Some((count, head & 0x0f))
    }

    fn skip(&mut self, kind: u8, left: u8) -> Option<()> {
        let left = left.checked_sub(1)?;
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.byte().map(|_| ()),
            I16 | I32 | I64 => self.number().map(|_| ()),
            DOUBLE => self.bytes(8),
            BINARY => {
                let length = self.number()?;
                self.bytes(length)
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.element(kind, left))
            }
            MAP => {
                let count = self.number()?;
                if count == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..count).try_for_each(|_| {
                    self.element(kinds >> 4, left)?;
                    self.element(kinds & 0x0f, left)
                })
            }
            STRUCT => {
                let mut field = 0;
                loop {
                    let (id, kind) = self.field(field)?;
                    if kind == STOP {
                        return Some(());
                    }
                    self.skip(kind, left)?;
                    field = id;
                }
            }
            _ => None,
        }
    }

    /// An element of a list: a truth takes a byte there.
    fn element(&mut self, kind: u8, left: u8) -> Option<()> {
        match kind {
            TRUE | FALSE => self.byte().map(|_| ()),
            kind => self.skip(kind, left),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, count: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::{
        array::{ArrayRef, Int64Array, ListArray, RecordBatch},
        datatypes::Int64Type,
    };

    use super::*;

    #[test]
    fn brackets_count_and_those_of_texts_do_not() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_json_too_deep(nested(DEEPEST).as_bytes()) && is_json_too_deep(nested(DEEPEST + 1).as_bytes()));
        assert!(!is_json_too_deep(nested(DEEPEST).repeat(9).as_bytes()), "beside each other");
        assert!(!is_json_too_deep(format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(1_000)).as_bytes()), "within a text");
        assert!(is_json_too_deep(format!("{{\"a\":\"\\\\\",\"b\":{}", "[".repeat(1_000)).as_bytes()), "after one");
    }

    #[test]
    fn json_within_a_string_counts_and_its_texts_do_not() {
        let value = |text: String| serde_json::json!({"metaData": {"schemaString": text}}).to_string();
        let nested = |depth: usize| "[".repeat(depth);
        assert!(!is_json_too_deep(value(nested(DEEPEST)).as_bytes()));
        assert!(is_json_too_deep(value(nested(DEEPEST + 1)).as_bytes()));
        assert!(is_json_too_deep(value(format!("\n {{\"a\\\"\": {}", nested(DEEPEST + 1))).as_bytes()));
        assert!(!is_json_too_deep(value(format!("{{\"a\": \"\\\"{}", nested(1_000))).as_bytes()), "a text in it");
        let escaped = format!("{{\"a\":\"{}\"}}", "\\u005b".repeat(DEEPEST + 1));
        assert!(is_json_too_deep(escaped.as_bytes()), "spelled otherwise");
    }

    #[test]
    fn the_schema_of_a_real_footer_is_found_flat() {
        let list = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1)])]);
        let rows = RecordBatch::try_from_iter([
            ("a", Arc::new(Int64Array::from(vec![1])) as ArrayRef),
            ("b", Arc::new(list) as ArrayRef),
        ])
        .unwrap();
        let mut file = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut file, rows.schema(), None).unwrap();
        writer.write(&rows).unwrap();
        writer.close().unwrap();
        let end = file.len() - 8;
        let length = u32::from_le_bytes(file[end..end + 4].try_into().unwrap()) as usize;
        let footer = &file[end - length..end];
        assert_eq!(is_schema_too_deep(footer), Some(false));
        for cut in 0..20 {
            assert_eq!(is_schema_too_deep(&footer[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn every_group_counts_and_neighbours_do_not() {
        // Root with one child, which has one child, ...
        let chain = |depth: usize| {
            let mut footer = vec![0x15, 0x02, 0x19, 0xfc];
            let mut count = depth as u64 + 1;
            while count >= 0x80 {
                footer.push((count as u8 & 0x7f) | 0x80);
                count >>= 7;
            }
            footer.push(count as u8);
            for _ in 0..depth {
                footer.extend([0x48, 1, b'g', 0x15, 0x02, 0x00]);
            }
            footer.extend([0x15, 0x02, 0x38, 1, b'l', 0x00, 0x16, 0x00, 0x19, 0x0c, 0x00]);
            footer
        };
        assert_eq!(is_schema_too_deep(&chain(DEEPEST)), Some(false));
        assert_eq!(is_schema_too_deep(&chain(DEEPEST + 1)), Some(true));
        assert_eq!(is_schema_too_deep(&chain(1_000_000)), Some(true));
    }
}
