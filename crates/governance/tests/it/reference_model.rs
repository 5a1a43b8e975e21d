//! A second formulation of the decision, written as a search instead of a procedure: of all outcomes there could be,
//! take the weakest that satisfies every class and may stand on what was applied before. Generated worlds hold the real
//! decision to it.

use std::collections::BTreeSet;

use governance::treatment::Reader;
use model::{
    Code, Timestamp,
    access::{Entitlement, Origin, Purposes, RowsGrant},
    class::{Class, ClassName, Mask, PartialKind, Step, TokenScope},
    column::{ColumnType, Field},
    files::access::Visibility,
    id::EntitlementId,
    principal::Subject,
    publication::PublishedColumn,
    treatment::{CarriedTag, Outcome, TokenKey},
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::{select, subsequence},
};

use crate::fixture::{NOW, World, column, customers, equals, everywhere, reader};

/// What the model answers: an error's code, or per column the outcome and what is left to apply, and the rows as names
/// of scopes (`None` for all).
type Answer = Result<(Vec<(Outcome, Outcome)>, Option<BTreeSet<String>>), Code>;

fn expected(world: &World, reader: &Reader, purpose: Option<&str>) -> Answer {
    let mine: Vec<&Entitlement> = world
        .entitlements
        .iter()
        .filter(|grant| match &grant.subject {
            Subject::Principal(principal) => principal == &reader.principal,
            Subject::Group(group) => reader.groups.contains(group),
        })
        .filter(|grant| grant.ended.is_none() && grant.until.is_none_or(|until| until.micros() >= world.now.micros()))
        .collect();
    let concerned = world.is_domain_member || reader.groups.iter().any(|group| *group == world.rules.approver);
    if mine.is_empty() && world.rules.visibility == Visibility::Unlisted && !concerned {
        return Err(Code::NotFound);
    }
    let serves = |grant: &Entitlement, purpose: &str| {
        let listed = match &grant.purposes {
            Purposes::All => true,
            Purposes::Only(list) => list.iter().any(|name| name.as_str() == purpose),
        };
        let open = world.rules.purposes.as_ref().is_none_or(|list| list.iter().any(|name| name.as_str() == purpose));
        listed && open && world.purposes.contains_key(purpose)
    };
    if !world.purposes.keys().any(|purpose| mine.iter().any(|grant| serves(grant, purpose.as_str()))) {
        return Err(Code::AccessRequired);
    }
    let Some(purpose) = purpose else { return Err(Code::PurposeRequired) };
    let valid: Vec<&Entitlement> = mine.into_iter().filter(|grant| serves(grant, purpose)).collect();
    if valid.is_empty() {
        return Err(Code::PurposeNotGranted);
    }
    let columns = world.columns.iter().map(|column| outcome(world, reader, purpose, &valid, column)).collect();
    Ok((columns, rows(world, &valid)))
}

fn rows(world: &World, valid: &[&Entitlement]) -> Option<BTreeSet<String>> {
    let name = |grant: &Entitlement| match &grant.rows {
        RowsGrant::All => None,
        RowsGrant::Default => world.rules.default_scope.as_ref().map(ToString::to_string),
        RowsGrant::Scope(name) => Some(name.to_string()),
    };
    let names: Option<BTreeSet<String>> = valid.iter().map(|grant| name(grant)).collect();
    names.map(|names| names.into_iter().filter(|name| world.rules.scopes.contains_key(name.as_str())).collect())
}

