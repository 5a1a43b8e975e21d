//! The purpose of a statement (M10): stated, or implied when there is exactly one for all tables it reads; explicit
//! where a personal class is read.

use std::collections::BTreeSet;

use model::{
    error::{Code, Problem},
    name::PurposeName,
};

/// What one governed table of the statement means for its purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeNeeds {
    /// The table's product, for messages.
    pub product: String,
    /// The purposes the reader may read it under: [`crate::treatment::purposes`].
    pub granted: BTreeSet<PurposeName>,
    /// Whether a column that the statement reads carries a personal class: [`reads_personal`].
    pub reads_personal: bool,
}

/// Settles the purpose of a statement over `tables`; `None` only if it reads no governed table and states none.
///
/// # Errors
/// `purpose-not-granted` if the stated purpose is not the reader's for one of the tables, or no purpose serves all;
/// `purpose-required` if none is stated and several serve, or a personal class is read.
pub fn settle(stated: Option<&PurposeName>, tables: &[PurposeNeeds]) -> Result<Option<PurposeName>, Problem> {
    if let Some(purpose) = stated {
        return match tables.iter().find(|table| !table.granted.contains(purpose)) {
            Some(table) => Err(not_granted(purpose, &table.granted, &table.product)),
            None => Ok(Some(purpose.clone())),
        };
    }
    let Some((first, rest)) = tables.split_first() else { return Ok(None) };
    let common = rest.iter().fold(first.granted.clone(), |common, table| &common & &table.granted);
    let products = tables.iter().map(|table| table.product.as_str()).collect::<BTreeSet<_>>();
    let products = products.into_iter().collect::<Vec<_>>().join("`, `");
    let personal = tables.iter().any(|table| table.reads_personal);
    match (common.first(), common.len()) {
        (None, _) => Err(Problem::new(
            Code::PurposeNotGranted,
            format!("no single purpose of yours covers `{products}` together"),
        )
        .with_hint("request one purpose for all of them, or read them in separate statements")),
        (Some(only), 1) if !personal => Ok(Some(only.clone())),
        _ => Err(required(&common, &products)),
    }
}

/// Whether any of the columns a statement reads carries a personal class.
pub fn reads_personal<'a>(
    columns: impl IntoIterator<Item = &'a model::publication::PublishedColumn>,
    classes: &model::class::Classifications,
) -> bool {
    columns
        .into_iter()
        .any(|column| crate::derive::carried_tags(column, classes).iter().any(|tag| classes.is_personal(&tag.class)))
}

/// The refusal of a statement that must say its purpose; `granted` are the reader's own.
pub fn required(granted: &BTreeSet<PurposeName>, product: &str) -> Problem {
    Problem::new(Code::PurposeRequired, format!("reading `{product}` needs a stated purpose")).with_hint(how(granted))
}

/// The refusal of a purpose that is not one of the reader's.
pub fn not_granted(purpose: &PurposeName, granted: &BTreeSet<PurposeName>, product: &str) -> Problem {
    Problem::new(Code::PurposeNotGranted, format!("`{purpose}` is not a purpose you may read `{product}` under"))
        .with_hint(how(granted))
}

fn how(granted: &BTreeSet<PurposeName>) -> String {
    let list = granted.iter().map(|purpose| format!("`{purpose}`")).collect::<Vec<_>>().join(", ");
    let example = granted.first().map_or("P", |purpose| purpose.as_str());
    format!("yours here: {list}; write `SET purpose = '{example}'`, `--purpose {example}` or `X-Tessera-Purpose`")
}
