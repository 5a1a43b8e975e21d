//! The public types of a source file, as far as a reference page needs them: names, doc comments, serde's names and
//! defaults. Reads our own files, formatted as ours are; what it does not know is an error, never left out.

use anyhow::{Context, Result, bail};
use regex::Regex;

/// A public struct or enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The type's name.
    pub name: String,
    /// Its doc comment.
    pub meaning: String,
    /// What it is written as.
    pub shape: Shape,
}

/// How a type is written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A mapping with these keys.
    Keys(Vec<Field>),
    /// One of these words, or a mapping whose `kind` is one.
    Words(Vec<Word>),
    /// A text that is parsed elsewhere.
    Text,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As it is written.
    pub name: String,
    /// Its Rust type.
    pub kind: String,
    /// Its doc comment.
    pub meaning: String,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// A variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is written.
    pub name: String,
    /// Its doc comment.
    pub meaning: String,
    /// The keys beside it.
    pub keys: Vec<Field>,
}

/// What precedes an item, a field or a variant.
#[derive(Default)]
struct Before {
    documentation: String,
    attributes: String,
}

impl Before {
    /// Takes a line that precedes something; `false` if it is no such line.
    fn take(&mut self, line: &str) -> bool {
        if let Some(text) = line.strip_prefix("///") {
            self.documentation.push_str(text);
        } else if line.starts_with("#[") {
            self.attributes.push_str(line);
        } else {
            return line.is_empty();
        }
        true
    }

    /// The doc comment in one line, without rustdoc's links.
    fn meaning(&self) -> Result<String> {
        let text = Regex::new(r" ?\(\[`[^`]*`\]\)")?.replace_all(self.documentation.trim(), "").into_owned();
        let text = Regex::new(r"\[(`[^`]*`)\]")?.replace_all(&text, "$1").into_owned();
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|"))
    }
}

/// Every public struct with named fields and every public enum of a file.
pub fn items(text: &str) -> Result<Vec<Item>> {
    let (open, field, variant) = (
        Regex::new(r"^pub (struct|enum) (\w+)(.*)$")?,
        Regex::new(r"^(?:pub )?(\w+): (.+),$")?,
        Regex::new(r"^(\w+)(?:\((\w+)\))?( \{\}?)?,?$")?,
    );
    let mut found = Vec::new();
    let mut before = Before::default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("mod tests") || line.starts_with("#[cfg(test)]") {
            break;
        }
        let Some(head) = open.captures(line) else {
            if !before.take(line) || line.is_empty() {
                before = Before::default();
            }
            continue;
        };
        let (kind, name, rest) = (&head[1], head[2].to_owned(), &head[3]);
        let of = std::mem::take(&mut before);
        let meaning = of.meaning()?;
        if rest != " {" {
            found.push(Item { name, meaning, shape: Shape::Text });
            continue;
        }
        let mut keys = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut inner: Option<Word> = None;
        for line in lines.by_ref() {
            if line == "}" {
                break;
            }
            let line = line.trim();
            if line == "}," {
                words.extend(inner.take());
                continue;
            }
            if before.take(line) {
                continue;
            }
            let of_part = std::mem::take(&mut before);
            if let Some(parts) = field.captures(line) {
                let key = Field {
                    name: renamed(&of_part.attributes).unwrap_or_else(|| parts[1].to_owned()),
                    kind: parts[2].to_owned(),
                    meaning: of_part.meaning()?,
                    has_default: of_part.attributes.contains("default"),
                };
                match &mut inner {
                    Some(word) => word.keys.push(key),
                    None => keys.push(key),
                }
            } else if let Some(parts) = variant.captures(line) {
                let word = Word { name: cased(&parts[1], &of.attributes), meaning: of_part.meaning()?, keys: vec![] };
                if parts.get(3).is_some_and(|open| open.as_str() == " {") {
                    inner = Some(word);
                } else {
                    words.push(word);
                }
            } else {
                bail!("`{line}` of `{name}` is neither a field nor a variant as they are read here");
            }
        }
        let is_text = ["try_from", "untagged"].iter().any(|word| of.attributes.contains(word));
        let shape = match kind {
            _ if is_text => Shape::Text,
            "struct" => Shape::Keys(keys),
            _ => Shape::Words(words),
        };
        found.push(Item { name, meaning, shape });
    }
    Ok(found)
}

/// The names of types that a type is made of.
pub fn names(kind: &str) -> impl Iterator<Item = &str> {
    kind.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty())
}

fn renamed(attributes: &str) -> Option<String> {
    let (_, rest) = attributes.split_once("rename = \"")?;
    rest.split('"').next().map(str::to_owned)
}

fn cased(name: &str, attributes: &str) -> String {
    let lower = name.to_lowercase();
    if !attributes.contains("snake_case") {
        return lower;
    }
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// The text between the markers of a page replaced; what stands around is written by hand.
pub fn with_section(page: &str, name: &str, section: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->"));
    let (before, rest) = page.split_once(&begin).with_context(|| format!("no `{}`", begin.trim()))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("no `{end}`"))?;
    Ok(format!("{before}{begin}\n{}\n\n{end}{after}", section.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_words_and_meanings_are_read_from_the_source() {
        let text = "/// A file ([`crate::x`]).\n#[derive(Debug)]\npub struct File {\n    /// Its\n    /// name.\n    pub name: \
            String,\n    #[serde(default)]\n    /// More.\n    pub more: Vec<Part>,\n}\n\n/// A mask.\n#[serde(tag = \
            \"kind\")]\npub enum Mask {\n    /// Nothing.\n    Null {},\n    /// Coarser.\n    ByStep {\n        /// How \
            far.\n        to: Step,\n    },\n}\n";
        let found = items(text).unwrap();
        assert_eq!((found[0].meaning.as_str(), found[1].name.as_str()), ("A file.", "Mask"));
        let Shape::Keys(keys) = &found[0].shape else { panic!("{found:?}") };
        assert_eq!((keys[0].meaning.as_str(), keys[0].has_default), ("Its name.", false));
        assert_eq!((keys[1].kind.as_str(), keys[1].has_default), ("Vec<Part>", true));
        let Shape::Words(words) = &found[1].shape else { panic!("{found:?}") };
        assert_eq!((words[0].name.as_str(), words[1].name.as_str(), words[1].keys.len()), ("null", "bystep", 1));
        assert!(items("pub struct Odd {\n    fn of() {}\n}\n").is_err());
    }

    #[test]
    fn a_section_takes_the_place_between_its_markers() {
        let page = "a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb\n";
        let new = with_section(page, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nb\n");
        assert_eq!(with_section(&new, "x", "new").unwrap(), new);
        assert!(with_section(page, "y", "").is_err());
    }
}
