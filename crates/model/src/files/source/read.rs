//! Reads a source file by its kind and checks what its types do not say.

use super::{FileFormat, FilesSource, FilesTable, PostgresSource, SourceFile, endpoint::Endpoint, secret::SecretRef};
use crate::{
    error::{Code, Problem},
    files::{
        source::postgres::{PostgresTable, Tls},
        sql::check_select,
    },
    yaml::{self, Node, Value, problem_at, shown},
};

/// Reads a source.
///
/// # Errors
/// `invalid-file` with file, line and column.
pub(crate) fn read(bytes: &[u8], path: &str) -> Result<SourceFile, Problem> {
    let mut node = yaml::parse(bytes, path)?;
    let refuse = |at: &Node, message: String| problem_at(path, at.position, Code::InvalidFile, message);
    let Some(kind) = node.get("kind") else {
        return Err(
            refuse(&node, "the key `kind` is missing".to_owned()).with_hint("write `kind: files` or `kind: postgres`")
        );
    };
    let word = kind.as_text().unwrap_or_default().to_owned();
    if !matches!(word.as_str(), "files" | "postgres") {
        let message = format!("sources of the kind `{}` are not offered", shown(&word));
        return Err(refuse(kind, message)
            .with_hint("`files` and `postgres` are: let another system export files into the domain's drop folder"));
    }
    if let Value::Mapping(entries) = &mut node.value {
        entries.retain(|entry| entry.key != "kind");
    }
    if word == "files" {
        files(&node, path).map(SourceFile::Files)
    } else {
        postgres(&node, path).map(SourceFile::Postgres)
    }
}

fn files(node: &Node, path: &str) -> Result<FilesSource, Problem> {
    let source: FilesSource = yaml::read_node(node, path)?;
    for (name, table) in &source.tables {
        check_files(table).map_err(|(key, message, hint)| {
            let position = node.at_pointer(&format!("/tables/{name}/{key}"));
            problem_at(path, position, Code::InvalidFile, message).with_hint(hint)
        })?;
    }
    Ok(source)
}

type Refusal = (&'static str, String, &'static str);

fn check_files(table: &FilesTable) -> Result<(), Refusal> {
    let beneath = "write a path or pattern beneath the domain's folder: `claims/*.csv`";
    // SECURITY: refused here for the message's sake; the ingester opens beneath its root in any case
    // (test `a_path_that_leaves_its_folder_is_refused`).
    if table.path.starts_with(['/', '~']) || table.path.split(['/', '\\']).any(|part| part == "..") {
        return Err(("path", format!("the path `{}` leaves the domain's folder", shown(&table.path)), beneath));
    }
    if table.path.trim().is_empty() {
        return Err(("path", "the path is empty".to_owned(), beneath));
    }
    if let Some(delimiter) = &table.delimiter {
        let one = delimiter.len() == 1 && delimiter.bytes().all(|b| b.is_ascii() && !matches!(b, b'\n' | b'\r' | b'"'));
        if !one {
            let message = format!("the delimiter `{}` is not one ASCII character", shown(delimiter));
            return Err(("delimiter", message, "write `delimiter: \";\"`, or \"\\t\" for a tab"));
        }
    }
    let csv_only = if table.delimiter.is_some() { "delimiter" } else { "header" };
    if table.format != FileFormat::Csv && (table.delimiter.is_some() || table.header.is_some()) {
        return Err((csv_only, format!("`{csv_only}` is for CSV files"), "remove it, or write `format: csv`"));
    }
    Ok(())
}

fn postgres(node: &Node, path: &str) -> Result<PostgresSource, Problem> {
    check_places(node, path)?;
    let source: PostgresSource = yaml::read_node(node, path)?;
    let at = |pointer: &str, problem: Problem| moved(problem, node, path, pointer);
    for (pointer, text) in [("/database", &source.database), ("/credentials/user", &source.credentials.user)] {
        if text.is_empty() || text.contains(crate::column::is_hidden) {
            let key = pointer.rsplit('/').next().unwrap_or(pointer);
            let problem = Problem::new(Code::InvalidFile, format!("`{key}` is empty or has a control character"));
            return Err(at(pointer, problem.with_hint("write a name of the database server's")));
        }
    }
    if let Some(ca) = &source.ca {
        if format!("file:{ca}").parse::<SecretRef>().is_err() {
            let problem = Problem::new(Code::InvalidFile, format!("`{}` is not a plain file name", shown(ca)))
                .with_hint("the file lies in `secrets/<domain>/` of the data directory: `ca: ops-ca.pem`");
            return Err(at("/ca", problem));
        }
        if source.tls() == Tls::Off {
            let problem = Problem::new(Code::InvalidFile, "`ca` is for encrypted connections");
            return Err(at("/ca", problem.with_hint("remove it, or write `tls: require`")));
        }
    }
    for (name, table) in &source.tables {
        check_asked(table).map_err(|(key, problem)| at(&format!("/tables/{name}{key}"), problem))?;
    }
    Ok(source)
}

/// Checks what may hold a password by mistake, before anything else could repeat it.
///
/// SECURITY: test `a_password_in_a_file_is_refused_and_not_repeated`.
fn check_places(node: &Node, path: &str) -> Result<(), Problem> {
    if let Some(host) = node.get("host").and_then(Node::as_text) {
        host.parse::<Endpoint>().map_err(|problem| moved(problem, node, path, "/host"))?;
    }
    let Some(credentials) = node.get("credentials") else { return Ok(()) };
    let form = || {
        let problem = Problem::new(Code::InvalidFile, "`credentials` are a user and the place of a password")
            .with_hint("write `credentials: {user: reader, password: env:DOMAIN_PASSWORD}`");
        moved(problem, node, path, "/credentials")
    };
    if !matches!(credentials.value, Value::Mapping(_)) {
        return Err(form());
    }
    let Some(password) = credentials.get("password") else { return Ok(()) };
    let password = password.as_text().ok_or_else(form)?;
    password.parse::<SecretRef>().map(|_| ()).map_err(|problem| moved(problem, node, path, "/credentials/password"))
}

fn check_asked(table: &PostgresTable) -> Result<(), (&'static str, Problem)> {
    let key = match (&table.from, &table.query) {
        (Some(_), None) => "/from",
        (None, Some(_)) => "/query",
        _ => "",
    };
    table.select().map_err(|problem| (key, problem))?;
    if let Some(query) = &table.query {
        check_select(query).map_err(|problem| ("/query", problem))?;
    }
    if table.lookback.is_some() && table.cursor.is_none() {
        let problem = Problem::new(Code::InvalidFile, "`lookback` is for tables with a `cursor`");
        return Err((
            "/lookback",
            problem.with_hint("name the column that grows with every change: `cursor: updated_at`"),
        ));
    }
    Ok(())
}

/// A problem of a value as one of the file, at its place.
fn moved(problem: Problem, node: &Node, path: &str, pointer: &str) -> Problem {
    let code = if problem.code() == Code::InvalidValue { Code::InvalidFile } else { problem.code() };
    let told = problem_at(path, node.at_pointer(pointer), code, problem.message().to_owned());
    match problem.hint() {
        Some(hint) => told.with_hint(hint),
        None => told,
    }
}
