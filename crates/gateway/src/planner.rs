//! From a parsed query to a logical plan whose tables are governed: names, functions and types are looked up here and
//! nowhere else, so a plan holds only what this module handed out.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::{DataType, Field, SchemaRef},
};
use datafusion::{
    catalog::TableFunctionArgs,
    common::{DFSchema, ParamValues, ScalarValue, TableReference, config::ConfigOptions, plan_datafusion_err},
    datasource::{cte_worktable::CteWorkTable, provider_as_source, source_as_provider},
    error::{DataFusionError, Result as EngineResult},
    execution::{SessionState, SessionStateDefaults},
    logical_expr::{
        AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, ScalarUDF, TableSource, WindowUDF,
        planner::{ContextProvider, ExprPlanner, TypePlanner},
        simplify::SimplifyContext,
    },
    optimizer::simplify_expressions::ExprSimplifier,
    sql::{
        planner::{PlannerContext, SqlToRel},
        sqlparser::ast,
    },
};
use governance::treatment::table_not_found;
use model::{
    Code, Problem,
    name::PurposeName,
    publication::PublishedColumn,
    treatment::{ColumnTreatment, Outcome, RowTreatment, Treatment},
};
use registry::Keys;

use crate::{
    catalog::{self, System},
    engine::{Engine, checked},
    leaf::GovernedTable,
    names::{self, Meaning},
    port::{Epoch, Target},
    session::Session,
    visible,
};

/// Under which purpose tables are treated while planning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Under {
    /// None yet: columns that exist under any purpose, to learn which tables are read. Never executed.
    Probe,
    /// This one.
    Purpose(Option<PurposeName>),
}

/// A port that the plan reads.
#[derive(Debug, Clone)]
pub(crate) struct Touched {
    pub(crate) target: Target,
    pub(crate) treatment: Treatment,
    pub(crate) table: Arc<GovernedTable>,
}

impl Touched {
    /// The table, as a plan holds it.
    pub(crate) fn provider(&self) -> Arc<dyn datafusion::catalog::TableProvider> {
        Arc::clone(&self.table) as _
    }
}

/// Looks names up for one statement.
pub(crate) struct Planner<'a> {
    pub(crate) epoch: &'a Epoch,
    pub(crate) session: &'a Session,
    pub(crate) engine: &'a Engine,
    pub(crate) state: &'a SessionState,
    pub(crate) keys: &'a Keys,
    pub(crate) under: Under,
    touched: RefCell<Vec<Touched>>,
    system: OnceLock<System>,
    expr_planners: Vec<Arc<dyn ExprPlanner>>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(
        epoch: &'a Epoch,
        session: &'a Session,
        engine: &'a Engine,
        state: &'a SessionState,
        keys: &'a Keys,
        under: Under,
    ) -> Self {
        Self {
            epoch,
            session,
            engine,
            state,
            keys,
            under,
            touched: RefCell::default(),
            system: OnceLock::new(),
            expr_planners: SessionStateDefaults::default_expr_planners(),
        }
    }

    /// The logical plan of a query; `hints` are types of parameters as far as the caller gave them.
    ///
    /// # Errors
    /// Engine errors; problems of ours travel inside as external ones.
    pub(crate) fn plan(&self, query: &ast::Statement, hints: &[Option<DataType>]) -> EngineResult<LogicalPlan> {
        let fields = hints
            .iter()
            .map(|hint| hint.as_ref().map(|kind| Arc::new(Field::new("", kind.clone(), true))))
            .collect::<Vec<_>>();
        let mut context = PlannerContext::new();
        if fields.iter().any(Option::is_some) {
            context = context.with_prepare_param_data_types(fields);
        }
        let plan = SqlToRel::new(self).sql_statement_to_plan_with_context(query.clone(), &mut context)?;
        crate::statement::plan_gate::check(&plan)?;
        Ok(plan)
    }

    /// The ports that a plan made here reads. The engine looks a name up even where a common table expression shadows it,
    /// so what was looked up is more than what is read (test `an_attempt_is_one_decision`).
    ///
    /// # Errors
    /// None that a plan of ours has.
    pub(crate) fn touched(&self, plan: &LogicalPlan) -> EngineResult<Vec<Touched>> {
        let read = columns_read(plan)?;
        let touched = self.touched.borrow();
        let is_read = |touched: &&Touched| {
            read.contains_key(&identity(&(Arc::clone(&touched.table) as Arc<dyn datafusion::catalog::TableProvider>)))
        };
        Ok(touched.iter().filter(is_read).cloned().collect())
    }

    /// The system tables of this session.
    fn system(&self) -> &System {
        self.system.get_or_init(|| {
            let tables = visible::tables(self.epoch, &self.session.catalog, self.session.purpose.as_ref());
            System::new(self.session, tables)
        })
    }

    fn port(&self, target: Target, typed: &str) -> Result<Arc<dyn TableSource>, Problem> {
        let treatment = match &self.under {
            Under::Probe => self.epoch.columns(&target, None).map(|names| probe(&target.facts.columns, &names)),
            Under::Purpose(purpose) => self.epoch.treat(&target, purpose.as_ref()),
        };
        let treatment = treatment.map_err(|problem| match problem.code() {
            // SECURITY: an invisible table is refused in the words for an absent one (slt `pg_catalog/s27_uniform.slt`).
            Code::NotFound => table_not_found(typed),
            _ => problem,
        })?;
        let mut touched = self.touched.borrow_mut();
        let known = touched.iter().find(|known| {
            known.target.reference == target.reference && known.target.publication.id == target.publication.id
        });
        if let Some(known) = known {
            return Ok(provider_as_source(Arc::clone(&known.table) as _));
        }
        let table = GovernedTable::new(target.reference.clone(), &target.facts.columns, &treatment, self.keys)?;
        let table = Arc::new(table);
        touched.push(Touched { target, treatment, table: Arc::clone(&table) });
        Ok(provider_as_source(table))
    }
}

