//! Oracle MIRROR: a second database that physically holds only what ana may see answers the same.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array},
    compute::cast,
    datatypes::{DataType, Field, Schema},
    util::display::{ArrayFormatter, FormatOptions},
};
use datafusion::{
    catalog::{CatalogProvider, MemTable, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider},
    prelude::{SessionConfig, SessionContext},
};
use model::{class::ClassName, treatment::TokenKey};

use crate::{
    door::{ana, run, shared, una},
    f1::{self, F1, World, new_year},
};

/// What ana may see, computed from the stored rows without the gateway.
fn mirror(f1: &F1) -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(2);
    config.options_mut().sql_parser.dialect = datafusion::common::config::Dialect::PostgreSQL;
    config.options_mut().execution.time_zone = Some("UTC".to_owned());
    let context = SessionContext::new_with_config(config);
    let key = TokenKey { class: ClassName::from_tag("pii.national_id"), scope: "mesh".into(), version: 1 };
    let key = f1.keys.token_key(&key).unwrap();
    let visible: Vec<_> = f1::people(World::ONE).into_iter().filter(|c| c.region == Some("EU")).collect();
    let year = |days: i32| (1_900..2_030).rev().map(new_year).find(|start| *start <= days).unwrap();
    let text = |values: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let rows = visible.len();
    let masked = |email: &str| format!("{}***@{}", &email[..1], email.split_once('@').unwrap().1);
    let nick = DataType::Struct(vec![Field::new("nick", DataType::Utf8, true)].into());
    let micros: TimestampMicrosecondArray = visible.iter().map(|c| Some(c.updated)).collect();
    let customers: Vec<(&str, ArrayRef)> = vec![
        ("customer_id", Arc::new(Int64Array::from_iter_values(visible.iter().map(|c| c.id)))),
        ("full_name", text(vec!["REDACTED".to_owned(); rows])),
        ("email", text(visible.iter().map(|c| masked(&c.email)).collect())),
        (
            "national_id",
            text(visible.iter().map(|c| governance::mask::token(&key, c.national_id.as_bytes())).collect()),
        ),
        ("birth_date", Arc::new(Date32Array::from_iter_values(visible.iter().map(|c| year(c.birth))))),
        ("income", new_null_array(&DataType::Decimal128(12, 2), rows)),
        ("notes", text(visible.iter().map(|c| c.notes.clone()).collect())),
        ("region", text(vec!["EU".to_owned(); rows])),
        ("segment", text(visible.iter().map(|c| c.segment.to_owned()).collect())),
        ("updated_at", Arc::new(micros.with_timezone("UTC"))),
        ("profile", new_null_array(&nick, rows)),
    ];
    let claims = f1::claims();
    let claims: Vec<(&str, ArrayRef)> = ["claim_id", "customer_id", "amount", "fraud_score", "region"]
        .into_iter()
        .map(|name| (name, Arc::clone(claims.column_by_name(name).unwrap())))
        .collect();
    let policies = f1::policies();
    let policies: Vec<(&str, ArrayRef)> = ["policy_id", "customer_id", "premium", "kind"]
        .into_iter()
        .map(|name| (name, Arc::clone(policies.column_by_name(name).unwrap())))
        .collect();
    register(&context, "customer", "customer_master", "customers", customers);
    register(&context, "claims", "claims_enriched", "claims", claims);
    register(&context, "policy", "policies_active", "policies", policies);
    context
}

fn register(context: &SessionContext, catalog: &str, schema: &str, table: &str, columns: Vec<(&str, ArrayRef)>) {
    // Session types: views for texts; every column may be NULL.
    let columns: Vec<(&str, ArrayRef)> = columns
        .into_iter()
        .map(|(name, array)| match array.data_type() {
            DataType::Utf8 => (name, cast(&array, &DataType::Utf8View).unwrap()),
            _ => (name, array),
        })
        .collect();
    let fields: Vec<Field> = columns.iter().map(|(name, a)| Field::new(*name, a.data_type().clone(), true)).collect();
    let schema_of = Arc::new(Schema::new(fields));
    let arrays: Vec<ArrayRef> = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema_of), arrays).unwrap();
    // Several batches, as files would give.
    let batches = (0..batch.num_rows()).step_by(7).map(|at| batch.slice(at, 7.min(batch.num_rows() - at))).collect();
    let provider = Arc::new(MemTable::try_new(schema_of, vec![batches]).unwrap());
    let tables = Arc::new(MemorySchemaProvider::new());
    tables.register_table(table.to_owned(), provider).unwrap();
    let schemas = Arc::new(MemoryCatalogProvider::new());
    schemas.register_schema(schema, tables).unwrap();
    context.register_catalog(catalog, schemas);
}

