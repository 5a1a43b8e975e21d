//! Tables of a PostgreSQL database into batches of bronze, each row exactly once.
//!
//! A run asks in one read-only snapshot and streams the answer. With a cursor it asks for the rows from the last value on,
//! less the lookback, and leaves out those whose digests the last batch left; without one it takes the table whole, in
//! place of what was taken before, unless it is the same. Deleted rows are seen only without a cursor.
//!
//! INVARIANT: the batch record is the commit of rows and mark together (`lake::batches::Mark`): a run that is killed, or
//! a server that dies in the middle, takes nothing, and the next run takes all of it.

mod connect;
mod fault;
mod known;
mod question;
mod rows;
mod value;

use std::{pin::pin, time::Duration};

use futures::StreamExt as _;
use lake::{BatchLog, BatchRecord, BatchWriter, Ending, NewBatch, SourcePosition};
use model::{
    Code, Digest, Problem, Timestamp,
    files::{
        mesh::AllowedSources,
        source::postgres::{PostgresSource, PostgresTable},
    },
    name::TableName,
};
use registry::crash;
use tokio_postgres::binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream};

use self::{
    connect::Snapshot,
    fault::Place,
    known::Known,
    question::{Kind, Question},
    rows::Reader,
    value::Raw,
};
use super::{Took, rows::Piece, secrets::Secrets};
use crate::{pipeline::Limits, progress::Teller};

/// Rows that are read at once.
const CHUNK_ROWS: usize = 16_384;
/// Bytes of rows that are read at once.
const CHUNK_BYTES: usize = 8 << 20;

/// What one table's ingestion needs.
pub(crate) struct Asking<'a> {
    /// The source.
    pub(crate) source: &'a PostgresSource,
    /// The table.
    pub(crate) table: &'a TableName,
    /// Its declaration.
    pub(crate) spec: &'a PostgresTable,
    /// What the mesh allows.
    pub(crate) allowed: &'a AllowedSources,
    /// The domain's secrets.
    pub(crate) secrets: Secrets<'a>,
    /// Its bronze.
    pub(crate) log: BatchLog,
    /// Bounds.
    pub(crate) limits: Limits,
    /// The present.
    pub(crate) now: Timestamp,
}

/// What was taken before, as far as it concerns this run.
struct Before {
    /// Where the last batch ended; nothing if something else was asked then.
    mark: Option<(Option<String>, Digest)>,
    known: Known,
    /// Batches whose rows count now.
    live: Vec<u64>,
}

