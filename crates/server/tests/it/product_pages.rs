//! Pages of a product that tell more to those who answer for it: how it is read, what happened to it, its contracts.

use serde_json::{Value, json};

use super::support::{World, run};

const PRODUCT: &str = "/api/v1/products/customer/customer_master";

async fn tokens<const N: usize>(world: &World, names: [&str; N]) -> [String; N] {
    let mut tokens = names.map(str::to_owned);
    for token in &mut tokens {
        *token = world.token(token, json!({})).await;
    }
    tokens
}

/// What the owner of the product applies.
async fn apply(world: &World, file: &str, from: &str, to: &str) {
    let path = format!("domains/customer/products/customer_master/{file}");
    let owner = world.token("cora", json!({})).await;
    world.post(&owner, "/api/v1/apply", world.repository(&path, from, to)).await.ok();
}

#[test]
fn usage_names_readers_to_those_who_answer_for_it() {
    run(async {
        let world = World::with_data().await;
        let [ana, eve, sven, cora, aud] = tokens(&world, ["ana", "eve", "sven", "cora", "aud"]).await;
        let usage = async |token: &str, more: &str| world.get(token, &format!("{PRODUCT}/usage{more}")).await.ok();
        let none = usage(&sven, "?days=7").await;
        assert_eq!(
            (&none["statements"], &none["readers"], &none["last_read_at"]),
            (&json!(0), &json!(0), &Value::Null)
        );
        assert_eq!(none["days"].as_array().unwrap().len(), 7);
        for sql in ["SELECT region FROM customer.customer_master", "SELECT count(*) FROM customer.customer_master"] {
            world.query(&ana, sql, Some("fraud-detection")).await.ok();
        }
        // One that is refused is not read.
        world.query(&eve, "SELECT region FROM customer.customer_master", Some("fraud-detection")).await;
        for token in [&sven, &cora, &aud] {
            let told = usage(token, "").await;
            assert_eq!((&told["statements"], &told["readers"], &told["whole"]), (&json!(2), &json!(1), &json!(true)));
            let days = told["days"].as_array().unwrap();
            assert_eq!((days.len(), &days[29]["statements"], &days[28]["statements"]), (30, &json!(2), &json!(0)));
            assert_eq!(told["read_by"][0]["principal"], "user:ana");
            assert_eq!(
                (&told["columns"][0]["column"], &told["columns"][0]["statements"]),
                (&json!("region"), &json!(1))
            );
            assert_eq!(told["last_read_at"], told["read_by"][0]["last_read_at"]);
        }
        for token in [&ana, &eve] {
            let told = usage(token, "").await;
            assert_eq!((&told["statements"], &told["whole"]), (&json!(2), &json!(false)));
            assert_eq!((&told["columns"], &told["read_by"]), (&json!([]), &json!([])));
            assert!(!told.to_string().contains("ana"), "{told}");
        }
        for days in ["0", "91", "x"] {
            assert_eq!(world.get(&sven, &format!("{PRODUCT}/usage?days={days}")).await.code(), "invalid-value");
        }
        let found = world.get(&eve, "/api/v1/products").await.ok();
        assert!(found["items"][0]["readers"].is_u64(), "{found}");
        for path in ["usage", "activity"] {
            let (hidden, absent) =
                (format!("/api/v1/products/hr/payroll/{path}"), format!("/api/v1/products/hr/nothing/{path}"));
            let (hidden, absent) = (world.get(&eve, &hidden).await, world.get(&eve, &absent).await);
            assert_eq!(hidden.normal().to_string(), absent.normal().to_string().replace("nothing", "payroll"));
        }
    });
}

