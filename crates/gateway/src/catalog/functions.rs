//! PostgreSQL's session and catalog functions: what clients ask at the start and for `\d`.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, Int32Array, StringArray},
    compute::cast,
    datatypes::{DataType, Field, Int64Type},
};
use datafusion::{
    common::{ScalarValue, utils::SingleRowListArrayBuilder},
    error::{DataFusionError, Result as EngineResult},
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility, create_udf,
    },
};
use datafusion_pg_catalog::pg_catalog as upstream;
use model::{Code, Problem};

use crate::session::{SERVER_VERSION, Session};

/// Functions that are the same for everybody.
pub(crate) fn shared() -> Vec<ScalarUDF> {
    let mut functions = vec![
        upstream::create_pg_table_is_visible(),
        upstream::format_type::create_format_type_udf(),
        upstream::pg_get_expr_udf::create_pg_get_expr_udf(),
        upstream::create_pg_get_partkeydef_udf(),
        upstream::create_pg_relation_is_publishable_udf(),
        upstream::create_pg_get_statisticsobjdef_columns_udf(),
        upstream::create_pg_encoding_to_char_udf(),
        upstream::create_pg_get_constraintdef(),
        upstream::create_pg_get_partition_ancestors_udf(),
        upstream::quote_ident_udf::create_quote_ident_udf(),
        upstream::quote_ident_udf::create_parse_ident_udf(),
        upstream::array_bounds_udf::create_array_upper_udf(),
        upstream::array_bounds_udf::create_array_lower_udf(),
    ];
    let privileges =
        ["has_table_privilege", "has_schema_privilege", "has_database_privilege", "has_any_column_privilege"];
    functions.extend(privileges.map(upstream::has_privilege_udf::create_has_privilege_udf));
    let text = || ScalarValue::Utf8(None);
    let whole = |number| ScalarValue::Int64(Some(number));
    let truth = |truth| ScalarValue::Boolean(Some(truth));
    functions.extend(
        [
            ("col_description", text()),
            ("obj_description", text()),
            ("shobj_description", text()),
            ("pg_get_function_arguments", text()),
            ("pg_get_function_identity_arguments", text()),
            ("pg_get_function_result", text()),
            ("pg_get_functiondef", text()),
            ("pg_get_indexdef", text()),
            ("pg_get_ruledef", text()),
            ("pg_get_serial_sequence", text()),
            ("pg_get_triggerdef", text()),
            ("pg_get_viewdef", text()),
            ("pg_tablespace_location", text()),
            ("pg_get_userbyid", ScalarValue::from(super::pg::OWNER)),
            ("pg_collation_is_visible", truth(true)),
            ("pg_function_is_visible", truth(true)),
            ("pg_operator_is_visible", truth(true)),
            ("pg_type_is_visible", truth(true)),
            ("pg_conversion_is_visible", truth(true)),
            ("pg_opclass_is_visible", truth(true)),
            ("pg_opfamily_is_visible", truth(true)),
            ("pg_statistics_obj_is_visible", truth(true)),
            ("pg_ts_config_is_visible", truth(true)),
            ("pg_ts_dict_is_visible", truth(true)),
            ("pg_ts_parser_is_visible", truth(true)),
            ("pg_ts_template_is_visible", truth(true)),
            // The encoding of everything here, UTF8.
            ("pg_char_to_encoding", ScalarValue::Int32(Some(6))),
            ("pg_has_role", truth(false)),
            ("has_column_privilege", truth(true)),
            ("has_function_privilege", truth(true)),
            ("has_sequence_privilege", truth(false)),
            ("has_tablespace_privilege", truth(false)),
            ("pg_is_in_recovery", truth(false)),
            // Sizes are statistics over rows that may be hidden (M17).
            ("pg_relation_size", whole(0)),
            ("pg_table_size", whole(0)),
            ("pg_total_relation_size", whole(0)),
            ("pg_database_size", whole(0)),
            ("pg_tablespace_size", whole(0)),
            ("pg_stat_get_numscans", whole(0)),
            ("pg_backend_pid", ScalarValue::Int32(Some(0))),
            ("txid_current", whole(0)),
        ]
        .map(|(name, value)| Stub::function(name, value)),
    );
    // Known to planning, because clients name them in branches over tables that are empty here; never with a value.
    functions.extend(
        [("json_build_object", text()), ("generate_subscripts", ScalarValue::Int32(None))]
            .map(|(name, value)| Stub { only_without_rows: true, ..Stub::new(name, value) })
            .map(ScalarUDF::new_from_impl),
    );
    functions.extend([to_regtype(), size_pretty()]);
    functions
}

