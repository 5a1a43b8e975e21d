//! The Delta log: loading a version through the Delta library, committing a version durably.

use std::{collections::BTreeMap, panic::AssertUnwindSafe, sync::Arc};

use deltalake::{
    DeltaTable, DeltaTableBuilder, DeltaTableError,
    kernel::{Action, Add, Protocol, Remove, transaction::CommitData},
    protocol::{DeltaOperation, SaveMode},
};
use futures::FutureExt as _;
use model::{
    Code, Problem,
    column::{ColumnType, Field},
};
use serde_json::{Value, json};

use super::{LOG, features};
use crate::{
    arrow_types::fields_of,
    beneath::{RelativePath, Root},
    fault,
    store::{MOUNT, TableStore},
};

/// A checkpoint every so many versions keeps loading short.
const CHECKPOINT_EVERY: u64 = 50;

/// One data file of a version, its path decoded once by the library and not yet trusted.
#[derive(Debug, Clone)]
pub(super) struct LoggedFile {
    pub(super) path: String,
    pub(super) size: i64,
    pub(super) modified: i64,
    pub(super) partition: BTreeMap<String, Option<String>>,
    pub(super) has_deletion_vector: bool,
    pub(super) stats: Option<String>,
}

/// One version of a table as its log tells it.
pub(super) struct Loaded {
    pub(super) version: u64,
    pub(super) schema: Vec<Field>,
    pub(super) partition_by: Vec<String>,
    pub(super) files: Vec<LoggedFile>,
    metadata: Value,
    table: DeltaTable,
}

/// The log entries at which a version was committed, by the names in the log.
pub(super) fn entries(root: &Root) -> Result<Vec<RelativePath>, Problem> {
    let Some(log) = root.try_directory(&RelativePath::of(&[LOG])?)? else { return Ok(Vec::new()) };
    let names = log.entries()?.into_iter().map(|entry| entry.name).filter(|name| version_of(name).is_some());
    names.map(|name| RelativePath::of(&[LOG, &name])).collect()
}

/// The newest version by the names in the log.
pub(super) fn head(root: &Root) -> Result<Option<u64>, Problem> {
    let Some(log) = root.try_directory(&RelativePath::of(&[LOG])?)? else { return Ok(None) };
    let versions = log.entries()?.into_iter().filter_map(|entry| version_of(&entry.name));
    Ok(versions.max())
}

fn version_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".json")?;
    (digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// Loads a version. Everything the library reads comes through [`TableStore`]. A log is hostile input: a library that
/// panics over it makes the table unreadable, no more.
pub(super) async fn load(root: &Root, version: u64) -> Result<Loaded, Problem> {
    let loaded = AssertUnwindSafe(load_trusting(root, version)).catch_unwind().await;
    loaded.unwrap_or_else(|_| Err(fault::unreadable("the log of the table cannot be read", "the library panicked")))
}

async fn load_trusting(root: &Root, version: u64) -> Result<Loaded, Problem> {
    let checked = root.clone();
    tokio::task::spawn_blocking(move || features::check_log(&checked, version)).await.map_err(Problem::internal)??;
    let url = url::Url::parse(&format!("memory:///{MOUNT}")).map_err(Problem::internal)?;
    let store = Arc::new(TableStore::new(root.clone()));
    let table = DeltaTableBuilder::from_url(url.clone())
        .map_err(|error| of_delta(&error))?
        .with_storage_backend(store, url)
        .with_version(version)
        .load()
        .await
        .map_err(|error| of_delta(&error))?;
    let snapshot = table.snapshot().map_err(|error| of_delta(&error))?;
    let protocol = serde_json::to_value(snapshot.protocol()).map_err(Problem::internal)?;
    let metadata = serde_json::to_value(snapshot.metadata()).map_err(Problem::internal)?;
    features::check(&protocol, &metadata)?;
    let partition_by = metadata
        .get("partitionColumns")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let schema = fields_of(&snapshot.snapshot().arrow_schema())?;
    let log = snapshot.snapshot().try_log_data().map_err(|error| of_delta(&error))?;
    let files = log
        .iter()
        .map(|file| LoggedFile {
            path: file.path().into_owned(),
            size: file.size(),
            modified: file.modification_time(),
            partition: file.partition_values_map().into_iter().collect(),
            has_deletion_vector: file.deletion_vector_descriptor().is_some(),
            stats: file.stats(),
        })
        .collect();
    Ok(Loaded { version, schema, partition_by, files, metadata, table })
}

/// What a write makes of the rows that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earlier {
    /// They go.
    Replaced,
    /// They stay.
    Kept,
}

