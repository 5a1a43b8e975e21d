//! The decision by example: attack catalogue A, B, E and K as far as they are decided here.

use governance::treatment::{table_not_found, visible, visible_columns};
use model::{
    Code, Timestamp,
    access::{Purposes, RowsGrant},
    class::{PartialKind, Step},
    column::{ColumnType, Field},
    files::access::Visibility,
    scope::{Literal, Operand},
    treatment::Outcome,
};

use crate::fixture::{ana, column, compare, customers, equals, everywhere, reader, tag, token};

#[test]
fn ana_sees_every_column_treated_by_its_class() {
    let world = customers();
    for (name, expected) in [
        ("customer_id", Outcome::Clear),
        ("full_name", Outcome::Constant { value: Some("REDACTED".into()) }),
        ("email", Outcome::Partial { of: PartialKind::Email }),
        ("national_id", token("pii.national_id", "mesh")),
        ("birth_date", Outcome::Generalise { to: Step::Year }),
        ("income", Outcome::Null),
        ("iban", Outcome::Denied),
        ("notes", Outcome::Clear),
        ("case_notes", Outcome::Denied),
    ] {
        let column = world.column(&ana(), name);
        assert_eq!((&column.outcome, &column.apply), (&expected, &expected), "{name}");
        assert!(!column.reasons.is_empty(), "{name}");
    }
    let treatment = world.ask(&ana(), Some("fraud-detection")).unwrap();
    assert_eq!(treatment.rows.any_of, Some(vec![equals("eu", "region", "EU")]));
    assert_eq!(treatment.rows.all_of, vec![]);
    assert_eq!(treatment.purpose.unwrap().as_str(), "fraud-detection");
    assert_eq!(treatment.entitlements.len(), 1);
}

#[test]
fn una_sees_what_every_class_of_the_column_grants_her() {
    let mut world = customers();
    let una = reader("user:una", &["pii-readers"]);
    world.grant("user:una", RowsGrant::All, &["fin.income"]);
    for name in ["full_name", "email", "national_id", "birth_date", "income", "iban", "notes"] {
        assert_eq!(world.column(&una, name).outcome, Outcome::Clear, "{name}");
    }
    assert_eq!(world.column(&una, "case_notes").outcome, Outcome::Denied);
    assert!(world.ask(&una, Some("fraud-detection")).unwrap().rows.is_all());
    // One class of two is not enough: the strongest over all counts again.
    world.columns.push(column("both", ColumnType::String, &["pii.email", "case.restricted"]));
    assert_eq!(world.column(&una, "both").outcome, Outcome::Denied);
    world.columns.push(column("other", ColumnType::String, &["pii.national_id", "pii.local"]));
    let other = world.column(&una, "other");
    assert_eq!(other.outcome, token("pii.local", "domain:customer"));
    assert!(other.reasons.iter().any(|reason| reason.contains("every one of its classes")), "{:?}", other.reasons);
}

#[test]
fn unmasking_needs_the_entitlement_of_this_purpose_and_time() {
    let mut world = customers();
    world.grant("user:ana", RowsGrant::All, &["pii.email"]).purposes = Purposes::Only(vec!["billing".parse().unwrap()]);
    assert_eq!(world.column(&ana(), "email").outcome.word(), "partial");
    let entitlement = world.grant("user:ana", RowsGrant::All, &["pii.email"]);
    entitlement.until = Some(Timestamp::from_micros(crate::fixture::NOW - 1));
    assert_eq!(world.column(&ana(), "email").outcome.word(), "partial");
    world.grant("user:ana", RowsGrant::All, &["pii.email"]).until = Some(Timestamp::from_micros(crate::fixture::NOW));
    assert_eq!(world.column(&ana(), "email").outcome, Outcome::Clear);
    world.grant("user:bob", RowsGrant::All, &["pii.national_id"]);
    assert_eq!(world.column(&ana(), "national_id").outcome.word(), "token");
}