/// Every name that [`of_session`] knows, for the reference page.
#[cfg(test)]
pub(crate) const SESSION: &[&str] = &[
    "version",
    "current_database",
    "current_catalog",
    "current_user",
    "session_user",
    "user",
    "current_role",
    "system_user",
    "current_schema",
    "current_schemas",
    "current_setting",
    "set_config",
];

/// A function that depends on the session; `schemas` are its visible schemas.
pub(crate) fn of_session<'a>(
    name: &str,
    session: &Session,
    schemas: impl FnOnce() -> &'a [String],
) -> Option<Arc<ScalarUDF>> {
    let constant = |text: &str| Some(Arc::new(Stub::function(name, ScalarValue::from(text))));
    match name {
        "version" => constant(&format!(
            "PostgreSQL {SERVER_VERSION} (Tessera {}), governed SQL over data products",
            env!("CARGO_PKG_VERSION")
        )),
        "current_database" | "current_catalog" => constant(session.catalog.name()),
        "current_user" | "session_user" | "user" | "current_role" | "system_user" => constant(session.principal.name()),
        "current_schema" => constant(schemas().first().map_or("public", String::as_str)),
        "current_schemas" => Some(Arc::new(current_schemas(schemas().to_vec()))),
        "current_setting" | "set_config" => {
            Some(Arc::new(ScalarUDF::new_from_impl(Settings::new(name == "set_config", session))))
        }
        _ => None,
    }
}

/// A function that gives one value whatever its arguments.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Stub {
    name: String,
    signature: Signature,
    value: ScalarValue,
    /// Refuses to give the value for a row: it would not be the true one.
    only_without_rows: bool,
}

impl Stub {
    fn new(name: &str, value: ScalarValue) -> Self {
        let signature = Signature::one_of(vec![TypeSignature::Nullary, TypeSignature::VariadicAny], Volatility::Stable);
        Self { name: name.to_owned(), signature, value, only_without_rows: false }
    }

    fn function(name: &str, value: ScalarValue) -> ScalarUDF {
        ScalarUDF::new_from_impl(Self::new(name, value))
    }
}

impl ScalarUDFImpl for Stub {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> EngineResult<DataType> {
        Ok(self.value.data_type())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        if self.only_without_rows && args.number_rows > 0 {
            return Err(refused(crate::fault::function_unknown(&self.name)));
        }
        Ok(ColumnarValue::Scalar(self.value.clone()))
    }
}

/// `current_schemas(with_system)`: the visible schemas of the session's catalog.
fn current_schemas(own: Vec<String>) -> ScalarUDF {
    let gives = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
    let over = move |values: &[ColumnarValue]| {
        let with_system = matches!(values.first(), Some(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true)))));
        let system = with_system.then_some("pg_catalog");
        let names: Vec<&str> = system.into_iter().chain(own.iter().map(String::as_str)).collect();
        let list = SingleRowListArrayBuilder::new(Arc::new(StringArray::from(names)) as ArrayRef);
        Ok(ColumnarValue::Scalar(list.build_list_scalar()))
    };
    create_udf("current_schemas", vec![DataType::Boolean], gives, Volatility::Stable, Arc::new(over))
}

/// `current_setting(name [, missing_ok])` and `set_config(name, value, is_local)`.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Settings {
    set: bool,
    signature: Signature,
    values: Vec<(String, String)>,
}

impl Settings {
    fn new(set: bool, session: &Session) -> Self {
        let arguments = if set { vec![3] } else { vec![1, 2] };
        let signature = Signature::one_of(arguments.into_iter().map(TypeSignature::Any).collect(), Volatility::Stable);
        Self { set, signature, values: session.show_all() }
    }

    fn value(&self, name: &str, missing_ok: bool) -> EngineResult<Option<String>> {
        let lower = name.to_lowercase();
        let found = self.values.iter().find(|(known, _)| *known == lower);
        match found {
            Some((_, value)) => Ok(Some(value.clone())),
            None if missing_ok => Ok(None),
            None => Err(refused(
                Problem::new(Code::NotFound, format!("unrecognized setting `{}`", name.escape_debug()))
                    .with_sqlstate("42704"),
            )),
        }
    }
}

