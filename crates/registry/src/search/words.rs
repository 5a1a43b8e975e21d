//! Questions as people type them, and whether a text answers a word.
//!
//! Any text is a question: what is no filter and no field is looked for as words.

use std::cell::OnceCell;

use model::{Code, Problem};

use super::{Entry, Fact, Field};

/// Longest question in bytes.
const LONGEST: usize = 1_000;
/// Most words and filters of one.
const MOST: usize = 32;
/// From so many characters on a word may have one slip, and two.
const ONE_SLIP: usize = 4;
const TWO_SLIPS: usize = 8;
/// Longest word of a text in bytes.
const LONGEST_TOKEN: usize = 200;
/// What a name is worth whose parts are found apart, against one that is found whole.
pub(super) const APART: f32 = 0.5;
/// From so many characters on a word is also looked for as the beginning of a longer one.
const BEGINS: usize = 3;

/// A question: words that all have to be found, and filters that all have to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The words.
    pub words: Vec<Word>,
    /// The filters.
    pub filters: Vec<(Filter, String)>,
}

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its parts, folded: of `customer_id` they are `customer` and `id`.
    pub parts: Vec<String>,
    /// The whole, if it has several parts: a name that is looked for as one before its parts are.
    pub whole: Option<String>,
    /// The only field it is looked for in.
    pub within: Option<Field>,
}

/// What products are narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Filter {
    /// `domain:claims`
    Domain,
    /// `class:pii.email`
    Class,
    /// `tier:1`
    Tier,
    /// `state:late`: `ok`, `due` or `late`.
    State,
    /// `access:yes`: `yes`, `no` or `requested`.
    Access,
}

impl Filter {
    /// Every filter.
    pub const ALL: [Self; 5] = [Self::Domain, Self::Class, Self::Tier, Self::State, Self::Access];

    /// How it is typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Class => "class",
            Self::Tier => "tier",
            Self::State => "state",
            Self::Access => "access",
        }
    }
}

/// How a word was found, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    Same,
    Begins,
    Slip,
}

impl Likeness {
    pub(super) const ALL: [Self; 3] = [Self::Same, Self::Begins, Self::Slip];

    /// What a word found so is worth, against one found as it is.
    pub(super) fn worth(self) -> f32 {
        match self {
            Self::Same => 1.0,
            Self::Begins => 0.6,
            Self::Slip => 0.3,
        }
    }
}

/// Where one word of a question was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why<'a> {
    /// The word.
    pub word: &'a Word,
    /// The best text it was found in.
    pub fact: &'a Fact,
}

impl Question {
    /// Reads a question.
    ///
    /// # Errors
    /// `too-large` beyond 1,000 bytes, `too-complex` beyond 32 words.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.len() > LONGEST {
            let message = format!("the search has {} bytes, more than {LONGEST}", text.len());
            return Err(Problem::new(Code::TooLarge, message).with_hint("look for fewer words"));
        }
        let mut question = Self::default();
        for piece in text.split_whitespace() {
            let (head, value) = piece.split_once(':').unwrap_or(("", piece));
            let head = head.to_lowercase();
            let within = match head.as_str() {
                "name" => Some(Field::Name),
                "col" | "column" => Some(Field::Column),
                "tag" => Some(Field::Tag),
                "term" => Some(Field::Term),
                "owner" => Some(Field::Owner),
                _ => None,
            };
            if let Some(filter) = Filter::ALL.into_iter().find(|filter| filter.word() == head) {
                if !value.is_empty() {
                    question.filters.push((filter, value.to_lowercase()));
                }
                continue;
            }
            question.words.extend(Word::of(if within.is_some() { value } else { piece }, within));
        }
        if question.words.len() + question.filters.len() > MOST {
            let message = format!("the search has more than {MOST} words");
            return Err(Problem::new(Code::TooComplex, message).with_hint("look for fewer words"));
        }
        Ok(question)
    }

    /// What an entry is worth by its texts that may be told: as the index finds it, were the others not there.
    pub fn worth(&self, entry: &Entry, told: impl Fn(&Fact) -> bool) -> Option<f32> {
        let facts = Facts::of(entry, told);
        self.words.iter().map(|word| word.found(&facts).map(|(worth, _)| worth)).sum()
    }

    /// Where each word is found in an entry, as far as `told` lets its texts be known; `None` if one of them is in none.
    pub fn why<'a>(&'a self, entry: &'a Entry, told: impl Fn(&Fact) -> bool) -> Option<Vec<Why<'a>>> {
        let facts = Facts::of(entry, told);
        self.words.iter().map(|word| word.found(&facts).map(|(_, fact)| Why { word, fact })).collect()
    }
}

/// Texts, each with what it is found by.
type Cut<'a> = Vec<(&'a Fact, Vec<String>)>;

