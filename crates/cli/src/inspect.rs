//! A data file as a table of a source: its name from the file's name, its format from the ending, its separator from
//! the first lines. Only looked at, never sent.

use std::{io::Read as _, path::Path};

use model::{
    Code, Problem,
    files::source::{Changed, FileFormat, FilesTable},
    name::TableName,
};

/// Bytes of a file that are looked at.
const LOOKED_AT: u64 = 64 << 10;

/// Describes a file as a table.
///
/// # Errors
/// The file is absent, or its ending names no known format.
pub fn describe(path: &Path) -> Result<(TableName, FilesTable), Problem> {
    let shown = path.display();
    let file = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
        Problem::new(Code::InvalidValue, format!("`{shown}` is not the name of a file")).with_hint("name a data file")
    })?;
    if !path.is_file() {
        return Err(Problem::new(Code::SourceUnavailable, format!("there is no file `{shown}`")));
    }
    let plain = file.trim_end_matches(".gz").trim_end_matches(".zst");
    let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
    let format = match ending.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "txt" => FileFormat::Csv,
        "jsonl" | "ndjson" | "json" => FileFormat::JsonLines,
        "parquet" | "pq" => FileFormat::Parquet,
        _ => {
            return Err(Problem::new(Code::InvalidValue, format!("the ending of `{shown}` names no known format"))
                .with_hint("known are csv, jsonl and parquet, csv and jsonl also with .gz or .zst"));
        }
    };
    let delimiter = match (format, plain == file) {
        (FileFormat::Csv, true) => delimiter_of(&head_of(path)?),
        (FileFormat::Csv, false) if ending == "tsv" => Some("\t".to_owned()),
        _ => None,
    };
    let table = FilesTable { path: literal(file), format, delimiter, header: None, changed: Changed::Refuse };
    Ok((table_name(stem)?, table))
}

/// A file's name as a pattern that means only itself.
fn literal(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '*' | '?' | '[' | ']') { format!("[{c}]") } else { c.to_string() }).collect()
}

fn head_of(path: &Path) -> Result<String, Problem> {
    let mut head = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut head)).map_err(|error| {
        Problem::new(Code::SourceUnavailable, format!("`{}` cannot be read: {error}", path.display()))
    })?;
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The separator that the header line uses most, outside quotes; `None` for a comma, which needs no mention.
fn delimiter_of(head: &str) -> Option<String> {
    let header = head.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(',', 0_usize), (';', 0), ('\t', 0), ('|', 0)];
    for c in header.chars() {
        quoted ^= c == '"';
        if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == c && !quoted) {
            *count += 1;
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let (separator, _) = counts.into_iter().find(|(_, count)| *count == most && most > 0)?;
    (separator != ',').then(|| separator.to_string())
}

/// A table's name from a file's: lower case, words joined by one underscore.
fn table_name(stem: &str) -> Result<TableName, Problem> {
    let mut name = String::new();
    for c in stem.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_matches('_').trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let name = if name.is_empty() { "data" } else { name };
    let name: String = name.chars().take(48).collect();
    let name = name.trim_end_matches('_');
    // A reserved word becomes a table all the same.
    name.parse().or_else(|_| format!("{name}_data").parse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_any_file_name() {
        for (stem, name) in [
            ("orders", "orders"),
            ("Kunden 2025 (final)", "kunden_2025_final"),
            ("2024-Sales__Report", "sales_report"),
            ("Größe", "gr_e"),
            ("東京", "data"),
            ("default", "default_data"),
        ] {
            assert_eq!(table_name(stem).unwrap().as_str(), name, "{stem}");
        }
    }

    #[test]
    fn a_name_is_no_pattern() {
        assert_eq!(literal("a (1) [x]*?.csv"), "a (1) [[]x[]][*][?].csv");
    }

    #[test]
    fn the_header_tells_the_separator() {
        assert_eq!(delimiter_of("a,b,c\n1;2;3\n"), None);
        assert_eq!(delimiter_of("a;b;\"c,d,e\"\n").as_deref(), Some(";"));
        assert_eq!(delimiter_of("\u{feff}a\tb\n").as_deref(), Some("\t"));
        assert_eq!(delimiter_of("single\n"), None);
        assert_eq!(delimiter_of(""), None);
    }

    #[test]
    fn a_file_is_described_and_a_strange_one_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Orders 2025.csv");
        std::fs::write(&path, "id;name\n1;a\n").unwrap();
        let (name, table) = describe(&path).unwrap();
        assert_eq!(
            (name.as_str(), table.path.as_str(), table.delimiter.as_deref()),
            ("orders_2025", "Orders 2025.csv", Some(";"))
        );
        let strange = folder.path().join("a.xlsx");
        std::fs::write(&strange, "").unwrap();
        assert!(describe(&strange).unwrap_err().hint().unwrap().contains("csv"));
        assert_eq!(describe(&folder.path().join("b.csv")).unwrap_err().code(), Code::SourceUnavailable);
    }
}
