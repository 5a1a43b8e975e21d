//! `pg_catalog`: PostgreSQL's static tables as they are, and listings of objects made of what the session can see.
//!
//! Object ids are derived from names, so that they stay the same from one statement to the next without any state.

use std::sync::{Arc, LazyLock};

use arrow::{array::RecordBatch, compute::concat_batches};
use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::{DataType, Field, Schema, SchemaRef},
    datasource::TableType,
    error::{DataFusionError, Result as EngineResult},
};
use datafusion_pg_catalog::pg_catalog::{
    PG_CATALOG_TABLES, PgCatalogSchemaProvider, PgCatalogStaticTables, PgCatalogTable, catalog_info::CatalogInfo,
    context::EmptyContextProvider,
};
use model::{Digest, Problem, column::ColumnType};

use super::{
    System,
    rows::{Cell, Row, batch, row},
};

/// The owner that every object is shown with: nobody signs in as it.
pub(crate) const OWNER: &str = "tessera";

const OWNER_OID: i64 = 10;
const PG_CATALOG_OID: i64 = 11;
const INFORMATION_SCHEMA_OID: i64 = 13_000;

/// How a column type looks on PostgreSQL.
pub(crate) struct PgType {
    pub(crate) oid: i64,
    pub(crate) name: &'static str,
    pub(crate) standard: &'static str,
    pub(crate) length: i64,
    pub(crate) modifier: i64,
}

/// The PostgreSQL type of a column. The table is the one of `docs/reference/types.md`.
pub(crate) fn type_of(kind: &ColumnType) -> PgType {
    let of = |oid, name, standard, length| PgType { oid, name, standard, length, modifier: -1 };
    match kind {
        ColumnType::String => of(25, "text", "text", -1),
        ColumnType::Integer => of(20, "int8", "bigint", 8),
        ColumnType::Number => of(701, "float8", "double precision", 8),
        ColumnType::Decimal { precision, scale } => PgType {
            modifier: ((i64::from(*precision) << 16) | i64::from(*scale)) + 4,
            ..of(1700, "numeric", "numeric", -1)
        },
        ColumnType::Boolean => of(16, "bool", "boolean", 1),
        ColumnType::Date => of(1082, "date", "date", 4),
        ColumnType::Timestamp => of(1184, "timestamptz", "timestamp with time zone", 8),
        ColumnType::Binary => of(17, "bytea", "bytea", -1),
        ColumnType::Struct(_) | ColumnType::Map(_) => of(114, "json", "json", -1),
        ColumnType::List(item) => match &**item {
            ColumnType::String => of(1009, "_text", "ARRAY", -1),
            ColumnType::Integer => of(1016, "_int8", "ARRAY", -1),
            ColumnType::Number => of(1022, "_float8", "ARRAY", -1),
            ColumnType::Decimal { .. } => of(1231, "_numeric", "ARRAY", -1),
            ColumnType::Boolean => of(1000, "_bool", "ARRAY", -1),
            ColumnType::Date => of(1182, "_date", "ARRAY", -1),
            ColumnType::Timestamp => of(1185, "_timestamptz", "ARRAY", -1),
            ColumnType::Binary => of(1001, "_bytea", "ARRAY", -1),
            ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_) => of(114, "json", "json", -1),
        },
    }
}

/// The id of an object: the same for the same name, from 16384 as PostgreSQL's own.
fn oid(kind: &str, parts: &[&str]) -> i64 {
    let digest = Digest::of(format!("{kind}\0{}", parts.join("\0")).as_bytes());
    let bytes: [u8; 4] = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    16_384 + i64::from(u32::from_be_bytes(bytes) % 2_000_000_000)
}

fn schema_oid(schema: &str) -> i64 {
    match crate::names::system(schema) {
        Some(crate::names::PG_CATALOG) => PG_CATALOG_OID,
        Some(_) => INFORMATION_SCHEMA_OID,
        None => oid("schema", &[schema]),
    }
}

/// What upstream lists of a catalog: nothing. Only its static tables and the shapes of the others are used.
#[derive(Debug, Clone)]
struct Nothing;

#[async_trait]
impl CatalogInfo for Nothing {
    async fn catalog_names(&self) -> EngineResult<Vec<String>, DataFusionError> {
        Ok(vec![])
    }

    async fn schema_names(&self, _catalog: &str) -> EngineResult<Option<Vec<String>>, DataFusionError> {
        Ok(None)
    }

    async fn table_names(&self, _catalog: &str, _schema: &str) -> EngineResult<Option<Vec<String>>, DataFusionError> {
        Ok(None)
    }

    async fn table_schema(
        &self,
        _catalog: &str,
        _schema: &str,
        _table: &str,
    ) -> EngineResult<Option<SchemaRef>, DataFusionError> {
        Ok(None)
    }

