//! The in-process door, and one world that all read-only tests share.

use std::sync::OnceLock;

use arrow::{
    array::Array,
    util::display::{ArrayFormatter, FormatOptions},
};
use futures::StreamExt as _;
use gateway::{Answer, Session};
use model::{Problem, principal::Principal};
use tokio::{runtime::Runtime, sync::OnceCell};

use crate::{
    f1::{F1, World},
    slt::{Door, Login, Refusal, Table},
};

/// The runtime that all tests share, so that the fixture's tasks outlive each.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

/// World one, built once.
pub async fn shared() -> &'static F1 {
    static SHARED: OnceCell<F1> = OnceCell::const_new();
    SHARED.get_or_init(|| F1::build(World::ONE)).await
}

/// The world in which hidden rows lie beside visible ones, built once.
pub async fn mixed() -> &'static F1 {
    static MIXED: OnceCell<F1> = OnceCell::const_new();
    MIXED.get_or_init(|| F1::build(World::MIXED)).await
}

/// The restricted world, built once.
pub async fn restricted() -> &'static F1 {
    static RESTRICTED: OnceCell<F1> = OnceCell::const_new();
    RESTRICTED.get_or_init(|| F1::build(World::RESTRICTED)).await
}

/// Runs a test on the shared runtime.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    runtime().block_on(test)
}

impl F1 {
    /// A session of somebody.
    pub fn session(&self, login: &Login) -> Result<Session, Problem> {
        let principal = self.registry.mesh().principal_named(&login.user).unwrap_or_else(|| panic!("{login:?}"));
        let catalog = self.gateway.catalog(&principal, login.database.as_deref())?;
        let mut session = Session::new(principal, catalog);
        session.set("purpose", login.purpose.as_deref())?;
        Ok(session)
    }

    pub async fn try_ask(&self, login: &Login, sql: &str) -> Result<Table, Problem> {
        let mut session = self.session(login)?;
        let mut last = Table::default();
        for statement in self.gateway.parse(&session.principal, sql).await? {
            if statement.kind().returns_rows() || statement.kind().tag().is_empty() {
                last = table(self.gateway.run(&session, &statement, &[]).await?).await?;
            } else {
                session.apply(&statement)?;
            }
        }
        Ok(last)
    }

    pub fn principal(&self, name: &str) -> Principal {
        self.registry.mesh().principal_named(name).unwrap()
    }
}

impl Door for F1 {
    const NAME: &'static str = "process";

    async fn ask(&self, login: &Login, sql: &str) -> Result<Table, Refusal> {
        self.try_ask(login, sql).await.map_err(|problem| refusal(&problem))
    }
}

pub fn refusal(problem: &Problem) -> Refusal {
    let hint = problem.hint().unwrap_or_default();
    Refusal { sqlstate: problem.sqlstate().to_owned(), text: format!("{}\n{hint}", problem.message()) }
}

pub fn ana() -> Login {
    Login { user: "ana".to_owned(), purpose: Some("fraud-detection".to_owned()), database: None }
}

pub fn una() -> Login {
    Login { user: "una".to_owned(), ..ana() }
}

pub fn eve() -> Login {
    Login { user: "eve".to_owned(), ..Login::default() }
}

/// Everything an answer holds, as texts.
pub async fn table(mut answer: Answer) -> Result<Table, Problem> {
    let columns =
        answer.schema.fields().iter().map(|field| format!("{}:{}", field.name(), field.data_type())).collect();
    let mut rows = vec![];
    while let Some(batch) = answer.batches.next().await {
        let batch = batch?;
        let options = FormatOptions::default();
        let cells: Vec<_> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            let cell = |(index, formatter): (usize, &ArrayFormatter<'_>)| {
                batch.column(index).is_valid(row).then(|| formatter.value(row).to_string())
            };
            rows.push(cells.iter().enumerate().map(cell).collect());
        }
    }
    Ok(Table { columns, rows, notices: answer.policies })
}
