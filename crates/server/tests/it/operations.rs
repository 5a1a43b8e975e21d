//! Every operation of the OpenAPI document as a stranger and as whom it is for. An operation without a row here fails
//! the test; nobody at all is refused by `nobody_gets_in_anywhere`.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};

use super::{
    endpoints::{FOR_ANYBODY, operations},
    support::{World, run},
};

/// One operation: who it is for, what they send, and the answers to a stranger and to them.
struct Row {
    operation: &'static str,
    path: String,
    body: Option<Value>,
    stranger: u16,
    who: &'static str,
    rightful: u16,
}

fn row(operation: &'static str, stranger: u16, who: &'static str, rightful: u16) -> Row {
    let path = operation.split_once(' ').unwrap().1;
    let path = path
        .replace("{domain}", "customer")
        .replace("{product}", "customer_master")
        .replace("{zone}", "bronze")
        .replace("{table}", "customers");
    Row { operation, path, body: None, stranger, who, rightful }
}

impl Row {
    fn sends(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    fn asks(self, question: &str) -> Self {
        Self { path: format!("{}?{question}", self.path), ..self }
    }

    fn of(self, id: &str) -> Self {
        Self { path: self.path.replace("{id}", id), ..self }
    }
}

/// What the rows name: made before they run.
struct Prepared {
    pending: String,
    other: String,
    entitlement: String,
    token: String,
    publication: String,
    query: String,
    search: String,
}

async fn prepare(world: &World) -> Prepared {
    let request = async |who: &str| {
        let ask = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "a test"});
        let made = world.post(&world.token(who, json!({})).await, "/api/v1/requests", ask).await.ok();
        made["id"].as_str().unwrap().to_owned()
    };
    let (pending, other) = (request("una").await, request("pat").await);
    let una = world.token("una", json!({})).await;
    let entitlement = world.grant(&una, "sven", json!({"purpose": "fraud-detection"})).await;
    let (_, token) = world.token_and_id("ana", json!({})).await;
    let cora = world.token("cora", json!({})).await;
    let versions = world.get(&cora, "/api/v1/products/customer/customer_master/versions").await.ok();
    let publication = versions["items"][0]["publication"].as_str().unwrap().to_owned();
    // A second publication, so that there is one to go back from.
    world.post(&cora, "/api/v1/publications", json!({"product": "customer.customer_master"})).await.ok();
    let keep =
        async |path: &str, body: Value| world.post(&una, path, body).await.ok()["id"].as_str().unwrap().to_owned();
    let query = keep("/api/v1/queries", json!({"name": "a test", "sql": "SELECT 1"})).await;
    let search = keep("/api/v1/searches", json!({"name": "a test", "q": "customer"})).await;
    Prepared { pending, other, entitlement, token, publication, query, search }
}

