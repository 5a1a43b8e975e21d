//! `tessera new`: writes the files of a mesh, a domain, a source or a product, and says what to do next. Existing
//! files are never overwritten.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use model::{
    Code, Problem,
    files::domain::DomainFile,
    name::{DomainName, MeshName, SourceName, TableName},
    reference::ProductRef,
    scaffold::{self, TableShape},
};

use crate::{Exit, Failure, Session, arguments::parsed, folder, inspect, progress::Watcher};

/// Write the files of a new mesh, domain, source or product.
#[derive(Debug, Args)]
pub struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A mesh repository in a folder of its own, with three people so that one person can walk the whole way
    Mesh(NewMesh),
    /// A domain: its eight lines, its groups and its service
    Domain(NewDomain),
    /// A source of files in a domain
    Source(NewSource),
    /// A product with its contract and SQL, filled from a table's columns where one is named
    Product(NewProduct),
}

#[derive(Debug, Args)]
struct NewMesh {
    /// The mesh's name, also the folder's
    #[arg(value_parser = parsed::<MeshName>)]
    name: MeshName,
}

#[derive(Debug, Args)]
struct NewDomain {
    /// The domain's name
    #[arg(value_parser = parsed::<DomainName>)]
    domain: DomainName,
    /// Its region, one of the mesh's; the mesh's first if absent
    #[arg(long)]
    region: Option<String>,
}

#[derive(Debug, Args)]
struct NewSource {
    /// The source: DOMAIN.SOURCE
    #[arg(value_name = "DOMAIN.SOURCE", value_parser = parse_source)]
    source: (DomainName, SourceName),
    /// A file to describe as a table: its name, format and separator are looked up; may be repeated
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct NewProduct {
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "DOMAIN.PRODUCT", value_parser = parsed::<ProductRef>)]
    product: ProductRef,
    /// The table to fill it from: bronze.TABLE or silver.TABLE; the server is asked for its columns
    #[arg(long, value_name = "TABLE", value_parser = parse_table)]
    from: Option<(String, TableName)>,
}

impl New {
    /// Writes the files.
    ///
    /// # Errors
    /// A file exists already, or there is no repository to write into.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        match self.what {
            What::Mesh(mesh) => mesh.run(session),
            What::Domain(domain) => domain.run(session),
            What::Source(source) => source.run(session),
            What::Product(product) => product.run(session).await,
        }
    }
}

impl NewMesh {
    fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let root = session.environment.directory.join(self.name.as_str());
        write(session, &root, &scaffold::mesh(&self.name))?;
        session.console.talk(&format!("next: cd {} && tessera new domain NAME", self.name));
        Ok(Exit::Done)
    }
}

impl NewDomain {
    fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let root = folder::find_root(&session.environment.directory)?;
        let files = scaffold::domain(&self.domain, self.region.as_deref());
        let people = root.join("people.yaml");
        let with_service = std::fs::read_to_string(&people).ok().map(|text| add_service(&text, &self.domain));
        write(session, &root, &files)?;
        let mut next = format!("next: tessera new source {}.NAME --file YOUR.csv", self.domain);
        match with_service {
            Some(Some(text)) => {
                std::fs::write(&people, text).map_err(|error| unwritable(&people, &error))?;
                session.console.data("people.yaml");
            }
            Some(None) => {}
            None => next = format!("add the service `svc-{}` to people.yaml; {next}", self.domain),
        }
        session.console.talk(&next);
        Ok(Exit::Done)
    }
}

impl NewSource {
    fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let (domain, source) = self.source;
        let root = folder::find_root(&session.environment.directory)?;
        let mut tables = Vec::new();
        for file in &self.file {
            tables.push(inspect::describe(&session.environment.directory.join(file))?);
        }
        let files = placed(&root, &domain, scaffold::source(&domain, &source, &tables))?;
        write(session, &root, &files)?;
        let talk = match self.file.as_slice() {
            [] => format!(
                "next: name its tables, put their files into drop/{domain}/ of the data directory, tessera apply"
            ),
            _ => format!(
                "next: copy the data into drop/{domain}/ of the data directory (.tessera, unless `up --data` said otherwise), tessera apply, tessera run {domain}"
            ),
        };
        session.console.talk(&talk);
        Ok(Exit::Done)
    }
}