fn refused(problem: Problem) -> DataFusionError {
    DataFusionError::External(Box::new(problem))
}

fn texts(array: &ArrayRef) -> EngineResult<StringArray> {
    let array = cast(array, &DataType::Utf8)?;
    array.as_string_opt::<i32>().cloned().ok_or_else(|| DataFusionError::Internal("a text that is none".to_owned()))
}

impl ScalarUDFImpl for Settings {
    fn name(&self) -> &str {
        if self.set { "set_config" } else { "current_setting" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> EngineResult<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(names) = arrays.first() else {
            return Err(DataFusionError::Internal("no arguments".to_owned()));
        };
        let names = texts(names)?;
        let missing_ok = matches!(args.args.get(1), Some(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true)))));
        let given = arrays.get(1).filter(|_| self.set).map(texts).transpose()?;
        let values = (0..names.len())
            .map(|row| {
                if names.is_null(row) {
                    return Ok(None);
                }
                let name = names.value(row);
                // A function cannot change the session of a door: what would matter is refused, the rest is a no-op.
                let matters =
                    ["purpose", "tessera.purpose", "statement_timeout"].contains(&name.to_lowercase().as_str());
                if self.set && matters {
                    return Err(refused(
                        Problem::new(Code::NotAllowed, format!("`{name}` cannot be set by a function"))
                            .with_hint(format!("`SET {name} = ...`")),
                    ));
                }
                let current = self.value(name, missing_ok && !self.set)?;
                Ok(match &given {
                    Some(given) if given.is_valid(row) => Some(given.value(row).to_owned()),
                    _ => current,
                })
            })
            .collect::<EngineResult<Vec<Option<String>>>>()?;
        Ok(ColumnarValue::Array(Arc::new(StringArray::from(values))))
    }
}

/// `to_regtype(text)`: the id of a type that columns here can have, NULL for any other.
fn to_regtype() -> ScalarUDF {
    of_one("to_regtype", DataType::Utf8, DataType::Int32, |names| {
        Ok(Arc::new(texts(names)?.iter().map(|name| name.and_then(type_id)).collect::<Int32Array>()))
    })
}

fn type_id(name: &str) -> Option<i32> {
    Some(match name.trim_start_matches("pg_catalog.") {
        "bool" | "boolean" => 16,
        "bytea" => 17,
        "int8" | "bigint" => 20,
        "int2" | "smallint" => 21,
        "int4" | "integer" | "int" => 23,
        "text" => 25,
        "json" => 114,
        "float4" | "real" => 700,
        "float8" | "double precision" => 701,
        "varchar" | "character varying" => 1043,
        "date" => 1082,
        "timestamp" | "timestamp without time zone" => 1114,
        "timestamptz" | "timestamp with time zone" => 1184,
        "numeric" => 1700,
        _ => return None,
    })
}

/// `pg_size_pretty(bigint)`.
fn size_pretty() -> ScalarUDF {
    of_one("pg_size_pretty", DataType::Int64, DataType::Utf8, |sizes| {
        let sizes = sizes
            .as_primitive_opt::<Int64Type>()
            .ok_or_else(|| DataFusionError::Internal("a size that is no number".to_owned()))?;
        Ok(Arc::new(sizes.iter().map(|size| size.map(pretty)).collect::<StringArray>()))
    })
}

fn pretty(size: i64) -> String {
    match size {
        i64::MIN..10_240 => format!("{size} bytes"),
        10_240..10_485_760 => format!("{} kB", size / 1_024),
        10_485_760..10_737_418_240 => format!("{} MB", size / 1_048_576),
        _ => format!("{} GB", size / 1_073_741_824),
    }
}

/// A pure function of one argument, value by value.
fn of_one(
    name: &str,
    takes: DataType,
    gives: DataType,
    function: impl Fn(&ArrayRef) -> EngineResult<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    let over = move |values: &[ColumnarValue]| match ColumnarValue::values_to_arrays(values)?.first() {
        Some(array) => function(array).map(ColumnarValue::Array),
        None => Err(DataFusionError::Internal("no arguments".to_owned())),
    };
    create_udf(name, vec![takes], gives, Volatility::Immutable, Arc::new(over))
}
