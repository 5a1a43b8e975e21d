//! `PinnedFiles`: an object store that knows one list of files and nothing else.
//!
//! It serves `<digest>/<n>.parquet` for the files of one manifest, only while each still has the entity tag and the size
//! that were recorded when its footer was read. Every other name is absent, every write is refused.
//!
//! INVARIANT: a reader gets the bytes that were published or an error, never other bytes and never fewer.

use std::{fmt, io, ops::Range, sync::Arc};

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
    untrusted,
};

/// The tag of a published file: what the file system says of it, and its tail with the digest of that.
///
/// Whoever writes a file changes what the file system says. A disk need not, and then a footer, an index of pages or a
/// name of a column might say that there are fewer rows.
pub(crate) fn tag(identity: &str, tail: u64, digest: &str) -> String {
    format!("{identity}-{tail:x}-{digest}")
}

/// Whether two manifests name the same files. One of a time before tails were remembered is compared without them.
pub fn is_same(pinned: &Manifest, found: &Manifest) -> bool {
    let mut found = found.clone();
    for (file, known) in found.files.iter_mut().zip(&pinned.files) {
        if split(&known.etag).1.is_none() {
            file.etag = split(&file.etag).0.to_owned();
        }
    }
    *pinned == found
}

/// The parts of a tag.
fn split(tag: &str) -> (&str, Option<(u64, &str)>) {
    let tail = tag.rsplit_once('-').and_then(|(rest, digest)| {
        let (identity, tail) = rest.rsplit_once('-')?;
        // Without a tail there are two parts.
        identity.contains('-').then_some((identity, u64::from_str_radix(tail, 16).ok()?, digest))
    });
    match tail {
        Some((identity, tail, digest)) => (identity, Some((tail, digest))),
        None => (tag, None),
    }
}

/// One file as it was when it was pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinnedFile {
    pub(crate) path: RelativePath,
    pub(crate) size: u64,
    pub(crate) etag: String,
}

/// The files of one manifest as an object store.
pub struct PinnedFiles {
    digest: Digest,
    root: Root,
    files: Arc<[PinnedFile]>,
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
        Self { digest, root, files: files.into() }
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

    fn find(&self, location: &Path) -> object_store::Result<(PinnedFile, ObjectMeta)> {
        let found = self.index(location).and_then(|index| Some((self.files.get(index)?.clone(), self.meta(index)?)));
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

/// SECURITY: a file whose tag or size differs from the manifest's is another file
/// (tests `a_replaced_file_is_refused`, `a_missing_file_is_an_error_never_fewer_rows`).
fn verify(file: &Opened, pinned: &PinnedFile) -> object_store::Result<()> {
    let metadata = file.metadata().map_err(|error| failed(fault::of_io(&error, "stat of a pinned file")))?;
    let found = etag(&metadata);
    if metadata.len() != pinned.size || found != split(&pinned.etag).0 {
        return Err(failed(fault::unreadable(
            "a data file changed after it was published",
            format!("{}: {found} where {} is pinned", pinned.path, pinned.etag),
        )));
    }
    Ok(())
}

fn open(root: &Root, pinned: &PinnedFile) -> object_store::Result<Opened> {
    let file = root.open(&pinned.path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => failed(fault::unreadable("a published data file is missing", &pinned.path)),
        _ => failed(fault::of_io(&error, &format!("open {}", pinned.path))),
    })?;
    verify(&file, pinned)?;
    Ok(file)
}

fn read(file: &Opened, range: &Range<u64>) -> object_store::Result<Bytes> {
    let length = usize::try_from(range.end.saturating_sub(range.start))
        .map_err(|_| failed(fault::unavailable("a range beyond memory")))?;
    let mut buffer = vec![0; length];
    file.read_exact_at(&mut buffer, range.start)
        .map_err(|error| failed(fault::of_io(&error, "read of a pinned file")))?;
    Ok(buffer.into())
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
            blocking(move || open(&root, &pinned).map(|_| ())).await?;
            GetResultPayload::Stream(futures::stream::empty().boxed())
        } else {
            let (root, wanted) = (self.root.clone(), range.clone());
            let bytes = blocking(move || read_verified(&root, &pinned, &[wanted])).await?;
            GetResultPayload::Stream(futures::stream::iter(bytes.into_iter().map(Ok)).boxed())
        };
        Ok(GetResult { payload, meta, range, attributes: object_store::Attributes::default() })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> object_store::Result<Vec<Bytes>> {
        let (pinned, _) = self.find(location)?;
        let (root, ranges) = (self.root.clone(), ranges.to_vec());
        blocking(move || read_verified(&root, &pinned, &ranges)).await
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

/// Opens, checks, reads and checks again: a file changed in place while it was read is refused as well.
fn read_verified(root: &Root, pinned: &PinnedFile, ranges: &[Range<u64>]) -> object_store::Result<Vec<Bytes>> {
    let file = open(root, pinned)?;
    let bytes = ranges
        .iter()
        .map(|range| {
            if range.start > range.end || range.end > pinned.size {
                return Err(failed(fault::unavailable("a range beyond the end of a pinned file")));
            }
            let bytes = read(&file, range)?;
            check_tail(&file, range, &bytes, pinned)?;
            Ok(bytes)
        })
        .collect::<object_store::Result<Vec<_>>>()?;
    verify(&file, pinned)?;
    Ok(bytes)
}

/// SECURITY: bytes may change under the times of a file. Those by which a reader finds its way are read only as they were
/// published, and a schema that nests without end not at all: the engine recurses over it (tests
/// `a_flipped_bit_with_its_times_kept_loses_no_row`, `a_footer_that_nests_without_end_ends_nothing`).
fn check_tail(file: &Opened, range: &Range<u64>, bytes: &Bytes, pinned: &PinnedFile) -> object_store::Result<()> {
    let changed = |why: &str| failed(fault::unreadable("a data file changed after it was published", why));
    if let (_, Some((tail, digest))) = split(&pinned.etag) {
        if range.end <= tail {
            return Ok(());
        }
        let found = footer::digest_of_tail(file, tail, pinned.size)
            .map_err(|error| failed(fault::of_io(&error, "read of a pinned file")))?;
        return if found == digest { Ok(()) } else { Err(changed("its tail is another one")) };
    }
    let Some(end) = pinned.size.checked_sub(8).filter(|end| range.end >= *end) else { return Ok(()) };
    let length = footer::check_tail(&read(file, &(end..pinned.size))?);
    let start = length.and_then(|length| end.checked_sub(length)).and_then(|start| start.checked_sub(range.start));
    // A read that begins within the footer is followed by one that does not.
    let Some(start) = start else { return Ok(()) };
    let found = usize::try_from(start).ok().zip(usize::try_from(end - range.start).ok());
    match found.and_then(|(start, end)| bytes.get(start..end)).map(untrusted::footer) {
        Some(Ok(())) => Ok(()),
        _ => Err(changed("its footer is none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_comes_apart_into_what_it_was_made_of() {
        assert_eq!(split(&tag("62f-1a4", 300, "ab12")), ("62f-1a4", Some((300, "ab12"))));
        assert_eq!(split("62f-1a4"), ("62f-1a4", None), "of a time before tails");
    }
}
