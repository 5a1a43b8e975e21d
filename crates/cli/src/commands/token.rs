//! `tessera token`: creates and revokes tokens. A token is printed once, alone on stdout, so that a script can keep it.

use clap::{Args, Subcommand};
use model::{Problem, id::TokenId, name::PurposeName, principal::Principal};
use serde_json::{Value, json};

use crate::{
    Exit, Failure, Session,
    arguments::{Output, Until, parsed},
    json as read,
};

/// Create and revoke tokens.
#[derive(Debug, Args)]
pub struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a token for a person or a service
    Create(Create),
    /// End a token: connections that use it are refused from the next statement on
    Revoke(End),
}

#[derive(Debug, Args)]
struct Create {
    /// For whom: a person's name, user:NAME or service:NAME
    #[arg(value_name = "PRINCIPAL", value_parser = parsed::<Holder>)]
    principal: Holder,
    /// What it is used in, to tell tokens apart
    #[arg(long)]
    label: Option<String>,
    /// What it may do: query, run:DOMAIN, publish:DOMAIN, apply:DOMAIN, decide:DOMAIN; all the principal may if absent
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// The purpose its statements are under unless they say otherwise
    #[arg(long, value_parser = parsed::<PurposeName>)]
    purpose: Option<PurposeName>,
    /// Until when; 90 days if absent
    #[arg(long, value_name = "DATE", value_parser = parsed::<Until>)]
    until: Option<Until>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
struct End {
    /// The token's id: tok-N
    #[arg(value_name = "ID", value_parser = parsed::<TokenId>)]
    id: TokenId,
    #[command(flatten)]
    output: Output,
}

/// A principal as typed; a bare name is a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holder(Principal);

impl std::str::FromStr for Holder {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let full = if text.contains(':') { text.to_owned() } else { format!("user:{text}") };
        full.parse().map(Self)
    }
}

impl Token {
    /// Creates or revokes.
    ///
    /// # Errors
    /// The principal is unknown, or its tokens are not the caller's to make.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        match self.action {
            Action::Create(create) => create.run(session).await,
            Action::Revoke(end) => {
                let answer = session.client()?.delete(&format!("/tokens/{}", end.id)).await?;
                if end.output.is_json() {
                    session.console.json(&answer);
                } else {
                    session.console.data(&format!("{} revoked", end.id));
                }
                Ok(Exit::Done)
            }
        }
    }
}

impl Create {
    async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let mut body = json!({ "principal": self.principal.0 });
        if let Some(fields) = body.as_object_mut() {
            let optional = [
                ("label", self.label.clone().map(Value::from)),
                ("scopes", Some(json!(self.scope)).filter(|_| !self.scope.is_empty())),
                ("purpose", self.purpose.as_ref().map(|purpose| json!(purpose))),
                ("until", self.until.as_ref().map(|until| Value::from(until.0.clone()))),
            ];
            fields.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
        }
        let answer = client.post("/tokens", &body).await?;
        if self.output.is_json() {
            session.console.json(&answer);
            return Ok(Exit::Done);
        }
        session.console.data(&read::text(&answer, "token"));
        self.explain(session, &answer);
        Ok(Exit::Done)
    }

    fn explain(&self, session: &mut Session, answer: &Value) {
        let name = self.principal.0.name();
        let mut lines = vec![format!(
            "token {} of {}; it is shown this once. Connect with:",
            read::text(answer, "id"),
            self.principal.0
        )];
        let door = read::text(answer, "postgres");
        let database = Some(read::text(answer, "database")).filter(|text| !text.is_empty());
        let database = database.as_deref().unwrap_or("mesh");
        if let Some((host, port)) = door.rsplit_once(':') {
            let host = host.trim_matches(['[', ']']);
            lines.push(format!("  psql     PGPASSWORD=TOKEN psql -h {host} -p {port} -U {name} {database}"));
            lines.push(format!("  .pgpass  {host}:{port}:{database}:{name}:TOKEN"));
            lines.push(format!("  JDBC     jdbc:postgresql://{host}:{port}/{database}?user={name}&password=TOKEN"));
        }
        lines.push("  here     TESSERA_TOKEN=TOKEN tessera whoami".to_owned());
        for line in lines {
            session.console.talk(&line);
        }
    }
}
