//! A contract that changes: judged when it is applied, compared on request, told to nobody before it is published.

use std::sync::Arc;

use model::time::Clock as _;
use serde_json::{Value, json};

use super::support::{Hands, World, run, sqlstate};

const CONTRACT: &str = "domains/customer/products/customer_master/contract.yaml";
const PAGE: &str = "/api/v1/products/customer/customer_master";

/// The repository with some parts of the contract replaced.
fn edited(world: &World, edits: &[(&str, &str)]) -> Value {
    let mut body = world.repository(CONTRACT, "version: 1.0.0", "version: 1.0.0");
    let mut text = body["files"][CONTRACT].as_str().unwrap().to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    body["files"][CONTRACT] = text.into();
    body
}

const INCOME: &str =
    "      - {name: income, logicalType: number, physicalType: \"decimal(12,2)\", description: A year's income.}\n";

#[test]
fn a_contract_that_is_not_published_is_told_to_its_domain_only() {
    run(async {
        let world = World::with_data().await;
        let (ana, cora) = (world.token("ana", json!({})).await, world.token("cora", json!({})).await);
        let same = world.get(&ana, &format!("{PAGE}/diff?old=1.0.0")).await.ok();
        assert_eq!((&same["verdict"], &same["changes"]), (&Value::Null, &json!([])), "{same}");
        let breaking =
            [("version: 1.0.0", "version: 2.0.0"), (INCOME, ""), ("description: Where.", "description: There.")];
        let plan = world.post(&cora, "/api/v1/plan", edited(&world, &breaking)).await.ok();
        let changes = plan["changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["verb"] == "update").unwrap();
        assert_eq!(
            (&change["contract"]["verdict"], &change["contract"]["least"]),
            (&json!("breaking"), &json!("2.0.0"))
        );
        world.post(&cora, "/api/v1/apply", edited(&world, &breaking)).await.ok();
        let told = world.get(&cora, &format!("{PAGE}/diff?old=1&new=declared")).await.ok();
        assert_eq!((&told["old"], &told["new"], &told["least"]), (&json!("1.0.0"), &json!("2.0.0"), &json!("2.0.0")));
        let lines: Vec<String> = told["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| {
                let text = |key: &str| change[key].as_str().unwrap().to_owned();
                format!("{} {}: {}", text("verdict"), text("column"), text("what"))
            })
            .collect();
        assert_eq!(
            lines,
            ["breaking income: the column is gone", "documentation region: the description is written differently"]
        );
        let (hidden, unknown) = (
            world.get(&ana, &format!("{PAGE}/diff?old=1&new=declared")).await,
            world.get(&ana, &format!("{PAGE}/diff?old=1&new=2.0.0")).await,
        );
        let normal = |reply: &super::support::Reply| reply.normal().to_string().replace("declared", "2.0.0");
        assert_eq!((hidden.status.as_u16(), normal(&hidden)), (404, normal(&unknown)));
        assert!(unknown.text().contains("there are `1.0.0`, and `current`"), "{}", unknown.text());
        let publication = world.get(&ana, &format!("{PAGE}/versions")).await.ok()["items"][0]["publication"].clone();
        let by_id = world.get(&ana, &format!("{PAGE}/diff?old={}", publication.as_str().unwrap())).await.ok();
        assert_eq!(by_id["old"], "1.0.0");
        for nonsense in ["1.0", "x", "pub-", "pub-1", "%23", "1.0.0.customers", "9"] {
            let reply = world.get(&ana, &format!("{PAGE}/diff?old={nonsense}")).await;
            assert!(matches!(reply.status.as_u16(), 400 | 404), "{nonsense}: {}", reply.text());
        }
        world.stop().await;
    });
}