impl NewProduct {
    async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let root = folder::find_root(&session.environment.directory)?;
        let shape = match &self.from {
            None => None,
            Some((zone, table)) => {
                let path = format!("/domains/{}/tables/{zone}/{table}", self.product.domain);
                let client = session.client()?;
                let mut watcher = Watcher::new(session.environment.stderr_is_terminal, session.console.style_err());
                watcher.event(&serde_json::json!({
                    "name": format!("{zone}.{table}"), "phase": "profile", "state": "started",
                }));
                let document = client.get(&path).await;
                watcher.close(&mut session.console);
                let document = document?;
                let shape: TableShape = serde_json::from_value(document).map_err(|error| {
                    Problem::new(
                        Code::Internal,
                        format!("the server described `{zone}.{table}` in a form not known here: {error}"),
                    )
                })?;
                Some(shape)
            }
        };
        let files = placed(&root, &self.product.domain, scaffold::product(&self.product, shape.as_ref()))?;
        let contract = files.iter().map(|(path, _)| path.as_str()).find(|path| path.ends_with("/contract.yaml"));
        let contract = contract.unwrap_or("contract.yaml").to_owned();
        write(session, &root, &files)?;
        session.console.talk(&format!(
            "next: read the contract, above all its classes; then tessera check, tessera apply, tessera publish {}",
            self.product
        ));
        if let Some(shape) = &shape {
            let (with, without) = scaffold::classed(shape);
            session.console.talk(&format!(
                "{with} column{} classed, {without} not: who may read the product sees those in clear; check `tags` in {contract} before publishing",
                if with == 1 { "" } else { "s" },
            ));
        }
        Ok(Exit::Done)
    }
}

/// A domain's files as they lie in a repository: beneath `domains/NAME/` in a mesh's, at the root of the domain's own.
fn placed(root: &Path, domain: &DomainName, files: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
    let own = root.join("domain.yaml");
    if root.join("mesh.yaml").is_file() || !own.is_file() {
        return Ok(files);
    }
    let bytes = std::fs::read(&own)
        .map_err(|error| Problem::new(Code::InvalidFile, format!("`{}` cannot be read: {error}", own.display())))?;
    let of: DomainFile = model::yaml::read(&bytes, "domain.yaml")?;
    if of.domain != *domain {
        return Err(Problem::new(
            Code::InvalidFile,
            format!("this is the repository of `{}`, not of `{domain}`", of.domain),
        )
        .with_hint("go to the repository of the domain, or of the mesh")
        .into());
    }
    let prefix = format!("domains/{domain}/");
    Ok(files.into_iter().map(|(path, text)| (path.strip_prefix(&prefix).unwrap_or(&path).to_owned(), text)).collect())
}

/// Writes files that do not exist yet: all of them or none.
fn write(session: &mut Session, root: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    for (path, _) in files {
        if root.join(path).symlink_metadata().is_ok() {
            return Err(Problem::new(Code::Conflict, format!("`{}` exists already", root.join(path).display()))
                .with_hint("nothing was written; choose another name, or edit the file")
                .into());
        }
    }
    for (path, text) in files {
        let full = root.join(path);
        if let Some(folder) = full.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(&full, &error))?;
        }
        std::fs::write(&full, text).map_err(|error| unwritable(&full, &error))?;
        let shown = full.strip_prefix(&session.environment.directory).unwrap_or(&full).display().to_string();
        session.console.data(&shown);
    }
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(Code::StorageFull, format!("`{}` could not be written: {error}", path.display()))
}

/// `people.yaml` with the domain's service; `None` if it has one, or lists its services in a form that a person edits.
fn add_service(text: &str, domain: &DomainName) -> Option<String> {
    if text.contains(&format!("svc-{domain}")) {
        return None;
    }
    let entry = format!("  - {{name: svc-{domain}, domain: {domain}}}\n");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(start) = lines.iter().position(|line| line.starts_with("services:")) else {
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return Some(format!("{text}{newline}services:\n{entry}"));
    };
    let head = lines.get(start).map(|line| line.trim_end()).unwrap_or_default();
    let (before, after) = (lines.get(..start)?.concat(), lines.get(start + 1..)?.concat());
    match head.trim_start_matches("services:").split('#').next().unwrap_or_default().trim() {
        "" => Some(format!("{before}services:\n{entry}{after}")),
        "[]" => Some(format!("{before}services:\n{entry}{after}")),
        _ => None,
    }
}

fn parse_source(text: &str) -> Result<(DomainName, SourceName), String> {
    let (domain, source) =
        text.split_once('.').ok_or_else(|| format!("`{text}` is not a source; write DOMAIN.SOURCE"))?;
    Ok((parsed(domain)?, parsed(source)?))
}

fn parse_table(text: &str) -> Result<(String, TableName), String> {
    match text.split_once('.') {
        Some((zone @ ("bronze" | "silver"), table)) => Ok((zone.to_owned(), parsed(table)?)),
        _ => Err(format!("`{text}` is not a table; write bronze.TABLE or silver.TABLE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_added_where_services_are_listed() {
        let domain: DomainName = "sales".parse().unwrap();
        let line = "  - {name: svc-sales, domain: sales}\n";
        for (before, after) in [
            ("people: []\n", format!("people: []\nservices:\n{line}")),
            ("people: []\nservices: []\n", format!("people: []\nservices:\n{line}")),
            (
                "services:   # what pipelines run as\n  - {name: svc-a, domain: a}\npeople: []\n",
                format!("services:\n{line}  - {{name: svc-a, domain: a}}\npeople: []\n"),
            ),
        ] {
            assert_eq!(add_service(before, &domain), Some(after), "{before}");
        }
        assert_eq!(add_service("services: [{name: svc-sales, domain: sales}]\n", &domain), None);
        assert_eq!(add_service("services: [{name: x, domain: y}]\n", &domain), None);
    }
}
