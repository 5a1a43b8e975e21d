//! A signed-in connection: one message after another until the client leaves, its token ends or the server stops.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use gateway::Session;
use model::{Problem, error::Code};
use pgwire::messages::{PgWireBackendMessage as Answer, response::EmptyQueryResponse};

use super::{
    Door,
    cancel::CancelKey,
    extended::{Portal, Statement},
    respond::{self, Transaction},
    seats::Seat,
    startup::Begun,
    wire::{Bounds, Message, Text, Wire},
};
use crate::{
    auth::SignedIn,
    problem::{self, Severity},
};

/// How often an idle connection looks whether its token has expired; revocations are seen at once.
const LOOK: Duration = Duration::from_secs(20);

/// A connection's state.
pub struct Connection {
    pub(super) door: Arc<Door>,
    pub(super) wire: Wire,
    pub(super) signed: SignedIn,
    pub(super) session: Session,
    pub(super) key: CancelKey,
    pub(super) transaction: Transaction,
    pub(super) statements: BTreeMap<String, Statement>,
    pub(super) portals: BTreeMap<String, Portal>,
    /// After an error in the extended protocol: everything up to the next sync is skipped.
    skipping: bool,
    _seat: Seat,
}

/// Why a connection cannot go on.
pub(super) enum Trouble {
    /// The statement failed, the connection goes on.
    Statement(Problem),
    /// The connection ends with a word to the client.
    Fatal(Problem),
    /// The client is gone.
    Gone,
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        // SECURITY: a token that ended takes the connection with it (test `a_revoked_token_ends_open_sessions`).
        match problem.code() {
            Code::CredentialExpired => Self::Fatal(problem),
            _ if problem.sqlstate() == "08006" => Self::Gone,
            _ => Self::Statement(problem),
        }
    }
}

impl Connection {
    pub(super) fn new(door: Arc<Door>, wire: Wire, begun: Begun) -> Self {
        let Begun { signed, session, key, seat } = begun;
        Self {
            door,
            wire,
            signed,
            session,
            key,
            transaction: Transaction::Idle,
            statements: BTreeMap::new(),
            portals: BTreeMap::new(),
            skipping: false,
            _seat: seat,
        }
    }

    /// Serves until the end.
    pub(super) async fn run(mut self) {
        if let Some(last_word) = self.converse().await {
            self.tell(&last_word, Severity::Fatal, "").await;
            self.wire.close().await;
        }
    }

    /// Converses; the problem that ended it, if the client is there to hear it.
    async fn converse(&mut self) -> Option<Problem> {
        let mut changes = self.door.house.registry.changes();
        let stop = self.door.stop.clone();
        let bounds = Bounds { message: self.door.house.limits.body, text: self.door.house.gateway.limits().text };
        loop {
            let message = tokio::select! {
                biased;
                () = stop.cancelled() => return Some(Problem::new(Code::Draining, "the server is stopping")),
                message = self.wire.next(bounds) => message,
                changed = changes.changed() => {
                    match self.door.house.authenticator.actor(&self.signed) {
                        Ok(_) if changed.is_ok() => continue,
                        Ok(_) => return Some(Problem::new(Code::Draining, "the server is stopping")),
                        Err(ended) => return Some(ended),
                    }
                }
                () = tokio::time::sleep(LOOK) => match self.door.house.authenticator.actor(&self.signed) {
                    Ok(_) => continue,
                    Err(ended) => return Some(ended),
                },
            };
            let message = match message {
                Ok(Some(Message::Terminate) | None) => return None,
                Ok(Some(message)) => message,
                Err(problem) if problem.sqlstate() == "08006" => return None,
                // Where the next message begins is not known any more.
                Err(problem) => return Some(problem),
            };
            match self.take(message).await {
                Ok(()) => {}
                Err(Trouble::Gone) => return None,
                Err(Trouble::Fatal(problem) | Trouble::Statement(problem)) => return Some(problem),
            }
        }
    }

