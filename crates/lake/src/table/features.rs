//! What a Delta log may ask of a reader: nothing that the manifest's plain scan cannot give.

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use model::Problem;
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use serde_json::Value;

use crate::{
    beneath::{RelativePath, Root},
    fault, footer, nesting,
    table::LOG,
};

/// Reader features that change nothing for a reader of a manifest: a table may declare them.
/// `deletionVectors` and `columnMapping` may be declared as well; their use is refused.
const HARMLESS: [&str; 4] = ["deletionVectors", "columnMapping", "timestampNtz", "vacuumProtocolCheck"];

/// Refuses protocols and table settings that are not served.
pub(super) fn check(protocol: &Value, metadata: &Value) -> Result<(), Problem> {
    let reader = protocol.get("minReaderVersion").and_then(Value::as_u64).unwrap_or(u64::MAX);
    if reader > 3 {
        return Err(fault::unsupported(format!("the table needs Delta reader version {reader}")));
    }
    let features = protocol.get("readerFeatures").and_then(Value::as_array);
    for feature in features.into_iter().flatten().filter_map(Value::as_str) {
        if !HARMLESS.contains(&feature) {
            return Err(fault::unsupported(format!("the table needs the Delta feature `{}`", feature.escape_debug())));
        }
    }
    let settings = metadata.get("configuration");
    let mode = settings.and_then(|settings| settings.get("delta.columnMapping.mode")).and_then(Value::as_str);
    if mode.is_some_and(|mode| mode != "none") {
        return Err(fault::unsupported("the table uses column mapping"));
    }
    Ok(())
}

/// Checks the log's directory before a library reads it: links and special files, and checkpoints that would send the
/// library elsewhere. Of several checkpoints it reads the newest up to the version, as the library does.
pub(super) fn check_log(root: &Root, version: u64) -> Result<(), Problem> {
    let log = root.directory(&RelativePath::of(&[LOG])?)?;
    let mut newest = None;
    for entry in log.entries()? {
        // SECURITY: a checkpoint of the second kind names further files by URL, which the library would fetch
        // (test `a_checkpoint_that_names_other_files_is_refused`).
        if entry.is_directory && entry.name == "_sidecars" {
            return Err(sidecars());
        }
        let Some((number, kind)) = entry.name.split_once(".checkpoint.") else { continue };
        if kind != "parquet" {
            return Err(fault::unsupported("the table uses checkpoints in several files"));
        }
        if number.parse::<u64>().is_ok_and(|number| number <= version) {
            newest = Some(entry.name);
        }
    }
    match newest {
        Some(name) => check_checkpoint(&log, &name),
        None => Ok(()),
    }
}

/// Every checkpoint has a column for sidecar files; in one of the first kind it holds nothing. The texts of the others hold
/// JSON that the library parses.
fn check_checkpoint(log: &Root, name: &str) -> Result<(), Problem> {
    let failed = |error: &std::io::Error| fault::of_io(error, "read a checkpoint");
    let broken = |cause: &dyn std::fmt::Display| {
        fault::unreadable("the log of the table cannot be read", format!("checkpoint {name}: {cause}"))
    };
    let file = log.open(&RelativePath::of(&[name])?).map_err(|error| failed(&error))?;
    let size = file.metadata().map_err(|error| failed(&error))?.len();
    footer::read(&file, size)?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let columns = reader.parquet_schema().root_schema().get_fields();
    let positions = |name: &str| columns.iter().position(|field| field.name() == name);
    let sidecar = positions("sidecar");
    let read: Vec<usize> = [sidecar, positions("metaData"), positions("add")].into_iter().flatten().collect();
    let only = ProjectionMask::roots(reader.parquet_schema(), read);
    for batch in reader.with_projection(only).build().map_err(|error| broken(&error))? {
        let batch = batch.map_err(|error| broken(&error))?;
        if batch.column_by_name("sidecar").is_some_and(|column| column.null_count() < column.len()) {
            return Err(sidecars());
        }
        if batch.columns().iter().any(holds_deep_json) {
            return Err(broken(&"a text of it nests too deep"));
        }
    }
    Ok(())
}

/// Whether a text in a column, or in one of its fields, is JSON that nests deeper than is parsed. The schema it recurses
/// over was bounded with the footer.
fn holds_deep_json(column: &ArrayRef) -> bool {
    if let Some(fields) = column.as_struct_opt() {
        return fields.columns().iter().any(holds_deep_json);
    }
    let is_deep = |text: &str| {
        let is_json = text.trim_start().starts_with(['{', '[']);
        is_json && nesting::is_json_too_deep(text.as_bytes())
    };
    if let Some(texts) = column.as_string_opt::<i32>() {
        return texts.iter().flatten().any(is_deep);
    }
    if let Some(texts) = column.as_string_opt::<i64>() {
        return texts.iter().flatten().any(is_deep);
    }
    column.as_string_view_opt().is_some_and(|texts| texts.iter().flatten().any(is_deep))
}

fn sidecars() -> Problem {
    fault::unsupported("the table uses checkpoints with sidecar files")
}
