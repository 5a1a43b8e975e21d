//! Running one statement: rights first, then the gateway, then rows until the end, a cancel or a client that left.

use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use futures::{FutureExt, StreamExt};
use gateway::{Answer as GatewayAnswer, Basis, Kind, Settings, Statement};
use model::{Problem, error::Code};
use pgwire::messages::{PgWireBackendMessage as Answer, response::EmptyQueryResponse};
use std::time::Duration;

use super::{
    connection::{Connection, Trouble},
    encode,
    respond::{self, Transaction},
    types::{self, WireColumn},
};
use crate::{auth::Batches, format::without_dictionaries, problem};

/// Longest time for what waits at once, however it is taken: a client that is slower holds its statement's resources.
const WRITE: Duration = Duration::from_secs(60);
/// Read ahead of a client while its statement runs, to notice that it left.
const AHEAD: usize = 1 << 20;

/// Rows under way: a stream, and the batch it stands in.
pub(super) struct Rows {
    batches: Batches,
    basis: Basis,
    columns: Vec<WireColumn>,
    batch: Option<RecordBatch>,
    next: usize,
    sent: u64,
    tag: String,
}

/// What a statement turned into.
pub(super) enum Started {
    /// Rows to send.
    Rows(Rows),
    /// Done; the command tag.
    Done(String),
    /// There was nothing to do.
    Empty,
}

impl Rows {
    pub(super) fn columns(&self) -> &[WireColumn] {
        &self.columns
    }

    /// Whether what they were made from still holds: rows that were kept back are asked about before they are given.
    pub(super) fn check(&self) -> Result<(), Problem> {
        self.basis.holds()
    }

    /// The command tag with the rows sent.
    fn tag(&self) -> String {
        if self.tag == "SELECT" { format!("SELECT {}", self.sent) } else { self.tag.clone() }
    }
}

impl Connection {
    /// Runs a statement of the simple protocol to its end.
    pub(super) async fn run_simple(&mut self, statement: &Statement) -> Result<(), Trouble> {
        match self.start(statement, &[], &[], &[]).await? {
            Started::Done(tag) => self.wire.put(&respond::complete(&tag))?,
            Started::Empty => self.wire.put(&Answer::EmptyQueryResponse(EmptyQueryResponse::new()))?,
            Started::Rows(mut rows) => {
                self.wire.put(&respond::description(rows.columns()))?;
                self.send_rows(&mut rows, 0).await?;
                self.wire.put(&respond::complete(&rows.tag()))?;
            }
        }
        Ok(())
    }

    /// Starts a statement with the rights of this moment.
    pub(super) async fn start(
        &mut self,
        statement: &Statement,
        parameters: &[Option<String>],
        hints: &[Option<DataType>],
        formats: &[i16],
    ) -> Result<Started, Trouble> {
        self.session.request_id = crate::new_request_id();
        self.authorise()?;
        self.check_transaction(statement)?;
        self.door.house.metrics.statement("postgres");
        let kind = statement.kind();
        let tag = kind.tag();
        match kind {
            Kind::Query | Kind::Explain | Kind::Show(_) => {}
            Kind::Set { .. } | Kind::ResetAll => self.set(statement).await?,
            Kind::Discard => {
                self.set(statement).await?;
                self.statements.clear();
                self.portals.clear();
            }
            Kind::Begin => self.transaction = Transaction::Open,
            Kind::Commit | Kind::Rollback => {
                let failed = self.transaction == Transaction::Failed;
                self.transaction = Transaction::Idle;
                return Ok(Started::Done(if failed { "ROLLBACK".to_owned() } else { tag.to_owned() }));
            }
            // Nothing is ever written, so going back to a savepoint only mends a failed transaction.
            Kind::Savepoint if self.transaction == Transaction::Failed => self.transaction = Transaction::Open,
            Kind::Savepoint => {}
            Kind::Deallocate(Some(name)) => _ = self.statements.remove(name),
            Kind::Deallocate(None) => self.statements.clear(),
            Kind::Close(Some(name)) => _ = self.portals.remove(name),
            Kind::Close(None) => self.portals.clear(),
            Kind::Empty => return Ok(Started::Empty),
            // The gateway gives the refusal and keeps the audit.
            Kind::Refused(_) => return Err(self.refused(statement).await),
        }
        if !kind.returns_rows() {
            return Ok(Started::Done(tag.to_owned()));
        }
        let answer = self.ask(statement, parameters, hints).await?;
        for policy in &answer.policies {
            self.wire.put(&Answer::NoticeResponse(problem::notice_response(policy)))?;
        }
        let columns = types::columns(&answer.schema, formats)?;
        let batches = self.door.house.authenticator.while_good(&self.signed, answer.batches);
        let (basis, tag) = (answer.basis, tag.to_owned());
        Ok(Started::Rows(Rows { batches, basis, columns, batch: None, next: 0, sent: 0, tag }))
    }