fn outcome(
    world: &World,
    reader: &Reader,
    purpose: &str,
    valid: &[&Entitlement],
    column: &PublishedColumn,
) -> (Outcome, Outcome) {
    let tags = &column.tags;
    let declared = |class: &ClassName| world.classes.get(class);
    let granted = |class: &ClassName| {
        declared(class).is_some_and(|facts| {
            facts.unmask.iter().any(|group| reader.groups.contains(group))
                || valid.iter().any(|grant| grant.clear.contains(class))
        })
    };
    let before = tags.iter().map(|tag| tag.applied.clone()).min_by_key(Outcome::rank).unwrap_or(Outcome::Clear);
    if tags.iter().all(|tag| granted(&tag.class)) {
        return (before, Outcome::Clear);
    }
    let key = |class: &ClassName, scope: String| TokenKey { class: class.clone(), scope, version: 1 };
    let mesh_token = |class: &ClassName| Outcome::Token { key: key(class, "mesh".into()) };
    let asked = |class: &ClassName| match declared(class).and_then(|facts| facts.mask.clone()) {
        None | Some(Mask::Denied {}) => Outcome::Denied,
        Some(Mask::Null {}) => Outcome::Null,
        Some(Mask::Constant { value }) => Outcome::Constant { value },
        Some(Mask::Partial { of }) => Outcome::Partial { of },
        Some(Mask::Generalise { to }) => Outcome::Generalise { to },
        Some(Mask::Token { scope: TokenScope::Mesh }) => mesh_token(class),
        Some(Mask::Token { scope: TokenScope::Domain }) => {
            Outcome::Token { key: key(class, format!("domain:{}", world.product.domain)) }
        }
        Some(Mask::Token { scope: TokenScope::Purpose }) => {
            Outcome::Token { key: key(class, format!("purpose:{purpose}")) }
        }
    };
    // The weakest that fits the type and is stronger by rank, where what is asked for does not fit.
    let needed: Vec<Outcome> = tags
        .iter()
        .map(|tag| {
            let asked = asked(&tag.class);
            let rank = asked.rank();
            let mut others = vec![mesh_token(&tag.class), Outcome::Constant { value: None }, Outcome::Null];
            others.retain(|other| other.rank() > rank);
            others.insert(0, asked);
            others.into_iter().find(|candidate| fits(candidate, &column.kind)).unwrap_or(Outcome::Denied)
        })
        .collect();
    let top = needed.iter().map(Outcome::rank).max().unwrap();
    let of_top = || needed.iter().filter(|outcome| outcome.rank() == top);
    if of_top().any(|needed| tags.iter().all(|tag| at_least(&tag.applied, needed))) {
        return (before, Outcome::Clear);
    }
    let smallest = tags.iter().map(|tag| &tag.class).min().unwrap();
    let mut universe: Vec<Outcome> = of_top().cloned().collect();
    // Of equal tokens the narrower scope serves, then the first by name.
    universe.sort_by_key(|outcome| match outcome {
        Outcome::Token { key } => (
            ["p", "d", "m"].iter().position(|scope| key.scope.starts_with(scope)).unwrap(),
            key.clone().class.to_string(),
        ),
        _ => (0, String::new()),
    });
    universe.extend([mesh_token(smallest), Outcome::Constant { value: None }, Outcome::Null, Outcome::Denied]);
    universe.sort_by_key(Outcome::rank);
    let satisfies = |candidate: &Outcome| {
        let equal_keys =
            |needed: &Outcome| matches!((candidate, needed), (Outcome::Token { .. }, Outcome::Token { .. }));
        let equal_values = |needed: &Outcome| candidate == needed || *candidate == Outcome::Constant { value: None };
        needed.iter().all(|needed| match needed {
            Outcome::Constant { .. } if candidate.rank() == needed.rank() => equal_values(needed),
            _ => at_least(candidate, needed) || equal_keys(needed),
        })
    };
    let stands = |candidate: &Outcome| tags.iter().all(|tag| stands_on(candidate, &tag.applied));
    let found = universe
        .into_iter()
        .find(|candidate| fits(candidate, &column.kind) && satisfies(candidate) && stands(candidate))
        .unwrap();
    (found.clone(), found)
}

fn fits(outcome: &Outcome, kind: &ColumnType) -> bool {
    use ColumnType as T;
    match (outcome, kind) {
        (Outcome::Clear | Outcome::Null | Outcome::Denied, _) => true,
        (_, T::Struct(_) | T::List(_) | T::Map(_)) => false,
        (Outcome::Token { .. }, kind) => [T::String, T::Binary].contains(kind),
        (Outcome::Partial { .. } | Outcome::Generalise { to: Step::Prefix(_) }, kind) => *kind == T::String,
        (Outcome::Generalise { to: Step::Multiple(_) }, T::Integer | T::Number | T::Decimal { .. }) => true,
        (Outcome::Generalise { to: Step::Multiple(_) }, _) => false,
        (Outcome::Generalise { .. }, kind) => [T::Date, T::Timestamp].contains(kind),
        (Outcome::Constant { value: None }, _) => true,
        // The generated values are words.
        (Outcome::Constant { value: Some(_) }, kind) => [T::String, T::Binary].contains(kind),
    }
}

