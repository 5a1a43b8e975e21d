//! Tables for people: numbers to the right, NULL told apart from text, nothing that drives the terminal.

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Row, Table, TableComponent, presets};
use serde_json::Value;

use crate::console::{Style, visible};

/// How NULL is shown.
const NULL: &str = "NULL";

/// Longest text of one cell; a table is for looking, `--output json` for everything.
const LONGEST_CELL: usize = 200;

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
    let count = match rows.len() {
        1 => "(1 row)".to_owned(),
        count => format!("({count} rows)"),
    };
    format!("{}\n{}", finish(&table), style.dim(&count))
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
    let cell = match value {
        Value::Null if style == Style::Colour => Cell::new(NULL).add_attribute(Attribute::Dim),
        Value::Null => Cell::new(NULL),
        Value::String(text) => Cell::new(shorten(&visible(text))),
        other => Cell::new(shorten(&visible(&other.to_string()))),
    };
    cell.set_alignment(side(numeric))
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
    fn a_result_without_rows_still_names_its_columns() {
        let columns = [serde_json::json!({"name": "a", "type": "integer"})];
        insta::assert_snapshot!(of_result(&columns, &[], Style::Plain));
    }
}