fn rows(of: &Prepared) -> Vec<Row> {
    let product = json!({"product": "customer.customer_master"});
    let files = json!({"files": {"domain.yaml": "domain: shop\ndescription: A shop of things\nregion: westeurope\n\
        owner: shop-owners\nsteward: shop-stewards\n"}});
    let query = json!({"name": "a test", "sql": "SELECT 2"});
    vec![
        // The marketplace is everybody's.
        row("GET /api/v1/whoami", 200, "eve", 200),
        row("GET /api/v1/domains", 200, "cora", 200),
        row("GET /api/v1/domains/{domain}", 200, "cora", 200),
        row("GET /api/v1/products", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/contract", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/versions", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/dprod", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/diff", 200, "ana", 200).asks("old=current"),
        row("GET /api/v1/products/{domain}/{product}/quality", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/lineage", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/sample", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/access", 200, "ana", 200),
        row("GET /api/v1/products/{domain}/{product}/usage", 200, "sven", 200),
        row("GET /api/v1/products/{domain}/{product}/activity", 200, "sven", 200),
        row("GET /api/v1/events", 200, "ana", 200),
        row("GET /api/v1/lineage", 200, "ana", 200).asks("of=customer.customer_master"),
        row("GET /api/v1/impact", 200, "ana", 200).asks("of=customer.customer_master"),
        // Who answers for a product is told who reads it.
        row("GET /api/v1/access/who-can-read", 403, "sven", 200).asks("product=customer.customer_master"),
        row("GET /api/v1/access/explain", 403, "sven", 200).asks("product=customer.customer_master&principal=una"),
        row("GET /api/v1/access/what-can", 200, "ana", 200),
        // One's own is in these lists, and nothing else.
        row("GET /api/v1/requests", 200, "una", 200),
        row("GET /api/v1/entitlements", 200, "una", 200),
        row("GET /api/v1/tokens", 200, "una", 200),
        row("GET /api/v1/activity", 200, "una", 200),
        // What one keeps: nobody else's.
        row("GET /api/v1/queries", 200, "una", 200),
        row("POST /api/v1/queries", 201, "una", 201).sends(query.clone()),
        row("GET /api/v1/queries/{id}", 404, "una", 200).of(&of.query),
        row("PUT /api/v1/queries/{id}", 404, "una", 200).of(&of.query).sends(query),
        row("DELETE /api/v1/queries/{id}", 404, "una", 204).of(&of.query),
        row("GET /api/v1/follows", 200, "una", 200),
        row("PUT /api/v1/follows/{domain}/{product}", 200, "una", 200),
        row("DELETE /api/v1/follows/{domain}/{product}", 204, "una", 204),
        row("GET /api/v1/searches", 200, "una", 200),
        row("POST /api/v1/searches", 201, "una", 201).sends(json!({"name": "a test", "q": "customer"})),
        row("DELETE /api/v1/searches/{id}", 404, "una", 204).of(&of.search),
        // Rows.
        row("POST /api/v1/query", 403, "una", 200)
            .sends(json!({"sql": "SELECT count(region) FROM customer.customer_master"})),
        // Nothing runs: the same words for everybody (`cancel_is_for_ones_own` has one that does).
        row("DELETE /api/v1/query/{id}", 404, "una", 404).of("0198c0de-0000-7000-8000-000000000000"),
        // Access.
        row("POST /api/v1/requests", 201, "ana", 201)
            .sends(json!({"product": "customer.customer_master", "purpose": "billing", "reason": "a test"})),
        row("GET /api/v1/requests/{id}", 404, "sven", 200).of(&of.pending),
        row("GET /api/v1/requests/{id}/sample", 404, "sven", 200).of(&of.pending),
        row("POST /api/v1/requests/{id}/remarks", 404, "sven", 201).of(&of.pending).sends(json!({"text": "a test"})),
        row("GET /api/v1/purposes", 200, "una", 200),
        row("POST /api/v1/requests/{id}/decision", 404, "sven", 200)
            .of(&of.pending)
            .sends(json!({"decision": "approve"})),
        row("DELETE /api/v1/requests/{id}", 404, "pat", 200).of(&of.other),
        row("DELETE /api/v1/entitlements/{id}", 404, "sven", 200).of(&of.entitlement),
        row("POST /api/v1/declassifications", 403, "sven", 201).sends(
            json!({"column": "customer.customer_master.customers.email", "class": "pii.email", "reason": "a test"}),
        ),
        row("POST /api/v1/waivers", 403, "sven", 201).sends(
            json!({"port": "customer.customer_master.customers", "restriction": "0".repeat(64), "reason": "a test"}),
        ),
        // The domain's work.
        row("GET /api/v1/domains/{domain}/tables/{zone}/{table}", 404, "cora", 200),
        row("GET /api/v1/domains/{domain}/tables/bronze/{table}/rejects", 404, "cora", 200),
        row("POST /api/v1/runs", 403, "cora", 200).sends(json!({"domain": "customer"})),
        row("POST /api/v1/publications", 403, "cora", 200).sends(product),
        row("POST /api/v1/rollbacks", 403, "cora", 200)
            .sends(json!({"product": "customer.customer_master", "to": of.publication})),
        // The mesh's.
        row("POST /api/v1/plan", 403, "pat", 200).sends(files.clone()),
        row("POST /api/v1/apply", 403, "pat", 200).sends(files),
        row("POST /api/v1/tokens", 403, "pat", 201).sends(json!({"principal": "ana"})),
        row("DELETE /api/v1/tokens/{id}", 404, "ana", 200).of(&of.token),
        row("GET /api/v1/people", 403, "aud", 200),
        row("GET /api/v1/groups", 403, "aud", 200),
        row("GET /api/v1/journal", 403, "aud", 200),
        row("GET /api/v1/journal/verify", 403, "aud", 200),
    ]
}

/// What an answer is documented to be, as a JSON schema with everything it refers to.
struct Documented(Value);

impl Documented {
    /// The schema of a JSON answer; `None` where the document has none for this operation and status.
    fn validator(&self, operation: &str, status: u16) -> Option<jsonschema::Validator> {
        let (method, path) = operation.split_once(' ').unwrap();
        let answer = &self.0["paths"][path][method.to_lowercase()]["responses"][status.to_string()];
        let schema = answer["content"]["application/json"]["schema"].as_object()?;
        let mut whole = schema.clone();
        whole.insert("components".into(), self.0["components"].clone());
        Some(jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&whole.into()).unwrap())
    }

    /// What of an answer is not as documented.
    fn deviations(&self, operation: &str, status: u16, answer: &Value) -> Vec<String> {
        let Some(validator) = self.validator(operation, status) else { return Vec::new() };
        let errors = validator.iter_errors(answer);
        errors.map(|error| format!("{operation} {status}: {}: {error}", error.instance_path())).collect()
    }
}

