//! Reading a batch log: its records as a verified chain, its rows as one table.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    sync::Arc,
};

use datafusion::{catalog::TableProvider, common::ScalarValue};
use model::{
    Digest, Problem,
    column::{ColumnType, Field},
};

use super::{BATCH, BatchLog, BatchRecord, INGESTED_AT, LINE, LogKind, own_column, rejected_columns};
use crate::{
    arrow_types::{UTC, common_type},
    beneath::{RelativePath, etag},
    fault,
    parquet_files::digest_of,
    pinned::PinnedFile,
    scan::{FileFacts, FileList, PinnedTable},
    seal::Seal,
};

/// Largest batch record that is read.
const LARGEST_RECORD: u64 = 64 << 20;

/// The records of a log with the digest of the last one's bytes.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) records: Vec<BatchRecord>,
    pub(super) last: Option<Digest>,
}

impl BatchLog {
    /// The records in order, the chain verified: no gap, no edited record, nothing out of place.
    ///
    /// # Errors
    /// `data-unavailable` naming the first record that is wrong.
    pub async fn records(&self) -> Result<Vec<BatchRecord>, Problem> {
        Ok(self.chain().await?.records)
    }

    /// Reads every data file and compares it with its digest.
    ///
    /// # Errors
    /// `data-unavailable` naming the first batch with a missing or altered file.
    pub async fn verify(&self) -> Result<(), Problem> {
        let chain = self.chain().await?;
        let log = self.clone();
        tokio::task::spawn_blocking(move || {
            for record in &chain.records {
                for file in &record.files {
                    let (path, _) = log.data_file(&file.path, record.batch)?;
                    let opened = log.bronze.open(&path).map_err(|error| log.broken(record.batch, &error))?;
                    let found = digest_of(opened, file.size)
                        .map_err(|problem| log.broken(record.batch, &problem.cause().unwrap_or_default()))?;
                    if found != file.digest {
                        return Err(log.broken(record.batch, &"a data file was altered"));
                    }
                }
                if let Some(known) = record.mark.as_ref().and_then(|mark| mark.known.as_ref()) {
                    log.read_known(known, record.batch)?;
                }
            }
            Ok(())
        })
        .await
        .map_err(Problem::internal)?
    }

    /// The rows of all batches as one table: the columns of all of them by name (NULL where a batch has none), then
    /// `_batch`, `_line`, `_ingested_at`. A log without records is an empty table.
    ///
    /// # Errors
    /// `data-unavailable` if the chain does not verify or a named file is missing or has another size.
    pub async fn provider(&self) -> Result<Arc<dyn TableProvider>, Problem> {
        self.provider_after(0).await
    }

    /// As [`BatchLog::provider`], with the same columns, and only the rows of batches after the given one.
    ///
    /// # Errors
    /// As [`BatchLog::provider`].
    pub async fn provider_after(&self, batch: u64) -> Result<Arc<dyn TableProvider>, Problem> {
        let live = self.live().await?;
        let log = self.clone();
        tokio::task::spawn_blocking(move || log.table(&live, batch)).await.map_err(Problem::internal)?
    }

    pub(super) async fn chain(&self) -> Result<Chain, Problem> {
        let log = self.clone();
        tokio::task::spawn_blocking(move || log.read_chain()).await.map_err(Problem::internal)?
    }

    /// The records whose rows count, each with the number its rows carry.
    async fn live(&self) -> Result<Vec<(u64, BatchRecord)>, Problem> {
        let rows = self.rows().chain().await?.records;
        let replaced: BTreeSet<u64> = rows.iter().flat_map(|record| record.replaces.iter().copied()).collect();
        let rows = rows.into_iter().filter(|record| !replaced.contains(&record.batch));
        if self.kind == LogKind::Rows {
            return Ok(rows.map(|record| (record.batch, record)).collect());
        }
        // Rejected rows count where a live batch names them: what a killed run rejected was never taken.
        let named: BTreeMap<u64, u64> =
            rows.filter_map(|record| Some((record.rejected?.batch, record.batch))).collect();
        let records = self.chain().await?.records.into_iter();
        Ok(records.filter_map(|record| Some((*named.get(&record.batch)?, record))).collect())
    }

