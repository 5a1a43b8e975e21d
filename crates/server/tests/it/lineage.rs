//! Lineage and impact over HTTP: what really ran, told to whom it may be.

use serde_json::{Value, json};

use super::support::{Reply, World, run};

const CONTRACT: &str = "domains/customer/products/customer_master/contract.yaml";

/// A product made of another one of the same domain.
const REGIONS: [(&str, &str); 2] = [
    (
        "domains/customer/products/regions/contract.yaml",
        r#"apiVersion: v3.1.0
kind: DataContract
id: regions
name: Regions
version: 1.0.0
status: active
description: {purpose: "Who lives where, for maps and tours."}
authoritativeDefinitions:
  - {type: glossary, url: "glossary:customer"}
slaProperties:
  - {property: freshness, value: 24, unit: h}
schema:
  - name: people
    logicalType: object
    physicalType: table
    properties:
      - {name: customer_id, logicalType: integer, required: true, unique: true, primaryKey: true, primaryKeyPosition: 1, description: The key.}
      - {name: place, logicalType: string, description: Where.}
"#,
    ),
    (
        "domains/customer/products/regions/people.sql",
        "SELECT customer_id, region AS place FROM customer_master.customers WHERE hidden IS NOT NULL\n",
    ),
];

async fn with_regions() -> World {
    let world = World::with_data().await;
    let cora = world.token("cora", json!({})).await;
    let mut body = world.repository(CONTRACT, "version: 1.0.0", "version: 1.0.0");
    for (path, text) in REGIONS {
        body["files"][path] = text.into();
    }
    world.post(&cora, "/api/v1/apply", body).await.ok();
    world.post(&cora, "/api/v1/publications", json!({"product": "customer.regions"})).await.ok();
    world
}

fn edges(reply: &Value) -> Vec<String> {
    let edges = reply["edges"].as_array().unwrap();
    edges
        .iter()
        .map(|edge| {
            let text = |key: &str| edge[key].as_str().unwrap().replace("customer.customer_master.customers", "master");
            format!("{} {} {}", text("from"), text("how"), text("to"))
        })
        .collect()
}

#[test]
fn a_page_names_no_hidden_neighbour() {
    run(async {
        let world = with_regions().await;
        let neighbours = async |who: &str, product: &str| {
            let token = world.token(who, json!({})).await;
            let page = world.get(&token, &format!("/api/v1/products/customer/{product}")).await.ok();
            (page["made_from"].clone(), page["made_into"].clone())
        };
        let (master, regions) = (json!(["customer.customer_master"]), json!(["customer.regions"]));
        assert_eq!(neighbours("eve", "customer_master").await, (json!([]), regions.clone()));
        assert_eq!(neighbours("eve", "regions").await, (master.clone(), json!([])));
        let cora = world.token("cora", json!({})).await;
        for product in ["regions", "customer_master"] {
            let path = "domains/customer/products/customer_master/access.yaml";
            let mut body = world.repository(path, "visibility: listed", "visibility: listed");
            for (path, text) in REGIONS {
                body["files"][path] = text.into();
            }
            let path = format!("domains/customer/products/{product}/access.yaml");
            let text = body["files"][&path].as_str().unwrap_or("visibility: listed\n");
            body["files"][&path] = text.replace("listed", "unlisted").into();
            if product == "customer_master" {
                body["loosen"] = json!(["customer.regions"]);
            }
            world.post(&cora, "/api/v1/apply", body).await.ok();
            let other = if product == "regions" { "customer_master" } else { "regions" };
            assert_eq!(neighbours("eve", other).await, (json!([]), json!([])), "{product} is hidden");
            let all = if product == "regions" { (json!([]), regions.clone()) } else { (master.clone(), json!([])) };
            assert_eq!(neighbours("cora", other).await, all);
        }
        world.stop().await;
    });
}

