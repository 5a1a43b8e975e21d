//! `claims/intake/notices-PERIOD.jsonl`: first notices of loss, whose text holds names, numbers and ids.

use std::{
    io::{self, Write as _},
    path::Path,
};

use crate::{
    dice::{Dice, Subject},
    moment::{Written, at},
    output::Output,
    truth::NoticeTruth,
    words::INTAKE,
    world::{Claim, World, claim_no, policy_no},
};

/// The half-years with the hour in which each ends, counted from the first of January 2025.
const PERIODS: &[(&str, u64)] = &[("2025-h1", 181 * 24), ("2025-h2", 365 * 24), ("2026-h1", u64::MAX)];

pub(crate) fn write(world: &World, folder: &Path) -> io::Result<NoticeTruth> {
    let folder = folder.join("claims/intake");
    let mut truth = NoticeTruth::default();
    let mut number = 0;
    for (period, end) in PERIODS {
        let mut output = Output::create(&folder, &format!("notices-{period}.jsonl"))?;
        while number < world.claims() && world.hour_of(number) < *end {
            notice(world, &world.claim(number), &mut output, &mut truth)?;
            number += 1;
        }
        output.finish()?;
    }
    Ok(truth)
}

fn notice(world: &World, claim: &Claim, output: &mut Output, truth: &mut NoticeTruth) -> io::Result<()> {
    let mut dice = Dice::of(world.seed, Subject::Notice, claim.number);
    if dice.happens(3_000) {
        return Ok(());
    }
    let customer = &claim.customer;
    let hour = world.hour_of(claim.number) % 24 * 3_600;
    let received = at(claim.reported.date(), hour.saturating_sub(dice.below(3_600)));
    let received = Written(received, customer.region.clock(dice.below(10)));
    write!(output, "{{\"notice_id\":\"N-{:09}\",", claim.number)?;
    truth.rows += 1;
    if !dice.happens(300) {
        write!(output, "\"claim_id\":\"{}\",", claim_no(claim.number))?;
        truth.with_claim += 1;
    }
    let (given, family, phone) = (customer.given, customer.family, customer.phone_text(0));
    write!(
        output,
        "\"region\":\"{}\",\"received_at\":\"{received}\",\"channel\":\"{}\",\"text\":\"",
        customer.region.name(),
        dice.pick(INTAKE)
    )?;
    let policy = policy_no(claim.policy.id);
    match (dice.below(4), customer.national_digits()) {
        (0, Some(id)) => write!(output, "{given} {family}, id {id}, reports: {}.", claim.description),
        (1, _) => write!(output, "{}. Call {given} {family} back on {phone}.", claim.description),
        (2, _) => write!(output, "{}. Policy {policy}, write to {}.", claim.description, customer.email()),
        _ => write!(output, "{family} ({policy}): {}.", claim.description),
    }?;
    writeln!(output, "\"}}")
}
