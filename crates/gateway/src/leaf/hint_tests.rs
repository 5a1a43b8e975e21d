//! Tests of what may be a hint.

use datafusion::{
    common::ScalarValue,
    logical_expr::{Expr, binary_expr, cast, col, lit},
    prelude::{in_list, is_null},
};

use super::*;

/// Clear: `id` and `rate`. Masked or absent: everything else.
fn accepts(condition: &Expr) -> bool {
    is_hint(condition, &|name| match name {
        "id" => Some(DataType::Int64),
        "rate" => Some(DataType::Float64),
        _ => None,
    })
}

#[test]
fn a_clear_column_beside_a_value_of_its_type_is_a_hint() {
    let id = || col("id");
    for condition in [
        id().eq(lit(7_i64)),
        lit(7_i64).lt(id()),
        id().not_eq(lit(7_i64)),
        id().gt_eq(lit(1_i64)).and(id().lt_eq(lit(9_i64))),
        id().eq(lit(1_i64)).or(id().eq(lit(2_i64))),
        in_list(id(), vec![lit(1_i64), lit(2_i64)], false),
    ] {
        assert!(accepts(&condition), "{condition}");
    }
}

#[test]
fn nothing_else_is_a_hint() {
    let id = || col("id");
    let of = |value| Expr::Literal(value, None);
    for condition in [
        // A column that is masked, or that does not exist for the reader.
        col("national_id").eq(lit(7_i64)),
        id().eq(lit(7_i64)).or(col("national_id").eq(lit("x"))),
        in_list(id(), vec![lit(1_i64), col("national_id")], false),
        // What computes may fail, and what is of another type is compared by computing.
        binary_expr(id(), Operator::Divide, lit(0_i64)).eq(lit(1_i64)),
        cast(id(), DataType::Utf8).eq(lit("7")),
        id().eq(lit("7")),
        id().eq(lit(7_i32)),
        // What is never TRUE, or says something of rows without a value.
        id().eq(of(ScalarValue::Int64(None))),
        in_list(id(), vec![lit(1_i64), of(ScalarValue::Int64(None))], false),
        in_list(id(), vec![lit(1_i64)], true),
        is_null(id()),
        !id().eq(lit(7_i64)),
        id().eq(id()),
        id(),
        lit(true),
        // NaN is beyond every bound.
        col("rate").gt(lit(1.0)),
    ] {
        assert!(!accepts(&condition), "{condition}");
    }
}
