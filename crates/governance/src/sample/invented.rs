//! Values made from a contract alone: what it permits, gives as examples and bounds, in no relation to any data.

use model::{
    Digest,
    column::ColumnType,
    contract::{Column, Metric, PortContract},
};

/// Rows of a generated sample.
const ROWS: u64 = 5;

/// Five rows, a text for each column of the port in its order; the same for the same contract, whose digest is the seed.
pub fn invented(port: &PortContract, seed: Digest) -> impl Iterator<Item = Vec<String>> + use<'_> {
    let draw = move |row| {
        move |column: &Column| value(column, &Draw { seed, port: port.name.as_str(), column: &column.name, row })
    };
    (0..ROWS).map(move |row| port.columns.iter().map(draw(row)).collect())
}

/// What decides one value: the same for the same contract.
struct Draw<'a> {
    seed: Digest,
    port: &'a str,
    column: &'a str,
    row: u64,
}

impl Draw<'_> {
    fn below(&self, limit: u64) -> u64 {
        let text = format!("{}\n{}\n{}\n{}", self.seed, self.port, self.column, self.row);
        let digest = Digest::of(text.as_bytes());
        let number = digest.as_bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        number.checked_rem(limit).unwrap_or(0)
    }
}

fn value(column: &Column, draw: &Draw<'_>) -> String {
    let offered = if column.permitted.is_empty() { &column.examples } else { &column.permitted };
    let must_differ = column.unique || column.primary_key.is_some();
    let count = offered.len() as u64;
    if count > 0 && (!must_differ || count >= ROWS) {
        let index = if must_differ { draw.row } else { draw.below(count) };
        return usize::try_from(index).ok().and_then(|index| offered.get(index)).cloned().unwrap_or_default();
    }
    let (low, high) = bounds(column);
    let number = low + if must_differ { draw.row as f64 } else { draw.below(((high - low) as u64).max(1)) as f64 };
    match &column.kind {
        ColumnType::String => text(column, draw),
        ColumnType::Integer => format!("{number:.0}"),
        ColumnType::Number => format!("{:.2}", number + 0.5_f64.min((high - number).max(0.0))),
        ColumnType::Decimal { scale, .. } => format!("{number:.*}", usize::from(*scale)),
        ColumnType::Boolean => if draw.below(2) == 0 { "false" } else { "true" }.to_owned(),
        ColumnType::Date => format!("2026-{:02}-{:02}", 1 + draw.below(12), 1 + draw.below(28)),
        ColumnType::Timestamp => {
            format!(
                "2026-{:02}-{:02}T{:02}:{:02}:00Z",
                1 + draw.below(12),
                1 + draw.below(28),
                draw.below(24),
                draw.row
            )
        }
        ColumnType::Binary => format!("{:08x}", draw.below(u64::from(u32::MAX))),
        ColumnType::Struct(_) | ColumnType::Map(_) => "{}".to_owned(),
        ColumnType::List(_) => "[]".to_owned(),
    }
}

/// Text of a length the contract permits.
fn text(column: &Column, draw: &Draw<'_>) -> String {
    let mut text = format!("{}-{}", column.name, draw.row + 1);
    for rule in &column.rules {
        if let Metric::InvalidValues { min_length, max_length, .. } = &rule.metric {
            while min_length.is_some_and(|shortest| (text.chars().count() as u64) < shortest.min(1_000)) {
                text.push('x');
            }
            if let Some(longest) = max_length.and_then(|longest| usize::try_from(longest).ok())
                && text.chars().count() > longest
            {
                let skipped = text.chars().count() - longest;
                text = text.chars().skip(skipped).collect();
            }
        }
    }
    text
}

/// Bounds that the contract gives for numbers, or small ones.
fn bounds(column: &Column) -> (f64, f64) {
    let (mut low, mut high) = (None, None);
    for rule in &column.rules {
        if let Metric::InvalidValues { minimum, maximum, .. } = &rule.metric {
            let number = |bound: &Option<(String, bool)>| bound.as_ref().and_then(|(text, _)| text.parse::<f64>().ok());
            low = low.or(number(minimum).map(|low| low.ceil()));
            high = high.or(number(maximum).map(|high| high.floor()));
        }
    }
    let low = low.unwrap_or_else(|| high.map_or(1.0, |high| (high - 100.0).min(1.0)));
    (low, high.unwrap_or(low + 100.0).max(low))
}
