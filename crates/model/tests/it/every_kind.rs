//! F-25: hostile documents in the place of every kind of file, through what `tessera check` and `apply` call.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use model::{
    Code, Problem,
    files::repository::{Known, Repository, check},
};

/// One path of each kind.
const KINDS: [&str; 11] = [
    "mesh.yaml",
    "people.yaml",
    "governance/purposes.yaml",
    "governance/glossary/terms.yaml",
    "governance/classifications/pii.yaml",
    "domains/claims/domain.yaml",
    "domains/claims/sources/crm.yaml",
    "domains/claims/silver/claims.sql",
    "domains/claims/products/enriched/contract.yaml",
    "domains/claims/products/enriched/access.yaml",
    "domains/claims/products/enriched/product.yaml",
];

/// Alone on a machine each takes less than a second, unoptimised; the bound leaves room for one that is busy.
const SOON: Duration = Duration::from_secs(10);

/// Loads and checks; what was told, and how long it took.
fn judged(files: &[(&str, String)]) -> (Vec<Problem>, Duration) {
    let mut all: BTreeMap<String, Vec<u8>> = [("mesh.yaml".to_owned(), b"mesh: north\nformat: 1\n".to_vec())].into();
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), text.clone().into_bytes())));
    let start = Instant::now();
    let told = match Repository::load(&all) {
        Ok(repository) => {
            let findings = check(&repository, &Known::default());
            findings.problems.into_iter().chain(findings.warnings).collect()
        }
        Err(problems) => problems,
    };
    (told, start.elapsed())
}

/// A text of the largest size that is read.
fn filled(with: &str) -> String {
    with.repeat((4 << 20) / with.len())
}

fn bombs() -> Vec<(&'static str, String)> {
    let laughs = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, level| {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        format!("{text}a{level}: &a{level} [{inner}]\n")
    });
    let many = vec!["*a"; 100_000].join(", ");
    let inner = "x, ".repeat(40_000);
    let anchored: String = (0..60).map(|n| format!("&a{n} [")).collect();
    let keys: String = (0..40_000).map(|n| format!("k{n}: 1\n")).collect();
    vec![
        ("laughs", laughs),
        ("one anchor, many uses", format!("a: &a x\nb: [{many}]\n")),
        ("one list, many uses", format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(1_000), "*a, ".repeat(100_000))),
        ("anchors in one another", format!("a: {anchored}{inner}{}\n", "]".repeat(60))),
        ("anchors without use", (0..40_000).map(|n| format!("- &a{n} x\n")).collect()),
        ("levels", (0..10_000).map(|level| format!("{}a:\n", " ".repeat(level % 400))).collect()),
        ("brackets", "[".repeat(10_000)),
        ("braces", "{a: ".repeat(10_000)),
        ("dashes", "- ".repeat(10_000)),
        ("questions", "? ".repeat(10_000)),
        ("one word", filled("a")),
        ("one key", format!("{}: 1\n", filled("k"))),
        ("one quote", format!("a: \"{}\"\n", filled("x"))),
        ("escapes", format!("a: \"{}\"\n", filled("\\u0041"))),
        ("unclosed", format!("a: '{}", filled("x\n"))),
        ("words", format!("a: {}\n", filled("x "))),
        ("lines of text", format!("a: |\n{}", filled("  x\n"))),
        ("folded", format!("a: >\n{}", filled("  x\n\n"))),
        ("lines of a word", format!("a: {}", filled("x\n  "))),
        ("spaces", filled(" ")),
        ("line ends", filled("\n")),
        ("comments", filled("# x\n")),
        ("values", format!("[{}]\n", filled("1,"))),
        ("empty values", filled("-\n")),
        ("the same key", filled("a: 1\n")),
        ("merge keys", format!("a: &a {{x: 1}}\nb:\n{}", "  <<: *a\n".repeat(10_000))),
        ("tags", filled("- !!binary x\n")),
        ("own tags", filled("- !x y\n")),
        ("documents", filled("---\n")),
        ("directives", filled("%YAML 1.2\n")),
        ("keys", keys),
        ("100 MB", "a".repeat(100 << 20)),
        ("marks", filled("\u{feff}")),
        ("tabs", filled("\t")),
    ]
}

