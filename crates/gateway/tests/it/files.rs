//! Every file of `tests/slt` through the in-process door.

use std::path::Path;

use crate::{
    door::{ana, mixed, restricted, run, shared, una},
    f1::F1,
    slt::{self, Door as _},
};

async fn every_file(f1: &F1, world: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/slt");
    let mut failures = vec![];
    for path in slt::files(&folder, world) {
        failures.extend(slt::run(f1, &path).await);
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_slt_file_holds() {
    run(async { every_file(shared().await, "one").await });
}

#[test]
fn every_slt_file_holds_where_hidden_rows_lie_beside_visible_ones() {
    run(async { every_file(mixed().await, "one").await });
}

#[test]
fn every_slt_file_of_the_restricted_world_holds() {
    run(async { every_file(restricted().await, "restricted").await });
}

/// The oracle itself: what una sees, told to ana, is found.
#[test]
fn the_canary_oracle_finds_a_leak() {
    run(async {
        let f1 = shared().await;
        for column in [
            "full_name",
            "email",
            "national_id",
            "notes",
            "lower(full_name)",
            "reverse(full_name)",
            "encode(full_name, 'hex')",
            "encode(reverse(full_name), 'hex')",
            "encode(full_name, 'base64')",
            "encode('a' || full_name, 'base64')",
            "encode('ab' || full_name, 'base64')",
            "md5(full_name)",
            "left(md5(full_name), 20)",
            "encode(sha256(full_name), 'hex')",
            "encode(sha256(full_name), 'base64')",
        ] {
            let sql = format!("SELECT {column} FROM customer.customer_master.customers WHERE customer_id = 777001");
            let answer = f1.ask(&una(), &sql).await;
            assert!(slt::no_canary(&una(), &sql, &answer).is_ok());
            assert!(slt::no_canary(&ana(), &sql, &answer).is_err(), "{column}");
        }
    });
}

/// The spellings that no function of a session makes, and the table of digests against the functions that do.
#[test]
fn the_canary_oracle_knows_every_spelling() {
    run(async {
        let leaks = |text: &str| {
            let answer = Ok(slt::Table { rows: vec![vec![Some(text.to_owned())]], ..slt::Table::default() });
            slt::no_canary(&ana(), "SELECT 1", &answer).is_err()
        };
        for text in [
            "Ada%20Lovell",
            "ada+lovell",
            "x/%61%64%61%2e%6c%6f%76%65%6c%6c",
            "LLEVOL ADA",
            "QWRhIExvdmVsbA==",
            "275d7ee4defae6a3957a95f6f348cabefbc8dd94",
        ] {
            assert!(leaks(text), "{text}");
        }
        assert!(!leaks("Ada") && !leaks("nothing of it"));
        for canary in crate::f1::CANARIES {
            let sql = format!("SELECT md5('{canary}'), encode(sha256('{canary}'), 'hex')");
            let row = shared().await.try_ask(&una(), &sql).await.unwrap().rows.remove(0);
            let spellings = crate::canary::spellings(canary);
            for digest in row.into_iter().flatten() {
                assert!(spellings.contains(&digest), "{canary}: {digest}");
            }
        }
    });
}
