//! Two of everything that writes: publishers of one product, publishers of many, two runs (F-18).

use std::collections::BTreeMap;

use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};

use super::support::{World, run};

const DOMAINS: [&str; 4] = ["north", "east", "south", "west"];
const PRODUCTS: [&str; 2] = ["orders", "returns"];

/// Four domains with two products each, all from one source file per domain.
fn files() -> Vec<(String, String)> {
    let mut files = vec![
        (
            "mesh.yaml".to_owned(),
            "mesh: crossroads\nformat: 1\nregions: [local]\nroles: {admins: platform-team, guild: guild, auditors: audit}\n\
             stores: {default: \"file:./zones\"}\nidentity: embedded\n"
                .to_owned(),
        ),
        (
            "people.yaml".to_owned(),
            "people:\n  - {name: olga, groups: [owners]}\n  - {name: stef, groups: [stewards]}\n  - {name: aud, groups: [audit]}\n"
                .to_owned(),
        ),
        (
            "governance/purposes.yaml".to_owned(),
            "purposes:\n  analytics: {description: Look, legal_basis: legitimate interest}\n".to_owned(),
        ),
        ("governance/glossary/terms.yaml".to_owned(), "terms:\n  record: {definition: A row, owner: owners}\n".to_owned()),
    ];
    for domain in DOMAINS {
        let mut add = |path: &str, text: String| files.push((format!("domains/{domain}/{path}"), text));
        add(
            "domain.yaml",
            format!("domain: {domain}\ndescription: One of four\nregion: local\nowner: owners\nsteward: stewards\n"),
        );
        add(
            "sources/files.yaml",
            "source: files\nkind: files\ntables:\n  things: {path: \"things_*.csv\", format: csv}\n".to_owned(),
        );
        for product in PRODUCTS {
            let add = |path: &str, text: String| (format!("domains/{domain}/products/{product}/{path}"), text);
            files.push(add("access.yaml", "visibility: listed\n".to_owned()));
            files.push(add(
                &format!("{product}.sql"),
                "/* tessera\nmaterialise: table\n*/\nSELECT CAST(id AS BIGINT) AS id FROM bronze.things\n".to_owned(),
            ));
            files.push(add("contract.yaml", contract(domain, product)));
        }
    }
    files
}