#[test]
fn activity_of_a_product_tells_each_what_concerns_them() {
    run(async {
        let world = World::with_data().await;
        let [ana, una, eve, sven] = tokens(&world, ["ana", "una", "eve", "sven"]).await;
        world.grant(&una, "sven", json!({"purpose": "billing"})).await;
        apply(
            &world,
            "access.yaml",
            "visibility: listed",
            "visibility: listed
# why",
        )
        .await;
        let all = async |token: &str, more: &str| {
            let page = world.get(token, &format!("{PRODUCT}/activity{more}")).await.ok();
            page["items"].as_array().unwrap().clone()
        };
        let kinds = |items: &[Value]| -> Vec<String> {
            items.iter().map(|item| item["what"].as_str().unwrap().to_owned()).collect()
        };
        let whole = all(&sven, "").await;
        assert!(whole.windows(2).all(|two| two[0]["seq"].as_u64() > two[1]["seq"].as_u64()), "newest first");
        let told = kinds(&whole);
        for kind in ["declared", "published", "requested", "granted"] {
            assert!(told.contains(&kind.to_owned()), "{kind}: {told:?}");
        }
        let declared: Vec<&Value> = whole.iter().filter(|item| item["what"] == "declared").collect();
        assert_eq!(declared[0]["changed"], json!(["access"]), "{declared:?}");
        assert_eq!(declared.last().unwrap()["changed"].as_array().unwrap().len(), 4);
        let granted = whole.iter().find(|item| item["subject"] == "user:una" && item["what"] == "granted").unwrap();
        assert_eq!(granted["by"], "user:sven");
        // The owners' own access came with the first publication: nobody gave it.
        let owners = whole.iter().find(|item| item["subject"] == "group:customer-owners" && item["what"] == "granted");
        assert_eq!(owners.unwrap().get("by"), None);
        // Others are told what concerns them and what is served.
        for token in [&ana, &una, &eve] {
            let told = all(token, "").await;
            assert!(!kinds(&told).contains(&"declared".to_owned()));
            assert!(kinds(&told).contains(&"published".to_owned()));
            assert!(told.iter().all(|item| item.get("by").is_none_or(|by| by != "user:sven")), "{told:?}");
        }
        let of = async |token: &str| all(token, "?about=access").await;
        assert_eq!(of(&eve).await, [] as [Value; 0]);
        assert_eq!(kinds(&of(&una).await), ["granted", "requested"]);
        assert!(of(&una).await.iter().all(|item| item["subject"] == "user:una"));
        assert_eq!(of(&una).await[1]["by"], "user:una", "one is told what one did");
        // Pages hang together, and a word that is none is refused.
        let first = world.get(&sven, &format!("{PRODUCT}/activity?limit=2")).await.ok();
        let next = format!("{PRODUCT}/activity?limit=2&cursor={}", first["next"].as_str().unwrap());
        let second = world.get(&sven, &next).await.ok();
        let both = [first["items"].as_array().unwrap().clone(), second["items"].as_array().unwrap().clone()].concat();
        assert_eq!(both[..], whole[..4]);
        assert_eq!(world.get(&ana, &next).await.code(), "invalid-value", "a cursor is one person's");
        assert_eq!(world.get(&sven, &format!("{PRODUCT}/activity?about=rows")).await.code(), "invalid-value");
    });
}

