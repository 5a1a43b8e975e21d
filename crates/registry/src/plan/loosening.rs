//! What would let somebody see more (M2). Of a class, it is refused until a second person can confirm it; of a product,
//! its owner confirms it in so many words.
//!
//! INVARIANT: a class is compared with what holds now and with what was declared for it last, and its mask with what
//! really happens to values of every type that carries it; so no detour over several changes shows more.

use std::collections::{BTreeMap, BTreeSet};

use governance::mask;
use model::{
    class::{Class, ClassName, ClassificationFile, Mask, Step, TokenScope},
    column::ColumnType,
    publication::PublishedColumn,
    treatment::{Outcome, TokenKey},
};

use super::wider;
use crate::{event::Event, mesh::Mesh, object::Object};

/// The loosenings of a declared change, one line each.
pub(super) fn of(mesh: &Mesh, wanted: &Event) -> Vec<String> {
    match wanted {
        Event::ClassificationDeclared(declaration) => match mesh.classes().roots.get(&declaration.facts.root) {
            Some(current) => {
                let wanted = &declaration.facts;
                let mut found = loosenings(current, wanted);
                found.extend(returned(mesh, current, wanted));
                found.extend(undenied(mesh, current, wanted));
                found.extend(weakened(mesh, current, wanted));
                found
            }
            None => Vec::new(),
        },
        Event::ProductDeclared(wanted) => {
            mesh.product(&wanted.product).map_or_else(Vec::new, |current| wider::of(current, &wanted.access))
        }
        _ => Vec::new(),
    }
}

/// The loosenings of a retirement.
pub(super) fn of_retirement(object: &Object) -> Vec<String> {
    match object {
        Object::Classification(root) => vec![format!("tags under `{root}` would no longer be treated")],
        _ => Vec::new(),
    }
}

/// Where `wanted` treats data more openly than `current`. A class that is removed while its root stays denies, so it
/// is no loosening; a new class or root only adds treatment.
pub fn loosenings(current: &ClassificationFile, wanted: &ClassificationFile) -> Vec<String> {
    let mut found = Vec::new();
    if current.is_personal() && !wanted.is_personal() {
        found.push(format!("`{}` would no longer be personal: no explicit purpose needed", wanted.root));
    }
    for (name, class) in &wanted.classes {
        let class_name = format!("{}.{name}", wanted.root);
        match current.classes.get(name) {
            // An undeclared class under a declared root denies; declaring it with a mask shows something.
            None => {}
            Some(before) => compare(&class_name, before, class, &mut found),
        }
    }
    found
}

/// Classes that come back after they were left out, weaker than they were.
fn returned(mesh: &Mesh, current: &ClassificationFile, wanted: &ClassificationFile) -> Vec<String> {
    let mut found = Vec::new();
    for (name, class) in wanted.classes.iter().filter(|(name, _)| !current.classes.contains_key(*name)) {
        let name = format!("{}.{name}", wanted.root);
        if let Some(before) = mesh.former_class(&ClassName::from_tag(&name)) {
            compare(&name, before, class, &mut found);
        }
    }
    found
}

/// Every column that can be read: of what is served, and of earlier major versions.
fn readable(mesh: &Mesh) -> impl Iterator<Item = &PublishedColumn> {
    let publications = mesh.products().flat_map(|product| product.publication.iter().chain(&product.recent));
    publications.flat_map(|publication| publication.ports.values()).flat_map(|port| port.columns.iter())
}

/// Classes that are declared while a readable column carries them undeclared: until now it was denied to everybody.
/// Without this, removing a class and declaring it again with a weaker mask would add up to a loosening.
fn undenied(mesh: &Mesh, current: &ClassificationFile, wanted: &ClassificationFile) -> Vec<String> {
    let new: BTreeSet<&str> =
        wanted.classes.keys().filter(|name| !current.classes.contains_key(*name)).map(String::as_str).collect();
    if new.is_empty() {
        return Vec::new();
    }
    let classes = mesh.classes();
    let carried: BTreeSet<String> = readable(mesh)
        .flat_map(|column| governance::derive::carried_tags(column, classes))
        .filter(|tag| tag.class.parts().0 == wanted.root && new.contains(tag.class.parts().1))
        .map(|tag| format!("columns that carry `{}` are denied now and would be shown treated", tag.class))
        .collect();
    carried.into_iter().collect()
}

/// Classes whose new mask is stronger by name, yet shows more of a type that carries them: a mask that does not fit a
/// type gives way to the next stronger one, and its successor may fit.
fn weakened(mesh: &Mesh, current: &ClassificationFile, wanted: &ClassificationFile) -> Vec<String> {
    let changed: BTreeMap<&str, (&Class, &Class)> = wanted
        .classes
        .iter()
        .filter_map(|(name, after)| Some((name.as_str(), (current.classes.get(name)?, after))))
        .filter(|(_, (before, after))| {
            before.mask != after.mask && is_as_strong(after.mask.as_ref(), before.mask.as_ref())
        })
        .collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let mut found = BTreeSet::new();
    for column in readable(mesh) {
        for tag in governance::derive::carried_tags(column, mesh.classes()) {
            let (root, name) = tag.class.parts();
            if root == wanted.root
                && let Some((before, after)) = changed.get(name)
                && rank_on(after.mask.as_ref(), &tag.class, &column.kind)
                    < rank_on(before.mask.as_ref(), &tag.class, &column.kind)
            {
                found.insert(format!("the mask of `{}` would show more of columns of type {}", tag.class, column.kind));
            }
        }
    }
    found.into_iter().collect()
}

