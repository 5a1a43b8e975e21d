//! What people keep for themselves, over HTTP: theirs alone but as far as they share it, and only with a whole token.

use axum::http::Method;
use serde_json::{Value, json};

use super::support::{Reply, World, run};

async fn put(world: &World, token: &str, path: &str, body: Option<Value>) -> Reply {
    world.call(Some(token), Method::PUT, path, body, &[]).await
}

fn query(name: &str, shared: Value) -> Value {
    json!({"name": name, "sql": "SELECT 1", "purpose": "billing", "shared_with": shared})
}

#[test]
fn a_saved_query_is_its_owners_and_theirs_it_is_shared_with() {
    run(async {
        let world = World::shared().await;
        let (sven, stan, eve) = (
            world.token("sven", json!({})).await,
            world.token("stan", json!({})).await,
            world.token("eve", json!({})).await,
        );
        let keep = async |body: Value| {
            let reply = world.post(&sven, "/api/v1/queries", body).await;
            assert_eq!(reply.status, 201, "{}", reply.text());
            reply.json()["id"].as_str().unwrap().to_owned()
        };
        let own = keep(query("own", Value::Null)).await;
        let team = keep(query("team", json!("group:customer-stewards"))).await;
        let all = keep(query("all", json!("everybody"))).await;
        let names = async |token: &str| {
            let page = world.get(token, "/api/v1/queries").await.ok();
            let items = page["items"].as_array().unwrap().clone();
            assert!(items.iter().all(|item| item.get("sql").is_none()), "a list has no texts");
            items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&sven).await, ["all", "team", "own"]);
        assert_eq!(names(&stan).await, ["all", "team"]);
        assert_eq!(names(&eve).await, ["all"]);
        let first = world.get(&sven, "/api/v1/queries?limit=2").await.ok();
        let rest = format!("/api/v1/queries?limit=2&cursor={}", first["next"].as_str().unwrap());
        assert_eq!(world.get(&sven, &rest).await.ok()["items"][0]["name"], "own");

        let path = |id: &str| format!("/api/v1/queries/{id}");
        let mine = world.get(&stan, &path(&team)).await.ok();
        assert_eq!(
            (&mine["sql"], &mine["mine"], &mine["owner"]),
            (&json!("SELECT 1"), &json!(false), &json!("user:sven"))
        );
        // What is somebody else's looks like what is not there.
        let absent = "0198c0de-0000-7000-8000-000000000000";
        let not_there = world.get(&eve, &path(absent)).await.normal().to_string();
        for id in [own.as_str(), team.as_str(), "no-id"] {
            let refused = world.get(&eve, &path(id)).await;
            assert_eq!(refused.status, 404);
            assert_eq!(refused.normal().to_string(), not_there.replace(absent, id));
        }
        for (token, id) in [(&stan, &team), (&eve, &all)] {
            assert_eq!(put(&world, token, &path(id), Some(query("theirs", Value::Null))).await.status, 404);
            assert_eq!(world.delete(token, &path(id)).await.status, 404);
        }
        // Only with a group of one's own, and with names that are some.
        for (shared, status) in [("group:fraud-analysts", 403), ("group:Nobody", 400), ("user:eve", 400), ("", 400)] {
            let reply = world.post(&sven, "/api/v1/queries", query("shared", json!(shared))).await;
            assert_eq!(reply.status.as_u16(), status, "{shared}: {}", reply.text());
        }
        let changed = put(&world, &sven, &path(&all), Some(query("renamed", Value::Null))).await.ok();
        assert_eq!((&changed["name"], &changed["shared_with"]), (&json!("renamed"), &Value::Null));
        assert_eq!(world.get(&eve, &path(&all)).await.status, 404, "it is shared no longer");
        for id in [own, team, all] {
            assert_eq!(world.delete(&sven, &path(&id)).await.status, 204);
            assert_eq!(world.get(&sven, &path(&id)).await.status, 404);
        }
    });
}

