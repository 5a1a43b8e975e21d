//! `information_schema` and `pg_catalog`: every listing is made of what the session can see, nothing else (S-25, S-26).
//!
//! The static tables of PostgreSQL (types, operators ...) and the rewriting of what its clients send come from
//! `datafusion-pg-catalog`; whatever lists objects is built here.

pub(crate) mod functions;
mod information;
pub(crate) mod pg;
mod rewrite;
mod rows;

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use datafusion::{
    catalog::{MemTable, TableProvider},
    logical_expr::planner::TypePlanner,
};
use datafusion_pg_catalog::pg_catalog::oid_type_planner::PgOidTypePlanner;
use model::Problem;

use crate::{engine::Functions, names, session::Session, visible::VisibleTable};

pub(crate) use rewrite::{Rewriter, mentions_system};

/// What one session can list.
#[derive(Debug)]
pub(crate) struct System {
    session: Session,
    tables: Vec<VisibleTable>,
    schemas: OnceLock<Vec<String>>,
}

impl System {
    /// Over the tables of a session.
    pub(crate) fn new(session: &Session, tables: Vec<VisibleTable>) -> Self {
        Self { session: session.clone(), tables, schemas: OnceLock::new() }
    }

    /// The visible schemas of the session's catalog.
    pub(crate) fn schemas(&self) -> &[String] {
        self.schemas.get_or_init(|| {
            let names: BTreeSet<&String> = self.tables.iter().map(|table| &table.schema).collect();
            names.into_iter().cloned().collect()
        })
    }

    /// A system table; `None` if there is none of that name.
    ///
    /// # Errors
    /// `internal` if a listing contradicts its own schema.
    pub(crate) fn provider(
        &self,
        schema: &str,
        table: &str,
        _functions: &Functions,
    ) -> Result<Option<Arc<dyn TableProvider>>, Problem> {
        let built = match schema {
            names::INFORMATION_SCHEMA => information::table(self, table),
            _ => pg::table(self, table),
        };
        let Some(batch) = built? else { return Ok(None) };
        let provider = MemTable::try_new(batch.schema(), vec![vec![batch]]).map_err(Problem::internal)?;
        Ok(Some(Arc::new(provider)))
    }
}

/// Accepts PostgreSQL's names of types that the engine does not know (`regclass`, `pg_catalog.text`).
pub(crate) fn type_planner() -> Arc<dyn TypePlanner> {
    Arc::new(PgOidTypePlanner)
}
