//! Which kind of file a path is. A file under a folder of ours that is of no kind is refused: it would be ignored.

use crate::{
    error::{Code, Problem},
    name::{DomainName, Kind as NameKind, Name, PortName, ProductName, TableName},
    suggest,
    yaml::{Position, problem_at, shown},
};

/// A kind of file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Mesh,
    People,
    Purposes,
    Glossary,
    Classification,
    Domain(DomainName, DomainKind),
}

/// A kind of file of a domain.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DomainKind {
    File,
    Source,
    Silver(TableName),
    Product(ProductName, ProductKind),
}

/// A kind of file of a product.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ProductKind {
    Contract,
    Access,
    Descriptor,
    Readme,
    Port(PortName),
    Sample(PortName),
}

const PRODUCT_FILES: [&str; 4] = ["contract.yaml", "access.yaml", "product.yaml", "README.md"];

/// The kind of a path; `None` for files that are none of ours: anything else at the root, and READMEs.
///
/// `own` is the domain whose own repository this is.
pub(super) fn kind_of(path: &str, own: Option<&DomainName>) -> Result<Option<Kind>, Problem> {
    // SECURITY: paths come from a client; nothing here opens them, and none may look as if it left the repository
    // (test `paths_that_leave_the_repository_are_refused`).
    if path.starts_with('/')
        || path.split('/').any(|part| matches!(part, "" | "." | ".."))
        || path.contains(['\\', '\0'])
        || path.chars().any(crate::column::is_hidden)
    {
        return Err(refused("", format!("the path `{}` is not one of a repository", shown(path)), "use `folder/file`"));
    }
    let parts: Vec<&str> = path.split('/').collect();
    if let Some(own) = own {
        return match parts.as_slice() {
            ["domain.yaml" | "sources" | "silver" | "products", ..] => domain_kind(path, own, &parts),
            ["mesh.yaml" | "people.yaml" | "governance" | "domains", ..] => Err(refused(
                path,
                "this belongs to the mesh's repository, not to a domain's own".to_owned(),
                "move it there",
            )),
            _ => Ok(None),
        };
    }
    match parts.as_slice() {
        ["mesh.yaml"] => Ok(Some(Kind::Mesh)),
        ["people.yaml"] => Ok(Some(Kind::People)),
        ["domains", _] if is_readme(path) => Ok(None),
        ["domains", name, rest @ ..] if !rest.is_empty() => domain_kind(path, &named(path, name)?, rest),
        ["governance", rest @ ..] => governance_kind(path, rest),
        ["domains", ..] => Err(unknown(path, "a domain is a folder: `domains/<name>/domain.yaml`")),
        ["sources" | "silver" | "products", ..] => {
            Err(unknown(path, "in a mesh's repository it lies under `domains/<name>/`"))
        }
        _ => Ok(None),
    }
}

fn governance_kind(path: &str, rest: &[&str]) -> Result<Option<Kind>, Problem> {
    match rest {
        ["purposes.yaml"] => Ok(Some(Kind::Purposes)),
        ["glossary", file] if file.ends_with(".yaml") => Ok(Some(Kind::Glossary)),
        ["classifications", file] if file.ends_with(".yaml") => Ok(Some(Kind::Classification)),
        ["standards", _] => Err(refused(
            path,
            "standards of one's own are not offered yet".to_owned(),
            "remove the file: the built-in standards hold",
        )),
        ["access", _] => Err(refused(
            path,
            "access policies of one's own are not offered yet".to_owned(),
            "remove the file: `access.yaml` of a product says who may read it",
        )),
        _ if is_readme(path) => Ok(None),
        _ => Err(unknown(path, "`governance/` holds `purposes.yaml`, `glossary/*.yaml` and `classifications/*.yaml`")),
    }
}

fn domain_kind(path: &str, name: &DomainName, rest: &[&str]) -> Result<Option<Kind>, Problem> {
    let kind = match rest {
        ["domain.yaml"] => DomainKind::File,
        ["sources", file] if file.ends_with(".yaml") => DomainKind::Source,
        ["silver", file] if file.ends_with(".sql") => DomainKind::Silver(named(path, stem(file))?),
        ["products", product, file] => match product_kind(path, file)? {
            Some(kind) => DomainKind::Product(named(path, product)?, kind),
            None => return Ok(None),
        },
        _ if is_readme(path) => return Ok(None),
        ["sources", _] => return Err(unknown(path, "a source is a YAML file: `sources/<name>.yaml`")),
        ["silver", _] => return Err(unknown(path, "a silver table is a SQL file: `silver/<table>.sql`")),
        _ => {
            return Err(unknown(path, "a domain has `domain.yaml`, `sources/`, `silver/` and `products/<name>/`"));
        }
    };
    Ok(Some(Kind::Domain(name.clone(), kind)))
}

fn product_kind(path: &str, file: &str) -> Result<Option<ProductKind>, Problem> {
    Ok(Some(match file {
        "contract.yaml" => ProductKind::Contract,
        "access.yaml" => ProductKind::Access,
        "product.yaml" => ProductKind::Descriptor,
        "README.md" => ProductKind::Readme,
        _ => match (file.strip_prefix("sample.").and_then(|rest| rest.strip_suffix(".csv")), file.strip_suffix(".sql"))
        {
            (Some(port), _) => ProductKind::Sample(named(path, port)?),
            (None, Some(port)) => ProductKind::Port(named(path, port)?),
            (None, None) => {
                let hint = suggest::nearest(file, PRODUCT_FILES).map_or_else(
                    || "a product has `contract.yaml`, `access.yaml`, `<port>.sql`, `sample.<port>.csv`, `product.yaml`, `README.md`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(unknown(path, &hint));
            }
        },
    }))
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

fn is_readme(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|file| file.eq_ignore_ascii_case("readme.md"))
}

fn named<K: NameKind>(path: &str, name: &str) -> Result<Name<K>, Problem> {
    name.parse().map_err(|problem: Problem| {
        refused(path, problem.message().to_owned(), problem.hint().unwrap_or("rename the file"))
    })
}

fn unknown(path: &str, hint: &str) -> Problem {
    refused(path, "this file is of no kind that is read".to_owned(), hint)
}

fn refused(path: &str, message: String, hint: &str) -> Problem {
    problem_at(path, Position::START, Code::InvalidFile, message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_repository_are_refused() {
        for path in ["/etc/passwd", "../x", "domains/../x", "a//b", "domains\\x", "a\0", "domains/a/\u{202e}.sql", ""] {
            assert!(kind_of(path, None).is_err(), "{path:?}");
        }
    }

    #[test]
    fn what_would_be_ignored_is_refused() {
        for path in [
            "domains/claims/silver/claims.yaml",
            "domains/claims/domain.yml",
            "governance/purpose.yaml",
            "silver/x.sql",
            "domains/claims/products/p/contract.yml",
            "domains/claims/products/p/Port.sql",
            "domains/claims/products/x.sql",
            "domains/Claims/domain.yaml",
            "governance/standards/x.yaml",
            "governance/access/x.cedar",
            "domains/x.yaml",
        ] {
            assert!(kind_of(path, None).is_err(), "{path}");
        }
        for path in ["README.md", "Makefile", "domains/claims/README.md", "governance/glossary/README.md"] {
            assert_eq!(kind_of(path, None).unwrap(), None, "{path}");
        }
        let problem = kind_of("domains/claims/products/p/contract.yml", None).unwrap_err();
        assert_eq!(problem.hint(), Some("did you mean `contract.yaml`?"));
    }
}
