//! S-29: data that is gone or altered is `data-unavailable` on every door, with nothing but a request id: never fewer
//! rows, also not for a count, and never a word of where the data lies. Other products answer.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    doors::{Extended, Rest, Simple},
    events::Listening,
    f1::World,
    f1_house::F1House,
    slt::{Door, Login, Refusal},
    support::{World as PublishedWorld, run},
};

/// The published files of a product, the largest first.
fn files(house: &F1House, product: &str) -> Vec<PathBuf> {
    files_beneath(&house.folder.path().join("data/zones"), product)
}

/// The data files in a folder of this name, the largest first.
fn files_beneath(root: &Path, product: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet")
                && path.components().any(|part| part.as_os_str() == product)
            {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{product} has no file");
    found.sort_by_key(|path| (std::cmp::Reverse(fs::metadata(path).unwrap().len()), path.clone()));
    found
}

/// A published file of the customers of a region, as the table's log names it.
fn file_of_region(house: &F1House, region: &str) -> PathBuf {
    for path in files(house, "customer_master") {
        let table = path.ancestors().find(|folder| folder.join("_delta_log").is_dir()).unwrap();
        for entry in fs::read_dir(table.join("_delta_log")).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
            for line in text.lines() {
                let action: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
                if action["add"]["partitionValues"]["region"] == region {
                    return table.join(action["add"]["path"].as_str().unwrap());
                }
            }
        }
    }
    panic!("no file of {region}");
}

/// Changes a file's bytes where they are, and nothing else that a listing shows.
fn alter(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let before = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(before).unwrap();
}

fn max() -> Login {
    Login { user: "max".to_owned(), ..ana() }
}

fn ana() -> Login {
    Login { user: "ana".to_owned(), purpose: Some("fraud-detection".to_owned()), database: None }
}

/// Nothing about the inside of the house.
fn tells_nothing(refusal: &Refusal) {
    let text = &refusal.text;
    for inside in ["parquet", "/", "zones", "gold", "_delta_log", ".rs", "Parquet", "panicked", "etag", "offset"] {
        // The problem's type and the request id are ours to tell.
        assert!(!text.replace("problem+json", "").contains(inside), "{inside}: {text}");
    }
    let hex = text.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max().unwrap_or_default();
    assert!(hex < 32, "a digest: {text}");
    let words = [
        "the data cannot be read at the moment",
        "a published data file is missing",
        "a data file changed after it was published",
    ];
    assert!(words.iter().any(|words| text.contains(words)), "{text}");
}

async fn refused(door: &impl Door, sql: &str) {
    let refusal = door.ask(&ana(), sql).await.expect_err(sql);
    assert_eq!(refusal.sqlstate, "58000", "{sql}: {}", refusal.text);
    tells_nothing(&refusal);
}

/// A count needs no more than what is remembered of the files' footers: it is right, or refused.
async fn counted(door: &impl Door, table: &str, rows: &str, is_known: bool) {
    match door.ask(&ana(), &format!("SELECT count(*) FROM {table}")).await {
        Ok(found) => assert!(is_known && found.rows[0][0].as_deref() == Some(rows), "{table}: {:?}", found.rows),
        Err(refusal) => tells_nothing(&refusal),
    }
}

/// Asks every door; `is_known` says whether the server has read the files while they were whole.
async fn everywhere(house: &F1House, table: &str, rows: &str, is_known: bool) {
    let (simple, extended, rest) = (Simple(house), Extended::new(house), Rest(house));
    counted(&simple, table, rows, is_known).await;
    counted(&extended, table, rows, is_known).await;
    counted(&rest, table, rows, is_known).await;
    for sql in [
        format!("SELECT sum(customer_id) FROM {table}"),
        format!("SELECT customer_id FROM {table} ORDER BY customer_id"),
        format!("SELECT max(x.customer_id) FROM {table} x JOIN {table} y ON x.customer_id = y.customer_id"),
        format!("SELECT * FROM {table} ORDER BY 1, 2"),
    ] {
        refused(&simple, &sql).await;
        refused(&extended, &sql).await;
        refused(&rest, &sql).await;
    }
    // A plan is no answer about rows; another product and another session are not touched.
    assert!(rest.ask(&ana(), &format!("EXPLAIN SELECT * FROM {table}")).await.is_ok());
    assert_eq!(simple.ask(&max(), "SELECT id FROM lab.masks.cells").await.unwrap().rows.len(), 3);
    assert_eq!(rest.ask(&max(), "SELECT id FROM lab.masks.cells").await.unwrap().rows.len(), 3);
}

const CUSTOMERS: &str = "customer.customer_master.customers";
const CLAIMS: &str = "claims.claims_enriched.claims";
const POLICIES: &str = "policy.policies_active.policies";

