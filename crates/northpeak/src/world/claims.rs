//! Claims and their versions. They are numbered as they were reported, so time is a function of the number.

use jiff::civil::{Date, DateTime, date};

use super::{Customer, Line, Policy, World};
use crate::{
    dice::{Dice, Subject},
    moment::{at, day_after, day_before},
    words::{LOSS_OF_RINGS, LOSSES_HOME, LOSSES_LIFE, LOSSES_MOTOR},
};

/// Hours from the first claim to the day of the dump: 1 January 2025 to 30 June 2026.
pub(crate) const HOURS: u64 = 545 * 24;
const FIRST: Date = date(2025, 1, 1);
/// Days from the report to the opening of a claim.
const OPENED: &[u64] = &[1, 2, 3, 5];
/// Days from the report to the end of a claim.
const ENDED: &[u64] = &[10, 20, 30, 45, 60];

/// What is wrong with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody knows its policy and customer.
    Orphan,
    NegativeAmount,
    /// The loss is later than its report.
    LossAfterReport,
}

/// A claim.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) number: u64,
    pub(crate) customer: Customer,
    pub(crate) policy: Policy,
    pub(crate) loss: Date,
    pub(crate) reported: DateTime,
    /// What was claimed first, in cents.
    pub(crate) amount: u64,
    pub(crate) description: &'static str,
    pub(crate) fault: Option<Fault>,
    /// Days after the report, if it was opened.
    pub(crate) opened: Option<u64>,
    /// Days after the report and how it ended.
    pub(crate) ended: Option<(u64, &'static str)>,
    /// Whether the dump holds its first version twice.
    pub(crate) doubled: bool,
}

/// A state of a claim, so many days after its report.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version {
    pub(crate) days: u64,
    pub(crate) status: &'static str,
    /// In cents.
    pub(crate) amount: u64,
}

impl Claim {
    /// Its versions in their order, also those that are still to come when the dump is made.
    pub(crate) fn versions(&self) -> impl Iterator<Item = Version> + use<> {
        let reported = Version { days: 0, status: "REPORTED", amount: self.amount };
        let opened = self.opened.map(|days| Version { days, status: "OPEN", amount: self.amount + self.amount / 10 });
        let ended = self.ended.map(|(days, status)| Version { days, status, amount: self.amount + self.amount / 20 });
        [Some(reported), opened, ended].into_iter().flatten()
    }

    /// Its versions when the dump is made.
    pub(crate) fn dumped(&self, world: &World) -> impl Iterator<Item = Version> + use<> {
        let hour = world.hour_of(self.number);
        self.versions().filter(move |version| hour + version.days * 24 < HOURS)
    }
}

/// The hour in which a claim is reported.
pub(crate) fn hour(world: &World, claim: u64) -> DateTime {
    at(FIRST, world.hour_of(claim) * 3_600)
}

impl World {
    /// How many claims there are.
    pub(crate) fn claims(&self) -> u64 {
        self.policyholders * 24 / 100
    }

    /// The hour in which a claim is reported, counted from the first.
    pub(crate) fn hour_of(&self, claim: u64) -> u64 {
        claim * HOURS / self.claims()
    }

    /// The numbers of the claims of an hour.
    pub(crate) fn claims_of(&self, hour: u64) -> std::ops::Range<u64> {
        let first = |hour: u64| (hour * self.claims()).div_ceil(HOURS);
        first(hour)..first(hour + 1)
    }

    /// The claim of a number.
    pub(crate) fn claim(&self, number: u64) -> Claim {
        let mut dice = Dice::of(self.seed, Subject::Claim, number);
        let planted = self.planted(number);
        let reported_day = hour(self, number).date();
        let reported = at(reported_day, self.hour_of(number) % 24 * 3_600 + dice.below(1_800));
        let loss = match planted {
            Some(_) => day_before(reported_day, 7),
            None => day_before(reported_day, dice.below(20)),
        };
        let (customer, policy) = match planted {
            Some(index) => {
                let customer = self.customer(index);
                (customer, self.policy(&customer, 0))
            }
            None => self.insured(loss, &mut dice),
        };
        let fault = match number {
            _ if planted.is_some() => None,
            number if number % 307 == 11 => Some(Fault::Orphan),
            number if number % 401 == 13 => Some(Fault::NegativeAmount),
            number if number % 409 == 17 => Some(Fault::LossAfterReport),
            _ => None,
        };
        let (amount, description) = match policy.line {
            _ if planted.is_some() => (750_000 + dice.below(240_000), LOSS_OF_RINGS),
            Line::Motor => (20_000 + dice.below(600_000), dice.pick(LOSSES_MOTOR)),
            Line::Home => (10_000 + dice.below(900_000), dice.pick(LOSSES_HOME)),
            Line::Life => (1_000_000 + dice.below(9_000_000), dice.pick(LOSSES_LIFE)),
        };
        let ended = match dice.below(100) {
            0..70 => Some("SETTLED"),
            70..82 => Some("REFUSED"),
            _ => None,
        };
        let days = dice.pick(ENDED);
        Claim {
            number,
            customer,
            policy,
            loss: if fault == Some(Fault::LossAfterReport) { day_after(reported_day, 30) } else { loss },
            reported,
            amount,
            description,
            fault,
            opened: dice.happens(9_000).then(|| dice.pick(OPENED)),
            ended: ended.map(|status| (days, status)),
            doubled: dice.happens(30),
        }
    }

    /// Somebody whose cover began before a day, as far as a few tries find one.
    fn insured(&self, day: Date, dice: &mut Dice) -> (Customer, Policy) {
        let mut found = self.anybody(dice);
        for _ in 0..3 {
            if found.1.starts < day && !found.1.planted {
                break;
            }
            found = self.anybody(dice);
        }
        found
    }

    fn anybody(&self, dice: &mut Dice) -> (Customer, Policy) {
        let customer = self.customer(dice.below(self.policyholders));
        let policy = self.policy(&customer, dice.below(self.holdings(customer.index)));
        (customer, policy)
    }
}