    async fn take(&mut self, message: Message) -> Result<(), Trouble> {
        let is_sync = matches!(message, Message::Sync);
        if self.skipping && !is_sync && !matches!(message, Message::Query(_)) {
            return Ok(());
        }
        let extended = !matches!(message, Message::Query(_) | Message::FunctionCall);
        let text = self.text_of(&message);
        let done = match message {
            Message::Query(sql) => return self.simple(&sql).await,
            Message::Parse { name, sql, types } => self.parse(name, &sql, &types).await,
            Message::Bind(bind) => self.bind(bind),
            Message::Describe(target) => self.describe(&target),
            Message::Execute { portal, rows } => self.execute(&portal, rows).await,
            Message::Close(target) => self.close(&target),
            Message::Flush => self.wire.flush().await.map_err(Trouble::from),
            Message::Sync => return self.sync().await,
            Message::FunctionCall => Err(unsupported("the function call message").into()),
            // Late answers to a copy that never was: read over, as Postgres does.
            Message::Copy => Ok(()),
            Message::Password(_) | Message::Terminate => Err(Trouble::Fatal(out_of_place())),
        };
        match done {
            Err(Trouble::Statement(problem)) => {
                self.fail(&problem, &text).await?;
                self.skipping = extended;
                if extended {
                    // A client may wait for it before it sends its sync.
                    return self.wire.flush().await.map_err(Trouble::from);
                }
                self.prompt().await
            }
            other => other,
        }
    }

    /// The text that a position in a problem refers to.
    fn text_of(&self, message: &Message) -> String {
        match message {
            Message::Parse { sql, .. } => sql.kept.clone(),
            Message::Execute { portal, .. } => {
                self.portals.get(portal).map(|portal| portal.text().to_owned()).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    /// The simple protocol: each statement is answered before the next is looked at; the first failure ends the series.
    async fn simple(&mut self, sql: &Text) -> Result<(), Trouble> {
        self.skipping = false;
        self.statements.remove("");
        self.portals.remove("");
        match self.series(sql).await {
            Err(Trouble::Statement(problem)) => self.fail(&problem, &sql.kept).await?,
            other => other?,
        }
        if self.transaction == Transaction::Idle {
            self.portals.clear();
        }
        self.prompt().await
    }

    async fn series(&mut self, sql: &Text) -> Result<(), Trouble> {
        let statements = self.read(sql).await?;
        if statements.is_empty() {
            self.wire.put(&Answer::EmptyQueryResponse(EmptyQueryResponse::new()))?;
        }
        for statement in &statements {
            self.run_simple(statement).await?;
        }
        Ok(())
    }

    /// The statements of a text. One that cannot be read is refused through the gateway, which keeps the audit.
    pub(super) async fn read(&mut self, sql: &Text) -> Result<Vec<gateway::Statement>, Trouble> {
        let gateway = self.door.house.gateway.clone();
        let read = match sql.past {
            None => gateway.parse(&self.session.principal, &sql.kept).await,
            Some(bytes) => Err(gateway.limits().too_long(bytes)),
        };
        match read {
            Ok(statements) => Ok(statements),
            Err(problem) => {
                self.session.request_id = crate::new_request_id();
                self.authorise()?;
                Err(gateway.refuse(&self.session, &sql.kept, problem).await.into())
            }
        }
    }

    async fn sync(&mut self) -> Result<(), Trouble> {
        self.skipping = false;
        if self.transaction == Transaction::Idle {
            self.portals.clear();
        }
        self.prompt().await
    }

    async fn prompt(&mut self) -> Result<(), Trouble> {
        self.wire.put(&respond::ready(self.transaction))?;
        self.wire.flush().await.map_err(Trouble::from)
    }

    async fn fail(&mut self, problem: &Problem, text: &str) -> Result<(), Trouble> {
        if self.transaction == Transaction::Open {
            self.transaction = Transaction::Failed;
        }
        self.tell(problem, Severity::Error, text).await;
        Ok(())
    }

    async fn tell(&mut self, problem: &Problem, severity: Severity, text: &str) {
        problem::log(problem, &self.session.request_id, "postgres");
        self.door.house.metrics.failed("postgres");
        let response = problem::error_response(problem, severity, text, &self.session.request_id);
        if self.wire.put(&Answer::ErrorResponse(response)).is_ok() {
            let _ = self.wire.relieve().await;
        }
    }
}

/// The refusal of something the protocol has and we do not offer.
pub(super) fn unsupported(what: &str) -> Problem {
    Problem::new(Code::StatementUnsupported, format!("{what} is not offered"))
}

fn out_of_place() -> Problem {
    Problem::new(Code::InvalidValue, "a message came out of place").with_sqlstate("08P01")
}
