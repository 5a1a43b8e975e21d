//! Which version of a contract a word means: `1.2.0`, `1`, `pub-12`, `current` or `declared`.
//!
//! A contract that was applied and is not published is its domain's own affair.

use model::{
    Digest, Problem,
    error::Code,
    publication::Publication,
    reference::{Reference, Release},
};
use registry::ProductState;

use crate::{http::seen::Seen, wiring::House};

/// The contract's document that a word means.
///
/// # Errors
/// `not-found` for a version that there is not, or not for the caller; `invalid-value` for no version.
pub async fn contract(house: &House, seen: &Seen, product: &ProductState, word: &str) -> Result<Digest, Problem> {
    let reference = &product.reference;
    let unknown = || {
        let known: Vec<String> = product.recent.iter().rev().map(|known| known.version.to_string()).collect();
        let mut known: Vec<String> = known.into_iter().map(|version| format!("`{version}`")).collect();
        known.dedup();
        let message = format!("`{reference}` has no version `{}`", word.escape_debug());
        Problem::new(Code::NotFound, message).with_hint(match known.as_slice() {
            [] => "it was never published".to_owned(),
            known => format!("there are {}, and `current`", known.join(", ")),
        })
    };
    let newest = |wanted: &dyn Fn(&Publication) -> bool| {
        product.recent.iter().rev().find(|known| wanted(known)).map(|known| known.contract)
    };
    match word {
        // SECURITY: what is not published yet is told to nobody outside (test
        // `a_contract_that_is_not_published_is_told_to_its_domain_only`).
        "declared" if seen.is_member(&reference.domain) => return Ok(product.contract_digest),
        "declared" => return Err(unknown()),
        "current" => {
            return product.publication.as_ref().map(|publication| publication.contract).ok_or_else(unknown);
        }
        _ => {}
    }
    let separator = if word.starts_with("pub-") { '#' } else { '@' };
    let parsed =
        format!("{reference}{separator}{word}").parse::<Reference>().ok().filter(|parsed| parsed.port.is_none());
    let parsed = parsed.ok_or_else(|| {
        Problem::new(Code::InvalidValue, format!("`{}` is no version", word.escape_debug()))
            .with_hint("write `1.2.0`, `1`, `pub-12`, `current` or `declared`")
    })?;
    let found = match parsed.release {
        Release::Major(major) => newest(&|known| known.version.major == major),
        Release::Version(version) => newest(&|known| known.version == version),
        Release::Publication(id) => {
            house.registry.publication(reference, id).await?.map(|publication| publication.contract)
        }
        Release::Current => None,
    };
    found.ok_or_else(unknown)
}
