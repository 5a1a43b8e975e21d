//! The files people write: a mesh repository as typed values, read with positions and written as scaffolds.
//!
//! Unknown keys are errors with the nearest key. Free text is read but never serialised: what is serialised goes into
//! the journal, and free text lives in blobs only.

pub mod access;
pub mod descriptor;
pub mod domain;
pub mod governance;
pub mod mesh;
pub mod people;
pub mod repository;
pub mod source;
pub mod sql;
