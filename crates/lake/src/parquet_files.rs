//! Parquet files as this house writes them: zstd, statistics per page, row groups of about a million rows, bounded size.
//!
//! [`ParquetFiles`] streams batches of one schema into as many files as needed beneath one directory. Encoding runs off
//! the reactor and beside whatever produces the next batch. Files are synced before they are reported, and removed again
//! unless their owner says that something names them ([`Unnamed::keep`]): a write that fails gives its space back.

use std::{
    io::{BufWriter, Read as _, Seek as _, Write as _},
    sync::Arc,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use model::{Problem, column::Field};
use parquet::{
    arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions},
    basic::{Compression, ZstdLevel},
    file::{
        metadata::ParquetMetaData,
        properties::{EnabledStatistics, WriterProperties},
    },
};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;

use crate::{
    arrow_types::{conform, storage_schema},
    beneath::{RelativePath, Root},
    fault,
    opened::Opened,
};

/// Rows of a row group.
const ROW_GROUP_ROWS: usize = 1 << 20;
/// Rows of a page: the least that a hint can leave out, and what the engine reads at once.
const PAGE_ROWS: usize = 8_192;
/// Bytes after which a column of a row group goes on without a dictionary: a dictionary is read whole for any one row.
const DICTIONARY_BYTES: usize = 128 << 10;
/// Encoded bytes after which a row group ends early: what bounds the writer's memory.
const ROW_GROUP_BYTES: usize = 128 << 20;
/// Bytes after which a file ends.
const FILE_BYTES: usize = 512 << 20;

/// A finished, durable file.
#[derive(Debug, Clone)]
pub(crate) struct WrittenFile {
    /// Beneath the directory the writer was given.
    pub(crate) path: RelativePath,
    pub(crate) size: u64,
    pub(crate) metadata: Arc<ParquetMetaData>,
    /// Milliseconds since the epoch, as the file system has it.
    pub(crate) modified: i64,
}

impl WrittenFile {
    pub(crate) fn rows(&self) -> u64 {
        u64::try_from(self.metadata.file_metadata().num_rows()).unwrap_or(0)
    }
}

/// Files that nothing names yet; removed when dropped. A killed process leaves them behind, as orphans.
#[derive(Debug)]
pub(crate) struct Unnamed {
    root: Root,
    paths: Vec<RelativePath>,
}

impl Unnamed {
    /// One file that is about to be written.
    pub(crate) fn one(root: Root, path: RelativePath) -> Self {
        Self { root, paths: vec![path] }
    }

    /// Something names them now, or may: they stay.
    pub(crate) fn keep(mut self) {
        self.paths.clear();
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        self.paths.iter().for_each(|path| self.root.remove_orphan(path));
    }
}

/// Streams batches of one schema into files beneath a directory.
pub(crate) struct ParquetFiles {
    root: Root,
    /// The directory beneath `root`, already made.
    directory: Vec<String>,
    schema: SchemaRef,
    statistics: EnabledStatistics,
    state: State,
    finished: Vec<WrittenFile>,
    created: Unnamed,
}

enum State {
    Idle(Option<Box<Open>>),
    /// The last batch is still being encoded.
    Busy(JoinHandle<Result<Box<Open>, Problem>>),
}

/// A file that is being written.
struct Open {
    path: RelativePath,
    writer: ArrowWriter<BufWriter<Opened>>,
}

impl ParquetFiles {
    pub(crate) fn new(root: Root, directory: Vec<String>, fields: &[Field], statistics: EnabledStatistics) -> Self {
        let created = Unnamed { root: root.clone(), paths: Vec::new() };
        let schema = storage_schema(fields);
        Self { root, directory, schema, statistics, state: State::Idle(None), finished: Vec::new(), created }
    }

    /// Hands one batch to the writer. Returns when the batch before it is encoded.
    pub(crate) async fn write(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = conform(batch, &self.schema)?;
        let open = match self.settle().await? {
            Some(open) if open.writer.bytes_written() >= FILE_BYTES => {
                self.close(open).await?;
                self.create()?
            }
            Some(open) => open,
            None => self.create()?,
        };
        self.state = State::Busy(tokio::task::spawn_blocking(move || encode(open, &batch)));
        Ok(())
    }

