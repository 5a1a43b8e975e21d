//! Writing a new content of a table: batches stream into files per partition, one commit makes them the table.

use std::collections::{BTreeMap, HashMap};

use arrow::{
    array::{Array as _, RecordBatch, StringArray, UInt32Array},
    compute::{cast, take_record_batch},
    datatypes::DataType,
};
use deltalake::kernel::Add;
use model::{
    Code, Digest, Problem,
    column::{ColumnType, Field, check_column_name},
};
use parquet::file::properties::EnabledStatistics;
use serde_json::{Value, json};

use super::{
    Table,
    log::{self, Earlier},
};
use crate::{
    arrow_types::{conform, storage_schema},
    beneath::{RelativePath, Root},
    parquet_files::{ParquetFiles, Unnamed, WrittenFile},
    statistics,
};

/// Partitions whose files are open at the same time.
const OPEN_PARTITIONS: usize = 32;

/// A new content of a table in the making. Dropped without a commit, it leaves nothing.
pub struct TableWriter {
    root: Root,
    columns: Vec<Field>,
    partition_by: Vec<String>,
    partitions: BTreeMap<Vec<Option<String>>, Partition>,
    turn: u64,
    rows: u64,
}

struct Partition {
    files: ParquetFiles,
    last_used: u64,
}

impl TableWriter {
    pub(super) fn new(table: Table, columns: &[Field], partition_by: &[String]) -> Result<Self, Problem> {
        let mut names: HashMap<String, &str> = HashMap::new();
        for field in columns {
            check_column_name(&field.name)?;
            if let Some(other) = names.insert(field.name.to_lowercase(), &field.name) {
                return Err(Problem::new(
                    Code::InvalidValue,
                    format!("the column name `{}` is used twice (`{other}`)", field.name),
                )
                .with_hint("column names must differ in more than upper and lower case"));
            }
        }
        for name in partition_by {
            let field = columns.iter().find(|field| field.name == *name).ok_or_else(|| {
                Problem::new(Code::InvalidValue, format!("the partition column `{name}` does not exist"))
            })?;
            let nested = matches!(
                field.kind,
                ColumnType::Binary | ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_)
            );
            if nested {
                return Err(Problem::new(
                    Code::InvalidValue,
                    format!("the partition column `{name}` is a {}, which Delta cannot partition by", field.kind),
                ));
            }
        }
        if partition_by.len() >= columns.len() {
            return Err(Problem::new(Code::InvalidValue, "a table needs a column besides those it is partitioned by"));
        }
        Ok(Self {
            root: table.make()?,
            columns: columns.to_vec(),
            partition_by: partition_by.to_vec(),
            partitions: BTreeMap::new(),
            turn: 0,
            rows: 0,
        })
    }

    /// Rows written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds rows; columns by name, values cast to the declared types.
    ///
    /// # Errors
    /// `expression-failed` if a value does not fit its type, `invalid-value` if the columns are others, `storage-full`.
    pub async fn write(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.rows += batch.num_rows() as u64;
        if self.partition_by.is_empty() {
            return self.write_partition(Vec::new(), batch).await;
        }
        let batch = conform(batch, &storage_schema(&self.columns))?;
        for (key, rows) in split(&batch, &self.partition_by)? {
            let part = take_record_batch(&batch, &rows).map_err(Problem::internal)?;
            let stored: Vec<usize> = self
                .columns
                .iter()
                .enumerate()
                .filter(|(_, field)| !self.partition_by.contains(&field.name))
                .map(|(index, _)| index)
                .collect();
            self.write_partition(key, &part.project(&stored).map_err(Problem::internal)?).await?;
        }
        Ok(())
    }

    /// Makes what was written the whole content of the table, in one version on top of `based_on` (`None`: the table
    /// must be new). Durable when it returns.
    ///
    /// # Errors
    /// `conflict` if HEAD is not `based_on`; `storage-full`. The table is unchanged then.
    pub async fn commit_overwrite(self, based_on: Option<u64>) -> Result<u64, Problem> {
        self.commit(based_on, Earlier::Replaced).await
    }

    /// Adds what was written to the content of the version `based_on`, in one version on top of it. Durable when it
    /// returns.
    ///
    /// # Errors
    /// As [`TableWriter::commit_overwrite`]; `internal` if that version has other columns or partitions.
    pub async fn commit_append(self, based_on: u64) -> Result<u64, Problem> {
        self.commit(Some(based_on), Earlier::Kept).await
    }

    async fn commit(self, based_on: Option<u64>, earlier: Earlier) -> Result<u64, Problem> {
        let (mut added, mut unnamed) = (Vec::new(), Vec::new());
        for (key, partition) in self.partitions {
            let (files, guard) = partition.files.finish().await?;
            unnamed.push(guard);
            for file in files {
                added.push(addition(&file, &self.columns, &self.partition_by, &key)?);
            }
        }
        let committed = log::write(&self.root, based_on, &self.columns, &self.partition_by, added, earlier).await;
        // After any failure but a lost race the entry may still have reached the log: then the files must stay.
        if !matches!(&committed, Err(problem) if problem.code() == Code::Conflict) {
            unnamed.into_iter().for_each(Unnamed::keep);
        }
        committed
    }

    async fn write_partition(&mut self, key: Vec<Option<String>>, batch: &RecordBatch) -> Result<(), Problem> {
        self.turn += 1;
        if !self.partitions.contains_key(&key) {
            let files = self.open_partition(&key)?;
            self.partitions.insert(key.clone(), Partition { files, last_used: self.turn });
        }
        self.close_idle(&key).await?;
        match self.partitions.get_mut(&key) {
            Some(partition) => {
                partition.last_used = self.turn;
                partition.files.write(batch).await
            }
            None => Err(Problem::internal("a partition vanished")),
        }
    }

    /// Keeps the number of open files, and so the memory, bounded: the partition that rested longest is closed.
    async fn close_idle(&mut self, except: &[Option<String>]) -> Result<(), Problem> {
        if self.partitions.values().filter(|partition| partition.files.is_open()).count() < OPEN_PARTITIONS {
            return Ok(());
        }
        let oldest = self
            .partitions
            .iter_mut()
            .filter(|(key, partition)| key.as_slice() != except && partition.files.is_open())
            .min_by_key(|(_, partition)| partition.last_used);
        match oldest {
            Some((_, partition)) => partition.files.rotate().await,
            None => Ok(()),
        }
    }

    fn open_partition(&self, key: &[Option<String>]) -> Result<ParquetFiles, Problem> {
        let stored: Vec<Field> =
            self.columns.iter().filter(|field| !self.partition_by.contains(&field.name)).cloned().collect();
        let directory: Vec<String> = self
            .partition_by
            .iter()
            .zip(key)
            .enumerate()
            .map(|(index, (name, value))| directory_name(index, name, value.as_deref()))
            .collect();
        if !directory.is_empty() {
            let parts: Vec<&str> = directory.iter().map(String::as_str).collect();
            self.root.make_directory(&RelativePath::of(&parts)?)?;
        }
        Ok(ParquetFiles::new(self.root.clone(), directory, &stored, EnabledStatistics::Page))
    }
}

