//! `policy/admin/policies-DAY.jsonl`: what happened to policies, in three deliveries, in no order.

use std::{
    io::{self, Write as _},
    path::Path,
};

use jiff::civil::date;

use crate::{
    moment::Written,
    output::Output,
    truth::{PolicyTruth, count},
    world::{Customer, Event, Policy, World, customer_no, policy_no, unknown_customer_no},
};

/// Deliveries, by the day of each.
const DAYS: &[&str] = &["2026-06-01", "2026-06-15", "2026-06-29"];
/// One defect for so many customers.
const WITHOUT_NUMBER: u64 = 1_009;
const UNKNOWN_CODE: u64 = 1_013;
const UNREADABLE_TIME: u64 = 1_019;
const BROKEN: u64 = 1_511;

pub(crate) fn write(world: &World, folder: &Path) -> io::Result<PolicyTruth> {
    let folder = folder.join("policy/admin");
    let outputs: io::Result<Vec<Output>> =
        DAYS.iter().map(|day| Output::create(&folder, &format!("policies-{day}.jsonl"))).collect();
    let mut deliveries = Deliveries { outputs: outputs?, truth: PolicyTruth::default() };
    for index in 0..world.policyholders {
        let holder = world.customer(index);
        for place in 0..world.holdings(index) {
            let policy = world.policy(&holder, place);
            deliveries.policy(world, &holder, &policy)?;
            if place == 0 {
                deliveries.defects(index, &policy)?;
            }
        }
    }
    deliveries.outputs.into_iter().try_for_each(Output::finish)?;
    Ok(deliveries.truth)
}

struct Deliveries {
    outputs: Vec<Output>,
    truth: PolicyTruth,
}

/// What stands in one line beside the policy and the event.
struct Line<'a> {
    policy_no: Option<&'a str>,
    customer_no: &'a str,
    code: &'a str,
    moment: &'a str,
}

impl Deliveries {
    fn policy(&mut self, world: &World, holder: &Customer, policy: &Policy) -> io::Result<()> {
        let events = world.events(policy);
        let number = policy_no(policy.id);
        let customer = policy.customer.map_or_else(|| unknown_customer_no(policy.id), customer_no);
        // Every eleventh policy's events come the wrong way round, every two hundredth's first one twice.
        let reversed = policy.id % 11 == 3;
        let count_of = events.all().len();
        for index in 0..count_of {
            let index = if reversed { count_of - 1 - index } else { index };
            let Some(event) = events.all().get(index) else { continue };
            let moment = Written(event.at, policy.region.clock(event.clock)).to_string();
            let line = Line { policy_no: Some(&number), customer_no: &customer, code: policy.code, moment: &moment };
            let times = if index == 0 && policy.id % 200 == 41 { 2 } else { 1 };
            for _ in 0..times {
                self.line(policy, event, &line)?;
            }
        }
        self.count(holder, policy, events.status(), events.all());
        Ok(())
    }

    fn count(&mut self, holder: &Customer, policy: &Policy, status: &str, events: &[Event]) {
        let truth = &mut self.truth;
        truth.distinct += 1;
        truth.zone_pairs += u64::from(events.iter().any(|event| event.at == date(2026, 6, 10).at(19, 30, 0, 0)));
        if policy.customer.is_none() || !holder.is_known() {
            truth.orphans += 1;
        } else if status == "active" {
            count(&mut truth.live, policy.region.name());
            count(&mut truth.live_by_line, policy.line.name());
            count(&mut truth.live_by_coverage, policy.coverage());
            if holder.blocked {
                count(&mut truth.live_blocked, policy.region.name());
            }
        }
    }

    /// Lines that cannot be used.
    fn defects(&mut self, index: u64, policy: &Policy) -> io::Result<()> {
        let event = Event {
            name: "changed",
            status: "active",
            premium: policy.premium,
            at: date(2026, 5, 4).at(8, 30, 0, 0),
            clock: 5,
            late: false,
        };
        // Nothing else names these policies: what is lost is lost.
        let number = format!("P-8{:09}", index % 1_000_000_000);
        let customer = customer_no(index);
        let good = Line {
            policy_no: Some(&number),
            customer_no: &customer,
            code: policy.code,
            moment: "2026-05-04T08:30:00Z",
        };
        if index % WITHOUT_NUMBER == 3 {
            self.line(policy, &event, &Line { policy_no: None, ..good })?;
            self.truth.without_number += 1;
        }
        if index % UNKNOWN_CODE == 4 {
            self.line(policy, &event, &Line { code: "Z9", ..good })?;
            self.truth.unknown_code += 1;
        }
        if index % UNREADABLE_TIME == 6 {
            self.line(policy, &event, &Line { moment: "yesterday", ..good })?;
            self.truth.unreadable_time += 1;
        }
        if index % BROKEN == 8 {
            let output = self.outputs.first_mut().ok_or_else(|| io::Error::other("there is no delivery"))?;
            writeln!(output, "{{\"event_id\":\"E-{index}\",\"policy_no\":\"{number}\",\"customer_no\":")?;
            self.truth.rows += 1;
            self.truth.broken += 1;
        }
        Ok(())
    }

    fn line(&mut self, policy: &Policy, event: &Event, line: &Line<'_>) -> io::Result<()> {
        let arrives = usize::from(event.at >= date(2026, 6, 1).at(0, 0, 0, 0))
            + usize::from(event.at >= date(2026, 6, 14).at(0, 0, 0, 0));
        let delivery = (arrives + usize::from(event.late)).min(DAYS.len() - 1);
        let output = self.outputs.get_mut(delivery).ok_or_else(|| io::Error::other("there is no such delivery"))?;
        let Line { policy_no, customer_no, code, moment } = line;
        let Event { name, status, premium, .. } = event;
        output.write_all(b"{\"policy_no\":")?;
        match policy_no {
            Some(number) => write!(output, "\"{number}\"")?,
            None => output.write_all(b"null")?,
        }
        writeln!(
            output,
            ",\"customer_no\":\"{customer_no}\",\"line\":\"{}\",\"region\":\"{}\",\"product_code\":\"{code}\",\
             \"event\":\"{name}\",\"status\":\"{status}\",\"premium\":\"{}.{:02}\",\"currency\":\"{}\",\
             \"starts_on\":\"{}\",\"occurred_at\":\"{moment}\"}}",
            policy.line.name(),
            policy.region.name(),
            premium / 100,
            premium % 100,
            policy.region.currency(),
            policy.starts,
        )?;
        self.truth.rows += 1;
        Ok(())
    }
}
