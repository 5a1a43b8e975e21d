//! What NorthPeak's operational systems export: an invented insurer of 3.1 million policyholders, at any scale, with
//! the mess that real exports have and the truth about it.
//!
//! Everything about a customer, a policy or a claim is a function of the seed and its number ([`world`]). So nothing
//! is remembered between rows: files are streamed, memory does not grow with the scale, and the same scale and seed
//! give the same bytes, whichever thread writes which file. Names come from short lists; nobody is a real person.
//!
//! Not for random test data of single crates; not for anything that reads files.

mod dice;
mod estimate;
mod files;
mod generate;
mod moment;
mod output;
mod scale;
mod truth;
mod words;
mod world;

pub use estimate::estimate;
pub use files::claims::CLAIMS_TABLE;
pub use generate::generate;
pub use scale::{POLICYHOLDERS, Scale, ScaleError};
pub use truth::{
    Births, ClaimTruth, ContactTruth, CustomerTruth, NoticeTruth, PaymentTruth, PolicyTruth, QuoteTruth, Ring,
    TripTruth, Truth,
};
