//! A directory as the object store that the Delta library works on.
//!
//! The library reads and writes its log through this store alone, so a hostile log can name whatever it likes: every
//! path goes through [`Root`]. Writes are durable before they are acknowledged; nothing is ever deleted.

use std::{fmt, ops::Range};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use futures::{StreamExt as _, stream::BoxStream};
use model::{Code, Problem};
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, UploadPart, path::Path,
};

use crate::{
    beneath::{RelativePath, Root, etag},
    fault, nesting,
    opened::Opened,
};

/// The first component of every path the library uses; it stands for the table's directory.
pub(crate) const MOUNT: &str = "table";

/// A table's directory as an object store.
#[derive(Debug, Clone)]
pub(crate) struct TableStore {
    root: Root,
}

impl fmt::Display for TableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TableStore")
    }
}

fn failed(problem: Problem) -> object_store::Error {
    object_store::Error::Generic { store: "TableStore", source: Box::new(problem) }
}

fn refused<T>(operation: &str) -> object_store::Result<T> {
    Err(object_store::Error::NotImplemented { operation: operation.to_owned(), implementer: "TableStore".to_owned() })
}

/// The path beneath the table's directory; `None` for the directory itself.
fn beneath(location: &Path) -> object_store::Result<Option<RelativePath>> {
    let outside = |why: &str| failed(fault::unavailable(format!("the log asks for {location}, which is {why}")));
    let rest = location.as_ref().strip_prefix(MOUNT).ok_or_else(|| outside("outside its table"))?;
    if rest.is_empty() {
        return Ok(None);
    }
    let rest = rest.strip_prefix('/').ok_or_else(|| outside("outside its table"))?;
    RelativePath::parse(rest).map(Some).map_err(outside)
}

fn file_of(location: &Path) -> object_store::Result<RelativePath> {
    beneath(location)?.ok_or_else(|| failed(fault::unavailable("the table's directory is not a file")))
}

impl TableStore {
    pub(crate) fn new(root: Root) -> Self {
        Self { root }
    }

    fn read(&self, location: &Path, options: &GetOptions) -> object_store::Result<GetResult> {
        let file = self
            .root
            .try_open(&file_of(location)?)
            .map_err(|error| failed(fault::of_io(&error, location.as_ref())))?
            .ok_or_else(|| object_store::Error::NotFound {
                path: location.to_string(),
                source: "no such file".into(),
            })?;
        let metadata = file.metadata().map_err(|error| failed(fault::of_io(&error, location.as_ref())))?;
        let meta = meta(location.clone(), &metadata);
        options.check_preconditions(&meta)?;
        let range = match &options.range {
            Some(range) => range
                .as_range(meta.size)
                .map_err(|error| object_store::Error::Generic { store: "TableStore", source: Box::new(error) })?,
            None => 0..meta.size,
        };
        // SECURITY: what is JSON is looked at whole before the library parses any of it
        // (test `a_hostile_log_is_refused_or_changes_nothing`).
        if !options.head
            && is_json(location)
            && nesting::is_json_too_deep(&read_range(&file, &(0..meta.size), location)?)
        {
            return Err(failed(fault::unreadable(
                "the log of the table cannot be read",
                format!("{location} is too deep"),
            )));
        }
        let bytes = if options.head { Bytes::new() } else { read_range(&file, &range, location)? };
        Ok(GetResult {
            payload: GetResultPayload::Stream(futures::stream::once(async move { Ok(bytes) }).boxed()),
            meta,
            range,
            attributes: object_store::Attributes::default(),
        })
    }

    /// Every file beneath `prefix`, sorted by path.
    fn walk(&self, prefix: Option<&Path>) -> object_store::Result<Vec<ObjectMeta>> {
        let prefix = match prefix {
            Some(prefix) if !prefix.as_ref().is_empty() => beneath(prefix)?,
            _ => None,
        };
        let mut found = Vec::new();
        let mut waiting = vec![prefix];
        while let Some(path) = waiting.pop() {
            let directory = match &path {
                None => Some(self.root.clone()),
                Some(path) => self.root.try_directory(path).map_err(failed)?,
            };
            let Some(directory) = directory else { continue };
            for entry in directory.entries().map_err(failed)? {
                let text = path.as_ref().map_or_else(|| entry.name.clone(), |path| format!("{path}/{}", entry.name));
                let child = RelativePath::parse(&text).map_err(|why| failed(fault::unavailable(why)))?;
                if entry.is_directory {
                    waiting.push(Some(child));
                    continue;
                }
                let Some(file) = self.root.try_open(&child).map_err(|error| failed(fault::of_io(&error, &text)))?
                else {
                    continue;
                };
                let metadata = file.metadata().map_err(|error| failed(fault::of_io(&error, &text)))?;
                let location = Path::parse(format!("{MOUNT}/{text}"))
                    .map_err(|error| object_store::Error::Generic { store: "TableStore", source: Box::new(error) })?;
                found.push(meta(location, &metadata));
            }
        }
        found.sort_by(|a, b| a.location.cmp(&b.location));
        Ok(found)
    }

