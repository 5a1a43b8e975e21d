//! Gold that broke or turned hostile: the publication is refused with a code that says which table and what to do, what is
//! published and every other product serve on, and after the repair it goes on without a restart (F-14, F-15, F-16).

use std::{fs, os::unix::fs::symlink, path::Path};

use model::{Code, Problem};
use pipeline::RunTarget;
use serde_json::{Value, json};

use crate::{
    files::{self, HEAD, borrowed, product},
    house::{House, copy},
};

const BEFORE: [&str; 3] = ["c1", "c2", "c3"];
const AFTER: [&str; 5] = ["c1", "c2", "c3", "c4", "c5"];
const PORT: &str = "claims.enriched.claims";

/// A mesh of two published products; one of them has a candidate.
async fn house() -> House {
    let people = format!(
        "{HEAD}schema:\n  - name: holders\n    logicalType: object\n    properties:\n      \
         - {{name: customer, logicalType: string, required: true, description: d}}\n"
    );
    let sql = "SELECT customer FROM bronze.holders".to_owned();
    let mut files = product("");
    files.push(("domains/policy/products/people/contract.yaml", people));
    files.push(("domains/policy/products/people/holders.sql", sql));
    let house = House::with(&borrowed(&files)).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    house.drop_file("policy", "holders.csv", "customer\nk1\nk2\n");
    house.publish("claims.enriched").await.unwrap();
    house.publish("policy.people").await.unwrap();
    house.drop_file(
        "claims",
        "notices2.csv",
        "claim_id,customer,email,amount,region\nc4,k4,d@x.example,1.00,EU\nc5,k5,e@x.example,2.00,EU\n",
    );
    house.run("claims").await.unwrap();
    house
}

async fn served(house: &House) -> Result<Vec<String>, Problem> {
    house.try_served("claims.enriched", "claims", "claim_id").await
}

/// The other product is published anew and read.
async fn check_others(house: &House, context: &str) {
    house.publish("policy.people").await.unwrap_or_else(|problem| panic!("{context}: {problem}"));
    assert_eq!(house.served("policy.people", "holders", "customer").await, ["k1", "k2"], "{context}");
}

fn entry(table: &Path, version: u64) -> std::path::PathBuf {
    table.join(format!("_delta_log/{version:020}.json"))
}

/// Changes the additions of the candidate's entry.
fn edit_add(table: &Path, change: impl Fn(&mut Value)) {
    let text = fs::read_to_string(entry(table, 1)).unwrap();
    let edit = |line: &str| {
        let mut action: Value = serde_json::from_str(line).unwrap();
        if let Some(add) = action.get_mut("add") {
            change(add);
        }
        action.to_string()
    };
    fs::write(entry(table, 1), text.lines().map(edit).collect::<Vec<_>>().join("\n")).unwrap();
}

/// The data file of the candidate.
fn candidate_file(table: &Path) -> std::path::PathBuf {
    let text = fs::read_to_string(entry(table, 1)).unwrap();
    let add = text.lines().find(|line| line.starts_with("{\"add\"")).unwrap();
    let add: Value = serde_json::from_str(add).unwrap();
    table.join(add["add"]["path"].as_str().unwrap())
}

type Damage = fn(&Path);

const DAMAGES: [(&str, Code, Damage); 11] = [
    ("an entry of garbage", Code::DataUnavailable, |table| fs::write(entry(table, 1), "garbage").unwrap()),
    ("a torn entry", Code::DataUnavailable, |table| {
        let bytes = fs::read(entry(table, 1)).unwrap();
        fs::write(entry(table, 1), &bytes[..bytes.len() - 30]).unwrap();
    }),
    ("a gap", Code::DataUnavailable, |table| fs::remove_file(entry(table, 0)).unwrap()),
    ("a path into another domain", Code::DataUnavailable, |table| {
        edit_add(table, |add| add["path"] = json!("../../../../policy/gold/people/holders/part.parquet"));
    }),
    ("an absolute path", Code::DeltaFeatureUnsupported, |table| {
        edit_add(table, |add| add["path"] = json!("/etc/passwd"))
    }),
    ("a protocol of the future", Code::DeltaFeatureUnsupported, |table| {
        let text = fs::read_to_string(entry(table, 1)).unwrap();
        fs::write(
            entry(table, 1),
            format!("{text}\n{}", json!({"protocol": {"minReaderVersion": 99, "minWriterVersion": 7}})),
        )
        .unwrap();
    }),
    ("a checkpoint with another schema", Code::DataUnavailable, |table| {
        let data = candidate_file(table);
        fs::copy(data, table.join("_delta_log/00000000000000000001.checkpoint.parquet")).unwrap();
    }),
    ("a checkpoint of parts", Code::DeltaFeatureUnsupported, |table| {
        fs::write(table.join("_delta_log/00000000000000000001.checkpoint.0000000001.0000000002.parquet"), "x").unwrap();
    }),
    ("a missing file", Code::DataUnavailable, |table| fs::remove_file(candidate_file(table)).unwrap()),
    ("a file that is cut", Code::DataUnavailable, |table| {
        let file = candidate_file(table);
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    }),
    ("a link", Code::DataUnavailable, |table| {
        let file = candidate_file(table);
        fs::remove_file(&file).unwrap();
        symlink("/etc/passwd", &file).unwrap();
    }),
];