#[test]
fn a_request_is_for_whom_it_concerns() {
    run(async {
        let world = World::shared().await;
        let [una, eve, sven] = tokens(&world, ["una", "eve", "sven"]).await;
        let ask =
            json!({"product": "customer.customer_master", "purpose": "fraud-detection", "reason": "one by its id"});
        let id = world.post(&una, "/api/v1/requests", ask).await.ok()["id"].as_str().unwrap().to_owned();
        let path = |id: &str| format!("/api/v1/requests/{id}");
        let mine = world.get(&una, &path(&id)).await.ok();
        assert_eq!((&mine["reason"], &mine["mine_to_decide"]), (&json!("one by its id"), &json!(false)));
        assert_eq!(world.get(&sven, &path(&id)).await.ok()["mine_to_decide"], true);
        // What is said about it is told to those whom it concerns.
        let say = async |token: &str, text: &str| {
            world.post(token, &format!("{}/remarks", path(&id)), json!({"text": text})).await
        };
        assert_eq!(say(&sven, "Which regions?").await.status, 201);
        let said = say(&una, "The EU.").await.ok()["remarks"].clone();
        assert_eq!((&said[0]["by"], &said[1]["text"]), (&json!("user:sven"), &json!("The EU.")));
        assert_eq!(world.get(&sven, &path(&id)).await.ok()["remarks"], said);
        assert_eq!(say(&eve, "me too").await.status, 404);
        let (theirs, absent) = (world.get(&eve, &path(&id)).await, world.get(&eve, &path("req-999999")).await);
        assert_eq!(theirs.normal().to_string(), absent.normal().to_string().replace("req-999999", &id));
        assert_eq!(world.get(&eve, &path("x")).await.status, 404);
        world.delete(&una, &path(&id)).await.ok();
        assert_eq!(say(&una, "never mind").await.code(), "conflict");
    });
}

#[test]
fn a_page_says_how_far_each_promise_is_kept_and_what_each_gate_found() {
    run(async {
        let world = World::with_data().await;
        let [eve, cora] = tokens(&world, ["eve", "cora"]).await;
        let page = world.get(&eve, PRODUCT).await.ok();
        let promise = &page["promises"][0];
        assert_eq!((&promise["state"], &promise["within"]), (&page["freshness"], &page["fresh_within"]), "{page}");
        let time = |text: &Value| text.as_str().unwrap().parse::<model::Timestamp>().unwrap();
        let within = time(&promise["late_from"]).seconds_since(time(&promise["newest"]));
        assert_eq!(within % 3_600, 0, "{promise}");
        // Each publication's gate can be read, and none of another product's.
        let first = page["publication"].as_str().unwrap().to_owned();
        world.post(&cora, "/api/v1/publications", json!({"product": "customer.customer_master"})).await.ok();
        let quality = async |more: &str| world.get(&eve, &format!("{PRODUCT}/quality{more}")).await;
        let now = quality("").await.ok();
        assert_ne!(now["publication"], first);
        let before = quality(&format!("?publication={first}")).await.ok();
        assert_eq!((&before["publication"], &before["rules"]), (&json!(first), &now["rules"]));
        let hanna = world.token("hanna", json!({})).await;
        let payroll = world.get(&hanna, "/api/v1/products/hr/payroll").await.ok();
        let theirs = payroll["publication"].as_str().unwrap();
        for id in [theirs, "pub-999999", "pub-1", "x"] {
            assert_eq!(quality(&format!("?publication={id}")).await.code(), "not-found", "{id}");
        }
    });
}

#[test]
fn a_contract_is_read_as_it_was() {
    run(async {
        let world = World::with_data().await;
        let [eve, cora] = tokens(&world, ["eve", "cora"]).await;
        let contract =
            async |token: &str, version: &str| world.get(token, &format!("{PRODUCT}/contract{version}")).await;
        let served = contract(&eve, "").await.text();
        let version = world.get(&eve, PRODUCT).await.ok()["version"].as_str().unwrap().to_owned();
        apply(
            &world,
            "contract.yaml",
            "version: ",
            "# a later thought
version: ",
        )
        .await;
        for of in ["?version=current".to_owned(), format!("?version={version}")] {
            assert_eq!(contract(&eve, &of).await.text(), served, "{of}");
        }
        let declared = contract(&cora, "?version=declared").await.text();
        assert!(declared.contains("a later thought") && !served.contains("a later thought"));
        // What is not published yet is told to nobody outside.
        assert_eq!(contract(&eve, "?version=declared").await.code(), "not-found");
        assert_eq!(contract(&eve, "?version=9.9.9").await.code(), "not-found");
        assert_eq!(contract(&eve, "?version=newest").await.code(), "invalid-value");
    });
}
