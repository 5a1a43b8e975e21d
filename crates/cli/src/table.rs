//! Tables for people: numbers to the right, NULL told apart from text, nothing that drives the terminal.

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Row, Table, TableComponent, presets};
use serde_json::Value;

use crate::console::{Style, visible};

/// How NULL is shown.
const NULL: &str = "NULL";

/// Longest text of one cell; a table is for looking, `--output json` for everything.
const LONGEST_CELL: usize = 200;

/// Rows that are laid out by looking at each; a longer result takes the widths of its first ones.
const LAID_OUT: usize = 1_000;

/// A plain table of text.
pub fn of_rows<const N: usize>(header: [&str; N], rows: &[[String; N]], style: Style) -> String {
    let mut table = empty(style);
    table.set_header(header.iter().map(|name| heading(name, style)).collect::<Vec<_>>());
    for row in rows {
        table.add_row(row.iter().map(|text| Cell::new(shorten(&visible(text)))).collect::<Vec<_>>());
    }
    finish(&table)
}

/// Facts, one a line, without a heading.
pub fn of_facts(facts: &[[String; 2]], style: Style) -> String {
    let mut table = empty(style);
    for [label, value] in facts {
        let label = match style {
            Style::Colour => Cell::new(label).add_attribute(Attribute::Dim),
            Style::Plain => Cell::new(label),
        };
        table.add_row(vec![label, Cell::new(shorten(&visible(value)))]);
    }
    finish(&table)
}

/// A result: `columns` as `{name, type}` and `rows` as arrays.
pub fn of_result(columns: &[Value], rows: &[Value], style: Style) -> String {
    let numeric: Vec<bool> = columns.iter().map(|column| is_numeric(&crate::json::text(column, "type"))).collect();
    if rows.len() > LAID_OUT {
        return long(columns, rows, &numeric, style);
    }
    let mut table = empty(style);
    let header = columns.iter().zip(&numeric).map(|(column, numeric)| {
        heading(&visible(&crate::json::text(column, "name")), style).set_alignment(side(*numeric))
    });
    table.set_header(header.collect::<Vec<_>>());
    for row in rows {
        let cells = row.as_array().map_or(&[][..], Vec::as_slice);
        let cells = cells.iter().zip(&numeric).map(|(value, numeric)| cell(value, *numeric, style));
        table.add_row(Row::from(cells.collect::<Vec<_>>()));
    }
    format!("{}\n{}", finish(&table), style.dim(&count(rows.len())))
}

fn count(rows: usize) -> String {
    if rows == 1 { "(1 row)".to_owned() } else { format!("({rows} rows)") }
}

/// A long result: the first rows decide how wide the columns are, and a wider value moves its own line only.
fn long(columns: &[Value], rows: &[Value], numeric: &[bool], style: Style) -> String {
    let names: Vec<String> = columns.iter().map(|column| visible(&crate::json::text(column, "name"))).collect();
    let mut widths: Vec<usize> = names.iter().map(|name| width(name)).collect();
    for row in rows.iter().take(LAID_OUT) {
        for (widest, value) in widths.iter_mut().zip(row.as_array().map_or(&[][..], Vec::as_slice)) {
            *widest = (*widest).max(width(&text_of(value)));
        }
    }
    let line = |cells: &mut dyn Iterator<Item = String>, out: &mut String| {
        let start = out.len();
        for ((cell, wanted), numeric) in cells.zip(&widths).zip(numeric) {
            out.push_str(if out.len() == start { " " } else { "   " });
            let pad = wanted.saturating_sub(width(&cell));
            let (before, after) = if *numeric { (pad, 0) } else { (0, pad) };
            out.extend(std::iter::repeat_n(' ', before));
            out.push_str(&cell);
            out.extend(std::iter::repeat_n(' ', after));
        }
        out.truncate(start + out.get(start..).unwrap_or_default().trim_end().len());
        out.push('\n');
    };
    let mut text = String::new();
    line(&mut names.into_iter(), &mut text);
    if style == Style::Colour {
        text = format!("{}\n", style.bold(text.trim_end()));
    }
    let rule = widths.iter().map(|width| width + 3).sum::<usize>().saturating_sub(1);
    text.extend(std::iter::repeat_n('─', rule));
    text.push('\n');
    for row in rows {
        line(&mut row.as_array().map_or(&[][..], Vec::as_slice).iter().map(text_of), &mut text);
    }
    text.push_str(&style.dim(&count(rows.len())));
    text
}

/// The columns a text takes on a terminal: two for wide letters, none for marks that join the letter before.
fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let of = |c: char| match u32::from(c) {
        0x300..=0x36f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    };
    text.chars().map(of).sum()
}

fn empty(style: Style) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    for part in [TableComponent::HeaderLines, TableComponent::MiddleHeaderIntersections] {
        table.set_style(part, '─');
    }
    match style {
        Style::Colour => {
            table.enforce_styling().set_content_arrangement(ContentArrangement::Dynamic);
        }
        Style::Plain => {
            table.force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    table
}

fn finish(table: &Table) -> String {
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn heading(name: &str, style: Style) -> Cell {
    match style {
        Style::Colour => Cell::new(name).add_attribute(Attribute::Bold),
        Style::Plain => Cell::new(name),
    }
}

fn cell(value: &Value, numeric: bool, style: Style) -> Cell {
    let cell = Cell::new(text_of(value));
    let cell = if value.is_null() && style == Style::Colour { cell.add_attribute(Attribute::Dim) } else { cell };
    cell.set_alignment(side(numeric))
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => NULL.to_owned(),
        Value::String(text) => shorten(&visible(text)),
        other => shorten(&visible(&other.to_string())),
    }
}

fn side(numeric: bool) -> CellAlignment {
    if numeric { CellAlignment::Right } else { CellAlignment::Left }
}

fn is_numeric(kind: &str) -> bool {
    ["int", "float", "double", "decimal", "number", "numeric", "uint"]
        .iter()
        .any(|prefix| kind.to_ascii_lowercase().starts_with(prefix))
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST_CELL) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_aligns_numbers_and_shows_null() {
        let columns = [
            serde_json::json!({"name": "policy", "type": "string"}),
            serde_json::json!({"name": "amount", "type": "decimal(12,2)"}),
        ];
        let rows = [serde_json::json!(["P-1", "1204.50"]), serde_json::json!([null, "3.00"])];
        insta::assert_snapshot!(of_result(&columns, &rows, Style::Plain));
    }

    #[test]
    fn a_long_result_looks_like_a_short_one() {
        let columns =
            [serde_json::json!({"name": "n", "type": "integer"}), serde_json::json!({"name": "who", "type": "string"})];
        let rows: Vec<Value> = (0..1_001).map(|n| serde_json::json!([n, if n == 3 { "東京" } else { "x" }])).collect();
        let short = of_result(&columns, &rows[..1_000], Style::Plain);
        let long = of_result(&columns, &rows, Style::Plain);
        // The widest number of the short one has three digits, and so has that of the long one's first thousand rows.
        assert_eq!(short.lines().take(1_002).collect::<Vec<_>>(), long.lines().take(1_002).collect::<Vec<_>>());
        assert!(long.ends_with(" 1000   x\n(1001 rows)"), "{}", &long[long.len() - 40..]);
    }

    #[test]
    fn a_result_without_rows_still_names_its_columns() {
        let columns = [serde_json::json!({"name": "a", "type": "integer"})];
        insta::assert_snapshot!(of_result(&columns, &[], Style::Plain));
    }
}
