//! Quotes, contacts and payments.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::read::{Company, Row, counted, instant, known_customers, last_events};

#[test]
fn the_truth_about_quotes_holds() {
    let company = Company::get();
    let truth = &company.truth.quotes;
    let (rows, _) = company.csv("pricing/rating", b';');
    assert_eq!(rows.len() as u64, truth.rows);
    let premium = |row: &Row| row["Annual premium"].replace('.', "").replace(',', ".").parse::<f64>().ok();
    assert_eq!(rows.iter().filter(|row| premium(row).is_none()).count() as u64, truth.unreadable_premium);
    assert_eq!(rows.iter().filter(|row| row["Tariff"] == "TX").count() as u64, truth.unknown_tariff);
    let good = rows.iter().filter(|row| premium(row).is_some() && row["Tariff"] != "TX");
    let quotes: BTreeMap<&str, &Row> = good.map(|row| (row["Quote No"].as_str(), row)).collect();
    assert_eq!(quotes.len() as u64, truth.distinct);
    assert_eq!(quotes.values().filter(|row| row["Customer No"].is_empty()).count() as u64, truth.prospects);
    let meanings = quotes.values().map(|row| match (row["Tariff"].as_str(), row["Quoted on"].ends_with("2025")) {
        ("T1", _) => "basic",
        ("T2", _) => "comfort",
        ("T3", true) => "young-driver",
        ("T3", false) => "electric",
        (_, true) => "second-car",
        (_, false) => "fleet",
    });
    assert_eq!(counted(meanings), truth.by_tariff);
}

#[test]
fn the_truth_about_contacts_holds() {
    let company = Company::get();
    let truth = &company.truth.contacts;
    let (rows, _) = company.json("marketing/campaigns");
    assert_eq!(rows.len() as u64, truth.rows);
    let with_customer = || rows.iter().filter(|row| row.contains_key("customer_no"));
    assert_eq!(with_customer().count() as u64, truth.accepted);
    assert_eq!(truth.rows - truth.accepted, truth.without_number);
    let mut last: BTreeMap<&str, (Timestamp, &str)> = BTreeMap::new();
    for row in with_customer().filter(|row| row["event"] != "contact") {
        let at = instant(&row["contacted_at"], "EU").unwrap();
        let said = (at, row["consent"].as_str());
        let there = last.entry(&row["customer_no"]).or_insert(said);
        *there = (*there).max(said);
    }
    let customers = known_customers();
    let out = last.iter().filter(|(number, (_, consent))| *consent == "withdrawn" && customers.contains_key(**number));
    assert_eq!(out.clone().count() as u64, truth.opted_out);
    let open = out.filter(|(number, _)| customers[**number]["Disclosure block"] != "yes");
    assert_eq!(open.count() as u64, truth.opted_out_open);
    assert!(truth.late_opt_outs > 0);
}

#[test]
fn the_truth_about_payments_holds() {
    let company = Company::get();
    let truth = &company.truth.payments;
    let (rows, _) = company.csv("finance/ledger", b',');
    assert_eq!(rows.len() as u64, truth.rows);
    assert_eq!(rows.iter().filter(|row| row["system"] == "X1").count() as u64, truth.unknown_system);
    assert_eq!(rows.iter().filter(|row| row["amount"] == "n/a").count() as u64, truth.unreadable_amount);
    let good: Vec<&Row> = rows.iter().filter(|row| row["system"] != "X1" && row["amount"] != "n/a").collect();
    for row in &good {
        let separator = match row["system"].as_str() {
            "SAP" => '.',
            "CORE" => '-',
            _ => '/',
        };
        assert_eq!(row["booked_on"].split(separator).count(), 3, "{row:?}");
    }
    let payments: BTreeMap<&str, &Row> = good.iter().map(|row| (row["payment_ref"].as_str(), *row)).collect();
    assert_eq!(payments.len() as u64, truth.distinct);
    assert_eq!((good.len() - payments.len()) as u64, truth.double_bookings);
    let (customers, policies) = (known_customers(), last_events());
    let known = payments.values().filter(|row| {
        policies.get(&row["policy_no"]).is_some_and(|policy| customers.contains_key(&policy["customer_no"]))
    });
    assert_eq!(counted(known.map(|row| row["kind"].as_str())), truth.known);
    assert_eq!(truth.known.values().sum::<u64>() + truth.orphans, truth.distinct);
}
