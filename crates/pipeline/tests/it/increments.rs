//! Tables built by increments: what comes out is what a whole build gives, whatever arrives and whenever it is built.

use std::collections::BTreeMap;

use model::Code;
use pipeline::{RunReport, RunTarget, StepState};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::house::House;

const MERGE: &str = "/* tessera
materialise: merge
key: [claim_id, customer]
order_by: [amount]
reject: \"amount < 0\"
*/
SELECT nullif(claim_id, '') AS claim_id, nullif(customer, '') AS customer, email AS note,
  TRY_CAST(amount AS BIGINT) AS amount FROM (SELECT * FROM bronze.notices WHERE region <> 'none') AS rows";

const APPEND: &str = "/* tessera
materialise: append
reject: \"amount IS NULL\"
*/
SELECT claim_id, email AS note, TRY_CAST(amount AS BIGINT) AS amount, _batch AS batch, _line AS line
FROM bronze.notices WHERE region <> 'none'";

const HEADER: &str = "claim_id,customer,email,amount,region\n";

async fn house(extra: &[(&str, &str)]) -> House {
    let steps = [("domains/claims/silver/latest.sql", MERGE), ("domains/claims/silver/events.sql", APPEND)];
    let files: Vec<(&str, &str)> = steps.into_iter().chain(extra.iter().copied()).collect();
    House::with(&files).await
}

fn note<'a>(report: &'a RunReport, step: &str) -> &'a str {
    let step = report.steps.iter().find(|made| made.name == step).unwrap();
    step.notes.iter().map(String::as_str).find(|note| note.contains("new batch")).unwrap_or("whole")
}

/// A row as it is written into a source file: claim, customer, note, amount, region.
type Row = [String; 5];

fn row(random: &mut StdRng, number: usize) -> Row {
    let pick = |random: &mut StdRng, from: &[&str]| from[random.random_range(0..from.len())].to_owned();
    [
        pick(random, &["", "c1", "c2", "c3", "c4"]),
        pick(random, &["", "k1", "k1", "k2"]),
        format!("n{number}"),
        pick(random, &["", "x", "-1", "0", "1", "2", "3"]),
        pick(random, &["EU", "EU", "EU", "none"]),
    ]
}

/// What the rows are after all of them arrived: those kept, and how many were set aside.
fn expected(rows: &[Row]) -> (Vec<String>, usize) {
    let mut kept: BTreeMap<(&str, &str), (Option<i64>, &Row)> = BTreeMap::new();
    let mut aside = 0;
    for row in rows.iter().filter(|row| row[4] != "none") {
        let amount: Option<i64> = row[3].parse().ok();
        if row[0].is_empty() || row[1].is_empty() || amount.is_some_and(|amount| amount < 0) {
            aside += 1;
            continue;
        }
        let there = kept.entry((&row[0], &row[1])).or_insert((None, row));
        if amount >= there.0 {
            *there = (amount, row);
        }
    }
    let text = |(amount, row): &(Option<i64>, &Row)| {
        format!("{}|{}|{}|{}", row[0], row[1], row[2], amount.map_or("-".to_owned(), |amount| amount.to_string()))
    };
    (kept.values().map(text).collect(), aside)
}

/// What of it is in the tables.
async fn found(house: &House) -> [Vec<String>; 4] {
    [
        house.rows("claims", "silver.latest", "claim_id, customer, note, amount").await,
        house.rows("claims", "silver.latest__rejected", "claim_id, customer, note, amount").await,
        house.rows("claims", "silver.events", "claim_id, note, amount, batch, line").await,
        house.rows("claims", "silver.events__rejected", "claim_id, note, amount, batch, line").await,
    ]
}

#[tokio::test]
async fn increments_give_what_a_whole_build_gives() {
    for seed in 0..12 {
        let mut random = StdRng::seed_from_u64(seed);
        let house = house(&[]).await;
        let mut rows: Vec<Row> = Vec::new();
        let mut by_increments = 0;
        for arrival in 0..6 {
            for file in 0..random.random_range(1..3) {
                let count = random.random_range(0..12);
                let new: Vec<Row> = (0..count).map(|index| row(&mut random, rows.len() + index)).collect();
                let text: String = new.iter().map(|row| row.join(",") + "\n").collect();
                house.drop_file("claims", &format!("notices-{arrival}-{file}.csv"), format!("{HEADER}{text}"));
                rows.extend(new);
            }
            let report = house.run("claims").await.unwrap();
            by_increments += usize::from(note(&report, "silver.latest") != "whole");
            let (kept, aside) = expected(&rows);
            let there = found(&house).await;
            assert_eq!(there[0], kept, "seed {seed}, arrival {arrival}");
            assert_eq!(there[1].len(), aside, "seed {seed}, arrival {arrival}");
            let told = report.steps.iter().find(|step| step.name == "silver.latest").unwrap();
            assert_eq!((told.rows, told.rejected), (kept.len() as u64, aside as u64), "seed {seed}");
        }
        assert_eq!(by_increments, 5, "seed {seed}: all but the first");
        let there = found(&house).await;
        house.run_target("claims", RunTarget::All, true).await.unwrap();
        assert_eq!(found(&house).await, there, "seed {seed}: built whole");
    }
}

