//! Who read which columns of a product, how often and when last: the audit folded as far as somebody asked.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use futures::TryStreamExt;
use model::{Digest, Problem, Timestamp, name::PortName, principal::Principal, reference::ProductRef};

use super::{Activity, AuditDecision, StatementRecord, read::unreadable};

/// Statements of one reader that are told apart; further ones are counted.
const APART: usize = 100;

/// A day in microseconds: as finely as it matters since when somebody is a reader.
const DAY: i64 = 86_400_000_000;

/// Days for which statements are counted one by one.
pub const DAYS: u32 = 90;

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
    /// How statements of each day are counted, for the last [`DAYS`] days on which there were any: by the day's first moment.
    pub days: BTreeMap<Timestamp, u64>,
    /// How each column was read; one that is absent was not.
    pub columns: BTreeMap<String, ColumnUse>,
    /// Fingerprints of the statements, the first hundred.
    pub fingerprints: BTreeSet<Digest>,
}

/// How somebody read a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnUse {
    /// When last.
    pub last: Timestamp,
    /// How many statements.
    pub statements: u64,
}

/// The audit, folded up to a record.
#[derive(Debug, Default)]
pub(super) struct Uses {
    seq: i64,
    /// The day since which readers were counted last, and up to which record.
    counted: Option<(Timestamp, i64)>,
    products: BTreeMap<ProductRef, BTreeMap<(PortName, Principal), Use>>,
}

/// How many people read each product of late, as it was when somebody counted.
pub(super) type Readers = RwLock<Arc<HashMap<ProductRef, usize>>>;

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
                days: BTreeMap::new(),
                columns: BTreeMap::new(),
                fingerprints: BTreeSet::new(),
            });
            found.statements += 1;
            found.last = found.last.max(at);
            *found.days.entry(day_of(at)).or_default() += 1;
            while found.days.len() > DAYS as usize {
                found.days.pop_first();
            }
            if found.fingerprints.len() < APART {
                found.fingerprints.insert(statement.fingerprint);
            }
            // A record that does not say what was read may mean every column that was not denied.
            let all = || object.columns.iter().filter(|(outcome, _)| *outcome != "denied").flat_map(|(_, names)| names);
            let read: Vec<&String> = object.read.as_ref().map_or_else(|| all().collect(), |read| read.iter().collect());
            for column in read {
                let used = found.columns.entry(column.clone()).or_insert(ColumnUse { last: at, statements: 0 });
                used.last = used.last.max(at);
                used.statements += 1;
            }
        }
    }
}

/// The first moment of an instant's day, UTC.
pub fn day_of(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros().div_euclid(DAY) * DAY)
}

impl Activity {
    /// How products have been read: each of them with its uses, by port and reader. Reads what was recorded since somebody
    /// asked last.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn uses<'a>(
        &self,
        products: impl IntoIterator<Item = &'a ProductRef> + Send,
    ) -> Result<Vec<(&'a ProductRef, Vec<Use>)>, Problem> {
        let mut uses = self.uses.lock().await;
        self.follow(&mut uses).await?;
        let of = |product: &ProductRef| uses.products.get(product).into_iter().flat_map(BTreeMap::values).cloned();
        Ok(products.into_iter().map(|product| (product, of(product).collect())).collect())
    }

    /// Counts how many people and services read each product since an instant, for [`Activity::readers`] to tell.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn count_readers(&self, since: Timestamp) -> Result<(), Problem> {
        let mut uses = self.uses.lock().await;
        self.follow(&mut uses).await?;
        // Whoever asked who reads what may have followed the audit meanwhile.
        let counted = Some((day_of(since), uses.seq));
        if uses.counted == counted {
            return Ok(());
        }
        let count = |ports: &BTreeMap<(PortName, Principal), Use>| {
            let late = ports.values().filter(|used| used.last >= since).map(|used| &used.principal);
            late.collect::<BTreeSet<_>>().len()
        };
        let readers = uses.products.iter().map(|(product, ports)| (product.clone(), count(ports))).collect();
        uses.counted = counted;
        *self.readers.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(readers);
        Ok(())
    }

    /// How many people and services read each product, as it was counted last; a product that nobody reads is absent.
    pub fn readers(&self) -> Arc<HashMap<ProductRef, usize>> {
        Arc::clone(&self.readers.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn follow(&self, uses: &mut Uses) -> Result<(), Problem> {
        let mut connection = self.pool.acquire().await.map_err(unreadable)?;
        let sql = "SELECT seq, at, body FROM records WHERE seq > ? AND kind = 'statement' ORDER BY seq";
        let mut rows = sqlx::query_as::<_, (i64, i64, Vec<u8>)>(sql).bind(uses.seq).fetch(&mut *connection);
        while let Some((seq, at, body)) = rows.try_next().await.map_err(unreadable)? {
            let statement: StatementRecord = serde_json::from_slice(&body).map_err(unreadable)?;
            uses.note(Timestamp::from_micros(at), &statement);
            uses.seq = seq;
        }
        Ok(())
    }
}
