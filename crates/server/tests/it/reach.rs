//! What plans and applies tell about other domains (M1, M17): nothing that the files do not say themselves.

use serde_json::{Value, json};

use super::support::{World, files_with, run};

/// The body of a plan or an apply of the files whose paths begin with one of the prefixes.
fn sent(prefixes: &[&str], more: Value) -> Value {
    let files = files_with("hr").into_iter().filter(|(path, _)| prefixes.iter().any(|prefix| path.starts_with(prefix)));
    let mut body = json!({"files": files.collect::<std::collections::BTreeMap<_, _>>()});
    for (key, value) in more.as_object().unwrap() {
        match (key.as_str(), value) {
            ("files", Value::Object(more)) => body["files"].as_object_mut().unwrap().extend(more.clone()),
            _ => body[key] = value.clone(),
        }
    }
    body
}

fn objects(plan: &Value) -> Vec<(String, String)> {
    let change = |change: &Value| (change["verb"].as_str().unwrap().into(), change["object"].as_str().unwrap().into());
    plan["changes"].as_array().unwrap().iter().map(change).collect()
}

#[test]
fn a_repository_with_mesh_yaml_alone_tells_of_ones_own_domain() {
    run(async {
        let world = World::shared().await;
        let only = sent(&["mesh.yaml"], json!({}));
        for who in ["cora", "sven", "svc-customer"] {
            let token = world.token(who, json!({})).await;
            let reply = world.post(&token, "/api/v1/plan", only.clone()).await;
            let plan = reply.ok();
            let told: Vec<(String, String)> = objects(&plan);
            let told: Vec<(&str, &str)> = told.iter().map(|(verb, object)| (verb.as_str(), object.as_str())).collect();
            assert_eq!(
                told,
                [
                    ("unchanged", "mesh"),
                    ("retire", "product:customer.customer_master"),
                    ("retire", "silver:customer.customers"),
                    ("retire", "source:customer.crm"),
                    ("retire", "domain:customer"),
                ],
                "{who}"
            );
            assert!(!reply.text().contains("hr") && !reply.text().contains("payroll"), "{}", reply.text());
            // Its readers are the domain's to know.
            assert!(plan["changes"][1]["felt_by"].as_array().unwrap().contains(&json!("user:ana")), "{plan}");
        }
        let auditor = world.token("aud", json!({})).await;
        let plan = world.post(&auditor, "/api/v1/plan", only).await.ok();
        for object in ["people", "purposes", "classification:pii", "product:hr.payroll", "source:hr.files", "domain:hr"]
        {
            assert!(objects(&plan).contains(&("retire".into(), object.into())), "{object} {plan}");
        }
    });
}

