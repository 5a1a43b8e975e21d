//! The marketplace: what is found, counted and suggested, and that none of it tells of what is hidden.

use serde_json::{Value, json};

use super::support::{World, run};

async fn find(world: &World, token: &str, question: &str) -> Value {
    let question: String = question.bytes().map(|byte| format!("%{byte:02x}")).collect();
    world.get(token, &format!("/api/v1/products?q={question}")).await.ok()
}

fn names(found: &Value) -> Vec<&str> {
    let names: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|item| item["reference"].as_str().unwrap()).collect();
    assert_eq!(found["total"], names.len());
    names
}

#[test]
fn what_is_hidden_is_in_no_hit_no_count_and_no_suggestion() {
    run(async {
        let world = World::shared().await;
        let (eve, hanna) = (world.token("eve", json!({})).await, world.token("hanna", json!({})).await);
        for question in
            ["payroll", "salary", "paid", "hr", "domain:hr", "col:employee", "owner:hr-owners", "hr.payroll", "payrol"]
        {
            let mine = find(&world, &hanna, question).await;
            assert_eq!(names(&mine), ["hr.payroll"], "{question}");
            let theirs = find(&world, &eve, question).await;
            assert_eq!(names(&theirs), [""; 0], "{question}");
            assert!(!theirs.to_string().contains("hr"), "{question}: {theirs}");
        }
        let all = find(&world, &eve, "").await;
        assert_eq!(all["facets"]["domain"], json!({"customer": 1}));
        assert_eq!(find(&world, &hanna, "").await["facets"]["domain"], json!({"customer": 1, "hr": 1}));
        // A column that is denied to a reader is found by those for whom it exists.
        let ana = world.token("ana", json!({})).await;
        let denied = find(&world, &ana, "col:hidden").await;
        assert_eq!(names(&denied), [""; 0]);
        assert_eq!(names(&find(&world, &ana, "customer").await), ["customer.customer_master"]);
        assert!(!find(&world, &ana, "nobody").await.to_string().contains("hidden"));
        // Nor does its class count for them, on no page of hits.
        let (mine, theirs) = (find(&world, &ana, "").await, find(&world, &eve, "").await);
        assert_eq!(
            (&mine["facets"]["class"]["pii.secret"], &theirs["facets"]["class"]["pii.secret"]),
            (&Value::Null, &json!(1))
        );
        let classes = |found: &Value| found["items"][0]["classes"].to_string();
        assert!(classes(&mine).contains("pii.email") && !classes(&mine).contains("pii.secret"), "{}", classes(&mine));
        assert!(classes(&theirs).contains("pii.secret"), "{}", classes(&theirs));
        assert_eq!(find(&world, &ana, "class:pii.secret").await["total"], 0);
        assert_eq!(find(&world, &eve, "class:pii.secret").await["total"], 1);
    });
}

#[test]
fn hits_say_why_and_what_they_are() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let found = find(&world, &eve, "domain:customer col:customer_id").await;
        assert_eq!(names(&found), ["customer.customer_master"]);
        let why = &found["items"][0]["why"];
        assert_eq!(
            why,
            &json!([{"word": "customer_id", "in": "column", "place": "customers.customer_id", "text": "customer_id"}])
        );
        let item = &found["items"][0];
        assert_eq!(item["tier"], 3);
        assert!(item["published_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{item}");
        let classes = ["pii.birth", "pii.email", "pii.name", "pii.national_id", "pii.secret"];
        assert_eq!(item["classes"], json!(classes), "each once, by name");
        assert_eq!(found["facets"]["access"], json!({"no": 1}));
        assert_eq!(found["facets"]["tier"], json!({"3": 1}));
        assert_eq!(found["facets"]["class"]["pii.email"], 1);
        assert_eq!(names(&find(&world, &eve, "cusotmer").await), ["customer.customer_master"], "a slip");
        for (filter, count) in [
            ("class:pii.email", 1),
            ("class:pii.nothing", 0),
            ("tier:3", 1),
            ("tier:1", 0),
            ("access:no", 1),
            ("access:yes customer", 0),
            ("state:ok", 1),
            ("state:late", 0),
        ] {
            assert_eq!(find(&world, &eve, filter).await["total"], count, "{filter}");
        }
        let nothing = find(&world, &eve, "customrmatr").await;
        assert_eq!((&nothing["total"], &nothing["suggestion"]), (&json!(0), &json!("customer_master")));
        let long = world.get(&eve, &format!("/api/v1/products?q={}", "x".repeat(2_000))).await;
        assert_eq!((long.status.as_u16(), long.code().as_str()), (413, "too-large"));
    });
}

