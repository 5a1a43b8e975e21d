//! Partial masks: text shortened to a shape that people recognise. Whatever does not have the shape becomes `***`.

use model::class::PartialKind;

/// What is shown where nothing may be kept.
const HIDDEN: &str = "***";

/// The partial form of a text.
///
/// | Kind | Keeps |
/// |---|---|
/// | email | the first character, `***@`, the domain |
/// | phone | the country code of an international number, the last two digits |
/// | name | initials, at most four |
/// | last4 | the last four characters of a longer text |
pub fn partial(of: PartialKind, text: &str) -> String {
    match of {
        PartialKind::Email => email(text),
        PartialKind::Phone => phone(text),
        PartialKind::Name => name(text),
        PartialKind::Last4 => last4(text),
    }
}

fn email(text: &str) -> String {
    let Some((local, domain)) = text.trim().rsplit_once('@') else { return HIDDEN.to_owned() };
    // SECURITY: what follows the `@` is shown only if it looks like a domain, so that a secret pasted into an address
    // column stays hidden (test `partial_masks_by_example`).
    let is_domain = domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
    match local.chars().next() {
        Some(first) if is_domain => format!("{first}{HIDDEN}@{domain}"),
        _ => HIDDEN.to_owned(),
    }
}

fn phone(text: &str) -> String {
    let text = text.trim();
    let international = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let digits: String = international.unwrap_or(text).chars().filter(char::is_ascii_digit).collect();
    let code = if international.is_some() { country_code(&digits) } else { "" };
    let subscriber = digits.get(code.len()..).unwrap_or_default();
    // Two digits of a handful would show most of a number.
    if subscriber.len() < 5 {
        return HIDDEN.to_owned();
    }
    let last = subscriber.get(subscriber.len() - 2..).unwrap_or_default();
    if code.is_empty() { format!("{HIDDEN}{last}") } else { format!("+{code}{HIDDEN}{last}") }
}

/// The country code at the start of an international number: one digit for zones 1 and 7, two for the codes that ITU-T
/// E.164 assigns with two, else three.
fn country_code(digits: &str) -> &str {
    const TWO: [&str; 41] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93",
    ];
    const MORE: [&str; 3] = ["94", "95", "98"];
    let two = digits.get(..2).unwrap_or(digits);
    let length = if digits.starts_with(['1', '7']) {
        1
    } else if TWO.contains(&two) || MORE.contains(&two) {
        2
    } else {
        3
    };
    digits.get(..length).unwrap_or(digits)
}

fn name(text: &str) -> String {
    let initials: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter_map(|word| word.chars().find(|c| c.is_alphabetic()))
        .take(4)
        .map(|initial| format!("{initial}."))
        .collect();
    if initials.is_empty() { HIDDEN.to_owned() } else { initials.join(" ") }
}

fn last4(text: &str) -> String {
    match text.char_indices().rev().nth(3) {
        Some((start, _)) if start > 0 => format!("{HIDDEN}{}", text.get(start..).unwrap_or_default()),
        _ => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn partial_masks_by_example() {
        use PartialKind::{Email, Last4, Name, Phone};
        for (of, text, expected) in [
            (Email, "ada.lovell@corp.example", "a***@corp.example"),
            (Email, "a@corp.example", "a***@corp.example"),
            (Email, "\"odd@local\"@corp.example", "\"***@corp.example"),
            (Email, "élan@corp.example", "é***@corp.example"),
            (Email, " ada@corp.example ", "a***@corp.example"),
            (Email, "@corp.example", "***"),
            (Email, "ada@", "***"),
            (Email, "ada@localhost", "***"),
            (Email, "ada@secret words. here", "***"),
            (Email, "ada@a..b", "***"),
            (Email, "no address", "***"),
            (Email, "", "***"),
            (Phone, "+49 170 1234567", "+49***67"),
            (Phone, "0049-170-1234567", "+49***67"),
            (Phone, "+1 (415) 555-0132", "+1***32"),
            (Phone, "+353 1 234 5678", "+353***78"),
            (Phone, "0170 1234567", "***67"),
            (Phone, "1234", "***"),
            (Phone, "+49 12", "***"),
            (Phone, "call me", "***"),
            (Phone, "", "***"),
            (Name, "Ada Lovell", "A. L."),
            (Name, "Jean-Luc Picard", "J. L. P."),
            (Name, "  ølaf  ", "ø."),
            (Name, "李 小龍", "李. 小."),
            (Name, "a b c d e f", "a. b. c. d."),
            (Name, "42", "***"),
            (Name, "", "***"),
            (Last4, "DE89370400440532013000", "***3000"),
            (Last4, "12345", "***2345"),
            (Last4, "1234", "***"),
            (Last4, "ÄÖÜßé", "***ÖÜßé"),
            (Last4, "", "***"),
        ] {
            assert_eq!(partial(of, text), expected, "{of:?} of {text:?}");
        }
    }

    fn kinds() -> impl Strategy<Value = PartialKind> {
        prop_oneof![
            Just(PartialKind::Email),
            Just(PartialKind::Phone),
            Just(PartialKind::Name),
            Just(PartialKind::Last4)
        ]
    }

    proptest! {
        #[test]
        fn partial_masks_are_total_deterministic_and_bounded(of in kinds(), text in "\\PC{0,80}") {
            let shown = partial(of, &text);
            prop_assert_eq!(&shown, &partial(of, &text));
            let bound = match of {
                PartialKind::Email => text.chars().count() + 4,
                PartialKind::Phone => 9,
                PartialKind::Name => 11,
                PartialKind::Last4 => 7,
            };
            prop_assert!(shown.chars().count() <= bound);
        }

        /// Two addresses that agree in first letter and domain cannot be told apart.
        #[test]
        fn a_partial_email_shows_first_letter_and_domain_only(
            first in "[a-z]", one in "[a-z0-9.@+]{0,20}", other in "[a-z0-9.@+]{0,20}", domain in "[a-z]{1,8}\\.[a-z]{2,5}",
        ) {
            let shown = partial(PartialKind::Email, &format!("{first}{one}@{domain}"));
            prop_assert_eq!(&shown, &format!("{first}***@{domain}"));
            prop_assert_eq!(shown, partial(PartialKind::Email, &format!("{first}{other}@{domain}")));
        }

        #[test]
        fn a_partial_phone_shows_country_and_two_digits_only(one in "[0-9]{6,10}", other in "[0-9]{6,10}", last in "[0-9]{2}") {
            prop_assert_eq!(
                partial(PartialKind::Phone, &format!("+49{one}{last}")),
                partial(PartialKind::Phone, &format!("+49 {other} {last}"))
            );
        }

        #[test]
        fn last4_shows_nothing_else(one in "\\PC{1,20}", other in "\\PC{1,20}", last in "[0-9a-z]{4}") {
            prop_assert_eq!(
                partial(PartialKind::Last4, &format!("{one}{last}")),
                partial(PartialKind::Last4, &format!("{other}{last}"))
            );
        }
    }
}
