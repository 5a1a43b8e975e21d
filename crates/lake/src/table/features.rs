//! What a Delta log may ask of a reader: nothing that the manifest's plain scan cannot give.

use model::Problem;
use serde_json::Value;

use crate::{
    beneath::{RelativePath, Root},
    fault, footer,
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
/// library elsewhere.
pub(super) fn check_log(root: &Root) -> Result<(), Problem> {
    let log = root.directory(&RelativePath::of(&[LOG])?)?;
    for entry in log.entries()? {
        // SECURITY: a checkpoint of the second kind names further files by URL, which the library would fetch
        // (test `a_checkpoint_that_names_other_files_is_refused`).
        if entry.is_directory && entry.name == "_sidecars" {
            return Err(fault::unsupported("the table uses checkpoints with sidecar files"));
        }
        let Some((_, kind)) = entry.name.split_once(".checkpoint.") else { continue };
        if kind != "parquet" {
            return Err(fault::unsupported("the table uses checkpoints in several files"));
        }
        let file =
            log.open(&RelativePath::of(&[&entry.name])?).map_err(|error| fault::of_io(&error, "open a checkpoint"))?;
        let size = file.metadata().map_err(|error| fault::of_io(&error, "stat a checkpoint"))?.len();
        let metadata = footer::read(&file, size)?;
        let schema = metadata.file_metadata().schema_descr().root_schema();
        if schema.get_fields().iter().any(|field| field.name() == "sidecar") {
            return Err(fault::unsupported("the table uses checkpoints with sidecar files"));
        }
    }
    Ok(())
}
