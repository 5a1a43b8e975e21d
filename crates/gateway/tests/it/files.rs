//! Every file of `tests/slt` through the in-process door.

use std::path::Path;

use crate::{
    door::{run, shared},
    slt,
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
