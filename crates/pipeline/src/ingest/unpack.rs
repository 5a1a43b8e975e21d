//! The bytes of a source file: unpacked by extension, bounded in how far they may expand.

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufReader, Read, Seek as _, SeekFrom},
    os::unix::fs::FileExt as _,
    rc::Rc,
};

use flate2::read::MultiGzDecoder;
use model::{Code, Digest, Problem};
use sha2::{Digest as _, Sha256};

use crate::pipeline::Limits;

/// Unpacked bytes that need no justification by packed ones.
const FREE_EXPANSION: u64 = 64 << 20;
/// What a budget that is used up says inside an `io::Error`.
const TOO_MUCH: &str = "expands beyond the limit";
const TOO_LONG: &str = "one row is longer than the limit";

/// The unpacked bytes of a file.
pub(crate) struct Unpacked {
    inner: Box<dyn Read>,
    row: Rc<Cell<u64>>,
    row_limit: u64,
    total: u64,
    total_limit: u64,
}

/// Tells the reader that a row ended, so that the budget of the next one begins.
#[derive(Clone)]
pub(crate) struct RowEnd(Rc<Cell<u64>>);

impl RowEnd {
    /// A row ended.
    pub(crate) fn reached(&self) {
        self.0.set(0);
    }
}

impl Unpacked {
    /// Opens the bytes of a file from its start; `path` decides by `.gz` and `.zst`.
    pub(crate) fn open(file: &File, path: &str, limits: &Limits) -> Result<(Self, RowEnd), io::Error> {
        let mut file = file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let packed = file.metadata()?.len();
        let raw = BufReader::with_capacity(1 << 18, file);
        let (inner, total_limit): (Box<dyn Read>, u64) = match extension(path) {
            Packing::Gzip => (Box::new(MultiGzDecoder::new(raw)), expansion(packed, limits)),
            Packing::Zstd => (Box::new(zstd::stream::read::Decoder::with_buffer(raw)?), expansion(packed, limits)),
            Packing::None => (Box::new(raw), u64::MAX),
        };
        let row = Rc::new(Cell::new(0));
        let unpacked = Self {
            inner,
            row: Rc::clone(&row),
            row_limit: (limits.source_row as u64).saturating_add(1 << 20),
            total: 0,
            total_limit,
        };
        Ok((unpacked, RowEnd(row)))
    }
}

/// How a file is packed.
enum Packing {
    None,
    Gzip,
    Zstd,
}

fn extension(path: &str) -> Packing {
    match path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("gz" | "gzip") => Packing::Gzip,
        Some("zst" | "zstd") => Packing::Zstd,
        _ => Packing::None,
    }
}

/// Whether a path names a packed file.
pub(crate) fn is_packed(path: &str) -> bool {
    !matches!(extension(path), Packing::None)
}

fn expansion(packed: u64, limits: &Limits) -> u64 {
    FREE_EXPANSION.saturating_add(packed.saturating_mul(limits.expansion))
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.row.get() > self.row_limit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, TOO_LONG));
        }
        let read = self.inner.read(buffer)?;
        self.row.set(self.row.get() + read as u64);
        self.total += read as u64;
        if self.total > self.total_limit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, TOO_MUCH));
        }
        Ok(read)
    }
}

/// What a failed read means to the domain's engineer.
pub(crate) fn failed(path: &str, error: &io::Error, limits: &Limits) -> Problem {
    let text = error.to_string();
    let (code, why, hint) = if text.contains(TOO_MUCH) {
        (
            Code::TooLarge,
            format!("expands to more than {} times its size", limits.expansion),
            "unpack it beforehand if that is right",
        )
    } else if text.contains(TOO_LONG) {
        (
            Code::TooLarge,
            format!("has a row longer than {} bytes", limits.source_row),
            "a quote is probably opened and never closed",
        )
    } else if is_packed(path) {
        (Code::SourceUnavailable, "cannot be unpacked".to_owned(), "it is damaged or was not written to its end")
    } else {
        (Code::SourceUnavailable, "cannot be read".to_owned(), "look at the file and its permissions")
    };
    Problem::new(code, format!("the source file `{path}` {why}")).with_hint(hint).with_cause(error)
}

/// The digest of a whole file as it lies on disk. Whoever reads the same file meanwhile is not moved in it.
pub(crate) fn digest(file: &File) -> Result<Digest, io::Error> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut place = 0;
    loop {
        let read = match file.read_at(&mut buffer, place) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if read == 0 {
            return Ok(Digest::from_bytes(hash.finalize().into()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        place += read as u64;
    }
}