    async fn table_type(
        &self,
        _catalog: &str,
        _schema: &str,
        _table: &str,
    ) -> EngineResult<Option<TableType>, DataFusionError> {
        Ok(None)
    }
}

/// PostgreSQL's static tables: constants of the program, decoded at first use.
static STATIC: LazyLock<Option<PgCatalogSchemaProvider<Nothing, EmptyContextProvider>>> = LazyLock::new(|| {
    let tables = PgCatalogStaticTables::try_new().ok()?;
    PgCatalogSchemaProvider::try_new(Nothing, tables.into(), EmptyContextProvider).ok()
});

/// A table of `pg_catalog`; `None` if there is none of that name.
pub(super) fn table(system: &System, name: &str) -> Result<Option<RecordBatch>, Problem> {
    let name = name.to_ascii_lowercase();
    let provider = STATIC.as_ref().ok_or_else(|| Problem::internal("the static catalog cannot be read"))?;
    let Some(found) = provider.build_table_by_name(&name).map_err(Problem::internal)? else { return Ok(None) };
    let rows = match name.as_str() {
        "pg_class" => return batch(&with_options(&found.schema()), &classes(system)).map(Some),
        "pg_attribute" => attributes(system),
        "pg_namespace" => return batch(&with_access(&found.schema()), &namespaces(system)).map(Some),
        "pg_database" => return batch(&with_access(&found.schema()), &databases(system)).map(Some),
        "pg_tables" => tables(system),
        "pg_roles" | "pg_authid" => roles(system),
        "pg_settings" => settings(system),
        // Upstream's rows are those of PostgreSQL's own system; nothing of the kind is declared here. The lists of
        // columns have their true type, so that clients may unnest them.
        _ if OF_OBJECTS.contains(&name.as_str()) => return batch(&with_lists(&found.schema()), &[]).map(Some),
        _ => match found {
            PgCatalogTable::Static(table) => match table.data() {
                [only] => return Ok(Some(only.clone())),
                several => return concat_batches(&table.schema(), several).map(Some).map_err(Problem::internal),
            },
            // Whatever else would list objects lists none.
            PgCatalogTable::Dynamic(_) | PgCatalogTable::Empty(_) => vec![],
        },
    };
    batch(&found.schema(), &rows).map(Some)
}

/// Tables about keys, dependencies, triggers and the like.
const OF_OBJECTS: &[&str] = &[
    "pg_attrdef",
    "pg_constraint",
    "pg_depend",
    "pg_index",
    "pg_inherits",
    "pg_init_privs",
    "pg_policy",
    "pg_rewrite",
    "pg_sequence",
    "pg_shdepend",
    "pg_statistic_ext",
    "pg_trigger",
];

