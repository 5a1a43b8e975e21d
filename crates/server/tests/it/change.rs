//! A contract that changes: judged when it is applied, compared on request, told to nobody before it is published.

use serde_json::{Value, json};

use super::support::{World, run};

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
