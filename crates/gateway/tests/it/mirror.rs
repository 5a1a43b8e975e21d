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
    door::{ana, restricted, run, shared, una},
    f1::{self, F1, World, new_year},
    oracle::{Dice, Statement, Words, count, seeds, shrink},
    slt::Login,
};

/// The mirror of ana, or of amy in the restricted world, computed from the stored rows without the gateway.
fn mirror(f1: &F1, world: World) -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(2);
    config.options_mut().sql_parser.dialect = datafusion::common::config::Dialect::PostgreSQL;
    config.options_mut().execution.time_zone = Some("UTC".to_owned());
    let context = SessionContext::new_with_config(config);
    let key = TokenKey { class: ClassName::from_tag("pii.national_id"), scope: "mesh".into(), version: 1 };
    let key = f1.keys.token_key(&key).unwrap();
    let is_visible = |c: &f1::Customer| match world.restricted {
        false => c.region == Some("EU"),
        true => matches!(c.region, Some("EU" | "APAC")) && c.segment.is_some_and(|segment| segment != "vip"),
    };
    let visible: Vec<_> = f1::people(world).into_iter().filter(is_visible).collect();
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
        ("region", text(visible.iter().map(|c| c.region.unwrap().to_owned()).collect())),
        ("segment", text(visible.iter().map(|c| c.segment.unwrap().to_owned()).collect())),
        ("updated_at", Arc::new(micros.with_timezone("UTC"))),
        ("profile", new_null_array(&nick, rows)),
    ];
    let claims = f1::claims(world);
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

async fn ask_mirror(context: &SessionContext, sql: &str) -> Answered {
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
    // The engine's own ranks are unsigned; the gateway's are not.
    let kind = |kind: &DataType| if *kind == DataType::UInt64 { DataType::Int64 } else { kind.clone() };
    let columns = frame.schema().fields().iter().map(|f| format!("{}:{}", f.name(), kind(f.data_type()))).collect();
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

async fn ask_gateway(f1: &F1, login: &Login, sql: &str) -> Answered {
    let table = f1.try_ask(login, sql).await.map_err(|problem| problem.sqlstate().to_owned())?;
    let line = |row: &Vec<Option<String>>| {
        row.iter().map(|cell| cell.clone().unwrap_or_else(|| "NULL".to_owned())).collect::<Vec<_>>().join(" | ")
    };
    Ok((table.columns, table.rows.iter().map(line).collect()))
}

/// A reader, and the database that holds only what they may see.
struct Mirrored<'a> {
    f1: &'a F1,
    login: Login,
    context: SessionContext,
}

type Answered = Result<(Vec<String>, Vec<String>), String>;

impl<'a> Mirrored<'a> {
    fn ana(f1: &'a F1) -> Self {
        Self { f1, login: ana(), context: mirror(f1, World::ONE) }
    }

    fn amy(f1: &'a F1) -> Self {
        let login = Login { user: "amy".to_owned(), ..ana() };
        Self { f1, login, context: mirror(f1, World::RESTRICTED) }
    }

    /// Names and types of the columns, and the rows, sorted where their order is free.
    async fn both(&self, sql: &str, ordered: bool) -> (Answered, Answered) {
        let mut left = ask_gateway(self.f1, &self.login, sql).await;
        let mut right = ask_mirror(&self.context, sql).await;
        if !ordered {
            for side in [&mut left, &mut right].into_iter().flatten() {
                side.1.sort();
            }
        }
        (left, right)
    }

    async fn differs(&self, statement: &Statement) -> Option<String> {
        let (left, right) = self.both(&statement.to_string(), statement.is_ordered()).await;
        (left != right).then(|| format!("governed: {left:?}\n  mirror: {right:?}"))
    }

    async fn generated(&self, usual: &[u64], statements: usize) {
        let words = Words::shared();
        for seed in seeds(usual) {
            println!("MIRROR: seed {seed}; `SEED={seed} MIRROR={statements}` plays it again");
            let mut dice = Dice::new(seed);
            for _ in 0..count("MIRROR", statements) {
                let statement = Statement::random(&mut dice, &words);
                if self.differs(&statement).await.is_some() {
                    let least = shrink(statement, async |smaller| self.differs(smaller).await.is_some()).await;
                    panic!("{least}\n{}", self.differs(&least).await.unwrap());
                }
            }
        }
    }
}

/// Statements for each seed.
const STATEMENTS: usize = 120;

#[test]
fn generated_statements_answer_as_over_the_mirror() {
    run(async { Mirrored::ana(shared().await).generated(&[20_261_122, 7, 424_242], STATEMENTS).await });
}

/// S-22: two entitlements and a restriction.
#[test]
fn generated_statements_answer_as_over_the_mirror_of_a_restricted_port() {
    run(async { Mirrored::amy(restricted().await).generated(&[22], STATEMENTS).await });
}

#[test]
fn errors_over_visible_rows_are_of_the_same_class() {
    run(async {
        let ana = Mirrored::ana(shared().await);
        for sql in [
            "SELECT 1/(customer_id - 1001) AS v FROM customer.customer_master.customers",
            "SELECT CAST(full_name AS INT) AS v FROM customer.customer_master.customers",
            "SELECT 1/(customer_id - 777001) AS v FROM customer.customer_master.customers",
            "SELECT sum(1/(customer_id - 1040)) AS v FROM customer.customer_master.customers",
            "SELECT CAST(national_id AS INT) AS v FROM customer.customer_master.customers",
            "WITH RECURSIVE r(id, n) AS (SELECT customer_id, 1 FROM customer.customer_master.customers WHERE customer_id = 1001 UNION ALL SELECT c.customer_id, n + 1 FROM r JOIN customer.customer_master.customers c ON c.customer_id = r.id + 1 WHERE n < 5) SELECT count(*) AS n, max(id) AS v FROM r",
            "WITH RECURSIVE r(n) AS (SELECT 1001 UNION ALL SELECT r.n + 1 FROM r, customer.customer_master.customers c WHERE c.customer_id = r.n + 1) SELECT n FROM r",
        ] {
            let (left, right) = ana.both(sql, false).await;
            assert_eq!(left, right, "{sql}");
        }
    });
}

/// The oracle itself: what una sees is not what the mirror of ana holds.
#[test]
fn the_mirror_tells_a_difference() {
    run(async {
        let f1 = shared().await;
        let context = mirror(f1, World::ONE);
        for column in ["full_name", "email", "national_id", "birth_date", "income", "customer_id"] {
            let sql = format!("SELECT {column} FROM customer.customer_master.customers");
            let rows = ask_una(f1, &sql).await;
            let mirrored = ask_mirror(&context, &sql).await.unwrap().1;
            assert_ne!(rows.len(), mirrored.len(), "{column}: rows");
            assert!(column == "customer_id" || !rows.iter().any(|row| mirrored.contains(row)), "{column}: values");
        }
    });
}

/// The oracle itself: names of columns are compared.
#[test]
fn the_mirror_tells_a_name() {
    run(async {
        let ana = Mirrored::ana(shared().await);
        let sql = "SELECT count(*) FROM customer.customer_master.customers";
        // PostgreSQL says `count`, the engine `count(*)`: the only thing that differs here.
        let (left, right) = ana.both(sql, false).await;
        assert_ne!(left, right);
        assert_eq!(left.unwrap().1, right.unwrap().1);
    });
}

async fn ask_una(f1: &F1, sql: &str) -> Vec<String> {
    let rows = f1.try_ask(&una(), sql).await.unwrap().rows;
    rows.into_iter().flatten().map(|cell| cell.unwrap_or_else(|| "NULL".to_owned())).collect()
}