/// How strong a mask is on values of a type: that of the mask itself, or of the one that takes its place.
fn rank_on(mask: Option<&Mask>, class: &ClassName, kind: &ColumnType) -> u8 {
    let key = |scope: TokenScope| TokenKey { class: class.clone(), scope: format!("{scope:?}"), version: 1 };
    let outcome = match mask {
        None | Some(Mask::Denied {}) => Outcome::Denied,
        Some(Mask::Null {}) => Outcome::Null,
        Some(Mask::Constant { value }) => Outcome::Constant { value: value.clone() },
        Some(Mask::Token { scope }) => Outcome::Token { key: key(*scope) },
        Some(Mask::Generalise { to }) => Outcome::Generalise { to: *to },
        Some(Mask::Partial { of }) => Outcome::Partial { of: *of },
    };
    mask::fit(&outcome, kind, Some(&key(TokenScope::Mesh))).rank()
}

fn compare(name: &str, before: &Class, after: &Class, found: &mut Vec<String>) {
    if !is_as_strong(after.mask.as_ref(), before.mask.as_ref()) {
        found.push(format!("the mask of `{name}` would show more"));
    }
    for group in after.unmask.iter().filter(|group| !before.unmask.contains(group)) {
        found.push(format!("`{group}` would see `{name}` clear"));
    }
}

fn rank(mask: Option<&Mask>) -> u8 {
    match mask {
        Some(Mask::Partial { .. }) => 1,
        Some(Mask::Generalise { .. }) => 2,
        Some(Mask::Token { .. }) => 3,
        Some(Mask::Constant { .. }) => 4,
        Some(Mask::Null {}) => 5,
        None | Some(Mask::Denied {}) => 6,
    }
}

/// Whether `after` is provably at least as strong as `before`. Two masks of one kind are so only if they are equal or
/// the comparison of their steps is plain.
fn is_as_strong(after: Option<&Mask>, before: Option<&Mask>) -> bool {
    match (after, before) {
        (after, before) if rank(after) != rank(before) => rank(after) > rank(before),
        (Some(Mask::Generalise { to: after }), Some(Mask::Generalise { to: before })) => match (after, before) {
            (Step::Multiple(after), Step::Multiple(before)) => after % before == 0,
            (Step::Prefix(after), Step::Prefix(before)) => after <= before,
            (Step::Decade, Step::Year | Step::Month) | (Step::Year, Step::Month) => true,
            (after, before) => after == before,
        },
        (Some(Mask::Constant { .. }), Some(Mask::Constant { .. })) => true,
        (after, before) => rank(after) == 6 || after == before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_that_does_not_fit_is_as_strong_as_the_one_that_takes_its_place() {
        let class = ClassName::from_tag("pii.birth");
        let mask = |text: &str| serde_json::from_str::<Mask>(text).unwrap();
        let (email, year) =
            (mask(r#"{"kind": "partial", "of": "email"}"#), mask(r#"{"kind": "generalise", "to": "year"}"#));
        assert!(is_as_strong(Some(&year), Some(&email)), "by name it is stronger");
        let on = |mask: &Mask, kind| rank_on(Some(mask), &class, kind);
        assert!(
            on(&year, &ColumnType::Date) < on(&email, &ColumnType::Date),
            "a date was constant, and shows its year"
        );
        assert!(on(&year, &ColumnType::String) > on(&email, &ColumnType::String));
    }

    fn file(text: &str) -> ClassificationFile {
        serde_json::from_str(&format!(r#"{{"root": "pii", "classes": {{"email": {text}}}}}"#)).unwrap()
    }

    #[test]
    fn only_what_shows_more_is_a_loosening() {
        let token = r#"{"mask": {"kind": "token"}}"#;
        for (before, after, loosens) in [
            (token, r#"{"mask": {"kind": "partial", "of": "email"}}"#, true),
            (token, r#"{"mask": {"kind": "null"}}"#, false),
            (token, r#"{"mask": {"kind": "token", "scope": "domain"}}"#, true),
            (token, r#"{"mask": {"kind": "token"}, "unmask": ["pii-readers"]}"#, true),
            (token, r#"{}"#, false),
            (r#"{}"#, token, true),
            (
                r#"{"mask": {"kind": "generalise", "to": "year"}}"#,
                r#"{"mask": {"kind": "generalise", "to": "month"}}"#,
                true,
            ),
            (
                r#"{"mask": {"kind": "generalise", "to": "month"}}"#,
                r#"{"mask": {"kind": "generalise", "to": "decade"}}"#,
                false,
            ),
            (r#"{"mask": {"kind": "generalise", "to": 10}}"#, r#"{"mask": {"kind": "generalise", "to": 15}}"#, true),
            (token, token, false),
        ] {
            assert_eq!(!loosenings(&file(before), &file(after)).is_empty(), loosens, "{before} -> {after}");
        }
        let mut public = file(token);
        public.personal = Some(false);
        assert_eq!(loosenings(&file(token), &public).len(), 1);
    }
}
