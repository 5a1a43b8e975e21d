//! Every file of `tests/slt` through the in-process door.

use std::path::Path;

use crate::{
    door::{ana, run, shared, una},
    slt::{self, Door as _},
};

#[test]
fn every_slt_file_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/slt");
    let failures = run(async {
        let f1 = shared().await;
        let mut failures = vec![];
        for path in slt::files(&folder) {
            failures.extend(slt::run(f1, &path).await);
        }
        failures
    });
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n\n"));
}

/// The oracle itself: what una sees, told to ana, is found.
#[test]
fn the_canary_oracle_finds_a_leak() {
    run(async {
        let f1 = shared().await;
        for column in ["full_name", "email", "national_id", "notes", "reverse(full_name)", "encode(full_name, 'hex')"] {
            let sql = format!("SELECT {column} FROM customer.customer_master.customers WHERE customer_id = 777001");
            let answer = f1.ask(&una(), &sql).await;
            assert!(slt::no_canary(&una(), &sql, &answer).is_ok());
            assert!(slt::no_canary(&ana(), &sql, &answer).is_err(), "{column}");
        }
    });
}
