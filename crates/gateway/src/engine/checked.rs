//! Integers that do not wrap: `+`, `-` and `*` fail where their result is beyond the type, as in PostgreSQL.
//!
//! The engine's own operators wrap around silently, and its planner has no setting for it. The plan is rewritten once its
//! types are known and before anything is computed ahead, so constants are checked too.

use std::sync::Arc;

use arrow::{
    compute::kernels::numeric,
    datatypes::{DataType, Field, FieldRef},
};
use datafusion::{
    common::{
        DFSchema, Result,
        config::ConfigOptions,
        internal_datafusion_err,
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
pub(crate) struct CheckedIntegers;

impl AnalyzerRule for CheckedIntegers {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|node| {
            let schema = merge_schema(&node.inputs());
            let names = NamePreserver::new(&node);
            let named = |expression: Expr| {
                let name = names.save(&expression);
                let expression = checked(expression, &schema)?;
                Ok(expression.update_data(|expression| name.restore(expression)))
            };
            let node = node.map_expressions(|expression| match expression {
                // A name around it would hide what it is from the node.
                sets @ Expr::GroupingSet(_) => sets.map_children(named),
                expression => named(expression),
            })?;
            if node.transformed { node.map_data(LogicalPlan::recompute_schema) } else { Ok(node) }
        })
        .map(|plan| plan.data)
    }

    fn name(&self) -> &'static str {
        "checked_integers"
    }
}

/// An expression over columns of a schema whose operators have sides of one type already.
pub(crate) fn checked(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    expression.transform_up(|part| Ok(step(part, schema)))
}

fn step(expression: Expr, schema: &DFSchema) -> Transformed<Expr> {
    match expression {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match Step::of(op) {
            Some(step) if is_integer(&left, schema) && is_integer(&right, schema) => {
                Transformed::yes(chained(*left, step, Some(*right)))
            }
            _ => Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })),
        },
        Expr::Negative(inner) if is_integer(&inner, schema) => Transformed::yes(chained(*inner, Step::Negate, None)),
        expression => Transformed::no(expression),
    }
}

/// What has no type yet (a parameter) is none.
fn is_integer(expression: &Expr, schema: &DFSchema) -> bool {
    of_ours(expression).is_some() || expression.get_type(schema).is_ok_and(|kind| kind.is_integer())
}

fn of_ours(expression: &Expr) -> Option<&Chain> {
    match expression {
        Expr::ScalarFunction(function) => function.func.inner().downcast_ref::<Chain>(),
        _ => None,
    }
}

/// One more step upon an expression. Steps upon steps are one function: a nest as deep as a statement is long would cost
/// the engine its square, and more, for the names of its parts.
fn chained(left: Expr, step: Step, right: Option<Expr>) -> Expr {
    let mut steps = of_ours(&left).map(|chain| chain.steps.clone()).unwrap_or_default();
    let mut arguments = match left {
        Expr::ScalarFunction(function) if !steps.is_empty() => function.args,
        left => vec![left],
    };
    steps.push(step);
    arguments.extend(right);
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(Chain::new(steps))), arguments))
}

/// What is computed upon what was computed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Add,
    Subtract,
    Multiply,
    Negate,
}

impl Step {
    fn of(op: Operator) -> Option<Self> {
        match op {
            Operator::Plus => Some(Self::Add),
            Operator::Minus => Some(Self::Subtract),
            Operator::Multiply => Some(Self::Multiply),
            _ => None,
        }
    }

    fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Negate => '~',
        }
    }
}

/// The function behind operators: its first argument, then step by step, each but a negation with the next one. No name
/// that a statement can write leads to it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Chain {
    steps: Vec<Step>,
    name: String,
    signature: Signature,
}

impl Chain {
    fn new(steps: Vec<Step>) -> Self {
        let others = steps.iter().filter(|step| **step != Step::Negate).count();
        let signature = Signature::any(1 + others, Volatility::Immutable);
        Self { name: steps.iter().map(|step| step.sign()).collect(), steps, signature }
    }

    fn short(&self) -> datafusion::error::DataFusionError {
        internal_datafusion_err!("too few values for `{}`", self.name)
    }
}

impl ScalarUDFImpl for Chain {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        kinds.first().cloned().ok_or_else(|| self.short())
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
        let mut values = args.args.into_iter();
        let mut so_far = values.next().ok_or_else(|| self.short())?;
        for step in &self.steps {
            so_far = match step {
                Step::Negate => apply(&so_far, &so_far, |value, _| numeric::neg(value.get().0))?,
                Step::Add => apply(&so_far, &values.next().ok_or_else(|| self.short())?, numeric::add)?,
                Step::Subtract => apply(&so_far, &values.next().ok_or_else(|| self.short())?, numeric::sub)?,
                Step::Multiply => apply(&so_far, &values.next().ok_or_else(|| self.short())?, numeric::mul)?,
            };
        }
        Ok(so_far)
    }
}
