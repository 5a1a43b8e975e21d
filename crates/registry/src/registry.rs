//! The registry: the journal's one writer in this process, the current mesh, and whoever waits for changes.
//!
//! INVARIANT: a command is acknowledged only after its records, the head and the mesh in memory agree; a command whose
//! caller went away is finished all the same.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use governance::authorise::{self, Action, Actor, Allowed};
use model::{
    Code, Digest, Problem, Timestamp, id::PublicationId, publication::Publication, reference::ProductRef, time::Clock,
};
use tokio::sync::{Mutex, watch};

use crate::{
    command::{self, Command, Context, Decision, Done, Outcome},
    crash,
    event::Event,
    history::Happened,
    inherit::Inheritance,
    journal::{self, Appended, CommandStamp, Journal, RecordView, StoredRecord, Verified, Writer},
    mesh::Mesh,
};

/// How often a command is decided again when somebody else appends first.
const MOST_RACES: usize = 32;

/// How long the mesh of a past moment stays at hand: questions about one come several at a time.
const PAST: Duration = Duration::from_secs(60);

/// The longest command id.
const LONGEST_ID: usize = 200;

/// The registry of one data directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    data_dir: PathBuf,
    clock: Arc<dyn Clock>,
    journal: Journal,
    writer: Mutex<Writer>,
    mesh: RwLock<Arc<Mesh>>,
    /// The latest instant anybody was told, in microseconds: time never goes back while the process lives.
    latest: AtomicI64,
    /// The record of the newest snapshot, or of the one that is being made.
    snapshot: AtomicU64,
    changes: watch::Sender<u64>,
    /// The past that was asked about last.
    past: std::sync::Mutex<Option<Arc<Mesh>>>,
}