#[test]
fn lineage_tells_no_hidden_product_and_no_denied_column() {
    run(async {
        let world = with_regions().await;
        let get = async |who: &str, question: &str| {
            world.get(&world.token(who, json!({})).await, &format!("/api/v1/{question}")).await
        };
        let inside = edges(&get("cora", "lineage?of=customer.regions.people.place&up=9").await.ok());
        assert!(inside.contains(&"master.region copy customer.regions.people.place".to_owned()), "{inside:?}");
        // The column in between is denied to whoever asks, and passed through.
        let through = "customer/silver.customers.full_name rows customer.regions.people.place".to_owned();
        assert!(inside.contains(&through), "{inside:?}");
        assert!(inside.iter().any(|edge| edge.starts_with("customer/bronze.customers.")), "{inside:?}");
        let outside = get("ana", "lineage?of=customer.regions.people.place&up=9").await;
        assert!(!outside.text().contains("hidden") && !outside.text().contains("bronze"), "{}", outside.text());
        let outside = edges(&outside.ok());
        assert!(outside.contains(&"master.region copy customer.regions.people.place".to_owned()), "{outside:?}");
        assert!(outside.contains(&"(not visible) rows customer.regions.people.place".to_owned()), "{outside:?}");
        let down = edges(&get("ana", "lineage?of=customer.customer_master.customers.region&down=9").await.ok());
        assert_eq!(down, ["master.region copy customer.regions.people.place"]);
        let normal = |reply: &Reply, name: &str| reply.normal().to_string().replace(name, "NAME");
        for question in ["lineage", "impact"] {
            let hidden = get("eve", &format!("{question}?of=hr.payroll")).await;
            let absent = get("eve", &format!("{question}?of=hr.payrolls")).await;
            assert_eq!((hidden.status, normal(&hidden, "hr.payroll")), (absent.status, normal(&absent, "hr.payrolls")));
            let hidden = get("ana", &format!("{question}?of=customer.customer_master.customers.hidden")).await;
            let absent = get("ana", &format!("{question}?of=customer.customer_master.customers.hiddes")).await;
            assert_eq!((hidden.status.as_u16(), normal(&hidden, "hidden")), (404, normal(&absent, "hiddes")));
            for nonsense in ["", "customer", "customer.regions@1", "a.b.c.d.e", "%2e%2e"] {
                let reply = get("cora", &format!("{question}?of={nonsense}")).await;
                assert!(matches!(reply.status.as_u16(), 400 | 404), "{nonsense}: {}", reply.text());
            }
        }
        assert_eq!(get("sven", "lineage?of=customer.regions&as_of=2020-01-01").await.code(), "not-allowed");
        assert_eq!(get("aud", "lineage?of=customer.regions&as_of=2020-01-01").await.code(), "invalid-value");
        world.stop().await;
    });
}

#[test]
fn who_would_feel_a_change_is_told_to_those_who_answer_for_it() {
    run(async {
        let world = with_regions().await;
        let (ana, cora) = (world.token("ana", json!({})).await, world.token("cora", json!({})).await);
        for _ in 0..2 {
            world.query(&ana, "SELECT region FROM customer.customer_master", Some("fraud-detection")).await.ok();
        }
        world.query(&ana, "SELECT sum(income) FROM customer.customer_master", Some("fraud-detection")).await.ok();
        let of = async |token: &str, column: &str| {
            world.get(token, &format!("/api/v1/impact?of=customer.customer_master.customers.{column}")).await.ok()
        };
        let region = of(&cora, "region").await;
        assert_eq!(region["affected"], json!([{"name": "customer.regions.people.place", "far": 1}]));
        let readers = region["readers"].as_array().unwrap();
        let ana_reads = readers.iter().find(|used| used["principal"] == "user:ana").unwrap();
        assert_eq!((&ana_reads["columns"], &ana_reads["statements"]), (&json!(["region"]), &json!(3)));
        assert_eq!(ana_reads["fingerprints"].as_array().unwrap().len(), 2);
        assert_eq!(of(&cora, "full_name").await["readers"], json!([]), "nobody read it");
        let outside = of(&ana, "region").await;
        assert_eq!(outside["readers"], json!([]));
        assert_eq!(outside["readers_untold"], json!(["customer.customer_master", "customer.regions"]));
        // A plan that breaks a column names who reads it.
        let mut body = world.repository(CONTRACT, "version: 1.0.0", "version: 2.0.0");
        for (path, text) in REGIONS {
            body["files"][path] = text.into();
        }
        let text = body["files"][CONTRACT].as_str().unwrap();
        let without: Vec<&str> = text.lines().filter(|line| !line.contains("name: income")).collect();
        body["files"][CONTRACT] = (without.join("\n") + "\n").into();
        let plan = world.post(&cora, "/api/v1/plan", body).await.ok();
        let told = &plan["readers"]["customer.customer_master"];
        assert_eq!((&told[0]["principal"], &told[0]["columns"]), (&json!("user:ana"), &json!(["income"])), "{plan}");
        world.stop().await;
    });
}
