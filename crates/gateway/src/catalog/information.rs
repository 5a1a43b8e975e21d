//! `information_schema`, as the standard and PostgreSQL name its columns.

use std::sync::Arc;

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use model::{Problem, column::ColumnType};

use super::{
    System,
    pg::type_of,
    rows::{Cell, Row, batch, row},
};

/// Columns that hold numbers.
const NUMBERS: &[&str] = &[
    "ordinal_position",
    "character_maximum_length",
    "character_octet_length",
    "numeric_precision",
    "numeric_precision_radix",
    "numeric_scale",
    "datetime_precision",
    "interval_precision",
    "maximum_cardinality",
    "position_in_unique_constraint",
];

const TABLES: &[&str] = &[
    "table_catalog",
    "table_schema",
    "table_name",
    "table_type",
    "self_referencing_column_name",
    "reference_generation",
    "user_defined_type_catalog",
    "user_defined_type_schema",
    "user_defined_type_name",
    "is_insertable_into",
    "is_typed",
    "commit_action",
];

const COLUMNS: &[&str] = &[
    "table_catalog",
    "table_schema",
    "table_name",
    "column_name",
    "ordinal_position",
    "column_default",
    "is_nullable",
    "data_type",
    "character_maximum_length",
    "character_octet_length",
    "numeric_precision",
    "numeric_precision_radix",
    "numeric_scale",
    "datetime_precision",
    "interval_type",
    "interval_precision",
    "character_set_catalog",
    "character_set_schema",
    "character_set_name",
    "collation_catalog",
    "collation_schema",
    "collation_name",
    "domain_catalog",
    "domain_schema",
    "domain_name",
    "udt_catalog",
    "udt_schema",
    "udt_name",
    "scope_catalog",
    "scope_schema",
    "scope_name",
    "maximum_cardinality",
    "dtd_identifier",
    "is_self_referencing",
    "is_identity",
    "identity_generation",
    "identity_start",
    "identity_increment",
    "identity_maximum",
    "identity_minimum",
    "identity_cycle",
    "is_generated",
    "generation_expression",
    "is_updatable",
];

const SCHEMATA: &[&str] = &[
    "catalog_name",
    "schema_name",
    "schema_owner",
    "default_character_set_catalog",
    "default_character_set_schema",
    "default_character_set_name",
    "sql_path",
];

const VIEWS: &[&str] = &[
    "table_catalog",
    "table_schema",
    "table_name",
    "view_definition",
    "check_option",
    "is_updatable",
    "is_insertable_into",
    "is_trigger_updatable",
    "is_trigger_deletable",
    "is_trigger_insertable_into",
];

const TABLE_CONSTRAINTS: &[&str] = &[
    "constraint_catalog",
    "constraint_schema",
    "constraint_name",
    "table_catalog",
    "table_schema",
    "table_name",
    "constraint_type",
    "is_deferrable",
    "initially_deferred",
    "enforced",
    "nulls_distinct",
];

const KEY_COLUMN_USAGE: &[&str] = &[
    "constraint_catalog",
    "constraint_schema",
    "constraint_name",
    "table_catalog",
    "table_schema",
    "table_name",
    "column_name",
    "ordinal_position",
    "position_in_unique_constraint",
];

const REFERENTIAL_CONSTRAINTS: &[&str] = &[
    "constraint_catalog",
    "constraint_schema",
    "constraint_name",
    "unique_constraint_catalog",
    "unique_constraint_schema",
    "unique_constraint_name",
    "match_option",
    "update_rule",
    "delete_rule",
];

const CONSTRAINT_COLUMN_USAGE: &[&str] = &[
    "table_catalog",
    "table_schema",
    "table_name",
    "column_name",
    "constraint_catalog",
    "constraint_schema",
    "constraint_name",
];

const TABLE_PRIVILEGES: &[&str] = &[
    "grantor",
    "grantee",
    "table_catalog",
    "table_schema",
    "table_name",
    "privilege_type",
    "is_grantable",
    "with_hierarchy",
];

const ROUTINES: &[&str] = &[
    "specific_catalog",
    "specific_schema",
    "specific_name",
    "routine_catalog",
    "routine_schema",
    "routine_name",
    "routine_type",
    "data_type",
    "routine_definition",
    "external_language",
];

const PARAMETERS: &[&str] = &[
    "specific_catalog",
    "specific_schema",
    "specific_name",
    "ordinal_position",
    "parameter_mode",
    "parameter_name",
    "data_type",
];

const SEQUENCES: &[&str] = &["sequence_catalog", "sequence_schema", "sequence_name", "data_type"];

const TRIGGERS: &[&str] = &[
    "trigger_catalog",
    "trigger_schema",
    "trigger_name",
    "event_manipulation",
    "event_object_catalog",
    "event_object_schema",
    "event_object_table",
    "action_statement",
];