impl Registry {
    /// Opens the registry of a data directory, creating an empty one.
    ///
    /// # Errors
    /// `journal-broken` naming the first record that is missing or does not match; `data-unavailable`.
    pub async fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let dir = data_dir.to_owned();
        let made =
            tokio::task::spawn_blocking(move || std::fs::create_dir_all(dir)).await.map_err(Problem::internal)?;
        made.map_err(|error| {
            Problem::new(Code::DataUnavailable, "the data directory cannot be made").with_cause(error)
        })?;
        let (journal, writer, mesh) = journal::open(data_dir).await?;
        let snapshot = journal.last_snapshot().await?;
        let registry = Self(Arc::new(Inner {
            data_dir: data_dir.to_owned(),
            clock,
            journal,
            writer: Mutex::new(writer),
            latest: AtomicI64::new(mesh.at().micros()),
            snapshot: AtomicU64::new(snapshot),
            changes: watch::Sender::new(mesh.seq()),
            past: std::sync::Mutex::default(),
            mesh: RwLock::new(Arc::new(mesh)),
        }));
        Ok(registry)
    }

    /// The mesh as it is.
    pub fn mesh(&self) -> Arc<Mesh> {
        Arc::clone(&self.0.mesh.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether somebody may do something as the mesh is now; commands decide it again at their record.
    ///
    /// # Errors
    /// As [`authorise::may`].
    pub fn may(&self, actor: &Actor, action: &Action) -> Result<Allowed, Problem> {
        authorise::may(actor, action, &self.mesh().roles_for(action, &actor.groups))
    }

    /// The present: never before the last record, never before what anybody was told earlier.
    pub fn now(&self) -> Timestamp {
        let now = self.mesh().now(&*self.0.clock).micros();
        Timestamp::from_micros(self.0.latest.fetch_max(now, Ordering::SeqCst).max(now))
    }

    /// The present is no earlier than an instant that somebody was told before this process began.
    pub fn not_before(&self, at: Timestamp) {
        self.0.latest.fetch_max(at.micros(), Ordering::SeqCst);
    }

    /// The directory it lives in.
    pub fn data_dir(&self) -> &Path {
        &self.0.data_dir
    }

    /// The epoch, whenever it moves.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Does what is asked, once per command id, whether or not the caller waits for the answer.
    ///
    /// # Errors
    /// Why it was refused; `idempotency-mismatch` for a known id with another body; `storage-full` or
    /// `data-unavailable` when it is not known to have happened: the same id asks again.
    pub async fn execute(&self, command: Command, context: Context) -> Result<Outcome, Problem> {
        let registry = self.clone();
        let (name, via, actor) = (command.name(), context.via, context.actor.principal.to_string());
        let answer =
            tokio::spawn(async move { registry.run(command, context).await }).await.map_err(Problem::internal)?;
        match &answer {
            Ok(outcome) => {
                tracing::info!(command = name, via, actor, seq = outcome.seq, replayed = outcome.replayed, "done")
            }
            Err(problem) => tracing::info!(command = name, via, actor, code = %problem.code(), "refused"),
        }
        answer
    }

    /// What an earlier command of the same actor under the same id led to; for work that must not be repeated.
    pub async fn earlier(&self, context: &Context) -> Result<Option<Outcome>, Problem> {
        let actor = context.actor.principal.to_string();
        let mut writer = self.0.writer.lock().await;
        let records = writer.of_command(&actor, &context.command_id).await?;
        if records.is_empty() { Ok(None) } else { replayed(&records).map(Some) }
    }

    async fn run(&self, command: Command, context: Context) -> Result<Outcome, Problem> {
        check_id(&context.command_id)?;
        let actor = context.actor.principal.to_string();
        let (command, context) = (Arc::new(command), Arc::new(context));
        let request = {
            let command = Arc::clone(&command);
            off_reactor(move || command.fingerprint()).await?
        };
        let mut writer = self.0.writer.lock().await;
        writer.say_head().await?;
        let known = writer.of_command(&actor, &context.command_id).await?;
        if let Some(first) = known.first() {
            self.catch_up(&mut writer).await?;
            if first.request != request {
                return Err(Problem::new(
                    Code::IdempotencyMismatch,
                    "this idempotency key was used for something else",
                )
                .with_hint("use a new key for a new command"));
            }
            return replayed(&known);
        }
        for _ in 0..MOST_RACES {
            let stamp = CommandStamp { at: self.now(), actor: actor.clone(), id: context.command_id.clone(), request };
            let mesh = self.mesh();
            let decision = {
                let (mesh, command, context, at) =
                    (Arc::clone(&mesh), Arc::clone(&command), Arc::clone(&context), stamp.at);
                off_reactor(move || command::decide(&mesh, &command, &context, at)).await?
            };
            if decision.events.is_empty() {
                let (seq, plan) = (mesh.seq(), decision.plan);
                return Ok(Outcome { seq, replayed: false, done: Done::Unchanged, plan });
            }
            let Prepared { records, blobs, next, outcome } = self.prepare(mesh, decision, stamp).await?;
            let expected = journal::position(&self.mesh());
            match writer.append(expected, &records, &blobs).await {
                Ok(Appended::Done) => {
                    let kind = records.first().map_or("", |record| &record.kind);
                    self.publish(next);
                    crash::point("known", kind);
                    // Until the head says so the command is done but not acknowledged.
                    writer.say_head().await?;
                    crash::point("said", kind);
                    return Ok(outcome);
                }
                Ok(Appended::LostRace) => self.catch_up(&mut writer).await?,
                Err(problem) => {
                    // It may have happened after all: follow the chain before anybody decides again.
                    if let Err(later) = self.catch_up(&mut writer).await {
                        tracing::error!(cause = later.cause(), "the journal cannot be followed");
                    }
                    return Err(problem);
                }
            }
        }
        Err(Problem::new(Code::Conflict, "others were faster too often").with_hint("try again"))
    }

    /// Makes the records of a decision, and of the classes that columns inherit because of it.
    async fn prepare(&self, mesh: Arc<Mesh>, decision: Decision, stamp: CommandStamp) -> Result<Prepared, Problem> {
        let Decision { mut events, blobs, plan } = decision;
        let (mut records, mut next, inheritance, kept) = {
            let (mesh, stamp) = (Arc::clone(&mesh), stamp.clone());
            off_reactor(move || {
                let (records, next) = follow(&mesh, &events, &stamp)?;
                let inheritance = Inheritance::of(&mesh, &next, &events);
                Ok((records, next, inheritance, events))
            })
            .await?
        };
        events = kept;
        if let Some(inheritance) = inheritance {
            let inherited = self.inherited(inheritance, &blobs).await?;
            if !inherited.is_empty() {
                events.extend(inherited);
                (records, next, events) = off_reactor(move || {
                    let (records, next) = follow(&mesh, &events, &stamp)?;
                    Ok((records, next, events))
                })
                .await?;
            }
        }
        let numbered: Vec<(u64, Event)> = records.iter().map(|record| record.seq).zip(events).collect();
        let outcome = Outcome { seq: next.seq(), replayed: false, done: command::outcome_of(&numbered), plan };
        let blobs = blobs.into_iter().map(|(digest, bytes)| (digest, bytes.to_vec())).collect();
        Ok(Prepared { records, blobs, next, outcome })
    }

    /// Follows the lineage of what is served down to where no column gains a class any more.
    async fn inherited(
        &self,
        mut inheritance: Inheritance,
        blobs: &BTreeMap<Digest, Arc<[u8]>>,
    ) -> Result<Vec<Event>, Problem> {
        loop {
            let wanted = inheritance.next();
            if wanted.is_empty() {
                return Ok(inheritance.events());
            }
            let (mut documents, mut stored) = (HashMap::new(), Vec::new());
            for (_, lineage) in &wanted {
                match blobs.get(lineage) {
                    Some(bytes) => _ = documents.insert(*lineage, bytes.to_vec()),
                    None => stored.push(*lineage),
                }
            }
            documents.extend(self.0.journal.blobs(&stored).await?);
            inheritance = off_reactor(move || {
                inheritance.look(&wanted, &documents)?;
                Ok(inheritance)
            })
            .await?;
        }
    }

    async fn catch_up(&self, writer: &mut Writer) -> Result<(), Problem> {
        let before = self.mesh();
        let mut mesh = (*before).clone();
        writer.catch_up(&mut mesh).await?;
        if mesh.seq() > before.seq() {
            self.publish(mesh);
        }
        Ok(())
    }

    fn publish(&self, mesh: Mesh) {
        let seq = mesh.seq();
        let mesh = Arc::new(mesh);
        *self.0.mesh.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&mesh);
        self.0.changes.send_replace(seq);
        // The writer's lock is held: nobody else looks.
        if journal::snapshot_is_due(&mesh, self.0.snapshot.load(Ordering::SeqCst)) {
            self.0.snapshot.store(seq, Ordering::SeqCst);
            let journal = self.0.journal.clone();
            tokio::spawn(async move {
                if let Err(problem) = journal.keep_snapshot(&mesh).await {
                    tracing::warn!(
                        seq,
                        cause = problem.cause(),
                        "a snapshot could not be kept; start-up will be slower"
                    );
                }
            });
        }
    }

    /// Lets go of the journal, last thing before the process ends: its one file then holds all of it. Nothing is asked of it
    /// afterwards.
    pub async fn close(&self) {
        self.0.journal.close().await;
        self.0.writer.lock().await.close().await;
    }

    /// A document or text by its digest.
    ///
    /// # Errors
    /// `not-found` if it was never stored or was erased; `data-unavailable` if it cannot be read or does not match.
    pub async fn blob(&self, digest: &Digest) -> Result<Vec<u8>, Problem> {
        self.0.journal.blob(digest).await?.ok_or_else(|| absent(digest))
    }

    /// Several documents or texts by their digests, in their order.
    ///
    /// # Errors
    /// As [`Registry::blob`].
    pub async fn blobs(&self, digests: &[Digest]) -> Result<Vec<Vec<u8>>, Problem> {
        let mut found = self.0.journal.blobs(digests).await?;
        // The same document may be asked for twice.
        let take = |(index, digest): (usize, &Digest)| {
            let again = digests.get(index + 1..).is_some_and(|rest| rest.contains(digest));
            if again { found.get(digest).cloned() } else { found.remove(digest) }.ok_or_else(|| absent(digest))
        };
        digests.iter().enumerate().map(take).collect()
    }

    /// Several documents by their digests, in their order, as far as they can be read; and why not, for one that cannot be.
    pub async fn readable(&self, digests: &[Digest]) -> (Vec<Option<Vec<u8>>>, Option<Problem>) {
        if let Ok(documents) = self.blobs(digests).await {
            return (documents.into_iter().map(Some).collect(), None);
        }
        // One that cannot be read does not keep the others from being found.
        let (mut documents, mut failed) = (Vec::with_capacity(digests.len()), None);
        for digest in digests {
            match self.blob(digest).await {
                Ok(document) => documents.push(Some(document)),
                Err(problem) => {
                    documents.push(None);
                    failed = Some(problem);
                }
            }
        }
        (documents, failed)
    }

    /// A publication of a product, however long ago.
    ///
    /// # Errors
    /// `data-unavailable` if the journal cannot be read.
    pub async fn publication(
        &self,
        product: &ProductRef,
        id: PublicationId,
    ) -> Result<Option<Arc<Publication>>, Problem> {
        let mesh = self.mesh();
        let at_hand = mesh.product(product).and_then(|state| state.recent.iter().find(|known| known.id == id));
        if let Some(publication) = at_hand {
            return Ok(Some(Arc::clone(publication)));
        }
        let records = self.0.journal.records(id.seq(), 1).await?;
        let Some(record) = records.first().filter(|record| record.seq == id.seq()) else { return Ok(None) };
        Ok(match record.event()? {
            Event::ProductPublished(facts) if facts.product == *product => {
                Some(Arc::new(facts.publication(record.seq, record.at)))
            }
            _ => None,
        })
    }

    /// At most `limit` records from a number on, as auditors see them.
    pub async fn records(&self, from: u64, limit: u32) -> Result<Vec<RecordView>, Problem> {
        let records = self.0.journal.records(from.max(1), limit.min(1_000)).await?;
        Ok(records.iter().map(StoredRecord::view).collect())
    }

    /// At most `limit` events from a number on, with their numbers and times. Whom each may be told is the caller's to decide.
    ///
    /// # Errors
    /// `data-unavailable` if the journal cannot be read.
    pub async fn events(&self, from: u64, limit: u32) -> Result<Vec<(u64, Timestamp, Event)>, Problem> {
        let records = self.0.journal.records(from.max(1), limit.min(1_000)).await?;
        records.iter().map(|record| Ok((record.seq, record.at, record.event()?))).collect()
    }

    /// Some records by their numbers, oldest first; one that is not there is left out. Whom each may be told is the
    /// caller's to decide.
    ///
    /// # Errors
    /// `data-unavailable` if the journal cannot be read.
    pub async fn happened(&self, seqs: &[u64]) -> Result<Vec<Happened>, Problem> {
        let happened = |record: StoredRecord| {
            let event = record.event()?;
            Ok(Happened { seq: record.seq, at: record.at, actor: record.actor, event })
        };
        self.0.journal.some(seqs).await?.into_iter().map(happened).collect()
    }

    /// Checks every record, the head, every document and every snapshot.
    ///
    /// # Errors
    /// `journal-broken` naming the first bad record.
    pub async fn verify(&self) -> Result<Verified, Problem> {
        // The writer waits, so that the head and the chain are those of one moment.
        let _still = self.0.writer.lock().await;
        self.0.journal.verify(&self.0.data_dir).await
    }

    /// The mesh as it was at an instant.
    pub async fn as_of(&self, at: Timestamp) -> Result<Arc<Mesh>, Problem> {
        let mesh = self.mesh();
        if mesh.at() <= at {
            return Ok(mesh);
        }
        let seq = self.0.journal.last_at(at, mesh.seq()).await?;
        let held = self.0.past.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(past) = held.filter(|past| past.seq() == seq) {
            return Ok(past);
        }
        let past = Arc::new(self.0.journal.past(seq).await?);
        let before = self.0.past.lock().unwrap_or_else(PoisonError::into_inner).replace(Arc::clone(&past));
        // A whole mesh is let go of where nobody waits for it.
        tokio::task::spawn_blocking(move || drop(before));
        let (registry, mesh) = (Arc::downgrade(&self.0), Arc::downgrade(&past));
        tokio::spawn(async move {
            tokio::time::sleep(PAST).await;
            let (Some(registry), Some(mesh)) = (registry.upgrade(), mesh.upgrade()) else { return };
            registry.past.lock().unwrap_or_else(PoisonError::into_inner).take_if(|held| Arc::ptr_eq(held, &mesh));
        });
        Ok(past)
    }

    /// Where a subscriber stands, and where to continue.
    pub async fn cursor(&self, subscriber: &str) -> Result<u64, Problem> {
        self.0.journal.cursor(subscriber).await
    }

    /// Remembers that a subscriber's effect of a record is done.
    pub async fn advance(&self, subscriber: &str, seq: u64) -> Result<(), Problem> {
        self.0.journal.advance(subscriber, seq).await
    }
}

