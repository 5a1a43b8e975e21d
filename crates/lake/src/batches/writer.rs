//! Writing one batch: rows stream into Parquet files, rejected rows into the second log, one record makes them count.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, RecordBatch, new_null_array},
    datatypes::{DataType, Field as ArrowField, Schema},
};
use model::{
    Code, Digest, Problem,
    column::{ColumnType, Field},
};
use parquet::file::properties::EnabledStatistics;

use super::{
    BATCH, BatchFile, BatchLog, BatchRecord, Ending, INGESTED_AT, LINE, Mark, NewBatch, RejectedBatch, own_column,
    read::file_name, rejected_columns,
};
use crate::{
    arrow_types::{common_type, fields_of, storage_type},
    parquet_files::{ParquetFiles, Unnamed, WrittenFile, digest_of},
};

/// One batch in the making. Dropped without [`BatchWriter::finish`], it leaves nothing.
pub struct BatchWriter {
    log: BatchLog,
    batch: NewBatch,
    number: u64,
    previous: Option<Digest>,
    /// All columns so far: the shape of the open file.
    columns: Vec<Field>,
    rows: Option<ParquetFiles>,
    written: Vec<WrittenFile>,
    unnamed: Vec<Unnamed>,
    rejected: Option<ParquetFiles>,
    mark: Option<Mark>,
}

impl BatchWriter {
    pub(super) async fn begin(log: BatchLog, batch: NewBatch) -> Result<Self, Problem> {
        let chain = log.chain().await?;
        let number = chain.records.last().map_or(0, |record| record.batch) + 1;
        if let Some(absent) = batch.replaces.iter().find(|replaced| **replaced == 0 || **replaced >= number) {
            return Err(Problem::new(
                Code::InvalidValue,
                format!("batch {absent} cannot be replaced: it does not exist"),
            ));
        }
        for field in &batch.columns {
            check_name(&field.name)?;
        }
        let columns = batch.columns.clone();
        Ok(Self {
            log,
            batch,
            number,
            previous: chain.last,
            columns,
            rows: None,
            written: Vec::new(),
            unnamed: Vec::new(),
            rejected: None,
            mark: None,
        })
    }

    /// The number this batch will have, if nobody else is faster.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Adds rows. They carry their line in an integer column `_line`; other columns may differ from batch to batch: a
    /// new one is NULL before, an absent one NULL here, types that differ become the wider or text.
    ///
    /// # Errors
    /// `type-unsupported`, `storage-full`, `invalid-value` for a column of the platform's own.
    pub async fn write(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        let arrived = fields_of(&batch.schema())?;
        let line = arrived.iter().find(|field| field.name == LINE);
        if line.is_none_or(|field| field.kind != ColumnType::Integer) {
            return Err(Problem::internal("a bronze batch without an integer column _line"));
        }
        let mut shape = self.columns.clone();
        for field in arrived.iter().filter(|field| field.name != LINE) {
            match shape.iter_mut().find(|known| known.name == field.name) {
                Some(known) => known.kind = common_type(&known.kind, &field.kind),
                None => {
                    check_name(&field.name)?;
                    shape.push(Field { nullable: true, ..field.clone() });
                }
            }
        }
        if shape != self.columns {
            self.end_rows().await?;
            self.columns = shape;
        }
        if self.rows.is_none() {
            let mut stored = self.columns.clone();
            stored.push(own_column(LINE, ColumnType::Integer));
            self.rows = Some(files_of(&self.log, &stored)?);
        }
        let padded = pad(batch, &self.columns)?;
        match &mut self.rows {
            Some(rows) => rows.write(&padded).await,
            None => Ok(()),
        }
    }

    /// Adds rows that did not parse: the columns `raw` and `reason` as text and `_line` as an integer.
    ///
    /// # Errors
    /// `storage-full`.
    pub async fn reject(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        if self.rejected.is_none() {
            let mut stored = rejected_columns();
            stored.push(own_column(LINE, ColumnType::Integer));
            self.rejected = Some(files_of(&self.log.rejected(), &stored)?);
        }
        match &mut self.rejected {
            Some(files) => files.write(batch).await,
            None => Ok(()),
        }
    }

    /// Says what the digest of the source is, where it was not known at the beginning.
    pub fn digested(&mut self, digest: Digest) {
        self.batch.position.digest = digest;
    }

    /// Says what only the last row told: how far the source was taken.
    ///
    /// # Errors
    /// `storage-full`.
    pub async fn end(&mut self, ending: Ending) -> Result<(), Problem> {
        self.batch.position.digest = ending.digest;
        self.batch.position.size = ending.size;
        let (known, unnamed) = self.log.write_known(ending.known).await?.unzip();
        self.unnamed.extend(unnamed);
        self.mark = Some(Mark { asked: ending.asked, since: ending.since, known });
        Ok(())
    }