    /// Whether a file is open, and with it the memory of a row group in the making.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.state, State::Idle(None))
    }

    /// Ends the open file; the next batch starts another.
    pub(crate) async fn rotate(&mut self) -> Result<(), Problem> {
        if let Some(open) = self.settle().await? {
            self.close(open).await?;
        }
        Ok(())
    }

    /// Ends the last file and returns all of them, durable under their names, with the guard that keeps or removes them.
    pub(crate) async fn finish(mut self) -> Result<(Vec<WrittenFile>, Unnamed), Problem> {
        self.rotate().await?;
        if !self.finished.is_empty() {
            let directory: Vec<&str> = self.directory.iter().map(String::as_str).collect();
            match directory.as_slice() {
                [] => self.root.sync()?,
                parts => self.root.sync_directory(&RelativePath::of(parts)?)?,
            }
        }
        Ok((self.finished, self.created))
    }

    async fn settle(&mut self) -> Result<Option<Box<Open>>, Problem> {
        match std::mem::replace(&mut self.state, State::Idle(None)) {
            State::Idle(open) => Ok(open),
            State::Busy(task) => task.await.map_err(Problem::internal)?.map(Some),
        }
    }

    fn create(&mut self) -> Result<Box<Open>, Problem> {
        let name = format!("part-{}.parquet", uuid::Uuid::now_v7().simple());
        let mut parts: Vec<&str> = self.directory.iter().map(String::as_str).collect();
        parts.push(&name);
        let path = RelativePath::of(&parts)?;
        self.created.paths.push(path.clone());
        let file = BufWriter::with_capacity(1 << 20, self.root.create(&path)?);
        // Without the Arrow schema: the file says what Parquet can say, and every reader sees the same types.
        let options =
            ArrowWriterOptions::new().with_properties(properties(self.statistics)).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&self.schema), options)
            .map_err(|error| fault::of_write(&error, "start a data file"))?;
        Ok(Box::new(Open { path, writer }))
    }

    async fn close(&mut self, open: Box<Open>) -> Result<(), Problem> {
        let written = tokio::task::spawn_blocking(move || seal(*open)).await.map_err(Problem::internal)??;
        self.finished.push(written);
        Ok(())
    }
}

fn properties(statistics: EnabledStatistics) -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(statistics)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_created_by(concat!("tessera ", env!("CARGO_PKG_VERSION")).to_owned())
        .build()
}

fn encode(mut open: Box<Open>, batch: &RecordBatch) -> Result<Box<Open>, Problem> {
    let failed = |error: parquet::errors::ParquetError| fault::of_write(&error, "write a data file");
    open.writer.write(batch).map_err(failed)?;
    if open.writer.in_progress_size() >= ROW_GROUP_BYTES {
        open.writer.flush().map_err(failed)?;
    }
    Ok(open)
}

fn seal(open: Open) -> Result<WrittenFile, Problem> {
    let failed = |error: std::io::Error| fault::of_io(&error, "finish a data file");
    let mut writer = open.writer;
    let metadata = writer.finish().map_err(|error| fault::of_write(&error, "finish a data file"))?;
    let buffer = writer.inner_mut();
    buffer.flush().map_err(failed)?;
    let file = buffer.get_ref();
    file.sync_all().map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    let modified = found
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::SystemTime::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0);
    Ok(WrittenFile { path: open.path, size: found.len(), metadata: Arc::new(metadata), modified })
}

/// The SHA-256 of a whole file of `size` bytes.
pub(crate) fn digest_of(mut file: Opened, size: u64) -> Result<model::Digest, Problem> {
    let failed = |error: std::io::Error| fault::of_io(&error, "read a data file");
    file.rewind().map_err(failed)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut found = 0;
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        found += bytes.len() as u64;
    }
    if found != size {
        return Err(fault::unreadable(
            "a data file has another size than its record says",
            format!("{found}, not {size}"),
        ));
    }
    Ok(model::Digest::from_bytes(hash.finalize().into()))
}