impl Clock for Registry {
    fn now(&self) -> Timestamp {
        self.now()
    }
}

/// What a decision comes to before it is appended.
struct Prepared {
    records: Vec<StoredRecord>,
    blobs: Vec<(Digest, Vec<u8>)>,
    next: Mesh,
    outcome: Outcome,
}

/// Makes the records and folds them as they will be read back: what cannot be folded is never appended.
fn follow(mesh: &Mesh, events: &[Event], stamp: &CommandStamp) -> Result<(Vec<StoredRecord>, Mesh), Problem> {
    let encoded = events.iter().map(Event::encode).collect::<Result<Vec<_>, _>>().map_err(Problem::internal)?;
    let records = StoredRecord::chain(journal::position(mesh), stamp, encoded);
    let mut next = mesh.clone();
    for record in &records {
        journal::follow_record(&mut next, record).map_err(|problem| Problem::internal(problem.message()))?;
    }
    Ok((records, next))
}

fn replayed(records: &[StoredRecord]) -> Result<Outcome, Problem> {
    let events = records.iter().map(|record| Ok((record.seq, record.event()?))).collect::<Result<Vec<_>, Problem>>()?;
    let seq = records.last().map_or(0, |record| record.seq);
    Ok(Outcome { seq, replayed: true, done: command::outcome_of(&events), plan: None })
}

fn absent(digest: &Digest) -> Problem {
    Problem::new(Code::NotFound, "the document is not stored here, or was erased").with_cause(digest)
}

fn check_id(id: &str) -> Result<(), Problem> {
    if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::new(Code::InvalidValue, "an idempotency key is 1 to 200 visible ASCII characters")
            .with_hint("use a UUID"));
    }
    Ok(())
}

/// Runs a computation where it holds up nobody.
async fn off_reactor<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}
