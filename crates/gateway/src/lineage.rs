//! Column lineage of a planned query: which input columns each output column came from, and which columns decided which
//! rows exist. Follows the plan as written, before the optimiser.
//!
//! INVARIANT: what cannot be followed is marked unknown, never left out (M15).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::{
    arrow::datatypes::DataType,
    common::{
        Column, DFSchema, ExprSchema as _, TableReference,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    logical_expr::{Distinct, Expr, JoinType, LogicalPlan, Sort},
};
use model::lineage::{ColumnLineage, Dependence, InputColumn, Mixed, TableLineage};

/// Names the tables of a plan: `bronze.claims`, `policy.policies_active.policies`.
pub type Naming<'a> = &'a dyn Fn(&TableReference) -> String;

/// Where one column comes from.
#[derive(Debug, Clone, Default)]
struct Sources {
    from: BTreeMap<InputColumn, Dependence>,
    unknown: bool,
}

/// What is known of one node's output.
#[derive(Debug, Clone, Default)]
struct Traced {
    columns: Vec<Sources>,
    /// Every table that is read, and how many of its rows may meet in one row of the output.
    inputs: BTreeMap<String, usize>,
    influence: BTreeSet<InputColumn>,
    /// Rows that meet because a window looks at neighbours.
    mixed: BTreeSet<Mixed>,
}

/// A scope of an outer query, for correlated subqueries.
struct Scope<'a> {
    schema: Arc<DFSchema>,
    traced: &'a Traced,
    outer: Option<&'a Scope<'a>>,
}

/// The lineage of a plan's output, as a table of that name.
pub fn of_plan(table: &str, plan: &LogicalPlan, naming: Naming<'_>) -> TableLineage {
    let traced = Tracer { naming }.node(plan, None);
    let columns = plan
        .schema()
        .fields()
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let sources = traced.columns.get(index).cloned().unwrap_or_else(Sources::lost);
            ColumnLineage {
                column: field.name().clone(),
                from: sources.from.into_iter().collect(),
                known: !sources.unknown,
                tags: Vec::new(),
            }
        })
        .collect();
    let joined = traced.inputs.iter().filter(|(_, rows)| **rows > 1);
    let joined = joined.map(|(table, _)| Mixed { table: table.clone(), agree: BTreeSet::new() });
    TableLineage {
        table: table.to_owned(),
        mixed: traced.mixed.iter().cloned().chain(joined).collect(),
        inputs: traced.inputs.into_keys().collect(),
        influenced_by: traced.influence.into_iter().collect(),
        columns,
    }
}

impl Sources {
    fn lost() -> Self {
        Self { from: BTreeMap::new(), unknown: true }
    }

    /// The same sources, computed from rather than copied.
    fn derived(mut self) -> Self {
        self.from.values_mut().for_each(|dependence| *dependence = Dependence::Derived);
        self
    }

    /// Both together; a column that is copied on one way and computed on another is computed.
    fn merge(&mut self, other: Self) {
        self.unknown |= other.unknown;
        for (column, dependence) in other.from {
            let kept = self.from.entry(column).or_insert(dependence);
            *kept = (*kept).max_by_strength(dependence);
        }
    }
}

/// Derived wins over Copy: a value that was computed is no longer the value itself.
trait Strength {
    fn max_by_strength(self, other: Self) -> Self;
}

impl Strength for Dependence {
    fn max_by_strength(self, other: Self) -> Self {
        if self == Self::Copy { other } else { self }
    }
}

impl Traced {
    /// Takes over what another node reads, whose rows meet the rows of this one.
    fn absorb(&mut self, other: &Self) {
        other.inputs.iter().for_each(|(table, rows)| *self.inputs.entry(table.clone()).or_default() += rows);
        self.influence.extend(other.influence.iter().cloned());
        self.mixed.extend(other.mixed.iter().cloned());
    }

    /// Takes over what another node reads, whose rows lie beside the rows of this one, or are the same.
    fn beside(&mut self, other: &Self) {
        for (table, rows) in &other.inputs {
            let known = self.inputs.entry(table.clone()).or_default();
            *known = (*known).max(*rows);
        }
        self.influence.extend(other.influence.iter().cloned());
        self.mixed.extend(other.mixed.iter().cloned());
    }

