//! The functions of a session: a documented list. What is not on it does not exist (`42883`).

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use datafusion::{
    catalog::TableFunction,
    execution::SessionStateDefaults,
    logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF},
};
use model::Problem;

use super::{
    bounded::{self, Series},
    rank, sum,
};
use crate::limits::Limits;

/// The scalar functions that pass, by the engine's own names; their aliases pass with them. Left out on purpose: what
/// tells about files and engine (`input_file_name`, `file_row_index`, `version`, `arrow_metadata` ...).
const SCALAR: &[&str] = &[
    "abs",
    "acos",
    "acosh",
    "array_add",
    "array_any_value",
    "array_append",
    "array_avg",
    "array_compact",
    "array_concat",
    "array_dims",
    "array_distance",
    "array_distinct",
    "array_element",
    "array_except",
    "array_has",
    "array_has_all",
    "array_has_any",
    "array_intersect",
    "array_length",
    "array_max",
    "array_min",
    "array_ndims",
    "array_normalize",
    "array_pop_back",
    "array_pop_front",
    "array_position",
    "array_positions",
    "array_prepend",
    "array_product",
    "array_remove",
    "array_remove_all",
    "array_remove_n",
    "array_repeat",
    "array_replace",
    "array_replace_all",
    "array_replace_n",
    "array_resize",
    "array_reverse",
    "array_scale",
    "array_slice",
    "array_sort",
    "array_subtract",
    "array_sum",
    "array_to_string",
    "array_union",
    "arrays_zip",
    "arrow_cast",
    "arrow_try_cast",
    "arrow_typeof",
    "ascii",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bit_length",
    "btrim",
    "cardinality",
    "cbrt",
    "ceil",
    "character_length",
    "chr",
    "coalesce",
    "concat",
    "concat_ws",
    "contains",
    "cos",
    "cosh",
    "cosine_distance",
    "cot",
    "current_date",
    "current_time",
    "date_bin",
    "date_part",
    "date_trunc",
    "decode",
    "degrees",
    "digest",
    "empty",
    "encode",
    "ends_with",
    "exp",
    "factorial",
    "find_in_set",
    "flatten",
    "floor",
    "from_unixtime",
    "gcd",
    "generate_series",
    "get_field",
    "greatest",
    "initcap",
    "inner_product",
    "isnan",
    "iszero",
    "lcm",
    "least",
    "left",
    "levenshtein",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "lpad",
    "ltrim",
    "make_array",
    "make_date",
    "make_time",
    "map",
    "map_entries",
    "map_extract",
    "map_keys",
    "map_values",
    "md5",
    "named_struct",
    "nanvl",
    "now",
    "nullif",
    "nvl",
    "nvl2",
    "octet_length",
    "overlay",
    "pi",
    "power",
    "radians",
    "random",
    "range",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "regexp_match",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row",
    "rpad",
    "rtrim",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "signum",
    "sin",
    "sinh",
    "split_part",
    "sqrt",
    "starts_with",
    "string_to_array",
    "strpos",
    "struct",
    "substr",
    "substr_index",
    "tan",
    "tanh",
    "to_char",
    "to_date",
    "to_hex",
    "to_local_time",
    "to_time",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_nanos",
    "to_timestamp_seconds",
    "to_unixtime",
    "translate",
    "trunc",
    "upper",
    "uuid",
];

/// The aggregate functions that pass.
const AGGREGATE: &[&str] = &[
    "any_value",
    "approx_distinct",
    "approx_median",
    "approx_percentile_cont",
    "approx_percentile_cont_with_weight",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "first_value",
    "grouping",
    "last_value",
    "max",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "string_agg",
    "sum",
    "var",
    "var_pop",
];

/// The window functions that pass.
const WINDOW: &[&str] = &[
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

/// Whether a function of this name works over windows only.
pub(crate) fn is_window(name: &str) -> bool {
    WINDOW.contains(&name) && !AGGREGATE.contains(&name)
}

/// Whether a function of this name takes one row at a time, and so no DISTINCT, FILTER or order.
pub(crate) fn takes_one_row(name: &str) -> bool {
    let named = |own: &str, aliases: &[String]| own == name || aliases.iter().any(|alias| alias == name);
    let scalar = SessionStateDefaults::default_scalar_functions();
    let aggregate = SessionStateDefaults::default_aggregate_functions();
    !WINDOW.contains(&name)
        && scalar.iter().any(|function| named(function.name(), function.aliases()))
        && !aggregate.iter().any(|function| named(function.name(), function.aliases()))
}

/// The aggregate that the engine makes of `SELECT DISTINCT ON`.
pub(super) fn first_value() -> Vec<Arc<AggregateUDF>> {
    let all = SessionStateDefaults::default_aggregate_functions();
    all.into_iter().filter(|function| function.name() == "first_value").collect()
}

/// The list, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) scalar: HashMap<String, Arc<ScalarUDF>>,
    pub(crate) aggregate: HashMap<String, Arc<AggregateUDF>>,
    pub(crate) window: HashMap<String, Arc<WindowUDF>>,
    pub(crate) higher_order: HashMap<String, Arc<HigherOrderUDF>>,
    pub(crate) table: HashMap<String, Arc<TableFunction>>,
}

impl Functions {
    /// The curated list: the engine's own functions that are named here, those that can build large values with a
    /// bound, and PostgreSQL's catalog functions.
    pub(crate) fn curated(limits: &Limits) -> Result<Self, Problem> {
        let mut scalar = HashMap::new();
        for function in SessionStateDefaults::default_scalar_functions() {
            if !SCALAR.contains(&function.name()) {
                continue;
            }
            let function = bounded::wrap(function, limits.value);
            put(&mut scalar, function.name(), function.aliases(), &function);
        }
        for function in crate::catalog::functions::shared() {
            let function = Arc::new(function);
            put(&mut scalar, function.name(), function.aliases(), &function);
        }
        let mut aggregate = HashMap::new();
        for function in SessionStateDefaults::default_aggregate_functions() {
            if AGGREGATE.contains(&function.name()) {
                let function = sum::wrap(function);
                put(&mut aggregate, function.name(), function.aliases(), &function);
            }
        }
        let mut window = HashMap::new();
        for function in SessionStateDefaults::default_window_functions() {
            if WINDOW.contains(&function.name()) {
                let function = rank::wrap(function);
                put(&mut window, function.name(), function.aliases(), &function);
            }
        }
        let mut higher_order = HashMap::new();
        for function in SessionStateDefaults::default_higher_order_functions() {
            put(&mut higher_order, function.name(), function.aliases(), &function);
        }
        let mut table = HashMap::new();
        for function in SessionStateDefaults::default_table_functions() {
            let bounded = Series::new(Arc::clone(function.function()), limits.series);
            let name = function.name().to_owned();
            table.insert(name.clone(), Arc::new(TableFunction::new(name, Arc::new(bounded))));
        }
        Ok(Self { scalar, aggregate, window, higher_order, table })
    }

    /// Every name, for suggestions.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        let scalar = self.scalar.keys().chain(self.aggregate.keys()).chain(self.window.keys());
        scalar.chain(self.higher_order.keys()).map(String::as_str).collect()
    }
}

fn put<T>(map: &mut HashMap<String, Arc<T>>, name: &str, aliases: &[String], function: &Arc<T>) {
    map.insert(name.to_owned(), Arc::clone(function));
    for alias in aliases {
        map.entry(alias.clone()).or_insert_with(|| Arc::clone(function));
    }
}
