//! What breaks readers, against an independent judge: `datacontract-cli` 1.2.8 from its consumers' perspective. Its
//! verdicts are recorded in `breaking/corpus.json`, which `breaking/corpus.py` writes where it is installed.

use std::collections::BTreeMap;

use model::contract::{
    Contract,
    compare::{ContractDifference, Verdict},
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Pair {
    name: String,
    before: String,
    after: String,
    breaks: bool,
}

/// Where we judge otherwise, and why.
const DEVIATIONS: &[(&str, &str)] = &[
    ("freshness_gone", "it warns; here the promise is measured, and readers plan with it"),
    ("freshness_later", "it warns; here the promise is measured, and readers plan with it"),
    (
        "pattern_other",
        "it warns where two patterns cannot be compared; what cannot be shown to keep a promise breaks it",
    ),
];

/// The part of a name that a deviation is about: pairs of several edits have those of each.
fn edits(name: &str) -> impl Iterator<Item = &str> {
    name.split_once(' ').filter(|(number, _)| number.parse::<u32>().is_ok()).map_or(name, |(_, names)| names).split('+')
}

#[test]
fn what_breaks_is_what_an_independent_judge_calls_so_except_where_we_say_why() {
    let corpus = include_str!("breaking/corpus.json");
    let pairs: Vec<Pair> = serde_json::from_str(corpus).unwrap();
    let mut met: BTreeMap<&str, usize> = DEVIATIONS.iter().map(|(name, _)| (*name, 0)).collect();
    let mut wrong = Vec::new();
    for pair in &pairs {
        let of = |text: &str| {
            Contract::parse(text.as_bytes(), "contract.yaml")
                .unwrap_or_else(|problems| panic!("{}: {problems:?}", pair.name))
        };
        let difference = ContractDifference::between(&of(&pair.before), &of(&pair.after));
        if (difference.verdict() == Some(Verdict::Breaking)) == pair.breaks {
            continue;
        }
        let known: Vec<&str> =
            edits(pair.name.trim_end_matches(" back")).filter(|edit| met.contains_key(edit)).collect();
        if known.is_empty() {
            wrong.push(format!("{}: they say {}, we say {:?}", pair.name, pair.breaks, difference.changes));
        }
        for edit in known {
            *met.entry(edit).or_default() += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    for (name, count) in met {
        assert!(count > 0, "`{name}` is no deviation any more");
    }
}
