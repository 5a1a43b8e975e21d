//! The engine's words in ours: types as contracts call them, and a call that no function fits as one sentence.

/// Names of types as the engine writes them, and the words of contracts.
const TYPES: &[(&str, &[&str])] = &[
    ("string", &["Utf8", "Utf8View", "LargeUtf8", "String"]),
    ("integer", &["Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Integer", "Int"]),
    ("number", &["Float16", "Float32", "Float64", "Float"]),
    ("decimal", &["Decimal", "Decimal32", "Decimal64", "Decimal128", "Decimal256"]),
    ("numeric", &["Numeric"]),
    ("boolean", &["Boolean"]),
    ("date", &["Date", "Date32", "Date64"]),
    ("timestamp", &["Timestamp"]),
    ("time", &["Time", "Time32", "Time64"]),
    ("interval", &["Interval", "Duration"]),
    ("binary", &["Binary", "BinaryView", "LargeBinary", "FixedSizeBinary"]),
    ("array", &["List", "LargeList", "FixedSizeList"]),
    ("object", &["Struct"]),
    ("map", &["Map"]),
    ("null", &["Null"]),
];

/// What the engine says where it takes an argument for its own mistake.
const ENGINE_BUG: &str = "This issue was likely caused by a bug in DataFusion's code.";

/// Most forms of a function that a hint lists.
const FORMS: usize = 4;

/// A text with the engine's types in our words. What stands in quotes is the caller's and stays.
pub(super) fn plain(text: &str) -> String {
    let text = match text.split_once(ENGINE_BUG) {
        Some((before, after)) => {
            let after =
                after.split_once("/issues.").or_else(|| after.split_once("/issues")).map_or("", |(_, rest)| rest);
            format!("{}{after}", before.trim_end())
        }
        None => text.to_owned(),
    };
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut rest = text.as_str();
    while let Some(next) = rest.chars().next() {
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if quote.is_none() && length > 0 {
            let (word, after) = rest.split_at(length);
            rest = after;
            match word_of(word) {
                Some(known) => {
                    out.push_str(known);
                    rest = without_units(known, rest);
                }
                None => out.push_str(word),
            }
            continue;
        }
        if matches!(next, '\'' | '"' | '`') {
            match quote {
                None => quote = Some(next),
                Some(open) if open == next => quote = None,
                Some(_) => {}
            }
        }
        out.push(next);
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
    }
    out
}

fn word_of(word: &str) -> Option<&'static str> {
    TYPES.iter().find(|(_, names)| names.contains(&word)).map(|(ours, _)| *ours)
}

/// Skips what is the engine's own of a type: units, time zones, the widths of bytes.
fn without_units<'a>(word: &str, rest: &'a str) -> &'a str {
    if !matches!(word, "timestamp" | "time" | "interval" | "binary") || !rest.starts_with('(') {
        return rest;
    }
    rest.split_once(')').map_or(rest, |(_, after)| after)
}

/// A call that fits no form of its function: the sentence, and the forms there are if the engine names them.
pub(super) fn mismatch(text: &str) -> Option<(String, Option<String>)> {
    let (_, told) = text.split_once("No function matches the given name and argument types '")?;
    let (call, told) = told.split_once(")'.")?;
    let (name, given) = call.split_once('(')?;
    let given = plain(given);
    let message = if given.is_empty() {
        format!("the function `{name}` takes arguments, and there are none")
    } else {
        format!("the function `{name}` does not take ({given})")
    };
    let mut forms: Vec<String> = vec![];
    let (_, candidates) = told.split_once("Candidate functions:").unwrap_or_default();
    for line in candidates.lines().map(str::trim) {
        let form = format!("`{}`", plain(line));
        // Some functions check their arguments themselves and name no form.
        let is_inner = ["UserDefined", "Signature", "OneOf", "Any", "Coercible"].iter().any(|word| line.contains(word));
        if !line.is_empty() && !is_inner && !forms.contains(&form) {
            forms.push(form);
        }
    }
    let more = forms.len() > FORMS;
    forms.truncate(FORMS);
    let hint = (!forms.is_empty()).then(|| format!("it takes {}{}", forms.join(", "), if more { ", ..." } else { "" }));
    Some((message, hint))
}

/// The name that two columns of one SELECT share.
pub(super) fn shared_name(text: &str) -> Option<String> {
    let (_, told) = text.split_once("Projections require unique expression names but the expression \"")?;
    let (expression, _) = told.split_once("\" at position")?;
    let name = expression.rsplit_once(" AS ").map_or(expression, |(_, name)| name);
    Some(plain(name.rsplit('.').next().unwrap_or(name)).trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_in_the_words_of_contracts_and_quoted_text_stays() {
        for (text, told) in [
            ("Cannot cast string 'Utf8' to value of Int32 type", "Cannot cast string 'Utf8' to value of integer type"),
            ("got Decimal128(38, 2) + Utf8View", "got decimal(38, 2) + string"),
            ("Timestamp(µs, \"UTC\") and List(Int64)", "timestamp and array(integer)"),
            ("an Integral of Straße", "an Integral of Straße"),
        ] {
            assert_eq!(plain(text), told);
        }
        let bug = format!("no. {ENGINE_BUG} Please help us: https://github.com/apache/datafusion/issues. More");
        assert_eq!(plain(&bug), "no. More");
    }

    #[test]
    fn a_call_that_fits_nothing_is_one_sentence_with_the_forms_there_are() {
        let text = "Function 'sum' failed to match any signature, errors: Error during planning: x. This issue was \
            likely caused by a bug in DataFusion's code. No function matches the given name and argument types \
            'sum(Utf8View)'. You might need to add explicit type casts.\n\tCandidate functions:\n\tsum(Decimal)\n\t\
            sum(UInt64)\n\tsum(Int64)\n\tsum(Float64)";
        let (message, hint) = mismatch(text).unwrap();
        assert_eq!(message, "the function `sum` does not take (string)");
        assert_eq!(hint.as_deref(), Some("it takes `sum(decimal)`, `sum(integer)`, `sum(number)`"));
        let none = "No function matches the given name and argument types 'max()'. You might need to add explicit type \
            casts.\n\tCandidate functions:\n\tmax(UserDefined)";
        assert_eq!(mismatch(none), Some(("the function `max` takes arguments, and there are none".to_owned(), None)));
        assert_eq!(mismatch("something else"), None);
    }

    #[test]
    fn the_shared_name_of_two_columns_is_found() {
        let text = "Projections require unique expression names but the expression \"Int64(1) AS a\" at position 0 and \
            \"Int64(2) AS a\" at position 1 have the same name.";
        assert_eq!(shared_name(text).as_deref(), Some("a"));
    }
}
