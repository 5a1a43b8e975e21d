//! "Did you mean": the candidate nearest to a word somebody typed.
//!
//! SECURITY: callers hand in only candidates the reader may see (test `a_far_word_gets_no_suggestion` holds the
//! distance; visibility is the caller's).

/// The candidate nearest to `word`, if one is near enough to be meant: a third of its letters may differ.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A hostile word must not make the quadratic distance expensive.
    if word.len() > 200 {
        return None;
    }
    let folded = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 200)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed(word, candidate) && *candidate != word)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn allowed(word: &str, candidate: &str) -> usize {
    (word.chars().count().max(candidate.chars().count()) / 3).max(1)
}

/// The hint `did you mean X?`, or the closed list if it is short, or nothing.
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(near) = nearest(word, candidates.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let all: Vec<_> = candidates.into_iter().take(13).collect();
    match all.len() {
        1..=12 => Some(format!("it may be one of {}", quoted(&all))),
        _ => None,
    }
}

/// Words in backticks, separated by commas.
pub(crate) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let words = ["owner", "steward", "on_call"];
        assert_eq!(nearest("onwer", words), Some("owner"));
        assert_eq!(nearest("Steward", words), Some("steward"));
        assert_eq!(nearest("oncall", words), Some("on_call"));
    }

    #[test]
    fn a_far_word_gets_no_suggestion() {
        assert_eq!(nearest("xyz", ["owner"]), None);
        assert_eq!(nearest("owner", ["owner"]), None);
        assert_eq!(nearest(&"o".repeat(100_000), ["owner"]), None);
    }
}