#[test]
fn without_an_entitlement_a_listed_product_says_how_to_ask_and_an_unlisted_one_does_not_exist() {
    let mut world = customers();
    let eve = reader("user:eve", &[]);
    let problem = world.ask(&eve, Some("fraud-detection")).unwrap_err();
    assert_eq!((problem.code(), problem.sqlstate()), (Code::AccessRequired, "42501"));
    let hint = problem.hint().unwrap();
    assert!(hint.contains("tessera request customer.customer_master --purpose fraud-detection --reason"), "{hint}");
    assert!(hint.contains("customer-stewards"), "{hint}");
    // An undeclared purpose is not put into a command to paste.
    assert!(world.ask(&eve, Some("espionage")).unwrap_err().hint().unwrap().contains("--purpose P "));

    world.rules.visibility = Visibility::Unlisted;
    let problem = world.ask(&eve, Some("fraud-detection")).unwrap_err();
    assert_eq!((problem.code(), problem.sqlstate()), (Code::NotFound, "42P01"));
    assert!(world.ask(&ana(), Some("fraud-detection")).is_ok());
    world.is_domain_member = true;
    assert_eq!(world.ask(&eve, None).unwrap_err().code(), Code::AccessRequired);
    world.is_domain_member = false;
    let mut service = reader("service:svc-customer", &[]);
    service.home_domain = Some("customer".parse().unwrap());
    assert_eq!(world.ask(&service, None).unwrap_err().code(), Code::AccessRequired);
    service.home_domain = Some("claims".parse().unwrap());
    assert_eq!(world.ask(&service, None).unwrap_err().code(), Code::NotFound);
}

#[test]
fn invisible_and_absent_are_told_alike() {
    let mut world = customers();
    world.rules.visibility = Visibility::Unlisted;
    for purpose in [None, Some("fraud-detection"), Some("espionage")] {
        let problem = world.ask(&reader("user:eve", &[]), purpose).unwrap_err();
        assert_eq!(problem, table_not_found("customer.customer_master.customers"));
    }
}

#[test]
fn expiry_and_revocation_end_everything_at_once() {
    let mut world = customers();
    world.entitlements[0].until = Some(Timestamp::from_micros(crate::fixture::NOW));
    assert!(world.ask(&ana(), Some("fraud-detection")).is_ok());
    world.now = Timestamp::from_micros(crate::fixture::NOW + 1);
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::AccessRequired);
    world.rules.visibility = Visibility::Unlisted;
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::NotFound);
    let mut world = customers();
    world.entitlements[0].ended = Some(Timestamp::from_micros(1));
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::AccessRequired);
}

#[test]
fn an_entitlement_of_another_product_or_person_counts_for_nothing() {
    let mut world = customers();
    world.entitlements[0].product = "customer.other".parse().unwrap();
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::AccessRequired);
    let mut world = customers();
    world.entitlements[0].subject = "user:ana".parse().unwrap();
    assert!(world.ask(&ana(), Some("fraud-detection")).is_ok());
    // A service of the same bare name is somebody else.
    assert!(world.ask(&reader("service:ana", &[]), Some("fraud-detection")).is_err());
    assert!(world.ask(&reader("user:ana2", &["ana"]), Some("fraud-detection")).is_err());
}

#[test]
fn the_purpose_must_be_declared_granted_and_open() {
    let mut world = customers();
    assert_eq!(world.ask(&ana(), None).unwrap_err().code(), Code::PurposeRequired);
    for purpose in ["marketing", "espionage"] {
        let problem = world.ask(&ana(), Some(purpose)).unwrap_err();
        assert_eq!((problem.code(), problem.sqlstate()), (Code::PurposeNotGranted, "42501"), "{purpose}");
        assert!(problem.hint().unwrap().contains("fraud-detection"));
    }
    assert_eq!(world.purposes(&ana()).unwrap(), ["fraud-detection"]);
    // The owners' entitlement is for every declared purpose, no other.
    world.grant("user:olga", RowsGrant::Default, &[]).purposes = Purposes::All;
    let olga = reader("user:olga", &[]);
    assert_eq!(world.purposes(&olga).unwrap(), ["billing", "fraud-detection", "marketing"]);
    assert!(world.ask(&olga, Some("marketing")).is_ok());
    assert_eq!(world.ask(&olga, Some("espionage")).unwrap_err().code(), Code::PurposeNotGranted);
    // A product that closes a purpose closes it for everybody.
    world.rules.purposes = Some(vec!["billing".parse().unwrap()]);
    assert_eq!(world.purposes(&olga).unwrap(), ["billing"]);
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::AccessRequired);
    // A purpose that is no longer declared is no purpose.
    let mut world = customers();
    world.purposes.clear();
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::AccessRequired);
}

