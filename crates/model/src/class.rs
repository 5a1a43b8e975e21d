//! Classes: tags with a treatment, such as `pii.national_id`, and the masks that treat them.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Code, Problem},
    name::GroupName,
};

/// A class: root and class separated by a dot, `pii.national_id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClassName(String);

/// What keys a token is made with: equal inputs give equal tokens within the scope only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum TokenScope {
    /// One key for the whole mesh: tokens join across domains.
    #[default]
    Mesh,
    /// One key per owning domain.
    Domain,
    /// One key per purpose.
    Purpose,
}

/// The shape a partial mask keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartialKind {
    /// First letter, `***@`, domain.
    Email,
    /// Country code and last two digits.
    Phone,
    /// Initials.
    Name,
    /// The last four characters.
    Last4,
}

/// How far a value is coarsened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "StepText", into = "String")]
pub enum Step {
    /// To 1 January of the year.
    Year,
    /// To the first day of the month.
    Month,
    /// To 1 January of the decade.
    Decade,
    /// Numbers: down to a multiple of the step.
    Multiple(u64),
    /// Text: the first characters.
    Prefix(u16),
}

/// A mask as a classification declares it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Mask {
    /// The class's own: shortened, keeping a shape.
    Partial {
        /// The shape.
        of: PartialKind,
    },
    /// Coarsened.
    Generalise {
        /// How far.
        to: Step,
    },
    /// Replaced by a keyed token, 32 lower-case hexadecimal digits.
    Token {
        /// The key's scope.
        #[serde(default)]
        scope: TokenScope,
    },
    /// Replaced by one value.
    Constant {
        /// The value as text; `REDACTED` or a value of the column's type if absent.
        #[serde(default)]
        value: Option<String>,
    },
    /// Replaced by NULL.
    Null {},
    /// The column does not exist for the reader.
    Denied {},
}

/// One declared class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// The sensitivity level: a label with an approval rule, never a mask.
    #[serde(default)]
    pub level: Option<String>,
    /// The mask; absent means denied.
    #[serde(default)]
    pub mask: Option<Mask>,
    /// Groups that see the column clear wherever they are entitled to the product.
    #[serde(default)]
    pub unmask: Vec<GroupName>,
    /// How the class is detected.
    #[serde(default)]
    pub detect: Detect,
    /// What the class means.
    #[serde(default, skip_serializing)]
    pub description: Option<String>,
}

/// How a class is proposed for a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// Words of column names, compared without case, accents and separators: `phone` is found in `home_phone` and
    /// `HomePhone 2`. With a `=` before it, `=name`, the whole column has to be called so.
    #[serde(default)]
    pub names: Vec<String>,
    /// Forms of values: the class is proposed where most values of a column have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<ValueForm>,
}

/// A form that values are recognised by, those that prove most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueForm {
    /// An e-mail address.
    Email,
    /// An international bank account number whose check digits hold.
    Iban,
    /// A payment card number whose check digit holds.
    Card,
    /// A US social security number as it is written, `123-45-6789`.
    Ssn,
    /// A phone number that is written as one: with `+`, a leading zero or parentheses, and separators.
    Phone,
    /// An IP address, version 4 or 6.
    Ip,
}

/// A file of `governance/classifications`: one root and its classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassificationFile {
    /// The root, the first segment of its classes' names.
    pub root: String,
    /// Whether the root's classes are personal data: reading them needs an explicit purpose. `pii` is by default.
    #[serde(default)]
    pub personal: Option<bool>,
    /// The classes by their second segment.
    pub classes: BTreeMap<String, Class>,
}

/// Every declared root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Classifications {
    /// Roots by name.
    pub roots: BTreeMap<String, ClassificationFile>,
}

impl ClassificationFile {
    /// Whether the root's classes are personal data.
    pub fn is_personal(&self) -> bool {
        self.personal.unwrap_or(self.root == "pii")
    }
}

impl Classifications {
    /// The class a tag names: `None` for a label (its first segment is no declared root), `Some(Err)` for an undeclared
    /// class under a declared root, which denies.
    pub fn class_of_tag(&self, tag: &str) -> Option<Result<ClassName, ClassName>> {
        let (root, _) = tag.split_once('.').unwrap_or((tag, ""));
        self.roots.get(root)?;
        let name = ClassName(tag.to_owned());
        Some(if self.get(&name).is_some() { Ok(name) } else { Err(name) })
    }

    /// A declared class.
    pub fn get(&self, name: &ClassName) -> Option<&Class> {
        let (root, class) = name.parts();
        self.roots.get(root)?.classes.get(class)
    }

