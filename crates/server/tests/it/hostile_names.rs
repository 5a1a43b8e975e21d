//! S-58: names that would be paths, patterns or tricks are refused when a domain's owner applies them, and leave no trace.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::{
    f1::{World, files},
    f1_house::F1House,
    support::{Reply, run},
};

/// Hostile as the name of anything.
const NAMES: [&str; 22] = [
    "..",
    ".",
    "../claims",
    "a/b",
    "a\\b",
    "/etc",
    "%2e%2e",
    "..%2fhr",
    "a\0b",
    "a\r\nb",
    "a\tb",
    "\u{202e}live",
    "\u{200b}claims",
    "*",
    "?",
    "con:",
    "",
    " ",
    ".hidden",
    "A",
    "é",
    "a__b",
];

/// Hostile as the name of a column, which otherwise keeps what the data brings.
const COLUMNS: [&str; 13] =
    ["", " ", "a b", "a\0b", "a\r\nb", "a\tb", "\u{202e}live", "a=b", "a,b", "a;b", "a(b)", "{a}", "_batch"];

async fn apply(house: &F1House, files: &[(String, String)]) -> Reply {
    static COMMANDS: AtomicUsize = AtomicUsize::new(0);
    let files: serde_json::Map<String, Value> = files.iter().map(|(path, text)| (path.clone(), json!(text))).collect();
    let key = format!("apply-{}", COMMANDS.fetch_add(1, Ordering::Relaxed));
    house.call("bob", "POST", "/api/v1/apply", &[("idempotency-key", &key)], &json!({"files": files})).await
}

/// The product of claims, once more under other names.
fn product(product: &str, port: &str, column: &str) -> Vec<(String, String)> {
    let mut all = files(World::ONE);
    let quoted = |name: &str| serde_json::to_string(name).unwrap();
    let contract = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: claims-more\nname: More\nversion: 1.0.0\nstatus: active\n\
         domain: claims\ndataProduct: {}\ndescription:\n  purpose: Names of somebody who tries.\n\
         schema:\n  - name: {}\n    logicalType: object\n    physicalType: table\n    properties:\n\
         \x20     - name: {}\n        logicalType: string\n",
        quoted(product),
        quoted(port),
        quoted(column),
    );
    all.push((format!("domains/claims/products/{product}/contract.yaml"), contract));
    let sql = "/* tessera\nmaterialise: table\n*/\nSELECT * FROM silver.claims\n";
    all.push((format!("domains/claims/products/{product}/{port}.sql"), sql.to_owned()));
    all
}

#[test]
fn hostile_names_are_refused_and_leave_nothing() {
    run(async {
        let house = F1House::start(World::ONE).await;
        let registry = &house.running.house().registry;
        house.token("bob").await;
        let before = registry.mesh().seq();
        let long = "a".repeat(300);
        let longer = "c".repeat(129);
        let names = NAMES.iter().copied().chain([long.as_str()]);
        let mut cases: Vec<_> = names.flat_map(|name| [(name, "rows", "x"), ("more", name, "x")]).collect();
        cases.extend(COLUMNS.iter().copied().chain([longer.as_str()]).map(|column| ("more", "rows", column)));
        for (name, port, column) in cases {
            let what = format!("{name:?} {port:?} {column:?}");
            let reply = apply(&house, &product(name, port, column)).await;
            assert!(matches!(reply.status.as_u16(), 400 | 422), "{what}: {} {}", reply.status, reply.text());
            let code = reply.code();
            assert!(
                ["invalid-file", "invalid-value", "reference-unknown"].contains(&code.as_str()),
                "{what}: {}",
                reply.text()
            );
            // What was typed comes back escaped: no control or direction character reaches a terminal or a log.
            let body = reply.json().to_string();
            assert!(
                !body.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')),
                "{what}: {body}"
            );
            assert_eq!(registry.mesh().seq(), before, "{what}");
        }
        // The same with names that follow the pattern is done, and only that.
        let reply = apply(&house, &product("more", "rows", "x")).await;
        assert!(reply.status.is_success(), "{}", reply.text());
        assert!(registry.mesh().seq() > before);
        house.running.stop().await;
    });
}