#[test]
fn what_more_people_read_comes_first() {
    run(async {
        let world = World::with_data().await;
        let hanna = world.token("hanna", json!({})).await;
        let found = find(&world, &hanna, "owner:owners").await;
        assert_eq!(names(&found), ["customer.customer_master", "hr.payroll"], "equal but for the name");
        world.query(&hanna, "SELECT salary FROM hr.payroll", Some("billing")).await.ok();
        let since = std::time::Instant::now();
        while names(&find(&world, &hanna, "owner:owners").await)[0] != "hr.payroll" {
            assert!(since.elapsed().as_secs() < 20, "it is not counted");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        // A better hit stays one.
        assert_eq!(names(&find(&world, &hanna, "customer").await)[0], "customer.customer_master");
        world.stop().await;
    });
}

#[test]
fn what_was_published_is_found_within_a_second() {
    run(async {
        let world = World::with_data().await;
        let (eve, cora) = (world.token("eve", json!({})).await, world.token("cora", json!({})).await);
        assert_eq!(find(&world, &eve, "").await["total"], 1, "{}", "the index is built");
        let path = "domains/customer/products/customer_master/contract.yaml";
        let files = world.repository(path, "description: Where.", "description: The periscope.");
        world.post(&cora, "/api/v1/apply", files).await.ok();
        assert_eq!(find(&world, &eve, "periscope").await["total"], 0, "a draft is not found");
        world.post(&cora, "/api/v1/publications", json!({"product": "customer.customer_master"})).await.ok();
        let since = std::time::Instant::now();
        while find(&world, &eve, "periscope").await["total"] != 1 {
            assert!(since.elapsed().as_secs() < 1, "not found for a second");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        println!("found after {:?}", since.elapsed());
        world.stop().await;
    });
}

/// DPROD's shapes as far as they ask for something of a product, and what a catalogue needs beside.
#[test]
fn a_product_is_linked_data_that_is_read_without_a_network() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let reply = world.get(&eve, "/api/v1/products/customer/customer_master/dprod").await;
        assert_eq!(reply.headers["content-type"], "application/ld+json");
        let product = reply.ok();
        let context = product["@context"].as_object().unwrap();
        for key in product.as_object().unwrap().keys().filter(|key| !key.starts_with('@')) {
            let (prefix, _) = key.split_once(':').unwrap();
            assert!(context.contains_key(prefix), "{key}");
        }
        assert_eq!(product["@type"], "dprod:DataProduct");
        assert_eq!(product["dprod:dataProductOwner"]["@type"], "prov:Agent");
        assert_eq!(product["dprod:lifecycleStatus"]["@type"], "dprod:DataProductLifecycleStatus");
        assert_eq!(product["dprod:purpose"], "The one list of customers that every domain joins with.");
        let service = &product["dprod:outputPort"][0];
        let distribution = &service["dprod:isAccessServiceOf"];
        let data = &distribution["dprod:isDistributionOf"];
        assert_eq!(
            [&service["@type"], &distribution["@type"], &data["@type"]],
            ["dcat:DataService", "dcat:Distribution", "dcat:Dataset"]
        );
        assert_eq!(service["dcat:endpointDescription"], "SELECT * FROM customer.customer_master.customers");
        assert!(data["dct:conformsTo"]["@id"].as_str().unwrap().ends_with("customer.customer_master@1.0.0"));
        let page = world.get(&eve, "/api/v1/products/customer/customer_master").await.ok();
        let tools: Vec<&str> =
            page["connect"].as_array().unwrap().iter().map(|line| line["tool"].as_str().unwrap()).collect();
        assert_eq!(tools, ["psql", "python", "jdbc"]);
        assert!(page["connect"][0]["line"].as_str().unwrap().contains("-U eve mesh"), "{page}");
    });
}
