//! What is invisible does not exist (M1, M17, S-27, S-30): the same status, the same words, the same headers.

use serde_json::json;

use super::support::{Reply, World, run, sqlstate};

const PAGES: [&str; 11] = [
    "",
    "/contract",
    "/sample",
    "/quality",
    "/lineage",
    "/access",
    "/versions",
    "/sample?port=salaries",
    "/sample?own=true&purpose=billing",
    "/diff?old=current",
    "/dprod",
];

fn normal(reply: &Reply, product: &str) -> (String, Vec<(String, String)>) {
    let text = reply.normal().to_string().replace(product, "NAME");
    let varying = ["x-request-id", "content-length", "date"];
    let headers = reply.headers.iter().filter(|(name, _)| !varying.contains(&name.as_str()));
    (text, headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect())
}

#[test]
fn unlisted_products_are_absent() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        for page in PAGES {
            let answers: Vec<_> = ["payroll", "payrolls", "UPPER", "a__b"]
                .map(|product| (product, format!("/api/v1/products/hr/{product}{page}")))
                .into_iter()
                .collect();
            let mut seen = std::collections::BTreeSet::new();
            for (product, path) in answers {
                let reply = world.get(&eve, &path).await;
                assert_eq!(reply.status, 404, "{path}");
                seen.insert(normal(&reply, &format!("hr.{product}")));
            }
            assert_eq!(seen.len(), 1, "{page}: {seen:?}");
        }
        assert!(!world.get(&eve, "/api/v1/products").await.text().contains("payroll"));
        assert!(!world.get(&eve, "/api/v1/products?q=paid").await.text().contains("payroll"));
        assert!(!world.get(&eve, "/api/v1/domains").await.text().contains("\"hr\""));
        assert_eq!(world.get(&eve, "/api/v1/domains/hr").await.code(), "not-found");
        let request = json!({"product": "hr.payroll", "purpose": "billing", "reason": "x"});
        let hidden = world.post(&eve, "/api/v1/requests", request).await;
        let absent = json!({"product": "hr.payrolls", "purpose": "billing", "reason": "x"});
        let absent = world.post(&eve, "/api/v1/requests", absent).await;
        assert_eq!(normal(&hidden, "hr.payroll"), normal(&absent, "hr.payrolls"));
    });
}

#[test]
fn an_invisible_table_and_an_absent_one_are_told_alike_on_both_doors() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let client = world.connect("eve", &eve, "").await.unwrap();
        let mut http = std::collections::BTreeSet::new();
        let mut postgres = std::collections::BTreeSet::new();
        for table in ["hr.payroll", "hr.payrolls", "hx.payroll"] {
            let sql = format!("SELECT * FROM {table}");
            let reply = world.query(&eve, &sql, None).await;
            assert_eq!(reply.code(), "not-found");
            http.insert(reply.normal().to_string().replace(table, "NAME"));
            let error = client.simple_query(&sql).await.unwrap_err();
            assert_eq!(sqlstate(&error), "42P01");
            let error = error.as_db_error().unwrap();
            postgres.insert((error.message().replace(table, "NAME"), error.hint().map(str::to_owned)));
        }
        assert_eq!((http.len(), postgres.len()), (1, 1), "{http:?} {postgres:?}");
        // At the start of a session a domain without anything visible is no database.
        for database in ["hr", "nowhere", "UPPER"] {
            assert_eq!(sqlstate(&world.connect_to(database, "eve", &eve, "").await.err().unwrap()), "3D000");
        }
        assert!(world.connect_to("customer", "eve", &eve, "").await.is_ok());
    });
}

#[test]
fn members_see_their_own_domain() {
    run(async {
        let world = World::shared().await;
        let hanna = world.token("hanna", json!({})).await;
        let page = world.get(&hanna, "/api/v1/products/hr/payroll").await.ok();
        assert_eq!(page["reference"], "hr.payroll");
        assert_eq!(page["visibility"], "unlisted");
        assert_eq!(page["access"], "yes");
        let list = world.get(&hanna, "/api/v1/products").await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        let contract = world.get(&hanna, "/api/v1/products/hr/payroll/contract").await;
        assert_eq!(contract.headers["content-type"], "application/yaml");
        assert!(contract.text().starts_with("apiVersion: v3.1.0"));
    });
}

