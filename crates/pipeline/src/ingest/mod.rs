//! Ingestion: what a domain's sources hold becomes batches of bronze, each row exactly once. Files here, databases in
//! [`postgres`].
//!
//! A file is known by its path and the digest of its bytes. One file is one batch; the batch record is the commit, so a
//! run that is killed leaves either the whole file or nothing, and the next run takes it again. A file that is still
//! being written waits for the next run.

mod csv;
mod find;
mod json_lines;
mod json_object;
mod parquet;
pub(crate) mod postgres;
mod roots;
mod rows;
pub(crate) mod secrets;
mod unpack;

use std::time::Duration;

use lake::{BatchLog, BatchRecord, BatchWriter, NewBatch, SourcePosition};
use model::{
    Code, Digest, Problem, Timestamp,
    files::source::{Changed, FileFormat, FilesTable},
    name::{SourceName, TableName},
};
use registry::crash;
use tokio::{sync::mpsc, task::JoinHandle};

pub(crate) use roots::{Confinement, Root};

use self::{
    find::{Found, Stamp, Wanted},
    rows::Piece,
};
use crate::{pipeline::Limits, progress::Teller, rejects::Tally};

/// Batches that may wait between the reader and the writer.
const WAITING: usize = 4;

/// What one table's ingestion needs.
pub(crate) struct Ingestion<'a> {
    /// The source.
    pub(crate) source: &'a SourceName,
    /// The table.
    pub(crate) table: &'a TableName,
    /// Its declaration.
    pub(crate) spec: &'a FilesTable,
    /// Where its files may lie.
    pub(crate) roots: &'a [Root],
    /// Its bronze.
    pub(crate) log: BatchLog,
    /// Bounds.
    pub(crate) limits: Limits,
    /// The present.
    pub(crate) now: Timestamp,
}

/// What was taken.
#[derive(Debug, Default)]
pub(crate) struct Took {
    /// Rows.
    pub(crate) rows: u64,
    /// Rows set aside.
    pub(crate) rejected: u64,
    /// Why.
    pub(crate) reasons: Tally,
    /// Files, or answers of a database.
    pub(crate) files: u64,
    /// What people should know.
    pub(crate) notes: Vec<String>,
    /// Files that could not be taken.
    pub(crate) problems: Vec<Problem>,
}