async fn ask_mirror(context: &SessionContext, sql: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let class = |error: datafusion::error::DataFusionError| {
        let text = error.to_string().to_lowercase();
        if text.contains("divide by zero") {
            "22012".to_owned()
        } else if text.contains("cast") {
            "22P02".to_owned()
        } else {
            text
        }
    };
    let frame = context.sql(sql).await.map_err(class)?;
    let columns = frame.schema().fields().iter().map(|f| format!("{}:{}", f.name(), f.data_type())).collect();
    let batches = frame.collect().await.map_err(class)?;
    let mut rows = vec![];
    for batch in batches {
        let options = FormatOptions::default().with_null("NULL");
        let cells: Vec<_> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            rows.push(cells.iter().map(|cell| cell.value(row).to_string()).collect::<Vec<_>>().join(" | "));
        }
    }
    Ok((columns, rows))
}

async fn ask_gateway(f1: &F1, sql: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let table = f1.try_ask(&ana(), sql).await.map_err(|problem| problem.sqlstate().to_owned())?;
    let line = |row: &Vec<Option<String>>| {
        row.iter().map(|cell| cell.clone().unwrap_or_else(|| "NULL".to_owned())).collect::<Vec<_>>().join(" | ")
    };
    Ok((table.columns, table.rows.iter().map(line).collect()))
}

async fn same(f1: &F1, context: &SessionContext, sql: &str, ordered: bool) {
    let mut left = ask_gateway(f1, sql).await;
    let mut right = ask_mirror(context, sql).await;
    // Names are PostgreSQL's on one side and the engine's on the other; types are the same.
    for side in [&mut left, &mut right].into_iter().flatten() {
        for column in &mut side.0 {
            *column = column.rsplit_once(':').map_or(String::new(), |(_, kind)| kind.to_owned());
        }
    }
    if !ordered {
        for side in [&mut left, &mut right].into_iter().flatten() {
            side.1.sort();
        }
    }
    assert_eq!(left, right, "{sql}");
}

/// Statements for each seed.
const STATEMENTS: usize = 120;

/// A small generator with its own randomness, so that a seed gives the same statements everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn of<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[self.roll(options.len())]
    }

    fn value(&mut self) -> String {
        let options = [
            "c.customer_id",
            "c.full_name",
            "c.email",
            "c.national_id",
            "c.birth_date",
            "c.income",
            "c.notes",
            "c.region",
            "c.segment",
            "upper(c.email)",
            "substr(c.national_id, 1, 4)",
            "date_part('year', c.birth_date)",
            "coalesce(c.income, 0)",
            "CAST(c.notes AS INT)",
            "1/(c.customer_id - 777001)",
            "md5(c.full_name)",
            "c.email || c.segment",
            "CASE WHEN c.income IS NULL THEN 1 ELSE 2 END",
            "c.profile",
            "length(c.email)",
            "CAST(c.birth_date AS VARCHAR)",
            "c.customer_id % 7",
        ];
        self.of(&options).to_owned()
    }

    fn predicate(&mut self, depth: usize) -> String {
        if depth > 0 && self.roll(3) > 0 {
            let (left, right) = (self.predicate(depth - 1), self.predicate(depth - 1));
            return match self.roll(3) {
                0 => format!("({left} AND {right})"),
                1 => format!("({left} OR {right})"),
                _ => format!("NOT ({left})"),
            };
        }
        let options = [
            "c.region = 'EU'",
            "c.region <> 'EU'",
            "c.region IS NULL",
            "c.full_name = 'REDACTED'",
            "c.full_name = 'Ada Lovell'",
            "c.income > 50000",
            "c.income IS NULL",
            "c.customer_id BETWEEN 1005 AND 1020",
            "c.customer_id IN (1001, 777001, 999999)",
            "c.email LIKE 'a%'",
            "c.email LIKE 'p%'",
            "c.birth_date = DATE '1990-01-01'",
            "c.birth_date > DATE '1960-06-01'",
            "c.segment = 'vip'",
            "CAST(c.notes AS INT) > 1010",
            "1/(c.customer_id - 777001) < 5",
            "c.national_id > '8'",
            "c.national_id = 'EU-RAW-1001'",
            "EXISTS (SELECT 1 FROM claims.claims_enriched.claims k WHERE k.customer_id = c.customer_id)",
            "c.customer_id NOT IN (SELECT customer_id FROM claims.claims_enriched.claims WHERE amount > 500)",
            "1 = 1",
            "c.updated_at > TIMESTAMP '2026-01-01 00:00:00Z'",
            "c.profile IS NULL",
        ];
        self.of(&options).to_owned()
    }

    /// A statement, and whether its order is total.
    fn statement(&mut self) -> (String, bool) {
        let from = match self.roll(4) {
            0 => {
                "customer.customer_master.customers c JOIN claims.claims_enriched.claims k ON k.customer_id = c.customer_id"
            }
            1 => {
                "customer.customer_master.customers c LEFT JOIN policy.policies_active.policies p ON p.customer_id = c.customer_id"
            }
            _ => "customer.customer_master.customers c",
        };
        let predicate = self.predicate(2);
        match self.roll(5) {
            0 => {
                let key = self.of(&["c.segment", "c.full_name", "c.birth_date", "c.customer_id % 5"]);
                let measure = self.of(&[
                    "count(*)",
                    "count(c.income)",
                    "min(c.email)",
                    "max(c.birth_date)",
                    "sum(c.income)",
                    "count(DISTINCT c.national_id)",
                    "count(*) FILTER (WHERE c.email LIKE 'a%')",
                    "bool_or(c.income IS NULL)",
                ]);
                (
                    format!(
                        "SELECT {key} AS k, {measure} AS m FROM {from} WHERE {predicate} GROUP BY 1 HAVING count(*) > 1"
                    ),
                    false,
                )
            }
            1 => {
                let (limit, offset) = (self.roll(50), self.roll(20));
                let value = self.value();
                let direction = self.of(&["ASC", "DESC"]);
                let sql = format!(
                    "SELECT c.customer_id, {value} AS v FROM customer.customer_master.customers c WHERE {predicate} ORDER BY c.customer_id {direction} LIMIT {limit} OFFSET {offset}"
                );
                (sql, true)
            }
            2 => {
                let (one, two) = (self.predicate(1), self.predicate(1));
                let set = self.of(&["UNION ALL", "UNION", "INTERSECT", "EXCEPT"]);
                let column = self.of(&["c.national_id", "c.full_name", "c.segment", "c.customer_id"]);
                let table = "customer.customer_master.customers c";
                (
                    format!("SELECT {column} FROM {table} WHERE {one} {set} SELECT {column} FROM {table} WHERE {two}"),
                    false,
                )
            }
            3 => {
                let window = self.of(&[
                    "row_number() OVER (ORDER BY c.customer_id)",
                    "rank() OVER (ORDER BY c.birth_date)",
                    "lag(c.email) OVER (ORDER BY c.customer_id)",
                    "count(*) OVER (PARTITION BY c.segment)",
                    "sum(c.income) OVER (PARTITION BY c.full_name)",
                ]);
                let table = "customer.customer_master.customers c";
                (format!("SELECT c.customer_id, {window} AS w FROM {table} WHERE {predicate}"), false)
            }
            _ => {
                let (one, two) = (self.value(), self.value());
                (format!("SELECT {one} AS a, {two} AS b FROM {from} WHERE {predicate}"), false)
            }
        }
    }
}

