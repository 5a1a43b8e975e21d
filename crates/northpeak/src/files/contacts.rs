//! `marketing/campaigns/contacts-MONTH.jsonl`: contacts of campaigns, and opt-outs that arrive late.

use std::{
    io::{self, Write as _},
    path::Path,
};

use jiff::civil::{Date, DateTime, date};

use crate::{
    dice::{Dice, Subject},
    moment::{Written, at, day_after},
    output::Output,
    truth::ContactTruth,
    words::{CAMPAIGNS, CHANNELS},
    world::{Customer, World, customer_no},
};

const MONTHS: &[&str] = &["2026-04", "2026-05", "2026-06"];
const FIRST: Date = date(2026, 4, 1);
const WITHOUT_NUMBER: u64 = 601;

pub(crate) fn write(world: &World, folder: &Path) -> io::Result<ContactTruth> {
    let folder = folder.join("marketing/campaigns");
    let outputs: io::Result<Vec<Output>> =
        MONTHS.iter().map(|month| Output::create(&folder, &format!("contacts-{month}.jsonl"))).collect();
    let mut months = Months { outputs: outputs?, truth: ContactTruth::default() };
    for index in 0..world.policyholders {
        months.customer(world, &world.customer(index))?;
    }
    months.outputs.into_iter().try_for_each(Output::finish)?;
    Ok(months.truth)
}

struct Months {
    outputs: Vec<Output>,
    truth: ContactTruth,
}

/// One line.
struct Contact<'a> {
    id: u64,
    customer_no: Option<&'a str>,
    event: &'a str,
    consent: &'a str,
    at: DateTime,
}

impl Months {
    fn customer(&mut self, world: &World, customer: &Customer) -> io::Result<()> {
        let mut dice = Dice::of(world.seed, Subject::Contacts, customer.index);
        let number = customer_no(customer.index);
        let id = customer.index * 10;
        let contacts = dice.below(4).saturating_sub(dice.below(2));
        for place in 0..contacts {
            // Nobody asks for consent in passing: it changes by opting in or out.
            let moment = at(day_after(FIRST, dice.below(91)), 28_800 + dice.below(36_000));
            let contact = Contact {
                id: id + place,
                customer_no: Some(&number),
                event: "contact",
                consent: "not-asked",
                at: moment,
            };
            self.put(customer, &contact, month_of(moment), &mut dice)?;
            self.truth.accepted += 1;
        }
        if dice.happens(600) {
            self.opt_out(customer, &number, &mut dice)?;
        }
        if customer.index % WITHOUT_NUMBER == 31 {
            let moment = date(2026, 4, 9).at(10, 0, 0, 0);
            let contact = Contact { id: id + 9, customer_no: None, event: "contact", consent: "not-asked", at: moment };
            self.put(customer, &contact, 0, &mut dice)?;
            self.truth.without_number += 1;
        }
        Ok(())
    }

    /// Somebody opts out; some come back, and then the way back may arrive before the way out.
    fn opt_out(&mut self, customer: &Customer, number: &str, dice: &mut Dice) -> io::Result<()> {
        let out = at(day_after(FIRST, dice.below(60)), dice.below(86_400));
        let arrives = if dice.happens(5_000) { MONTHS.len() - 1 } else { month_of(out) };
        self.truth.late_opt_outs += u64::from(arrives != month_of(out));
        let id = customer.index * 10 + 7;
        let contact = Contact { id, customer_no: Some(number), event: "opt_out", consent: "withdrawn", at: out };
        self.put(customer, &contact, arrives, dice)?;
        self.truth.accepted += 1;
        if dice.happens(1_500) {
            let back = at(day_after(out.date(), 1), dice.below(86_400));
            let contact =
                Contact { id: id + 1, customer_no: Some(number), event: "opt_in", consent: "given", at: back };
            self.put(customer, &contact, month_of(back), dice)?;
            self.truth.accepted += 1;
        } else if customer.is_known() {
            self.truth.opted_out += 1;
            self.truth.opted_out_open += u64::from(!customer.blocked);
        }
        Ok(())
    }

    fn put(&mut self, customer: &Customer, contact: &Contact<'_>, month: usize, dice: &mut Dice) -> io::Result<()> {
        let output = self.outputs.get_mut(month).ok_or_else(|| io::Error::other("there is no such month"))?;
        let Contact { id, customer_no, event, consent, at } = contact;
        write!(output, "{{\"contact_id\":\"M-{id:010}\",\"campaign\":\"{}\",", dice.pick(CAMPAIGNS))?;
        if let Some(number) = customer_no {
            write!(output, "\"customer_no\":\"{number}\",")?;
        }
        let written = Written(*at, customer.region.clock(dice.below(8)));
        self.truth.rows += 1;
        writeln!(
            output,
            "\"channel\":\"{}\",\"event\":\"{event}\",\"consent\":\"{consent}\",\"contacted_at\":\"{written}\"}}",
            dice.pick(CHANNELS)
        )
    }
}

fn month_of(moment: DateTime) -> usize {
    match moment.month() {
        ..=4 => 0,
        5 => 1,
        _ => 2,
    }
}