/// Adds `files` to the table, on top of `based_on`.
pub(super) async fn write(
    root: &Root,
    based_on: Option<u64>,
    columns: &[Field],
    partition_by: &[String],
    files: Vec<Add>,
    earlier: Earlier,
) -> Result<u64, Problem> {
    let found = {
        let root = root.clone();
        tokio::task::spawn_blocking(move || head(&root)).await.map_err(Problem::internal)??
    };
    if found != based_on {
        return Err(lost(based_on, found));
    }
    let mut actions = Vec::new();
    let mut version = 0;
    let wanted = metadata_action(columns, partition_by);
    match based_on {
        None => {
            actions.push(Action::Protocol(protocol()?));
            actions.push(Action::Metadata(parse(wanted)?));
        }
        Some(base) => {
            version = after(base)?;
            let loaded = load(root, base).await?;
            let changed = changed_metadata(&loaded.metadata, &wanted);
            if earlier == Earlier::Kept && changed.is_some() {
                return Err(Problem::internal("rows were to be added to a table of other columns"));
            }
            if let Some(changed) = changed {
                actions.push(Action::Metadata(parse(changed)?));
            }
            if earlier == Earlier::Replaced {
                actions.extend(loaded.files.iter().map(removal).map(Action::Remove));
            }
        }
    }
    actions.extend(files.into_iter().map(Action::Add));
    let operation = DeltaOperation::Write {
        mode: match earlier {
            Earlier::Replaced => SaveMode::Overwrite,
            Earlier::Kept => SaveMode::Append,
        },
        partition_by: (!partition_by.is_empty()).then(|| partition_by.to_vec()),
        predicate: None,
    };
    commit(root, version, actions, operation).await?;
    Ok(version)
}

/// Brings an earlier content back as a new version, if HEAD is ahead of it.
pub(super) async fn restore(root: &Root, version: u64) -> Result<u64, Problem> {
    let newest = {
        let root = root.clone();
        tokio::task::spawn_blocking(move || head(&root)).await.map_err(Problem::internal)??
    };
    let Some(newest) = newest.filter(|newest| *newest >= version) else {
        return Err(fault::unavailable(format!("version {version} is not in the log of {root:?}")));
    };
    if newest == version {
        return Ok(version);
    }
    let (old, new) = (load(root, version).await?, load(root, newest).await?);
    let mut actions = Vec::new();
    if old.metadata != new.metadata {
        actions.push(Action::Metadata(parse(old.metadata.clone())?));
    }
    let kept = |files: &[LoggedFile], path: &str| files.iter().any(|file| file.path == path);
    actions.extend(new.files.iter().filter(|file| !kept(&old.files, &file.path)).map(removal).map(Action::Remove));
    actions.extend(old.files.iter().filter(|file| !kept(&new.files, &file.path)).map(addition).map(Action::Add));
    let operation = DeltaOperation::Restore { version: Some(version), datetime: None };
    let next = after(newest)?;
    commit(root, next, actions, operation).await?;
    Ok(next)
}

/// The number of the next version: one that Delta can count, whatever the names in the log say.
fn after(version: u64) -> Result<u64, Problem> {
    version
        .checked_add(1)
        .filter(|next| i64::try_from(*next).is_ok())
        .ok_or_else(|| fault::unreadable("the log of the table has no next version", version))
}

/// Writes one log entry: complete and durable under its name, or absent.
async fn commit(root: &Root, version: u64, actions: Vec<Action>, operation: DeltaOperation) -> Result<(), Problem> {
    let entry =
        CommitData::new(actions, operation, Default::default(), Vec::new()).get_bytes().map_err(Problem::internal)?;
    let path = RelativePath::of(&[LOG, &format!("{version:020}.json")])?;
    let target = root.clone();
    tokio::task::spawn_blocking(move || target.write_durably(&path, &entry, false))
        .await
        .map_err(Problem::internal)?
        .map_err(|problem| match problem.code() {
        Code::Conflict => lost(version.checked_sub(1), Some(version)),
        _ => problem,
    })?;
    if version > 0 && version.is_multiple_of(CHECKPOINT_EVERY) {
        checkpoint(root, version).await;
    }
    Ok(())
}