/// A treatment for looking only: the columns exist, nothing is ever read through it.
fn probe(columns: &[PublishedColumn], visible: &std::collections::BTreeSet<String>) -> Treatment {
    let column = |column: &PublishedColumn| {
        let outcome = if visible.contains(&column.name) { Outcome::Null } else { Outcome::Denied };
        ColumnTreatment { column: column.name.clone(), outcome: outcome.clone(), apply: outcome, reasons: vec![] }
    };
    Treatment {
        columns: columns.iter().map(column).collect(),
        rows: RowTreatment { any_of: Some(vec![]), all_of: vec![] },
        entitlements: vec![],
        purpose: None,
    }
}

/// The types of a plan's parameters, `$1` first; text where nothing tells.
///
/// # Errors
/// `invalid-sql` for a parameter that has no number, or a number beyond 1,000.
pub(crate) fn parameter_types(plan: &LogicalPlan, hints: &[Option<DataType>]) -> Result<Vec<DataType>, Problem> {
    let found = plan.get_parameter_types().map_err(|error| crate::fault::problem(&error))?;
    let mut types: Vec<Option<DataType>> = hints.to_vec();
    for (name, kind) in found {
        let index =
            name.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok()).filter(|n| (1..=1_000).contains(n));
        let Some(index) = index else {
            return Err(Problem::new(Code::InvalidSql, format!("`{}` is not a parameter", name.escape_debug()))
                .with_hint("write `$1`, `$2` ..."));
        };
        if types.len() < index {
            types.resize(index, None);
        }
        if let Some(slot) = types.get_mut(index - 1)
            && slot.is_none()
        {
            *slot = kind;
        }
    }
    Ok(types
        .into_iter()
        .map(|kind| kind.filter(|kind| *kind != DataType::Null).unwrap_or(DataType::Utf8View))
        .collect())
}

/// The values of parameters given as text.
///
/// # Errors
/// `invalid-value` (22P02) for a text that is no value of its type, `invalid-sql` if their number differs.
pub(crate) fn bind(plan: LogicalPlan, types: &[DataType], values: &[Option<String>]) -> Result<LogicalPlan, Problem> {
    if types.len() > values.len() {
        return Err(Problem::new(
            Code::InvalidSql,
            format!("the statement has {} parameters, {} values were given", types.len(), values.len()),
        )
        .with_sqlstate("08P01"));
    }
    if types.is_empty() {
        return Ok(plan);
    }
    let mut scalars = Vec::with_capacity(types.len());
    for (index, (kind, value)) in types.iter().zip(values).enumerate() {
        let scalar = match value {
            None => ScalarValue::try_from(kind).ok(),
            Some(text) => scalar(text, kind),
        };
        scalars.push(scalar.ok_or_else(|| {
            Problem::new(Code::InvalidValue, format!("the value of `${}` is not of its type", index + 1))
                .with_sqlstate("22P02")
        })?);
    }
    plan.with_param_values(ParamValues::from(scalars)).map_err(|error| crate::fault::problem(&error))
}

fn scalar(text: &str, kind: &DataType) -> Option<ScalarValue> {
    match kind {
        DataType::Boolean => match text.to_lowercase().as_str() {
            "t" | "true" | "1" | "on" | "yes" => Some(ScalarValue::Boolean(Some(true))),
            "f" | "false" | "0" | "off" | "no" => Some(ScalarValue::Boolean(Some(false))),
            _ => None,
        },
        _ => ScalarValue::try_from_string(text.to_owned(), kind).ok(),
    }
}

/// The governed table behind a scan of a plan, if it is one.
pub(crate) fn governed(source: &Arc<dyn TableSource>) -> Option<Arc<dyn datafusion::catalog::TableProvider>> {
    source_as_provider(source).ok().filter(|provider| provider.downcast_ref::<GovernedTable>().is_some())
}

