//! Rules in words, and whether a number satisfies one.

use model::contract::{Metric, Must};

/// The metric's name as ODCS writes it.
pub(crate) fn metric(metric: &Metric) -> &'static str {
    match metric {
        Metric::RowCount => "rowCount",
        Metric::NullValues => "nullValues",
        Metric::MissingValues { .. } => "missingValues",
        Metric::InvalidValues { .. } => "invalidValues",
        Metric::DuplicateValues { .. } => "duplicateValues",
        Metric::Sql { .. } => "sql",
        Metric::NotEvaluated { .. } => "text",
    }
}

/// What a number must be, in words.
pub fn expected(must: &Must, percent: bool) -> String {
    let unit = if percent { " %" } else { "" };
    match must {
        Must::Be(value) => format!("{value}{unit}"),
        Must::NotBe(value) => format!("not {value}{unit}"),
        Must::BeGreater(value) => format!("more than {value}{unit}"),
        Must::BeGreaterOrEqual(value) => format!("at least {value}{unit}"),
        Must::BeLess(value) => format!("less than {value}{unit}"),
        Must::BeLessOrEqual(value) => format!("at most {value}{unit}"),
        Must::BeBetween(low, high) => format!("between {low} and {high}{unit}"),
        Must::NotBeBetween(low, high) => format!("not between {low} and {high}{unit}"),
    }
}

/// Whether a number is what it must be. A number that is none (NaN) never is.
pub fn holds(must: &Must, found: f64) -> bool {
    if found.is_nan() {
        return false;
    }
    let equal = |left: f64, right: f64| (left - right).abs() <= f64::EPSILON * left.abs().max(right.abs()).max(1.0);
    match must {
        Must::Be(value) => equal(found, *value),
        Must::NotBe(value) => !equal(found, *value),
        Must::BeGreater(value) => found > *value,
        Must::BeGreaterOrEqual(value) => found >= *value,
        Must::BeLess(value) => found < *value,
        Must::BeLessOrEqual(value) => found <= *value,
        Must::BeBetween(low, high) => (*low..=*high).contains(&found),
        Must::NotBeBetween(low, high) => !(*low..=*high).contains(&found),
    }
}

/// A number as people read it.
pub(crate) fn number(value: f64, percent: bool) -> String {
    if percent {
        return format!("{} %", (value * 1_000.0).round() / 1_000.0);
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_holds_and_fails() {
        for (must, holding, failing) in [
            (Must::Be(0.0), 0.0, 1.0),
            (Must::NotBe(0.0), 1.0, 0.0),
            (Must::BeGreater(2.0), 3.0, 2.0),
            (Must::BeGreaterOrEqual(2.0), 2.0, 1.0),
            (Must::BeLess(2.0), 1.0, 2.0),
            (Must::BeLessOrEqual(2.0), 2.0, 3.0),
            (Must::BeBetween(4.0, 10.0), 4.0, 11.0),
            (Must::NotBeBetween(4.0, 10.0), 11.0, 10.0),
        ] {
            assert!(holds(&must, holding), "{must:?}");
            assert!(!holds(&must, failing), "{must:?}");
            assert!(!holds(&must, f64::NAN), "{must:?}");
        }
    }
}