#[test]
fn every_operation_is_for_those_it_is_for() {
    run(async {
        let world = World::with_data().await;
        let prepared = prepare(&world).await;
        let rows = rows(&prepared);
        let known: Vec<String> = operations(&world)
            .await
            .into_iter()
            .filter(|(_, path, _)| !FOR_ANYBODY.contains(&path.as_str()))
            .map(|(method, path, _)| format!("{method} {path}"))
            .collect();
        for operation in &known {
            assert!(rows.iter().any(|row| row.operation == operation), "{operation} has no row");
        }
        assert_eq!(known.len(), rows.len(), "a row names an operation that is gone");
        let eve = world.token("eve", json!({})).await;
        let mut tokens: BTreeMap<&str, String> = BTreeMap::new();
        for row in &rows {
            if !tokens.contains_key(row.who) {
                tokens.insert(row.who, world.token(row.who, json!({})).await);
            }
        }
        let (mut wrong, mut checked) = (vec![], 0);
        let documented = Documented(world.get("", "/openapi.json").await.ok());
        // Strangers first: what they do changes nothing for those who follow.
        for (who, of) in [("eve", None), ("rightful", Some(()))] {
            for row in &rows {
                let method: Method = row.operation.split_once(' ').unwrap().0.parse().unwrap();
                let (token, expected) = match of {
                    None => (&eve, row.stranger),
                    Some(()) => (&tokens[row.who], row.rightful),
                };
                let purpose = [("x-tessera-purpose", "fraud-detection")];
                let reply = world.call(Some(token), method, &row.path, row.body.clone(), &purpose).await;
                if reply.status != expected {
                    wrong.push(format!("{who}: {}: {} {}", row.operation, reply.status, reply.text()));
                }
                // What it answers is what the document says: types are made from it elsewhere.
                let status = reply.status.as_u16();
                if reply.headers.get("content-type").is_some_and(|kind| kind == "application/json") {
                    wrong.extend(documented.deviations(row.operation, status, &reply.json()));
                    checked += usize::from(documented.validator(row.operation, status).is_some());
                }
                if who == "eve" && reply.status.is_success() {
                    assert!(!reply.text().contains("user:una"), "{}: {}", row.operation, reply.text());
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(checked > 60, "{checked} answers were compared with their schema");
    });
}
