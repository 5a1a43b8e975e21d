//! The Postgres door as `psql` uses it: one connection for one person, text rows, refusals with SQLSTATE and hint.

use model::{Code, Problem};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, error::DbError};

/// An open connection.
pub struct Door {
    client: Client,
}

/// The rows of a statement, as text.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Column names.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Option<String>>>,
}

/// A refusal as a client sees it.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// SQLSTATE.
    pub sqlstate: String,
    /// What was refused.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Door {
    /// Connects as a person under a purpose.
    pub async fn open(address: &str, person: &str, token: &str, purpose: &str) -> Result<Self, Problem> {
        let unreachable = |why: String| Problem::new(Code::ServerUnreachable, format!("the Postgres door: {why}"));
        let (host, port) = address.rsplit_once(':').ok_or_else(|| unreachable(format!("`{address}` is no address")))?;
        let port = port.parse().map_err(|_| unreachable(format!("`{address}` has no port")))?;
        let mut config = Config::new();
        config.host(host.trim_matches(['[', ']'])).port(port).user(person).password(token).dbname("mesh");
        config.options(format!("-c purpose={purpose}")).connect_timeout(std::time::Duration::from_secs(5));
        let (client, connection) = config.connect(NoTls).await.map_err(|error| unreachable(error.to_string()))?;
        tokio::spawn(connection);
        Ok(Self { client })
    }

    /// Runs a statement.
    pub async fn query(&self, sql: &str) -> Result<Rows, Refusal> {
        let messages = self.client.simple_query(sql).await.map_err(|error| refusal(&error))?;
        let mut rows = Rows::default();
        for message in messages {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    rows.columns = columns.iter().map(|column| column.name().to_owned()).collect();
                }
                SimpleQueryMessage::Row(row) => {
                    rows.rows.push((0..row.len()).map(|index| row.get(index).map(str::to_owned)).collect());
                }
                _ => {}
            }
        }
        Ok(rows)
    }
}

impl Rows {
    /// The values of a column.
    pub fn column(&self, name: &str) -> Vec<Option<&str>> {
        let Some(index) = self.columns.iter().position(|column| column == name) else { return Vec::new() };
        self.rows.iter().map(|row| row.get(index).and_then(Option::as_deref)).collect()
    }

    /// The single value of a statement that counts.
    pub fn number(&self) -> Option<u64> {
        self.rows.first()?.first()?.as_deref()?.parse().ok()
    }
}

fn refusal(error: &tokio_postgres::Error) -> Refusal {
    match error.as_db_error() {
        Some(told) => Refusal {
            sqlstate: told.code().code().to_owned(),
            message: told.message().to_owned(),
            hint: DbError::hint(told).map(str::to_owned),
        },
        None => Refusal { sqlstate: String::new(), message: error.to_string(), hint: None },
    }
}
