//! `claims/ops/claims.csv`: the operational table, every version of a claim a row, in the order of `updated_at`.

use std::{
    io::{self, Write as _},
    path::Path,
};

use jiff::civil::DateTime;

use crate::{
    moment::{Spaced, later},
    output::Output,
    truth::{ClaimTruth, count},
    world::{
        Claim, Fault, HOURS, Version, World, claim_no, customer_no, policy_no, unknown_customer_no, unknown_policy_no,
    },
};

/// The table in PostgreSQL that `claims/ops/claims.csv` is a dump of: `COPY claims FROM ... (FORMAT csv, HEADER)`.
/// Versions of a claim are rows, and nothing ever changes in a row, so `updated_at` is a cursor.
pub const CLAIMS_TABLE: &str = "CREATE TABLE claims (
  claim_id text NOT NULL,
  policy_no text NOT NULL,
  customer_no text NOT NULL,
  line_of_business text NOT NULL,
  loss_date date NOT NULL,
  reported_at timestamptz NOT NULL,
  amount numeric(12,2) NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  description text,
  updated_at timestamptz NOT NULL
);
CREATE INDEX claims_updated_at ON claims (updated_at);
";

const HEADER: &str = "claim_id,policy_no,customer_no,line_of_business,loss_date,reported_at,amount,currency,status,\
                      description,updated_at\n";
/// After how many days a version may follow the report, each once.
const DELAYS: &[u64] = &[0, 1, 2, 3, 5, 10, 20, 30, 45, 60];

pub(crate) fn write(world: &World, folder: &Path) -> io::Result<ClaimTruth> {
    let mut output = Output::create(&folder.join("claims/ops"), "claims.csv")?;
    output.write_all(HEADER.as_bytes())?;
    let mut truth = ClaimTruth::default();
    // What happens in one hour is of that hour's claims or of those of some days before: nothing waits in memory.
    let mut rows: Vec<(DateTime, u64, String)> = Vec::new();
    for hour in 0..HOURS {
        for days in DELAYS {
            let Some(reported) = hour.checked_sub(days * 24) else { continue };
            for number in world.claims_of(reported) {
                let claim = world.claim(number);
                if *days == 0 {
                    tally(world, &claim, &mut truth);
                }
                for version in claim.versions().filter(|version| version.days == *days) {
                    let updated = later(claim.reported, version.days * 86_400);
                    let row = row(&claim, version, updated);
                    if claim.doubled && version.days == 0 {
                        rows.push((updated, number, row.clone()));
                    }
                    rows.push((updated, number, row));
                }
            }
        }
        rows.sort_by_key(|(updated, number, _)| (*updated, *number));
        truth.rows += rows.len() as u64;
        for (_, _, row) in rows.drain(..) {
            output.write_all(row.as_bytes())?;
        }
    }
    output.finish()?;
    Ok(truth)
}

fn row(claim: &Claim, version: Version, updated: DateTime) -> String {
    let (policy, customer) = match claim.fault {
        Some(Fault::Orphan) => (unknown_policy_no(claim.number), unknown_customer_no(claim.number)),
        _ => (policy_no(claim.policy.id), customer_no(claim.customer.index)),
    };
    let sign = if claim.fault == Some(Fault::NegativeAmount) { "-" } else { "" };
    format!(
        "{},{policy},{customer},{},{},{}+00,{sign}{}.{:02},{},{},\"{}\",{}+00\n",
        claim_no(claim.number),
        claim.policy.line.name(),
        claim.loss,
        Spaced(claim.reported),
        version.amount / 100,
        version.amount % 100,
        claim.policy.region.currency(),
        version.status,
        claim.description,
        Spaced(updated),
    )
}

fn tally(world: &World, claim: &Claim, truth: &mut ClaimTruth) {
    let versions = claim.dumped(world).count() as u64 + u64::from(claim.doubled);
    match claim.fault {
        Some(Fault::NegativeAmount) => truth.negative_amount += versions,
        Some(Fault::LossAfterReport) => truth.loss_after_report += versions,
        Some(Fault::Orphan) => {
            truth.distinct += 1;
            truth.orphans += 1;
        }
        None => {
            truth.distinct += 1;
            known(world, claim, truth);
        }
    }
}

fn known(world: &World, claim: &Claim, truth: &mut ClaimTruth) {
    // An orphaned policy is in no list of policies, and so is that of somebody whose row nobody can read.
    if claim.policy.customer.is_none() || !claim.customer.is_known() {
        truth.orphans += 1;
        return;
    }
    truth.known += 1;
    truth.blocked += u64::from(claim.customer.blocked);
    let last = claim.dumped(world).last().map_or("REPORTED", |version| version.status);
    count(&mut truth.by_status, &last.to_lowercase());
}

/// Payouts: what was settled in a range of hours, by what was paid and when.
pub(crate) fn settled(world: &World, hours: std::ops::Range<u64>) -> impl Iterator<Item = (Claim, Version, DateTime)> {
    let first = hours.start.saturating_sub(60 * 24);
    let world = *world;
    (first..hours.end).flat_map(move |hour| {
        let hours = hours.clone();
        world.claims_of(hour).filter_map(move |number| {
            let claim = world.claim(number);
            let version = claim.versions().find(|version| version.status == "SETTLED")?;
            hours.contains(&(hour + version.days * 24)).then(|| {
                let updated = later(claim.reported, version.days * 86_400);
                (claim, version, updated)
            })
        })
    })
}