impl Asking<'_> {
    /// Takes what is new.
    ///
    /// # Errors
    /// `source-unavailable` when the host is not allowed or the table cannot be read, `deadline`, `storage-full`. Nothing is
    /// taken then.
    pub(crate) async fn take(&self, teller: &Teller<'_>) -> Result<Took, Problem> {
        // SECURITY: before a name is looked up or a secret is read (test `a_host_that_the_mesh_does_not_name_is_never_reached`).
        self.allowed.check_host(self.secrets.domain, &self.source.host)?;
        let seconds = self.limits.source_seconds;
        let taking = self.take_in_time(teller);
        tokio::time::timeout(Duration::from_secs(seconds), taking).await.unwrap_or_else(|_| {
            let why = format!("was not read within {seconds} s");
            Err(self.place().problem(
                Code::Deadline,
                &why,
                "nothing of it was taken; take less with a `cursor` or a `query`",
            ))
        })
    }

    fn place(&self) -> Place<'_> {
        Place { source: self.source, table: self.table }
    }

    async fn take_in_time(&self, teller: &Teller<'_>) -> Result<Took, Problem> {
        let place = self.place();
        let records = self.log.records().await?;
        let snapshot = Snapshot::open(self.source, &self.secrets, &self.limits, &place).await?;
        let question = Question::prepare(&snapshot, self.spec, &place).await?;
        let before = self.before(&records, &question).await?;
        let is_continued = before.mark.is_some();
        let since = before.mark.as_ref().and_then(|(since, _)| since.clone());
        let window = question.window(&snapshot, since, &place).await?;

        let replaces = if question.has_cursor() && is_continued { Vec::new() } else { before.live };
        let mut writer = self.log.begin(self.batch(&question, replaces)).await?;
        let mut reader = Reader::new(&question.columns, before.known, self.limits.source_row);
        let mut took = Took::default();
        let copied = snapshot.client.copy_out(&question.copy(&window)).await.map_err(|error| place.fault(&error))?;
        let mut stream = pin!(BinaryCopyOutStream::new(copied, &question.given()));
        let mut is_more = true;
        while is_more {
            let mut chunk = Vec::new();
            let mut bytes = 0;
            while is_more && chunk.len() < CHUNK_ROWS && bytes < CHUNK_BYTES {
                match stream.next().await.transpose().map_err(|error| place.fault(&error))? {
                    Some(row) => {
                        bytes += size(&row, question.columns.len());
                        chunk.push(row);
                    }
                    None => is_more = false,
                }
            }
            let (back, pieces) = tokio::task::spawn_blocking(move || {
                let pieces = reader.read(&chunk);
                (reader, pieces)
            })
            .await
            .map_err(Problem::internal)?;
            reader = back;
            self.write(pieces?, &mut writer, &mut took, teller).await?;
        }
        drop(snapshot);

        let digest = reader.whole.digest();
        let is_unchanged = match &before.mark {
            None => false,
            Some(_) if question.has_cursor() => reader.fresh == 0,
            Some((_, taken)) => *taken == digest,
        };
        if is_unchanged {
            return Ok(Took::default());
        }
        if reader.fresh == 0 {
            self.write(vec![reader.nothing()], &mut writer, &mut took, teller).await?;
        }
        took.notes = notes(&question, records.last(), is_continued);
        let ending = Ending {
            digest,
            size: reader.bytes,
            asked: question.digest(),
            since: window.next,
            known: reader.leaves.into_bytes(),
        };
        writer.end(ending).await?;
        crash::point("batch", "written");
        let record = writer.finish().await?;
        crash::point("batch", "recorded");
        took.rows = record.rows;
        took.rejected = record.rejected.map_or(0, |rejected| rejected.rows);
        took.files = 1;
        Ok(took)
    }

    async fn before(&self, records: &[BatchRecord], question: &Question) -> Result<Before, Problem> {
        let gone: Vec<u64> = records.iter().flat_map(|record| record.replaces.iter().copied()).collect();
        let live = records.iter().map(|record| record.batch).filter(|batch| !gone.contains(batch)).collect();
        let last =
            records.last().filter(|record| record.mark.as_ref().is_some_and(|mark| mark.asked == question.digest()));
        let Some(last) = last else { return Ok(Before { mark: None, known: Known::default(), live }) };
        let known = Known::of(&self.log.known_rows(last).await?);
        let since = last.mark.as_ref().and_then(|mark| mark.since.clone());
        Ok(Before { mark: Some((since, last.position.digest)), known, live })
    }

    fn batch(&self, question: &Question, replaces: Vec<u64>) -> NewBatch {
        let path = format!("{}/{}: {}", self.source.host, self.source.database, self.spec.asked());
        // Digest and size are those of what was read, known at its end.
        let position = SourcePosition { path, digest: Digest::of(b""), size: 0, stamp: String::new() };
        NewBatch { position, replaces, ingested_at: self.now, columns: question.fields() }
    }

    async fn write(
        &self,
        pieces: Vec<Piece>,
        writer: &mut BatchWriter,
        took: &mut Took,
        teller: &Teller<'_>,
    ) -> Result<(), Problem> {
        for piece in pieces {
            match piece {
                Piece::Rows(batch) => {
                    took.rows += batch.num_rows() as u64;
                    writer.write(&batch).await?;
                }
                Piece::Rejected(rejected) => {
                    took.reasons.add(self.spec.asked(), &rejected)?;
                    writer.reject(&rejected).await?;
                }
            }
        }
        teller.rows(took.rows);
        Ok(())
    }
}

/// Bytes of a row's values.
fn size(row: &BinaryCopyOutRow, columns: usize) -> usize {
    (0..columns).filter_map(|at| row.try_get::<Option<Raw<'_>>>(at).ok().flatten()).map(|value| value.0.len() + 8).sum()
}

/// What people should know of a batch.
fn notes(question: &Question, last: Option<&BatchRecord>, is_continued: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if last.is_some() && !is_continued {
        notes.push("what is asked for changed: all of it is taken anew, in place of the earlier batches".to_owned());
    }
    for field in question.fields() {
        let earlier = last.into_iter().flat_map(|record| &record.columns).find(|earlier| earlier.name == field.name);
        if let Some(earlier) = earlier.filter(|earlier| earlier.kind != field.kind) {
            notes.push(format!(
                "the column `{}` is of the type {} now, and was {}",
                field.name, field.kind, earlier.kind
            ));
        }
    }
    let zoneless = question.columns.iter().filter(|column| column.kind == Kind::Timestamp { has_zone: false });
    let zoneless: Vec<String> = zoneless.map(|column| format!("`{}`", column.name)).collect();
    if !zoneless.is_empty() {
        notes.push(format!("times without a zone are read as UTC: {}", zoneless.join(", ")));
    }
    notes
}
