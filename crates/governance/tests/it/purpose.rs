//! Settling the purpose of a statement.

use governance::purpose::{PurposeNeeds, reads_personal, settle};
use model::{Code, column::ColumnType, name::PurposeName};

use crate::fixture::{classes, column};

fn table(product: &str, granted: &[&str], reads_personal: bool) -> PurposeNeeds {
    let granted = granted.iter().map(|purpose| purpose.parse().unwrap()).collect();
    PurposeNeeds { product: product.to_owned(), granted, reads_personal }
}

#[test]
fn a_purpose_is_stated_or_implied_and_explicit_for_personal_data() {
    let open = table("claims.claims_enriched", &["fraud"], false);
    let both = table("policy.policies_active", &["billing", "fraud"], false);
    let personal = table("customer.customer_master", &["fraud"], true);
    let none = table("hr.payroll", &["payroll"], false);
    for (stated, tables, expected) in [
        (None, vec![], Ok(None)),
        (Some("fraud"), vec![], Ok(Some("fraud"))),
        (None, vec![&open], Ok(Some("fraud"))),
        (None, vec![&open, &both], Ok(Some("fraud"))),
        (None, vec![&both], Err(Code::PurposeRequired)),
        (None, vec![&personal], Err(Code::PurposeRequired)),
        (None, vec![&open, &personal], Err(Code::PurposeRequired)),
        (None, vec![&open, &none], Err(Code::PurposeNotGranted)),
        (Some("fraud"), vec![&personal, &both], Ok(Some("fraud"))),
        (Some("billing"), vec![&both], Ok(Some("billing"))),
        (Some("billing"), vec![&both, &open], Err(Code::PurposeNotGranted)),
        (Some("espionage"), vec![&open], Err(Code::PurposeNotGranted)),
    ] {
        let stated: Option<PurposeName> = stated.map(|purpose| purpose.parse().unwrap());
        let tables: Vec<PurposeNeeds> = tables.into_iter().cloned().collect();
        let settled = settle(stated.as_ref(), &tables);
        let expected = expected.map(|purpose| purpose.map(|purpose| purpose.parse().unwrap()));
        assert_eq!(settled.map_err(|problem| problem.code()), expected, "{stated:?} {tables:?}");
    }
}

#[test]
fn refusals_name_the_readers_own_purposes_and_how_to_state_one() {
    let problem = settle(None, &[table("a.b", &["billing", "fraud"], false)]).unwrap_err();
    assert_eq!(problem.sqlstate(), "42501");
    assert_eq!(problem.message(), "reading `a.b` needs a stated purpose");
    let hint = problem.hint().unwrap();
    assert!(hint.starts_with("yours here: `billing`, `fraud`; write `SET purpose = 'billing'`"), "{hint}");
}

#[test]
fn personal_is_what_lies_under_a_personal_root() {
    let classes = classes();
    for (class, expected) in
        [("pii.email", true), ("fin.income", false), ("lost.class", true), ("pii.unheard_of", true)]
    {
        let columns = [column("a", ColumnType::String, &[]), column("b", ColumnType::String, &[class])];
        assert_eq!(reads_personal(&columns, &classes), expected, "{class}");
        assert!(!reads_personal(&columns[..1], &classes));
    }
}
