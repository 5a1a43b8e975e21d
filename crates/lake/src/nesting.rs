//! How deep JSON of somebody else nests: the log of a table.
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
                Some(b'n' | b'r' | b't' | b'b' | b'f') => b' ',
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

#[cfg(test)]
mod tests {
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
}