#[test]
fn grants_add_up_and_restrictions_hold_for_all() {
    let mut world = customers();
    world.grant("user:ana", RowsGrant::Scope("apac".parse().unwrap()), &[]);
    world.rules.restrict = vec![everywhere(equals("", "segment", "retail"))];
    world.inherited = vec![equals("", "region", "EU"), equals("", "segment", "retail")];
    let rows = world.ask(&ana(), Some("fraud-detection")).unwrap().rows;
    assert_eq!(rows.any_of, Some(vec![equals("eu", "region", "EU"), equals("apac", "region", "APAC")]));
    assert_eq!(rows.all_of, vec![equals("", "segment", "retail"), equals("", "region", "EU")]);
    world.grant("user:ana", RowsGrant::All, &[]);
    let rows = world.ask(&ana(), Some("fraud-detection")).unwrap().rows;
    assert_eq!(rows.any_of, None);
    assert_eq!(rows.all_of.len(), 2);
    // A grant for another purpose widens nothing here.
    let mut world = customers();
    world.grant("user:ana", RowsGrant::All, &[]).purposes = Purposes::Only(vec!["billing".parse().unwrap()]);
    assert!(!world.ask(&ana(), Some("fraud-detection")).unwrap().rows.is_all());
}

#[test]
fn a_scope_that_is_gone_hides_everything() {
    let mut world = customers();
    world.rules.default_scope = Some("gone".parse().unwrap());
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap().rows.any_of, Some(vec![]));
    world.entitlements[0].rows = RowsGrant::Scope("vanished".parse().unwrap());
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap().rows.any_of, Some(vec![]));
    world.entitlements[0].rows = RowsGrant::Default;
    world.rules.default_scope = None;
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap().rows.any_of, None);
}

#[test]
fn a_scope_holds_on_its_ports() {
    let mut world = customers();
    let eu = world.rules.scopes.get_mut("eu").unwrap();
    eu.ports = Some(vec!["other".parse().unwrap()]);
    assert!(world.ask(&ana(), Some("fraud-detection")).unwrap().rows.is_all());
    world.rules.scopes.get_mut("eu").unwrap().ports = Some(vec!["customers".parse().unwrap()]);
    assert!(!world.ask(&ana(), Some("fraud-detection")).unwrap().rows.is_all());
}

#[test]
fn attributes_are_bound_and_a_missing_one_is_null() {
    let mut world = customers();
    let home = compare("home", "region", Operand::Attribute("region".into()));
    world.rules.scopes.insert("home".parse().unwrap(), everywhere(home.clone()));
    world.rules.default_scope = Some("home".parse().unwrap());
    world.rules.restrict = vec![everywhere(home)];
    let mut ana = ana();
    let rows = world.ask(&ana, Some("fraud-detection")).unwrap().rows;
    let nothing = compare("home", "region", Operand::Literal(Literal::Null));
    assert_eq!((rows.any_of, rows.all_of), (Some(vec![nothing.clone()]), vec![nothing]));
    ana.attributes.insert("region".into(), "EU' OR 1=1 --".into());
    let rows = world.ask(&ana, Some("fraud-detection")).unwrap().rows;
    let bound = equals("home", "region", "EU' OR 1=1 --");
    assert_eq!((rows.any_of, rows.all_of), (Some(vec![bound.clone()]), vec![bound]));
}

#[test]
fn a_publication_without_a_policy_column_is_refused() {
    let mut world = customers();
    world.columns.retain(|column| column.name != "region");
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::PolicyUnavailable);
    world.entitlements[0].rows = RowsGrant::All;
    assert!(world.ask(&ana(), Some("fraud-detection")).is_ok());
    world.inherited = vec![equals("", "region", "EU")];
    assert_eq!(world.ask(&ana(), Some("fraud-detection")).unwrap_err().code(), Code::PolicyUnavailable);
}

#[test]
fn losing_a_policy_denies() {
    let mut world = customers();
    world.grant("user:ana", RowsGrant::All, &["pii.email", "pii.shoe"]);
    assert_eq!(world.column(&ana(), "email").outcome, Outcome::Clear);
    world.classes.roots.get_mut("pii").unwrap().classes.remove("email");
    assert_eq!(world.column(&ana(), "email").outcome, Outcome::Denied);
    world.classes.roots.clear();
    for name in ["full_name", "email", "national_id", "birth_date", "income", "iban", "case_notes"] {
        assert_eq!(world.column(&ana(), name).outcome, Outcome::Denied, "{name}");
    }
    assert_eq!(world.column(&ana(), "customer_id").outcome, Outcome::Clear);
}

#[test]
fn a_label_that_has_become_a_class_is_treated() {
    let mut world = customers();
    let mut labelled = column("motto", ColumnType::String, &[]);
    labelled.labels = vec!["pii.email".into(), "finance".into()];
    world.columns.push(labelled);
    assert_eq!(world.column(&ana(), "motto").outcome.word(), "partial");
}

