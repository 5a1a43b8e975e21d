//! Proposes classes for columns by their names and by the form of their values; a person confirms.
//!
//! A proposal too many costs a look, one too few shows personal data in clear: where a name could be either, it is
//! proposed.

mod forms;

use std::collections::BTreeSet;

use model::{
    class::{ClassName, Classifications, Mask, PartialKind, ValueForm},
    column::ColumnType,
    words::words,
};
use serde::{Deserialize, Serialize};

pub use forms::forms;

/// A column that may need a class.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// Its name, as the source has it.
    pub name: &'a str,
    /// The type its values have.
    pub kind: &'a ColumnType,
    /// The forms that most of its values have.
    pub forms: &'a BTreeSet<ValueForm>,
}

/// What speaks for a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The column's name.
    Name,
    /// The form of its values.
    Values,
}

/// Words after which a name is about the thing and no longer the thing: `email_count`, `phone_model`.
const ABOUT: &str = "accepted allowed app at attempts body bounced brand campaign carrier category changed channel clicked cnt \
    code confirmed consent cost count country created device domain enabled expires expiry flag format hash id \
    ids issued key kind lang language len length model on opened opt optin optout order os plan preference price \
    provider quality rate score sent server source status subject subscribed template time timestamp total ts \
    type typ updated uuid valid validated verified version";

/// Words before which a name counts or asks: `is_email`, `num_phone`.
const ASKING: &str = "anzahl count had has is nb needs num was";

/// How well a name fits: the whole column before a part of it, then the longest.
type Fit = (bool, usize);

/// The class that a column's name suggests, or else the form of its values.
pub fn propose(column: &Column<'_>, classes: &Classifications) -> Option<(ClassName, Evidence)> {
    if *column.kind == ColumnType::Boolean {
        return None;
    }
    let words = parts(column.name);
    let mut best: Option<(Fit, ClassName)> = None;
    let mut by_form: Option<(ValueForm, ClassName)> = None;
    for (root, file) in &classes.roots {
        for (class, declared) in &file.classes {
            let name = || ClassName::from_tag(&format!("{root}.{class}"));
            if can_treat(declared.mask.as_ref(), column.kind)
                && let Some(fit) = declared.detect.names.iter().filter_map(|known| fit(&words, known)).max()
                && best.as_ref().is_none_or(|(other, _)| *other < fit)
            {
                best = Some((fit, name()));
            }
            for form in declared.detect.values.iter().filter(|form| column.forms.contains(form)) {
                if by_form.as_ref().is_none_or(|(other, _)| *other > *form) {
                    by_form = Some((*form, name()));
                }
            }
        }
    }
    let by_name = best.map(|(_, class)| (class, Evidence::Name));
    by_name.or_else(|| by_form.map(|(_, class)| (class, Evidence::Values)))
}

/// The words of a column's name, digits on their own: `email2` is `email` and `2`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for word in words(name) {
        let mut digits = None;
        for c in word.chars() {
            if digits != Some(c.is_ascii_digit()) {
                parts.push(String::new());
                digits = Some(c.is_ascii_digit());
            }
            if let Some(part) = parts.last_mut() {
                part.push(c);
            }
        }
    }
    parts
}

/// How a name fits a detector: its words stand together in the name, and nothing around them says that the column is
/// about something else.
fn fit(words: &[String], known: &str) -> Option<Fit> {
    let (whole_only, known) = known.strip_prefix('=').map_or((false, known), |known| (true, known));
    let wanted = parts(known).concat();
    if wanted.is_empty() {
        return None;
    }
    let length = wanted.chars().count();
    let is_number = |word: &&String| word.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = words.len() - words.iter().rev().take_while(is_number).count();
    if words.concat() == wanted || words.get(..numbered)?.concat() == wanted {
        return Some((true, length));
    }
    let asks = words.first().is_some_and(|first| ASKING.split(' ').any(|word| word == first));
    if whole_only || asks {
        return None;
    }
    (0..words.len()).find_map(|start| {
        let rest = words.get(start..)?;
        let taken = (1..=rest.len()).find(|end| rest.get(..*end).is_some_and(|run| run.concat() == wanted))?;
        let about = rest.get(taken..)?.iter().any(|word| ABOUT.split(' ').any(|about| about == word));
        (!about).then_some((false, length))
    })
}

/// Whether a mask is one for values of a type: nobody masks a time as an e-mail address, so `email_sent_at` holds none.
fn can_treat(mask: Option<&Mask>, kind: &ColumnType) -> bool {
    match (kind, mask) {
        (ColumnType::Date | ColumnType::Timestamp, Some(Mask::Partial { .. } | Mask::Token { .. })) => false,
        (ColumnType::Integer | ColumnType::Number | ColumnType::Decimal { .. }, Some(Mask::Partial { of })) => {
            matches!(of, PartialKind::Phone | PartialKind::Last4)
        }
        _ => true,
    }
}
