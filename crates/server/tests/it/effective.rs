//! Effective access over HTTP: who may ask what, of now and of the past.

use serde_json::{Value, json};

use super::support::{Reply, World, run};

const MASTER: &str = "product=customer.customer_master";

fn names(reply: &Value) -> Vec<&str> {
    let groups = reply["groups"].as_array().unwrap();
    let mut names: Vec<&str> = groups
        .iter()
        .flat_map(|group| group["readers"].as_array().unwrap())
        .map(|reader| reader["principal"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn who_reads_what_is_told_to_those_who_answer_for_it() {
    run(async {
        let world = World::with_data().await;
        let ask = async |who: &str, path: &str| {
            world.get(&world.token(who, json!({})).await, &format!("/api/v1/access/{path}")).await
        };
        for who in ["sven", "cora", "aud"] {
            let told = ask(who, &format!("who-can-read?{MASTER}")).await.ok();
            assert_eq!(names(&told), ["user:ana", "user:cora"], "{who}");
            assert_eq!(told["readers"], 2);
        }
        for who in ["ana", "eve", "hanna", "pat", "gus"] {
            assert_eq!(ask(who, &format!("who-can-read?{MASTER}")).await.code(), "not-allowed", "{who}");
            let other = ask(who, &format!("explain?{MASTER}&principal=cora")).await;
            assert_eq!(other.code(), "not-allowed", "{who}");
        }
        // What is invisible is absent, whoever is asked about and whether or not they exist.
        let normal = |reply: &Reply, name: &str| reply.normal().to_string().replace(name, "NAME");
        for question in ["who-can-read?", "explain?", "explain?principal=eve&", "explain?principal=cora&"] {
            let hidden = ask("eve", &format!("{question}product=hr.payroll")).await;
            let absent = ask("eve", &format!("{question}product=hr.payrolls")).await;
            assert_eq!(hidden.code(), "not-found", "{question}");
            assert_eq!(normal(&hidden, "hr.payroll"), normal(&absent, "hr.payrolls"), "{question}");
        }
        assert_eq!(names(&ask("aud", "who-can-read?product=hr.payroll").await.ok()), ["user:hanna"]);
        // Of others one is told what one answers for; nobody is told of a product by asking about its readers.
        let of_hanna = ask("sven", "what-can?principal=hanna").await.ok();
        assert_eq!((&of_hanna["all"], &of_hanna["products"]), (&json!(false), &json!([])));
        let of_hanna = ask("aud", "what-can?principal=hanna").await.ok();
        assert_eq!((&of_hanna["all"], &of_hanna["products"][0]["product"]), (&json!(true), &json!("hr.payroll")));
        let own = ask("hanna", "what-can").await.ok();
        assert_eq!(own["products"][0]["product"], "hr.payroll");
        assert_eq!(ask("eve", "what-can").await.ok()["products"], json!([]));
        assert_eq!(ask("sven", "what-can?principal=nobody").await.code(), "not-found");
        world.stop().await;
    });
}

#[test]
fn a_reader_is_told_no_condition_and_no_denied_column() {
    run(async {
        let world = World::with_data().await;
        let (ana, sven) = (world.token("ana", json!({})).await, world.token("sven", json!({})).await);
        let own = world.get(&ana, &format!("/api/v1/access/explain?{MASTER}")).await;
        let what = world.get(&ana, "/api/v1/access/what-can").await;
        for reply in [&own, &what] {
            let text = reply.text();
            assert!(!text.contains("hidden") && !text.contains("region ="), "{text}");
        }
        let own = own.ok();
        assert_eq!((&own["can_read"], &own["principal"]), (&json!(true), &json!("user:ana")));
        let other = world.get(&sven, &format!("/api/v1/access/explain?{MASTER}&principal=ana")).await.ok();
        let port = &other["under"][0]["ports"][0];
        let column = |name: &str| {
            port["columns"].as_array().unwrap().iter().find(|column| column["column"] == name).unwrap().clone()
        };
        assert_eq!(column("hidden")["outcome"], "denied");
        assert_eq!(column("region")["outcome"], "clear");
        assert!(column("email")["reasons"][0].as_str().unwrap().contains("pii.email"), "{port}");
        assert!(port["rows"].to_string().contains("region = 'EU'"), "{port}");
        world.stop().await;
    });
}

#[test]
fn the_past_is_told_to_auditors_as_it_was() {
    run(async {
        let world = World::with_data().await;
        let (aud, sven, una) = (
            world.token("aud", json!({})).await,
            world.token("sven", json!({})).await,
            world.token("una", json!({})).await,
        );
        let now = || world.running.house().registry.mesh().at().to_string();
        let before = now();
        let entitlement = world.grant(&una, "sven", json!({"purpose": "billing"})).await;
        let with = now();
        world.delete(&sven, &format!("/api/v1/entitlements/{entitlement}")).await.ok();
        let who = async |at: &str| world.get(&aud, &format!("/api/v1/access/who-can-read?{MASTER}&as_of={at}")).await;
        assert_eq!(names(&who(&before).await.ok()), ["user:ana", "user:cora"]);
        assert_eq!(names(&who(&with).await.ok()), ["user:ana", "user:cora", "user:una"]);
        assert_eq!(names(&who(&now()).await.ok()), ["user:ana", "user:cora"]);
        // To the second, as `date` writes it: all of that second is meant.
        let second = format!("{}Z", &now()[..19]);
        assert_eq!(names(&who(&second).await.ok()), ["user:ana", "user:cora"], "{second}");
        let why = world.get(&aud, &format!("/api/v1/access/explain?{MASTER}&principal=una")).await.ok();
        let grant = &why["grants"][0];
        assert_eq!(
            (&why["can_read"], &grant["state"], &grant["decided_by"]),
            (&json!(false), &json!("revoked"), &json!("user:sven"))
        );
        let then = world.get(&aud, &format!("/api/v1/access/explain?{MASTER}&principal=una&as_of={with}")).await.ok();
        assert_eq!((&then["can_read"], &then["grants"][0]["state"]), (&json!(true), &json!("active")));
        for (at, says) in
            [("1999-12-31", "no record yet"), ("2999-01-01", "has not come yet"), ("yesterday", "not a time")]
        {
            let refused = who(at).await;
            assert_eq!(refused.code(), "invalid-value", "{at}");
            assert!(refused.text().contains(says), "{at}: {}", refused.text());
        }
        // Those who decide today are not those who may look back.
        for token in [&sven, &una] {
            for question in ["who-can-read", "explain"] {
                let reply = world.get(token, &format!("/api/v1/access/{question}?{MASTER}&as_of={with}")).await;
                assert_eq!(reply.code(), "not-allowed", "{question}");
            }
            assert_eq!(world.get(token, &format!("/api/v1/access/what-can?as_of={with}")).await.code(), "not-allowed");
        }
        world.stop().await;
    });
}
