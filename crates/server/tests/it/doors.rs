//! The doors of a server as the runner of `.slt` files asks through them: the simple and the extended Postgres protocol,
//! and REST.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use model::error::Code;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio_postgres::{SimpleQueryMessage, types::Type};

use crate::{
    f1_house::F1House,
    raw::{Raw, Refused},
    slt::{Door, Login, Refusal, Table},
};

/// The simple protocol through a real client.
pub struct Simple<'a>(pub &'a F1House);

/// The extended protocol: parse, bind, execute in parts, results as text; one connection for each login.
pub struct Extended<'a> {
    house: &'a F1House,
    open: Mutex<HashMap<Login, Raw>>,
}

impl<'a> Extended<'a> {
    pub fn new(house: &'a F1House) -> Self {
        Self { house, open: Mutex::default() }
    }

    async fn connect(&self, login: &Login) -> Result<Raw, Refusal> {
        let token = self.house.token(&login.user).await;
        let options = login.purpose.as_ref().map(|purpose| format!("-c purpose={purpose}"));
        let mut parameters = vec![("user", login.user.as_str())];
        parameters.extend(options.as_deref().map(|options| ("options", options)));
        parameters.extend(login.database.as_deref().map(|database| ("database", database)));
        let raw = Raw::connect(&self.house.running.ready.postgres, &parameters, &token).await;
        raw.map_err(|refused| told(&refused))
    }
}

/// `POST /api/v1/query`, answered in JSON.
pub struct Rest<'a>(pub &'a F1House);

/// An answer over HTTP that ended before its end: a client sees a broken transfer, never a shorter answer.
const BROKEN_OFF: &str = "08006";

impl Door for Simple<'_> {
    const NAME: &'static str = "simple";

    async fn ask(&self, login: &Login, sql: &str) -> Result<Table, Refusal> {
        let address: SocketAddr = self.0.running.ready.postgres.parse().unwrap();
        let mut config = tokio_postgres::Config::new();
        config.host(address.ip().to_string()).port(address.port()).user(&login.user);
        config.password(self.0.token(&login.user).await).dbname(login.database.as_deref().unwrap_or("mesh"));
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
            Ok(statement) => statement.columns().iter().map(|column| column.type_().clone()).collect(),
            Err(_) => Vec::new(),
        };
        drop(client);
        pump.await.unwrap();
        let notices = notices.lock().unwrap().clone();
        Ok(table(&messages, &types, notices))
    }
}

impl Door for Extended<'_> {
    const NAME: &'static str = "extended";

    async fn ask(&self, login: &Login, sql: &str) -> Result<Table, Refusal> {
        // What a statement sets stays with its connection.
        let is_shared = !sql.starts_with("SET") && !sql.starts_with("RESET");
        let kept = if is_shared { self.open.lock().await.remove(login) } else { None };
        let mut raw = match kept {
            Some(raw) => raw,
            None => self.connect(login).await?,
        };
        // A message holds one statement; several of them are several messages on one connection.
        let texts: Vec<String> = match gateway::Statement::parse_all(sql, &gateway::Limits::default()) {
            Ok(statements) => statements.iter().map(|statement| statement.text().to_owned()).collect(),
            Err(_) => vec![sql.to_owned()],
        };
        let mut table = Table::default();
        let mut failed = None;
        for text in texts {
            let rows = match raw.extended(&text, 16).await {
                Ok(rows) => rows,
                Err(refused) => {
                    failed = Some(told(&refused));
                    break;
                }
            };
            let kinds: Vec<Type> = rows.kinds.iter().map(|kind| Type::from_oid(*kind).unwrap()).collect();
            let worded = |row: Vec<Option<String>>| {
                let cells = row.into_iter().zip(&kinds).map(|(cell, kind)| cell.map(|cell| worded(&cell, Some(kind))));
                cells.collect()
            };
            table.columns = rows.names;
            table.rows = rows.rows.into_iter().map(worded).collect();
            table.notices.extend(rows.notices);
        }
        if is_shared {
            self.open.lock().await.insert(login.clone(), raw);
        }
        failed.map_or(Ok(table), Err)
    }
}

impl Door for Rest<'_> {
    const NAME: &'static str = "rest";

    /// What fails after the first rows left breaks the answer off: it has no words any more.
    fn is_state(&self, refusal: &Refusal, sqlstate: &str) -> bool {
        refusal.sqlstate == sqlstate || (refusal.sqlstate == BROKEN_OFF && sqlstate.starts_with("22"))
    }

    async fn ask(&self, login: &Login, sql: &str) -> Result<Table, Refusal> {
        assert!(login.database.is_none(), "a request has no database");
        // A purpose that is set is the header of the request.
        let set = sql.strip_prefix("SET purpose = ").and_then(|rest| rest.split_once("; "));
        let (login, sql) = match set {
            Some((purpose, sql)) => {
                (Login { purpose: Some(purpose.trim_matches('\'').to_owned()), ..login.clone() }, sql)
            }
            None => (login.clone(), sql),
        };
        let reply = self.0.query(&login, sql).await;
        if reply.is_broken_off() {
            return Err(Refusal { sqlstate: BROKEN_OFF.to_owned(), text: String::new() });
        }
        let body = reply.json();
        if !reply.status.is_success() {
            let text = |name: &str| body[name].as_str().unwrap_or_default();
            let row = Code::ALL.iter().find(|row| row.text == text("code")).unwrap();
            assert_eq!(reply.status, row.http, "{body}");
            assert_eq!(text("request_id"), reply.headers["x-request-id"].to_str().unwrap());
            let text = format!("{}\n{}\n{body}", text("detail"), text("hint"));
            let sqlstate = body["sqlstate"].as_str().unwrap_or(row.sqlstate).to_owned();
            return Err(Refusal { sqlstate, text });
        }
        let columns = body["columns"].as_array().unwrap();
        let rows = body["rows"].as_array().unwrap();
        let cell = |value: &Value| (!value.is_null()).then(|| plain(value));
        Ok(Table {
            columns: columns.iter().map(|column| column["name"].as_str().unwrap().to_owned()).collect(),
            rows: rows.iter().map(|row| row.as_array().unwrap().iter().map(cell).collect()).collect(),
            notices: reply.headers.values().map(|value| value.to_str().unwrap().to_owned()).collect(),
        })
    }
}

/// A JSON value in the words of the files.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// The last result, its values in the words of the files.
fn table(messages: &[SimpleQueryMessage], types: &[Type], notices: Vec<String>) -> Table {
    let mut table = Table { notices, ..Table::default() };
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                table.columns = columns.iter().map(|column| column.name().to_owned()).collect();
                table.rows.clear();
            }
            SimpleQueryMessage::Row(row) => {
                let value = |index: usize| row.get(index).map(|text| worded(text, types.get(index)));
                table.rows.push((0..row.len()).map(value).collect());
            }
            _ => {}
        }
    }
    table
}

fn worded(text: &str, kind: Option<&Type>) -> String {
    match kind.map(Type::name) {
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

fn told(refused: &Refused) -> Refusal {
    Refusal { sqlstate: refused.field('C').to_owned(), text: refused.text() }
}