/// Whether values after `one` show nothing that values after `other` would not.
fn at_least(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Outcome::Generalise { to: one }, Outcome::Generalise { to: other }) => coarser(*one, *other),
        (Outcome::Token { key: one }, Outcome::Token { key: other }) => one == other,
        (Outcome::Partial { of: one }, Outcome::Partial { of: other }) => one == other,
        (one, other) => one.rank() >= other.rank(),
    }
}

fn coarser(one: Step, other: Step) -> bool {
    match (one, other) {
        (Step::Decade, Step::Decade | Step::Year | Step::Month) => true,
        (Step::Year, Step::Year | Step::Month) => true,
        (Step::Month, Step::Month) => true,
        (Step::Multiple(one), Step::Multiple(other)) => one % other == 0,
        (Step::Prefix(one), Step::Prefix(other)) => one <= other,
        _ => false,
    }
}

fn stands_on(outcome: &Outcome, before: &Outcome) -> bool {
    match (outcome, before) {
        (Outcome::Constant { .. } | Outcome::Null | Outcome::Denied, _) => true,
        (_, Outcome::Clear) => true,
        (Outcome::Token { .. }, before) => before.word() == "partial" || before.word() == "generalised",
        (Outcome::Generalise { to: one }, Outcome::Generalise { to: other }) => {
            coarser(*one, *other) || coarser(*other, *one)
        }
        _ => false,
    }
}

const NAMES: [&str; 6] = ["pii.a", "pii.b", "pii.c", "fin.d", "fin.undeclared", "lost.root"];
const GROUPS: [&str; 3] = ["g1", "g2", "g3"];
const PURPOSES: [&str; 3] = ["billing", "fraud-detection", "undeclared"];

fn steps() -> impl Strategy<Value = Step> {
    let all = [Step::Month, Step::Year, Step::Decade, Step::Multiple(10), Step::Multiple(15), Step::Multiple(30)];
    select([all.to_vec(), vec![Step::Prefix(2), Step::Prefix(3)]].concat())
}

fn kinds() -> impl Strategy<Value = PartialKind> {
    select(vec![PartialKind::Email, PartialKind::Name])
}

fn masks() -> impl Strategy<Value = Option<Mask>> {
    prop_oneof![
        kinds().prop_map(|of| Some(Mask::Partial { of })),
        steps().prop_map(|to| Some(Mask::Generalise { to })),
        select(vec![TokenScope::Mesh, TokenScope::Domain, TokenScope::Purpose])
            .prop_map(|scope| Some(Mask::Token { scope })),
        option::of(select(vec!["x".to_owned(), "y".to_owned()])).prop_map(|value| Some(Mask::Constant { value })),
        Just(Some(Mask::Null {})),
        Just(Some(Mask::Denied {})),
        Just(None),
    ]
}

fn applied() -> impl Strategy<Value = Outcome> {
    let token = |(class, scope): (&str, &str)| Outcome::Token {
        key: TokenKey { class: ClassName::from_tag(class), scope: scope.to_owned(), version: 1 },
    };
    prop_oneof![
        4 => Just(Outcome::Clear),
        1 => kinds().prop_map(|of| Outcome::Partial { of }),
        1 => steps().prop_map(|to| Outcome::Generalise { to }),
        3 => (select(NAMES.to_vec()), select(vec!["mesh", "domain:customer", "purpose:billing"])).prop_map(token),
        1 => Just(Outcome::Constant { value: None }),
        1 => Just(Outcome::Null),
    ]
}

fn columns() -> impl Strategy<Value = PublishedColumn> {
    let field = Field { name: "f".into(), kind: ColumnType::String, nullable: true, tags: vec![] };
    let types = vec![
        ColumnType::String,
        ColumnType::String,
        ColumnType::Integer,
        ColumnType::Decimal { precision: 12, scale: 2 },
        ColumnType::Boolean,
        ColumnType::Date,
        ColumnType::Timestamp,
        ColumnType::Binary,
        ColumnType::Struct(vec![field]),
    ];
    let tag = (select(NAMES.to_vec()), applied())
        .prop_map(|(class, applied)| CarriedTag { class: ClassName::from_tag(class), applied });
    (select(types), btree_set(tag, 0..4)).prop_map(|(kind, tags)| {
        let mut published = column("x", kind, &[]);
        published.tags = tags.into_iter().collect();
        published
    })
}

