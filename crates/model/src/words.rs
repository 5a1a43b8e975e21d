//! The words of a name that somebody gave a column: `Straße (privat)`, `homePhone` and `HOME_PHONE` are read alike.

/// The words in order: lower case, accents folded to ASCII, split at everything that is neither letter nor digit and
/// where an upper-case letter begins a new word. Letters of other scripts stay as they are.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        // Accents that follow their letter as marks of their own.
        if matches!(c, '\u{300}'..='\u{36f}') {
            continue;
        }
        if c == '%' {
            words.extend(["percent".to_owned(), String::new()]);
            before = None;
            continue;
        }
        if !c.is_alphanumeric() {
            words.push(String::new());
            before = None;
            continue;
        }
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                let mut ahead = rest.clone();
                let mut lower = || ahead.next().is_some_and(char::is_lowercase);
                // `IBANNumber` is two words, `CustomerIDs` is not three.
                before.is_lowercase() || before.is_ascii_digit() || (lower() && lower())
            });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            match folded(c) {
                Some(text) => word.push_str(text),
                None => word.extend(c.to_lowercase()),
            }
        }
        before = Some(c);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// An accented Latin letter in ASCII, the way its language writes it without the accent.
fn folded(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae",
        'ö' | 'Ö' | 'œ' | 'Œ' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' | 'ẞ' => "ss",
        'á' | 'à' | 'â' | 'ã' | 'å' | 'Á' | 'À' | 'Â' | 'Ã' | 'Å' => "a",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "e",
        'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' => "i",
        'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ø' => "o",
        'ú' | 'ù' | 'û' | 'Ú' | 'Ù' | 'Û' => "u",
        'ñ' | 'Ñ' => "n",
        'ç' | 'Ç' => "c",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_habit_are_split_into_words() {
        for (name, expected) in [
            ("customer_full_name", "customer full name"),
            ("CustomerFullName", "customer full name"),
            ("CUSTOMER-FULL-NAME", "customer full name"),
            ("homePhone2", "home phone2"),
            ("IBANNumber", "iban number"),
            ("CustomerIDs", "customer ids"),
            ("EmailAddr", "email addr"),
            ("E-Mail", "e mail"),
            ("Straße (privat)", "strasse privat"),
            ("Anteil %", "anteil percent"),
            ("Dirección", "direccion"),
            ("Tele\u{301}phone", "telephone"),
            ("Größe (m²)", "groesse m²"),
            ("東京 Tower", "東京 tower"),
            ("", ""),
            ("€", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }
}
