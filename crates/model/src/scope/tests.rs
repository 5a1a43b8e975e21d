//! Tests of row scopes: parsing, types, binding, printing.

use proptest::prelude::*;

use super::{parse::LONGEST as LONGEST_TEXT, *};
use crate::error::Code;

fn columns() -> Vec<(String, ColumnType)> {
    vec![
        ("region".into(), ColumnType::String),
        ("amount".into(), ColumnType::Decimal { precision: 12, scale: 2 }),
        ("open".into(), ColumnType::Boolean),
        ("day".into(), ColumnType::Date),
        ("at".into(), ColumnType::Timestamp),
        ("items".into(), ColumnType::List(Box::new(ColumnType::String))),
    ]
}

#[test]
fn the_examples_of_the_file_format_parse() {
    for (text, printed) in [
        ("region = 'EU'", "region = 'EU'"),
        ("region = principal.region", "region = principal.region"),
        ("segment <> 'vip'", "segment <> 'vip'"),
        ("a != 1 and (b in ('x','y') or not c is null)", "a <> 1 AND (b IN ('x', 'y') OR NOT (c IS NULL))"),
        ("a between -1 and 2.50 AND b AND_ = 1", ""),
        ("a and b", ""),
        ("name LIKE 'x\\_y%'", "name LIKE 'x\\_y%'"),
        ("\"Odd Name\" = 'it''s'", "\"Odd Name\" = 'it''s'"),
        ("((a = 1 AND b = 2) AND c = 3)", "a = 1 AND b = 2 AND c = 3"),
    ] {
        match RowScope::parse("x", text) {
            Ok(scope) => assert_eq!(scope.to_string(), printed, "{text}"),
            Err(problem) => assert_eq!(printed, "", "{text}: {problem}"),
        }
    }
}

#[test]
fn nothing_else_is_taken() {
    for text in [
        "",
        "1",
        "region",
        "lower(region) = 'eu'",
        "amount + 1 > 2",
        "region = (SELECT 1)",
        "EXISTS (SELECT 1)",
        "region LIKE '%x'",
        "region LIKE 'x'",
        "region ILIKE 'x%'",
        "region ~ 'x'",
        "a = 1; DROP TABLE x",
        "CAST(a AS INT) = 1",
        "a::int = 1",
        "t.a = 1",
        "other.principal.x = 1",
        "\"principal\".x = 1",
        "a = $1",
        "a = E'\\n'",
        "DATE '2026-01-01' = day",
        "a = 1e5",
        "a = .5",
        "a = ANY(b)",
        "a IS TRUE",
        "CASE WHEN a THEN b END",
        "region LIKE 'x%' ESCAPE '!'",
        "a = 1 --",
        "(a = 1",
        "a COLLATE x = 'y'",
        "a[1] = 2",
        "current_user = 'x'",
    ] {
        match RowScope::parse("x", text) {
            // A comment is no part of the expression.
            Ok(scope) => assert!(text == "a = 1 --" || text == "current_user = 'x'", "{text} became {scope}"),
            Err(problem) => assert_eq!(problem.code(), Code::InvalidValue, "{text}"),
        }
    }
}

#[test]
fn bombs_end_quickly() {
    let deep = format!("{}a = 1{}", "(".repeat(1_000), ")".repeat(1_000));
    assert_eq!(RowScope::parse("x", &deep).unwrap_err().code(), Code::TooComplex);
    let nots = format!("{} a = 1", "NOT ".repeat(1_000));
    // The parser tries other readings when it is too deep, and tells the last one.
    assert!(RowScope::parse("x", &nots).is_err());
    // Each within the other: no reading may be tried anew at every level.
    for (open, close) in [("lower(", ")"), ("(", ")"), ("(SELECT ", ")"), ("a IN (", ")"), ("NOT (", ")")] {
        for levels in [10, 20, 40] {
            let start = std::time::Instant::now();
            let outcome = RowScope::parse("x", &format!("a = {}1{}", open.repeat(levels), close.repeat(levels)));
            let elapsed = start.elapsed();
            assert!(elapsed < std::time::Duration::from_secs(1), "{levels} levels of {open}: {elapsed:?}, {outcome:?}");
        }
    }
    for word in [".b", "[1]", "(1)", "::int", " IS NULL", " = a", " - 1"] {
        for times in [LONGEST_TEXT / word.len() - 1, 1_000] {
            assert!(RowScope::parse("x", &format!("a{}", word.repeat(times))).is_err(), "{word}");
        }
    }
    assert_eq!(RowScope::parse("x", &"a".repeat(1 << 20)).unwrap_err().code(), Code::TooLarge);
    let chain = vec!["a=1"; 900].join(" AND ");
    assert_eq!(RowScope::parse("x", &chain).unwrap().columns().len(), 1);
    let list = format!("a IN ({})", vec!["1"; 1_500].join(","));
    assert_eq!(RowScope::parse("x", &list).unwrap_err().code(), Code::TooComplex);
}

