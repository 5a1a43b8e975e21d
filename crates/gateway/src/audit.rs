//! Records of decisions and completions (M19): the decision is durable before the first byte leaves.
//!
//! INVARIANT: an attempt has one decision, whoever ends it and when (test `an_attempt_is_one_decision`): what fails after
//! the statement was let through is how it ended, not another decision.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use model::{Code, Problem};
use registry::{
    Activity,
    activity::{AuditDecision, AuditedObject, CompletionRecord, Lane as AuditedLane, StatementRecord},
};
use uuid::Uuid;

use crate::{leaf::Lane, planner::Touched, session::Session, statement::Statement};

/// The record of one statement, before it is known how it is decided.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    record: StatementRecord,
    started: Instant,
    /// Whether the decision was taken; shared by everybody who may take it.
    decided: Arc<AtomicBool>,
}

impl Draft {
    /// Who asks what.
    pub(crate) fn new(id: Uuid, session: &Session, statement: &Statement, epoch: u64) -> Self {
        Self {
            record: StatementRecord {
                id,
                principal: session.principal.clone(),
                purpose: session.purpose.clone(),
                epoch,
                objects: vec![],
                fingerprint: statement.fingerprint(),
                text: session.store_text.then(|| statement.text().to_owned()),
                decision: AuditDecision::Refused(Code::Internal),
            },
            started: Instant::now(),
            decided: Arc::default(),
        }
    }

    /// Takes the decision; `false` if somebody else has.
    fn decide(&self) -> bool {
        !self.decided.swap(true, Ordering::SeqCst)
    }

    /// Writes that the statement is let through; the future ends when that is durable.
    ///
    /// # Errors
    /// `audit-unavailable`: nothing may be served. `cancelled` if the statement was ended before.
    pub(crate) fn allowed(
        mut self,
        activity: Activity,
        epoch: u64,
        purpose: Option<model::name::PurposeName>,
        touched: &[Touched],
        read: &[BTreeSet<String>],
    ) -> impl Future<Output = Result<(), Problem>> + Send + 'static {
        let is_first = self.decide();
        self.record.decision = AuditDecision::Allowed;
        self.record.epoch = epoch;
        self.record.purpose = purpose;
        self.record.objects = touched.iter().zip(read).map(|(touched, read)| object(touched, read)).collect();
        async move {
            if !is_first {
                return Err(Problem::new(Code::Cancelled, "the statement was ended before it began"));
            }
            activity.statement(self.record).await
        }
    }

    /// Writes that the statement is refused, or, if it was let through before, how it ended.
    ///
    /// # Errors
    /// `audit-unavailable` instead of the refusal.
    pub(crate) async fn refused(mut self, activity: &Activity, problem: &Problem) -> Result<(), Problem> {
        if self.decide() {
            self.record.decision = AuditDecision::Refused(problem.code());
            return activity.statement(self.record).await;
        }
        let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let end = CompletionRecord { id: self.record.id, rows: 0, bytes: 0, error: Some(problem.code()), millis };
        activity.finished(end).await
    }
}

fn object(touched: &Touched, read: &BTreeSet<String>) -> AuditedObject {
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for column in &touched.treatment.columns {
        columns.entry(column.outcome.word().to_owned()).or_default().push(column.column.clone());
    }
    let rows = &touched.treatment.rows;
    let scopes = rows.any_of.iter().flatten().chain(&rows.all_of).map(|scope| scope.name.clone());
    AuditedObject {
        product: touched.target.reference.product.clone(),
        port: touched.target.reference.port.clone(),
        publication: touched.target.publication.id,
        lane: match touched.table.lane() {
            Lane::Fast => AuditedLane::Fast,
            Lane::Treated => AuditedLane::Treated,
        },
        columns,
        read: Some(read.iter().cloned().collect()),
        scopes: scopes.filter(|name| !name.is_empty()).collect(),
    }
}
