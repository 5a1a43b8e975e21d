//! Changes of quality rules: what one promises is the set of data it lets through. A rule that lets through more than it
//! did promises less, and readers may rely on what it kept out.

use super::Found;
use crate::contract::{Metric, Must, Rule, Severity};

/// Compares the rules of one place. One that only changed its name is the same rule.
pub(super) fn compare(found: &mut Found, before: &[Rule], after: &[Rule]) {
    let same = |a: &Rule, b: &Rule| Rule { id: String::new(), ..a.clone() } == Rule { id: String::new(), ..b.clone() };
    let unmatched = |rules: &[Rule], others: &[Rule]| -> Vec<Rule> {
        let mut left: Vec<&Rule> = others.iter().collect();
        let mut rest = Vec::new();
        for rule in rules {
            match left.iter().position(|other| same(rule, other)) {
                Some(at) => _ = left.remove(at),
                None => rest.push(rule.clone()),
            }
        }
        rest
    };
    let (was, mut is) = (unmatched(before, after), unmatched(after, before));
    for rule in &was {
        // By name, else the only one that measures the same.
        let by_name = is.iter().position(|other| other.id == rule.id);
        let measuring = || is.iter().position(|other| measures_the_same(&rule.metric, &other.metric));
        match by_name.or_else(measuring) {
            Some(at) => changed(found, rule, &is.remove(at)),
            None => gone(found, rule),
        }
    }
    for rule in &is {
        new(found, rule);
    }
}

/// Whether a breach of the rule blocks a publication, so that readers may rely on it.
fn is_kept(rule: &Rule) -> bool {
    rule.severity == Severity::Error && rule.must.is_some()
}

fn gone(found: &mut Found, rule: &Rule) {
    if is_kept(rule) {
        found.breaking(format!("the rule `{}` is gone", rule.id), "readers may rely on what it kept out");
    } else {
        found.documentation(format!("the rule `{}`, which kept nothing out, is gone", rule.id));
    }
}

fn new(found: &mut Found, rule: &Rule) {
    if is_kept(rule) {
        found.additive(format!("the rule `{}` is new", rule.id), "more is promised");
    } else {
        found.documentation(format!("the rule `{}` is new and keeps nothing out", rule.id));
    }
}

fn changed(found: &mut Found, before: &Rule, after: &Rule) {
    let id = &before.id;
    match (is_kept(before), is_kept(after)) {
        (false, false) => found.documentation(format!("the rule `{id}`, which keeps nothing out, is different")),
        (true, false) => {
            found.breaking(
                format!("the rule `{id}` no longer keeps anything out"),
                "readers may rely on what it kept out",
            );
        }
        (false, true) => found.additive(format!("the rule `{id}` keeps out what breaks it"), "more is promised"),
        (true, true) => match strength(before, after) {
            Strength::Same => found.documentation(format!("the rule `{id}` is written differently")),
            Strength::Stronger => found.additive(format!("the rule `{id}` is stricter"), "more is promised"),
            Strength::Weaker => {
                found.breaking(format!("the rule `{id}` lets through more"), "readers may rely on what it kept out");
            }
            Strength::Unknown => found.breaking(
                format!("the rule `{id}` promises something else"),
                "it cannot be shown to keep out everything that it kept out before",
            ),
        },
    }
}

/// How the later of two promises compares with the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    Same,
    Stronger,
    Weaker,
    Unknown,
}

impl Strength {
    /// Of two promises that hold together.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, other) => other,
            (own, Self::Same) => own,
            (own, other) if own == other => own,
            _ => Self::Unknown,
        }
    }

    /// Of sets that each contain the other or not.
    fn of(later_in_earlier: bool, earlier_in_later: bool) -> Self {
        match (later_in_earlier, earlier_in_later) {
            (true, true) => Self::Same,
            (true, false) => Self::Stronger,
            (false, true) => Self::Weaker,
            (false, false) => Self::Unknown,
        }
    }
}

fn strength(before: &Rule, after: &Rule) -> Strength {
    let (Some(was), Some(is)) = (&before.must, &after.must) else { return Strength::Unknown };
    if before.percent != after.percent {
        return Strength::Unknown;
    }
    let bounds = Strength::of(Range::of(*is).is_within(Range::of(*was)), Range::of(*was).is_within(Range::of(*is)));
    if before.metric == after.metric {
        return bounds;
    }
    match of_metric(&before.metric, &after.metric) {
        // Counting more as bad is stricter only where fewer bad ones are asked for.
        Strength::Same => bounds,
        counted if is_at_most(*was) && is_at_most(*is) => counted.and(bounds),
        _ => Strength::Unknown,
    }
}

fn measures_the_same(before: &Metric, after: &Metric) -> bool {
    before == after || of_metric(before, after) != Strength::Unknown
}

