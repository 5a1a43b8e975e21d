//! Where columns come from, statement by statement.

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