    fn influenced_by(&mut self, sources: Sources) {
        self.influence.extend(sources.from.into_keys());
    }
}

struct Tracer<'a> {
    naming: Naming<'a>,
}

impl Tracer<'_> {
    fn node(&self, plan: &LogicalPlan, outer: Option<&Scope<'_>>) -> Traced {
        match plan {
            LogicalPlan::TableScan(scan) => self.scan(&scan.table_name, &scan.projected_schema),
            LogicalPlan::Projection(node) => self.compute(&node.input, &node.expr, outer),
            LogicalPlan::Values(node) => self.values(&node.values, node.schema.fields().len(), outer),
            LogicalPlan::EmptyRelation(node) => {
                Traced { columns: vec![Sources::default(); node.schema.fields().len()], ..Traced::default() }
            }
            LogicalPlan::Filter(node) => self.influenced(&node.input, [&node.predicate], outer),
            LogicalPlan::Sort(node) => match node.fetch {
                Some(_) => self.influenced(&node.input, node.expr.iter().map(|sort| &sort.expr), outer),
                None => self.node(&node.input, outer),
            },
            LogicalPlan::Limit(node) => {
                let mut traced = self.node(&node.input, outer);
                // What is sorted before it is cut decides which rows there are.
                if let Some(sort) = sorted(&node.input) {
                    traced.beside(&self.influenced(&sort.input, sort.expr.iter().map(|sort| &sort.expr), outer));
                }
                traced
            }
            LogicalPlan::SubqueryAlias(node) => self.node(&node.input, outer),
            LogicalPlan::Subquery(node) => self.node(&node.subquery, outer),
            LogicalPlan::Repartition(node) => self.node(&node.input, outer),
            LogicalPlan::Window(node) => self.window(&node.input, &node.window_expr, outer),
            LogicalPlan::Aggregate(node) => {
                self.aggregate(&node.input, &node.group_expr, &node.aggr_expr, node.schema.fields().len(), outer)
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let mut traced = self.node(input, outer);
                for sources in traced.columns.clone() {
                    traced.influenced_by(sources);
                }
                traced
            }
            LogicalPlan::Distinct(Distinct::On(node)) => {
                let deciding = node.on_expr.iter().chain(node.sort_expr.iter().flatten().map(|sort| &sort.expr));
                let mut traced = self.compute(&node.input, &node.select_expr, outer);
                traced.beside(&self.influenced(&node.input, deciding, outer));
                traced
            }
            LogicalPlan::Join(node) => self.join(node, outer),
            LogicalPlan::Union(node) => self.union(&node.inputs, outer),
            LogicalPlan::Unnest(node) => {
                let input = self.node(&node.input, outer);
                let columns = node
                    .dependency_indices
                    .iter()
                    .map(|index| input.columns.get(*index).cloned().map_or_else(Sources::lost, Sources::derived))
                    .collect();
                Traced { columns, ..input }
            }
            other => self.unknown(other, outer),
        }
    }

    fn scan(&self, name: &TableReference, schema: &DFSchema) -> Traced {
        let table = (self.naming)(name);
        let columns = schema
            .fields()
            .iter()
            .map(|field| {
                let column = InputColumn { table: table.clone(), column: field.name().clone() };
                Sources { from: [(column, Dependence::Copy)].into(), unknown: false }
            })
            .collect();
        Traced { columns, inputs: [(table, 1)].into(), ..Traced::default() }
    }

    fn values(&self, rows: &[Vec<Expr>], width: usize, outer: Option<&Scope<'_>>) -> Traced {
        let empty = Traced::default();
        let schema = Arc::new(DFSchema::empty());
        let mut traced = Traced { columns: vec![Sources::default(); width], ..Traced::default() };
        for row in rows {
            for (index, expr) in row.iter().enumerate() {
                let sources =
                    self.expression(expr, &Scope { schema: Arc::clone(&schema), traced: &empty, outer }, &mut traced);
                if let Some(column) = traced.columns.get_mut(index) {
                    column.merge(sources.derived());
                }
            }
        }
        traced
    }

    /// A node whose output columns are expressions over its input.
    fn compute<'e>(
        &self,
        input: &LogicalPlan,
        exprs: impl IntoIterator<Item = &'e Expr>,
        outer: Option<&Scope<'_>>,
    ) -> Traced {
        let below = self.node(input, outer);
        let mut traced = Traced::default();
        traced.absorb(&below);
        let scope = Scope { schema: Arc::clone(input.schema()), traced: &below, outer };
        for expr in exprs {
            let sources = self.expression(expr, &scope, &mut traced);
            traced.columns.push(sources);
        }
        traced
    }

    /// A node that passes its input's columns on, and whose expressions decide which rows exist.
    fn influenced<'e>(
        &self,
        input: &LogicalPlan,
        exprs: impl IntoIterator<Item = &'e Expr>,
        outer: Option<&Scope<'_>>,
    ) -> Traced {
        let below = self.node(input, outer);
        let mut traced = below.clone();
        let scope = Scope { schema: Arc::clone(input.schema()), traced: &below, outer };
        for expr in exprs {
            let sources = self.expression(expr, &scope, &mut traced);
            traced.influenced_by(sources);
        }
        traced
    }

    fn window(&self, input: &LogicalPlan, exprs: &[Expr], outer: Option<&Scope<'_>>) -> Traced {
        let below = self.node(input, outer);
        let mut traced = below.clone();
        let scope = Scope { schema: Arc::clone(input.schema()), traced: &below, outer };
        for expr in exprs {
            let sources = self.expression(expr, &scope, &mut traced);
            let partition = match expr.clone().unalias() {
                Expr::WindowFunction(window) => window.params.partition_by,
                _ => vec![],
            };
            let copied: Vec<Sources> = partition.iter().map(|by| self.expression(by, &scope, &mut traced)).collect();
            for table in below.inputs.keys() {
                traced.mixed.insert(Mixed { table: table.clone(), agree: agreeing(table, &copied) });
            }
            traced.columns.push(sources);
        }
        traced
    }

    fn aggregate(
        &self,
        input: &LogicalPlan,
        groups: &[Expr],
        aggregates: &[Expr],
        width: usize,
        outer: Option<&Scope<'_>>,
    ) -> Traced {
        let expanded: Vec<&Expr> = groups
            .iter()
            .flat_map(|expr| match expr {
                Expr::GroupingSet(set) => set.distinct_expr(),
                other => vec![other],
            })
            .collect();
        let mut traced = self.compute(input, expanded.iter().copied().chain(aggregates), outer);
        let deciding: Vec<Sources> = traced.columns.iter().take(expanded.len()).cloned().collect();
        deciding.into_iter().for_each(|sources| traced.influenced_by(sources));
        if traced.columns.len() + 1 == width {
            // Grouping sets add the column that tells the sets apart, between groups and aggregates.
            traced.columns.insert(expanded.len(), Sources::default());
        }
        if traced.columns.len() != width {
            traced.columns = vec![Sources::lost(); width];
        }
        traced
    }

    fn join(&self, node: &datafusion::logical_expr::Join, outer: Option<&Scope<'_>>) -> Traced {
        let left = self.node(&node.left, outer);
        let right = self.node(&node.right, outer);
        let mut both = Traced::default();
        both.absorb(&left);
        both.absorb(&right);
        both.columns = left.columns.iter().chain(&right.columns).cloned().collect();
        let mut traced = both.clone();
        let mut on = Sources::default();
        match node.left.schema().join(node.right.schema()) {
            Ok(schema) => {
                let scope = Scope { schema: Arc::new(schema), traced: &both, outer };
                let pairs = node.on.iter().flat_map(|(left, right)| [left, right]);
                for expr in pairs.chain(&node.filter) {
                    on.merge(self.expression(expr, &scope, &mut traced).derived());
                }
            }
            Err(_) => on.unknown = true,
        }
        match node.join_type {
            JoinType::LeftSemi | JoinType::LeftAnti => traced.columns = left.columns,
            JoinType::RightSemi | JoinType::RightAnti => traced.columns = right.columns,
            JoinType::LeftMark => traced.columns = left.columns.into_iter().chain([on.clone()]).collect(),
            JoinType::RightMark => traced.columns = right.columns.into_iter().chain([on.clone()]).collect(),
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {}
        }
        if on.unknown {
            traced.columns.iter_mut().for_each(|sources| sources.unknown = true);
        }
        traced.influenced_by(on);
        traced
    }

    fn union(&self, inputs: &[Arc<LogicalPlan>], outer: Option<&Scope<'_>>) -> Traced {
        let mut traced = Traced::default();
        for input in inputs {
            let branch = self.node(input, outer);
            traced.beside(&branch);
            if traced.columns.is_empty() {
                traced.columns = branch.columns;
                continue;
            }
            for (index, column) in traced.columns.iter_mut().enumerate() {
                column.merge(branch.columns.get(index).cloned().unwrap_or_else(Sources::lost));
            }
        }
        traced
    }

    /// A node this module does not know: its inputs are kept, its columns are unknown.
    fn unknown(&self, plan: &LogicalPlan, outer: Option<&Scope<'_>>) -> Traced {
        let mut traced = Traced::default();
        for input in plan.inputs() {
            let below = self.node(input, outer);
            traced.absorb(&below);
            below.columns.into_iter().for_each(|sources| traced.influenced_by(sources));
        }
        traced.columns = vec![Sources::lost(); plan.schema().fields().len()];
        traced
    }

    /// The sources of one expression. Subqueries in it add their inputs and influence to `traced`.
    fn expression(&self, expr: &Expr, scope: &Scope<'_>, traced: &mut Traced) -> Sources {
        match expr {
            Expr::Column(column) => scope.find(column),
            Expr::OuterReferenceColumn(_, column) => scope.find_outer(column),
            Expr::Alias(alias) => self.expression(&alias.expr, scope, traced),
            Expr::Literal(..) => Sources::default(),
            // Another representation of text is the same value; every other cast computes one.
            Expr::Cast(cast) if is_text(cast.field.data_type()) && is_text_column(&cast.expr, scope) => {
                self.expression(&cast.expr, scope, traced)
            }
            other => self.computed(other, scope, traced).derived(),
        }
    }

    /// Everything an expression is computed from: its columns and those of the subqueries in it.
    fn computed(&self, expr: &Expr, scope: &Scope<'_>, traced: &mut Traced) -> Sources {
        let mut sources = Sources::default();
        let walked = expr.apply(|expr| {
            match expr {
                Expr::Column(column) => sources.merge(scope.find(column)),
                Expr::OuterReferenceColumn(_, column) => sources.merge(scope.find_outer(column)),
                Expr::ScalarSubquery(subquery) => sources.merge(self.subquery(&subquery.subquery, scope, traced)),
                Expr::Exists(exists) => sources.merge(self.subquery(&exists.subquery.subquery, scope, traced)),
                Expr::InSubquery(inside) => sources.merge(self.subquery(&inside.subquery.subquery, scope, traced)),
                Expr::SetComparison(set) => sources.merge(self.subquery(&set.subquery.subquery, scope, traced)),
                Expr::Placeholder(_) | Expr::ScalarVariable(..) => sources.unknown = true,
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        });
        sources.unknown |= walked.is_err();
        sources
    }

    fn subquery(&self, plan: &LogicalPlan, scope: &Scope<'_>, traced: &mut Traced) -> Sources {
        let inner = self.node(plan, Some(scope));
        traced.absorb(&inner);
        inner.columns.into_iter().fold(Sources::default(), |mut all, column| {
            all.merge(column);
            all
        })
    }
}