    /// Changes settings; a refusal is kept in the audit like that of any statement.
    async fn set(&mut self, statement: &Statement) -> Result<(), Problem> {
        let Err(problem) = self.change_settings(statement) else { return Ok(()) };
        let gateway = self.door.house.gateway.clone();
        Err(gateway.refuse(&self.session, statement.text(), problem).await)
    }

    /// Applies SET, RESET or DISCARD and tells the client's library what it follows.
    fn change_settings(&mut self, statement: &Statement) -> Result<(), Problem> {
        let followed = |session: &gateway::Session| -> Vec<Option<String>> {
            Settings::PARAMETER_STATUS.iter().map(|name| session.show(name)).collect()
        };
        let before = followed(&self.session);
        self.session.apply(statement)?;
        for ((name, old), new) in Settings::PARAMETER_STATUS.iter().zip(before).zip(followed(&self.session)) {
            if old != new {
                self.wire.put(&respond::status(super::startup::spelled(name), &new.unwrap_or_default()))?;
            }
        }
        Ok(())
    }

    async fn refused(&mut self, statement: &Statement) -> Trouble {
        let gateway = self.door.house.gateway.clone();
        match gateway.run(&self.session, statement, &[]).await {
            Err(problem) => problem.into(),
            Ok(_) => super::connection::unsupported("this statement").into(),
        }
    }

    /// Whether the token still runs SQL. Entitlements are the gateway's to check.
    pub(super) fn authorise(&self) -> Result<(), Problem> {
        self.door.house.may_query(&self.signed)
    }

    fn check_transaction(&self, statement: &Statement) -> Result<(), Problem> {
        let ends = matches!(statement.kind(), Kind::Commit | Kind::Rollback | Kind::Savepoint);
        if self.transaction == Transaction::Failed && !ends {
            return Err(Problem::new(
                Code::InvalidSql,
                "the transaction has failed; statements are ignored until it ends",
            )
            .with_hint("ROLLBACK")
            .with_sqlstate("25P02"));
        }
        Ok(())
    }

    /// Asks the gateway, ready to give up.
    async fn ask(
        &mut self,
        statement: &Statement,
        parameters: &[Option<String>],
        hints: &[Option<DataType>],
    ) -> Result<GatewayAnswer, Trouble> {
        // A cancel that came too late for the last statement must not end this one.
        let _ = self.key.wanted.notified().now_or_never();
        let gateway = self.door.house.gateway.clone();
        let running = gateway.run_with(&self.session, statement, parameters, hints);
        tokio::select! {
            biased;
            () = self.key.wanted.notified() => Err(cancelled().into()),
            () = self.wire.gone(AHEAD) => Err(Trouble::Gone),
            answer = running => answer.map_err(Trouble::from),
        }
    }

    /// Sends up to `limit` rows, all of them for 0. Whether any may be left.
    pub(super) async fn send_rows(&mut self, rows: &mut Rows, limit: usize) -> Result<bool, Trouble> {
        let mut left = limit;
        loop {
            if let Some(batch) = &rows.batch {
                while rows.next < batch.num_rows() {
                    if limit != 0 && left == 0 {
                        return Ok(true);
                    }
                    encode::write_row(batch, rows.next, &rows.columns, self.wire.buffer())?;
                    rows.next += 1;
                    rows.sent += 1;
                    left = left.saturating_sub(1);
                    if self.wire.buffer().len() >= 64 << 10 {
                        self.drain().await?;
                    }
                }
            }
            rows.batch = self.next_batch(rows).await?.map(without_dictionaries).transpose()?;
            rows.next = 0;
            if rows.batch.is_none() {
                return Ok(false);
            }
        }
    }

    async fn next_batch(&mut self, rows: &mut Rows) -> Result<Option<RecordBatch>, Trouble> {
        tokio::select! {
            biased;
            () = self.key.wanted.notified() => Err(cancelled().into()),
            batch = rows.batches.next() => Ok(batch.transpose()?),
            () = self.wire.gone(AHEAD) => Err(Trouble::Gone),
        }
    }

    /// Sends what waits; a client that takes it too slowly is given up.
    async fn drain(&mut self) -> Result<(), Trouble> {
        match tokio::time::timeout(WRITE, self.wire.flush()).await {
            Ok(sent) => sent.map_err(Trouble::from),
            Err(_) => Err(Trouble::Gone),
        }
    }

    /// The end of a portal's rows.
    pub(super) fn finish(&mut self, rows: &Rows) -> Result<(), Trouble> {
        self.wire.put(&respond::complete(&rows.tag())).map_err(Trouble::from)
    }
}

fn cancelled() -> Problem {
    Problem::new(Code::Cancelled, "the statement was cancelled by the caller")
}