#[test]
fn a_class_within_a_container_treats_the_container() {
    let mut world = customers();
    let field = |name: &str, tags: &[&str]| Field {
        name: name.into(),
        kind: ColumnType::String,
        nullable: true,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
    };
    let object = |tags: &[&str]| ColumnType::Struct(vec![field("street", &[]), field("phone", tags)]);
    for (kind, expected) in [
        (object(&[]), "clear"),
        (object(&["home"]), "clear"),
        (object(&["pii.email"]), "null"),
        (object(&["pii.national_id"]), "null"),
        (object(&["pii.iban"]), "denied"),
        (object(&["pii.unheard_of"]), "denied"),
        (ColumnType::List(Box::new(object(&["pii.email"]))), "null"),
        (ColumnType::Map(Box::new(ColumnType::List(Box::new(object(&["pii.email"]))))), "null"),
    ] {
        world.columns.retain(|column| column.name != "address");
        world.columns.push(column("address", kind.clone(), &[]));
        assert_eq!(world.column(&ana(), "address").outcome.word(), expected, "{kind:?}");
    }
    world.columns.push(column("tagged", object(&[]), &["pii.email"]));
    assert_eq!(world.column(&ana(), "tagged").outcome, Outcome::Null);
    let mut una = world;
    una.grant("user:una", RowsGrant::All, &[]);
    assert_eq!(una.column(&reader("user:una", &["pii-readers"]), "address").outcome, Outcome::Clear);
}

#[test]
fn keys_of_tokens_follow_their_scope() {
    let mut world = customers();
    world.columns.push(column("local", ColumnType::String, &["pii.local"]));
    world.columns.push(column("once", ColumnType::Binary, &["pii.once"]));
    assert_eq!(world.column(&ana(), "local").outcome, token("pii.local", "domain:customer"));
    assert_eq!(world.column(&ana(), "once").outcome, token("pii.once", "purpose:fraud-detection"));
}

#[test]
fn what_was_applied_upstream_passes_through() {
    let mut world = customers();
    let text = || column("x", ColumnType::String, &[]);
    let nid = token("pii.national_id", "mesh");
    let old = match token("pii.national_id", "mesh") {
        Outcome::Token { mut key } => {
            key.version = 0;
            Outcome::Token { key }
        }
        other => other,
    };
    let email = || Outcome::Partial { of: PartialKind::Email };
    for (tags, outcome, apply) in [
        // The same token: joins keep working, nothing is done again.
        (vec![tag("pii.national_id", nid.clone())], nid.clone(), Outcome::Clear),
        (vec![tag("pii.national_id", Outcome::Null)], Outcome::Null, Outcome::Clear),
        // A weaker one: the required comes on top.
        (vec![tag("pii.national_id", email())], nid.clone(), nid.clone()),
        (vec![tag("pii.national_id", Outcome::Clear)], nid.clone(), nid.clone()),
        // Another key: a token is never made of a token.
        (vec![tag("pii.national_id", old)], Outcome::Constant { value: None }, Outcome::Constant { value: None }),
        // A stronger one than required stays.
        (vec![tag("pii.email", nid.clone())], nid.clone(), Outcome::Clear),
        // Part of the value was treated, part was not.
        (
            vec![tag("pii.national_id", nid.clone()), tag("pii.email", Outcome::Clear)],
            Outcome::Constant { value: None },
            Outcome::Constant { value: None },
        ),
        (vec![tag("pii.national_id", nid.clone()), tag("pii.email", nid.clone())], nid.clone(), Outcome::Clear),
        (vec![tag("case.restricted", nid)], Outcome::Denied, Outcome::Denied),
    ] {
        world.columns.retain(|column| column.name != "x");
        let mut published = text();
        published.tags = tags.clone();
        world.columns.push(published);
        let treated = world.column(&ana(), "x");
        assert_eq!((treated.outcome, treated.apply), (outcome, apply), "{tags:?}");
    }
}

#[test]
fn a_token_is_never_made_of_a_token() {
    let mut world = customers();
    for applied in [token("pii.name", "mesh"), token("pii.national_id", "domain:claims"), token("pii.once", "mesh")] {
        let mut published = column("x", ColumnType::String, &[]);
        published.tags = vec![tag("pii.national_id", applied.clone())];
        world.columns.retain(|column| column.name != "x");
        world.columns.push(published);
        assert_ne!(world.column(&ana(), "x").apply.word(), "token", "{applied:?}");
    }
}

#[test]
fn unmasked_readers_of_treated_values_see_them_as_they_are() {
    let mut world = customers();
    world.grant("user:una", RowsGrant::All, &[]);
    let mut published = column("x", ColumnType::String, &[]);
    published.tags = vec![tag("pii.national_id", token("pii.national_id", "mesh"))];
    world.columns.push(published);
    let treated = world.column(&reader("user:una", &["pii-readers"]), "x");
    assert_eq!((treated.outcome.word(), treated.apply), ("token", Outcome::Clear));
}

