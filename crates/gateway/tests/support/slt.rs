//! A runner for governed SQL in the manner of sqllogictest, with a login. Every door runs the same files.
//!
//! ```text
//! LOGIN ana FOR fraud-detection          who asks from here on; `FOR` states a purpose
//! DATABASE claims                        the catalog of the session; `mesh` without it
//!
//! query [rowsort]                        SQL up to `----`, then one row a line, cells joined by ` | `
//! rows N                                 SQL: exactly N rows come
//! error SQLSTATE [part of the message]   SQL: it is refused so
//! ```

use std::{future::Future, path::Path};

use super::f1::CANARIES;

/// A result as texts.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
    /// Notices and the like: everything else that came back.
    pub notices: Vec<String>,
}

/// A refusal.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub sqlstate: String,
    /// Message and hint.
    pub text: String,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Login {
    pub user: String,
    pub purpose: Option<String>,
    pub database: Option<String>,
}

/// A way to ask.
pub trait Door {
    fn ask(&self, login: &Login, sql: &str) -> impl Future<Output = Result<Table, Refusal>>;
}

/// Every `.slt` file beneath a folder, ordered.
pub fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "slt") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Runs one file; gives what failed.
pub async fn run(door: &impl Door, path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut login = Login::default();
    let mut failures = vec![];
    let mut count = 0;
    let mut lines = text.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["LOGIN", user] => login = Login { user: (*user).to_owned(), purpose: None, database: None },
            ["LOGIN", user, "FOR", purpose] => {
                login = Login { user: (*user).to_owned(), purpose: Some((*purpose).to_owned()), database: None };
            }
            ["DATABASE", name] => login.database = Some((*name).to_owned()),
            [kind @ ("query" | "rows" | "error"), arguments @ ..] => {
                let mut body = vec![];
                while let Some((_, line)) = lines.next_if(|(_, line)| !line.trim().is_empty()) {
                    body.push(line);
                }
                count += 1;
                if let Err(failure) = one(door, &login, kind, arguments, &body).await {
                    failures.push(format!("{}:{}: {failure}", path.display(), number + 1));
                }
            }
            _ => failures.push(format!("{}:{}: `{line}` is no directive", path.display(), number + 1)),
        }
    }
    if count == 0 {
        failures.push(format!("{}: no record", path.display()));
    }
    failures
}

async fn one(door: &impl Door, login: &Login, kind: &str, arguments: &[&str], body: &[&str]) -> Result<(), String> {
    let split = body.iter().position(|line| line.trim() == "----").unwrap_or(body.len());
    let sql = body[..split].join("\n");
    let expected: Vec<String> = body.iter().skip(split + 1).map(|line| line.trim().to_owned()).collect();
    let answer = door.ask(login, &sql).await;
    no_canary(login, &sql, &answer)?;
    match (kind, answer) {
        ("error", Err(refusal)) => {
            let part = arguments[1..].join(" ");
            if refusal.sqlstate != arguments[0] {
                return Err(format!(
                    "{sql}\nrefused with {} ({}), not {}",
                    refusal.sqlstate, refusal.text, arguments[0]
                ));
            }
            if refusal.text.contains(&part) { Ok(()) } else { Err(format!("{sql}\n`{}` lacks `{part}`", refusal.text)) }
        }
        ("error", Ok(table)) => Err(format!("{sql}\nanswered {} rows: {:?}", table.rows.len(), table.rows.first())),
        (_, Err(refusal)) => Err(format!("{sql}\nrefused with {}: {}", refusal.sqlstate, refusal.text)),
        ("rows", Ok(table)) => {
            let wanted: usize = arguments[0].parse().unwrap();
            if table.rows.len() == wanted {
                Ok(())
            } else {
                Err(format!("{sql}\n{} rows, not {wanted}", table.rows.len()))
            }
        }
        (_, Ok(table)) => {
            let mut found: Vec<String> = table.rows.iter().map(|row| line(row)).collect();
            let mut expected = expected;
            if arguments.contains(&"rowsort") {
                found.sort();
                expected.sort();
            }
            if found == expected {
                Ok(())
            } else {
                Err(format!("{sql}\nfound\n{}\nnot\n{}", found.join("\n"), expected.join("\n")))
            }
        }
    }
}

fn line(row: &[Option<String>]) -> String {
    let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
    cells.join(" | ")
}

/// Oracle CANARY over everything that left, for everybody but una, who may see the values.
pub fn no_canary(login: &Login, sql: &str, answer: &Result<Table, Refusal>) -> Result<(), String> {
    if login.user == "una" {
        return Ok(());
    }
    let mut left = String::new();
    match answer {
        Ok(table) => {
            for cell in table.rows.iter().flatten().flatten().chain(&table.columns).chain(&table.notices) {
                left.push_str(cell);
                left.push('\n');
            }
        }
        Err(refusal) => left.push_str(&refusal.text),
    }
    // What the caller typed may come back in the words of a refusal or a column name.
    for spelling in CANARIES.iter().flat_map(|canary| spellings(canary)) {
        let typed = sql.to_lowercase().contains(&spelling.to_lowercase());
        if left.to_lowercase().contains(&spelling.to_lowercase()) && !typed {
            return Err(format!("{sql}\nthe canary `{spelling}` left:\n{left}"));
        }
    }
    Ok(())
}

/// A text plain, reversed, in hexadecimal and in base64.
fn spellings(text: &str) -> Vec<String> {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![text.to_owned(), text.chars().rev().collect(), hex, base64(text.as_bytes())]
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    // Only whole triples: the end depends on what follows in a longer text.
    for triple in bytes.chunks_exact(3) {
        let number = u32::from(triple[0]) << 16 | u32::from(triple[1]) << 8 | u32::from(triple[2]);
        for shift in [18, 12, 6, 0] {
            text.push(char::from(DIGITS[(number >> shift & 63) as usize]));
        }
    }
    text
}
