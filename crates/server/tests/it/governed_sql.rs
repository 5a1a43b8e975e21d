//! Governed SQL through the Postgres wire: every file of `tests/slt` on fixture F1, as the gateway runs it in process.
//! Enforcement must not depend on the door.

use std::{collections::HashMap, net::SocketAddr, path::Path, sync::Arc};

use model::time::Clock;
use server::{Config, Running};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio_postgres::SimpleQueryMessage;

use crate::{
    f1::{F1, World},
    slt::{self, Door, Login, Refusal, Table},
    support::run,
};

struct Postgres {
    running: Running,
    tokens: Mutex<HashMap<String, String>>,
    _folder: TempDir,
}

impl Postgres {
    async fn start() -> Self {
        let f1 = F1::build(World::ONE).await;
        let mut config = Config::local(f1.data());
        config.clock = f1.clock.clone() as Arc<dyn Clock>;
        // One owner of the journal at a time: the fixture's own handles go before the server's come.
        let F1 { folder, gateway, registry, activity, .. } = f1;
        drop((gateway, registry, activity));
        let running = server::start(config).await.unwrap_or_else(|problem| panic!("{problem} {problem:?}"));
        Self { running, tokens: Mutex::default(), _folder: folder }
    }

    async fn token(&self, user: &str) -> String {
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.get(user) {
            return token.clone();
        }
        let registry = &self.running.house().registry;
        let (text, hash) = {
            let text = registry::secret::token_text(&registry::secret::random());
            let hash = registry::secret::token_hash(&text).unwrap();
            (text, hash)
        };
        let mesh = registry.mesh();
        let admin = mesh.principal_named("admin").unwrap();
        let actor = governance::authorise::Actor {
            groups: mesh.groups_of(&admin),
            principal: admin,
            scopes: None,
            genesis: false,
        };
        let command = registry::Command::CreateToken {
            principal: mesh.principal_named(user).unwrap_or_else(|| panic!("nobody is called {user}")),
            label: None,
            scopes: Vec::new(),
            purpose: None,
            until: None,
            hash,
        };
        let context = registry::Context { actor, command_id: format!("token-{user}"), via: "test" };
        registry.execute(command, context).await.unwrap();
        tokens.insert(user.to_owned(), text.clone());
        text
    }
}

impl Door for Postgres {
    async fn ask(&self, login: &Login, sql: &str) -> Result<Table, Refusal> {
        let address: SocketAddr = self.running.ready.postgres.parse().unwrap();
        let mut config = tokio_postgres::Config::new();
        config.host(address.ip().to_string()).port(address.port()).user(&login.user);
        config.password(self.token(&login.user).await).dbname(login.database.as_deref().unwrap_or("mesh"));
        if let Some(purpose) = &login.purpose {
            config.options(format!("-c purpose={purpose}"));
        }
        let (client, mut connection) = config.connect(tokio_postgres::NoTls).await.map_err(refusal)?;
        let notices = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = notices.clone();
        let pump = tokio::spawn(async move {
            while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await {
                if let tokio_postgres::AsyncMessage::Notice(notice) = message {
                    heard.lock().unwrap().push(notice.message().to_owned());
                }
            }
        });
        let messages = client.simple_query(sql).await.map_err(refusal)?;
        let types = match client.prepare(sql).await {
            Ok(statement) => statement.columns().iter().map(|column| column.type_().name().to_owned()).collect(),
            Err(_) => Vec::new(),
        };
        drop(client);
        pump.await.unwrap();
        let notices = notices.lock().unwrap().clone();
        Ok(table(&messages, &types, notices))
    }
}

/// The last result, its values in the words of the files.
fn table(messages: &[SimpleQueryMessage], types: &[String], notices: Vec<String>) -> Table {
    let mut table = Table { notices, ..Table::default() };
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                table.columns = columns.iter().map(|column| column.name().to_owned()).collect();
                table.rows.clear();
            }
            SimpleQueryMessage::Row(row) => {
                let value =
                    |index: usize| row.get(index).map(|text| worded(text, types.get(index).map(String::as_str)));
                table.rows.push((0..row.len()).map(value).collect());
            }
            _ => {}
        }
    }
    table
}

fn worded(text: &str, kind: Option<&str>) -> String {
    match kind {
        Some("bool") => if text == "t" { "true" } else { "false" }.to_owned(),
        Some("timestamptz") => text.replacen(' ', "T", 1).replace("+00", "Z"),
        Some("timestamp") => text.replacen(' ', "T", 1),
        Some("float8") if text.parse::<f64>().is_ok_and(|value| value.fract() == 0.0 && !text.contains('e')) => {
            format!("{text}.0")
        }
        Some(array) if array.starts_with('_') => {
            format!("[{}]", text.trim_matches(['{', '}']).replace(',', ", "))
        }
        _ => text.to_owned(),
    }
}

fn refusal(error: tokio_postgres::Error) -> Refusal {
    let error = error.as_db_error().unwrap_or_else(|| panic!("{error:?}"));
    let hint = error.hint().unwrap_or_default();
    Refusal { sqlstate: error.code().code().to_owned(), text: format!("{}\n{hint}", error.message()) }
}

#[test]
fn every_file_holds_on_the_postgres_door() {
    run(async {
        let door = Postgres::start().await;
        let files = slt::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/slt"));
        assert!(!files.is_empty());
        let mut failures = Vec::new();
        for file in files {
            failures.extend(slt::run(&door, &file).await);
        }
        assert!(failures.is_empty(), "{}", failures.join("\n\n"));
        door.running.stop().await;
    });
}
