//! What every test here needs: a stamped zone, fields, batches, and a way to ask questions.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray},
    util::pretty::pretty_format_batches_with_schema,
};
use datafusion::{
    catalog::TableProvider,
    prelude::{SessionConfig, SessionContext},
};
use lake::{Table, Zone};
use model::{
    Problem,
    column::{ColumnType, Field},
    zone::ZoneLocation,
};

pub struct Place {
    _keep: tempfile::TempDir,
    pub data: PathBuf,
    pub zone: Zone,
}

/// A data directory with the zone of the domain `claims`.
pub fn place() -> Place {
    let keep = tempfile::tempdir().unwrap();
    let data = keep.path().canonicalize().unwrap();
    for layer in ["bronze", "silver", "gold"] {
        std::fs::create_dir_all(data.join("zones/claims").join(layer)).unwrap();
    }
    let zone = Zone::open(&data, &location()).unwrap();
    Place { _keep: keep, data, zone }
}

pub fn location() -> ZoneLocation {
    ZoneLocation { domain: "claims".parse().unwrap(), zone: "main".into(), region: None, root: "zones/claims".into() }
}

impl Place {
    /// The table of port `claims` of product `claims_enriched`, and where it lies.
    pub fn port(&self) -> (Table, PathBuf) {
        let table = self.zone.gold(&"claims_enriched".parse().unwrap(), &"claims".parse().unwrap());
        (table, self.data.join("zones/claims/gold/claims_enriched/claims"))
    }

    /// The same files with the same times, elsewhere.
    pub fn copy(&self) -> Self {
        let keep = tempfile::tempdir().unwrap();
        let data = keep.path().canonicalize().unwrap();
        copy(&self.data, &data);
        let zone = Zone::open(&data, &location()).unwrap();
        Self { _keep: keep, data, zone }
    }
}

/// As `cp -a`: with the times of the files.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), &to).unwrap();
            let written = entry.metadata().unwrap().modified().unwrap();
            std::fs::File::options().write(true).open(&to).unwrap().set_modified(written).unwrap();
        }
    }
}

pub fn field(name: &str, kind: ColumnType) -> Field {
    Field { name: name.into(), kind, nullable: true, tags: vec![] }
}

/// How many of many similar steps a test takes: every one with `TESSERA_DRILL_STEP=1`.
pub fn step(otherwise: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "the length of a test, read by the test")]
    let step = std::env::var("TESSERA_DRILL_STEP");
    step.ok().and_then(|step| step.parse().ok()).unwrap_or(otherwise)
}

/// `id`, `name`: the columns of [`rows`].
pub fn columns() -> Vec<Field> {
    vec![field("id", ColumnType::Integer), field("name", ColumnType::String)]
}

pub fn rows(ids: std::ops::Range<i64>) -> RecordBatch {
    let names: StringArray = ids.clone().map(|id| Some(format!("name {id}"))).collect();
    batch(vec![("id", Arc::new(Int64Array::from_iter_values(ids))), ("name", Arc::new(names))])
}

pub fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

/// Writes batches as the whole content on top of `based_on`.
pub async fn write(table: &Table, columns: &[Field], batches: &[RecordBatch], based_on: Option<u64>) -> u64 {
    let mut writer = table.writer(columns, &[]).await.unwrap();
    for batch in batches {
        writer.write(batch).await.unwrap();
    }
    writer.commit_overwrite(based_on).await.unwrap()
}

/// A context of two partitions in which `t` is the given table.
pub fn context(table: Arc<dyn TableProvider>) -> SessionContext {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    context.register_table("t", table).unwrap();
    context
}

/// The answer to a question over `t`, as a table in text, or the storage problem that came instead.
pub async fn ask(table: Arc<dyn TableProvider>, sql: &str) -> Result<String, Problem> {
    let context = context(table);
    let found = async {
        let frame = context.sql(sql).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        Ok((schema, frame.collect().await?))
    }
    .await;
    let (schema, batches) =
        found.map_err(|error| lake::storage_problem(&error).unwrap_or_else(|| panic!("{error}")))?;
    Ok(pretty_format_batches_with_schema(schema, &batches).unwrap().to_string())
}

/// The single value an answer holds.
pub async fn value(table: Arc<dyn TableProvider>, sql: &str) -> Result<String, Problem> {
    let text = ask(table, sql).await?;
    Ok(text.lines().nth(3).unwrap().trim_matches(['|', ' ']).to_owned())
}

/// The data files beneath a directory, sorted.
pub fn data_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("_delta_log") {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