/// A checkpoint is a short cut for loading: without it the version is the same, so a failure is only logged.
async fn checkpoint(root: &Root, version: u64) {
    let made = match load(root, version).await {
        Ok(loaded) => deltalake::checkpoints::create_checkpoint(&loaded.table, None).await.map_err(|e| of_delta(&e)),
        Err(problem) => Err(problem),
    };
    if let Err(problem) = made {
        tracing::warn!(version, cause = problem.cause(), "a table checkpoint was not written");
    }
}

pub(super) fn lost(expected: Option<u64>, found: Option<u64>) -> Problem {
    Problem::new(Code::Conflict, "somebody else wrote this table meanwhile")
        .with_hint("run the command again")
        .with_cause(format!("expected {expected:?}, found {found:?}"))
}

fn parse<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(Problem::internal)
}

fn protocol() -> Result<Protocol, Problem> {
    parse(json!({"minReaderVersion": 1, "minWriterVersion": 2}))
}

/// The table's metadata. Log clean-up is off: old versions stay readable until no manifest names them.
fn metadata_action(columns: &[Field], partition_by: &[String]) -> Value {
    let fields: Vec<Value> = columns.iter().map(delta_field).collect();
    json!({
        "id": uuid::Uuid::new_v4().to_string(),
        "name": null,
        "description": null,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json!({"type": "struct", "fields": fields}).to_string(),
        "partitionColumns": partition_by,
        "configuration": {"delta.enableExpiredLogCleanup": "false"},
        "createdTime": null,
    })
}

/// The metadata to write if schema or partitioning changed; the table keeps its id and settings.
fn changed_metadata(old: &Value, wanted: &Value) -> Option<Value> {
    let same = |key: &str| old.get(key) == wanted.get(key);
    let schema = |value: &Value| {
        value.get("schemaString").and_then(Value::as_str).and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    if same("partitionColumns") && schema(old) == schema(wanted) {
        return None;
    }
    let mut changed = old.clone();
    for key in ["schemaString", "partitionColumns"] {
        *changed.get_mut(key)? = wanted.get(key)?.clone();
    }
    Some(changed)
}

fn delta_field(field: &Field) -> Value {
    json!({"name": field.name, "type": delta_type(&field.kind), "nullable": true, "metadata": {}})
}

/// The type of a column as the schema in a table's log writes it.
pub fn delta_type(kind: &ColumnType) -> Value {
    match kind {
        ColumnType::String => json!("string"),
        ColumnType::Integer => json!("long"),
        ColumnType::Number => json!("double"),
        ColumnType::Decimal { precision, scale } => json!(format!("decimal({precision},{scale})")),
        ColumnType::Boolean => json!("boolean"),
        ColumnType::Date => json!("date"),
        ColumnType::Timestamp => json!("timestamp"),
        ColumnType::Binary => json!("binary"),
        ColumnType::Struct(fields) => {
            json!({"type": "struct", "fields": fields.iter().map(delta_field).collect::<Vec<_>>()})
        }
        ColumnType::List(item) => json!({"type": "array", "elementType": delta_type(item), "containsNull": true}),
        ColumnType::Map(value) => json!({
            "type": "map", "keyType": "string", "valueType": delta_type(value), "valueContainsNull": true
        }),
    }
}

fn removal(file: &LoggedFile) -> Remove {
    Remove {
        path: file.path.clone(),
        data_change: true,
        deletion_timestamp: Some(file.modified),
        extended_file_metadata: Some(true),
        partition_values: Some(file.partition.clone().into_iter().collect()),
        size: Some(file.size),
        ..Remove::default()
    }
}

fn addition(file: &LoggedFile) -> Add {
    Add {
        path: file.path.clone(),
        partition_values: file.partition.clone().into_iter().collect(),
        size: file.size,
        modification_time: file.modified,
        data_change: true,
        stats: file.stats.clone(),
        ..Add::default()
    }
}

/// An error of the Delta library: our own problem where one lies inside, an unsupported feature, or unreadable data.
fn of_delta(error: &DeltaTableError) -> Problem {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = next {
        if let Some(problem) = inner.downcast_ref::<Problem>() {
            return problem.clone();
        }
        next = inner.source();
    }
    let text = error.to_string();
    let names_feature = matches!(error, DeltaTableError::UnsupportedColumnMapping { .. })
        || ["nsupported", "not supported", "Invalid protocol"].iter().any(|words| text.contains(words));
    if names_feature {
        return fault::unsupported("the table uses a Delta feature that is not served").with_cause(text);
    }
    fault::unreadable("the log of the table cannot be read", text)
}
