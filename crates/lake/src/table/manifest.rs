//! Manifests of table versions: what a publication pins.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, TryStreamExt as _};
use model::{
    Problem,
    column::Field,
    manifest::{Manifest, ManifestFile},
};
use parquet::file::metadata::ParquetMetaData;

use super::log::{self, LoggedFile};
use crate::{
    beneath::{RelativePath, Root, etag},
    fault, footer, seal, statistics,
};

/// Footers that are read at the same time.
const AT_ONCE: usize = 8;
/// Most files of one version.
const MOST_FILES: usize = 200_000;

/// A version of a table, examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Its files.
    pub manifest: Manifest,
    /// Columns that data files hold although the table does not declare them. They are never served.
    pub undeclared: BTreeSet<String>,
}

/// Whether the blocks of the files are digested. Only what is published needs it: it is read later, and for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seals {
    Made,
    LeftOut,
}

/// Examines one version of the table in `root`.
pub(super) async fn examine(root: &Root, version: u64, seals: Seals) -> Result<Examined, Problem> {
    let loaded = log::load(root, version).await?;
    if loaded.files.len() > MOST_FILES {
        return Err(fault::unreadable("the table has too many files; compact it", loaded.files.len()));
    }
    let files = trusted(&loaded.files)?;
    let (schema, partition_by) = (&loaded.schema, &loaded.partition_by);
    let examined: Vec<(ManifestFile, BTreeSet<String>)> = futures::stream::iter(files)
        .map(|(path, file)| {
            let (root, schema, partition_by) = (root.clone(), schema.clone(), partition_by.clone());
            async move {
                tokio::task::spawn_blocking(move || examine_file(&root, &path, &file, &schema, &partition_by, seals))
                    .await
                    // A footer is hostile input: a decoder that panics over it makes the file unreadable, no more.
                    .map_err(|cause| fault::unreadable("a data file is not a whole Parquet file", cause))?
            }
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut manifest = Manifest {
        format: 1,
        table_version: loaded.version,
        schema: loaded.schema,
        partition_by: loaded.partition_by,
        files: Vec::with_capacity(examined.len()),
    };
    let mut undeclared = BTreeSet::new();
    for (file, extra) in examined {
        manifest.files.push(file);
        undeclared.extend(extra);
    }
    Ok(Examined { manifest, undeclared })
}

/// The files in order of their paths, each path proven plain and named once.
fn trusted(files: &[LoggedFile]) -> Result<BTreeMap<RelativePath, LoggedFile>, Problem> {
    let mut trusted = BTreeMap::new();
    for file in files {
        if file.has_deletion_vector {
            return Err(fault::unsupported("the table uses deletion vectors"));
        }
        // SECURITY: the path was decoded once; what still looks encoded is a plain name
        // (tests `a_path_that_leaves_the_table_is_refused`, `an_encoded_escape_is_refused`).
        let path = RelativePath::parse(&file.path).map_err(|why| match why {
            "absolute" | "a URL" => fault::unsupported("the table names a data file by an absolute path"),
            _ => fault::unreadable("the log of the table names a file outside the table", format!("{:?}", file.path)),
        })?;
        if path.to_string().starts_with("_delta_log/") {
            return Err(fault::unreadable("the log of the table names itself as data", &path));
        }
        if trusted.insert(path, file.clone()).is_some() {
            return Err(fault::unreadable("the log of the table names a file twice", format!("{:?}", file.path)));
        }
    }
    Ok(trusted)
}

fn examine_file(
    root: &Root,
    path: &RelativePath,
    file: &LoggedFile,
    schema: &[Field],
    partition_by: &[String],
    seals: Seals,
) -> Result<(ManifestFile, BTreeSet<String>), Problem> {
    let opened = root.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => fault::unreadable("a data file of the table is missing", path),
        _ => fault::of_io(&error, &format!("open {path}")),
    })?;
    let found = opened.metadata().map_err(|error| fault::of_io(&error, "stat a data file"))?;
    if i64::try_from(found.len()) != Ok(file.size) {
        return Err(fault::unreadable("a data file has another size than the log of the table says", path));
    }
    let metadata = footer::read(&opened, found.len())?;
    let blocks = match seals {
        Seals::Made => seal::digests(&opened, found.len()),
        Seals::LeftOut => Ok(Vec::new()),
    };
    let statistics = schema
        .iter()
        .filter(|field| !partition_by.contains(&field.name))
        .map(|field| (field.name.clone(), statistics::of_column(&metadata, &field.name, &field.kind)))
        .filter(|(_, statistics)| *statistics != Default::default())
        .collect();
    let partition = partition_by
        .iter()
        .map(|name| {
            // Delta writes NULL as null or as empty text.
            let value = file.partition.get(name).cloned().flatten().filter(|value| !value.is_empty());
            (name.clone(), value)
        })
        .collect();
    let described = ManifestFile {
        path: path.to_string(),
        size: found.len(),
        etag: etag(&found),
        blocks: blocks.map_err(|error| fault::of_io(&error, "read a data file"))?,
        rows: u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0),
        partition,
        statistics,
    };
    Ok((described, undeclared(&metadata, schema)))
}

fn undeclared(metadata: &ParquetMetaData, schema: &[Field]) -> BTreeSet<String> {
    let root = metadata.file_metadata().schema_descr().root_schema();
    root.get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .filter(|name| !schema.iter().any(|declared| declared.name == *name))
        .collect()
}
