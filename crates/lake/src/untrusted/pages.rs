//! The pages of a file: every header, and the index of them, before anything is decoded.

use std::sync::Arc;

use parquet::{
    basic::Type,
    column::page::{Page, PageReader as _},
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData},
        serialized_reader::SerializedPageReader,
    },
};

use crate::opened::Reopen;

use super::{
    compact::{self, Event, Fault, Shape},
    delta, shapes, told,
};

/// Bytes of a dictionary. Writers stop at about one.
const LARGEST_DICTIONARY: i64 = 64 << 20;
/// Bytes of a page that need no justification by stored ones.
const FREE: i64 = 64 << 20;
/// Bytes that each stored byte of a larger page may stand for.
const EXPANSION: i64 = 1_000;
/// Bytes of a page header, which may hold the page's bounds.
const LONGEST_HEADER: usize = 16 << 20;
/// Bytes of one column's page index.
const LONGEST_INDEX: u64 = 64 << 20;
/// What most page headers fit into.
const FIRST_LOOK: usize = 256;

/// Encodings that store lengths first, and how many lists of them.
const LENGTHS_FIRST: [(i64, usize); 2] = [(6, 1), (7, 2)];

/// Looks through the headers of all pages of a file whose footer was checked, and through its page index.
///
/// # Errors
/// Why the file may not be decoded.
pub(crate) fn check(file: &impl Reopen, size: u64, metadata: &ParquetMetaData) -> Result<(), String> {
    for (group, of_group) in metadata.row_groups().iter().enumerate() {
        for (column, chunk) in of_group.columns().iter().enumerate() {
            let rows = usize::try_from(of_group.num_rows()).unwrap_or(0);
            let place = |why: &str| format!("{why} (row group {group}, column {column})");
            check_chunk(file, size, chunk, rows).map_err(|why| place(&why))?;
        }
    }
    Ok(())
}

/// What a page header says.
#[derive(Debug, Default, Clone, Copy)]
struct Header {
    /// Bytes of the header itself.
    length: i64,
    kind: i64,
    unpacked: i64,
    packed: i64,
    values: i64,
    encoding: i64,
    levels: i64,
}

impl Header {
    fn is_dictionary(self) -> bool {
        self.kind == 2
    }
}

fn check_chunk(file: &impl Reopen, size: u64, chunk: &ColumnChunkMetaData, rows: usize) -> Result<(), String> {
    let start = chunk.dictionary_page_offset().unwrap_or(i64::MAX).min(chunk.data_page_offset());
    let end = start.saturating_add(chunk.compressed_size());
    let (mut at, mut values, mut has_lengths) = (start, 0_i64, false);
    let mut places = Vec::new();
    while at < end {
        let header = read_header(file, at, end).map_err(told)?;
        let body = at.saturating_add(header.length);
        check_header(&header, chunk, end - body)?;
        if !header.is_dictionary() {
            places.push(at);
            values = values.saturating_add(header.values);
        }
        has_lengths |= LENGTHS_FIRST.iter().any(|(encoding, _)| *encoding == header.encoding);
        at = body.saturating_add(header.packed);
    }
    if values > chunk.num_values() {
        return Err("its pages hold more values than it says".to_owned());
    }
    check_index(file, size, chunk, &places)?;
    if has_lengths { check_lengths(file, chunk, rows) } else { Ok(()) }
}

fn check_header(header: &Header, chunk: &ColumnChunkMetaData, left: i64) -> Result<(), String> {
    let refuse = |why: &str| Err(why.to_owned());
    if header.packed < 0 || header.unpacked < 0 || header.values < 0 || header.packed > left {
        return refuse("a page has a size that cannot be");
    }
    if header.unpacked > FREE && header.unpacked > header.packed.saturating_mul(EXPANSION) {
        return refuse("a page promises far more bytes than it stores");
    }
    if header.levels > header.unpacked {
        return refuse("a page has more levels than bytes");
    }
    if header.is_dictionary() {
        let each = match chunk.column_type() {
            Type::INT64 | Type::DOUBLE => 8,
            Type::INT96 => 12,
            _ => i64::from(chunk.column_descr().type_length().max(4)),
        };
        // SECURITY: the decoder asks for the memory of as many as are declared (test `a_page_header_is_not_believed`).
        if header.unpacked > LARGEST_DICTIONARY || header.values.saturating_mul(each) > header.unpacked {
            return refuse("a dictionary promises more values than it has bytes for");
        }
    } else if header.values > chunk.num_values() {
        return refuse("a page promises more values than its column");
    }
    Ok(())
}

fn read_header(file: &impl Reopen, at: i64, end: i64) -> Result<Header, Fault> {
    let left = usize::try_from(end.saturating_sub(at)).unwrap_or(0).min(LONGEST_HEADER);
    let at = u64::try_from(at).map_err(|_| Fault::Wrong("a page lies before its file"))?;
    let mut look = FIRST_LOOK;
    loop {
        let bytes = file.get_bytes(at, look.min(left)).map_err(|_| Fault::Short)?;
        match header_of(&bytes) {
            Err(Fault::Short) if look < left => look = look.saturating_mul(16),
            read => return read,
        }
    }
}