    /// Whether the class lies under a personal root; unknown roots count as personal, so that nothing is loosened by a
    /// lost declaration.
    pub fn is_personal(&self, name: &ClassName) -> bool {
        self.roots.get(name.parts().0).is_none_or(ClassificationFile::is_personal)
    }
}

impl ClassName {
    /// A class name as found in a tag, declared or not.
    pub fn from_tag(tag: &str) -> Self {
        Self(tag.to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Root and class.
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once('.').unwrap_or((&self.0, ""))
    }
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ClassName {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.len() <= 48
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        match text.split_once('.') {
            Some((root, class)) if part(root) && part(class) => Ok(Self(text.to_owned())),
            _ => Err(Problem::new(Code::InvalidValue, format!("`{}` is not a class", text.escape_debug()))
                .with_hint("write root and class: `pii.national_id`")),
        }
    }
}

impl TryFrom<String> for ClassName {
    type Error = String;

    /// Accepts what a tag holds: undeclared names must survive a round trip, they deny.
    fn try_from(text: String) -> Result<Self, String> {
        Ok(Self(text))
    }
}

impl From<ClassName> for String {
    fn from(name: ClassName) -> Self {
        name.0
    }
}

/// A step as YAML may hold it: a word, or a bare number.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected year, month, decade, a number greater than zero, or prefix:N")]
enum StepText {
    Number(u64),
    Text(String),
}

impl TryFrom<StepText> for Step {
    type Error = String;

    fn try_from(text: StepText) -> Result<Self, String> {
        match text {
            StepText::Number(step) if step > 0 => Ok(Self::Multiple(step)),
            StepText::Number(_) => Err("a step is greater than zero".to_owned()),
            StepText::Text(text) => text.parse().map_err(|problem: Problem| problem.message().to_owned()),
        }
    }
}

impl FromStr for Step {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let wrong = || {
            Problem::new(Code::InvalidValue, format!("`{}` is not a generalisation", text.escape_debug()))
                .with_hint("write year, month, decade, a number greater than zero, or prefix:N")
        };
        match text {
            "year" => Ok(Self::Year),
            "month" => Ok(Self::Month),
            "decade" => Ok(Self::Decade),
            _ => match text.strip_prefix("prefix:") {
                Some(count) => count.parse().ok().map(Self::Prefix).ok_or_else(wrong),
                None => text.parse().ok().filter(|step| *step > 0).map(Self::Multiple).ok_or_else(wrong),
            },
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year => f.write_str("year"),
            Self::Month => f.write_str("month"),
            Self::Decade => f.write_str("decade"),
            Self::Multiple(step) => write!(f, "{step}"),
            Self::Prefix(count) => write!(f, "prefix:{count}"),
        }
    }
}

impl From<Step> for String {
    fn from(step: Step) -> Self {
        step.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_classes_only_under_a_declared_root() {
        let file: ClassificationFile = serde_json::from_str(
            r#"{"root": "pii", "classes": {"email": {"mask": {"kind": "partial", "of": "email"}}, "iban": {}}}"#,
        )
        .unwrap();
        assert!(file.is_personal());
        let all = Classifications { roots: [("pii".to_owned(), file)].into() };
        assert_eq!(all.class_of_tag("finance"), None);
        assert_eq!(all.class_of_tag("pii.email"), Some(Ok(ClassName::from_tag("pii.email"))));
        assert_eq!(all.class_of_tag("pii.shoe"), Some(Err(ClassName::from_tag("pii.shoe"))));
        assert_eq!(all.class_of_tag("pii"), Some(Err(ClassName::from_tag("pii"))));
    }

    #[test]
    fn masks_read_as_the_files_write_them() {
        for (text, mask) in [
            (r#"{"kind": "token", "scope": "domain"}"#, Mask::Token { scope: TokenScope::Domain }),
            (r#"{"kind": "token"}"#, Mask::Token { scope: TokenScope::Mesh }),
            (r#"{"kind": "generalise", "to": "year"}"#, Mask::Generalise { to: Step::Year }),
            (r#"{"kind": "generalise", "to": 1000}"#, Mask::Generalise { to: Step::Multiple(1000) }),
            (r#"{"kind": "generalise", "to": "prefix:3"}"#, Mask::Generalise { to: Step::Prefix(3) }),
            (r#"{"kind": "null"}"#, Mask::Null {}),
            (r#"{"kind": "denied"}"#, Mask::Denied {}),
        ] {
            assert_eq!(serde_json::from_str::<Mask>(text).unwrap(), mask, "{text}");
        }
        assert!(serde_json::from_str::<Mask>(r#"{"kind": "rot13"}"#).is_err());
    }
}