/// `column=value`, as other engines name it, while both are plain; the log, not the name, says what the value is.
fn directory_name(index: usize, column: &str, value: Option<&str>) -> String {
    let plain = |text: &str| {
        !text.is_empty()
            && text.len() <= 100
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    let column = if plain(column) { column.to_owned() } else { format!("c{index}") };
    match value {
        None => format!("{column}=__HIVE_DEFAULT_PARTITION__"),
        Some(value) if plain(value) => format!("{column}={value}"),
        Some(value) => format!("{column}=~{}", Digest::of(value.as_bytes()).to_string().get(..32).unwrap_or_default()),
    }
}

/// The rows of each partition in a batch, by the partition values as Delta writes them.
fn split(batch: &RecordBatch, partition_by: &[String]) -> Result<BTreeMap<Vec<Option<String>>, UInt32Array>, Problem> {
    let mut texts = Vec::with_capacity(partition_by.len());
    for name in partition_by {
        let column = batch.column_by_name(name).ok_or_else(|| Problem::internal("a partition column vanished"))?;
        let text = cast(column, &DataType::Utf8).map_err(Problem::internal)?;
        let text = text.as_any().downcast_ref::<StringArray>().cloned();
        texts.push((name, text.ok_or_else(|| Problem::internal("a partition column is not text"))?));
    }
    let mut rows: BTreeMap<Vec<Option<String>>, Vec<u32>> = BTreeMap::new();
    for row in 0..batch.num_rows() {
        let mut key = Vec::with_capacity(texts.len());
        for (name, text) in &texts {
            let value = (!text.is_null(row)).then(|| text.value(row));
            if value == Some("") {
                return Err(Problem::new(
                    Code::ExpressionFailed,
                    format!("the partition column `{name}` holds an empty text, which Delta cannot tell from NULL"),
                )
                .with_hint(format!("write `nullif({name}, '')`, or do not partition by it")));
            }
            key.push(value.map(str::to_owned));
        }
        rows.entry(key).or_default().push(u32::try_from(row).unwrap_or(u32::MAX));
    }
    Ok(rows.into_iter().map(|(key, rows)| (key, UInt32Array::from(rows))).collect())
}

fn addition(
    file: &WrittenFile,
    columns: &[Field],
    partition_by: &[String],
    key: &[Option<String>],
) -> Result<Add, Problem> {
    Ok(Add {
        path: file.path.to_string(),
        partition_values: partition_by.iter().cloned().zip(key.iter().cloned()).collect(),
        size: i64::try_from(file.size).map_err(Problem::internal)?,
        modification_time: file.modified,
        data_change: true,
        stats: Some(delta_statistics(file, columns, partition_by).to_string()),
        ..Add::default()
    })
}

/// Statistics in the log, for other engines that read the table: counts, and bounds of types whose JSON form is exact.
fn delta_statistics(file: &WrittenFile, columns: &[Field], partition_by: &[String]) -> Value {
    let (mut min, mut max, mut nulls) = (serde_json::Map::new(), serde_json::Map::new(), serde_json::Map::new());
    for field in columns.iter().filter(|field| !partition_by.contains(&field.name)) {
        let found = statistics::of_column(&file.metadata, &field.name, &field.kind);
        if let Some(count) = found.nulls {
            nulls.insert(field.name.clone(), json!(count));
        }
        let value = |text: Option<String>| match (&field.kind, text) {
            (ColumnType::Integer, Some(text)) => text.parse::<i64>().ok().map(|number| json!(number)),
            (ColumnType::String | ColumnType::Date, Some(text)) => Some(json!(text)),
            _ => None,
        };
        if let (Some(low), Some(high)) = (value(found.min), value(found.max)) {
            min.insert(field.name.clone(), low);
            max.insert(field.name.clone(), high);
        }
    }
    json!({"numRecords": file.rows(), "minValues": min, "maxValues": max, "nullCount": nulls})
}