/// The sort whose rows a limit cuts, if they are sorted.
fn sorted(plan: &LogicalPlan) -> Option<&Sort> {
    match plan {
        LogicalPlan::Sort(sort) => Some(sort),
        LogicalPlan::Projection(node) => sorted(&node.input),
        LogicalPlan::SubqueryAlias(node) => sorted(&node.input),
        LogicalPlan::Limit(node) => sorted(&node.input),
        _ => None,
    }
}

/// The columns of a table in which the rows of one partition agree: those it is partitioned by as they are.
fn agreeing(table: &str, partition: &[Sources]) -> BTreeSet<String> {
    let copied = |sources: &&Sources| !sources.unknown && sources.from.len() == 1;
    let of_table = |(input, dependence): (&InputColumn, &Dependence)| {
        (input.table == table && *dependence == Dependence::Copy).then(|| input.column.clone())
    };
    partition.iter().filter(copied).flat_map(|sources| &sources.from).filter_map(of_table).collect()
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn is_text_column(expr: &Expr, scope: &Scope<'_>) -> bool {
    let Expr::Column(column) = expr else { return false };
    scope.schema.field_from_column(column).is_ok_and(|field| is_text(field.data_type()))
}

impl Scope<'_> {
    fn find(&self, column: &Column) -> Sources {
        self.schema
            .maybe_index_of_column(column)
            .and_then(|index| self.traced.columns.get(index).cloned())
            .unwrap_or_else(Sources::lost)
    }

    fn find_outer(&self, column: &Column) -> Sources {
        let mut next = self.outer;
        while let Some(scope) = next {
            if let Some(index) = scope.schema.maybe_index_of_column(column) {
                return scope.traced.columns.get(index).cloned().unwrap_or_else(Sources::lost);
            }
            next = scope.outer;
        }
        Sources::lost()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::{
        arrow::datatypes::{DataType, Field, Schema},
        datasource::empty::EmptyTable,
        prelude::{SessionConfig, SessionContext},
    };
    use model::lineage::{Dependence, Mixed, TableLineage};

    use super::of_plan;

    async fn lineage(sql: &str) -> TableLineage {
        let config = SessionConfig::new().with_default_catalog_and_schema("c", "s");
        let context = SessionContext::new_with_config(config);
        for (name, columns) in [("a", ["id", "name", "amount"]), ("b", ["id", "city", "x"])] {
            let fields: Vec<Field> = columns
                .iter()
                .map(|name| {
                    let kind = if matches!(*name, "amount" | "x") { DataType::Int64 } else { DataType::Utf8 };
                    Field::new(*name, kind, true)
                })
                .collect();
            let fields = if name == "b" {
                let list = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
                fields.into_iter().chain([Field::new("list", list, true)]).collect()
            } else {
                fields
            };
            context.register_table(name, Arc::new(EmptyTable::new(Arc::new(Schema::new(fields))))).unwrap();
        }
        let plan = context.state().create_logical_plan(sql).await.unwrap();
        of_plan("out", &plan, &|name| name.table().to_owned())
    }

    /// `column: a.id, derived a.name` for every output column, then the influence.
    async fn shown(sql: &str) -> String {
        let lineage = lineage(sql).await;
        let mut lines: Vec<String> = lineage
            .columns
            .iter()
            .map(|column| {
                let from: Vec<String> = column
                    .from
                    .iter()
                    .map(|(input, dependence)| {
                        let how = if *dependence == Dependence::Copy { "" } else { "~" };
                        format!("{how}{}.{}", input.table, input.column)
                    })
                    .collect();
                format!("{}: {}{}", column.column, from.join(" "), if column.known { "" } else { " ?" })
            })
            .collect();
        let influence: Vec<String> =
            lineage.influenced_by.iter().map(|input| format!("{}.{}", input.table, input.column)).collect();
        lines.push(format!("| {}", influence.join(" ")));
        lines.join("; ")
    }

    #[tokio::test]
    async fn every_shape_of_query_is_followed() {
        for (sql, expected) in [
            ("SELECT id, name AS n FROM a", "id: a.id; n: a.name; | "),
            ("SELECT upper(name) AS u, 1 AS one FROM a", "u: ~a.name; one: ; | "),
            ("SELECT id FROM a WHERE amount > 3", "id: a.id; | a.amount"),
            ("SELECT CAST(id AS TEXT) AS id, CAST(amount AS TEXT) AS t FROM a", "id: a.id; t: ~a.amount; | "),
            ("SELECT a.name, b.city FROM a JOIN b ON a.id = b.id", "name: a.name; city: b.city; | a.id b.id"),
            (
                "SELECT name, sum(amount) AS s, count(*) AS n FROM a GROUP BY name",
                "name: a.name; s: ~a.amount; n: ; | a.name",
            ),
            ("SELECT id FROM a UNION ALL SELECT city FROM b", "id: a.id b.city; | "),
            ("SELECT x.id FROM (SELECT id FROM a) x", "id: a.id; | "),
            ("WITH y AS (SELECT name AS id FROM a) SELECT id FROM y", "id: a.name; | "),
            ("SELECT DISTINCT id FROM a", "id: a.id; | a.id"),
            ("SELECT id FROM a ORDER BY amount LIMIT 3", "id: a.id; | a.amount"),
            ("SELECT id FROM a ORDER BY amount", "id: a.id; | "),
            ("SELECT coalesce(id, name) AS c FROM a", "c: ~a.id ~a.name; | "),
            ("SELECT row_number() OVER (PARTITION BY name ORDER BY amount) AS r FROM a", "r: ~a.amount ~a.name; | "),
            ("SELECT (SELECT max(x) FROM b WHERE b.id = a.id) AS m FROM a", "m: ~b.x; | a.id b.id"),
            ("SELECT id FROM a WHERE id IN (SELECT city FROM b)", "id: a.id; | a.id b.city"),
            ("SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id)", "id: a.id; | a.id b.id"),
            ("SELECT unnest(list) AS u FROM b", "u: ~b.list; | "),
            (
                "SELECT a.* FROM a LEFT JOIN b ON a.id = b.id AND b.x > 1",
                "id: a.id; name: a.name; amount: a.amount; | a.id b.id b.x",
            ),
        ] {
            assert_eq!(shown(sql).await, expected, "{sql}");
        }
    }

    #[tokio::test]
    async fn a_column_read_twice_keeps_its_own_table() {
        let text = shown("SELECT l.id AS one, r.name AS two FROM a l JOIN a r ON l.id = r.id").await;
        assert_eq!(text, "one: a.id; two: a.name; | a.id");
    }

    /// `a(name)`: rows of `a` that agree in their name.
    async fn mixed(sql: &str) -> String {
        let lineage = lineage(sql).await;
        let one = |mixed: &Mixed| {
            format!("{}({})", mixed.table, mixed.agree.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
        };
        lineage.mixed.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[tokio::test]
    async fn inputs_whose_rows_meet_are_mixed() {
        for (sql, expected) in [
            ("SELECT id, name FROM a WHERE amount > 3", ""),
            ("SELECT name, sum(amount) AS s FROM a GROUP BY name", ""),
            ("SELECT a.name, b.city FROM a JOIN b ON a.id = b.id", ""),
            // Beside each other, they do not meet.
            ("SELECT id, name FROM a UNION ALL SELECT id, name FROM a", ""),
            ("SELECT DISTINCT ON (name) id, name FROM a ORDER BY name, amount", ""),
            ("SELECT id FROM a ORDER BY amount LIMIT 3", ""),
            ("SELECT l.id, r.name FROM a l JOIN a r ON l.amount = r.amount", "a()"),
            ("WITH c AS (SELECT * FROM a) SELECT x.id, y.name FROM c x, c y", "a()"),
            ("SELECT id, (SELECT max(amount) FROM a) AS m FROM a", "a()"),
            ("SELECT id FROM a WHERE amount = (SELECT max(amount) FROM a)", "a()"),
            ("SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id)", ""),
            ("SELECT id, lag(name) OVER (ORDER BY amount) AS before FROM a", "a()"),
            ("SELECT id, lag(id) OVER (PARTITION BY name ORDER BY amount) AS before FROM a", "a(name)"),
            ("SELECT id, lag(id) OVER (PARTITION BY upper(name) ORDER BY amount) AS before FROM a", "a()"),
            ("SELECT a.id, count(*) OVER (PARTITION BY a.name) AS n FROM a JOIN b ON a.id = b.id", "a(name) b()"),
        ] {
            assert_eq!(mixed(sql).await, expected, "{sql}");
        }
    }

    #[tokio::test]
    async fn every_table_that_is_read_is_an_input() {
        let lineage = lineage("SELECT 1 AS one FROM a CROSS JOIN b").await;
        assert_eq!(lineage.inputs, ["a", "b"]);
        assert!(lineage.columns[0].from.is_empty() && lineage.columns[0].known);
    }
}
