//! What the chapters share: the doors, the people with their tokens, the company's systems, and the narrator.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use cli::{Failure, client::Client, json, progress::Watcher};
use model::{Code, Problem};
use serde_json::{Value, json as value};

use super::{company::Company, door::Door, narrator::Narrator, repository::Repository};

/// Who acts in the story, and what they are.
pub const PEOPLE: &[(&str, &str)] = &[
    ("carla", "answers for the customer domain"),
    ("erik", "its engineer"),
    ("sven", "its steward, and one of the guild"),
    ("paul", "answers for policy"),
    ("esther", "its engineer"),
    ("stella", "its steward"),
    ("clea", "answers for claims"),
    ("emre", "its engineer"),
    ("sam", "its steward"),
    ("piet", "answers for pricing"),
    ("edda", "its engineer"),
    ("moritz", "answers for marketing"),
    ("elsa", "its engineer"),
    ("sina", "its steward"),
    ("amal", "its analyst"),
    ("fiona", "answers for finance"),
    ("emil", "its engineer"),
    ("selma", "its steward"),
    ("ana", "fraud analyst in the EU"),
    ("rajan", "fraud analyst who may be shown documents"),
    ("petra", "platform team"),
    ("iris", "auditor"),
];

/// Everything a chapter works with.
pub struct Stage<'a> {
    /// Tells the story.
    pub narrator: Narrator<'a>,
    /// The data directory.
    pub data: PathBuf,
    /// The operational systems, and the truth about what they export.
    pub company: Company,
    /// The mesh repository as its people have it.
    pub repository: Repository,
    /// The HTTP door.
    pub http: String,
    /// The Postgres door.
    pub postgres: String,
    admin: Client,
    people: BTreeMap<&'static str, (Client, String)>,
}

impl<'a> Stage<'a> {
    /// A stage before anybody has come.
    pub fn new(
        narrator: Narrator<'a>,
        ready: &server::Ready,
        data: PathBuf,
        company: Company,
    ) -> Result<Self, Failure> {
        let path = data.join("admin-token");
        let token = std::fs::read_to_string(&path).map_err(|error| {
            Problem::new(Code::DataUnavailable, format!("`{}` cannot be read: {error}", path.display()))
        })?;
        let admin = Client::new(&ready.http, Some(token.trim().to_owned()))?;
        let (http, postgres) = (ready.http.clone(), ready.postgres.clone());
        let repository = Repository::shared();
        Ok(Self { narrator, data, company, repository, http, postgres, admin, people: BTreeMap::new() })
    }

    /// The administrator, who may set up and may not read.
    pub fn admin(&self) -> &Client {
        &self.admin
    }

    /// Gives everybody a token.
    pub async fn invite(&mut self) -> Result<(), Failure> {
        for (name, _) in PEOPLE {
            let body = value!({ "principal": format!("user:{name}"), "label": "demo" });
            let token = json::text(&self.admin.post("/tokens", &body).await?, "token");
            self.people.insert(name, (Client::new(&self.http, Some(token.clone()))?, token));
        }
        Ok(())
    }

    /// A person's token.
    pub fn token(&self, name: &str) -> &str {
        self.people.get(name).map(|(_, token)| token.as_str()).unwrap_or_default()
    }

    /// A person's own connection to the HTTP door.
    pub fn as_person(&self, name: &str) -> Result<&Client, Failure> {
        self.people.get(name).map(|(client, _)| client).ok_or_else(|| not_held(&format!("{name} has a token")))
    }

    /// A person's own connection to the Postgres door.
    pub async fn connect(&self, name: &str, purpose: &str) -> Result<Door, Failure> {
        Ok(Door::open(&self.postgres, name, self.token(name), purpose).await?)
    }

    /// Applies the repository as it stands.
    pub async fn apply(&self, name: &str) -> Result<(), Failure> {
        self.as_person(name)?.post("/apply", &self.repository.apply_request()).await.map(drop)
    }

    /// Sends long work and waits for its report; whoever watches sees it move.
    pub async fn work(&mut self, name: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        let client = self.people.get(name).map(|(client, _)| client);
        let client = client.ok_or_else(|| not_held(&format!("{name} has a token")))?;
        if !self.narrator.is_watched() {
            return client.follow(path, body, &mut |_| {}).await;
        }
        let mut watcher = Watcher::moving(self.narrator.style());
        let report = client.follow(path, body, &mut |event| watcher.event(event)).await;
        self.narrator.close(&mut watcher);
        report
    }

    /// Publishes a product; gives the report.
    pub async fn publish(&mut self, name: &str, product: &str) -> Result<Value, Failure> {
        self.work(name, "/publications", &value!({ "product": product })).await
    }

    /// Ingests and builds a domain; no step may fail.
    pub async fn run(&mut self, name: &str, domain: &str) -> Result<Value, Failure> {
        let report = self.work(name, "/runs", &value!({ "domain": domain })).await?;
        let failed = json::list(&report, "steps").iter().find(|step| json::text(step, "state") == "failed");
        match failed {
            None => Ok(report),
            Some(step) => Err(match step.get("problem") {
                Some(problem) => cli::failure::of_document(problem).into(),
                None => not_held(&format!("`{}` is built", json::text(step, "name"))),
            }),
        }
    }

    /// Asks for access as one person and decides it as another.
    pub async fn grant(&self, asker: &str, decider: &str, request: &Value) -> Result<Granted, Failure> {
        let asked = self.as_person(asker)?.post("/requests", request).await?;
        let id = json::text(&asked, "id");
        if json::text(&asked, "state") == "approved" {
            return Ok(Granted { request: id, entitlement: json::text(&asked, "entitlement"), at_once: true });
        }
        let decision = value!({ "decision": "approve", "note": "as agreed" });
        let decided = self.as_person(decider)?.post(&format!("/requests/{id}/decision"), &decision).await?;
        let entitlement = json::text(&decided, "entitlement");
        hold(!entitlement.is_empty(), "an approval is an entitlement")?;
        Ok(Granted { request: id, entitlement, at_once: false })
    }

    /// Tells what held.
    pub fn held(&mut self, what: &str, took: Duration) {
        self.narrator.held(what, took);
    }

    /// Tells what held since a moment.
    pub fn held_since(&mut self, what: &str, began: Instant) {
        self.narrator.held(what, began.elapsed());
    }
}

/// Access that was given.
pub struct Granted {
    /// `REQ-7`.
    pub request: String,
    /// `ENT-9`.
    pub entitlement: String,
    /// Whether a rule of the product decided, not a person.
    pub at_once: bool,
}

/// A step that did not hold.
pub fn not_held(what: &str) -> Failure {
    Problem::new(Code::Conflict, format!("expected that {what}"))
        .with_hint("please report it: the demo is a promise")
        .into()
}

/// Ends the story unless something is so.
pub fn hold(so: bool, what: &str) -> Result<(), Failure> {
    if so { Ok(()) } else { Err(not_held(what)) }
}
