//! Bounds on functions that build values much larger than their arguments: the memory pool sees a value only when it
//! is there.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::cast,
    datatypes::{DataType, FieldRef, Int64Type},
};
use datafusion::{
    catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider},
    common::ScalarValue,
    error::{DataFusionError, Result as EngineResult},
    logical_expr::{
        ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
        simplify::{ExprSimplifyResult, SimplifyContext},
    },
};
use model::{Code, Problem};

/// How the size of a result follows from the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Size {
    /// Bytes of the first argument, as often as the second says.
    Times,
    /// As many as the second argument says.
    Count,
    /// From the first (or zero) to the second in steps of the third.
    Range,
}

/// A function with a bound on its results.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    size: Size,
    most: usize,
}

/// The function itself, or with a bound if it can build large values.
pub(super) fn wrap(function: Arc<ScalarUDF>, most: usize) -> Arc<ScalarUDF> {
    let size = match function.name() {
        "repeat" => Size::Times,
        "lpad" | "rpad" | "array_repeat" | "array_resize" => Size::Count,
        "range" | "generate_series" => Size::Range,
        _ => return function,
    };
    Arc::new(ScalarUDF::new_from_impl(Bounded { inner: function, size, most }))
}

fn too_large(name: &str, most: usize) -> DataFusionError {
    DataFusionError::External(Box::new(
        Problem::new(Code::LimitBytes, format!("`{name}` would build more than {most} bytes or elements"))
            .with_sqlstate("53400"),
    ))
}

impl Bounded {
    fn check(&self, args: &ScalarFunctionArgs) -> EngineResult<()> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let number = |index: usize| arrays.get(index).and_then(|array| integers(array));
        let rows = arrays.first().map_or(0, |array| array.len());
        let mut total: u128 = 0;
        for row in 0..rows {
            let value = |index: usize| number_at(number(index).as_ref(), row);
            let size: u128 = match self.size {
                Size::Times => {
                    let bytes = arrays.first().map_or(0, |array| text_bytes(array, row));
                    u128::from(value(1).unwrap_or(0).max(0).unsigned_abs()) * bytes
                }
                Size::Count => u128::from(value(1).unwrap_or(0).max(0).unsigned_abs()),
                Size::Range => {
                    let (from, to) = match arrays.len() {
                        1 => (Some(0), value(0)),
                        _ => (value(0), value(1)),
                    };
                    let step = value(2).map_or(1, i64::unsigned_abs).max(1);
                    match (from, to) {
                        (Some(from), Some(to)) => {
                            (i128::from(to) - i128::from(from)).unsigned_abs() / u128::from(step) + 1
                        }
                        // Not numbers: the list of instants is bounded by its own arguments.
                        _ if number(0).is_none() => instants(&arrays, row),
                        _ => 0,
                    }
                }
            };
            total += size;
            // Element by element and over the batch: neither one value nor a batch of them may be huge.
            if size > self.most as u128 || total > 16 * self.most as u128 {
                return Err(too_large(self.inner.name(), self.most));
            }
        }
        Ok(())
    }
}

/// How many instants a range of dates or timestamps has at most; an interval counts as at least a second.
fn instants(arrays: &[ArrayRef], row: usize) -> u128 {
    let seconds = |index: usize| {
        let array = arrays.get(index)?;
        let target = DataType::Timestamp(arrow::datatypes::TimeUnit::Second, None);
        let seconds = cast(&cast(array, &target).ok()?, &DataType::Int64).ok()?;
        number_at(Some(&seconds), row)
    };
    match (seconds(0), seconds(1)) {
        (Some(from), Some(to)) => (i128::from(to) - i128::from(from)).unsigned_abs(),
        _ => 0,
    }
}

fn integers(array: &ArrayRef) -> Option<ArrayRef> {
    array.data_type().is_integer().then(|| cast(array, &DataType::Int64).ok())?
}

fn number_at(array: Option<&ArrayRef>, row: usize) -> Option<i64> {
    let array = array?.as_primitive_opt::<Int64Type>()?;
    (row < array.len() && array.is_valid(row)).then(|| array.value(row))
}

fn text_bytes(array: &ArrayRef, row: usize) -> u128 {
    let bytes = match array.data_type() {
        DataType::Utf8 => array.as_string_opt::<i32>().map(|texts| texts.value(row).len()),
        DataType::LargeUtf8 => array.as_string_opt::<i64>().map(|texts| texts.value(row).len()),
        DataType::Utf8View => array.as_string_view_opt().map(|texts| texts.value(row).len()),
        _ => None,
    };
    bytes.unwrap_or(1) as u128
}

impl ScalarUDFImpl for Bounded {
    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> EngineResult<DataType> {
        self.inner.return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> EngineResult<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> EngineResult<Vec<DataType>> {
        self.inner.coerce_types(arg_types)
    }

    fn simplify(&self, args: Vec<Expr>, _info: &SimplifyContext) -> EngineResult<ExprSimplifyResult> {
        // The engine's own rewriting would bring the function back without its bound.
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        self.check(&args)?;
        self.inner.invoke_with_args(args)
    }
}

/// `generate_series` and `range` as tables, with a bound on their rows.
#[derive(Debug)]
pub(super) struct Series {
    inner: Arc<dyn TableFunctionImpl>,
    most: i64,
}

impl Series {
    pub(super) fn new(inner: Arc<dyn TableFunctionImpl>, most: i64) -> Self {
        Self { inner, most }
    }
}

impl TableFunctionImpl for Series {
    fn call_with_args(&self, args: TableFunctionArgs) -> EngineResult<Arc<dyn TableProvider>> {
        let exprs: Vec<Expr> = args.exprs().iter().map(widened).collect();
        let number = |index: usize| match exprs.get(index) {
            Some(Expr::Literal(ScalarValue::Int64(number), _)) => *number,
            _ => None,
        };
        let (from, to) = if exprs.len() == 1 { (Some(0), number(0)) } else { (number(0), number(1)) };
        if let (Some(from), Some(to)) = (from, to) {
            let step = number(2).map_or(1, i64::unsigned_abs).max(1);
            let rows = (i128::from(to) - i128::from(from)).unsigned_abs() / u128::from(step);
            if rows > u128::from(self.most.unsigned_abs()) {
                return Err(DataFusionError::External(Box::new(Problem::new(
                    Code::LimitRows,
                    format!("`generate_series` would give {rows} rows, more than {}", self.most),
                ))));
            }
        }
        self.inner.call_with_args(TableFunctionArgs::new(&exprs, args.session()))
    }
}

/// Whole numbers as 64 bits wide, as the engine's functions want them.
fn widened(expression: &Expr) -> Expr {
    match expression {
        Expr::Literal(value, metadata) if value.data_type().is_integer() => match value.cast_to(&DataType::Int64) {
            Ok(wide) => Expr::Literal(wide, metadata.clone()),
            Err(_) => expression.clone(),
        },
        other => other.clone(),
    }
}
