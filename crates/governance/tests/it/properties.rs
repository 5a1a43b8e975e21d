//! What holds of the decision for every world: more grants never narrow, less policy never widens.

use governance::treatment::Reader;
use model::treatment::{Outcome, Treatment};
use proptest::prelude::*;

use crate::{fixture::World, reference_model::worlds};

fn answer(world: &World, reader: &Reader, purpose: Option<&str>) -> Option<Treatment> {
    world.ask(reader, purpose).ok()
}

/// Whether every column of `less` is at least as strong as in `more`.
fn is_no_wider(less: &Treatment, more: &Treatment) -> bool {
    less.columns.iter().zip(&more.columns).all(|(less, more)| less.outcome.rank() >= more.outcome.rank())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn removing_an_entitlement_never_widens_and_so_adding_one_never_narrows(
        (mut world, reader, purpose) in worlds(), which: prop::sample::Index,
    ) {
        if world.entitlements.is_empty() {
            return Ok(());
        }
        let more = answer(&world, &reader, purpose);
        let removed = which.index(world.entitlements.len());
        world.entitlements.remove(removed);
        if let Some(less) = answer(&world, &reader, purpose) {
            let more = more.unwrap();
            prop_assert!(is_no_wider(&less, &more));
            match (&less.rows.any_of, &more.rows.any_of) {
                (None, more) => prop_assert!(more.is_none()),
                (Some(less), Some(more)) => prop_assert!(less.iter().all(|scope| more.contains(scope))),
                (Some(_), None) => {}
            }
        }
    }

    #[test]
    fn removing_a_class_denies_its_columns((mut world, reader, purpose) in worlds()) {
        for root in world.classes.roots.values_mut() {
            root.classes.clear();
        }
        if let Some(treatment) = answer(&world, &reader, purpose) {
            for (column, published) in treatment.columns.iter().zip(&world.columns) {
                let expected = if published.tags.is_empty() { Outcome::Clear } else { Outcome::Denied };
                prop_assert_eq!(&column.outcome, &expected);
            }
        }
    }

    #[test]
    fn leaving_a_group_never_widens((world, reader, purpose) in worlds(), which: prop::sample::Index) {
        if reader.groups.is_empty() {
            return Ok(());
        }
        let mut fewer = reader.clone();
        let left = fewer.groups.iter().nth(which.index(reader.groups.len())).cloned().unwrap();
        fewer.groups.remove(&left);
        if let Some(less) = answer(&world, &fewer, purpose) {
            prop_assert!(is_no_wider(&less, &answer(&world, &reader, purpose).unwrap()));
        }
    }

    #[test]
    fn time_only_takes_away((mut world, reader, purpose) in worlds()) {
        let more = answer(&world, &reader, purpose);
        world.now = model::Timestamp::from_micros(world.now.micros() + 1);
        if let Some(less) = answer(&world, &reader, purpose) {
            prop_assert!(is_no_wider(&less, &more.unwrap()));
        }
    }

    #[test]
    fn every_answer_has_an_entitlement_a_purpose_and_reasons((world, reader, purpose) in worlds()) {
        if let Some(treatment) = answer(&world, &reader, purpose) {
            prop_assert!(!treatment.entitlements.is_empty());
            prop_assert_eq!(treatment.purpose.as_ref().map(|purpose| purpose.as_str()), purpose);
            prop_assert_eq!(treatment.columns.len(), world.columns.len());
            for (column, published) in treatment.columns.iter().zip(&world.columns) {
                prop_assert!(!column.reasons.is_empty());
                prop_assert!(governance::mask::holds(&column.apply, &published.kind));
                // What is left to apply is the outcome itself or nothing.
                prop_assert!(column.apply == Outcome::Clear || column.apply == column.outcome);
            }
            prop_assert_eq!(&treatment, &answer(&world, &reader, purpose).unwrap());
        }
    }
}