fn header_of(bytes: &[u8]) -> Result<Header, Fault> {
    let mut header = Header { kind: -1, ..Header::default() };
    let length = compact::walk(bytes, shapes::PAGE_HEADER, &mut |path, event| {
        let Event::Number(number) = event else { return Ok(()) };
        match path {
            [1] => header.kind = number,
            [2] => header.unpacked = number,
            [3] => header.packed = number,
            [5 | 7 | 8, 1] => header.values = header.values.max(number),
            [5, 2] | [8, 4] => header.encoding = number,
            [8, 5 | 6] if number < 0 => return Err(Fault::Wrong("a page has levels of a negative length")),
            [8, 5 | 6] => header.levels = header.levels.saturating_add(number),
            _ => {}
        }
        Ok(())
    })?;
    header.length = i64::try_from(length).unwrap_or(i64::MAX);
    Ok(header)
}

/// The page index names the pages that were looked through, and no others.
fn check_index(file: &impl Reopen, size: u64, chunk: &ColumnChunkMetaData, places: &[i64]) -> Result<(), String> {
    let bounds = range(chunk.column_index_offset(), chunk.column_index_length());
    if let Some((start, length)) = bounds {
        walk_index(file, size, start, length, shapes::COLUMN_INDEX, &mut |_, _| Ok(()))?;
    }
    let Some((start, length)) = range(chunk.offset_index_offset(), chunk.offset_index_length()) else { return Ok(()) };
    let mut named = 0_usize;
    walk_index(file, size, start, length, shapes::OFFSET_INDEX, &mut |path, event| {
        if let (Event::Number(offset), [1, 1]) = (event, path) {
            if places.get(named) != Some(&offset) {
                return Err(Fault::Wrong("its page index names pages that it does not have"));
            }
            named += 1;
        }
        Ok(())
    })
}

fn range(offset: Option<i64>, length: Option<i32>) -> Option<(i64, i32)> {
    offset.zip(length)
}

fn walk_index(
    file: &impl Reopen,
    size: u64,
    start: i64,
    length: i32,
    fields: &'static [(i16, Shape)],
    seen: compact::Seen<'_>,
) -> Result<(), String> {
    let outside = || "its page index lies outside the file".to_owned();
    let start = u64::try_from(start).map_err(|_| outside())?;
    let length = u64::try_from(length).map_err(|_| outside())?;
    if length > LONGEST_INDEX || start.checked_add(length).is_none_or(|end| end > size) {
        return Err(outside());
    }
    let count = usize::try_from(length).map_err(|_| outside())?;
    let bytes = file.get_bytes(start, count).map_err(|_| outside())?;
    compact::walk(&bytes, fields, seen).map_err(told)?;
    Ok(())
}

/// Unpacks the pages of a column that stores lengths first, one after the other.
fn check_lengths(file: &impl Reopen, chunk: &ColumnChunkMetaData, rows: usize) -> Result<(), String> {
    let broken = |error: parquet::errors::ParquetError| format!("a page cannot be unpacked: {error}");
    let file = Arc::new(file.reopened().map_err(|error| error.to_string())?);
    let mut pages = SerializedPageReader::new(file, chunk, rows, None).map_err(broken)?;
    while let Some(page) = pages.get_next_page().map_err(broken)? {
        let lists = LENGTHS_FIRST.iter().find(|(encoding, _)| *encoding == page.encoding() as i64);
        let Some((_, lists)) = lists else { continue };
        let most = u64::from(page.num_values());
        let is_bounded = after_levels(&page, chunk).is_some_and(|values| delta::is_bounded(values, *lists, most));
        // SECURITY: the decoder asks for the memory of as many as are declared (test `lengths_are_not_believed`).
        if !is_bounded && most > 0 {
            return Err("a page promises more texts than it has".to_owned());
        }
    }
    Ok(())
}

/// The values of a page, after the levels that say where they are missing.
fn after_levels<'p>(page: &'p Page, chunk: &ColumnChunkMetaData) -> Option<&'p [u8]> {
    let descriptor = chunk.column_descr();
    match page {
        Page::DataPage { buf, num_values, rep_level_encoding, def_level_encoding, .. } => {
            let mut rest: &[u8] = buf;
            for (most, encoding) in
                [(descriptor.max_rep_level(), *rep_level_encoding), (descriptor.max_def_level(), *def_level_encoding)]
            {
                if most == 0 {
                    continue;
                }
                let length = if encoding == parquet::basic::Encoding::RLE {
                    let (length, after) = rest.split_first_chunk::<4>()?;
                    rest = after;
                    usize::try_from(u32::from_le_bytes(*length)).ok()?
                } else {
                    let bits = usize::try_from(16 - most.leading_zeros()).ok()?;
                    usize::try_from(*num_values).ok()?.checked_mul(bits)?.div_ceil(8)
                };
                rest = rest.get(length..)?;
            }
            Some(rest)
        }
        Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, .. } => {
            buf.get(usize::try_from(def_levels_byte_len.checked_add(*rep_levels_byte_len)?).ok()?..)
        }
        Page::DictionaryPage { .. } => None,
    }
}