    fn read_chain(&self) -> Result<Chain, Problem> {
        let directory = self.path(&["batches"])?;
        let Some(batches) = self.bronze.try_directory(&directory)? else { return Ok(Chain::default()) };
        let mut chain = Chain::default();
        for (entry, number) in batches.entries()?.into_iter().zip(1u64..) {
            if entry.is_directory || entry.name != file_name(number) {
                return Err(self.broken(number, &format!("{} is out of place", entry.name)));
            }
            let path = RelativePath::of(&[&entry.name])?;
            let file = batches.open(&path).map_err(|error| self.broken(number, &error))?;
            let mut bytes = Vec::new();
            file.take(LARGEST_RECORD).read_to_end(&mut bytes).map_err(|error| self.broken(number, &error))?;
            let record: BatchRecord = serde_json::from_slice(&bytes).map_err(|error| self.broken(number, &error))?;
            if record.format != 1 || record.batch != number || record.previous != chain.last {
                return Err(self.broken(number, &"it does not follow the record before it"));
            }
            chain.last = Some(Digest::of(&bytes));
            chain.records.push(record);
        }
        Ok(chain)
    }

    pub(super) fn broken(&self, batch: u64, cause: &dyn std::fmt::Display) -> Problem {
        fault::unreadable(format!("the batch log of bronze.{} does not verify at batch {batch}", self.name()), cause)
    }

    /// The path of a named file beneath bronze, and its name beneath the table.
    pub(super) fn data_file(&self, name: &str, batch: u64) -> Result<(RelativePath, RelativePath), Problem> {
        let within =
            RelativePath::parse(name).map_err(|why| self.broken(batch, &format!("the path {name:?} is {why}")))?;
        Ok((self.path(&[name])?, within))
    }

    /// The columns of these batches, by name, in the order they turned up.
    fn columns(&self, live: &[(u64, BatchRecord)]) -> Vec<Field> {
        let mut columns: Vec<Field> = Vec::new();
        for field in live.iter().flat_map(|(_, record)| &record.columns) {
            match columns.iter_mut().find(|known| known.name == field.name) {
                Some(known) => known.kind = common_type(&known.kind, &field.kind),
                None => columns.push(Field { nullable: true, ..field.clone() }),
            }
        }
        if self.kind == LogKind::Rejected && columns.is_empty() {
            columns = rejected_columns();
        }
        columns.push(own_column(BATCH, ColumnType::Integer));
        columns.push(own_column(LINE, ColumnType::Integer));
        if self.kind == LogKind::Rows {
            columns.push(own_column(INGESTED_AT, ColumnType::Timestamp));
        }
        columns
    }

    fn table(&self, live: &[(u64, BatchRecord)], after: u64) -> Result<Arc<dyn TableProvider>, Problem> {
        let columns = self.columns(live);
        let mut files = Vec::new();
        let mut identity = format!("{}/{}", self.source, self.name());
        for (number, record) in live.iter().filter(|(number, _)| *number > after) {
            for file in &record.files {
                let (path, within) = self.data_file(&file.path, record.batch)?;
                let opened = self.bronze.open(&path).map_err(|error| self.broken(record.batch, &error))?;
                let metadata = opened.metadata().map_err(|error| self.broken(record.batch, &error))?;
                if metadata.len() != file.size {
                    return Err(self.broken(record.batch, &"a data file has another size"));
                }
                let tag = etag(&metadata);
                identity.push_str(&format!("\n{number} {path} {tag}"));
                let instant = ScalarValue::TimestampMicrosecond(Some(record.ingested_at.micros()), Some(UTC.into()));
                let batch = ScalarValue::Int64(i64::try_from(*number).ok());
                files.push((
                    PinnedFile {
                        path: within,
                        size: file.size,
                        etag: tag,
                        seal: Seal::of_whole(file.size, file.digest),
                    },
                    FileFacts {
                        rows: Some(file.rows),
                        bytes: file.size,
                        constants: [(BATCH.to_owned(), batch), (INGESTED_AT.to_owned(), instant)].into(),
                        bounds: Default::default(),
                    },
                ));
            }
        }
        let root = match self.bronze.try_directory(&self.path(&[])?)? {
            Some(root) => root,
            None => self.bronze.clone(),
        };
        let constants = match self.kind {
            LogKind::Rows => vec![BATCH.to_owned(), INGESTED_AT.to_owned()],
            LogKind::Rejected => vec![BATCH.to_owned()],
        };
        let list = FileList::new(root, Digest::of(identity.as_bytes()), files, constants)?;
        Ok(Arc::new(PinnedTable::new(Arc::new(list), &columns)?))
    }
}

/// The name of record `number`.
pub(super) fn file_name(number: u64) -> String {
    format!("{number:08}.json")
}