    /// Makes the batch count: syncs its files and creates its record.
    ///
    /// # Errors
    /// `conflict` if another batch was finished since [`BatchLog::begin`]; `storage-full`. Nothing is visible then.
    pub async fn finish(mut self) -> Result<BatchRecord, Problem> {
        self.end_rows().await?;
        // The rejected rows first: they count only once the record below names them.
        let rejected = match self.rejected.take() {
            None => None,
            Some(files) => {
                let (written, unnamed) = files.finish().await?;
                let recorded = self.record_rejected(written).await;
                settle(vec![unnamed], &recorded);
                Some(recorded?)
            }
        };
        let files = describe(&self.log, std::mem::take(&mut self.written)).await?;
        let record = BatchRecord {
            format: 1,
            batch: self.number,
            position: self.batch.position.clone(),
            replaces: self.batch.replaces.clone(),
            ingested_at: self.batch.ingested_at,
            rows: files.iter().map(|file| file.rows).sum(),
            columns: self.columns.clone(),
            rejected,
            mark: self.mark,
            files,
            previous: self.previous,
        };
        let stored = store(&self.log, &record).await;
        settle(self.unnamed, &stored);
        stored.map(|()| record)
    }

    async fn end_rows(&mut self) -> Result<(), Problem> {
        if let Some(rows) = self.rows.take() {
            let (written, unnamed) = rows.finish().await?;
            self.written.extend(written);
            self.unnamed.push(unnamed);
        }
        Ok(())
    }

    async fn record_rejected(&self, written: Vec<WrittenFile>) -> Result<RejectedBatch, Problem> {
        let log = self.log.rejected();
        let chain = log.chain().await?;
        let files = describe(&log, written).await?;
        let record = BatchRecord {
            format: 1,
            batch: chain.records.last().map_or(0, |record| record.batch) + 1,
            position: self.batch.position.clone(),
            replaces: Vec::new(),
            ingested_at: self.batch.ingested_at,
            columns: rejected_columns(),
            rows: files.iter().map(|file| file.rows).sum(),
            rejected: None,
            mark: None,
            files,
            previous: chain.last,
        };
        store(&log, &record).await?;
        Ok(RejectedBatch { batch: record.batch, rows: record.rows })
    }
}

/// After a lost race nothing names the files; after any other failure the record may still have been created.
fn settle<T>(unnamed: Vec<Unnamed>, stored: &Result<T, Problem>) {
    if !matches!(stored, Err(problem) if problem.code() == Code::Conflict) {
        unnamed.into_iter().for_each(Unnamed::keep);
    }
}

fn check_name(name: &str) -> Result<(), Problem> {
    if [BATCH, LINE, INGESTED_AT].contains(&name) {
        return Err(Problem::new(Code::InvalidValue, format!("the column name `{name}` is reserved for bronze rows")));
    }
    Ok(())
}

fn files_of(log: &BatchLog, columns: &[Field]) -> Result<ParquetFiles, Problem> {
    let table = log.bronze.make_directory(&log.path(&[])?)?;
    table.make_directory(&crate::beneath::RelativePath::of(&["data"])?)?;
    // Bronze is read from one end to the other: nothing is left out by its least and greatest values.
    Ok(ParquetFiles::new(table, vec!["data".to_owned()], columns, EnabledStatistics::None))
}

/// The rows with every column of the shape, NULL where they have none.
fn pad(batch: &RecordBatch, shape: &[Field]) -> Result<RecordBatch, Problem> {
    let mut fields = Vec::with_capacity(shape.len() + 1);
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(shape.len() + 1);
    for name in shape.iter().map(|field| field.name.as_str()).chain([LINE]) {
        let column = match batch.column_by_name(name) {
            Some(column) => Arc::clone(column),
            None => {
                let kind = shape.iter().find(|field| field.name == name).map(|field| storage_type(&field.kind));
                new_null_array(&kind.unwrap_or(DataType::Int64), batch.num_rows())
            }
        };
        fields.push(ArrowField::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(Problem::internal)
}

/// What a record says about its files.
async fn describe(log: &BatchLog, written: Vec<WrittenFile>) -> Result<Vec<BatchFile>, Problem> {
    let table = match log.bronze.try_directory(&log.path(&[])?)? {
        Some(table) => table,
        None => return Ok(Vec::new()),
    };
    tokio::task::spawn_blocking(move || {
        written
            .iter()
            .map(|file| {
                let opened =
                    table.open(&file.path).map_err(|error| crate::fault::of_io(&error, "read back a data file"))?;
                Ok(BatchFile {
                    path: file.path.to_string(),
                    size: file.size,
                    digest: digest_of(opened, file.size)?,
                    rows: file.rows(),
                })
            })
            .collect()
    })
    .await
    .map_err(Problem::internal)?
}

/// Creates the record; the only moment at which a batch becomes visible.
async fn store(log: &BatchLog, record: &BatchRecord) -> Result<(), Problem> {
    let bytes = serde_json::to_vec_pretty(record).map_err(Problem::internal)?;
    let batches = log.bronze.make_directory(&log.path(&["batches"])?)?;
    let path = crate::beneath::RelativePath::of(&[&file_name(record.batch)])?;
    tokio::task::spawn_blocking(move || batches.write_durably(&path, &bytes, false)).await.map_err(Problem::internal)?
}
