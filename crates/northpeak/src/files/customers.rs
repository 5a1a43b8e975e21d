//! `customer/crm/customers-DAY.csv`: the whole list, then four weeks of what changed.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    path::Path,
};

use jiff::civil::{DateTime, date};

use crate::{
    dice::{Dice, Subject},
    moment::{American, Dotted, Slashed, Spaced, at, day_after, later},
    output::Output,
    truth::{CustomerTruth, count},
    world::{BirthForm, Customer, Encoding, Region, World, customer_no},
};

const HEADER: &str = "Customer No;Given name;Family name;E-Mail;Phone (mobile);National ID;Date of birth;Region;Segment;\
                      Customer since;Disclosure block;Remark;Last change\n";
/// Exports: the first is whole.
const EXPORTS: u64 = 5;
/// A test entry after every so many customers, and a row without a number.
const TEST_ENTRY: u64 = 997;
const WITHOUT_NUMBER: u64 = 1_499;

/// What a row says that another row of the customer does not.
#[derive(Clone, Copy)]
struct State {
    phone_version: u64,
    segment: &'static str,
    changed: DateTime,
}

pub(crate) fn write(world: &World, folder: &Path) -> io::Result<CustomerTruth> {
    let folder = folder.join("customer/crm");
    let mut outputs = Vec::new();
    for export in 0..EXPORTS {
        let day = day_after(date(2026, 6, 1), 7 * export);
        let mut output = Output::create(&folder, &format!("customers-{day}.csv"))?;
        output.write_all(HEADER.as_bytes())?;
        outputs.push(output);
    }
    let mut exports = Exports { outputs, row: String::new(), truth: CustomerTruth::default() };
    for index in 0..world.policyholders {
        exports.customer(world, &world.customer(index))?;
    }
    exports.outputs.into_iter().try_for_each(Output::finish)?;
    Ok(exports.truth)
}

struct Exports {
    outputs: Vec<Output>,
    row: String,
    truth: CustomerTruth,
}

impl Exports {
    /// Every row of a customer.
    fn customer(&mut self, world: &World, customer: &Customer) -> io::Result<()> {
        let mut dice = Dice::of(world.seed, Subject::Exports, customer.index);
        let form = dice.below(100);
        let first = State { phone_version: 0, segment: customer.segment, changed: customer.changed };
        let number = written_number(customer.index, form);
        self.row(customer, &number, first, &mut dice)?;
        let in_latin = customer.encoding != Encoding::Utf8;
        self.put(customer.first_export, in_latin)?;
        let mut segment = customer.segment;
        if customer.encoding == Encoding::Repaired {
            self.put(customer.first_export + 1, false)?;
        }
        if !in_latin {
            if dice.happens(100) {
                // The export ran twice over the same page.
                self.put(customer.first_export, false)?;
            }
            if customer.first_export == 0 && dice.happens(1_000) {
                segment = self.update(customer, &mut dice)?;
            }
            if dice.happens(50) {
                // An old form is keyed in weeks later.
                let export = 1 + dice.below(EXPORTS - 1);
                let changed = customer.changed.saturating_sub(jiff::SignedDuration::from_hours(720));
                let old = State { phone_version: 9, segment: "private", changed };
                self.row(customer, &number, old, &mut dice)?;
                self.put(export.max(customer.first_export), false)?;
            }
        }
        self.strangers(customer, &mut dice)?;
        self.count(customer, segment);
        Ok(())
    }

