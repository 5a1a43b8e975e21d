//! `finance/ledger/payments-QUARTER.csv.gz`: premiums and payouts of three systems, each with dates of its own.

use std::{
    io::{self, Write as _},
    path::Path,
};

use flate2::{Compression, GzBuilder, write::GzEncoder};
use jiff::civil::{Date, date};

use crate::{
    dice::{Dice, Subject},
    files::claims::settled,
    moment::{American, Dotted, day_after},
    output::Output,
    truth::{PaymentTruth, count},
    world::{Policy, World, claim_no, policy_no, unknown_policy_no},
};

/// Quarters with their first day.
pub(crate) const QUARTERS: &[(&str, Date)] = &[
    ("2025-q3", date(2025, 7, 1)),
    ("2025-q4", date(2025, 10, 1)),
    ("2026-q1", date(2026, 1, 1)),
    ("2026-q2", date(2026, 4, 1)),
];
const HEADER: &str = "booking_id,payment_ref,kind,policy_no,claim_id,amount,currency,booked_on,system\n";
/// Days of the shortest quarter.
const DAYS: u64 = 90;
/// The day from which the hours of claims count.
const FIRST_HOUR: Date = date(2025, 1, 1);
const ORPHAN: u64 = 503;
const DOUBLE: u64 = 251;
const UNKNOWN_SYSTEM: u64 = 607;
const UNREADABLE_AMOUNT: u64 = 613;

/// Writes one quarter; quarters are independent of one another.
pub(crate) fn write(world: &World, folder: &Path, quarter: usize) -> io::Result<PaymentTruth> {
    let Some((name, first)) = QUARTERS.get(quarter) else {
        return Err(io::Error::other(format!("there is no quarter {quarter}")));
    };
    let output = Output::create(&folder.join("finance/ledger"), &format!("payments-{name}.csv.gz"))?;
    // No time and no name in the header: the same bytes whenever they are written.
    let mut ledger = Ledger {
        output: GzBuilder::new().write(output, Compression::fast()),
        quarter: quarter as u64,
        first: *first,
        truth: PaymentTruth::default(),
    };
    ledger.output.write_all(HEADER.as_bytes())?;
    for index in 0..world.policyholders {
        let holder = world.customer(index);
        for place in 0..world.holdings(index) {
            let policy = world.policy(&holder, place);
            ledger.premium(world, &policy, holder.is_known())?;
        }
        ledger.defects(index)?;
    }
    ledger.payouts(world)?;
    ledger.output.finish()?.finish()?;
    Ok(ledger.truth)
}

struct Ledger {
    output: GzEncoder<Output>,
    quarter: u64,
    first: Date,
    truth: PaymentTruth,
}

/// One booking but for its number.
struct Booking<'a> {
    reference: &'a str,
    kind: &'a str,
    policy: &'a str,
    claim: &'a str,
    cents: Option<u64>,
    currency: &'a str,
    day: Date,
    system: System,
}

/// The system that booked, which decides how its dates look.
#[derive(Clone, Copy)]
enum System {
    Sap,
    Core,
    Legacy,
    Unknown,
}

impl Ledger {
    fn premium(&mut self, world: &World, policy: &Policy, is_known: bool) -> io::Result<()> {
        let mut dice = Dice::of(world.seed, Subject::Payments, policy.id);
        // Six in ten pay once a year, the others every quarter.
        let yearly = dice.happens(6_000).then(|| dice.below(4));
        if yearly.is_some_and(|quarter| quarter != self.quarter) || policy.starts > day_after(self.first, DAYS) {
            return Ok(());
        }
        let mut dice = Dice::of(world.seed, Subject::Payments, policy.id * 4 + self.quarter + (1 << 40));
        let cents = if yearly.is_some() { policy.premium } else { policy.premium / 4 };
        let is_orphan = policy.id % ORPHAN == 41;
        let number = if is_orphan { unknown_policy_no(policy.id) } else { policy_no(policy.id) };
        let reference = format!("R-{}-{:011}", self.quarter, policy.id);
        let booking = Booking {
            reference: &reference,
            kind: "premium",
            policy: &number,
            claim: "",
            cents: Some(cents),
            currency: policy.region.currency(),
            day: day_after(self.first, dice.below(DAYS)),
            system: dice_system(&mut dice),
        };
        let books_twice = (policy.id + self.quarter) % DOUBLE == 5;
        self.book(&booking, policy.id * 10, books_twice)?;
        self.tally("premium", is_orphan || !is_known || policy.customer.is_none());
        Ok(())
    }