/// A schema with lists of columns as lists of numbers.
fn with_lists(schema: &SchemaRef) -> SchemaRef {
    let list = || DataType::List(Arc::new(Field::new_list_field(DataType::Int16, true)));
    let fields = schema.fields().iter().map(|field| match field.name().as_str() {
        name @ ("indkey" | "indoption" | "indclass" | "indcollation" | "conkey" | "confkey" | "tgattr" | "stxkeys") => {
            Field::new(name, list(), true)
        }
        _ => field.as_ref().clone(),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A schema with the storage options that upstream leaves out and clients ask for.
fn with_options(schema: &SchemaRef) -> SchemaRef {
    let mut fields: Vec<Arc<Field>> = schema.fields().iter().cloned().collect();
    let texts = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
    fields.extend(["reloptions", "relacl"].map(|name| Arc::new(Field::new(name, texts.clone(), true))));
    Arc::new(Schema::new(fields))
}

/// A schema whose access lists are lists, as psql reads them: nobody is granted anything here, so they are NULL.
fn with_access(schema: &SchemaRef) -> SchemaRef {
    let texts = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
    let fields = schema.fields().iter().map(|field| match field.name().as_str() {
        name @ ("nspacl" | "datacl") => Field::new(name, texts.clone(), true),
        _ => field.as_ref().clone(),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn classes(system: &System) -> Vec<Row> {
    let own = system.tables.iter().map(|table| {
        let id = oid("table", &[&table.schema, &table.table]);
        row([
            ("oid", id.into()),
            ("relname", table.table.as_str().into()),
            ("relnamespace", schema_oid(&table.schema).into()),
            ("relowner", OWNER_OID.into()),
            ("relam", 2.into()),
            ("relpersistence", "p".into()),
            ("relkind", "r".into()),
            ("relnatts", i64::try_from(table.columns.len()).unwrap_or(0).into()),
            ("relispopulated", true.into()),
            ("relreplident", "d".into()),
            // Unknown, as PostgreSQL says before the first ANALYZE: counts are statistics over hidden rows too.
            ("reltuples", (-1).into()),
        ])
    });
    let system_tables = PG_CATALOG_TABLES.iter().map(|name| {
        row([
            ("oid", oid("system", &[name]).into()),
            ("relname", (*name).into()),
            ("relnamespace", PG_CATALOG_OID.into()),
            ("relowner", OWNER_OID.into()),
            ("relpersistence", "p".into()),
            ("relkind", "r".into()),
            ("relispopulated", true.into()),
            ("relreplident", "n".into()),
        ])
    });
    own.chain(system_tables).collect()
}

fn attributes(system: &System) -> Vec<Row> {
    let mut rows = vec![];
    for table in &system.tables {
        let relation = oid("table", &[&table.schema, &table.table]);
        for (index, column) in table.columns.iter().enumerate() {
            let of_type = type_of(&column.kind);
            rows.push(row([
                ("attrelid", relation.into()),
                ("attname", column.name.as_str().into()),
                ("atttypid", of_type.oid.into()),
                ("attlen", of_type.length.into()),
                ("attnum", i64::try_from(index + 1).unwrap_or(i64::MAX).into()),
                ("attcacheoff", (-1).into()),
                ("atttypmod", of_type.modifier.into()),
                ("attndims", i64::from(of_type.standard == "ARRAY").into()),
                ("attbyval", false.into()),
                ("attalign", "i".into()),
                ("attstorage", "x".into()),
                ("attcompression", "".into()),
                ("attnotnull", false.into()),
                ("atthasdef", false.into()),
                ("atthasmissing", false.into()),
                ("attidentity", "".into()),
                ("attgenerated", "".into()),
                ("attisdropped", false.into()),
                ("attislocal", true.into()),
                ("attinhcount", 0.into()),
                ("attcollation", 0.into()),
                ("attstattarget", (-1).into()),
            ]));
        }
    }
    rows
}

fn namespaces(system: &System) -> Vec<Row> {
    let own = system.schemas().iter().map(String::as_str);
    own.chain([crate::names::INFORMATION_SCHEMA, crate::names::PG_CATALOG])
        .map(|schema| {
            row([
                ("oid", schema_oid(schema).into()),
                ("nspname", schema.into()),
                ("nspowner", OWNER_OID.into()),
                ("nspacl", Cell::Null),
            ])
        })
        .collect()
}

fn databases(system: &System) -> Vec<Row> {
    // The mesh, and the session's own catalog: others are found by connecting to them.
    let mut names = vec!["mesh"];
    if system.session.catalog.name() != "mesh" {
        names.push(system.session.catalog.name());
    }
    names
        .into_iter()
        .map(|name| {
            row([
                ("oid", oid("database", &[name]).into()),
                ("datname", name.into()),
                ("datdba", OWNER_OID.into()),
                ("encoding", 6.into()),
                ("datlocprovider", "c".into()),
                ("datcollate", "C.UTF-8".into()),
                ("datctype", "C.UTF-8".into()),
                ("datistemplate", false.into()),
                ("datallowconn", true.into()),
                ("datconnlimit", (-1).into()),
                ("datacl", Cell::Null),
            ])
        })
        .collect()
}

fn tables(system: &System) -> Vec<Row> {
    let table = |table: &crate::visible::VisibleTable| {
        row([
            ("schemaname", table.schema.as_str().into()),
            ("tablename", table.table.as_str().into()),
            ("tableowner", OWNER.into()),
            ("tablespace", Cell::Null),
        ])
    };
    system.tables.iter().map(table).collect()
}

fn roles(system: &System) -> Vec<Row> {
    // The caller alone: who else there is, is not for a listing here.
    let names = [(OWNER, OWNER_OID, false), (system.session.principal.name(), 16_383, true)];
    names
        .into_iter()
        .map(|(name, id, login)| {
            row([
                ("oid", id.into()),
                ("rolname", name.into()),
                ("rolsuper", false.into()),
                ("rolinherit", true.into()),
                ("rolcreaterole", false.into()),
                ("rolcreatedb", false.into()),
                ("rolcanlogin", login.into()),
                ("rolreplication", false.into()),
                ("rolbypassrls", false.into()),
                ("rolconnlimit", (-1).into()),
                ("rolpassword", Cell::Null),
                ("rolvaliduntil", Cell::Null),
            ])
        })
        .collect()
}

fn settings(system: &System) -> Vec<Row> {
    system
        .session
        .show_all()
        .into_iter()
        .map(|(name, value)| {
            row([
                ("name", name.into()),
                ("setting", value.clone().into()),
                ("reset_val", value.clone().into()),
                ("boot_val", value.into()),
                ("vartype", "string".into()),
                ("context", "user".into()),
                ("source", "default".into()),
                ("category", "Tessera".into()),
                ("short_desc", "".into()),
            ])
        })
        .collect()
}
