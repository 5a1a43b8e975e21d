//! The gate on the logical plan: the second look, after the text was understood.

use datafusion::{
    common::tree_node::{TreeNode as _, TreeNodeRecursion},
    error::{DataFusionError, Result as EngineResult},
    execution::context::SQLOptions,
    logical_expr::{Expr, LogicalPlan},
};
use model::{Code, Problem};

/// Refuses every plan node that is not on the list, however deep, subqueries included.
///
/// # Errors
/// `statement-unsupported` wrapped as an external engine error.
pub(crate) fn check(plan: &LogicalPlan) -> EngineResult<()> {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false).verify_plan(plan)?;
    plan.apply_with_subqueries(|node| {
        node_allowed(node)?;
        node.apply_expressions(|expression| {
            expression.apply(|part| match part {
                Expr::ScalarVariable(..) => Err(refuse("a system variable")),
                _ => Ok(TreeNodeRecursion::Continue),
            })
        })
    })?;
    Ok(())
}

/// SECURITY: what is not listed here is refused, also when the engine learns new kinds of nodes
/// (test `only_listed_plan_nodes_pass`).
fn node_allowed(node: &LogicalPlan) -> EngineResult<()> {
    match node {
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Join(_)
        | LogicalPlan::Union(_)
        | LogicalPlan::TableScan(_)
        | LogicalPlan::EmptyRelation(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Values(_)
        | LogicalPlan::Distinct(_)
        | LogicalPlan::Unnest(_)
        | LogicalPlan::RecursiveQuery(_) => Ok(()),
        LogicalPlan::Repartition(_)
        | LogicalPlan::Statement(_)
        | LogicalPlan::Explain(_)
        | LogicalPlan::Analyze(_)
        | LogicalPlan::Extension(_)
        | LogicalPlan::Dml(_)
        | LogicalPlan::Ddl(_)
        | LogicalPlan::Copy(_)
        | LogicalPlan::DescribeTable(_) => Err(refuse("this statement")),
    }
}

fn refuse(what: &str) -> DataFusionError {
    DataFusionError::External(Box::new(Problem::new(
        Code::StatementUnsupported,
        format!("{what} is not offered on this door"),
    )))
}