#[tokio::test]
async fn what_is_new_is_made_from_new_batches_only() {
    let house = house(&[]).await;
    house.drop_file("claims", "notices-1.csv", format!("{HEADER}c1,k1,a,1,EU\nc2,k1,a,1,EU\n"));
    let first = house.run("claims").await.unwrap();
    assert_eq!((note(&first, "silver.latest"), note(&first, "silver.events")), ("whole", "whole"));
    house.drop_file("claims", "notices-2.csv", format!("{HEADER}c1,k1,b,2,EU\n"));
    house.drop_file("claims", "notices-3.csv", format!("{HEADER}c2,k1,b,0,EU\n"));
    let second = house.run("claims").await.unwrap();
    assert_eq!(note(&second, "silver.latest"), "made from 2 new batches");
    assert_eq!(note(&second, "silver.events"), "made from 2 new batches");
    let third = house.run("claims").await.unwrap();
    assert!(third.steps.iter().all(|step| step.state == StepState::Unchanged), "{:?}", third.steps);
    let events = house.zone("claims").silver(&"events".parse().unwrap());
    let files = |manifest: model::manifest::Manifest| -> Vec<String> {
        manifest.files.into_iter().map(|file| file.path).collect()
    };
    let (one, two) = (files(events.manifest(0).await.unwrap()), files(events.manifest(1).await.unwrap()));
    assert!(
        one.iter().all(|file| two.contains(file)) && two.len() > one.len(),
        "rows that are there stay: {one:?} {two:?}"
    );
}

#[tokio::test]
async fn what_changed_otherwise_is_built_whole() {
    let (path, sources) = crate::files::base().into_iter().find(|(_, text)| text.starts_with("source: drops")).unwrap();
    let house = house(&[]).await;
    house.drop_file("claims", "notices-1.csv", format!("{HEADER}c1,k1,a,1,EU\nc2,k1,a,1,EU\n"));
    house.run("claims").await.unwrap();
    // Another text of the step.
    let other = MERGE.replace("region <> 'none'", "region <> 'nowhere'");
    house.apply(&[("domains/claims/silver/latest.sql", &other)]).await.unwrap();
    house.drop_file("claims", "notices-2.csv", format!("{HEADER}c1,k1,b,2,EU\n"));
    let report = house.run("claims").await.unwrap();
    assert_eq!(note(&report, "silver.latest"), "whole");
    assert_eq!(note(&report, "silver.events"), "made from 1 new batch");
    // A batch that takes the place of an older one.
    let replacing = sources.replace("format: csv", "format: csv, changed: replace");
    house.apply(&[(path, &replacing)]).await.unwrap();
    house.drop_file("claims", "notices-1.csv", format!("{HEADER}c1,k1,z,9,EU\n"));
    let report = house.run("claims").await.unwrap();
    assert_eq!((note(&report, "silver.latest"), note(&report, "silver.events")), ("whole", "whole"));
    assert_eq!(house.rows("claims", "silver.latest", "claim_id, note").await, ["c1|z"]);
    assert_eq!(house.rows("claims", "silver.events", "claim_id, note").await, ["c1|b", "c1|z"]);
    // And after it, increments again.
    house.drop_file("claims", "notices-4.csv", format!("{HEADER}c3,k1,z,9,EU\n"));
    let report = house.run("claims").await.unwrap();
    assert_eq!(note(&report, "silver.latest"), "made from 1 new batch");
}

#[tokio::test]
async fn what_an_unfinished_build_set_aside_does_not_count() {
    let house = house(&[]).await;
    house.drop_file("claims", "notices-1.csv", format!("{HEADER}c1,k1,a,-1,EU\nc2,k1,a,1,EU\n"));
    house.run("claims").await.unwrap();
    // As left by a process that ended between the two commits: rows set aside, and no version that names them.
    let aside = house.zone("claims").silver_rejected(&"latest".parse().unwrap());
    let head = aside.head().await.unwrap().unwrap();
    let fields = aside.schema(head).await.unwrap();
    aside.writer(&fields, &[]).await.unwrap().commit_overwrite(Some(head)).await.unwrap();
    house.drop_file("claims", "notices-2.csv", format!("{HEADER}c3,k1,b,-2,EU\n"));
    let report = house.run("claims").await.unwrap();
    assert_eq!(note(&report, "silver.latest"), "made from 1 new batch");
    assert_eq!(house.rows("claims", "silver.latest__rejected", "claim_id, amount").await, ["c1|-1", "c3|-2"]);
}

#[tokio::test]
async fn what_is_no_increment_is_refused_with_its_reason() {
    for (header, sql, code, why) in [
        ("materialise: append", "SELECT count(*) AS n FROM bronze.notices", Code::NotIncremental, "aggregate"),
        (
            "materialise: append",
            "SELECT unnest([1, 2]) AS n FROM bronze.notices",
            Code::NotIncremental,
            "more than one row",
        ),
        ("materialise: append", "SELECT raw FROM bronze.notices__rejected", Code::NotIncremental, "rows set aside"),
        ("materialise: merge\nkey: [id]", "SELECT claim_id FROM bronze.notices", Code::InvalidSql, "names `id`"),
        (
            "materialise: merge\nkey: [amount]",
            "SELECT CAST(amount AS DOUBLE) AS amount FROM bronze.notices",
            Code::InvalidSql,
            "names `amount`, a number",
        ),
    ] {
        let step = format!("/* tessera\n{header}\n*/\n{sql}");
        let house = House::with(&[("domains/claims/silver/latest.sql", &step)]).await;
        house.drop_file("claims", "notices-1.csv", format!("{HEADER}c1,k1,a,1,EU\n"));
        let problem = house.run("claims").await.unwrap_err();
        assert_eq!(problem.code(), code, "{sql}: {problem}");
        assert!(problem.message().contains(why), "{sql}: {problem}");
    }
}