#[test]
fn a_version_that_does_not_rise_far_enough_is_refused_before_anything_is_built() {
    run(async {
        let world = World::with_data().await;
        let cora = world.token("cora", json!({})).await;
        let seq = |world: &World| world.running.house().registry.mesh().seq();
        let before = seq(&world);
        let narrower = world
            .post(&cora, "/api/v1/apply", edited(&world, &[("version: 1.0.0", "version: 1.9.0"), (INCOME, "")]))
            .await;
        assert_eq!((narrower.status.as_u16(), narrower.code().as_str()), (422, "contract-breaking"));
        let more = format!("{INCOME}      - {{name: more, logicalType: string}}\n");
        let wider = world.post(&cora, "/api/v1/apply", edited(&world, &[(INCOME, &more)])).await;
        assert_eq!((wider.status.as_u16(), wider.code().as_str()), (422, "version-too-low"));
        assert!(wider.text().contains("give it the version 1.1.0"), "{}", wider.text());
        assert_eq!(seq(&world), before);
        world.stop().await;
    });
}

const SQL: &str = "domains/customer/products/customer_master/customers.sql";

/// Version 2 without `income`, and what it announces of version 1.
async fn without_income(world: &World, cora: &str, announced: &str) {
    let mut body = edited(world, &[("version: 1.0.0", &format!("version: 2.0.0\n{announced}")), (INCOME, "")]);
    let sql = body["files"][SQL].as_str().unwrap().to_owned();
    assert!(sql.contains("income, "), "{sql}");
    body["files"][SQL] = sql.replace("income, ", "").into();
    world.post(cora, "/api/v1/apply", body).await.ok();
    world.post(cora, "/api/v1/publications", json!({"product": "customer.customer_master"})).await.ok();
}

#[test]
fn the_version_before_is_served_whole_until_its_announced_end() {
    run(async {
        let hands = Arc::new(Hands::default());
        let world = World::with_data_at(Some(hands.clone())).await;
        let (ana, cora) = (world.token("ana", json!({})).await, world.token("cora", json!({})).await);
        let client = world.connect("ana", &ana, "-c purpose=fraud-detection").await.unwrap();
        let old = "SELECT count(income), count(*) FROM customer.\"customer_master@1\".customers";
        let new = "SELECT count(*) FROM customer.customer_master.customers";
        let until = model::Timestamp::from_micros(hands.now().micros() + 5 * 86_400_000_000);
        let announced = format!("customProperties: [{{property: tessera.previous_until, value: \"{until}\"}}]");
        without_income(&world, &cora, &announced).await;
        let page = world.get(&ana, PAGE).await.ok();
        assert_eq!((&page["version"], &page["previous_until"]), (&json!("2.0.0"), &json!(until.to_string())));
        let rows = client.query(old, &[]).await.unwrap();
        assert!(rows[0].get::<_, i64>(0) > 0);
        // What it hides it hides in both.
        let both = client.query(new, &[]).await.unwrap();
        assert_eq!(rows[0].get::<_, i64>(1), both[0].get::<_, i64>(0));
        let income = "SELECT income FROM customer.customer_master.customers";
        assert_eq!(sqlstate(&client.query(income, &[]).await.unwrap_err()), "42703");
        hands.turn(6 * 86_400);
        assert_eq!(sqlstate(&client.query(old, &[]).await.unwrap_err()), "42P01", "its time is over");
        client.query(new, &[]).await.unwrap();
        world.stop().await;
    });
}

#[test]
fn without_an_announcement_what_is_gone_is_gone_from_the_version_before() {
    run(async {
        let world = World::with_data().await;
        let (ana, cora) = (world.token("ana", json!({})).await, world.token("cora", json!({})).await);
        without_income(&world, &cora, "").await;
        let client = world.connect("ana", &ana, "-c purpose=fraud-detection").await.unwrap();
        let gone = "SELECT count(income) FROM customer.\"customer_master@1\".customers";
        assert_eq!(sqlstate(&client.query(gone, &[]).await.unwrap_err()), "42703");
        client.query("SELECT count(*) FROM customer.\"customer_master@1\".customers", &[]).await.unwrap();
        world.stop().await;
    });
}
