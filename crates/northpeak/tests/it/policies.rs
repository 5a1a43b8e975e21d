//! Policy events, conformed by hand.

use crate::read::{Company, counted, known_customers, last_events};

#[test]
fn the_truth_about_policies_holds() {
    let company = Company::get();
    let truth = &company.truth.policies;
    let (rows, broken) = company.json("policy/admin");
    assert_eq!((rows.len() as u64 + broken, broken), (truth.rows, truth.broken));
    let count = |wanted: &dyn Fn(&crate::read::Row) -> bool| rows.iter().filter(|row| wanted(row)).count() as u64;
    assert_eq!(count(&|row| !row.contains_key("policy_no")), truth.without_number);
    assert_eq!(count(&|row| row["product_code"] == "Z9"), truth.unknown_code);
    assert_eq!(count(&|row| row["occurred_at"] == "yesterday"), truth.unreadable_time);

    let (policies, customers) = (last_events(), known_customers());
    assert_eq!(policies.len() as u64, truth.distinct);
    let of_known = || policies.values().filter(|row| customers.contains_key(&row["customer_no"]));
    assert_eq!(truth.distinct - of_known().count() as u64, truth.orphans);
    let live = || of_known().filter(|row| row["status"] == "active");
    assert_eq!(counted(live().map(|row| row["region"].as_str())), truth.live);
    assert_eq!(counted(live().map(|row| row["line"].as_str())), truth.live_by_line);
    let coverages = live().map(|row| match (row["product_code"].as_str(), row["starts_on"].as_str() < "2025-01-01") {
        ("M1", _) => "motor-liability",
        ("M2", false) => "motor-partial",
        ("M2" | "M3", _) => "motor-comprehensive",
        ("H1", _) => "home-building",
        ("H2", true) => "home-contents",
        ("H2", false) => "home-contents-glass",
        ("L1", _) => "life-term",
        _ => "life-endowment",
    });
    assert_eq!(counted(coverages), truth.live_by_coverage);
    let blocked = live().filter(|row| customers[&row["customer_no"]]["Disclosure block"] == "yes");
    assert_eq!(counted(blocked.map(|row| row["region"].as_str())), truth.live_blocked);
}

/// Who compares times as text finds other policies live.
#[test]
fn times_have_to_be_understood() {
    let (rows, _) = Company::get().json("policy/admin");
    let mut by_text = std::collections::BTreeMap::new();
    for row in rows.iter().filter(|row| row.contains_key("policy_no") && row["occurred_at"] != "yesterday") {
        let there = by_text.entry(row["policy_no"].clone()).or_insert(row);
        if there["occurred_at"] <= row["occurred_at"] {
            *there = row;
        }
    }
    let right = last_events();
    let wrong = by_text.iter().filter(|(number, row)| right.get(*number).is_some_and(|r| r["status"] != row["status"]));
    assert!(Company::get().truth.policies.zone_pairs > 0);
    assert!(wrong.count() > 0);
}