#[test]
fn a_listed_product_shows_its_promises_and_nothing_of_its_rows() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let page = world.get(&eve, "/api/v1/products/customer/customer_master").await.ok();
        assert_eq!(page["status"], "published");
        assert_eq!(page["freshness"], "ok");
        assert_eq!(page["approver"], "customer-stewards");
        assert_eq!(page["port_details"][0]["rows"], serde_json::Value::Null);
        assert_eq!(page["port_details"][0]["columns"][1]["treatment"], serde_json::Value::Null);
        let quality = world.get(&eve, "/api/v1/products/customer/customer_master/quality").await.ok();
        assert_eq!(quality["pass_rate"], 100);
        for rule in quality["rules"].as_array().unwrap() {
            assert_eq!(rule.get("found"), None);
            assert_eq!(rule.get("count"), None);
        }
        for page in PAGES.into_iter().filter(|page| !page.contains("salaries") && !page.contains("own")) {
            let reply = world.get(&eve, &format!("/api/v1/products/customer/customer_master{page}")).await;
            assert!(reply.status.is_success(), "{page} {}", reply.text());
            for secret in ["CANARY", "Ada", "EU-RAW", "424242", "silver.", "bronze."] {
                assert!(!reply.text().contains(secret), "{page} {secret} {}", reply.text());
            }
        }
        let sample = world.get(&eve, "/api/v1/products/customer/customer_master/sample").await;
        assert_eq!(sample.headers["x-tessera-sample"], "synthetic");
        let term = json!([{"term": "customer", "definition": "Somebody with a policy"}]);
        assert_eq!((&page["glossary"], page["history"].as_array().unwrap().len()), (&term, 1));
        let passed = page["quality"]["passed"].as_u64().unwrap();
        assert!(passed > 0);
        assert_eq!(
            (&page["history"][0]["current"], &page["history"][0]["quality"]["passed"]),
            (&json!(true), &json!(passed))
        );
    });
}

#[test]
fn ones_own_sample_is_a_statement_like_any_other() {
    run(async {
        let world = World::shared().await;
        let (ana, eve) = (world.token("ana", json!({})).await, world.token("eve", json!({})).await);
        let sample = "/api/v1/products/customer/customer_master/sample?own=true";
        let own = world.get(&ana, &format!("{sample}&purpose=fraud-detection")).await;
        assert_eq!(
            (own.status.as_u16(), &own.headers["x-tessera-sample"]),
            (200, &"own".parse().unwrap()),
            "{}",
            own.text()
        );
        let asked = "SELECT * FROM customer.customer_master LIMIT 10";
        let headers = [("accept", "text/csv"), ("x-tessera-purpose", "fraud-detection")];
        let query = Some(json!({"sql": asked}));
        let same = world.call(Some(&ana), axum::http::Method::POST, "/api/v1/query", query, &headers).await;
        assert_eq!(own.text(), same.text());
        assert!(own.text().contains("REDACTED") && !own.text().contains("hidden"), "{}", own.text());
        let audit = world.get(&ana, "/api/v1/activity?limit=2").await.ok();
        let [second, first] = [&audit["items"][0]["statement"], &audit["items"][1]["statement"]];
        assert_eq!((&first["purpose"], &first["objects"]), (&second["purpose"], &second["objects"]));
        // Without the grounds for the statement there is no sample either.
        assert_eq!(world.get(&ana, sample).await.code(), "purpose-required");
        let refused = world.get(&eve, &format!("{sample}&purpose=fraud-detection")).await;
        assert_eq!(refused.code(), world.query(&eve, asked, Some("fraud-detection")).await.code());
        let narrow = world.token("ana", json!({"scopes": ["decide:customer"]})).await;
        assert_eq!(world.get(&narrow, &format!("{sample}&purpose=fraud-detection")).await.code(), "not-allowed");
    });
}

