//! The customer list, conformed by hand.

use crate::read::{Company, Row, counted, known_customers};

fn birth(row: &Row) -> &'static str {
    let text = row["Date of birth"].as_str();
    let numbers: Vec<i16> = text.split(['-', '.', '/']).filter_map(|part| part.parse().ok()).collect();
    let day =
        |year: i16, month: i16, day: i16| year > 1900 && jiff::civil::Date::new(year, month as i8, day as i8).is_ok();
    let is_indian = row["Region"].trim().eq_ignore_ascii_case("in");
    match numbers.as_slice() {
        _ if text.is_empty() => "absent",
        [y, m, d] if text.contains('-') && day(*y, *m, *d) => "known",
        [d, m, y] if text.contains('.') && day(*y, *m, *d) => "known",
        [a, b, y] if text.contains('/') => match (day(*y, *b, *a), day(*y, *a, *b)) {
            (true, true) if a != b && !is_indian => "ambiguous",
            (true, _) | (_, true) => "known",
            _ => "broken",
        },
        _ => "broken",
    }
}

#[test]
fn the_truth_about_customers_holds() {
    let company = Company::get();
    let truth = &company.truth.customers;
    let (rows, not_utf8) = company.csv("customer/crm", b';');
    assert_eq!((rows.len() as u64 + not_utf8, not_utf8), (truth.rows, truth.not_utf8));
    let number = |row: &&Row| row["Customer No"].trim().to_owned();
    assert_eq!(rows.iter().filter(|row| number(row).is_empty()).count() as u64, truth.without_number);
    assert_eq!(rows.iter().filter(|row| number(row).starts_with("TEST")).count() as u64, truth.test_entries);

    let known = known_customers();
    assert_eq!(known.len() as u64, truth.distinct);
    let column = |name: &'static str| known.values().map(move |row| row[name].trim());
    let regions: Vec<String> = column("Region").map(str::to_uppercase).collect();
    assert_eq!(counted(regions.iter().map(String::as_str)), truth.by_region);
    assert_eq!(counted(column("Segment")), truth.by_segment);
    assert_eq!(column("Disclosure block").filter(|block| *block == "yes").count() as u64, truth.blocked);
    assert_eq!(column("National ID").filter(|id| !id.is_empty()).count() as u64, truth.with_national_id);
    let births = counted(known.values().map(birth));
    let births = ["known", "ambiguous", "broken", "absent"].map(|state| births.get(state).copied().unwrap_or_default());
    let expected = &truth.births;
    assert_eq!(births, [expected.known, expected.ambiguous, expected.broken, expected.absent]);
    assert!(births.iter().all(|number| *number > 0) && truth.unreadable > 0, "{truth:?}");
}

#[test]
fn rings_share_an_identity_and_nobody_else_does() {
    let mut holders: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for (number, row) in known_customers() {
        let digits: String = row["National ID"].chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() {
            holders.entry(digits).or_default().push(number);
        }
    }
    let mut shared: Vec<Vec<String>> = holders.into_values().filter(|numbers| numbers.len() > 1).collect();
    let mut planted: Vec<Vec<String>> = Company::get().truth.rings.iter().map(|ring| ring.customers.clone()).collect();
    shared.sort();
    planted.sort();
    assert_eq!(shared, planted);
}
