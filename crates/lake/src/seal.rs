//! Seals: digests over the blocks of a data file, taken when it is published.
//!
//! Whoever writes a file changes what the file system says of it. A disk need not, and who sets the times back hides it.
//! So no byte of a sealed file is handed out before its block was compared with its digest. That a block held is
//! remembered for an hour, unless the file system says before that somebody has touched the file, so a file is digested
//! now and then, not with every statement.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::Metadata,
    io,
    ops::Range,
    os::unix::fs::MetadataExt as _,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::{Digest, manifest::BLOCK};
use sha2::{Digest as _, Sha256};

use crate::opened::Opened;

/// Bytes that are digested at a time.
const PIECE: usize = 1 << 16;

/// How long a file must have stood as it does before a comparison is remembered: what is written later than that has
/// another time of change, however coarse the clock of the file system is.
const SETTLED: Duration = Duration::from_secs(1);

/// How long it is remembered: what a disk alters by itself has no time of change.
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// The digests of one file, and which of them held.
#[derive(Debug)]
pub(crate) struct Seal {
    size: u64,
    block: u64,
    digests: Vec<Digest>,
    held: Mutex<Held>,
}

/// What was compared of the file that stands there.
#[derive(Debug, Default)]
struct Held {
    stamp: Option<Stamp>,
    since: Option<Instant>,
    blocks: Vec<bool>,
}

/// What is known of one block.
struct Look {
    has_held: bool,
    /// The file has stood as it does for a while.
    is_settled: bool,
}

/// What the file system says of a file. Unlike the time of modification, nobody can set that of the last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    file: (u64, u64),
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            file: (metadata.dev(), metadata.ino()),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// The digest of each block of a file of `size` bytes.
pub(crate) fn digests(file: &Opened, size: u64) -> io::Result<Vec<Digest>> {
    (0..size.div_ceil(BLOCK)).map(|number| digest(file, &range_of(number, BLOCK, size), |_, _| ())).collect()
}

/// The bytes of block `number`.
fn range_of(number: u64, block: u64, size: u64) -> Range<u64> {
    let start = number.saturating_mul(block);
    start..start.saturating_add(block).min(size)
}

/// The digest of a range; `seen` is shown each piece with where it begins.
fn digest(file: &Opened, range: &Range<u64>, mut seen: impl FnMut(u64, &[u8])) -> io::Result<Digest> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; PIECE];
    let mut at = range.start;
    while at < range.end {
        let length = usize::try_from(range.end - at).map_or(PIECE, |left| left.min(PIECE));
        let Some(piece) = buffer.get_mut(..length) else { break };
        file.read_exact_at(piece, at)?;
        hash.update(&*piece);
        seen(at, piece);
        at += length as u64;
    }
    Ok(Digest::from_bytes(hash.finalize().into()))
}

/// The part of a piece that begins at `at` which lies in a range.
fn within<'a>(range: &Range<u64>, at: u64, piece: &'a [u8]) -> &'a [u8] {
    let end = at.saturating_add(piece.len() as u64);
    let (from, to) = (range.start.clamp(at, end) - at, range.end.clamp(at, end) - at);
    usize::try_from(from)
        .ok()
        .zip(usize::try_from(to).ok())
        .and_then(|(from, to)| piece.get(from..to))
        .unwrap_or_default()
}

impl Seal {
    /// The seal of a file of `size` bytes by the digests of its blocks, as a manifest has them.
    pub(crate) fn of_blocks(size: u64, digests: &[Digest]) -> Self {
        Self::new(size, BLOCK, digests.to_vec())
    }

    /// The seal of a file whose digest is known as a whole.
    pub(crate) fn of_whole(size: u64, digest: Digest) -> Self {
        Self::new(size, size.max(1), vec![digest])
    }

    fn new(size: u64, block: u64, digests: Vec<Digest>) -> Self {
        Self { size, block, digests, held: Mutex::default() }
    }

    /// Whether there is none: the file was published before there were seals, or is not published at all.
    pub(crate) fn is_none(&self) -> bool {
        self.digests.is_empty()
    }