#[test]
fn an_owner_is_told_everything_of_the_own_domain() {
    run(async {
        let world = World::shared().await;
        let hanna = world.token("hanna", json!({})).await;
        let more = json!({"files": {"domains/hr/products/payroll/access.yaml": "visibility: listed\n"}});
        let plan =
            world.post(&hanna, "/api/v1/plan", sent(&["mesh", "people", "governance", "domains"], more)).await.ok();
        let changes = plan["changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["verb"] != "unchanged").unwrap();
        assert_eq!((&change["object"], &change["verb"]), (&json!("product:hr.payroll"), &json!("update")));
        assert_eq!(change["details"], json!(["access.visibility: `unlisted` -> `listed`"]));
        assert_eq!(change["felt_by"], json!(["group:hr-owners"]));
        assert_eq!(change["loosens"], json!(["everybody would see that it exists"]));
        assert_eq!(change["confirm"], "--loosen hr.payroll");
        assert_eq!(change["refused"], Value::Null);
        assert!(plan["basis"]["objects"]["product:hr.payroll"].as_u64().unwrap() > 0, "{plan}");
        // Whose it is not learns that it is not, and not what it says.
        let cora = world.token("cora", json!({})).await;
        let more = json!({"files": {"domains/hr/products/payroll/access.yaml": "visibility: listed\n"}});
        let plan =
            world.post(&cora, "/api/v1/plan", sent(&["mesh", "people", "governance", "domains"], more)).await.ok();
        let changes = plan["changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["object"] == "product:hr.payroll").unwrap();
        assert_eq!(change["verb"], "create");
        assert!(change["refused"].as_str().unwrap().contains("only people with a role in the domain `hr`"), "{change}");
        assert_eq!((&change["details"], &change["felt_by"]), (&json!([]), &json!([])));
    });
}

/// What somebody of the domain `customer` sends along; people are declared differently in the two worlds.
const WHOLE: [&str; 3] = ["mesh", "governance", "domains/customer"];

/// Guesses at a domain `hr` and its product, by name, by what lies in it and by what is said about it.
fn guesses(basis: &Value) -> Vec<(&'static str, Value)> {
    let plan = "/api/v1/plan";
    let apply = "/api/v1/apply";
    let whole = WHOLE;
    let guessed = || {
        json!({"files": {
            "domains/hr/domain.yaml": "domain: hr\nregion: westeurope\nowner: hr-owners\nsteward: hr-stewards\n",
            "domains/hr/sources/files.yaml": "source: files\nkind: files\ntables:\n  salaries: {path: \"x.csv\", format: csv}\n",
            "domains/hr/silver/salaries.sql": "/* tessera\n*/\nSELECT employee FROM bronze.salaries\n",
        }})
    };
    let product = |access: &str| {
        let contract = files_with("hr").into_iter().find(|(path, _)| path.contains("payroll/contract")).unwrap().1;
        let mut body = guessed();
        let files = body["files"].as_object_mut().unwrap();
        files.insert("domains/hr/products/payroll/contract.yaml".into(), contract.replace("paid", "given").into());
        files.insert("domains/hr/products/payroll/access.yaml".into(), access.into());
        let sql = "/* tessera\n*/\nSELECT employee, 1 AS salary FROM silver.salaries\n";
        files.insert("domains/hr/products/payroll/salaries.sql".into(), sql.into());
        body
    };
    let reads = |table: &str| {
        let sql = format!("/* tessera\n*/\nSELECT * FROM {table}\n");
        json!({"files": {"domains/customer/silver/guess.sql": sql}})
    };
    let own = |more: &str| {
        let text = format!("domain: hr\nregion: westeurope\nowner: hr-owners\nsteward: hr-stewards\n{more}");
        json!({"files": {"domain.yaml": text}})
    };
    vec![
        (plan, sent(&whole, guessed())),
        (apply, sent(&whole, guessed())),
        (plan, sent(&whole, product("visibility: listed\n"))),
        (apply, sent(&whole, product("visibility: unlisted\n"))),
        (apply, sent(&whole, product("visibility: unlisted\ndirect: false\n"))),
        (plan, sent(&[], own(""))),
        (apply, sent(&[], own(""))),
        (plan, sent(&[], own("service: svc-hr\n"))),
        (plan, sent(&[], own("engineers: hr-ownerz\n"))),
        (plan, sent(&whole, reads("hr.payroll.salaries"))),
        (plan, sent(&whole, reads("hrr.payroll.salaries"))),
        (plan, sent(&whole, json!({"retire": ["hr.payroll"]}))),
        (apply, sent(&whole, json!({"retire": ["domain:hr"]}))),
        (plan, sent(&whole, json!({"loosen": ["hr.payroll"]}))),
        (plan, sent(&["mesh.yaml"], json!({}))),
        // What somebody expects of another's object, on files that change nothing.
        (apply, sent(&whole, json!({"expected": {"files": basis, "objects": {"product:hr.payroll": 0}}}))),
    ]
}

#[test]
fn a_hidden_domain_and_an_absent_one_are_planned_alike() {
    run(async {
        // Twins: what is called `hr` in one is called `hx` in the other; all else is the same, record by record.
        let (one, other) = tokio::join!(World::with_hidden("hr"), World::with_hidden("hx"));
        let mut told = 0;
        let cora = one.token("cora", json!({})).await;
        other.token("cora", json!({})).await;
        let plan = one.post(&cora, "/api/v1/plan", sent(&WHOLE, json!({}))).await.ok();
        let guesses = guesses(&plan["basis"]["files"]);
        for who in ["cora", "eve", "pat"] {
            let (here, there) = (one.token(who, json!({})).await, other.token(who, json!({})).await);
            for (index, (path, body)) in guesses.iter().enumerate() {
                let (here, there) =
                    (one.post(&here, path, body.clone()).await, other.post(&there, path, body.clone()).await);
                let (here, there) =
                    ((here.status, here.normal().to_string()), (there.status, there.normal().to_string()));
                if who == "pat" {
                    // An admin knows, so that the guesses are such that an answer could tell.
                    told += usize::from(here != there);
                } else {
                    assert_eq!(here, there, "{who} {index} {path}");
                }
            }
            for path in ["/api/v1/domains", "/api/v1/domains/hr", "/api/v1/domains/hrr", "/api/v1/products/hr/payroll"]
            {
                let (here, there) = (one.get(&here, path).await, other.get(&there, path).await);
                if who != "pat" {
                    assert_eq!(here.normal(), there.normal(), "{who} {path}");
                }
            }
        }
        assert!(told >= 12, "{told} of {} guesses have something to tell", guesses.len());
        one.stop().await;
        other.stop().await;
    });
}
