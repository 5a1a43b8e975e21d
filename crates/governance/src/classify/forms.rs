//! Forms of values: what most values of a column look like. Where there are check digits, they decide.

use std::{collections::BTreeSet, net::IpAddr};

use model::class::ValueForm;

/// A form, how it is recognised, and how many values have to be seen before chance is ruled out.
type Known = (ValueForm, fn(&str) -> bool, usize);

const KNOWN: &[Known] = &[
    (ValueForm::Email, is_email, 1),
    (ValueForm::Iban, is_iban, 1),
    (ValueForm::Card, is_card, 3),
    (ValueForm::Ssn, is_ssn, 2),
    (ValueForm::Phone, is_phone, 2),
    (ValueForm::Ip, is_ip, 1),
];

/// The forms that more than half of the values have; empty ones do not count.
pub fn forms<'a>(values: impl IntoIterator<Item = &'a str>) -> BTreeSet<ValueForm> {
    let values: Vec<&str> = values.into_iter().map(str::trim).filter(|value| !value.is_empty()).collect();
    KNOWN
        .iter()
        .filter(|(_, is, least)| {
            let found = values.iter().filter(|value| value.len() <= 320 && is(value)).count();
            found >= *least && found * 2 > values.len()
        })
        .map(|(form, ..)| *form)
        .collect()
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    let plain = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '@' || c == ',');
    let top = domain.rsplit('.').next().unwrap_or_default();
    plain(local)
        && plain(domain)
        && domain.len() > top.len() + 1
        && top.len() >= 2
        && top.chars().all(char::is_alphabetic)
}

/// ISO 13616: the number, moved and spelt as digits, is 1 modulo 97.
fn is_iban(value: &str) -> bool {
    let compact: String = value.chars().filter(|c| *c != ' ').collect();
    let Some((head, rest)) = compact.split_at_checked(4) else { return false };
    let begins =
        head.bytes().take(2).all(|b| b.is_ascii_uppercase()) && head.bytes().skip(2).all(|b| b.is_ascii_digit());
    if !begins || !(15..=34).contains(&compact.len()) {
        return false;
    }
    let mut remainder = 0_u32;
    for c in rest.chars().chain(head.chars()) {
        let Some(digit) = c.to_digit(36).filter(|_| !c.is_ascii_lowercase()) else { return false };
        remainder = (remainder * if digit > 9 { 100 } else { 10 } + digit) % 97;
    }
    remainder == 1
}

/// ISO/IEC 7812: 13 to 19 digits of a payment network (2 to 6) whose Luhn sum ends in zero.
fn is_card(value: &str) -> bool {
    let Some(digits) = digits(value, &[' ', '-']) else { return false };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, *digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    (13..=19).contains(&digits.len())
        && digits.first().is_some_and(|first| (2..=6).contains(first))
        && sum.is_multiple_of(10)
}

fn is_ssn(value: &str) -> bool {
    let groups: Vec<&str> = value.split('-').collect();
    let [area, group, serial] = groups.as_slice() else { return false };
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(area, 3)
        && digits(group, 2)
        && digits(serial, 4)
        && !matches!(*area, "000" | "666")
        && !area.starts_with('9')
        && *group != "00"
        && *serial != "0000"
}

/// Written as a phone number is: bare digits may be anything, and so may what is written as a date.
fn is_phone(value: &str) -> bool {
    let (plus, number) = value.strip_prefix('+').map_or((false, value), |number| (true, number));
    let Some(digits) = digits(number, &[' ', '-', '/', '(', ')', '.']) else { return false };
    if !(8..=15).contains(&digits.len()) {
        return false;
    }
    let groups: Vec<usize> =
        number.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).map(str::len).collect();
    let trunk = number.starts_with(['0', '(']) && groups.len() > 1 && digits.len() > 8;
    plus || trunk || groups == [3, 3, 4]
}

fn is_ip(value: &str) -> bool {
    value.parse::<IpAddr>().is_ok()
}

/// The digits of a text that holds nothing but digits and separators.
fn digits(value: &str, separators: &[char]) -> Option<Vec<u32>> {
    value.chars().filter(|c| !separators.contains(c)).map(|c| c.to_digit(10)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a form is recognised, texts of the form, and texts that only look like it.
    type Case = (fn(&str) -> bool, &'static [&'static str], &'static [&'static str]);

    const CASES: &[Case] = &[
        (
            is_email,
            &["mira.keller@example.com", "x+y@sub.example.co.uk", "jörg@exämple.de"],
            &[
                "mira",
                "@example.com",
                "a@b",
                "a@@b.com",
                "a b@example.com",
                "a@example.c0m",
                "a@.com",
                "x@y.com,z@y.com",
            ],
        ),
        (
            is_iban,
            &[
                "DE89370400440532013000",
                "GB82 WEST 1234 5698 7654 32",
                "NL91ABNA0417164300",
                "FR1420041010050500013M02606",
            ],
            &[
                "DE89370400440532013001",
                "DE8937040044",
                "de89370400440532013000",
                "1234567890123456",
                "DEABCDEFGHIJKLMNOP",
                "ÄÖ89370400440532013000",
            ],
        ),
        (
            is_card,
            &["4111111111111111", "5555 5555 5555 4444", "3782-822463-10005"],
            &["4111111111111112", "1767225600000000", "0000000000000000", "411111111111", "4111 1111 1111 111x"],
        ),
        (
            is_ssn,
            &["123-45-6789"],
            &["123456789", "000-45-6789", "666-45-6789", "912-45-6789", "123-00-6789", "123-45-678"],
        ),
        (
            is_phone,
            &[
                "+49 170 1234567",
                "+14155550123",
                "(415) 555-0123",
                "415-555-0123",
                "089 / 1234567",
                "0170-1234567",
                "0049 170 1234567",
            ],
            &[
                "1001",
                "2026-03-02",
                "02.03.2026",
                "02-03-2026",
                "4006381333931",
                "0012345678",
                "129.90",
                "192.168.100.200",
                "call first",
                "",
            ],
        ),
        (is_ip, &["192.168.0.1", "2001:db8::1"], &["1.2.3", "10:20", "256.1.1.1", "example.com"]),
    ];

    #[test]
    fn a_form_is_told_from_what_looks_like_it() {
        for (index, (is, those, others)) in CASES.iter().enumerate() {
            for value in *those {
                assert!(is(value), "form {index}: {value}");
            }
            for value in *others {
                assert!(!is(value), "form {index}: {value}");
            }
        }
    }

    #[test]
    fn most_values_decide_and_chance_does_not() {
        let email = "a@example.com";
        assert_eq!(forms([email, "", " ", "b@example.com", "unknown"]), [ValueForm::Email].into());
        assert_eq!(forms([email, "unknown"]), BTreeSet::new(), "half is not most");
        assert_eq!(
            forms(["4111111111111111", "4111111111111111"]),
            BTreeSet::new(),
            "one number in ten passes by chance"
        );
        assert_eq!(forms([]), BTreeSet::new());
    }
}