#[test]
fn a_column_is_never_shown_as_better_protected_than_its_weakest_part() {
    let mut world = customers();
    world.grant("user:una", RowsGrant::All, &[]);
    let una = reader("user:una", &["pii-readers"]);
    for (tags, expected) in [
        (vec![tag("pii.email", Outcome::Clear), tag("pii.email", Outcome::Null)], Outcome::Clear),
        (
            vec![tag("pii.email", token("pii.email", "mesh")), tag("pii.name", Outcome::Null)],
            token("pii.email", "mesh"),
        ),
    ] {
        world.columns.retain(|column| column.name != "x");
        let mut published = column("x", ColumnType::String, &[]);
        published.tags = tags;
        world.columns.push(published);
        let treated = world.column(&una, "x");
        assert_eq!((treated.outcome, treated.apply), (expected, Outcome::Clear));
        assert!(treated.reasons.last().unwrap().ends_with("upstream"));
    }
    // The same for somebody without grants: the untreated part is treated, whatever the other part went through.
    world.columns.last_mut().unwrap().tags = vec![tag("pii.email", Outcome::Clear), tag("pii.email", Outcome::Null)];
    assert_eq!(world.column(&ana(), "x").apply, Outcome::Constant { value: None });
}

#[test]
fn reasons_name_what_decided_and_no_values() {
    let mut world = customers();
    let reasons = |world: &crate::fixture::World, name: &str| world.column(&ana(), name).reasons.join("; ");
    assert_eq!(reasons(&world, "notes"), "carries no class");
    assert_eq!(reasons(&world, "email"), "`pii.email` is treated as partial (email)");
    assert_eq!(reasons(&world, "full_name"), "`pii.name` is treated as constant");
    assert_eq!(reasons(&world, "iban"), "`pii.iban` declares no mask, so the column is denied");
    world.columns.push(column("shoe", ColumnType::String, &["pii.shoe"]));
    assert_eq!(reasons(&world, "shoe"), "`pii.shoe` is not a declared class, so the column is denied");
    world.columns.push(column("phone", ColumnType::Integer, &["pii.email"]));
    assert!(reasons(&world, "phone").ends_with("partial does not fit integer, constant does"));
    world.grant("user:ana", RowsGrant::All, &["pii.email"]);
    assert_eq!(reasons(&world, "email"), "entitlement ent-11 shows `pii.email` clear");
}

#[test]
fn administrators_owners_and_stewards_are_not_readers() {
    let mut world = customers();
    world.is_domain_member = true;
    for (principal, groups) in [
        ("user:admin", vec!["platform-team"]),
        ("user:olga", vec!["customer-owners"]),
        ("user:stu", vec!["customer-stewards"]),
    ] {
        let problem = world.ask(&reader(principal, &groups), Some("fraud-detection")).unwrap_err();
        assert_eq!(problem.code(), Code::AccessRequired, "{principal}");
    }
}

#[test]
fn visibility_by_listing_membership_or_entitlement() {
    let mut world = customers();
    let grants: Vec<_> = world.entitlements.iter().collect();
    let eve = reader("user:eve", &[]);
    assert!(visible(&eve, &world.rules, grants.iter().copied(), false, world.now));
    world.rules.visibility = Visibility::Unlisted;
    let grants: Vec<_> = world.entitlements.iter().collect();
    assert!(!visible(&eve, &world.rules, grants.iter().copied(), false, world.now));
    assert!(visible(&eve, &world.rules, grants.iter().copied(), true, world.now));
    assert!(visible(&ana(), &world.rules, grants.iter().copied(), false, world.now));
    assert!(visible(&reader("user:stu", &["customer-stewards"]), &world.rules, [], false, world.now));
    assert!(!visible(&ana(), &world.rules, [], false, world.now));
}

#[test]
fn catalogs_without_a_purpose_show_what_any_purpose_shows() {
    let mut world = customers();
    let billing = world.grant("user:ana", RowsGrant::All, &["case.restricted"]);
    billing.purposes = Purposes::Only(vec!["billing".parse().unwrap()]);
    let columns =
        |world: &crate::fixture::World, purpose| world.with_question(&ana(), purpose, visible_columns).unwrap();
    assert!(columns(&world, None).contains("case_notes"));
    assert!(!columns(&world, None).contains("iban"));
    assert!(!columns(&world, Some("fraud-detection")).contains("case_notes"));
    world.entitlements.clear();
    assert!(world.with_question(&ana(), None, visible_columns).is_err());
}