    fn payouts(&mut self, world: &World) -> io::Result<()> {
        let hours = |day: Date| u64::try_from(day.duration_since(FIRST_HOUR).as_hours()).unwrap_or_default();
        let from = hours(self.first);
        let until = QUARTERS.get(self.quarter as usize + 1).map_or(from + 90 * 24, |(_, next)| hours(*next));
        for (claim, version, settled_at) in settled(world, from..until) {
            if claim.fault.is_some() {
                continue;
            }
            let mut dice = Dice::of(world.seed, Subject::Payments, claim.number + (1 << 50));
            let (policy, number) = (policy_no(claim.policy.id), claim_no(claim.number));
            let booking = Booking {
                reference: &format!("R-{number}"),
                kind: "payout",
                policy: &policy,
                claim: &number,
                cents: Some(version.amount),
                currency: claim.policy.region.currency(),
                day: settled_at.date(),
                system: dice_system(&mut dice),
            };
            self.book(&booking, claim.number * 10 + 5, claim.number % DOUBLE == 6)?;
            self.tally("payout", claim.policy.customer.is_none() || !claim.customer.is_known());
        }
        Ok(())
    }

    /// Rows that nobody can use.
    fn defects(&mut self, index: u64) -> io::Result<()> {
        let reference = format!("R-X-{index}");
        let (policy, day) = (policy_no(index * 10), self.first);
        let booking = Booking {
            reference: &reference,
            kind: "premium",
            policy: &policy,
            claim: "",
            cents: Some(10_000),
            currency: "EUR",
            day,
            system: System::Core,
        };
        if index % UNKNOWN_SYSTEM == 51 && self.quarter == 0 {
            self.row(&Booking { system: System::Unknown, ..booking }, index * 10 + 8)?;
            self.truth.unknown_system += 1;
        } else if index % UNREADABLE_AMOUNT == 52 && self.quarter == 1 {
            self.row(&Booking { cents: None, ..booking }, index * 10 + 9)?;
            self.truth.unreadable_amount += 1;
        }
        Ok(())
    }

    fn tally(&mut self, kind: &str, is_orphan: bool) {
        self.truth.distinct += 1;
        if is_orphan {
            self.truth.orphans += 1;
        } else {
            count(&mut self.truth.known, kind);
        }
    }

    fn book(&mut self, booking: &Booking<'_>, number: u64, twice: bool) -> io::Result<()> {
        self.row(booking, number)?;
        if twice {
            self.row(booking, number + 1)?;
            self.truth.double_bookings += 1;
        }
        Ok(())
    }

    fn row(&mut self, booking: &Booking<'_>, number: u64) -> io::Result<()> {
        self.truth.rows += 1;
        let Booking { reference, kind, policy, claim, currency, day, .. } = booking;
        let output = &mut self.output;
        write!(output, "B-{}-{number:012},{reference},{kind},{policy},{claim},", self.quarter)?;
        match booking.cents {
            Some(cents) => write!(output, "{}.{:02}", cents / 100, cents % 100)?,
            None => output.write_all(b"n/a")?,
        }
        write!(output, ",{currency},")?;
        match booking.system {
            System::Sap => writeln!(output, "{},SAP", Dotted(*day)),
            System::Core => writeln!(output, "{day},CORE"),
            System::Legacy => writeln!(output, "{},LEGACY", American(*day)),
            System::Unknown => writeln!(output, "{day},X1"),
        }
    }
}

fn dice_system(dice: &mut Dice) -> System {
    match dice.below(10) {
        0..5 => System::Sap,
        5..8 => System::Core,
        _ => System::Legacy,
    }
}
