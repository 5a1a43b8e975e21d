//! Reading answers: what is absent is empty, so that an older client reads a newer server's answer.

use serde_json::Value;

/// The list under a key, or nothing.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text under a key: text as it is, numbers and truth values written out, lists joined, anything else empty.
pub fn text(value: &Value, key: &str) -> String {
    value.get(key).map(plain).unwrap_or_default()
}

/// A value as text.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Object(_) => value.to_string(),
    }
}

/// An instant without its fraction: `2026-11-22T19:10:57Z`.
pub fn instant(value: &Value, key: &str) -> String {
    let text = text(value, key);
    match text.split_once('.') {
        Some((seconds, fraction)) if fraction.ends_with('Z') => format!("{seconds}Z"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_is_empty_and_lists_join() {
        let value = serde_json::json!({"a": null, "b": ["x", 1], "c": "2026-01-02T03:04:05.000006Z"});
        assert_eq!(text(&value, "a"), "");
        assert_eq!(text(&value, "missing"), "");
        assert_eq!(text(&value, "b"), "x, 1");
        assert_eq!(instant(&value, "c"), "2026-01-02T03:04:05Z");
        assert!(list(&value, "c").is_empty());
    }
}
