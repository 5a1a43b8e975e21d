//! Footers of Parquet files: opened, sized and checked before anything believes them.
//!
//! A footer is input from outside. It is read under a size limit, and what it says about the file must fit the file:
//! no column chunk beyond its end, no negative count, no row group that promises more than its bytes can hold.

use std::fs::File;

use bytes::Bytes;
use model::Problem;
use parquet::file::{
    metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
    reader::{ChunkReader, Length},
};

use crate::{
    fault,
    opened::{Opened, Reopen},
    untrusted,
};

/// Largest footer that is parsed.
const LARGEST_FOOTER: u64 = 64 << 20;
/// Most leaf columns of a file.
const MOST_COLUMNS: usize = 20_000;
/// Bytes after decompression that one stored byte may stand for, on the average of a column chunk of more than a page.
const LARGEST_EXPANSION: i64 = 20_000;

/// Reads and checks the footer of a file of `size` bytes, and looks through the headers of all its pages: whoever decodes
/// the file next may believe it.
///
/// # Errors
/// `data-unavailable` naming what is wrong with the file, without its path.
pub(crate) fn read(file: &Opened, size: u64) -> Result<ParquetMetaData, Problem> {
    sound(file, size)
        .map_err(|(why, cause)| fault::unreadable(format!("a data file is not a whole Parquet file: {why}"), cause))
}

/// The metadata of somebody else's Parquet file of `size` bytes, once its footer and the headers of all its pages were
/// looked through: a decoder may take it from there without taking the process down.
///
/// # Errors
/// What is wrong with the file, in words that follow its name, and the decoder's own for the log.
pub fn sound_parquet(file: &File, size: u64) -> Result<ParquetMetaData, (String, String)> {
    sound(file, size)
}

fn sound(file: &impl Reopen, size: u64) -> Result<ParquetMetaData, (String, String)> {
    let metadata = examine(file, size)?;
    untrusted::pages::check(file, size, &metadata).map_err(|why| (why, "page check".to_owned()))?;
    Ok(metadata)
}

fn examine(file: &impl ChunkReader, size: u64) -> Result<ParquetMetaData, (String, String)> {
    let broken = |why: &str, cause: &dyn std::fmt::Display| (why.to_owned(), cause.to_string());
    if size < 12 {
        return Err(broken("it is shorter than a footer", &size));
    }
    let tail = file.get_bytes(size - 8, 8).map_err(|error| broken("its end cannot be read", &error))?;
    let footer = check_tail(&tail).ok_or_else(|| broken("its end is missing; was it still being written?", &size))?;
    if footer > size.saturating_sub(12) || footer > LARGEST_FOOTER {
        return Err(broken("its footer is larger than it can be", &footer));
    }
    let length = usize::try_from(footer).map_err(|error| broken("its footer is larger than it can be", &error))?;
    let bytes =
        file.get_bytes(size - 8 - footer, length).map_err(|error| broken("its footer cannot be read", &error))?;
    // SECURITY: before the decoder asks for what it declares (test `a_footer_is_not_believed`).
    untrusted::footer(&bytes).map_err(|why| broken(why, &"footer check"))?;
    let metadata = ParquetMetaDataReader::new()
        .with_page_index_policy(PageIndexPolicy::Skip)
        .parse_and_finish(&WholeFile { file, size })
        .map_err(|error| broken("its footer cannot be read", &error))?;
    check(&metadata, size).map_err(|why| broken(&why, &"footer check"))?;
    Ok(metadata)
}

/// The length of the footer that the last eight bytes state.
pub(crate) fn check_tail(tail: &[u8]) -> Option<u64> {
    let (length, magic) = tail.split_at_checked(4)?;
    if magic != b"PAR1" {
        return None;
    }
    Some(u64::from(u32::from_le_bytes(length.try_into().ok()?)))
}

/// What a footer says must fit the file it ends.
fn check(metadata: &ParquetMetaData, size: u64) -> Result<(), String> {
    let columns = metadata.file_metadata().schema_descr().num_columns();
    if columns > MOST_COLUMNS {
        return Err(format!("it declares {columns} columns"));
    }
    let mut rows = 0i64;
    for group in metadata.row_groups() {
        if group.num_rows() < 0 {
            return Err("a row group has a negative number of rows".to_owned());
        }
        rows = rows.checked_add(group.num_rows()).ok_or("it declares more rows than can be counted")?;
        for chunk in group.columns() {
            let (start, length) = (
                chunk
                    .dictionary_page_offset()
                    .unwrap_or_else(|| chunk.data_page_offset())
                    .min(chunk.data_page_offset()),
                chunk.compressed_size(),
            );
            let end = start.checked_add(length).and_then(|end| u64::try_from(end).ok());
            if start < 0 || length < 0 || end.is_none_or(|end| end > size) {
                return Err("a column lies outside the file".to_owned());
            }
            if chunk.num_values() < 0 || chunk.uncompressed_size() < 0 {
                return Err("a column has a negative size".to_owned());
            }
            // SECURITY: page-size sanity before a decoder allocates (test `a_bomb_is_refused_by_its_footer`).
            if chunk.uncompressed_size() > (length + 1024).saturating_mul(LARGEST_EXPANSION) {
                return Err("a column promises far more bytes than it stores".to_owned());
            }
        }
    }
    if rows != metadata.file_metadata().num_rows() {
        return Err("its row groups do not add up to its rows".to_owned());
    }
    Ok(())
}

/// A file that is never read beyond the size it had when it was opened.
struct WholeFile<'a, R> {
    file: &'a R,
    size: u64,
}

impl<R: Send + Sync> Length for WholeFile<'_, R> {
    fn len(&self) -> u64 {
        self.size
    }
}

impl<R: ChunkReader> ChunkReader for WholeFile<'_, R> {
    type T = R::T;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        self.file.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        self.file.get_bytes(start, length)
    }
}