#[test]
fn types_are_checked_against_the_port() {
    let check = |text: &str| RowScope::parse("x", text).unwrap().check(&columns());
    for text in [
        "region = principal.region",
        "amount >= 10.5",
        "open = TRUE",
        "day BETWEEN '2026-01-01' AND '2026-02-01'",
        "at >= '2026-01-01T00:00:00Z'",
        "at >= '2026-01-01'",
        "items IS NOT NULL",
        "region IN ('EU', NULL)",
    ] {
        check(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    }
    for text in [
        "region = 1",
        "amount = '10'",
        "open > TRUE",
        "day = 'soon'",
        "items = 'x'",
        "amount = principal.limit",
        "day = principal.day",
        "amount LIKE '1%'",
        "day = '2026-1-1'",
    ] {
        assert_eq!(check(text).unwrap_err().code(), Code::InvalidValue, "{text}");
    }
    let problem = check("regoin = 'EU'").unwrap_err();
    assert_eq!(problem.code(), Code::ReferenceUnknown);
    assert_eq!(problem.hint(), Some("did you mean `region`?"));
}

#[test]
fn a_missing_attribute_is_null() {
    let scope = RowScope::parse("home", "region = principal.region OR team = principal.team").unwrap();
    let bound = scope.bind(&[("region".to_owned(), "E'U".to_owned())].into());
    assert_eq!(bound.to_string(), "region = 'E''U' OR team = NULL");
    assert_eq!(bound.attributes().len(), 0);
}

#[test]
fn an_error_says_where() {
    let problem = RowScope::parse("x", "region = 'EU'\n  AND lower(name) = 'x'").unwrap_err();
    let at = problem.location().unwrap();
    assert_eq!((at.line, at.column), (2, 7));
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z0-9_ \"'é]{0,8}".prop_map(Operand::Column),
        prop::sample::select(vec!["select", "region", "end", "null", "true", "principal", "interval", "case", "date"])
            .prop_map(|name| Operand::Column(name.to_owned())),
        "[a-z]{1,6}".prop_map(Operand::Attribute),
        "[ -~é]{0,8}".prop_map(|text| Operand::Literal(Literal::Text(text))),
        "-?[0-9]{1,6}(\\.[0-9]{1,3})?".prop_map(|number| Operand::Literal(Literal::Number(number))),
        any::<bool>().prop_map(|value| Operand::Literal(Literal::Boolean(value))),
        Just(Operand::Literal(Literal::Null)),
    ]
}

fn predicate() -> impl Strategy<Value = Predicate> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let comparison = prop::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
    let leaf =
        prop_oneof![
            (operand(), comparison, operand()).prop_map(|(a, c, b)| Predicate::Compare(a, c, b)),
            (operand(), prop::collection::vec(operand(), 1..4), any::<bool>())
                .prop_map(|(operand, list, negated)| Predicate::In { operand, list, negated }),
            (operand(), operand(), operand(), any::<bool>())
                .prop_map(|(operand, low, high, negated)| Predicate::Between { operand, low, high, negated }),
            (operand(), any::<bool>()).prop_map(|(operand, negated)| Predicate::IsNull { operand, negated }),
            (operand(), "[ -~]{0,6}", any::<bool>()).prop_map(|(operand, prefix, negated)| Predicate::StartsWith {
                operand,
                prefix,
                negated
            }),
        ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| flat(parts, true)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| flat(parts, false)),
            inner.prop_map(|inner| Predicate::Not(Box::new(inner))),
        ]
    })
}

/// AND within AND is the same list: the only form the parser makes.
fn flat(parts: Vec<Predicate>, and: bool) -> Predicate {
    let parts = parts
        .into_iter()
        .flat_map(|part| match part {
            Predicate::And(inner) if and => inner,
            Predicate::Or(inner) if !and => inner,
            other => vec![other],
        })
        .collect();
    if and { Predicate::And(parts) } else { Predicate::Or(parts) }
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(predicate in predicate()) {
        let scope = RowScope { name: String::new(), predicate };
        let text = scope.to_string();
        let parsed = RowScope::parse("", &text).map_err(|problem| TestCaseError::fail(format!("{text}: {problem}")))?;
        prop_assert_eq!(parsed, scope, "{}", text);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "[ -~]{0,60}") {
        if let Ok(scope) = RowScope::parse("", &text) {
            prop_assert_eq!(RowScope::parse("", &scope.to_string()).unwrap(), scope);
        }
    }
}
