//! What PostgreSQL's clients were recorded to send: everything is answered, or refused as documented.

use std::path::Path;

use crate::door::{ana, run, shared};

/// Recorded statements of each client, and how many of them may be refused: a number that only goes down.
const MAY_FAIL: usize = 5;

#[test]
fn recorded_client_statements_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/postgres");
    let mut failed = vec![];
    let mut asked = 0;
    run(async {
        let f1 = shared().await;
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let recorded: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
            for one in recorded {
                let Some(sql) = one.as_str().or_else(|| one["sql"].as_str()) else { continue };
                if not_for_us(sql) {
                    continue;
                }
                asked += 1;
                let answer = f1.try_ask(&ana(), sql).await;
                if let Err(problem) = answer {
                    let name = file.file_name().unwrap().display().to_string();
                    failed.push(format!(
                        "{name}: {} {}\n    {}",
                        problem.sqlstate(),
                        problem.message(),
                        sql.replace('\n', " ")
                    ));
                }
            }
        }
    });
    println!("{} of {asked} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(failed.len() <= MAY_FAIL, "{} of {asked} failed:\n{}", failed.len(), failed.join("\n"));
}

/// Statements about tables of the recording itself, and those that change data.
fn not_for_us(sql: &str) -> bool {
    let lower = sql.trim().to_lowercase();
    ["create ", "insert ", "copy ", "drop "].iter().any(|word| lower.starts_with(word))
        || lower.contains("from claims")
        || lower.contains("\"postgres\".\"public\"")
        || lower.contains("$1")
}
