//! CSV (RFC 4180) into text columns: quoted separators and line ends, any one-byte delimiter, headers as they stand.
//! An empty field is NULL. A row with another number of fields than the header, or that is not UTF-8, is set aside.

use csv::{ByteRecord, Reader, ReaderBuilder};
use model::{Code, Problem, column::bronze_headers, files::source::FilesTable};

use super::{
    find::Found,
    rows::{Emit, TextRows, rejected},
    unpack::{RowEnd, Unpacked, failed},
};
use crate::pipeline::Limits;

/// Reads a file from its start to its end; gives what people should know.
///
/// # Errors
/// `source-unavailable` when it cannot be read, `too-large`, or what `emit` refuses.
pub(crate) fn read(found: &Found, table: &FilesTable, limits: &Limits, emit: Emit<'_>) -> Result<Vec<String>, Problem> {
    let wrong = |error: &std::io::Error| failed(&found.path, error, limits);
    let (bytes, row_end) = Unpacked::open(&found.file, &found.path, limits).map_err(|error| wrong(&error))?;
    let reader = ReaderBuilder::new()
        .delimiter(delimiter(table)?)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 17)
        .from_reader(bytes);
    File { found, reader, row_end, limits, delimiter: delimiter(table)? }.read(table, emit)
}

/// The separator as one byte.
fn delimiter(table: &FilesTable) -> Result<u8, Problem> {
    match table.delimiter.as_deref() {
        None => Ok(b','),
        Some("\\t") => Ok(b'\t'),
        Some(text) if text.len() == 1 && text != "\"" && text != "\n" && text != "\r" => {
            Ok(text.as_bytes().first().copied().unwrap_or(b','))
        }
        Some(text) => Err(Problem::new(
            Code::InvalidFile,
            format!("the delimiter `{}` is not one ASCII character", text.escape_debug()),
        )),
    }
}

struct File<'a> {
    found: &'a Found,
    reader: Reader<Unpacked>,
    row_end: RowEnd,
    limits: &'a Limits,
    delimiter: u8,
}

impl File<'_> {
    fn read(mut self, table: &FilesTable, emit: Emit<'_>) -> Result<Vec<String>, Problem> {
        let mut notes = Vec::new();
        let mut record = ByteRecord::new();
        let mut waiting = self.next(&mut record)?;
        if waiting {
            self.check_encoding(&record)?;
            let has_header = table.header.unwrap_or(true);
            let names = if has_header { self.headers(&record)? } else { vec![String::new(); record.len()] };
            let names = bronze_headers(names.iter().map(String::as_str));
            if let [only] = names.as_slice()
                && let Some(other) = [';', '\t', '|', ','].iter().find(|other| only.contains(**other))
            {
                notes.push(format!(
                    "`{}` has one column only, and its name holds {other:?}: is that the delimiter?",
                    self.found.path
                ));
            }
            let mut rows = TextRows::new(&self.found.path, &names)?;
            if has_header {
                waiting = self.next(&mut record)?;
            }
            while waiting {
                self.row(&record, &names, &mut rows, emit)?;
                waiting = self.next(&mut record)?;
            }
            rows.finish(emit)?;
        } else {
            notes.push(format!("`{}` is empty", self.found.path));
        }
        Ok(notes)
    }

    fn next(&mut self, record: &mut ByteRecord) -> Result<bool, Problem> {
        let more = self.reader.read_byte_record(record).map_err(|error| {
            let error = match error.into_kind() {
                csv::ErrorKind::Io(error) => error,
                other => std::io::Error::other(format!("{other:?}")),
            };
            failed(&self.found.path, &error, self.limits)
        })?;
        self.row_end.reached();
        Ok(more)
    }

    fn check_encoding(&self, first: &ByteRecord) -> Result<(), Problem> {
        let start = first.get(0).unwrap_or_default();
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(Problem::new(
                Code::SourceUnavailable,
                format!("the source file `{}` is UTF-16", self.found.path),
            )
            .with_hint("save it as UTF-8"));
        }
        Ok(())
    }

    fn headers(&self, record: &ByteRecord) -> Result<Vec<String>, Problem> {
        record
            .iter()
            .map(|field| {
                std::str::from_utf8(field).map(str::to_owned).map_err(|_| {
                    Problem::new(
                        Code::SourceUnavailable,
                        format!("the header of the source file `{}` is not UTF-8", self.found.path),
                    )
                    .with_hint("save it as UTF-8")
                })
            })
            .collect()
    }

    fn row(&self, record: &ByteRecord, names: &[String], rows: &mut TextRows, emit: Emit<'_>) -> Result<(), Problem> {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != names.len() {
            let reason = format!("has {} fields where the header has {}", record.len(), names.len());
            return rows.reject(rejected(line, &self.raw(record), reason), emit);
        }
        let text = std::str::from_utf8(record.as_slice()).ok();
        let Some(text) = text else {
            let column = record.iter().position(|field| std::str::from_utf8(field).is_err());
            let column = column.and_then(|index| names.get(index)).map_or("", String::as_str);
            let reason = format!("the value of `{column}` is not UTF-8");
            return rows.reject(rejected(line, &self.raw(record), reason), emit);
        };
        // The whole row is valid, but a field might still begin or end inside a character: `get` then gives nothing,
        // which cannot happen for valid text split at ASCII delimiters.
        let values = (0..record.len())
            .map(|index| record.range(index).and_then(|range| text.get(range)).filter(|value| !value.is_empty()));
        rows.push(line, values, emit)
    }

    /// The row as text again.
    fn raw(&self, record: &ByteRecord) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(Vec::new());
        let written = writer.write_byte_record(record).is_ok();
        let mut raw = writer.into_inner().unwrap_or_default();
        raw.pop();
        if written { raw } else { Vec::new() }
    }
}
