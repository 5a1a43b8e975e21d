//! What of a table nothing names any more: found, decided, removed - each a value that only the step before it makes.
//!
//! [`Leftovers`] are files that the table itself no longer names and that nobody touched since an instant: data files of
//! versions that were replaced, of writes that were never committed, and half-written files of a process that died.
//! [`Leftovers::beside`] takes away what manifests name; only the [`Garbage`] that is left can be removed. The log stays.
//!
//! INVARIANT: a file that the newest version, a version committed or replaced since the instant, or a given manifest
//! names is never removed, whatever it is called (tests `what_is_named_stays_whatever_it_is_called`,
//! `a_referenced_file_is_never_removed`). A log that cannot be read leaves everything where it is.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs::Metadata,
    io::{BufRead as _, BufReader},
    time::SystemTime,
};

use model::{Problem, Timestamp, manifest::Manifest};
use serde::Deserialize;

use super::{LOG, Table, log};
use crate::{
    beneath::{RelativePath, Root, STAGING},
    fault,
};

/// Deepest nesting of partition directories that is looked at.
const DEEPEST: usize = 64;
/// Most files of one table that are looked at.
const MOST_FILES: usize = 1_000_000;

/// A file beneath the table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    path: RelativePath,
    bytes: u64,
    modified: Timestamp,
}

/// Files that the table itself does not name.
#[derive(Debug)]
pub struct Leftovers {
    root: Option<Root>,
    head: Option<u64>,
    found: Vec<Found>,
}

/// Files that nothing names.
#[derive(Debug)]
pub struct Garbage(Leftovers);

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Table {
    /// The files that neither the newest version nor one of `versions` names, nor any log entry written since `before`,
    /// and that were not touched since then.
    ///
    /// # Errors
    /// `data-unavailable` and `delta-feature-unsupported` if the log cannot be read or names what is no plain path
    /// beneath the table, or if a link lies there: nothing is known to be unnamed then.
    pub async fn leftovers(&self, before: Timestamp, versions: &[u64]) -> Result<Leftovers, Problem> {
        let table = self.clone();
        let opened = move || match table.root()? {
            Some(root) => log::head(&root).map(|head| Some((root, head))),
            None => Ok(None),
        };
        let opened = tokio::task::spawn_blocking(opened).await.map_err(Problem::internal)??;
        let Some((root, head)) = opened else { return Ok(Leftovers { root: None, head: None, found: Vec::new() }) };
        let mut named = BTreeSet::new();
        for version in head.iter().chain(versions) {
            for file in log::load(&root, *version).await?.files {
                named.insert(plain(&file.path)?);
            }
        }
        let looking = move || {
            named.extend(named_since(&root, before)?);
            let found = unnamed(walk(&root)?, &named, before);
            Ok(Leftovers { root: Some(root), head, found })
        };
        tokio::task::spawn_blocking(looking).await.map_err(Problem::internal)?
    }
}

impl Leftovers {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Those that none of the manifests names.
    pub fn beside<'m>(mut self, manifests: impl IntoIterator<Item = &'m Manifest>) -> Garbage {
        let pinned: BTreeSet<&str> =
            manifests.into_iter().flat_map(|manifest| &manifest.files).map(|file| file.path.as_str()).collect();
        self.found.retain(|found| !pinned.contains(found.path.to_string().as_str()));
        Garbage(self)
    }
}

impl Garbage {
    /// Whether nothing is left of it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes at most so many files, durably. What is gone already is no error.
    ///
    /// # Errors
    /// `conflict` if the table got a new version meanwhile: it may name what was garbage before. What the file system
    /// says.
    pub async fn remove(&mut self, most: usize) -> Result<Removed, Problem> {
        let Some(root) = self.0.root.clone() else { return Ok(Removed::default()) };
        let rest = self.0.found.split_off(most.min(self.0.found.len()));
        let these = std::mem::replace(&mut self.0.found, rest);
        let head = self.0.head;
        tokio::task::spawn_blocking(move || {
            if log::head(&root)? != head {
                return Err(log::lost(head, log::head(&root)?));
            }
            remove(&root, &these)
        })
        .await
        .map_err(Problem::internal)?
    }
}

fn remove(root: &Root, files: &[Found]) -> Result<Removed, Problem> {
    let mut removed = Removed::default();
    let mut directories = BTreeSet::new();
    for file in files {
        if root.remove(&file.path)? {
            removed.files += 1;
            removed.bytes += file.bytes;
            directories.insert(file.path.parent());
        }
    }
    for directory in directories {
        match directory {
            Some(directory) => root.sync_directory(&directory)?,
            None => root.sync()?,
        }
    }
    Ok(removed)
}

/// The decision: what has no name among these and was last touched before the instant.
fn unnamed(found: Vec<Found>, named: &BTreeSet<RelativePath>, before: Timestamp) -> Vec<Found> {
    found.into_iter().filter(|file| file.modified < before && !named.contains(&file.path)).collect()
}

