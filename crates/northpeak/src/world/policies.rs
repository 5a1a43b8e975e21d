//! Policies and what happened to them.

use jiff::civil::{Date, DateTime, date};

use super::{Customer, Region, World, claims::hour};
use crate::{
    dice::{Dice, Subject},
    moment::{at, day_after, day_before, later},
};

/// The day from which product codes mean something else.
const NEW_CODES: Date = date(2025, 1, 1);

/// Lines of business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    Motor,
    Home,
    Life,
}

impl Line {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Motor => "motor",
            Self::Home => "home",
            Self::Life => "life",
        }
    }
}

/// A policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) id: u64,
    /// The customer by number; nobody for an orphan.
    pub(crate) customer: Option<u64>,
    pub(crate) region: Region,
    pub(crate) line: Line,
    pub(crate) code: &'static str,
    pub(crate) starts: Date,
    /// A year's premium in cents.
    pub(crate) premium: u64,
    /// Whether the holder's car tells how it is driven.
    pub(crate) telematics: bool,
    /// Whether the holder belongs to a ring.
    pub(crate) planted: bool,
}

impl Policy {
    /// What the code meant on the day the policy began.
    pub(crate) fn coverage(&self) -> &'static str {
        match (self.code, self.starts < NEW_CODES) {
            ("M1", _) => "motor-liability",
            ("M2", true) => "motor-comprehensive",
            ("M2", false) => "motor-partial",
            ("M3", _) => "motor-comprehensive",
            ("H1", _) => "home-building",
            ("H2", true) => "home-contents",
            ("H2", false) => "home-contents-glass",
            ("L1", _) => "life-term",
            _ => "life-endowment",
        }
    }
}

/// One thing that happened to a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    /// The policy's state from then on.
    pub(crate) status: &'static str,
    pub(crate) premium: u64,
    pub(crate) at: DateTime,
    /// How the system that wrote it tells the time, below 10.
    pub(crate) clock: u64,
    /// Whether it arrives one file later than it should.
    pub(crate) late: bool,
}

impl World {
    /// How many policies a customer holds.
    pub(crate) fn holdings(&self, customer: u64) -> u64 {
        match Dice::of(self.seed, Subject::Holdings, customer).below(100) {
            0..65 => 1,
            65..92 => 2,
            _ => 3,
        }
    }

    /// A customer's policy by its place, from 0.
    pub(crate) fn policy(&self, holder: &Customer, place: u64) -> Policy {
        let id = holder.index * 10 + place;
        let mut dice = Dice::of(self.seed, Subject::Policy, id);
        let member = self.member_at(holder.index).filter(|_| place == 0);
        let line = match dice.below(100) {
            _ if member.is_some() => Line::Motor,
            0..55 => Line::Motor,
            55..85 => Line::Home,
            _ => Line::Life,
        };
        let starts = match member {
            Some(member) => day_before(hour(self, self.claim_of(member)).date(), 12),
            None => day_after(date(2019, 1, 1), dice.below(2_690)),
        };
        let code = match line {
            // The third motor code came with the change.
            Line::Motor if starts < NEW_CODES => dice.pick(&["M1", "M2"]),
            Line::Motor => dice.pick(&["M1", "M2", "M3"]),
            Line::Home => dice.pick(&["H1", "H2"]),
            Line::Life => dice.pick(&["L1", "L2"]),
        };
        let premium = match line {
            Line::Motor => 18_000 + dice.below(120_000),
            Line::Home => 9_000 + dice.below(60_000),
            Line::Life => 24_000 + dice.below(300_000),
        };
        let is_orphan = member.is_none() && (holder.index * 3 + place) % 499 == 77;
        Policy {
            id,
            customer: (!is_orphan).then_some(holder.index),
            region: holder.region,
            line,
            code,
            starts,
            premium,
            telematics: line == Line::Motor && (dice.happens(2_000) || member.is_some()),
            planted: member.is_some(),
        }
    }

    /// What happened to a policy, in the order in which it happened; the last state is the state.
    pub(crate) fn events(&self, policy: &Policy) -> Events {
        let mut dice = Dice::of(self.seed, Subject::Events, policy.id);
        let mut events = Events::default();
        let moment = at(policy.starts, 28_800 + dice.below(28_800));
        let is_pending = !policy.planted && dice.happens(200);
        let status = if is_pending { "pending" } else { "active" };
        events.push("issued", status, policy.premium, moment, &mut dice);
        if policy.planted || is_pending {
            return events;
        }
        // Between the beginning and the middle of June there are so many seconds.
        let until = date(2026, 6, 15).at(0, 0, 0, 0).duration_since(moment).as_secs();
        let time = u64::try_from(until).unwrap_or_default();
        if dice.happens(4_000) {
            let premium = policy.premium + dice.below(policy.premium / 5);
            events.push("changed", "active", premium, later(moment, 3_600 + dice.below(time / 2)), &mut dice);
        }
        if dice.happens(100) {
            // Two within hours, from systems of two zones: as text the first looks later.
            let premium = policy.premium;
            events.push("changed", "active", premium, date(2026, 6, 10).at(19, 30, 0, 0), &mut dice);
            events.last(|event| event.clock = 0);
            events.push("cancelled", "cancelled", premium, date(2026, 6, 10).at(20, 0, 0, 0), &mut dice);
            events.last(|event| event.clock = 5);
            return events;
        }
        if dice.happens(1_800) {
            let ended = later(moment, 7_200 + time / 2 + dice.below(time / 4));
            let (name, status) = if dice.happens(5_000) { ("lapsed", "lapsed") } else { ("cancelled", "cancelled") };
            events.push(name, status, policy.premium, ended, &mut dice);
            if dice.happens(1_500) {
                events.push(
                    "reinstated",
                    "active",
                    policy.premium,
                    later(ended, 86_400 + dice.below(86_400)),
                    &mut dice,
                );
            }
        }
        events
    }
}

/// At most a handful of events.
#[derive(Debug, Default)]
pub(crate) struct Events(Vec<Event>);

impl Events {
    fn push(&mut self, name: &'static str, status: &'static str, premium: u64, at: DateTime, dice: &mut Dice) {
        self.0.push(Event { name, status, premium, at, clock: dice.below(10), late: dice.happens(300) });
    }

    fn last(&mut self, change: impl FnOnce(&mut Event)) {
        if let Some(event) = self.0.last_mut() {
            change(event);
        }
    }

    pub(crate) fn all(&self) -> &[Event] {
        &self.0
    }

    /// The state in the end.
    pub(crate) fn status(&self) -> &'static str {
        self.0.last().map_or("pending", |event| event.status)
    }
}