#[test]
fn nobody_follows_what_they_may_not_know_of() {
    run(async {
        let world = World::shared().await;
        let (eve, hanna) = (world.token("eve", json!({})).await, world.token("hanna", json!({})).await);
        let follow = async |token: &str, path: &str| put(&world, token, &format!("/api/v1/follows/{path}"), None).await;
        assert_eq!(follow(&hanna, "hr/payroll").await.status, 200);
        assert_eq!(follow(&eve, "customer/customer_master").await.status, 200);
        let (hidden, absent) = (follow(&eve, "hr/payroll").await, follow(&eve, "hr/nothing").await);
        assert_eq!((hidden.status.as_u16(), absent.status.as_u16()), (404, 404));
        assert_eq!(
            hidden.normal().to_string(),
            absent.normal().to_string().replace("nothing", "payroll"),
            "what is hidden looks like what is absent"
        );
        let list = world.get(&eve, "/api/v1/follows").await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        let item = &list["items"][0];
        assert_eq!((&item["reference"], &item["status"]), (&json!("customer.customer_master"), &json!("published")));
        // Nothing tells whether it was there.
        for path in ["hr/payroll", "hr/nothing", "no/name at all", "customer/customer_master"] {
            let gone = world.delete(&eve, &format!("/api/v1/follows/{}", path.replace(' ', "%20"))).await;
            assert_eq!(gone.status, 204, "{path}");
        }
        assert_eq!(world.get(&eve, "/api/v1/follows").await.ok()["items"], json!([]));
        assert_eq!(world.delete(&hanna, "/api/v1/follows/hr/payroll").await.status, 204);
    });
}

#[test]
fn a_search_is_kept_as_the_marketplace_takes_it() {
    run(async {
        let world = World::shared().await;
        let (una, eve) = (world.token("una", json!({})).await, world.token("eve", json!({})).await);
        let kept = world.post(&una, "/api/v1/searches", json!({"name": "Mine", "q": "domain:customer"})).await;
        assert_eq!(kept.status, 201);
        let id = kept.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(world.get(&una, "/api/v1/searches").await.ok()["items"][0]["q"], "domain:customer");
        assert_eq!(world.get(&eve, "/api/v1/searches").await.ok()["items"], json!([]));
        assert_eq!(world.delete(&eve, &format!("/api/v1/searches/{id}")).await.status, 404);
        let refused = world.post(&una, "/api/v1/searches", json!({"name": "Wrong", "q": "tier:platinum extra:"})).await;
        let asked = world.get(&una, "/api/v1/products?q=tier:platinum%20extra:").await;
        assert_eq!(refused.status.is_success(), asked.status.is_success(), "{}", refused.text());
        for item in world.get(&una, "/api/v1/searches").await.ok()["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            assert_eq!(world.delete(&una, &format!("/api/v1/searches/{id}")).await.status, 204);
        }
    });
}

#[test]
fn a_narrowed_token_changes_nothing_of_what_its_owner_keeps() {
    run(async {
        let world = World::shared().await;
        // Somebody who finds a token that may only query must not put a text into its owner's hands.
        let narrowed = world.token("gus", json!({"scopes": ["query"]})).await;
        let body = query("planted", Value::Null);
        assert_eq!(world.post(&narrowed, "/api/v1/queries", body.clone()).await.code(), "not-allowed");
        let path = "/api/v1/queries/0198c0de-0000-7000-8000-000000000000";
        assert_eq!(put(&world, &narrowed, path, Some(body)).await.code(), "not-allowed");
        assert_eq!(world.delete(&narrowed, path).await.code(), "not-allowed");
        let follow = "/api/v1/follows/customer/customer_master";
        assert_eq!(put(&world, &narrowed, follow, None).await.code(), "not-allowed");
        assert_eq!(world.delete(&narrowed, follow).await.code(), "not-allowed");
        let search = json!({"name": "x", "q": "x"});
        assert_eq!(world.post(&narrowed, "/api/v1/searches", search).await.code(), "not-allowed");
        assert!(world.get(&narrowed, "/api/v1/queries").await.status.is_success());
    });
}
