//! Hostile documents end quickly, with a code and a place.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use model::{
    Code,
    contract::Contract,
    files::{
        repository::{Known, Repository, check},
        sql::SqlStep,
    },
    yaml,
};
use proptest::prelude::*;

/// Parses and says how it ended. Alone on a machine each takes a fraction of a second; the bound leaves room for a
/// machine that is busy, and still tells a bomb from a document.
fn end(text: &str) -> (Code, u32, u32) {
    let start = Instant::now();
    let problem = yaml::parse(text.as_bytes(), "x.yaml").unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}: {problem}", start.elapsed());
    let at = problem.location().unwrap();
    assert_eq!(at.file, "x.yaml");
    (problem.code(), at.line, at.column)
}

#[test]
fn aliases_that_multiply() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{inner}]\n");
    }
    assert_eq!(end(&text).0, Code::TooComplex);
}

#[test]
fn an_alias_within_itself() {
    assert_eq!(end("a: &a [*a]\n"), (Code::InvalidFile, 1, 8));
}

#[test]
fn aliases_that_are_few_are_read() {
    let node = yaml::parse(b"a: &a {x: 1}\nb: *a\n", "x.yaml").unwrap();
    assert_eq!(node.to_json(), serde_json::json!({"a": {"x": 1}, "b": {"x": 1}}));
}

#[test]
fn nesting_without_end() {
    for text in [
        "[".repeat(10_000),
        format!("{}x", "[".repeat(10_000)),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        (0..1_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
        format!("x: {}{}", "[".repeat(100_000), "]".repeat(100_000)),
    ] {
        assert_eq!(end(&text).0, Code::TooComplex, "{}", text.chars().take(20).collect::<String>());
    }
}

#[test]
fn more_bytes_or_values_than_a_description_has() {
    assert_eq!(end(&"a".repeat(100 << 20)), (Code::TooLarge, 1, 1));
    assert_eq!(end(&format!("[{}]", "1,".repeat(300_000))).0, Code::TooComplex);
}

#[test]
fn keys_twice_and_merged() {
    assert_eq!(end("a: 1\nb:\n  c: 1\n  c: 2\n"), (Code::InvalidFile, 4, 3));
    assert_eq!(end("a: &a {x: 1}\nb:\n  <<: *a\n"), (Code::InvalidFile, 3, 3));
    assert_eq!(end("{[a]: 1}").0, Code::InvalidFile);
}

#[test]
fn what_is_no_document() {
    for text in [
        "",
        "# only a comment\n",
        "a: 1\n---\nb: 2\n",
        "a: [1, 2\n",
        "a: 'x\n",
        "a: !!binary aGk=\n",
        "%YAML 1.2\n---\na: 1\n",
        "a: \"\\x\"",
        "a: \0",
    ] {
        let (code, ..) = end(text);
        assert_eq!(code, Code::InvalidFile, "{text:?}");
    }
    assert_eq!(yaml::parse(b"a: \xff\n", "x.yaml").unwrap_err().location().unwrap().column, 4);
}

#[test]
fn long_words_are_shown_short() {
    let text = format!("{}: 1\nmesh: x\nformat: 1\n", "k".repeat(900));
    let problems = Repository::load(&BTreeMap::from([("mesh.yaml".to_owned(), text.into_bytes())])).unwrap_err();
    assert!(problems[0].to_string().len() < 200);
}

#[test]
fn contracts_with_many_slips_are_told_quickly() {
    let property = "      - {name: a, logicalTyp: string, quality: [{metric: x}]}\n";
    let text = format!(
        "apiVersion: v3.2.0\nkind: DataContract\nid: x\nversion: 1.0.0\nschema:\n  - name: t\n    properties:\n{}",
        property.repeat(2_000)
    );
    let start = Instant::now();
    let problems = Contract::parse(text.as_bytes(), "contract.yaml").unwrap_err();
    assert!((1..=50).contains(&problems.len()));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

/// Words and marks that documents are made of, in any order.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "a",
        "mesh",
        "format",
        "schema",
        "properties",
        "name",
        "logicalType",
        "string",
        "quality",
        "metric",
        "type",
        "sql",
        "query",
        "mustBe",
        "version",
        "1.0.0",
        "apiVersion: v3.2.0\n",
        "kind: DataContract\n",
        ": ",
        ":",
        "\n",
        "\n  ",
        "\n    - ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "&a ",
        "*a",
        "!!str ",
        "|",
        ">",
        "#",
        "~",
        "null",
        "${X}",
        "%",
        "\t",
        "é",
        "SELECT ",
        "FROM ",
        "bronze.x",
        "(",
        ")",
        "/* tessera\n",
        "*/",
        "--",
        ";",
        "=",
        "\\",
    ]);
    prop::collection::vec(scrap, 0..60).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_or_refused_with_a_place(text in scraps()) {
        if let Err(problem) = yaml::parse(text.as_bytes(), "x.yaml") {
            prop_assert!(problem.location().is_some_and(|at| at.line > 0 && at.column > 0));
        }
        for problem in Contract::parse(text.as_bytes(), "x.yaml").err().unwrap_or_default() {
            prop_assert!(problem.location().is_some_and(|at| at.line > 0 && at.column > 0), "{}", problem);
            prop_assert!(!problem.message().contains(['\n', '\t']), "{}", problem);
        }
        if let Err(problem) = SqlStep::parse(text.as_bytes(), "x.sql") {
            prop_assert!(problem.location().is_some());
        }
    }

    #[test]
    fn a_changed_file_of_a_good_repository_is_read_or_refused(at in 0_usize..400, scrap in scraps(), file in 0_usize..3) {
        let good = [
            ("mesh.yaml", "mesh: north\nformat: 1\nregions: [eu]\nroles: {admins: admins}\n"),
            ("people.yaml", "people: [{name: ana, groups: [owners], attributes: {region: EU}}]\nservices: []\n"),
            ("domains/claims/domain.yaml", "domain: claims\nregion: eu\nowner: owners\nsteward: stewards\nschedule: 30m\n"),
        ];
        let mut files: BTreeMap<String, Vec<u8>> =
            good.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let bytes = files.get_mut(good[file].0).unwrap();
        let at = at.min(bytes.len());
        bytes.splice(at..at, scrap.into_bytes());
        match Repository::load(&files) {
            Ok(repository) => {
                let _ = check(&repository, &Known::default());
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                prop_assert!(problems.iter().all(|problem| problem.location().is_some()));
            }
        }
    }
}