/// Every data file beneath the table, and every file that was being written, its log's included.
fn walk(root: &Root) -> Result<Vec<Found>, Problem> {
    let mut found = Vec::new();
    let mut waiting: Vec<(Option<RelativePath>, usize)> = vec![(None, 0)];
    while let Some((at, depth)) = waiting.pop() {
        let directory = match &at {
            None => Some(root.clone()),
            Some(path) => root.try_directory(path)?,
        };
        let is_log = at.as_ref().is_some_and(|path| path.to_string() == LOG);
        for entry in directory.map_or_else(|| Ok(Vec::new()), |directory| directory.every_entry())? {
            let path = match &at {
                None => RelativePath::parse(&entry.name),
                Some(path) => path.join(&entry.name),
            };
            let path = path.map_err(|why| fault::unavailable(format!("a name beneath a table is {why}")))?;
            if entry.is_directory {
                if depth < DEEPEST && (holds_data(&entry.name) || (at.is_none() && entry.name == LOG)) {
                    waiting.push((Some(path), depth + 1));
                }
                continue;
            }
            let is_data = !is_log && entry.name.ends_with(".parquet");
            if !is_data && !entry.name.starts_with(STAGING) {
                continue;
            }
            if found.len() >= MOST_FILES {
                return Err(fault::unreadable("the table has too many files to be cleaned up", found.len()));
            }
            if let Some(metadata) = stat(root, &path)? {
                found.push(Found { path, bytes: metadata.len(), modified: modified(&metadata) });
            }
        }
    }
    Ok(found)
}

/// Directories of other names belong to the log, or to whatever else an engine keeps beside its data.
fn holds_data(name: &str) -> bool {
    !name.starts_with(['_', '.']) || name.contains('=')
}

fn stat(root: &Root, path: &RelativePath) -> Result<Option<Metadata>, Problem> {
    let failed = |error: std::io::Error| fault::of_io(&error, "stat a file of a table");
    root.try_open(path).and_then(|file| file.map(|file| file.metadata()).transpose()).map_err(failed)
}

/// The instant of the last change; what cannot be told is as young as can be.
fn modified(metadata: &Metadata) -> Timestamp {
    let since = metadata.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    let micros = since.and_then(|since| i64::try_from(since.as_micros()).ok());
    Timestamp::from_micros(micros.unwrap_or(i64::MAX))
}

/// Every path that log entries written since an instant add or remove: what was a part of the table until then.
fn named_since(root: &Root, before: Timestamp) -> Result<BTreeSet<RelativePath>, Problem> {
    #[derive(Deserialize)]
    struct Line {
        add: Option<Named>,
        remove: Option<Named>,
        cdc: Option<Named>,
    }
    #[derive(Deserialize)]
    struct Named {
        path: String,
    }
    let broken = |cause: String| fault::unreadable("the log of the table cannot be read", cause);
    let mut named = BTreeSet::new();
    for entry in log::entries(root)? {
        let file = root.open(&entry).map_err(|error| fault::of_io(&error, "read a log entry"))?;
        let metadata = file.metadata().map_err(|error| fault::of_io(&error, "stat a log entry"))?;
        if modified(&metadata) < before {
            continue;
        }
        for line in BufReader::new(file).lines() {
            let line = line.map_err(|error| fault::of_io(&error, "read a log entry"))?;
            if line.trim().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_str(&line).map_err(|error| broken(format!("{entry}: {error}")))?;
            for Named { path } in [line.add, line.remove, line.cdc].into_iter().flatten() {
                named.insert(plain(&path)?);
                named.insert(plain(&decoded(&path))?);
            }
        }
    }
    Ok(named)
}

/// A path that a log names, if it is a plain one: any other might be another name of the same file.
fn plain(path: &str) -> Result<RelativePath, Problem> {
    RelativePath::parse(path)
        .map_err(|why| fault::unreadable("the log of the table names a path that is not plain", why))
}

/// A path of a log entry as the library decodes it; what is no escape stays as it is.
fn decoded(path: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelativePath {
        RelativePath::parse(text).unwrap()
    }

    fn found(text: &str, modified: i64) -> Found {
        Found { path: path(text), bytes: 1, modified: Timestamp::from_micros(modified) }
    }

    #[test]
    fn what_is_named_stays_whatever_it_is_called() {
        let names =
            ["part-1.parquet", ".tmp-1", "region=EU/x.parquet", "_a=1/x.parquet", "orphan.parquet", "%41.parquet"];
        let files = || names.iter().map(|name| found(name, 10)).collect::<Vec<_>>();
        let all: BTreeSet<RelativePath> = names.iter().map(|name| path(name)).collect();
        let at = Timestamp::from_micros;
        assert_eq!(unnamed(files(), &all, at(i64::MAX)), []);
        for name in names {
            let others: BTreeSet<RelativePath> = all.iter().filter(|named| **named != path(name)).cloned().collect();
            assert_eq!(unnamed(files(), &others, at(11)), [found(name, 10)], "it alone has no name");
            assert_eq!(unnamed(files(), &others, at(10)), [], "not before its time");
        }
    }

    #[test]
    fn what_manifests_name_is_no_garbage() {
        let leftovers = |names: &[&str]| Leftovers {
            root: None,
            head: None,
            found: names.iter().map(|name| found(name, 0)).collect(),
        };
        let file = |path: &str| model::manifest::ManifestFile {
            path: path.into(),
            size: 1,
            etag: "x".into(),
            blocks: vec![],
            rows: 1,
            partition: Default::default(),
            statistics: Default::default(),
        };
        let manifest =
            |files: Vec<_>| Manifest { format: 1, table_version: 0, schema: vec![], partition_by: vec![], files };
        let (one, two) = (manifest(vec![file("a.parquet"), file("x=1/b.parquet")]), manifest(vec![file("c.parquet")]));
        let all = ["a.parquet", "x=1/b.parquet", "c.parquet", "d.parquet"];
        assert_eq!(leftovers(&all).beside([&one, &two]).0.found, [found("d.parquet", 0)]);
        assert_eq!(leftovers(&all).beside([]).0.found.len(), 4);
    }

    #[test]
    fn paths_are_decoded_once() {
        for (text, plain) in
            [("a%20b", "a b"), ("%2541", "%41"), ("100%", "100%"), ("%zz", "%zz"), ("%+1", "%+1"), ("x=%C3%A4", "x=ä")]
        {
            assert_eq!(decoded(text), plain);
        }
    }
}
