//! Records of decisions and completions (M19): the decision is durable before the first byte leaves.

use std::collections::BTreeMap;

use model::{Code, Problem};
use registry::{
    Activity,
    activity::{AuditDecision, AuditedObject, Lane as AuditedLane, StatementRecord},
};
use uuid::Uuid;

use crate::{
    leaf::Lane,
    planner::Touched,
    session::Session,
    statement::{Statement, fingerprint},
};

/// The record of one statement, before it is known how it is decided.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    record: StatementRecord,
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
                fingerprint: fingerprint::of(statement.text()),
                text: session.store_text.then(|| statement.text().to_owned()),
                decision: AuditDecision::Refused(Code::Internal),
            },
        }
    }

    /// Writes that the statement is let through; returns when that is durable.
    ///
    /// # Errors
    /// `audit-unavailable`: nothing may be served.
    pub(crate) async fn allowed(
        mut self,
        activity: Activity,
        epoch: u64,
        purpose: Option<model::name::PurposeName>,
        touched: Vec<Touched>,
    ) -> Result<(), Problem> {
        self.record.decision = AuditDecision::Allowed;
        self.record.epoch = epoch;
        self.record.purpose = purpose;
        self.record.objects = touched.iter().map(object).collect();
        activity.statement(self.record).await
    }

    /// Writes that the statement is refused.
    ///
    /// # Errors
    /// `audit-unavailable` instead of the refusal.
    pub(crate) async fn refused(mut self, activity: &Activity, problem: &Problem) -> Result<(), Problem> {
        self.record.decision = AuditDecision::Refused(problem.code());
        activity.statement(self.record).await
    }
}

fn object(touched: &Touched) -> AuditedObject {
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
        scopes: scopes.filter(|name| !name.is_empty()).collect(),
    }
}