    /// The bytes of ranges, each of a block that has its digest; `None` if one has not. What is compared is what is
    /// returned: nobody can write in between.
    pub(crate) fn read(&self, file: &Opened, stamp: Stamp, ranges: &[Range<u64>]) -> io::Result<Option<Vec<Vec<u8>>>> {
        let blocks: BTreeSet<u64> = match self.is_none() {
            true => BTreeSet::new(),
            false => ranges.iter().filter(|range| !range.is_empty()).flat_map(|range| self.blocks(range)).collect(),
        };
        let looked: BTreeMap<u64, Look> = blocks.into_iter().map(|block| (block, self.look(stamp, block))).collect();
        let has_held = |range: &Range<u64>| {
            self.is_none() || self.blocks(range).all(|block| looked.get(&block).is_none_or(|look| look.has_held))
        };
        let mut found = Vec::with_capacity(ranges.len());
        for range in ranges {
            let length = usize::try_from(range.end.saturating_sub(range.start)).map_err(io::Error::other)?;
            if has_held(range) {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, range.start)?;
                found.push((range, true, bytes));
            } else {
                found.push((range, false, Vec::with_capacity(length)));
            }
        }
        // Whatever of a block is wanted is taken while it is digested once.
        let wanted = |number: &u64| found.iter().any(|(range, done, _)| !done && self.blocks(range).contains(number));
        let to_read: Vec<u64> = looked.keys().filter(|number| wanted(number)).copied().collect();
        for number in to_read {
            let block = range_of(number, self.block, self.size);
            let digest = digest(file, &block, |at, piece| {
                for (range, done, bytes) in &mut found {
                    if !*done {
                        bytes.extend_from_slice(within(range, at, piece));
                    }
                }
            })?;
            if usize::try_from(number).ok().and_then(|index| self.digests.get(index)) != Some(&digest) {
                return Ok(None);
            }
            if looked.get(&number).is_some_and(|look| look.is_settled) {
                self.hold(stamp, number);
            }
        }
        Ok(Some(found.into_iter().map(|(_, _, bytes)| bytes).collect()))
    }

    /// The numbers of the blocks in which a range lies.
    fn blocks(&self, range: &Range<u64>) -> Range<u64> {
        range.start / self.block..range.end.div_ceil(self.block)
    }

    /// What is known of a block of the file that stands there.
    fn look(&self, stamp: Stamp, number: u64) -> Look {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = held.since.is_some_and(|since| since.elapsed() >= REMEMBERED);
        if held.stamp != Some(stamp) || is_old {
            *held = Held { stamp: Some(stamp), since: Some(Instant::now()), blocks: vec![false; self.digests.len()] };
        }
        let block = usize::try_from(number).ok().and_then(|index| held.blocks.get(index).copied());
        Look {
            has_held: block.unwrap_or_default(),
            is_settled: held.since.is_some_and(|since| since.elapsed() >= SETTLED),
        }
    }

    fn hold(&self, stamp: Stamp, number: u64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let block = usize::try_from(number).ok().filter(|_| held.stamp == Some(stamp));
        if let Some(block) = block.and_then(|index| held.blocks.get_mut(index)) {
            *block = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::FileExt as _,
        path::{Path, PathBuf},
        thread,
    };

    use super::*;

    /// Three blocks, the last one short.
    const SIZE: u64 = 2 * BLOCK + 100;

    fn file() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("part.parquet");
        let bytes: Vec<u8> = (0..SIZE).map(|at| (at % 251) as u8).collect();
        fs::write(&path, &bytes).unwrap();
        (directory, path, bytes)
    }

    fn open(path: &Path) -> (Opened, Stamp) {
        let file = Opened::new(fs::File::open(path).unwrap(), path.into());
        let stamp = Stamp::of(&file.metadata().unwrap());
        (file, stamp)
    }

    fn flip(path: &Path, at: u64) {
        let file = fs::File::options().read(true).write(true).open(path).unwrap();
        let modified = file.metadata().unwrap().modified().unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, at).unwrap();
        file.write_all_at(&[byte[0] ^ 1], at).unwrap();
        file.set_modified(modified).unwrap();
    }

    fn one(seal: &Seal, file: &Opened, stamp: Stamp, range: &Range<u64>) -> Option<Vec<u8>> {
        seal.read(file, stamp, std::slice::from_ref(range)).unwrap().map(|found| found.concat())
    }

    #[test]
    fn every_range_is_read_as_it_was_sealed() {
        let (_directory, path, bytes) = file();
        let (file, stamp) = open(&path);
        let blocks = digests(&file, SIZE).unwrap();
        assert_eq!(blocks.len(), 3);
        let seals =
            [Seal::of_blocks(SIZE, &blocks), Seal::of_whole(SIZE, Digest::of(&bytes)), Seal::of_blocks(SIZE, &[])];
        let edges = [0, 1, 65_535, 65_536, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, SIZE - 1, SIZE];
        for seal in &seals {
            for (from, to) in
                edges.into_iter().flat_map(|from| edges.map(|to| (from, to))).filter(|(from, to)| from <= to)
            {
                let found = one(seal, &file, stamp, &(from..to)).unwrap();
                assert_eq!(found, bytes[from as usize..to as usize], "{from}..{to}");
            }
        }
    }

    #[test]
    fn ranges_of_one_block_are_taken_at_once() {
        let (_directory, path, bytes) = file();
        let (file, stamp) = open(&path);
        let blocks = Seal::of_blocks(SIZE, &digests(&file, SIZE).unwrap());
        let whole = Seal::of_whole(SIZE, Digest::of(&bytes));
        // Out of order, overlapping, empty, over several blocks.
        let ranges = [5..9, BLOCK - 2..BLOCK + 2, 7..20, 3..3, 0..SIZE, 2 * BLOCK..SIZE];
        let expected: Vec<&[u8]> =
            ranges.iter().map(|range| &bytes[range.start as usize..range.end as usize]).collect();
        for seal in [&blocks, &whole] {
            assert_eq!(seal.read(&file, stamp, &ranges).unwrap().unwrap(), expected);
        }
        thread::sleep(SETTLED);
        // One block is remembered, and a range in it and another is read whole.
        blocks.read(&file, stamp, &ranges[..1]).unwrap().unwrap();
        assert_eq!([0, 1, 2].map(|number| blocks.look(stamp, number).has_held), [true, false, false]);
        assert_eq!(blocks.read(&file, stamp, &ranges).unwrap().unwrap(), expected);
        assert_eq!([0, 1, 2].map(|number| blocks.look(stamp, number).has_held), [true; 3]);
    }

    #[test]
    fn only_a_block_that_changed_is_refused() {
        let (_directory, path, bytes) = file();
        let seal = Seal::of_blocks(SIZE, &digests(&open(&path).0, SIZE).unwrap());
        let whole = Seal::of_whole(SIZE, Digest::of(&bytes));
        flip(&path, BLOCK + 7);
        let (file, stamp) = open(&path);
        for (range, is_refused) in
            [(0..BLOCK, false), (BLOCK - 1..BLOCK + 1, true), (2 * BLOCK..SIZE, false), (0..SIZE, true)]
        {
            assert_eq!(one(&seal, &file, stamp, &range).is_none(), is_refused, "{range:?}");
            assert!(one(&whole, &file, stamp, &range).is_none(), "{range:?}");
        }
        // A manifest with fewer digests than the file has blocks.
        let short = Seal::of_blocks(SIZE, &digests(&file, SIZE).unwrap()[..2]);
        assert!(one(&short, &file, stamp, &(0..2 * BLOCK)).is_some());
        assert!(one(&short, &file, stamp, &(2 * BLOCK..SIZE)).is_none());
    }

    #[test]
    fn what_held_is_remembered_until_somebody_touches_the_file() {
        let (_directory, path, bytes) = file();
        let (file, stamp) = open(&path);
        let seal = Seal::of_blocks(SIZE, &digests(&file, SIZE).unwrap());
        let read = |range: Range<u64>| {
            let (file, stamp) = open(&path);
            one(&seal, &file, stamp, &range)
        };
        read(0..10).unwrap();
        assert!(!seal.look(stamp, 0).has_held, "it may be written within the same tick");
        thread::sleep(SETTLED);
        read(0..10).unwrap();
        assert!(seal.look(stamp, 0).has_held);
        assert!(!seal.look(stamp, 1).has_held, "it was not read");
        let since = seal.held.lock().unwrap().since;
        seal.held.lock().unwrap().since = since.unwrap().checked_sub(REMEMBERED);
        assert!(!seal.look(stamp, 0).has_held, "not for ever");
        thread::sleep(SETTLED);
        read(0..10).unwrap();
        assert!(seal.look(stamp, 0).has_held);
        flip(&path, 5);
        assert_eq!(read(0..10), None, "its times are what they were");
        flip(&path, 5);
        assert_eq!(read(0..10).unwrap(), bytes[..10]);
        assert!(!seal.look(open(&path).1, 0).has_held);
    }
}
