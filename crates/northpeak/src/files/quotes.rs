//! `pricing/rating/quotes-PERIOD.csv`: quotes with decimal commas, and tariffs whose codes changed their meaning.

use std::{
    io::{self, Write as _},
    path::Path,
};

use jiff::civil::{Date, date};

use crate::{
    dice::{Dice, Subject},
    moment::{Dotted, day_after},
    output::Output,
    truth::{QuoteTruth, count},
    world::{World, customer_no},
};

const HEADER: &str = "Quote No;Customer No;Tariff;Quoted on;Annual premium;Sum insured;Risk class;Revision\n";
/// From this day the codes T3 and T4 mean something else.
const NEW_TARIFFS: Date = date(2026, 1, 1);
const UNREADABLE_PREMIUM: u64 = 503;
const UNKNOWN_TARIFF: u64 = 509;

/// One row but for its defects.
struct Row<'a> {
    number: String,
    customer: &'a str,
    tariff: &'a str,
    day: Date,
    premium: String,
    sum: u64,
    risk: u64,
    revision: u64,
}

pub(crate) fn write(world: &World, folder: &Path) -> io::Result<QuoteTruth> {
    let folder = folder.join("pricing/rating");
    let mut before = Output::create(&folder, "quotes-2025-h2.csv")?;
    let mut after = Output::create(&folder, "quotes-2026-h1.csv")?;
    before.write_all(HEADER.as_bytes())?;
    after.write_all(HEADER.as_bytes())?;
    let mut truth = QuoteTruth::default();
    for index in 0..world.policyholders {
        let mut dice = Dice::of(world.seed, Subject::Quote, index);
        let day = day_after(date(2025, 7, 1), dice.below(363));
        let output = if day < NEW_TARIFFS { &mut before } else { &mut after };
        let cents = 15_000 + dice.below(250_000);
        let customer = if dice.happens(1_000) { String::new() } else { customer_no(index) };
        let mut row = Row {
            number: format!("Q-{index:08}"),
            customer: &customer,
            tariff: dice.pick(&["T1", "T2", "T3", "T4"]),
            day,
            premium: decimal_comma(cents),
            sum: (5 + dice.below(95)) * 10_000,
            risk: 1 + dice.below(9),
            revision: 1,
        };
        if dice.happens(6_500) {
            put(&row, output, &mut truth)?;
            if dice.happens(1_500) {
                (row.revision, row.premium) = (2, decimal_comma(cents - cents / 20));
                put(&row, output, &mut truth)?;
            }
            truth.distinct += 1;
            truth.prospects += u64::from(row.customer.is_empty());
            count(&mut truth.by_tariff, meaning(row.tariff, day));
        }
        row.revision = 1;
        row.number = format!("Q-8{:08}", index % 100_000_000);
        if index % UNREADABLE_PREMIUM == 21 {
            put(&Row { premium: "on request".to_owned(), number: row.number.clone(), ..row }, output, &mut truth)?;
            truth.unreadable_premium += 1;
        }
        if index % UNKNOWN_TARIFF == 22 {
            put(&Row { tariff: "TX", premium: decimal_comma(cents), ..row }, output, &mut truth)?;
            truth.unknown_tariff += 1;
        }
    }
    before.finish()?;
    after.finish()?;
    Ok(truth)
}

/// What a code meant on a day.
fn meaning(tariff: &str, day: Date) -> &'static str {
    match (tariff, day < NEW_TARIFFS) {
        ("T1", _) => "basic",
        ("T2", _) => "comfort",
        ("T3", true) => "young-driver",
        ("T3", false) => "electric",
        (_, true) => "second-car",
        _ => "fleet",
    }
}

/// `1.234,56`
fn decimal_comma(cents: u64) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    match whole / 1_000 {
        0 => format!("{whole},{rest:02}"),
        thousands => format!("{thousands}.{:03},{rest:02}", whole % 1_000),
    }
}

fn put(row: &Row<'_>, output: &mut Output, truth: &mut QuoteTruth) -> io::Result<()> {
    truth.rows += 1;
    let Row { number, customer, tariff, day, premium, sum, risk, revision } = row;
    writeln!(output, "{number};{customer};{tariff};{};{premium};{sum};{risk};{revision}", Dotted(*day))
}