#[test]
fn lost_and_altered_files_are_unavailable_and_tell_nothing() {
    run(async {
        let house = F1House::start(World::ONE).await;
        let door = Rest(&house);
        // What was read before is not served from memory.
        for (table, rows) in [(CUSTOMERS, 40), (CLAIMS, 60), (POLICIES, 50)] {
            let table = door.ask(&ana(), &format!("SELECT * FROM {table}")).await.unwrap();
            assert_eq!(table.rows.len(), rows);
        }
        // Gone: a file whose rows are hidden is needed by who sees them, one of the visible region by everybody.
        fs::remove_file(file_of_region(&house, "US")).unwrap();
        let una = Login { user: "una".to_owned(), ..ana() };
        let refusal = door.ask(&una, &format!("SELECT * FROM {CUSTOMERS} ORDER BY 1")).await.unwrap_err();
        assert_eq!(refusal.sqlstate, "58000");
        tells_nothing(&refusal);
        counted(&door, CUSTOMERS, "40", true).await;
        fs::remove_file(file_of_region(&house, "EU")).unwrap();
        everywhere(&house, CUSTOMERS, "40", true).await;
        // A footer whose length is another: a server that remembers the footer reads whole pages, and is right.
        alter(&files(&house, "claims_enriched")[0], |bytes| {
            let at = bytes.len() - 8;
            bytes[at] ^= 0x10;
        });
        // Cut short, with the time it had.
        alter(&files(&house, "policies_active")[0], |bytes| bytes.truncate(bytes.len() - 100));
        // A server that never saw them whole answers nothing of them.
        let house = house.again().await;
        for (table, rows) in [(CUSTOMERS, "40"), (CLAIMS, "60"), (POLICIES, "50")] {
            everywhere(&house, table, rows, false).await;
        }
        house.running.stop().await;
    });
}

/// A flipped bit at many places of a file, with the file's time kept: every statement that reads it is refused.
#[test]
fn a_flipped_bit_is_never_served() {
    run(async {
        let house = F1House::start(World::ONE).await;
        let path = files(&house, "policies_active").remove(0);
        let door = Rest(&house);
        let sql = format!("SELECT * FROM {POLICIES} ORDER BY policy_id");
        let whole = door.ask(&ana(), &sql).await.unwrap().rows;
        let length = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
        let places: usize =
            std::env::var("TESSERA_FLIPS").ok().and_then(|text| text.parse().ok()).unwrap_or(60).min(length * 8);
        for place in 0..places {
            let bit = place * (length * 8) / places;
            let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
            alter(&path, flip);
            for sql in [&sql, &format!("SELECT count(*) FROM {POLICIES}")] {
                match door.ask(&ana(), sql).await {
                    Err(refusal) => {
                        assert_eq!(refusal.sqlstate, "58000", "bit {bit}: {}", refusal.text);
                        tells_nothing(&refusal);
                    }
                    // Counted by the footer that was read before.
                    Ok(table) => assert_eq!(table.rows, [[Some("50".to_owned())]], "bit {bit}"),
                }
            }
            alter(&path, flip);
        }
        assert_eq!(door.ask(&ana(), &sql).await.unwrap().rows, whole, "whole again");
        house.running.stop().await;
    });
}

#[test]
fn who_answers_for_a_product_is_told_that_it_cannot_be_read() {
    run(async {
        let world = PublishedWorld::with_data().await;
        let page = async |user: &str| {
            let token = world.token(user, serde_json::json!({})).await;
            world.get(&token, "/api/v1/products/customer/customer_master").await.ok()
        };
        let metrics = async || {
            let text = world.get("", "/metrics").await.text();
            text.lines().find(|line| line.starts_with("tessera_ports_unreadable ")).unwrap().to_owned()
        };
        let ana = world.token("ana", serde_json::json!({})).await;
        let ask = async || {
            let sql = "SELECT * FROM customer.customer_master";
            world.query(&ana, sql, Some("fraud-detection")).await.status.as_u16()
        };
        assert_eq!((ask().await, metrics().await), (200, "tessera_ports_unreadable 0".to_owned()));
        let file = files_beneath(&world.data(), "gold").remove(0);
        alter(&file, |bytes| bytes[20] ^= 1);
        // Nobody has met it yet.
        assert!(page("cora").await["unreadable_at"].is_null());
        assert_eq!((ask().await, ask().await), (503, 503));
        assert_eq!(metrics().await, "tessera_ports_unreadable 1");
        for user in ["cora", "sven", "pat", "gus"] {
            let page = page(user).await;
            assert!(page["unreadable_at"].is_string(), "{user}: {page}");
        }
        // Nor is anybody else told while it happens.
        for (user, heard) in [("cora", 1), ("sven", 1), ("ana", 0), ("eve", 0), ("hanna", 0)] {
            let token = world.token(user, serde_json::json!({})).await;
            let (told, over) = Listening::of(&world, &token, None).await.told().await;
            let told: Vec<_> = told.iter().filter(|(kind, _)| kind == "incident").collect();
            assert_eq!((told.len(), over), (heard, false), "{user}: {told:?}");
            assert!(told.iter().all(|(_, data)| data["unreadable"] == "customer.customer_master.customers"));
        }
        // A reader is not told more than by a statement of theirs.
        for user in ["ana", "eve", "hanna"] {
            assert!(page(user).await["unreadable_at"].is_null(), "{user}");
        }
        // What is published anew is another publication.
        world.drop_file("customer", "more.csv", "customer_id,full_name,email\n2001,Nora Neu,nora@x.example\n");
        for (path, body) in [
            ("/api/v1/runs", serde_json::json!({"domain": "customer", "full": true})),
            ("/api/v1/publications", serde_json::json!({"product": "customer.customer_master"})),
        ] {
            let cora = world.token("cora", serde_json::json!({})).await;
            let reply = world.post(&cora, path, body).await;
            assert!(reply.status.is_success(), "{path}: {}", reply.text());
        }
        assert_eq!((ask().await, metrics().await), (200, "tessera_ports_unreadable 0".to_owned()));
        assert!(page("cora").await["unreadable_at"].is_null());
        world.stop().await;
    });
}
