//! Customers: who they are, and how the customer system happens to write it.

use jiff::civil::{Date, DateTime, date};

use super::{Region, World, rings::Member};
use crate::{
    dice::{Dice, Subject},
    moment::{at, day_after},
    words::{FAMILY_ACCENTED, FAMILY_EU, FAMILY_IN, GIVEN_EU, GIVEN_IN},
};

/// How a date of birth is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BirthForm {
    /// `1982-07-04`
    Iso,
    /// `04.07.1982`
    Dotted,
    /// `04/07/1982`, day first.
    DayFirst,
    /// `07/04/1982`, month first.
    MonthFirst,
    /// No date at all, by its number.
    Broken(u64),
    /// Not given.
    Absent,
}

/// How a customer's name reaches the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// In Windows-1252 at first, and right in the next export.
    Repaired,
    /// Always in Windows-1252.
    Latin,
}

/// A customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Customer {
    pub(crate) index: u64,
    pub(crate) region: Region,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) segment: &'static str,
    pub(crate) national_id: Option<u64>,
    pub(crate) phone: u64,
    pub(crate) birth: Date,
    pub(crate) birth_form: BirthForm,
    pub(crate) blocked: bool,
    pub(crate) since: Date,
    pub(crate) encoding: Encoding,
    /// The export in which it stands first.
    pub(crate) first_export: u64,
    /// When the first row was changed last.
    pub(crate) changed: DateTime,
}

impl Customer {
    /// Whether the customer list holds it in the end.
    pub(crate) fn is_known(&self) -> bool {
        self.encoding != Encoding::Latin
    }

    /// The national id as digits.
    pub(crate) fn national_digits(&self) -> Option<String> {
        self.national_id.map(|number| national_id(number, self.region))
    }

    /// A mobile number; `version` counts its changes.
    pub(crate) fn phone_text(&self, version: u64) -> String {
        let digits = (self.phone + version * 7_654_321) % 100_000_000;
        match self.region {
            Region::Eu => format!("+49 151 {digits:08}"),
            Region::In => format!("+91 98 {digits:08}"),
        }
    }

    pub(crate) fn email(&self) -> String {
        let end = match self.region {
            Region::Eu => "example.com",
            Region::In => "example.in",
        };
        let ascii: String = self.family.chars().filter(char::is_ascii).collect();
        format!("{}.{ascii}{}@{end}", self.given, self.index)
    }
}

/// The digits of a national id: 11 in the EU, 12 in India, each number another one.
fn national_id(number: u64, region: Region) -> String {
    match region {
        // Multipliers that share no factor with ten: every number below ten digits gives another one.
        Region::Eu => (10_000_000_000 + number * 3_794_729 % 10_000_000_000).to_string(),
        Region::In => (200_000_000_000 + number * 9_164_237 % 100_000_000_000).to_string(),
    }
}

impl World {
    /// The customer of a number.
    pub(crate) fn customer(&self, index: u64) -> Customer {
        let mut dice = Dice::of(self.seed, Subject::Customer, index);
        let member = self.member_at(index);
        let region = if member.is_none() && dice.happens(2_200) { Region::In } else { Region::Eu };
        let (given, family) = match region {
            Region::Eu => (dice.pick(GIVEN_EU), dice.pick(FAMILY_EU)),
            Region::In => (dice.pick(GIVEN_IN), dice.pick(FAMILY_IN)),
        };
        let segment = match dice.below(100) {
            0..88 => "private",
            88..98 => "business",
            _ => "vip",
        };
        let birth = day_after(date(1936, 1, 1), dice.below(25_500));
        let birth_form = birth_form(region, &mut dice);
        let first_export = if dice.happens(150) { 1 + dice.below(4) } else { 0 };
        let changed = match first_export {
            0 => at(date(2024, 6, 1), dice.below(700 * 86_400)),
            late => at(day_after(date(2026, 6, 1), 7 * (late - 1)), dice.below(7 * 86_400)),
        };
        let accented = region == Region::Eu && dice.happens(300);
        let family = if accented { dice.pick(FAMILY_ACCENTED) } else { family };
        let encoding = match (accented, dice.below(10)) {
            (true, 0..2) => Encoding::Latin,
            (true, 2..4) if first_export < 4 => Encoding::Repaired,
            _ => Encoding::Utf8,
        };
        let mut customer = Customer {
            index,
            region,
            given,
            family,
            segment,
            national_id: (!dice.happens(300)).then_some(index),
            phone: dice.below(100_000_000),
            birth,
            birth_form,
            blocked: dice.happens(20),
            since: day_after(date(2009, 1, 1), dice.below(5_400)),
            encoding,
            first_export,
            changed,
        };
        if let Some(member) = member {
            join(&mut customer, member, self.policyholders);
        }
        customer
    }
}

/// What all members of a ring have: one identity under several names.
fn join(customer: &mut Customer, member: Member, policyholders: u64) {
    customer.national_id = Some(policyholders + member.ring);
    customer.phone = 42_000_000 + member.ring;
    (customer.blocked, customer.encoding, customer.first_export) = (false, Encoding::Utf8, 0);
    customer.changed = at(date(2026, 3, 1), member.place * 3_600);
    customer.segment = "private";
}

fn birth_form(region: Region, dice: &mut Dice) -> BirthForm {
    match (region, dice.below(100)) {
        (Region::Eu, 0..70) => BirthForm::Iso,
        (Region::Eu, 70..90) => BirthForm::Dotted,
        (Region::Eu, 90..92) => BirthForm::DayFirst,
        (Region::Eu, 92..94) => BirthForm::MonthFirst,
        (Region::In, 0..60) => BirthForm::Iso,
        (Region::In, 60..94) => BirthForm::DayFirst,
        (_, 94..97) => BirthForm::Broken(dice.below(5)),
        _ => BirthForm::Absent,
    }
}