    /// A change in one of the later exports, at times with an older one after it; gives the segment it leaves.
    fn update(&mut self, customer: &Customer, dice: &mut Dice) -> io::Result<&'static str> {
        let export = 1 + dice.below(EXPORTS - 1);
        let week = day_after(date(2026, 6, 1), 7 * (export - 1));
        let changed = at(week, 86_400 + dice.below(6 * 86_400 - 1));
        let segment = if dice.happens(1_000) { "vip" } else { customer.segment };
        let number = customer_no(customer.index);
        self.row(customer, &number, State { phone_version: 1, segment, changed }, dice)?;
        self.put(export, false)?;
        if dice.happens(2_000) {
            let before = later(week.at(0, 0, 0, 0), dice.below(86_400));
            self.row(customer, &number, State { phone_version: 2, segment: "business", changed: before }, dice)?;
            self.put(export, false)?;
        }
        Ok(segment)
    }

    /// Rows that are no customer's.
    fn strangers(&mut self, customer: &Customer, dice: &mut Dice) -> io::Result<()> {
        let state = State { phone_version: 3, segment: "private", changed: customer.changed };
        let ascii = Customer { family: "Test", ..*customer };
        if customer.index % TEST_ENTRY == 5 {
            self.row(&ascii, &format!("TEST-{:04}", customer.index % 10_000), state, dice)?;
            self.put(0, false)?;
            self.truth.test_entries += 1;
        }
        if customer.index % WITHOUT_NUMBER == 7 {
            self.row(&ascii, " ", state, dice)?;
            self.put(0, false)?;
            self.truth.without_number += 1;
        }
        Ok(())
    }

    fn row(&mut self, customer: &Customer, number: &str, state: State, dice: &mut Dice) -> io::Result<()> {
        let row = &mut self.row;
        row.clear();
        let Customer { given, family, since, .. } = customer;
        let email = customer.email();
        let phone = customer.phone_text(state.phone_version);
        write!(row, "{number};{given};{family};{email};{phone};").map_err(io::Error::other)?;
        if let Some(digits) = customer.national_digits() {
            spell_id(row, &digits, dice.below(10));
        }
        row.push(';');
        spell_birth(row, customer).map_err(io::Error::other)?;
        let region = match (customer.region, dice.below(20)) {
            (Region::Eu, 0) => "eu",
            (Region::In, 0) => "in ",
            (region, _) => region.name(),
        };
        let block = if customer.blocked { "yes" } else { "" };
        let segment = state.segment;
        write!(row, ";{region};{segment};{since};{block};").map_err(io::Error::other)?;
        match dice.below(100) {
            0..6 => write!(row, "\"Called back on {phone}; asked for \"\"{given} {family}\"\"\""),
            6..10 => write!(row, "Write to {email} instead of calling"),
            _ => Ok(()),
        }
        .map_err(io::Error::other)?;
        writeln!(row, ";{}", Spaced(state.changed)).map_err(io::Error::other)
    }

    /// Writes the row as it stands.
    fn put(&mut self, export: u64, in_latin: bool) -> io::Result<()> {
        self.truth.rows += 1;
        let Some(output) = usize::try_from(export).ok().and_then(|index| self.outputs.get_mut(index)) else {
            return Err(io::Error::other(format!("there is no export {export}")));
        };
        if !in_latin {
            return output.write_all(self.row.as_bytes());
        }
        self.truth.not_utf8 += 1;
        // The letters of the lists are those that Latin-1 and Windows-1252 share.
        let bytes: Vec<u8> = self.row.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
        output.write_all(&bytes)
    }

    fn count(&mut self, customer: &Customer, segment: &str) {
        let truth = &mut self.truth;
        if !customer.is_known() {
            truth.unreadable += 1;
            return;
        }
        truth.distinct += 1;
        count(&mut truth.by_region, customer.region.name());
        count(&mut truth.by_segment, segment);
        truth.blocked += u64::from(customer.blocked);
        truth.with_national_id += u64::from(customer.national_id.is_some());
        let births = &mut truth.births;
        match customer.birth_form {
            BirthForm::Absent => births.absent += 1,
            BirthForm::Broken(_) => births.broken += 1,
            BirthForm::DayFirst | BirthForm::MonthFirst if is_ambiguous(customer) => births.ambiguous += 1,
            _ => births.known += 1,
        }
    }
}

/// Indian offices write the day first; European ones write either.
fn is_ambiguous(customer: &Customer) -> bool {
    let (day, month) = (customer.birth.day(), customer.birth.month());
    customer.region == Region::Eu && day <= 12 && day != month
}

/// A customer's number as people key it in.
fn written_number(index: u64, form: u64) -> String {
    let number = customer_no(index);
    match form {
        0..4 => number.to_lowercase(),
        4..7 => format!(" {number} "),
        7..9 => number.replace('-', ""),
        _ => number,
    }
}

/// A national id, at times in groups of four.
fn spell_id(row: &mut String, digits: &str, form: u64) {
    let between = match form {
        0..4 => Some('-'),
        4 => Some(' '),
        _ => None,
    };
    for (index, digit) in digits.chars().enumerate() {
        row.extend(between.filter(|_| index > 0 && index % 4 == 0));
        row.push(digit);
    }
}

fn spell_birth(row: &mut String, customer: &Customer) -> std::fmt::Result {
    let birth = customer.birth;
    match customer.birth_form {
        BirthForm::Iso => write!(row, "{birth}"),
        BirthForm::Dotted => write!(row, "{}", Dotted(birth)),
        BirthForm::DayFirst => write!(row, "{}", Slashed(birth)),
        BirthForm::MonthFirst => write!(row, "{}", American(birth)),
        BirthForm::Broken(0) => row.write_str("00.00.0000"),
        BirthForm::Broken(1) => write!(row, "31.02.{}", birth.year()),
        BirthForm::Broken(2) => write!(row, "{}-13-01", birth.year()),
        BirthForm::Broken(3) => write!(row, "{:02}.{:02}.{:02}", birth.day(), birth.month(), birth.year() % 100),
        BirthForm::Broken(_) => row.write_str("unknown"),
        BirthForm::Absent => Ok(()),
    }
}
