//! `PinnedFiles`: an object store that knows one list of files and nothing else.
//!
//! It serves `<digest>/<n>.parquet` for the files of one manifest, only while each still has the entity tag and the size
//! that were recorded when its footer was read. Every other name is absent, every write is refused.
//!
//! INVARIANT: a reader gets the bytes that were published or an error, never other bytes and never fewer.

use std::{
    fmt, io,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use datafusion::execution::object_store::ObjectStoreUrl;
use futures::{StreamExt as _, stream::BoxStream};
use model::{Digest, Problem, manifest::Manifest};
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, path::Path,
};

use crate::{
    beneath::{RelativePath, Root, etag},
    fault, footer,
    opened::Opened,
    seal::{Seal, Stamp},
    untrusted,
};

/// Whether two manifests name the same files. One of a time before files were sealed is compared without that.
pub fn is_same(pinned: &Manifest, found: &Manifest) -> bool {
    let mut found = found.clone();
    for (file, known) in found.files.iter_mut().zip(&pinned.files) {
        if known.blocks.is_empty() {
            file.blocks.clear();
        }
    }
    *pinned == found
}

/// One file as it was when it was pinned.
#[derive(Debug)]
pub(crate) struct PinnedFile {
    pub(crate) path: RelativePath,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) seal: Seal,
}

/// The files of one manifest as an object store.
pub struct PinnedFiles {
    digest: Digest,
    root: Root,
    files: Vec<Arc<PinnedFile>>,
    failed: AtomicBool,
}

impl fmt::Debug for PinnedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PinnedFiles({}, {} files)", self.digest, self.files.len())
    }
}

impl fmt::Display for PinnedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl PinnedFiles {
    pub(crate) fn new(root: Root, digest: Digest, files: Vec<PinnedFile>) -> Self {
        Self { digest, root, files: files.into_iter().map(Arc::new).collect(), failed: AtomicBool::new(false) }
    }

    /// Whether something of these files could not be read since this was last asked.
    pub fn take_failed(&self) -> bool {
        self.failed.swap(false, Ordering::Relaxed)
    }

    /// Runs blocking work on a file and remembers whether it failed.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> object_store::Result<T> + Send + 'static,
    ) -> object_store::Result<T> {
        let outcome = blocking(work).await;
        if outcome.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        outcome
    }

    /// The URL under which an engine finds this store: its own for every digest.
    pub fn url(&self) -> Result<ObjectStoreUrl, Problem> {
        ObjectStoreUrl::parse(format!("tessera-pinned://{}", self.digest)).map_err(Problem::internal)
    }

    /// What an engine is told about file `index`. The time of modification is the same for all: nothing about a file
    /// but its content may be observed, and the engine's footer cache is keyed by the name, which the digest begins.
    pub(crate) fn meta(&self, index: usize) -> Option<ObjectMeta> {
        let file = self.files.get(index)?;
        Some(ObjectMeta {
            location: Path::from(format!("{}/{index}.parquet", self.digest)),
            last_modified: DateTime::UNIX_EPOCH,
            size: file.size,
            e_tag: Some(file.etag.clone()),
            version: None,
        })
    }

    /// The index a location names, if it is exactly one of ours.
    fn index(&self, location: &Path) -> Option<usize> {
        let (digest, name) = location.as_ref().split_once('/')?;
        // SECURITY: only the digest of this manifest and a canonical number name a file
        // (test `nothing_but_its_own_names_is_served`).
        let index: usize = name.strip_suffix(".parquet")?.parse().ok()?;
        (digest == self.digest.to_string() && name == format!("{index}.parquet") && index < self.files.len())
            .then_some(index)
    }

    fn find(&self, location: &Path) -> object_store::Result<(Arc<PinnedFile>, ObjectMeta)> {
        let found =
            self.index(location).and_then(|index| Some((Arc::clone(self.files.get(index)?), self.meta(index)?)));
        found.ok_or_else(|| object_store::Error::NotFound {
            path: location.to_string(),
            source: "not a file of this manifest".into(),
        })
    }
}

/// Runs blocking file work off the reactor where there is one.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> object_store::Result<T> + Send + 'static,
) -> object_store::Result<T> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => runtime.spawn_blocking(work).await?,
        Err(_) => work(),
    }
}

fn failed(problem: Problem) -> object_store::Error {
    object_store::Error::Generic { store: "PinnedFiles", source: Box::new(problem) }
}

fn changed(cause: impl fmt::Display) -> object_store::Error {
    failed(fault::unreadable("a data file changed after it was published", cause))
}

/// SECURITY: a file whose tag or size differs from the manifest's is another file
/// (tests `a_replaced_file_is_refused`, `a_missing_file_is_an_error_never_fewer_rows`).
fn verify(file: &Opened, pinned: &PinnedFile) -> object_store::Result<Stamp> {
    let metadata = file.metadata().map_err(|error| failed(fault::of_io(&error, "stat of a pinned file")))?;
    let found = etag(&metadata);
    if metadata.len() != pinned.size || found != pinned.etag {
        return Err(changed(format!("{}: {found} where {} is pinned", pinned.path, pinned.etag)));
    }
    Ok(Stamp::of(&metadata))
}

