//! What is known of the exports because they were made: what whoever conforms them should find.

use std::collections::BTreeMap;

/// The truth about one generation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// `customer/crm`
    pub customers: CustomerTruth,
    /// `policy/admin`
    pub policies: PolicyTruth,
    /// `claims/ops`
    pub claims: ClaimTruth,
    /// `claims/intake`
    pub notices: NoticeTruth,
    /// `claims/telematics`
    pub trips: TripTruth,
    /// `pricing/rating`
    pub quotes: QuoteTruth,
    /// `marketing/campaigns`
    pub contacts: ContactTruth,
    /// `finance/ledger`
    pub payments: PaymentTruth,
    /// The planted fraud.
    pub rings: Vec<Ring>,
}

impl Truth {
    /// Rows of all files, those included that no reader can use.
    pub fn rows(&self) -> u64 {
        self.customers.rows
            + self.policies.rows
            + self.claims.rows
            + self.notices.rows
            + self.trips.rows
            + self.quotes.rows
            + self.contacts.rows
            + self.payments.rows
    }
}

/// Five people with one national id, each with a claim days after their cover began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ring {
    /// Their customer numbers.
    pub customers: Vec<String>,
    /// The planted claims, in the same order.
    pub claims: Vec<String>,
}

/// The exports of the customer system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerTruth {
    /// Rows of all exports.
    pub rows: u64,
    /// Customers of whom at least one row can be read.
    pub distinct: u64,
    /// Those by region.
    pub by_region: BTreeMap<String, u64>,
    /// Those by segment, after the last change.
    pub by_segment: BTreeMap<String, u64>,
    /// Those whose data are blocked.
    pub blocked: u64,
    /// Those with a national id.
    pub with_national_id: u64,
    /// Those by what can be known of their birth.
    pub births: Births,
    /// Customers of whom no row can be read.
    pub unreadable: u64,
    /// Rows in Windows-1252.
    pub not_utf8: u64,
    /// Rows without a customer number.
    pub without_number: u64,
    /// Rows that were test entries.
    pub test_entries: u64,
}

/// What can be known of dates of birth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Births {
    /// The day is certain.
    pub known: u64,
    /// `03/04/1980`, and nobody knows which is the month.
    pub ambiguous: u64,
    /// Something that is no day.
    pub broken: u64,
    /// Nothing.
    pub absent: u64,
}

/// The events of the policy system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyTruth {
    /// Lines of all files.
    pub rows: u64,
    /// Policies, whatever became of them.
    pub distinct: u64,
    /// Policies whose customer is in no customer list.
    pub orphans: u64,
    /// Policies that are active and no orphans, by region.
    pub live: BTreeMap<String, u64>,
    /// Those by line of business.
    pub live_by_line: BTreeMap<String, u64>,
    /// Those by what their code meant on the day they began.
    pub live_by_coverage: BTreeMap<String, u64>,
    /// Those whose customer's data are blocked, by region.
    pub live_blocked: BTreeMap<String, u64>,
    /// Policies whose end is found only by who minds time zones.
    pub zone_pairs: u64,
    /// Lines that are no JSON.
    pub broken: u64,
    /// Events without a policy number.
    pub without_number: u64,
    /// Events with a product code that never was.
    pub unknown_code: u64,
    /// Events whose time cannot be read.
    pub unreadable_time: u64,
}

/// The dump of the claims table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimTruth {
    /// Rows: versions of claims.
    pub rows: u64,
    /// Claims with an acceptable version.
    pub distinct: u64,
    /// Those whose customer is in no customer list, or whose policy in no list of policies.
    pub orphans: u64,
    /// Those with a customer and a policy.
    pub known: u64,
    /// Those of `known` whose customer's data are blocked.
    pub blocked: u64,
    /// Those of `known` by status, after the last version.
    pub by_status: BTreeMap<String, u64>,
    /// Rows with a negative amount.
    pub negative_amount: u64,
    /// Rows whose loss is later than its report.
    pub loss_after_report: u64,
}

/// First notices of loss.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeTruth {
    /// Lines of all files.
    pub rows: u64,
    /// Those that name a claim.
    pub with_claim: u64,
}

/// Trips of insured cars.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TripTruth {
    /// Rows of all files.
    pub rows: u64,
    /// Trips with a distance that can be, each counted once.
    pub distinct: u64,
    /// Rows that a device sent again.
    pub repeated: u64,
    /// Rows with a negative distance.
    pub negative_km: u64,
}

/// Quotes of the rating system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuoteTruth {
    /// Rows of all files.
    pub rows: u64,
    /// Quotes, revisions counted once.
    pub distinct: u64,
    /// Those of people who are no customers.
    pub prospects: u64,
    /// Those by what their tariff meant on their day.
    pub by_tariff: BTreeMap<String, u64>,
    /// Rows whose premium is no number.
    pub unreadable_premium: u64,
    /// Rows of a tariff that never was.
    pub unknown_tariff: u64,
}

/// Contacts of campaigns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactTruth {
    /// Lines of all files.
    pub rows: u64,
    /// Events with a customer.
    pub accepted: u64,
    /// Customers of the customer list who opted out last.
    pub opted_out: u64,
    /// Those of them whose data are not blocked.
    pub opted_out_open: u64,
    /// Opt-outs that arrive in a later file than theirs.
    pub late_opt_outs: u64,
    /// Events without a customer number.
    pub without_number: u64,
}

/// Payments of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentTruth {
    /// Rows of all files.
    pub rows: u64,
    /// Payments, double bookings counted once.
    pub distinct: u64,
    /// Rows that book a payment again.
    pub double_bookings: u64,
    /// Payments of a policy that is in no list of policies.
    pub orphans: u64,
    /// Payments that are neither, by kind.
    pub known: BTreeMap<String, u64>,
    /// Rows of a system whose dates nobody can read.
    pub unknown_system: u64,
    /// Rows whose amount is no number.
    pub unreadable_amount: u64,
}

impl TripTruth {
    /// Adds another week.
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.distinct += other.distinct;
        self.repeated += other.repeated;
        self.negative_km += other.negative_km;
    }
}

impl PaymentTruth {
    /// Adds another quarter.
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.distinct += other.distinct;
        self.double_bookings += other.double_bookings;
        self.orphans += other.orphans;
        self.unknown_system += other.unknown_system;
        self.unreadable_amount += other.unreadable_amount;
        for (kind, number) in &other.known {
            *self.known.entry(kind.clone()).or_default() += number;
        }
    }
}

/// Counts one more under a name.
pub(crate) fn count(names: &mut BTreeMap<String, u64>, name: &str) {
    match names.get_mut(name) {
        Some(number) => *number += 1,
        None => {
            names.insert(name.to_owned(), 1);
        }
    }
}