#[tokio::test]
async fn a_broken_candidate_is_refused_by_name_and_everything_else_serves() {
    let house = house().await;
    let table = house.data().join("zones/claims/gold/enriched/claims");
    let saved = house.data().join("saved");
    copy(&table, &saved);
    for (context, code, damage) in DAMAGES {
        damage(&table);
        let problem = house.publish("claims.enriched").await.unwrap_err();
        assert_eq!(problem.code(), code, "{context}: {problem}: {:?}", problem.cause());
        assert!(problem.message().contains(PORT), "{context}: {problem}");
        assert!(problem.hint().is_some(), "{context}: {problem}");
        let told = serde_json::to_string(&problem).unwrap();
        assert!(!told.contains("passwd") && !told.contains("part-") && !told.contains("zones"), "{context}: {told}");
        assert_eq!(served(&house).await.unwrap(), BEFORE, "{context}");
        check_others(&house, context).await;
        fs::remove_dir_all(&table).unwrap();
        copy(&saved, &table);
        house
            .publish_as("claims.enriched", true)
            .await
            .unwrap_or_else(|problem| panic!("{context}, repaired: {problem}"));
    }
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(served(&house).await.unwrap(), AFTER);
}

/// Keeps the first lines of a version's entry: what a store without atomic writes may leave, and valid as it stands.
fn cut_lines(table: &Path, version: u64) {
    let text = fs::read_to_string(entry(table, version)).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("{\"add\"")).collect();
    assert!(kept.len() < text.lines().count());
    fs::write(entry(table, version), kept.join("\n")).unwrap();
}

#[tokio::test]
async fn a_log_that_lost_its_last_lines_is_refused_and_built_anew() {
    let house = house().await;
    cut_lines(&house.data().join("zones/claims/gold/enriched/claims"), 1);
    let problem = house.publish("claims.enriched").await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable, "{problem}");
    assert!(problem.message().starts_with("`claims.enriched.claims` has 0 rows where 5 were built"), "{problem}");
    assert_eq!(served(&house).await.unwrap(), BEFORE);
    check_others(&house, "a cut gold log").await;
    house.run_target("claims", RunTarget::All, true).await.unwrap();
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(served(&house).await.unwrap(), AFTER);
}

#[tokio::test]
async fn a_silver_log_that_lost_its_last_lines_feeds_nothing() {
    let house = house().await;
    cut_lines(&house.data().join("zones/claims/silver/claims"), 1);
    let sql = "SELECT claim_id, customer, email, amount, upper(region) AS region FROM silver.claims";
    house.apply(&[("domains/claims/products/enriched/claims.sql", sql)]).await.unwrap();
    let problem = house.publish("claims.enriched").await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable, "{problem}");
    assert!(problem.message().starts_with("`silver.claims` has 0 rows where 5 were built"), "{problem}");
    assert_eq!(served(&house).await.unwrap(), BEFORE);
    house.run_target("claims", RunTarget::All, true).await.unwrap();
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(served(&house).await.unwrap(), AFTER);
}

#[tokio::test]
async fn a_lost_file_of_a_publication_is_an_error_until_it_is_back() {
    let house = house().await;
    let table = house.data().join("zones/claims/gold/enriched/claims");
    let lost = fs::read_dir(&table)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_file() && *path != candidate_file(&table))
        .unwrap();
    let aside = house.data().join("aside.parquet");
    fs::rename(&lost, &aside).unwrap();
    for columns in ["claim_id", "count(*)", "count(amount)", "max(customer)"] {
        let problem = house.try_served("claims.enriched", "claims", columns).await.unwrap_err();
        assert_eq!(problem.code(), Code::DataUnavailable, "{columns}: {problem}");
    }
    check_others(&house, "a lost file").await;
    fs::rename(&aside, &lost).unwrap();
    assert_eq!(served(&house).await.unwrap(), BEFORE, "put back with its times");
    fs::rename(&lost, &aside).unwrap();
    // Publishing anew needs nothing of it.
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(served(&house).await.unwrap(), AFTER);
}

#[tokio::test]
async fn altered_bytes_are_not_published_anew() {
    let house = house().await;
    house.publish("claims.enriched").await.unwrap();
    let file = candidate_file(&house.data().join("zones/claims/gold/enriched/claims"));
    let modified = fs::metadata(&file).unwrap().modified().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[40] ^= 1;
    fs::write(&file, bytes).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(modified).unwrap();
    // The same version of the table under another contract.
    let contract = files::contract("").replace("version: 1.0.0", "version: 1.0.1");
    house.apply(&[("domains/claims/products/enriched/contract.yaml", &contract)]).await.unwrap();
    let problem = house.publish("claims.enriched").await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable);
    assert!(problem.message().contains("is not what was published"), "{problem}");
    house.run_target("claims", RunTarget::All, true).await.unwrap();
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(served(&house).await.unwrap(), AFTER);
}