/// Which of two metrics counts more rows as bad: the stronger.
fn of_metric(before: &Metric, after: &Metric) -> Strength {
    match (before, after) {
        (before, after) if before == after => Strength::Same,
        (Metric::MissingValues { values: was }, Metric::MissingValues { values: is }) => {
            Strength::of(was.iter().all(|value| is.contains(value)), is.iter().all(|value| was.contains(value)))
        }
        (Metric::NullValues, Metric::MissingValues { values }) if values.contains(&None) => Strength::Stronger,
        (Metric::MissingValues { values }, Metric::NullValues) if values.contains(&None) => Strength::Weaker,
        (
            Metric::InvalidValues { valid, pattern, min_length, max_length, minimum, maximum },
            Metric::InvalidValues {
                valid: now_valid,
                pattern: now_pattern,
                min_length: now_min_length,
                max_length: now_max_length,
                minimum: now_minimum,
                maximum: now_maximum,
            },
        ) => of_valid(valid.as_deref(), now_valid.as_deref())
            .and(of_optional(pattern.as_ref(), now_pattern.as_ref(), |_, _| Strength::Unknown))
            .and(of_optional(min_length.as_ref(), now_min_length.as_ref(), at_least))
            .and(of_optional(max_length.as_ref(), now_max_length.as_ref(), |was, is| at_least(is, was)))
            .and(of_optional(minimum.as_ref(), now_minimum.as_ref(), |was, is| of_bound(was, is, false)))
            .and(of_optional(maximum.as_ref(), now_maximum.as_ref(), |was, is| of_bound(was, is, true))),
        _ => Strength::Unknown,
    }
}

/// A promise that is there or not.
fn of_optional<T: PartialEq>(before: Option<&T>, after: Option<&T>, both: impl FnOnce(&T, &T) -> Strength) -> Strength {
    match (before, after) {
        (None, None) => Strength::Same,
        (None, Some(_)) => Strength::Stronger,
        (Some(_), None) => Strength::Weaker,
        (Some(was), Some(is)) if was == is => Strength::Same,
        (Some(was), Some(is)) => both(was, is),
    }
}

fn of_valid(before: Option<&[String]>, after: Option<&[String]>) -> Strength {
    match (before, after) {
        (None, None) => Strength::Same,
        (None, Some(_)) => Strength::Stronger,
        (Some(_), None) => Strength::Weaker,
        (Some(was), Some(is)) => {
            Strength::of(is.iter().all(|value| was.contains(value)), was.iter().all(|value| is.contains(value)))
        }
    }
}

fn at_least<T: PartialOrd>(before: &T, after: &T) -> Strength {
    Strength::of(after >= before, before >= after)
}

/// Bounds as written, and whether they are excluded themselves: numbers, or texts of one length that sort (dates).
fn of_bound(before: &(String, bool), after: &(String, bool), is_upper: bool) -> Strength {
    let numbers = before.0.parse::<f64>().ok().zip(after.0.parse::<f64>().ok());
    let order = match numbers {
        Some((was, is)) => is.partial_cmp(&was),
        None if before.0.len() == after.0.len() => Some(after.0.cmp(&before.0)),
        None => None,
    };
    let Some(order) = order else { return Strength::Unknown };
    match if is_upper { order.reverse() } else { order } {
        std::cmp::Ordering::Greater => Strength::Stronger,
        std::cmp::Ordering::Less => Strength::Weaker,
        std::cmp::Ordering::Equal => Strength::of(after.1 >= before.1, before.1 >= after.1),
    }
}

/// Whether fewer is always as good.
fn is_at_most(must: Must) -> bool {
    matches!(must, Must::BeLess(_) | Must::BeLessOrEqual(_)) || matches!(must, Must::Be(number) if number <= 0.0)
}

/// The numbers a comparison lets through: those between two ends, or all but those.
#[derive(Debug, Clone, Copy)]
struct Range {
    low: f64,
    low_open: bool,
    high: f64,
    high_open: bool,
    outside: bool,
}

impl Range {
    fn of(must: Must) -> Self {
        let between = |low, high| Self { low, low_open: false, high, high_open: false, outside: false };
        let all = between(f64::NEG_INFINITY, f64::INFINITY);
        match must {
            Must::Be(number) => between(number, number),
            Must::NotBe(number) => Self { outside: true, ..between(number, number) },
            Must::BeGreater(number) => Self { low: number, low_open: true, ..all },
            Must::BeGreaterOrEqual(number) => Self { low: number, ..all },
            Must::BeLess(number) => Self { high: number, high_open: true, ..all },
            Must::BeLessOrEqual(number) => Self { high: number, ..all },
            Must::BeBetween(low, high) => between(low, high),
            Must::NotBeBetween(low, high) => Self { outside: true, ..between(low, high) },
        }
    }

    /// Whether everything that this lets through the other lets through.
    fn is_within(self, other: Self) -> bool {
        let inside = |inner: Self, outer: Self| {
            (inner.low > outer.low || (inner.low == outer.low && (inner.low_open || !outer.low_open)))
                && (inner.high < outer.high || (inner.high == outer.high && (inner.high_open || !outer.high_open)))
        };
        match (self.outside, other.outside) {
            (false, false) => inside(self, other),
            // The gap of the other lies in the own gap.
            (true, true) => inside(other, self),
            (false, true) => {
                self.high < other.low
                    || (self.high == other.low && self.high_open)
                    || self.low > other.high
                    || (self.low == other.high && self.low_open)
            }
            (true, false) => other.low == f64::NEG_INFINITY && other.high == f64::INFINITY,
        }
    }
}