#[test]
fn generated_statements_answer_as_over_the_mirror() {
    run(async {
        let f1 = shared().await;
        let context = mirror(f1);
        for seed in [20_261_122, 7, 424_242] {
            println!("seed {seed}");
            let mut dice = Dice(seed);
            for _ in 0..STATEMENTS {
                let (sql, ordered) = dice.statement();
                same(f1, &context, &sql, ordered).await;
            }
        }
    });
}

#[test]
fn errors_over_visible_rows_are_of_the_same_class() {
    run(async {
        let f1 = shared().await;
        let context = mirror(f1);
        for sql in [
            "SELECT 1/(customer_id - 1001) FROM customer.customer_master.customers",
            "SELECT CAST(full_name AS INT) FROM customer.customer_master.customers",
            "SELECT 1/(customer_id - 777001) FROM customer.customer_master.customers",
            "SELECT sum(1/(customer_id - 1040)) FROM customer.customer_master.customers",
            "SELECT CAST(national_id AS INT) FROM customer.customer_master.customers",
            "WITH RECURSIVE r(id, n) AS (SELECT customer_id, 1 FROM customer.customer_master.customers WHERE customer_id = 1001 UNION ALL SELECT c.customer_id, n + 1 FROM r JOIN customer.customer_master.customers c ON c.customer_id = r.id + 1 WHERE n < 5) SELECT count(*), max(id) FROM r",
            "WITH RECURSIVE r(n) AS (SELECT 1001 UNION ALL SELECT r.n + 1 FROM r, customer.customer_master.customers c WHERE c.customer_id = r.n + 1) SELECT n FROM r",
        ] {
            same(f1, &context, sql, false).await;
        }
    });
}

/// The oracle itself: what una sees is not what the mirror of ana holds.
#[test]
fn the_mirror_tells_a_difference() {
    run(async {
        let f1 = shared().await;
        let context = mirror(f1);
        for column in ["full_name", "email", "national_id", "birth_date", "income", "customer_id"] {
            let sql = format!("SELECT {column} FROM customer.customer_master.customers");
            let rows = ask_una(f1, &sql).await;
            let mirrored = ask_mirror(&context, &sql).await.unwrap().1;
            assert_ne!(rows.len(), mirrored.len(), "{column}: rows");
            assert!(column == "customer_id" || !rows.iter().any(|row| mirrored.contains(row)), "{column}: values");
        }
    });
}

async fn ask_una(f1: &F1, sql: &str) -> Vec<String> {
    let rows = f1.try_ask(&una(), sql).await.unwrap().rows;
    rows.into_iter().flatten().map(|cell| cell.unwrap_or_else(|| "NULL".to_owned())).collect()
}
