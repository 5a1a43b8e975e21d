//! Eight at once against a real server: publishers of one product, runs of one domain, deciders of one request
//! (F-18, F-22). `TESSERA_ROUNDS` sets how often (3).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::world::{Answer, World};

/// Calls of eight threads at once.
fn eight(call: impl Fn(usize) -> (String, Answer) + Sync) -> Vec<(String, Answer)> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                scope.spawn({
                    let call = &call;
                    move || call(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The keys that were told as done; everything else was told as a conflict.
fn done(answers: &[(String, Answer)]) -> BTreeMap<String, Value> {
    let mut done = BTreeMap::new();
    for (key, answer) in answers {
        match answer {
            Answer::Told(200, told) => _ = done.insert(key.clone(), told.clone()),
            Answer::Told(409, problem) => assert_eq!(problem["code"], "conflict", "{key}"),
            other => panic!("{key}: {other:?}"),
        }
    }
    done
}

#[test]
fn eight_at_once_are_one_after_the_other() {
    #[expect(clippy::disallowed_methods, reason = "a long run is by hand")]
    let rounds = std::env::var("TESSERA_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3_u64);
    let world = World::new();
    let mut published: BTreeMap<String, String> = BTreeMap::new();
    for round in 0..rounds {
        world.new_file();
        // Eight runs: the file is taken once, whoever takes it.
        let ran = done(&eight(|number| (format!("run-{round}-{number}"), world.run())));
        assert!(!ran.is_empty(), "nobody ran");
        let won = done(&eight(|number| {
            let key = format!("pub-{round}-{number}");
            let answer = world.publish(&key);
            (key, answer)
        }));
        assert!(!won.is_empty(), "nobody published");
        assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped());
        published
            .extend(won.iter().map(|(key, report)| (key.clone(), report["publication"].as_str().unwrap().to_owned())));
        // Eight decisions on one request: one holds, and whoever reads says which.
        let Answer::Told(201, request) = world.request(&format!("r-{round}")) else { panic!("not asked") };
        let request = request["id"].as_str().unwrap().to_owned();
        let decided = done(&eight(|number| {
            let key = format!("d-{round}-{number}");
            let decision = if number % 2 == 0 { "approve" } else { "deny" };
            let path = format!("/requests/{request}/decision");
            let answer = world.call(&world.steward, &key, "POST", &path, &json!({"decision": decision}));
            (key, answer)
        }));
        assert_eq!(decided.len(), 1, "{decided:?}");
        let told = decided.values().next().unwrap();
        assert_eq!(world.count("you-analyst").is_ok(), told["state"] == "approved");
        if let Some(entitlement) = told["entitlement"].as_str() {
            let ended = done(&eight(|number| {
                (format!("v-{round}-{number}"), world.revoke(&format!("v-{round}-{number}"), entitlement))
            }));
            let effects = ended.values().filter(|told| told["state"] == "revoked").count();
            assert_eq!((ended.len(), effects), (8, 1), "one ended it, the others found it ended");
            assert_eq!(world.count("you-analyst"), Err("42501".to_owned()));
        }
    }
    // Everything that was told is recorded once, and nothing else is.
    let mut recorded: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in world.records().iter().filter(|record| record["kind"] == "product-published") {
        let key = record["command_id"].as_str().unwrap().to_owned();
        recorded.entry(key).or_default().push(format!("pub-{}", record["seq"]));
    }
    recorded.retain(|key, _| key.starts_with("pub-"));
    assert_eq!(recorded.keys().collect::<BTreeSet<_>>(), published.keys().collect());
    for (key, publication) in &published {
        assert_eq!(recorded[key], std::slice::from_ref(publication));
    }
    println!("{rounds} rounds: {} publications by {} calls", published.len(), rounds * 8);
    world.check();
}
