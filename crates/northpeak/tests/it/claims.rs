//! The dump of the claims table, notices and trips.

use std::{collections::BTreeMap, fs::File};

use arrow::{
    array::AsArray as _,
    datatypes::{Float64Type, Int64Type},
};
use jiff::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tessera_northpeak::CLAIMS_TABLE;

use crate::read::{Company, Row, counted, known_customers, last_events};

fn is_negative(row: &Row) -> bool {
    row["amount"].starts_with('-')
}

fn is_reported_before_its_loss(row: &Row) -> bool {
    row["loss_date"].as_str() > &row["reported_at"][..10]
}

#[test]
fn the_truth_about_claims_holds() {
    let company = Company::get();
    let truth = &company.truth.claims;
    let (rows, _) = company.csv("claims/ops", b',');
    assert_eq!(rows.len() as u64, truth.rows);
    assert_eq!(rows.iter().filter(|row| is_negative(row)).count() as u64, truth.negative_amount);
    assert_eq!(rows.iter().filter(|row| is_reported_before_its_loss(row)).count() as u64, truth.loss_after_report);

    let newest: BTreeMap<&str, &Row> = rows
        .iter()
        .filter(|row| !is_negative(row) && !is_reported_before_its_loss(row))
        .map(|row| (row["claim_id"].as_str(), row))
        .collect();
    assert_eq!(newest.len() as u64, truth.distinct);
    let (customers, policies) = (known_customers(), last_events());
    let is_known = |row: &&&Row| {
        let policy = policies.get(&row["policy_no"]);
        customers.contains_key(&row["customer_no"])
            && policy.is_some_and(|policy| customers.contains_key(&policy["customer_no"]))
    };
    let known: Vec<&&Row> = newest.values().filter(is_known).collect();
    assert_eq!((known.len() as u64, truth.distinct - known.len() as u64), (truth.known, truth.orphans));
    let statuses: Vec<String> = known.iter().map(|row| row["status"].to_lowercase()).collect();
    assert_eq!(counted(statuses.iter().map(String::as_str)), truth.by_status);
    let blocked = known.iter().filter(|row| customers[&row["customer_no"]]["Disclosure block"] == "yes");
    assert_eq!(blocked.count() as u64, truth.blocked);
}

#[test]
fn the_dump_is_in_the_order_of_its_cursor_and_fits_its_table() {
    let company = Company::get();
    let (rows, _) = company.csv("claims/ops", b',');
    let times: Vec<&str> = rows.iter().map(|row| row["updated_at"].as_str()).collect();
    assert!(times.is_sorted());
    assert!(times.iter().all(|time| time.parse::<Timestamp>().is_ok()), "{}", times[0]);
    let declared: Vec<&str> =
        CLAIMS_TABLE.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    let text = std::fs::read_to_string(&company.files("claims/ops")[0]).unwrap();
    assert_eq!(text.lines().next().unwrap().split(',').collect::<Vec<_>>(), declared);
}

#[test]
fn planted_claims_are_there_and_their_cover_is_young() {
    let company = Company::get();
    let (rows, _) = company.csv("claims/ops", b',');
    let policies = last_events();
    for ring in &company.truth.rings {
        for (customer, claim) in ring.customers.iter().zip(&ring.claims) {
            let row = rows.iter().find(|row| row["claim_id"] == *claim).unwrap();
            assert_eq!((&row["customer_no"], row["line_of_business"].as_str()), (customer, "motor"));
            let policy = &policies[&row["policy_no"]];
            let covered: jiff::civil::Date = policy["starts_on"].parse().unwrap();
            let loss: jiff::civil::Date = row["loss_date"].parse().unwrap();
            assert_eq!(((loss - covered).get_days(), policy["status"].as_str()), (5, "active"));
        }
    }
}

#[test]
fn the_truth_about_notices_holds() {
    let company = Company::get();
    let (rows, unreadable) = company.json("claims/intake");
    assert_eq!((rows.len() as u64, unreadable), (company.truth.notices.rows, 0));
    let with_claim = rows.iter().filter(|row| row.contains_key("claim_id")).count() as u64;
    assert_eq!(with_claim, company.truth.notices.with_claim);
    assert!(rows.iter().any(|row| row["text"].contains("+49 151")), "texts hold personal data");
}

#[test]
fn the_truth_about_trips_holds() {
    let company = Company::get();
    let truth = &company.truth.trips;
    let mut trips: BTreeMap<i64, u64> = BTreeMap::new();
    let (mut rows, mut negative) = (0, 0);
    for file in company.files("claims/telematics") {
        for batch in ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let ids = batch.column_by_name("trip_id").unwrap().as_primitive::<Int64Type>();
            let km = batch.column_by_name("km").unwrap().as_primitive::<Float64Type>();
            rows += batch.num_rows() as u64;
            for row in 0..ids.len() {
                if km.value(row) < 0.0 {
                    negative += 1;
                } else {
                    *trips.entry(ids.value(row)).or_default() += 1;
                }
            }
        }
    }
    let repeated: u64 = trips.values().map(|times| times - 1).sum();
    let found = (rows, trips.len() as u64, repeated, negative);
    assert_eq!(found, (truth.rows, truth.distinct, truth.repeated, truth.negative_km));
}
