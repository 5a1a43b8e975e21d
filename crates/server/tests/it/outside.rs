//! S-32 .. S-35: no statement touches a file, the network or a table, whatever it says and through whichever door.

use std::{
    collections::BTreeMap,
    fs, io,
    net::TcpListener,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    doors::{Extended, Rest, Simple},
    f1::World,
    f1_house::F1House,
    slt::{Door, Login},
    support::run,
};

/// Every file beneath a folder with its length and its time.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let facts = fs::symlink_metadata(&path).unwrap();
            if facts.is_dir() {
                folders.push(path);
            } else {
                found.insert(path, (facts.len(), facts.modified().unwrap()));
            }
        }
    }
    found
}

/// Statements that would reach outside, or change what is there. `{file}` is where a file would appear, `{secret}` one
/// that must not be read, `{url}` an address that must not be called.
const STATEMENTS: [&str; 56] = [
    "COPY customer.customer_master.customers TO '{file}'",
    "COPY (SELECT * FROM customer.customer_master.customers) TO '{file}' STORED AS PARQUET",
    "COPY (SELECT 1) TO '{file}' WITH (FORMAT csv)",
    "COPY (SELECT 1) TO STDOUT",
    "COPY (SELECT 1) TO PROGRAM 'touch {file}'",
    "COPY customer.customer_master.customers FROM '{secret}'",
    "COPY customer.customer_master.customers FROM PROGRAM 'cat {secret}'",
    "COPY customer.customer_master.customers FROM '{url}'",
    "EXPLAIN COPY customer.customer_master.customers TO '{file}'",
    "EXPLAIN ANALYZE COPY customer.customer_master.customers TO '{file}'",
    "EXPLAIN ANALYZE VERBOSE COPY (SELECT 1) TO '{file}'",
    "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{secret}'",
    "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{url}'",
    "CREATE EXTERNAL TABLE IF NOT EXISTS t STORED AS PARQUET LOCATION '{url}' OPTIONS ('aws.endpoint' '{url}')",
    "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION 's3://bucket/x' OPTIONS ('aws.endpoint' '{url}')",
    "CREATE UNBOUNDED EXTERNAL TABLE t (a INT) STORED AS CSV LOCATION '{secret}'",
    "EXPLAIN CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{url}'",
    "PREPARE p AS CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{url}'",
    "CREATE TABLE t AS SELECT * FROM '{secret}'",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM \"{secret}\"",
    "SELECT * FROM \"file://{secret}\"",
    "SELECT * FROM \"{url}\"",
    "SELECT * FROM '{url}'",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_csv('{url}')",
    "SELECT * FROM read_parquet('{url}')",
    "SELECT * FROM parquet_metadata('{secret}')",
    "SELECT pg_read_file('{secret}')",
    "SELECT lo_export(1, '{file}')",
    "SELECT * FROM dblink('host=127.0.0.1', 'SELECT 1') AS t(a INT)",
    "INSERT INTO customer.customer_master.customers SELECT * FROM customer.customer_master.customers",
    "INSERT OVERWRITE claims.claims_enriched.claims SELECT * FROM claims.claims_enriched.claims",
    "UPDATE claims.claims_enriched.claims SET amount = 0",
    "DELETE FROM claims.claims_enriched.claims",
    "DELETE FROM claims.claims_enriched.claims RETURNING *",
    "MERGE INTO claims.claims_enriched.claims k USING claims.claims_enriched.claims n ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE claims.claims_enriched.claims",
    "WITH d AS (DELETE FROM claims.claims_enriched.claims RETURNING *) SELECT * FROM d",
    "EXPLAIN ANALYZE DELETE FROM claims.claims_enriched.claims",
    "EXPLAIN ANALYZE INSERT INTO claims.claims_enriched.claims SELECT * FROM claims.claims_enriched.claims",
    "PREPARE p AS DELETE FROM claims.claims_enriched.claims",
    "DROP TABLE claims.claims_enriched.claims",
    "DROP SCHEMA claims CASCADE",
    "DROP DATABASE claims",
    "ALTER TABLE claims.claims_enriched.claims DROP COLUMN amount",
    "ALTER TABLE claims.claims_enriched.claims RENAME TO x",
    "CREATE INDEX i ON claims.claims_enriched.claims (amount)",
    "VACUUM claims.claims_enriched.claims RETAIN 0 HOURS",
    "OPTIMIZE claims.claims_enriched.claims",
    "RESTORE TABLE claims.claims_enriched.claims TO VERSION AS OF 0",
    "ANALYZE claims.claims_enriched.claims",
    "SELECT * INTO t FROM claims.claims_enriched.claims",
    "CREATE MATERIALIZED VIEW v AS SELECT * FROM claims.claims_enriched.claims",
    "CREATE OR REPLACE TEMP VIEW v AS SELECT 1",
    "DO 'BEGIN DELETE FROM claims.claims_enriched.claims; END'",
];

async fn refuses(door: &impl Door, login: &Login, sql: &str) {
    let refusal = door.ask(login, sql).await.expect_err(sql);
    // A table that is absent, a function or a kind of statement that is: none of them was looked for outside.
    let known = ["0A000", "42P01", "42883", "42601", "42501"];
    assert!(known.iter().any(|state| door.is_state(&refusal, state)), "{sql}: {} {}", refusal.sqlstate, refusal.text);
    assert!(!refusal.text.contains("SECRETOFTHEHOST"), "{sql}: {}", refusal.text);
}

#[test]
fn no_statement_reaches_files_network_or_tables() {
    run(async {
        let house = F1House::start(World::ONE).await;
        let outside = tempfile::tempdir().unwrap();
        let outside = outside.path().canonicalize().unwrap();
        let secret = outside.join("secret.csv");
        fs::write(&secret, "a\nSECRETOFTHEHOST\n").unwrap();
        let canary = TcpListener::bind("127.0.0.1:0").unwrap();
        canary.set_nonblocking(true).unwrap();
        let url = format!("http://{}/x.csv", canary.local_addr().unwrap());
        let zones = house.folder.path().join("data/zones");
        let (before, before_outside) = (tree(&zones), tree(&outside));
        assert!(before.keys().any(|path| path.to_string_lossy().contains("_delta_log")));
        let ana = Login { user: "ana".to_owned(), purpose: Some("fraud-detection".to_owned()), database: None };
        // The owner of the tables is no writer on these doors either.
        let bob = Login { user: "bob".to_owned(), ..ana.clone() };
        let extended = Extended::new(&house);
        for statement in STATEMENTS {
            let sql = statement
                .replace("{file}", &outside.join("appeared.csv").display().to_string())
                .replace("{secret}", &secret.display().to_string())
                .replace("{url}", &url);
            for login in [&ana, &bob] {
                refuses(&Simple(&house), login, &sql).await;
                refuses(&extended, login, &sql).await;
                refuses(&Rest(&house), login, &sql).await;
            }
        }
        assert_eq!(tree(&outside), before_outside, "no file appeared");
        assert_eq!(tree(&zones), before, "every table is as it was, to the file");
        let called = canary.accept().unwrap_err();
        assert_eq!(called.kind(), io::ErrorKind::WouldBlock, "nobody called");
        // The canary itself: who calls is seen.
        let _call = std::net::TcpStream::connect(canary.local_addr().unwrap()).unwrap();
        assert!(canary.accept().is_ok());
        let rest = Rest(&house);
        let count = rest.ask(&ana, "SELECT count(*) FROM claims.claims_enriched.claims").await.unwrap();
        assert_eq!(count.rows[0][0].as_deref(), Some("60"));
        house.running.stop().await;
    });
}