#[test]
fn a_bomb_in_the_place_of_any_file_is_refused_at_once() {
    let mut slowest = (Duration::ZERO, String::new());
    // All YAML has one reader, so that a few kinds tell of the others; `TESSERA_BOMBS=all` tries each.
    #[expect(clippy::disallowed_methods, reason = "a long run is asked for by hand")]
    let all = std::env::var("TESSERA_BOMBS").is_ok();
    for (index, (name, text)) in bombs().into_iter().enumerate() {
        let some = [KINDS[0], KINDS[7], KINDS[8], KINDS[index % KINDS.len()]];
        for &kind in if all { &KINDS[..] } else { &some[..] } {
            let (told, took) = judged(&[(kind, text.clone())]);
            assert!(!told.is_empty(), "{name} as {kind} is taken");
            let told: usize = told.iter().map(|problem| problem.to_string().len()).max().unwrap();
            assert!(told < 1_000, "{name} as {kind} is told in {told} bytes");
            if took > Duration::from_millis(500) {
                println!("{name} as {kind}: {took:?}");
            }
            if took > slowest.0 {
                slowest = (took, format!("{name} as {kind}"));
            }
            assert!(took < SOON, "{name} as {kind}: {took:?}");
        }
    }
    println!("slowest: {slowest:?}");
}

#[test]
fn a_number_is_what_is_written_and_nothing_else() {
    for number in [".nan", ".inf", "-.inf", "1e999", "0o17", "017", "1_000", "12:30:45", "0b11", "+", "1.0", "1e0", "½"]
    {
        let mesh = format!("mesh: north\nformat: {number}\n");
        let (told, _) = judged(&[("mesh.yaml", mesh)]);
        assert_eq!(told.first().map(Problem::code), Some(Code::InvalidFile), "{number}");
    }
}

#[test]
fn as_many_slips_as_fit_are_told_at_once() {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let terms = many(8_000, &|n| format!("  term{n}: {{definition: x}}\n"));
    let owned = many(8_000, &|n| format!("  term{n}: {{definition: x, owner: gruop{n}}}\n"));
    let people = many(8_000, &|n| format!("  - {{name: p{n}, groups: [group{n}]}}\n"));
    let same = many(8_000, &|_| "  - {name: ana}\n".to_owned());
    let reserved = many(8_000, &|n| format!("  - {{name: p{n}, groups: [dp-x{n}]}}\n"));
    let classes = many(8_000, &|n| format!("  Bad{n}: {{}}\n"));
    let unmasked = many(8_000, &|n| format!("  c{n}: {{unmask: [gruop{n}]}}\n"));
    let services = many(8_000, &|n| format!("  - {{name: s{n}, domain: nowhere{n}}}\n"));
    let tables = many(8_000, &|n| format!("  T{n}: {{path: x, format: csv}}\n"));
    let purposes = many(8_000, &|n| format!("purpose{n}, "));
    let known = many(8_000, &|n| format!("  prupose{n}: {{description: x, legal_basis: y}}\n"));
    let domains: Vec<(String, String)> = (0..3_000)
        .map(|n| {
            let text = format!("domain: d{n}\nowner: gruop{n}\nsteward: gruop{n}\n");
            (format!("domains/d{n}/domain.yaml"), text)
        })
        .collect();
    let domains: Vec<(&str, String)> = domains.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let (a, b) = ("governance/glossary/a.yaml", "governance/glossary/b.yaml");
    let pii = "governance/classifications/pii.yaml";
    let groups = ("people.yaml", format!("people:\n{people}"));
    let access = "domains/claims/products/enriched/access.yaml";
    let claims = ("domains/claims/domain.yaml", "domain: claims\nowner: group1\nsteward: group1\n".to_owned());
    let contract = (
        "domains/claims/products/enriched/contract.yaml",
        "apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\nschema: []\n".to_owned(),
    );
    let cases: Vec<(&str, Vec<(&str, String)>)> = vec![
        ("terms twice", vec![(a, format!("terms:\n{terms}")), (b, format!("terms:\n{terms}"))]),
        ("owners of terms", vec![(a, format!("terms:\n{owned}")), groups.clone()]),
        ("people twice", vec![("people.yaml", format!("people:\n{same}"))]),
        ("reserved groups", vec![("people.yaml", format!("people:\n{reserved}"))]),
        ("names of classes", vec![(pii, format!("root: pii\nclasses:\n{classes}"))]),
        ("unmasking groups", vec![(pii, format!("root: pii\nclasses:\n{unmasked}")), groups.clone()]),
        ("domains of services", [vec![("people.yaml", format!("services:\n{services}"))], domains.clone()].concat()),
        ("owners of domains", [vec![groups.clone()], domains].concat()),
        (
            "tables",
            vec![
                claims.clone(),
                ("domains/claims/sources/crm.yaml", format!("source: crm\nkind: files\ntables:\n{tables}")),
            ],
        ),
        (
            "purposes",
            vec![
                claims,
                groups,
                contract,
                (access, format!("purposes: [{purposes}]\n")),
                ("governance/purposes.yaml", format!("purposes:\n{known}")),
            ],
        ),
    ];
    for (name, files) in cases {
        let (told, took) = judged(&files);
        println!("{name}: {} told in {took:?}, as {:?}", told.len(), told.first().map(ToString::to_string));
        assert!(!told.is_empty(), "{name}");
        assert!(took < SOON, "{name}: {took:?}");
    }
}