fn contract(domain: &str, product: &str) -> String {
    format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: {domain}-{product}\nname: {product}\nversion: 1.0.0\nstatus: active\n\
         domain: {domain}\ndataProduct: {product}\ndescription: {{purpose: What races are run with in this test.}}\n\
         authoritativeDefinitions: [{{type: glossary, url: \"glossary:record\"}}]\n\
         slaProperties: [{{property: freshness, value: 24, unit: h}}]\nschema:\n  - name: {product}\n    logicalType: object\n\
         \x20   description: One row for each thing.\n    properties:\n\
         \x20     - {{name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, required: true, unique: true, description: The key}}\n"
    )
}

/// Rows of each file.
const ROWS: u64 = 20;

fn drop_file(world: &World, domain: &str, number: u64) {
    let rows = (0..ROWS).map(|row| format!("{}\n", number * ROWS + row)).collect::<String>();
    world.drop_file(domain, &format!("things_{number:04}.csv"), &format!("id\n{rows}"));
}

async fn publish(world: &World, token: &str, product: &str, key: &str) -> (u16, Value) {
    let headers = [("idempotency-key", key)];
    let body = Some(json!({"product": product}));
    let reply = world.call(Some(token), Method::POST, "/api/v1/publications", body, &headers).await;
    (reply.status.as_u16(), reply.json())
}

/// Publishes until it is done; a conflict says that it was not, and the same key may ask again.
async fn publish_at_last(world: &World, token: &str, product: &str, key: &str) -> Value {
    loop {
        match publish(world, token, product, key).await {
            (200, report) => return report,
            (409, problem) => assert_eq!(problem["code"], "conflict", "{problem}"),
            (status, problem) => panic!("{key}: {status} {problem}"),
        }
        tokio::task::yield_now().await;
    }
}

async fn count(world: &World, token: &str, product: &str) -> u64 {
    let sql = format!("SELECT count(*), count(DISTINCT id) FROM {product}");
    let rows = world.query(token, &sql, Some("analytics")).await.ok()["rows"].clone();
    assert_eq!(rows[0][0], rows[0][1], "a row is there twice");
    rows[0][0].as_str().unwrap().parse().unwrap()
}

/// The publications of the journal by their keys.
async fn recorded(world: &World) -> BTreeMap<String, Vec<String>> {
    let aud = world.token("aud", json!({})).await;
    let page = world.get(&aud, "/api/v1/journal?limit=1000").await.ok();
    assert!(page["next_from"].is_null(), "the page holds the whole journal");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in page["items"].as_array().unwrap().iter().filter(|record| record["kind"] == "product-published") {
        let id = format!("pub-{}", record["seq"]);
        found.entry(record["command_id"].as_str().unwrap().to_owned()).or_default().push(id);
    }
    found
}

#[test]
fn eight_publishers_of_eight_products_are_all_done_once() {
    run(async {
        let world = World::of(files(), None).await;
        let olga = world.token("olga", json!({})).await;
        for domain in DOMAINS {
            drop_file(&world, domain, 0);
        }
        // Two runs of every domain at once: one does the work, the other is told to wait or finds it done.
        let runs = join_all(DOMAINS.into_iter().chain(DOMAINS).map(|domain| {
            let (world, olga) = (&world, &olga);
            async move { (domain, world.post(olga, "/api/v1/runs", json!({"domain": domain})).await) }
        }))
        .await;
        for domain in DOMAINS {
            let of: Vec<_> = runs.iter().filter(|(of, _)| *of == domain).map(|(_, reply)| reply).collect();
            assert!(of.iter().any(|reply| reply.status.is_success()), "{}", of[0].text());
            assert!(of.iter().filter(|reply| !reply.status.is_success()).all(|reply| reply.code() == "conflict"));
        }
        let products: Vec<String> =
            DOMAINS.iter().flat_map(|domain| PRODUCTS.map(|product| format!("{domain}.{product}"))).collect();
        let reports = join_all(products.iter().map(|product| {
            let (world, olga) = (&world, &olga);
            async move { publish_at_last(world, olga, product, &format!("first-{product}")).await }
        }))
        .await;
        let recorded = recorded(&world).await;
        assert_eq!(recorded.len(), products.len());
        for (product, report) in products.iter().zip(&reports) {
            assert_eq!(recorded[&format!("first-{product}")], [report["publication"].as_str().unwrap()], "{product}");
            assert_eq!(count(&world, &olga, product).await, ROWS, "{product}");
        }
        eight_publishers_of_one(&world, &olga).await;
        world.stop().await;
    });
}

/// Rounds of eight publishers of one product, each with new rows to publish.
async fn eight_publishers_of_one(world: &World, olga: &str) {
    let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
    for round in 1..=3_u64 {
        drop_file(world, "north", round);
        world.post(olga, "/api/v1/runs", json!({"domain": "north", "target": "bronze.things"})).await.ok();
        let answers = join_all((0..8).map(|client| async move {
            // Two of them send one key.
            let key = format!("one-{round}-{}", client.min(6));
            let answer = publish(world, olga, "north.orders", &key).await;
            (key, answer)
        }))
        .await;
        for (key, (status, answer)) in answers {
            match status {
                200 => {
                    let publication = answer["publication"].as_str().unwrap().to_owned();
                    let known = acknowledged.entry(key.clone()).or_insert_with(|| publication.clone());
                    assert_eq!(*known, publication, "{key} was told two publications");
                }
                _ => assert_eq!((status, answer["code"].as_str()), (409, Some("conflict")), "{key} {answer}"),
            }
        }
        assert!(acknowledged.keys().any(|key| key.starts_with(&format!("one-{round}"))), "nobody won round {round}");
        assert_eq!(count(world, olga, "north.orders").await, (round + 1) * ROWS, "the winner published every row");
        assert_eq!(count(world, olga, "north.returns").await, ROWS, "and nothing else");
    }
    let recorded = recorded(world).await;
    let of_race: BTreeMap<_, _> = recorded.iter().filter(|(key, _)| key.starts_with("one-")).collect();
    assert_eq!(of_race.len(), acknowledged.len(), "what was told is what is recorded");
    let mut ids = Vec::new();
    for (key, publication) in &acknowledged {
        assert_eq!(of_race[key], std::slice::from_ref(publication), "{key}");
        ids.push(publication.clone());
        // Asked again, also while somebody else is at work, a key gives what it gave.
        let (again, _) = futures::join!(
            publish(world, olga, "north.orders", key),
            world.post(olga, "/api/v1/runs", json!({"domain": "north"}))
        );
        assert_eq!((again.0, again.1["publication"].as_str()), (200, Some(publication.as_str())), "{key} {}", again.1);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), acknowledged.len(), "one winner for each version");
}