fn external(problem: Problem) -> DataFusionError {
    DataFusionError::External(Box::new(problem))
}

impl ContextProvider for Planner<'_> {
    fn get_table_source(&self, name: TableReference) -> EngineResult<Arc<dyn TableSource>> {
        let parts: Vec<&str> = [name.catalog(), name.schema(), Some(name.table())].into_iter().flatten().collect();
        let typed = parts.join(".").escape_debug().to_string();
        match names::resolve(self.epoch, &self.session.catalog, &parts).map_err(external)? {
            Meaning::Port(target) => self.port(*target, &typed).map_err(external),
            Meaning::System(schema, table) => self
                .system()
                .provider(schema, &table, &self.engine.functions)
                .map_err(external)?
                .map(provider_as_source)
                .ok_or_else(|| external(table_not_found(&typed))),
        }
    }

    fn get_table_function_source(&self, name: &str, args: Vec<Expr>) -> EngineResult<Arc<dyn TableSource>> {
        let function =
            self.engine.functions.table.get(name).ok_or_else(|| external(crate::fault::function_unknown(name)))?;
        let context = SimplifyContext::builder()
            .with_config_options(Arc::clone(self.state.config_options()))
            .with_query_execution_start_time(self.state.execution_props().query_execution_start_time)
            .build();
        let simplifier = ExprSimplifier::new(context);
        let schema = DFSchema::empty();
        let args = args
            .into_iter()
            .map(|arg| {
                let arg = simplifier.simplify(checked(simplifier.coerce(arg, &schema)?, &schema)?.data)?;
                if !matches!(arg, Expr::Literal(..)) {
                    // What could not be computed ahead tells why.
                    let one = RecordBatchOptions::new().with_row_count(Some(1));
                    let row = RecordBatch::try_new_with_options(Arc::clone(schema.inner()), vec![], &one)?;
                    self.state.create_physical_expr(arg.clone(), &schema)?.evaluate(&row)?;
                }
                Ok(arg)
            })
            .collect::<EngineResult<Vec<_>>>()?;
        let provider = function.create_table_provider_with_args(TableFunctionArgs::new(&args, self.state))?;
        Ok(provider_as_source(provider))
    }

    fn create_cte_work_table(&self, name: &str, schema: SchemaRef) -> EngineResult<Arc<dyn TableSource>> {
        Ok(provider_as_source(Arc::new(CteWorkTable::new(name, schema))))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        &self.expr_planners
    }

    fn get_type_planner(&self) -> Option<Arc<dyn TypePlanner>> {
        Some(catalog::type_planner())
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        let of_session = catalog::functions::of_session(name, self.session, || self.system().schemas());
        of_session.or_else(|| self.engine.functions.scalar.get(name).cloned())
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        self.engine.functions.higher_order.get(name).cloned()
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.engine.functions.aggregate.get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.engine.functions.window.get(name).cloned()
    }

    fn get_variable_type(&self, _variable_names: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.state.config_options()
    }

    fn udf_names(&self) -> Vec<String> {
        self.engine.functions.names().into_iter().map(str::to_owned).collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        vec![]
    }

    fn udaf_names(&self) -> Vec<String> {
        vec![]
    }

    fn udwf_names(&self) -> Vec<String> {
        vec![]
    }

    fn get_file_type(&self, ext: &str) -> EngineResult<Arc<dyn datafusion::common::file_options::file_type::FileType>> {
        Err(plan_datafusion_err!("no file format `{ext}`"))
    }
}

/// The columns of each port that an optimised plan reads, by the table's identity.
pub(crate) fn columns_read(plan: &LogicalPlan) -> EngineResult<HashMap<usize, Vec<String>>> {
    use datafusion::common::tree_node::TreeNodeRecursion;
    let mut read: HashMap<usize, Vec<String>> = HashMap::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(provider) = governed(&scan.source)
        {
            let names = scan.projected_schema.fields().iter().map(|field| field.name().clone());
            let filtered = scan.filters.iter().flat_map(Expr::column_refs).map(|column| column.name.clone());
            read.entry(identity(&provider)).or_default().extend(names.chain(filtered));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(read)
}

/// The governed tables that a plan scans, by their names in it: each by its identity.
pub(crate) fn scans(plan: &LogicalPlan) -> EngineResult<HashMap<String, usize>> {
    use datafusion::common::tree_node::TreeNodeRecursion;
    let mut scans = HashMap::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(provider) = governed(&scan.source)
        {
            scans.insert(scan.table_name.to_string(), identity(&provider));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(scans)
}

/// The address of a table: the same for every scan of it within a statement.
pub(crate) fn identity(provider: &Arc<dyn datafusion::catalog::TableProvider>) -> usize {
    Arc::as_ptr(provider).cast::<()>() as usize
}