impl Ingestion<'_> {
    /// Takes what is new. A file that cannot be taken does not keep the others from being taken.
    ///
    /// # Errors
    /// What concerns the table as a whole: a path that leads out, a log that does not verify, a source that is gone.
    pub(crate) async fn take(&self, teller: &Teller<'_>) -> Result<Took, Problem> {
        let mut took = Took::default();
        let mut records = self.log.records().await?;
        for (file, is_still) in self.settled(&records, &mut took).await? {
            if !is_still {
                took.notes.push(format!("`{}` is still being written; it is taken at the next run", file.path));
                continue;
            }
            match self.take_file(file, &mut records, &mut took, teller).await {
                Ok(()) => {}
                Err(problem) if problem.code() == Code::StorageFull => return Err(problem),
                Err(problem) => took.problems.push(problem),
            }
        }
        Ok(took)
    }

    /// The files that the next run would take, or try to take.
    ///
    /// # Errors
    /// As for [`Ingestion::take`].
    pub(crate) async fn waiting(&self) -> Result<Vec<String>, Problem> {
        let records = self.log.records().await?;
        let mut waiting = Vec::new();
        for file in self.find(&records, &mut Took::default())? {
            let stamp = file.stamp.text();
            let mut earlier = records.iter().filter(|record| record.position.path == file.path).peekable();
            if earlier.peek().is_none() {
                waiting.push(file.path);
            } else if !earlier.clone().any(|record| record.position.stamp == stamp) {
                let digest = self.digest(&file).await?;
                if !earlier.any(|record| record.position.digest == digest) {
                    waiting.push(file.path);
                }
            }
        }
        Ok(waiting)
    }

    /// The files, and whether each stands still. One that changed a moment ago gets that moment, once.
    async fn settled(&self, records: &[BatchRecord], took: &mut Took) -> Result<Vec<(Found, bool)>, Problem> {
        let found = self.find(records, took)?;
        let moving: Vec<(String, Stamp)> = found
            .iter()
            .filter(|file| !file.stamp.is_still(self.now))
            .map(|file| (file.path.clone(), file.stamp.clone()))
            .collect();
        if moving.is_empty() {
            return Ok(found.into_iter().map(|file| (file, true)).collect());
        }
        let wait = moving.iter().map(|(_, stamp)| stamp.moves_for(self.now)).max().unwrap_or_default();
        let patience = Duration::from_millis(self.limits.settle_millis);
        tokio::time::sleep(wait.min(patience)).await;
        let waited = wait <= patience;
        let stood = |file: &Found| moving.iter().any(|(path, stamp)| *path == file.path && *stamp == file.stamp);
        let again = self.find(records, &mut Took::default())?;
        Ok(again
            .into_iter()
            .map(|file| {
                let is_still = file.stamp.is_still(self.now) || (waited && stood(&file));
                (file, is_still)
            })
            .collect())
    }

    fn find(&self, records: &[BatchRecord], took: &mut Took) -> Result<Vec<Found>, Problem> {
        let mut found: Vec<Found> = Vec::new();
        let mut lies_beneath = false;
        for root in self.roots {
            let Some(wanted) = Wanted::parse(&self.spec.path, root)? else { continue };
            lies_beneath = true;
            found.extend(wanted.find(root)?);
        }
        if !lies_beneath && !self.roots.is_empty() {
            // SECURITY: test `an_absolute_path_outside_every_root_is_refused`.
            return Err(self.unavailable("lies outside the folders the domain may ingest from"));
        }
        if found.is_empty() {
            if find::is_plain(&self.spec.path) && records.is_empty() {
                return Err(self.unavailable("is not there"));
            }
            took.notes.push(format!("no file matches `{}` at the moment", self.spec.path));
        }
        Ok(found)
    }

    fn unavailable(&self, why: &str) -> Problem {
        Problem::new(
            Code::SourceUnavailable,
            format!("the source file `{}` of `{}.{}` {why}", self.spec.path.escape_debug(), self.source, self.table),
        )
        .with_hint("put it into the domain's drop folder, or let the admins name its folder in `mesh.yaml`")
    }

    async fn take_file(
        &self,
        file: Found,
        records: &mut Vec<BatchRecord>,
        took: &mut Took,
        teller: &Teller<'_>,
    ) -> Result<(), Problem> {
        let earlier: Vec<&BatchRecord> = records.iter().filter(|record| record.position.path == file.path).collect();
        let stamp = file.stamp.text();
        if earlier.iter().any(|record| record.position.stamp == stamp) {
            return Ok(());
        }
        // What nobody has seen is digested while it is read.
        let digest = if earlier.is_empty() { None } else { Some(self.digest(&file).await?) };
        if digest.is_some_and(|digest| earlier.iter().any(|record| record.position.digest == digest)) {
            return Ok(());
        }
        let replaces = self.replaces(&file, &earlier, records)?;
        let record = self.write(file, digest, replaces, teller, took).await?;
        took.rows += record.rows;
        took.rejected += record.rejected.map_or(0, |rejected| rejected.rows);
        took.files += 1;
        records.push(record);
        Ok(())
    }

    /// Which batches a file's rows take the place of: none unless its path is known and the table says `replace`.
    fn replaces(&self, file: &Found, earlier: &[&BatchRecord], all: &[BatchRecord]) -> Result<Vec<u64>, Problem> {
        match (earlier.is_empty(), self.spec.changed) {
            (true, _) | (false, Changed::Append) => Ok(Vec::new()),
            (false, Changed::Replace) => {
                let gone = |number: u64| all.iter().any(|record| record.replaces.contains(&number));
                Ok(earlier.iter().map(|record| record.batch).filter(|number| !gone(*number)).collect())
            }
            (false, Changed::Refuse) => Err(Problem::new(
                Code::SourceChanged,
                format!("the source file `{}` changed after it was taken into `bronze.{}`", file.path, self.table),
            )
            .with_hint(
                "give the new content a name of its own, or say `changed: append` or `changed: replace` in the source file",
            )),
        }
    }

    async fn digest(&self, file: &Found) -> Result<Digest, Problem> {
        self.digested(&file.path, self.digesting(file)?).await
    }

    /// Begins to digest a file.
    fn digesting(&self, file: &Found) -> Result<JoinHandle<std::io::Result<Digest>>, Problem> {
        let handle = file.file.try_clone().map_err(|error| unpack::failed(&file.path, &error, &self.limits))?;
        Ok(tokio::task::spawn_blocking(move || unpack::digest(&handle)))
    }

    async fn digested(&self, path: &str, digesting: JoinHandle<std::io::Result<Digest>>) -> Result<Digest, Problem> {
        let digest = digesting.await.map_err(Problem::internal)?;
        digest.map_err(|error| unpack::failed(path, &error, &self.limits))
    }

    async fn write(
        &self,
        file: Found,
        digest: Option<Digest>,
        replaces: Vec<u64>,
        teller: &Teller<'_>,
        took: &mut Took,
    ) -> Result<BatchRecord, Problem> {
        let digesting = if digest.is_none() { Some(self.digesting(&file)?) } else { None };
        let position = SourcePosition {
            path: file.path.clone(),
            digest: digest.unwrap_or_else(|| Digest::of(&[])),
            size: file.stamp.size,
            stamp: file.stamp.text(),
        };
        let batch = NewBatch { position, replaces, ingested_at: self.now, columns: Vec::new() };
        let mut writer = self.log.begin(batch).await?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let (spec, limits) = (self.spec.clone(), self.limits);
        let path = file.path.clone();
        let reader = tokio::task::spawn_blocking(move || read(&file, &spec, &limits, &sender));
        let written = drain(receiver, &mut writer, &path, took, teller).await;
        // A decoder that panics over a damaged file makes it unreadable, no more.
        let read = reader.await.map_err(|cause| {
            let message = format!("the source file `{path}` is damaged");
            Problem::new(Code::SourceUnavailable, message).with_hint("nothing of it was taken").with_cause(cause)
        })?;
        // A writer that gave up is the cause of a reader that was told to stop.
        written?;
        took.notes.extend(read?);
        if let Some(digesting) = digesting {
            writer.digested(self.digested(&path, digesting).await?);
        }
        crash::point("batch", "written");
        let record = writer.finish().await?;
        crash::point("batch", "recorded");
        Ok(record)
    }
}

