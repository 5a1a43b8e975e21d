//! A runner for governed SQL in the manner of sqllogictest, with a login. Every door runs the same files.
//!
//! ```text
//! WORLD restricted                       the world of the whole file, its first directive; `one` without it
//! LOGIN ana FOR fraud-detection          who asks from here on; `FOR` states a purpose
//! DATABASE claims                        the catalog of the session; `mesh` without it
//!
//! query [rowsort]                        SQL up to `----`, then one row a line, cells joined by ` | `
//! rows N                                 SQL: exactly N rows come
//! error SQLSTATE [part of the message]   SQL: it is refused so
//!
//! skipif DOOR                            the next record is not for this door; a comment says why
//! onlyif DOOR                            the next record is for this door alone
//! halt                                   the rest of the file is skipped (after `skipif` or `onlyif`)
//! ```
//!
//! The doors are `process`, `simple` and `extended` (Postgres) and `rest`.

use std::{future::Future, path::Path, sync::LazyLock};

use super::canary;

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
    /// What `skipif` and `onlyif` call it.
    const NAME: &'static str;

    /// Whether a refusal is what a file means by a SQLSTATE.
    fn is_state(&self, refusal: &Refusal, sqlstate: &str) -> bool {
        refusal.sqlstate == sqlstate
    }

    fn ask(&self, login: &Login, sql: &str) -> impl Future<Output = Result<Table, Refusal>>;
}

/// The doors that a file may name.
const DOORS: [&str; 4] = ["process", "simple", "extended", "rest"];

/// Every `.slt` file of a world beneath a folder, ordered.
pub fn files(folder: &Path, world: &str) -> Vec<std::path::PathBuf> {
    let mut files = all(folder);
    files.retain(|file| {
        let text = std::fs::read_to_string(file).unwrap();
        text.lines().find_map(|line| line.strip_prefix("WORLD ")).unwrap_or("one").trim() == world
    });
    assert!(!files.is_empty(), "no file is about `{world}`");
    files
}

fn all(folder: &Path) -> Vec<std::path::PathBuf> {
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
pub async fn run<D: Door>(door: &D, path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut login = Login::default();
    let mut failures = vec![];
    let mut count = 0;
    let mut is_ours = true;
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
            ["WORLD", _] if count == 0 => {}
            ["DATABASE", name] => login.database = Some((*name).to_owned()),
            ["skipif", name] if DOORS.contains(name) => is_ours &= *name != D::NAME,
            ["onlyif", name] if DOORS.contains(name) => is_ours &= *name == D::NAME,
            ["halt"] if std::mem::replace(&mut is_ours, true) => return failures,
            ["halt"] => {}
            [kind @ ("query" | "rows" | "error"), arguments @ ..] => {
                let mut body = vec![];
                while let Some((_, line)) = lines.next_if(|(_, line)| !line.trim().is_empty()) {
                    body.push(line);
                }
                count += 1;
                if std::mem::replace(&mut is_ours, true)
                    && let Err(failure) = one(door, &login, kind, arguments, &body).await
                {
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
            if !door.is_state(&refusal, arguments[0]) {
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
            let mut found: Vec<String> = table.rows.iter().map(|row| line(row).trim().to_owned()).collect();
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
    let (left, typed) = (left.to_lowercase(), sql.to_lowercase());
    static SPELLINGS: LazyLock<Vec<String>> = LazyLock::new(canary::all);
    // What the caller typed may come back in the words of a refusal or a column name.
    if let Some(spelling) = SPELLINGS.iter().find(|spelling| left.contains(*spelling) && !typed.contains(*spelling)) {
        return Err(format!("{sql}\nthe canary `{spelling}` left:\n{left}"));
    }
    Ok(())
}
