//! F-13: the volume that statements spill to is full. The statement that spills ends with its code, others go on, and what
//! was spilled is removed.

use std::{path::Path, process::Command};

use gateway::Limits;

use crate::{
    door::{ana, run},
    f1::{F1, World},
};

/// Set where the test runs in a namespace of its own, in which it may mount a small volume.
const ALONE: &str = "TESSERA_TEST_ALONE";

#[test]
fn a_full_spill_volume_ends_only_the_statement_that_spills() {
    #[expect(clippy::disallowed_methods, reason = "the test starts itself anew")]
    let is_alone = std::env::var(ALONE).is_ok();
    if is_alone {
        return run(on_a_small_volume());
    }
    let alone = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", program]).env(ALONE, "1");
        command
    };
    if !alone("true").status().is_ok_and(|done| done.success()) {
        println!("left out: this system lets nobody mount a volume of their own (`unshare --map-root-user --mount`)");
        return;
    }
    let this = std::env::current_exe().unwrap();
    let name = "spill::a_full_spill_volume_ends_only_the_statement_that_spills";
    let done = alone(this.to_str().unwrap()).args(["--exact", name, "--nocapture"]).output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && told.contains("1 passed"), "{told}");
}

async fn on_a_small_volume() {
    let memory = 128 << 20;
    let limits = Limits { statement_memory: memory, principal_memory: 4 * memory, threads: 2, ..Limits::default() };
    let f1 = F1::build_with(World::ONE, limits).await;
    let spill = f1.data().join("spill");
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(&spill).status().unwrap();
    assert!(mount.success());
    // Numbering rows in an order needs all of them sorted, with what they carry.
    let order = "SELECT max(length(t)), max(n) FROM (\
                 SELECT t, row_number() OVER (ORDER BY v DESC) AS n FROM (\
                 SELECT value AS v, repeat('x', 200) AS t FROM generate_series(1, 1200000)))";
    for _ in 0..3 {
        let problem = f1.try_ask(&ana(), order).await.unwrap_err();
        assert_eq!(problem.sqlstate(), "53100", "{problem} {:?}", problem.cause());
        assert_eq!(left(&spill), 0, "what was spilled is removed");
        let alive = f1.try_ask(&ana(), "SELECT count(*) FROM policy.policies_active.policies").await.unwrap();
        assert_eq!(alive.rows[0][0].as_deref(), Some("50"));
    }
    // Statements beside it are answered meanwhile.
    let (heavy, light) = futures::future::join(
        f1.try_ask(&ana(), order),
        f1.try_ask(&ana(), "SELECT count(*) FROM generate_series(1, 1000)"),
    )
    .await;
    assert!(heavy.is_err());
    assert_eq!(light.unwrap().rows[0][0].as_deref(), Some("1000"));
    // And with a larger volume the same statement spills and is answered: it was the volume.
    let more = Command::new("mount").args(["-o", "remount,size=1g"]).arg(&spill).status().unwrap();
    assert!(more.success());
    let answered = f1.try_ask(&ana(), order).await.unwrap();
    assert_eq!(answered.rows[0][1].as_deref(), Some("1200000"));
    assert_eq!(left(&spill), 0, "what was spilled is removed");
}

/// Bytes in files beneath a folder.
fn left(folder: &Path) -> u64 {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        bytes += if metadata.is_dir() { left(&entry.path()) } else { metadata.len() };
    }
    bytes
}
