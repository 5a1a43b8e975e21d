//! Work: runs, publications, rollbacks, and what the steward lowers or waives.

pub mod declassify;
pub mod publish;
pub mod rollback;
pub mod run;
pub mod waive;

use model::{Problem, reference::ProductRef};

use super::{failure::absent, seen::Seen};

/// The product of a reference as typed, if the caller may know of it.
fn product(seen: &Seen, text: &str) -> Result<ProductRef, Problem> {
    let (domain, product) = text.split_once('.').ok_or_else(|| absent("product", text))?;
    seen.product(domain, product).map(|product| product.reference.clone())
}