fn entitlements() -> impl Strategy<Value = Entitlement> {
    let rows = prop_oneof![
        Just(RowsGrant::Default),
        Just(RowsGrant::All),
        select(vec!["eu", "apac", "gone"]).prop_map(|name| RowsGrant::Scope(name.parse().unwrap())),
    ];
    let purposes = prop_oneof![
        1 => Just(Purposes::All),
        3 => subsequence(PURPOSES.to_vec(), 0..3)
            .prop_map(|list| Purposes::Only(list.into_iter().map(|name| name.parse().unwrap()).collect())),
    ];
    (
        select(vec!["user:ana", "user:bob", "group:g1", "group:g2"]),
        purposes,
        rows,
        subsequence(NAMES.to_vec(), 0..4),
        select(vec![None, None, Some(NOW - 1), Some(NOW)]),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(subject, purposes, rows, clear, until, ended)| Entitlement {
            id: EntitlementId::new(1),
            subject: subject.parse().unwrap(),
            product: "customer.customer_master".parse().unwrap(),
            purposes,
            rows,
            clear: clear.into_iter().map(ClassName::from_tag).collect(),
            until: until.map(Timestamp::from_micros),
            origin: Origin::Owner,
            since: Timestamp::from_micros(0),
            ended: ended.then(|| Timestamp::from_micros(5)),
        })
}

/// Any world, any reader, any purpose. Shared with the properties.
pub fn worlds() -> impl Strategy<Value = (World, Reader, Option<&'static str>)> {
    let class = (masks(), subsequence(GROUPS.to_vec(), 0..3));
    let facts = (
        vec(class, 4),
        vec(columns(), 1..4),
        vec(entitlements(), 0..4),
        any::<(bool, bool)>(),
        select(vec![None, Some("eu"), Some("gone")]),
        option::of(subsequence(PURPOSES.to_vec(), 1..3)),
    );
    let who = (subsequence(GROUPS.to_vec(), 0..3), option::weighted(0.9, select(PURPOSES.to_vec())));
    (facts, who).prop_map(|((classes, columns, entitlements, (listed, member), default, open), (groups, purpose))| {
        let mut world = customers();
        for root in world.classes.roots.values_mut() {
            root.classes.clear();
        }
        for ((mask, unmask), name) in classes.into_iter().zip(NAMES) {
            let unmask = unmask.into_iter().map(|group| group.parse().unwrap()).collect();
            let class = Class { level: None, mask, unmask, detect: Default::default(), description: None };
            let (root, name) = name.split_once('.').unwrap();
            world.classes.roots.get_mut(root).unwrap().classes.insert(name.to_owned(), class);
        }
        world.columns = columns;
        world.columns.push(column("region", ColumnType::String, &[]));
        world.entitlements = entitlements;
        world.rules.visibility = if listed { Visibility::Listed } else { Visibility::Unlisted };
        world.rules.default_scope = default.map(|name| name.parse().unwrap());
        world.rules.purposes = open.map(|list| list.into_iter().map(|name| name.parse().unwrap()).collect());
        world.rules.scopes.insert("eu".parse().unwrap(), everywhere(equals("eu", "region", "EU")));
        world.is_domain_member = member;
        world.rules.approver = "g3".parse().unwrap();
        (world, reader("user:ana", &groups), purpose)
    })
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("columns", &self.columns)
            .field("entitlements", &self.entitlements)
            .field("classes", &self.classes)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_decision_agrees_with_its_reference_model((world, reader, purpose) in worlds()) {
        let found: Answer = world.ask(&reader, purpose).map_err(|problem| problem.code()).map(|treatment| {
            let columns = treatment.columns.into_iter().map(|column| (column.outcome, column.apply)).collect();
            let names = |scopes: Vec<model::scope::RowScope>| scopes.into_iter().map(|scope| scope.name).collect();
            (columns, treatment.rows.any_of.map(names))
        });
        prop_assert_eq!(found, expected(&world, &reader, purpose));
    }
}