    fn write(&self, location: &Path, bytes: &[u8], mode: &PutMode) -> object_store::Result<PutResult> {
        let replace = match mode {
            PutMode::Overwrite => true,
            PutMode::Create => false,
            PutMode::Update(_) => return refused("conditional update"),
        };
        match self.root.write_durably(&file_of(location)?, bytes, replace) {
            Ok(()) => Ok(PutResult { e_tag: None, version: None }),
            Err(problem) if problem.code() == Code::Conflict => {
                Err(object_store::Error::AlreadyExists { path: location.to_string(), source: Box::new(problem) })
            }
            Err(problem) => Err(failed(problem)),
        }
    }
}

fn meta(location: Path, metadata: &std::fs::Metadata) -> ObjectMeta {
    let modified = metadata.modified().map(DateTime::from).unwrap_or(DateTime::UNIX_EPOCH);
    ObjectMeta { location, last_modified: modified, size: metadata.len(), e_tag: Some(etag(metadata)), version: None }
}

/// Whether the library parses a file of the log as JSON: everything but Parquet.
fn is_json(location: &Path) -> bool {
    location.extension() != Some("parquet")
}

fn read_range(file: &Opened, range: &Range<u64>, location: &Path) -> object_store::Result<Bytes> {
    let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    // A log entry or checkpoint larger than this is not ours; reading it whole would be a way to take the memory.
    if length > 1 << 30 {
        return Err(failed(fault::unavailable(format!("{location} is too large for a log file"))));
    }
    let mut buffer = vec![0; length];
    file.read_exact_at(&mut buffer, range.start).map_err(|error| failed(fault::of_io(&error, location.as_ref())))?;
    Ok(buffer.into())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> object_store::Result<T> + Send + 'static,
) -> object_store::Result<T> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => runtime.spawn_blocking(work).await?,
        Err(_) => work(),
    }
}

#[async_trait]
impl ObjectStore for TableStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> object_store::Result<PutResult> {
        let (store, location) = (self.clone(), location.clone());
        let bytes = Bytes::from(payload);
        blocking(move || store.write(&location, &bytes, &options.mode)).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Upload { store: self.clone(), location: location.clone(), bytes: Vec::new() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        let (store, location) = (self.clone(), location.clone());
        blocking(move || store.read(&location, &options)).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        locations.map(|_| refused("delete")).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        let (store, prefix) = (self.clone(), prefix.cloned());
        futures::stream::once(async move { blocking(move || store.walk(prefix.as_ref())).await })
            .flat_map(|found| {
                futures::stream::iter(match found {
                    Ok(found) => found.into_iter().map(Ok).collect::<Vec<_>>(),
                    Err(error) => vec![Err(error)],
                })
            })
            .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        let (store, prefix) = (self.clone(), prefix.cloned());
        let objects = blocking(move || store.walk(prefix.as_ref())).await?;
        Ok(ListResult { common_prefixes: Vec::new(), objects })
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> object_store::Result<()> {
        refused("copy")
    }
}

/// Parts are kept until the file is whole: checkpoints are small, and a half one must never be seen.
#[derive(Debug)]
struct Upload {
    store: TableStore,
    location: Path,
    bytes: Vec<u8>,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        data.iter().for_each(|bytes| self.bytes.extend_from_slice(bytes));
        Box::pin(async { Ok(()) })
    }

    async fn complete(&mut self) -> object_store::Result<PutResult> {
        let (store, location, bytes) = (self.store.clone(), self.location.clone(), std::mem::take(&mut self.bytes));
        blocking(move || store.write(&location, &bytes, &PutMode::Overwrite)).await
    }

    async fn abort(&mut self) -> object_store::Result<()> {
        self.bytes.clear();
        Ok(())
    }
}