const CATALOG_NAME: &[&str] = &["catalog_name"];

/// A table of `information_schema`; `None` if there is none of that name.
pub(super) fn table(system: &System, name: &str) -> Result<Option<RecordBatch>, Problem> {
    let (columns, rows) = match name {
        "tables" => (TABLES, tables(system)),
        "columns" => (COLUMNS, columns(system)),
        "schemata" => (SCHEMATA, schemata(system)),
        "table_privileges" | "role_table_grants" => (TABLE_PRIVILEGES, privileges(system)),
        "information_schema_catalog_name" => {
            (CATALOG_NAME, vec![row([("catalog_name", system.session.catalog.name().into())])])
        }
        "views" => (VIEWS, vec![]),
        "table_constraints" => (TABLE_CONSTRAINTS, vec![]),
        "key_column_usage" => (KEY_COLUMN_USAGE, vec![]),
        "referential_constraints" => (REFERENTIAL_CONSTRAINTS, vec![]),
        "constraint_column_usage" => (CONSTRAINT_COLUMN_USAGE, vec![]),
        "routines" => (ROUTINES, vec![]),
        "parameters" => (PARAMETERS, vec![]),
        "sequences" => (SEQUENCES, vec![]),
        "triggers" => (TRIGGERS, vec![]),
        _ => return Ok(None),
    };
    batch(&schema(columns), &rows).map(Some)
}

fn schema(columns: &[&str]) -> SchemaRef {
    let kind = |name: &str| if NUMBERS.contains(&name) { DataType::Int32 } else { DataType::Utf8 };
    Arc::new(Schema::new(columns.iter().map(|name| Field::new(*name, kind(name), true)).collect::<Vec<_>>()))
}

fn tables(system: &System) -> Vec<Row> {
    let table = |table: &crate::visible::VisibleTable| {
        row([
            ("table_catalog", table.catalog.as_str().into()),
            ("table_schema", table.schema.as_str().into()),
            ("table_name", table.table.as_str().into()),
            ("table_type", "BASE TABLE".into()),
            ("is_insertable_into", "NO".into()),
            ("is_typed", "NO".into()),
        ])
    };
    system.tables.iter().map(table).collect()
}

fn columns(system: &System) -> Vec<Row> {
    let mut rows = vec![];
    for table in &system.tables {
        for (index, column) in table.columns.iter().enumerate() {
            let of_type = type_of(&column.kind);
            let (precision, scale) = match &column.kind {
                ColumnType::Integer => (Cell::Number(64), Cell::Number(0)),
                ColumnType::Number => (Cell::Number(53), Cell::Null),
                ColumnType::Decimal { precision, scale } => {
                    (Cell::Number(i64::from(*precision)), Cell::Number(i64::from(*scale)))
                }
                _ => (Cell::Null, Cell::Null),
            };
            let is_time = matches!(column.kind, ColumnType::Timestamp);
            rows.push(row([
                ("table_catalog", table.catalog.as_str().into()),
                ("table_schema", table.schema.as_str().into()),
                ("table_name", table.table.as_str().into()),
                ("column_name", column.name.as_str().into()),
                ("ordinal_position", i64::try_from(index + 1).unwrap_or(i64::MAX).into()),
                ("is_nullable", "YES".into()),
                ("data_type", of_type.standard.into()),
                ("numeric_precision", precision),
                ("numeric_scale", scale),
                ("datetime_precision", if is_time { Cell::Number(6) } else { Cell::Null }),
                ("udt_catalog", table.catalog.as_str().into()),
                ("udt_schema", "pg_catalog".into()),
                ("udt_name", of_type.name.into()),
                ("is_identity", "NO".into()),
                ("is_generated", "NEVER".into()),
                ("is_updatable", "NO".into()),
            ]));
        }
    }
    rows
}

fn schemata(system: &System) -> Vec<Row> {
    let own = system.schemas().iter().map(String::as_str);
    own.chain(["information_schema", "pg_catalog"])
        .map(|schema| {
            row([
                ("catalog_name", system.session.catalog.name().into()),
                ("schema_name", schema.into()),
                ("schema_owner", super::pg::OWNER.into()),
            ])
        })
        .collect()
}

fn privileges(system: &System) -> Vec<Row> {
    let grant = |table: &crate::visible::VisibleTable| {
        row([
            ("grantor", super::pg::OWNER.into()),
            ("grantee", system.session.principal.name().into()),
            ("table_catalog", table.catalog.as_str().into()),
            ("table_schema", table.schema.as_str().into()),
            ("table_name", table.table.as_str().into()),
            ("privilege_type", "SELECT".into()),
            ("is_grantable", "NO".into()),
        ])
    };
    system.tables.iter().map(grant).collect()
}
