//! Integers that do not wrap: `+`, `-` and `*` fail where their result is beyond the type, as in PostgreSQL.
//!
//! The engine's own operators wrap around silently, and its planner has no setting for it. The plan is rewritten once its
//! types are known and before anything is computed ahead, so constants are checked too.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use arrow::{
    compute::kernels::numeric,
    datatypes::{DataType, Field, FieldRef},
};
use datafusion::{
    common::{
        DFSchema, Result,
        config::ConfigOptions,
        internal_datafusion_err, internal_err,
        tree_node::{Transformed, TreeNode as _},
    },
    logical_expr::{
        BinaryExpr, ColumnarValue, Expr, ExprSchemable as _, LogicalPlan, Operator, ReturnFieldArgs,
        ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, expr::ScalarFunction,
        expr_rewriter::NamePreserver, utils::merge_schema,
    },
    optimizer::AnalyzerRule,
    physical_expr_common::datum::apply,
};

/// The last rule of analysis.
#[derive(Debug)]
pub(super) struct CheckedIntegers;

impl AnalyzerRule for CheckedIntegers {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|node| {
            let schema = merge_schema(&node.inputs());
            let names = NamePreserver::new(&node);
            let node = node.map_expressions(|expression| {
                let name = names.save(&expression);
                let expression = expression.transform_up(|part| checked(part, &schema))?;
                Ok(expression.update_data(|expression| name.restore(expression)))
            })?;
            if node.transformed { node.map_data(LogicalPlan::recompute_schema) } else { Ok(node) }
        })
        .map(|plan| plan.data)
    }

    fn name(&self) -> &'static str {
        "checked_integers"
    }
}

/// One step of an expression over columns of a schema. Both sides have one type already.
fn checked(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let arithmetic = match &expression {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            Arithmetic::of(*op).filter(|_| is_integer(left, schema) && is_integer(right, schema))
        }
        Expr::Negative(inner) => Some(Arithmetic::Negate).filter(|_| is_integer(inner, schema)),
        _ => None,
    };
    let arguments = match (arithmetic, expression) {
        (Some(_), Expr::BinaryExpr(BinaryExpr { left, right, .. })) => vec![*left, *right],
        (Some(_), Expr::Negative(inner)) => vec![*inner],
        (_, expression) => return Ok(Transformed::no(expression)),
    };
    let function = arithmetic.and_then(|arithmetic| FUNCTIONS.get(&arithmetic)).map(Arc::clone);
    let function = function.ok_or_else(|| internal_datafusion_err!("{arithmetic:?} has no function"))?;
    Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments))))
}

/// What has no type yet (a parameter) is none.
fn is_integer(expression: &Expr, schema: &DFSchema) -> bool {
    expression.get_type(schema).is_ok_and(|kind| kind.is_integer())
}

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Negate,
}

static FUNCTIONS: LazyLock<HashMap<Arithmetic, Arc<ScalarUDF>>> = LazyLock::new(|| {
    let all = [Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Negate];
    all.map(|arithmetic| (arithmetic, Arc::new(ScalarUDF::new_from_impl(Checked::new(arithmetic))))).into()
});

impl Arithmetic {
    fn of(op: Operator) -> Option<Self> {
        match op {
            Operator::Plus => Some(Self::Add),
            Operator::Minus => Some(Self::Subtract),
            Operator::Multiply => Some(Self::Multiply),
            _ => None,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract | Self::Negate => "-",
            Self::Multiply => "*",
        }
    }
}

/// The function behind an operator; no name that a statement can write leads to it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    arithmetic: Arithmetic,
    signature: Signature,
}

impl Checked {
    fn new(arithmetic: Arithmetic) -> Self {
        let arguments = if arithmetic == Arithmetic::Negate { 1 } else { 2 };
        Self { arithmetic, signature: Signature::any(arguments, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        self.arithmetic.sign()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        kinds.first().cloned().ok_or_else(|| internal_datafusion_err!("`{}` of nothing", self.name()))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let kinds: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        let is_nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name(), self.return_type(&kinds)?, is_nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match (self.arithmetic, args.args.as_slice()) {
            (Arithmetic::Add, [left, right]) => apply(left, right, numeric::add),
            (Arithmetic::Subtract, [left, right]) => apply(left, right, numeric::sub),
            (Arithmetic::Multiply, [left, right]) => apply(left, right, numeric::mul),
            (Arithmetic::Negate, [inner]) => apply(inner, inner, |inner, _| numeric::neg(inner.get().0)),
            _ => internal_err!("`{}` of {} values", self.name(), args.args.len()),
        }
    }
}