#[test]
fn a_retired_name_is_told_to_whoever_saw_it() {
    run(async {
        let world = World::with_data().await;
        let (cora, hanna) = (world.token("cora", json!({})).await, world.token("hanna", json!({})).await);
        let eve = world.token("eve", json!({})).await;
        let mut gone = Vec::new();
        for (owner, domain, product) in [(&hanna, "hr", "payroll"), (&cora, "customer", "customer_master")] {
            let mut files = world.repository("people.yaml", "people:", "people:");
            gone.push(format!("domains/{domain}/products/{product}/"));
            let is_gone = |path: &str| gone.iter().any(|folder| path.starts_with(folder));
            files["files"].as_object_mut().unwrap().retain(|path, _| !is_gone(path));
            files["retire"] = json!([format!("{domain}.{product}")]);
            world.post(owner, "/api/v1/apply", files).await.ok();
        }
        for (token, product, is_told) in [
            (&eve, "customer.customer_master", true),
            (&hanna, "customer.customer_master", true),
            (&hanna, "hr.payroll", true),
            (&eve, "hr.payroll", false),
        ] {
            let path = product.replace('.', "/");
            let plain = normal(&world.get(&eve, "/api/v1/products/hr/payrolls").await, "hr.payrolls");
            for page in ["", "/contract", "/versions"] {
                let reply = world.get(token, &format!("/api/v1/products/{path}{page}")).await;
                assert_eq!((reply.status.as_u16(), reply.code().as_str()), (404, "not-found"));
                assert_eq!(reply.text().contains("was retired at 20"), is_told, "{product} {}", reply.text());
                assert!(is_told || normal(&reply, product) == plain);
            }
            for question in ["lineage", "impact"] {
                let reply = world.get(token, &format!("/api/v1/{question}?of={product}")).await;
                assert_eq!(reply.text().contains("was retired at 20"), is_told, "{product} {}", reply.text());
            }
        }
        assert_eq!(find_all(&world, &eve).await, 0);
        world.stop().await;
    });
}

async fn find_all(world: &World, token: &str) -> usize {
    world.get(token, "/api/v1/products").await.ok()["items"].as_array().unwrap().len()
}

#[test]
fn a_denied_column_is_on_no_page() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let page = world.get(&ana, "/api/v1/products/customer/customer_master").await.ok();
        let columns = page["port_details"][0]["columns"].as_array().unwrap();
        assert!(columns.iter().all(|column| column["name"] != "hidden"));
        let treatment = |name: &str| {
            columns.iter().find(|column| column["name"] == name).unwrap()["treatment"].as_str().unwrap().to_owned()
        };
        assert_eq!(treatment("full_name"), "constant");
        assert_eq!(treatment("national_id"), "token");
        assert_eq!(treatment("region"), "clear");
        assert_eq!(page["purpose_shown"], "fraud-detection");
    });
}

#[test]
fn pages_are_bound_to_who_asked() {
    run(async {
        let world = World::shared().await;
        let (hanna, ana) = (world.token("hanna", json!({})).await, world.token("ana", json!({})).await);
        let first = world.get(&hanna, "/api/v1/products?limit=1").await.ok();
        assert_eq!(first["items"].as_array().unwrap().len(), 1);
        let next = first["next"].as_str().unwrap();
        let second = world.get(&hanna, &format!("/api/v1/products?limit=1&cursor={next}")).await.ok();
        assert_eq!(second["items"][0]["reference"], "hr.payroll");
        assert_eq!(second.get("next"), None);
        for (token, path) in [
            (&ana, format!("/api/v1/products?cursor={next}")),
            (&hanna, format!("/api/v1/products?q=x&cursor={next}")),
            (&hanna, format!("/api/v1/domains?cursor={next}")),
            (&hanna, "/api/v1/products?limit=0".to_owned()),
        ] {
            assert_eq!(world.get(token, &path).await.code(), "invalid-value", "{path}");
        }
    });
}
