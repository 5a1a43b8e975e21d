//! What the chapters share: the doors, the people with their tokens, and the narrator.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use cli::{Failure, client::Client, json};
use model::{Code, Problem};
use serde_json::{Value, json as value};

use super::{door::Door, narrator::Narrator};

/// The purpose that ana reads for.
pub const PURPOSE: &str = "fraud-detection";

/// The product of the first domain.
pub const MASTER: &str = "customer.customer_master";

/// The product of the second.
pub const ENRICHED: &str = "claims.claims_enriched";

/// The people, and what they are here.
pub const PEOPLE: [(&str, &str); 6] = [
    ("cora", "owns the customer domain"),
    ("sven", "its steward: decides who reads"),
    ("carl", "owns the claims domain"),
    ("stella", "its steward"),
    ("ana", "fraud analyst, in the EU"),
    ("aud", "auditor"),
];

/// Everything a chapter works with.
pub struct Stage<'a> {
    /// Tells the story.
    pub narrator: Narrator<'a>,
    /// The data directory.
    pub data: PathBuf,
    http: String,
    postgres: String,
    admin: Client,
    people: BTreeMap<&'static str, (Client, String)>,
}

impl<'a> Stage<'a> {
    /// A stage before anybody has come.
    pub fn new(narrator: Narrator<'a>, http: &str, postgres: &str, data: PathBuf) -> Result<Self, Failure> {
        let path = data.join("admin-token");
        let token = std::fs::read_to_string(&path).map_err(|error| {
            Problem::new(Code::DataUnavailable, format!("`{}` cannot be read: {error}", path.display()))
        })?;
        let admin = Client::new(http, Some(token.trim().to_owned()))?;
        let (http, postgres) = (http.to_owned(), postgres.to_owned());
        Ok(Self { narrator, data, http, postgres, admin, people: BTreeMap::new() })
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

    /// A person's own connection to the HTTP door.
    pub fn as_person(&self, name: &str) -> Result<&Client, Failure> {
        self.people.get(name).map(|(client, _)| client).ok_or_else(|| not_held(&format!("{name} has no token")))
    }

    /// A person's own connection to the Postgres door.
    pub async fn connect(&self, name: &str) -> Result<Door, Failure> {
        let (_, token) = self.people.get(name).ok_or_else(|| not_held(&format!("{name} has no token")))?;
        Ok(Door::open(&self.postgres, name, token, PURPOSE).await?)
    }

    /// Sends long work and waits for its report.
    pub async fn work(&self, name: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        self.as_person(name)?.follow(path, body, &mut |_| {}).await
    }

    /// Asks for access as one person and grants it as another; gives the entitlement.
    pub async fn grant(&self, asker: &str, decider: &str, request: &Value) -> Result<(String, String), Failure> {
        let asked = self.as_person(asker)?.post("/requests", request).await?;
        let id = json::text(&asked, "id");
        let decision = value!({ "decision": "approve", "note": "as agreed" });
        let decided = self.as_person(decider)?.post(&format!("/requests/{id}/decision"), &decision).await?;
        Ok((id, json::text(&decided, "entitlement")))
    }

    /// The end: where to look on.
    pub fn finish(&mut self, serve: bool) {
        let style = self.narrator.style();
        let seconds = self.narrator.elapsed().as_secs_f64();
        self.narrator.line(&format!("\n{} in {seconds:.1} s.", style.bold("Every step held")));
        if !serve {
            self.narrator.line("Run `tessera demo --serve` to look around in this mesh.");
            return;
        }
        let (host, port) = self.postgres.rsplit_once(':').unwrap_or((self.postgres.as_str(), ""));
        let mut lines = vec![String::new(), style.bold("This mesh keeps serving")];
        lines.push(format!("  HTTP      {}", self.http));
        lines.push(format!("  Postgres  {}, database mesh", self.postgres));
        lines.push(format!("  files     {}", self.data.display()));
        lines.push(String::new());
        lines.push(style.bold("People and their tokens"));
        for (name, what) in PEOPLE {
            let token = self.people.get(name).map(|(_, token)| token.as_str()).unwrap_or_default();
            lines.push(format!("  {name:<7} {token}  {what}"));
        }
        let token = |name: &str| self.people.get(name).map(|(_, token)| token.clone()).unwrap_or_default();
        lines.push(String::new());
        lines.push(style.bold("Three things to try"));
        lines.push("  1. Read the claims as ana, with the birth dates coarsened and the numbers as tokens:".to_owned());
        lines.push(format!("     PGOPTIONS='-c purpose={PURPOSE}' PGPASSWORD={} \\", token("ana")));
        lines.push(format!("       psql -h {host} -p {port} -U ana mesh -c 'SELECT * FROM {ENRICHED}.claims LIMIT 5'"));
        lines.push("  2. Ask for the customers again, in your words, and grant it as sven:".to_owned());
        lines.push(format!("     export TESSERA_URL={}", self.http));
        lines.push(format!("     export ANA={} SVEN={}", token("ana"), token("sven")));
        lines
            .push(format!("     TESSERA_TOKEN=$ANA tessera request {MASTER} --purpose {PURPOSE} --reason 'once more'"));
        lines.push("     TESSERA_TOKEN=$SVEN tessera requests --pending".to_owned());
        lines.push(
            "  3. See who decided what, as the auditor, and prove that nothing was changed afterwards:".to_owned(),
        );
        lines.push(format!("     export TESSERA_TOKEN={}", token("aud")));
        lines.push("     tessera journal show && tessera journal verify".to_owned());
        lines.push(String::new());
        lines.push(style.dim("Ctrl-C stops the mesh and removes its files."));
        for line in lines {
            self.narrator.line(&line);
        }
    }

    /// Tells what held.
    pub fn held(&mut self, what: &str, took: Duration) {
        self.narrator.held(what, took);
    }
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