/// Reads a file on a thread of its own; gives what people should know.
fn read(
    file: &Found,
    spec: &FilesTable,
    limits: &Limits,
    sender: &mpsc::Sender<Piece>,
) -> Result<Vec<String>, Problem> {
    let mut emit = |piece| {
        sender.blocking_send(piece).map_err(|_| Problem::new(Code::Cancelled, "the file was not taken to its end"))
    };
    let notes = match spec.format {
        FileFormat::Csv => csv::read(file, spec, limits, &mut emit),
        FileFormat::JsonLines => json_lines::read(file, limits, &mut emit),
        FileFormat::Parquet => parquet::read(file, limits, &mut emit),
    }?;
    if Stamp::of(&file.file, &file.path)? != file.stamp {
        return Err(Problem::new(
            Code::SourceUnavailable,
            format!("the source file `{}` changed while it was read", file.path),
        )
        .with_hint("nothing of it was taken; it is taken at the next run, once it stands still"));
    }
    Ok(notes)
}

async fn drain(
    mut receiver: mpsc::Receiver<Piece>,
    writer: &mut BatchWriter,
    path: &str,
    took: &mut Took,
    teller: &Teller<'_>,
) -> Result<(), Problem> {
    let mut rows = took.rows;
    let mut told = rows;
    while let Some(piece) = receiver.recv().await {
        match piece {
            Piece::Rows(batch) => {
                rows += batch.num_rows() as u64;
                writer.write(&batch).await?;
            }
            Piece::Rejected(rejected) => {
                took.reasons.add(path, &rejected)?;
                writer.reject(&rejected).await?;
            }
        }
        if rows >= told + 100_000 {
            told = rows;
            teller.rows(rows);
        }
    }
    Ok(())
}