/// The texts of an entry that may be told, by field.
struct Facts<'a> {
    told: Vec<&'a Fact>,
    fields: [OnceCell<Cut<'a>>; Field::ALL.len()],
}

impl<'a> Facts<'a> {
    fn of(entry: &'a Entry, told: impl Fn(&Fact) -> bool) -> Self {
        Self { told: entry.facts.iter().filter(|fact| told(fact)).collect(), fields: Default::default() }
    }

    /// Those of a field. Texts are long: they are cut when somebody looks.
    fn within(&self, field: Field) -> &[(&'a Fact, Vec<String>)] {
        let cut = || {
            let here = self.told.iter().filter(|fact| fact.field == field);
            here.map(|fact| (*fact, tokens(fact))).collect()
        };
        let place = Field::ALL.iter().position(|known| *known == field);
        place.and_then(|place| self.fields.get(place)).map_or(&[], |cell| cell.get_or_init(cut))
    }
}

impl Word {
    /// Words have letters or digits; a piece without any is none, one that is joined by anything but `_` and `.` is
    /// several.
    fn of(piece: &str, within: Option<Field>) -> Vec<Self> {
        let names = piece.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
        names
            .filter_map(|name| {
                let (name, parts) = (name.to_lowercase(), parts(name));
                let whole = name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
                let whole = (parts.len() > 1).then_some(whole);
                (!parts.is_empty()).then_some(Self { parts, whole, within })
            })
            .collect()
    }

    /// The fields it is looked for in.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(|field| self.within.is_none_or(|within| within == *field))
    }

    /// What it is worth in an entry, and the text that shows it.
    fn found<'a>(&self, facts: &Facts<'a>) -> Option<(f32, &'a Fact)> {
        let mut best: Option<(f32, &Fact)> = None;
        // The most telling field comes first, so what is worth more than all of the next ends it.
        for field in self.fields() {
            if best.is_some_and(|(worth, _)| worth >= field.weight()) {
                break;
            }
            let here = || facts.within(field).iter();
            // How a part is found at all in the field, and where.
            let of = |part: &str| {
                let likest = |tokens: &[String]| tokens.iter().filter_map(|token| likeness(part, token)).min();
                here().filter_map(|(fact, tokens)| Some((likest(tokens)?, *fact))).min_by_key(|(likeness, _)| *likeness)
            };
            let whole = self.whole.as_deref().and_then(of).map(|(likeness, fact)| (likeness.worth(), fact));
            let parts: Option<Vec<_>> = self.parts.iter().map(|part| of(part)).collect();
            let parts = parts.and_then(|parts| {
                let worst = parts.iter().map(|(likeness, _)| *likeness).max()?;
                let share = if self.whole.is_some() { APART } else { 1.0 };
                Some((worst.worth() * share, parts.first()?.1))
            });
            for (worth, fact) in whole.into_iter().chain(parts) {
                let worth = worth * field.weight();
                if best.is_none_or(|(known, _)| worth > known) {
                    best = Some((worth, fact));
                }
            }
        }
        best
    }
}

/// How many slips a word may have.
pub(super) fn slips(word: &str) -> u8 {
    match word.chars().count() {
        0..ONE_SLIP => 0,
        ONE_SLIP..TWO_SLIPS => 1,
        _ => 2,
    }
}

/// Whether a word is looked for as a beginning.
pub(super) fn may_begin(word: &str) -> bool {
    word.chars().count() >= BEGINS
}

/// How a word of a text is like one that is looked for.
fn likeness(wanted: &str, word: &str) -> Option<Likeness> {
    if wanted == word {
        Some(Likeness::Same)
    } else if may_begin(wanted) && word.starts_with(wanted) {
        Some(Likeness::Begins)
    } else {
        let near = slips(wanted);
        let close = near > 0
            && word.chars().count().abs_diff(wanted.chars().count()) <= usize::from(near)
            && strsim::osa_distance(wanted, word) <= usize::from(near);
        close.then_some(Likeness::Slip)
    }
}

/// The words of a text, folded: `Unit_of_Price` is `unit`, `of`, `price`.
fn parts(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

/// What a text is found by: its words and, if it is a name, the name and each of its segments as a whole.
pub(super) fn tokens(fact: &Fact) -> Vec<String> {
    let mut tokens = parts(&fact.text);
    if !matches!(fact.field, Field::Title | Field::Text | Field::Owner) {
        let name = fact.text.to_lowercase();
        let segments = name.split('.').chain([name.as_str()]);
        let composed = segments.filter(|segment| parts(segment).len() > 1 && !segment.contains(char::is_whitespace));
        tokens.extend(composed.map(str::to_owned));
    }
    // Longer ones are found by nobody.
    tokens.retain(|token| token.len() <= LONGEST_TOKEN);
    tokens
}
