//! An ODCS document: parsed, of a version that is read, valid by the standard's schema.

use crate::{
    error::{Code, Problem},
    schema::{self, Standard},
    yaml::{self, Node, Position, problem_at, shown},
};

/// Reads a document of any 3.x version, YAML or JSON, and tries it on the official schema.
///
/// # Errors
/// `invalid-file`, `too-large`, `too-complex`: every violation, each with its position.
pub fn load(bytes: &[u8], path: &str) -> Result<Node, Vec<Problem>> {
    let document = yaml::parse(bytes, path).map_err(|problem| vec![problem])?;
    check_version(&document, path).map_err(|problem| vec![problem])?;
    schema::validate(Standard::Contract, &document, path)?;
    Ok(document)
}

fn check_version(document: &Node, path: &str) -> Result<(), Problem> {
    let refuse = |position: Position, message: String, hint: &str| {
        Err(problem_at(path, position, Code::InvalidFile, message).with_hint(hint))
    };
    let example = "write `apiVersion: v3.2.0` and `kind: DataContract`";
    if document.entries().is_empty() {
        return refuse(document.position, "this is not a data contract".to_owned(), example);
    }
    // The descriptor of a product has the same shape at its top; say so before its keys are called unknown.
    if let Some(kind) = document.get("kind")
        && kind.as_text() == Some("DataProduct")
    {
        return refuse(
            kind.position,
            "this is a product descriptor, not a data contract".to_owned(),
            "its name is `product.yaml`",
        );
    }
    let Some(version) = document.get("apiVersion") else {
        let message = match document.get("dataContractSpecification") {
            Some(_) => "this is a Data Contract Specification, not an Open Data Contract Standard document",
            None => "the key `apiVersion` is missing",
        };
        return refuse(document.position, message.to_owned(), example);
    };
    match version.as_text() {
        // The schema of 3.2, tried on every 3.x, no longer asks for it; 3.0 and 3.1 do.
        Some(text) if (text.starts_with("v3.0.") || text.starts_with("v3.1.")) && document.get("status").is_none() => {
            let message = format!("the key `status` is missing, which {text} of the standard requires");
            refuse(document.position, message, "write `status: active`")
        }
        Some("v3.0.0" | "v3.0.1" | "v3.0.2" | "v3.1.0" | "v3.2.0") => Ok(()),
        Some(text) => refuse(
            version.position,
            format!("the version `{}` of the standard is not read", shown(text)),
            "versions 3.0, 3.1 and 3.2 are: write `apiVersion: v3.2.0` and move the document to its form",
        ),
        None => refuse(version.position, "`apiVersion` is not a version".to_owned(), example),
    }
}