fn open(root: &Root, pinned: &PinnedFile) -> object_store::Result<(Opened, Stamp)> {
    let file = root.open(&pinned.path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => failed(fault::unreadable("a published data file is missing", &pinned.path)),
        _ => failed(fault::of_io(&error, &format!("open {}", pinned.path))),
    })?;
    let stamp = verify(&file, pinned)?;
    Ok((file, stamp))
}

fn refused<T>(operation: &str) -> object_store::Result<T> {
    Err(object_store::Error::NotImplemented { operation: operation.to_owned(), implementer: "PinnedFiles".to_owned() })
}

#[async_trait]
impl ObjectStore for PinnedFiles {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        let (pinned, meta) = self.find(location)?;
        options.check_preconditions(&meta)?;
        let range = match &options.range {
            Some(range) => range
                .as_range(meta.size)
                .map_err(|error| object_store::Error::Generic { store: "PinnedFiles", source: Box::new(error) })?,
            None => 0..meta.size,
        };
        let payload = if options.head {
            let root = self.root.clone();
            self.work(move || open(&root, &pinned).map(|_| ())).await?;
            GetResultPayload::Stream(futures::stream::empty().boxed())
        } else {
            let (root, wanted) = (self.root.clone(), range.clone());
            let bytes = self.work(move || read_verified(&root, &pinned, &[wanted])).await?;
            GetResultPayload::Stream(futures::stream::iter(bytes.into_iter().map(Ok)).boxed())
        };
        Ok(GetResult { payload, meta, range, attributes: object_store::Attributes::default() })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> object_store::Result<Vec<Bytes>> {
        let (pinned, _) = self.find(location)?;
        let (root, ranges) = (self.root.clone(), ranges.to_vec());
        self.work(move || read_verified(&root, &pinned, &ranges)).await
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        let prefix = prefix.cloned().unwrap_or_default();
        let own: Vec<_> = (0..self.files.len())
            .filter_map(|index| self.meta(index))
            .filter(|meta| meta.location.prefix_matches(&prefix))
            .map(Ok)
            .collect();
        futures::stream::iter(own).boxed()
    }

    async fn list_with_delimiter(&self, _prefix: Option<&Path>) -> object_store::Result<ListResult> {
        refused("list_with_delimiter")
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> object_store::Result<PutResult> {
        refused("put")
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        refused("put_multipart")
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        locations.map(|_| refused("delete")).boxed()
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> object_store::Result<()> {
        refused("copy")
    }
}

/// How often a file may be touched while it is read.
const TOUCHES: usize = 4;

/// Opens, checks, reads and checks again: a file changed in place while it was read is refused as well.
fn read_verified(root: &Root, pinned: &PinnedFile, ranges: &[Range<u64>]) -> object_store::Result<Vec<Bytes>> {
    for _ in 0..TOUCHES {
        let (file, stamp) = open(root, pinned)?;
        let bytes = read(&file, stamp, pinned, ranges)?;
        // What was compared before may no longer be so.
        if verify(&file, pinned)? == stamp {
            return Ok(bytes);
        }
    }
    Err(changed(format!("{}: it is touched again and again", pinned.path)))
}

fn read(file: &Opened, stamp: Stamp, pinned: &PinnedFile, ranges: &[Range<u64>]) -> object_store::Result<Vec<Bytes>> {
    if ranges.iter().any(|range| range.start > range.end || range.end > pinned.size) {
        return Err(failed(fault::unavailable("a range beyond the end of a pinned file")));
    }
    // SECURITY: bytes may change under the times of a file, and are refused then
    // (tests `a_flipped_bit_with_its_times_kept_is_refused`, `a_footer_that_nests_without_end_ends_nothing`).
    let bytes = pinned.seal.read(file, stamp, ranges);
    let bytes = bytes.map_err(|error| failed(fault::of_io(&error, "read of a pinned file")))?;
    let bytes = bytes.ok_or_else(|| changed(format!("{}: a block has another digest", pinned.path)))?;
    if pinned.seal.is_none() {
        ranges.iter().zip(&bytes).try_for_each(|(range, bytes)| check_footer(file, range, bytes, pinned))?;
    }
    Ok(bytes.into_iter().map(Bytes::from).collect())
}

/// SECURITY: a file that was published before there were seals. The engine recurses over a schema that nests without end
/// (test `a_footer_that_nests_without_end_ends_nothing`).
fn check_footer(file: &Opened, range: &Range<u64>, bytes: &[u8], pinned: &PinnedFile) -> object_store::Result<()> {
    let Some(end) = pinned.size.checked_sub(8).filter(|end| range.end >= *end) else { return Ok(()) };
    let mut last = [0; 8];
    file.read_exact_at(&mut last, end).map_err(|error| failed(fault::of_io(&error, "read of a pinned file")))?;
    let start = footer::check_tail(&last).and_then(|length| end.checked_sub(length));
    // A read that begins within the footer is followed by one that does not.
    let Some(start) = start.and_then(|start| start.checked_sub(range.start)) else { return Ok(()) };
    let found = usize::try_from(start).ok().zip(usize::try_from(end - range.start).ok());
    match found.and_then(|(start, end)| bytes.get(start..end)).map(untrusted::footer) {
        Some(Ok(())) => Ok(()),
        _ => Err(changed("its footer is none")),
    }
}
