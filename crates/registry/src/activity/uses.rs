//! Who read which columns of a product, how often and when last: the audit folded as far as somebody asked.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt;
use model::{Digest, Problem, Timestamp, name::PortName, principal::Principal, reference::ProductRef};

use super::{Activity, AuditDecision, StatementRecord, read::unreadable};

/// Statements of one reader that are told apart; further ones are counted.
const APART: usize = 100;

/// How somebody read a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The port.
    pub port: PortName,
    /// Who.
    pub principal: Principal,
    /// How many statements.
    pub statements: u64,
    /// The last of them.
    pub last: Timestamp,
    /// When each column was read last; one that is absent was not.
    pub columns: BTreeMap<String, Timestamp>,
    /// Fingerprints of the statements, the first hundred.
    pub fingerprints: BTreeSet<Digest>,
}

/// The audit, folded up to a record.
#[derive(Debug, Default)]
pub(super) struct Uses {
    seq: i64,
    products: BTreeMap<ProductRef, BTreeMap<(PortName, Principal), Use>>,
}

impl Uses {
    fn note(&mut self, at: Timestamp, statement: &StatementRecord) {
        if statement.decision != AuditDecision::Allowed {
            return;
        }
        for object in &statement.objects {
            let ports = self.products.entry(object.product.clone()).or_default();
            let key = (object.port.clone(), statement.principal.clone());
            let found = ports.entry(key).or_insert_with(|| Use {
                port: object.port.clone(),
                principal: statement.principal.clone(),
                statements: 0,
                last: at,
                columns: BTreeMap::new(),
                fingerprints: BTreeSet::new(),
            });
            found.statements += 1;
            found.last = found.last.max(at);
            if found.fingerprints.len() < APART {
                found.fingerprints.insert(statement.fingerprint);
            }
            // A record that does not say what was read may mean every column that was not denied.
            let all = || object.columns.iter().filter(|(outcome, _)| *outcome != "denied").flat_map(|(_, names)| names);
            let read: Vec<&String> = object.read.as_ref().map_or_else(|| all().collect(), |read| read.iter().collect());
            for column in read {
                found.columns.insert(column.clone(), at);
            }
        }
    }
}

impl Activity {
    /// How a product has been read, by port and reader. Reads what was recorded since somebody asked last.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn uses(&self, product: &ProductRef) -> Result<Vec<Use>, Problem> {
        let mut uses = self.uses.lock().await;
        let mut connection = self.pool.acquire().await.map_err(unreadable)?;
        let sql = "SELECT seq, at, body FROM records WHERE seq > ? AND kind = 'statement' ORDER BY seq";
        let mut rows = sqlx::query_as::<_, (i64, i64, Vec<u8>)>(sql).bind(uses.seq).fetch(&mut *connection);
        while let Some((seq, at, body)) = rows.try_next().await.map_err(unreadable)? {
            let statement: StatementRecord = serde_json::from_slice(&body).map_err(unreadable)?;
            uses.note(Timestamp::from_micros(at), &statement);
            uses.seq = seq;
        }
        Ok(uses.products.get(product).into_iter().flat_map(|ports| ports.values()).cloned().collect())
    }
}
