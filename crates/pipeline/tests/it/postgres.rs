//! Tables of a PostgreSQL database into bronze: exactly once, with their types, whatever the server does meanwhile.

use model::{Code, Problem};
use pipeline::{RunReport, RunTarget, StepState};

use crate::{
    database::Database,
    house::{House, PASSWORD},
};

const CLAIMS: &str = "  claims: {from: public.claims, cursor: updated_at, key: [claim_id], lookback: 1h}";

async fn run(house: &House, table: &str) -> Result<RunReport, Problem> {
    house.run_target("claims", RunTarget::Bronze(table.parse().unwrap()), false).await
}

/// Rows taken and set aside by a run.
async fn took(house: &House, table: &str) -> (u64, u64) {
    let step = run(house, table).await.unwrap().steps.remove(0);
    assert_eq!(step.state == StepState::Unchanged, (step.rows, step.rejected) == (0, 0), "{step:?}");
    (step.rows, step.rejected)
}

#[tokio::test]
async fn every_type_arrives_as_what_it_is() {
    let database = Database::start().await;
    database
        .sql(
            "CREATE TYPE mood AS ENUM ('calm', 'cross');
             CREATE DOMAIN euro AS numeric(10,2);
             CREATE TABLE \"Every Type\" (b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, d numeric(12,2),
               wide numeric(50,2), e euro, t text, v varchar(9), u uuid, j jsonb, m mood, da date, ts timestamptz, tz timestamp,
               y bytea, l int[], \"_batch\" int, \"Odd \"\"name\" text);
             INSERT INTO \"Every Type\" VALUES (true, -1, 2, 9007199254740993, 1.5, 0.1, 1.230, -12.34, 5.5, 7, 'a\tb\\N', 'ä',
               '00000000-0000-0000-0000-000000000001', '{\"a\": 1}', 'cross', '2026-02-28', '2026-02-28 12:00:00.123456+02',
               '2026-02-28 12:00:00', '\\x00ff', '{1,2}', 3, 'x');
             INSERT INTO \"Every Type\" (t) VALUES ('')",
        )
        .await;
    let house = database.house("  every: {from: 'public.\"Every Type\"'}").await;
    let step = run(&house, "every").await.unwrap().steps.remove(0);
    assert_eq!((step.rows, step.rejected), (2, 0));
    assert_eq!(step.notes, ["times without a zone are read as UTC: `tz`"]);
    let columns =
        "b, i2, i4, i8, f4, f8, n, d, wide, e, t, v, u, j, m, da, ts, tz, y, l, _batch_source, \"Odd \"\"name\"";
    let rows = house.rows("claims", "bronze.every", columns).await;
    assert_eq!(
        rows,
        [
            "-|-|-|-|-|-|-|-|-|-||-|-|-|-|-|-|-|-|-|-|-",
            "true|-1|2|9007199254740993|1.5|0.1|1.230|-12.34|5.50|7.00|a\tb\\N|ä|00000000-0000-0000-0000-000000000001|{\"a\": 1}|\
             cross|2026-02-28|2026-02-28T10:00:00.123456Z|2026-02-28T12:00:00Z|00ff|{1,2}|3|x",
        ]
    );
    let types =
        "arrow_typeof(i2), arrow_typeof(d), arrow_typeof(e), arrow_typeof(n), arrow_typeof(da), arrow_typeof(tz)";
    let types = house.rows("claims", "bronze.every", types).await;
    assert_eq!(types[0], "Int64|Decimal128(12, 2)|Decimal128(10, 2)|Utf8View|Date32|Timestamp(µs, \"UTC\")",);
}

#[tokio::test]
async fn the_next_run_takes_what_is_new_and_nothing_twice() {
    let database = Database::start().await;
    database
        .sql(
            "CREATE TABLE claims (claim_id int, state text, updated_at timestamptz);
             INSERT INTO claims VALUES (1, 'old', '2026-01-01 10:00Z'), (2, 'open', '2026-01-01 11:30Z'),
               (3, 'open', '2026-01-01 12:00Z'), (4, 'twin', '2026-01-01 12:00Z'), (4, 'twin', '2026-01-01 12:00Z'),
               (5, 'never', NULL)",
        )
        .await;
    let house = database.house(CLAIMS).await;
    assert_eq!(took(&house, "claims").await, (6, 0));
    assert_eq!(took(&house, "claims").await, (0, 0), "nothing changed");
    // An update, a row that was committed late, a third twin, one before the lookback, and another without a cursor.
    database
        .sql(
            "UPDATE claims SET state = 'paid', updated_at = '2026-01-01 12:30Z' WHERE claim_id = 2;
             INSERT INTO claims VALUES (6, 'late', '2026-01-01 11:01Z'), (4, 'twin', '2026-01-01 12:00Z'),
               (7, 'too late', '2026-01-01 10:59Z'), (8, 'never', NULL)",
        )
        .await;
    assert_eq!(took(&house, "claims").await, (4, 0));
    assert_eq!(took(&house, "claims").await, (0, 0));
    let rows = house.rows("claims", "bronze.claims", "_batch, claim_id, state").await;
    let expected = [
        "1|1|old",
        "1|2|open",
        "1|3|open",
        "1|4|twin",
        "1|4|twin",
        "1|5|never",
        "2|2|paid",
        "2|4|twin",
        "2|6|late",
        "2|8|never",
    ];
    assert_eq!(rows, expected);
    // A cursor that goes back takes nothing again, and a longer lookback does not either.
    database.sql("DELETE FROM claims WHERE updated_at > '2026-01-01 12:00Z'").await;
    let longer = database.source(&CLAIMS.replace("1h", "24h"));
    house.apply(&[("domains/claims/sources/ops.yaml", &longer)]).await.unwrap();
    assert_eq!(took(&house, "claims").await, (0, 0));
    database.sql("INSERT INTO claims VALUES (9, 'new', '2026-01-01 11:45Z')").await;
    assert_eq!(took(&house, "claims").await, (1, 0));
    assert_eq!(took(&house, "claims").await, (0, 0));
}

#[tokio::test]
async fn a_cursor_of_numbers_goes_on_from_its_last_value() {
    let database = Database::start().await;
    database
        .sql("CREATE TABLE events AS SELECT n::bigint AS id, 'e' || n AS name FROM generate_series(1, 40000) n")
        .await;
    let house = database.house("  events: {from: events, cursor: id}").await;
    assert_eq!(took(&house, "events").await, (40_000, 0));
    database.sql("INSERT INTO events VALUES (40000, 'again'), (40001, 'new'), (5, 'behind')").await;
    assert_eq!(took(&house, "events").await, (2, 0));
    assert_eq!(took(&house, "events").await, (0, 0));
    let rows = house.rows("claims", "bronze.events", "count(*), count(DISTINCT name), min(_line), max(_line)").await;
    assert_eq!(rows, ["40002|40002|1|40000"]);
}

#[tokio::test]
async fn a_table_without_a_cursor_is_replaced_only_when_it_changed() {
    let database = Database::start().await;
    database
        .sql("CREATE TABLE codes (code int PRIMARY KEY, meaning text); INSERT INTO codes VALUES (1, 'a'), (2, 'b')")
        .await;
    let house = database.house("  codes: {query: \"SELECT meaning, code FROM codes -- all of them\"}").await;
    assert_eq!(took(&house, "codes").await, (2, 0));
    // The same rows in another order.
    database.sql("UPDATE codes SET meaning = 'x' WHERE code = 1; UPDATE codes SET meaning = 'a' WHERE code = 1").await;
    assert_eq!(took(&house, "codes").await, (0, 0));
    database.sql("DELETE FROM codes WHERE code = 2; INSERT INTO codes VALUES (3, 'c')").await;
    assert_eq!(took(&house, "codes").await, (2, 0));
    assert_eq!(house.rows("claims", "bronze.codes", "_batch, code, meaning").await, ["2|1|a", "2|3|c"]);
    database.sql("DELETE FROM codes").await;
    run(&house, "codes").await.unwrap();
    assert_eq!(house.rows("claims", "bronze.codes", "code").await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_column_that_changes_its_type_is_taken_and_named() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int, v int, w int); INSERT INTO t VALUES (1, 7, 1)").await;
    let house = database.house("  t: {from: t, cursor: id}").await;
    assert_eq!(took(&house, "t").await, (1, 0));
    database
        .sql(
            "ALTER TABLE t ALTER id TYPE bigint, ALTER v TYPE text, ALTER w TYPE numeric(8,2), ADD more text;
             INSERT INTO t VALUES (2, 'seven', 2, 'm')",
        )
        .await;
    let step = run(&house, "t").await.unwrap().steps.remove(0);
    // The row that was taken is another one now: `w` is 1.00.
    assert_eq!(step.rows, 2);
    let expected = [
        "the column `v` is of the type string now, and was integer",
        "the column `w` is of the type decimal(8,2) now, and was integer",
    ];
    assert_eq!(step.notes, expected);
    let rows = house.rows("claims", "bronze.t", "_batch, id, v, w, more").await;
    assert_eq!(rows, ["1|1|7|1.00|-", "2|1|7|1.00|-", "2|2|seven|2.00|m"]);
}

#[tokio::test]
async fn a_column_that_only_gets_wider_changes_no_row() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int, v int); INSERT INTO t VALUES (1, 7)").await;
    let house = database.house("  t: {from: t, cursor: id}").await;
    assert_eq!(took(&house, "t").await, (1, 0));
    database.sql("ALTER TABLE t ALTER id TYPE bigint, ALTER v TYPE text, ADD more text").await;
    assert_eq!(took(&house, "t").await, (0, 0));
}

#[tokio::test]
async fn values_that_nothing_holds_are_set_aside_once() {
    let database = Database::start().await;
    database
        .sql(
            "CREATE TABLE odd (id int, n numeric(6,2), d date, at timestamptz);
             INSERT INTO odd VALUES (1, 1, '2026-01-01', '2026-01-01 10:00Z'), (2, 'NaN', NULL, '2026-01-01 10:00Z'),
               (3, 1, 'infinity', '2026-01-01 10:00Z'), (4, 1, NULL, 'infinity'), (5, 1, NULL, '294276-12-31 23:59:59.999999Z'),
               (6, 1, '4713-01-01 BC', '2026-01-01 10:00Z')",
        )
        .await;
    let house = database.house("  odd: {from: odd, cursor: at}\n  whole: {from: odd}").await;
    assert_eq!(took(&house, "odd").await, (1, 5));
    assert_eq!(took(&house, "odd").await, (0, 0), "an infinite time is not the last one for ever");
    database.sql("INSERT INTO odd VALUES (7, 1, NULL, '2026-01-02Z')").await;
    assert_eq!(took(&house, "odd").await, (1, 0));
    let reasons = house.rows("claims", "bronze.odd__rejected", "_line, reason").await;
    let expected = [
        "2|the value of `n` is not a number (NaN) or infinite, which no decimal is",
        "3|the value of `d` is infinite, which no date and no time of ours is",
        "4|the value of `at` is infinite, which no date and no time of ours is",
        "5|the value of `at` lies before the year 1 or after the year 9999",
        "6|the value of `d` lies before the year 1 or after the year 9999",
    ];
    assert_eq!(reasons, expected);
    let raw = house.rows("claims", "bronze.odd__rejected", "raw").await;
    assert!(raw.contains(&r#"{"id":"4","n":"1.00","d":null,"at":"infinity"}"#.to_owned()), "{raw:?}");
    assert_eq!(took(&house, "whole").await, (2, 5));
    assert_eq!(took(&house, "whole").await, (0, 0));
}

#[tokio::test]
async fn an_empty_table_has_its_columns() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int, at timestamptz)").await;
    let house = database.house("  t: {from: t, cursor: at}").await;
    run(&house, "t").await.unwrap();
    assert_eq!(house.rows("claims", "bronze.t", "id, at, _batch").await, [] as [&str; 0]);
    assert_eq!(run(&house, "t").await.unwrap().steps[0].state, StepState::Unchanged);
    database.sql("INSERT INTO t VALUES (1, NULL), (2, '2026-01-01Z')").await;
    assert_eq!(took(&house, "t").await, (2, 0));
    assert_eq!(took(&house, "t").await, (0, 0));
}

#[tokio::test]
async fn what_is_asked_for_anew_takes_the_place_of_what_was() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b')").await;
    let house = database.house("  t: {from: t, cursor: id}").await;
    assert_eq!(took(&house, "t").await, (2, 0));
    let other = database.source("  t: {query: \"SELECT id, upper(v) AS v FROM t\", cursor: id}");
    house.apply(&[("domains/claims/sources/ops.yaml", &other)]).await.unwrap();
    let step = run(&house, "t").await.unwrap().steps.remove(0);
    assert_eq!((step.rows, step.notes.len()), (2, 1));
    assert!(step.notes[0].starts_with("what is asked for changed"), "{:?}", step.notes);
    assert_eq!(house.rows("claims", "bronze.t", "_batch, v").await, ["2|A", "2|B"]);
    assert_eq!(took(&house, "t").await, (0, 0));
}

/// A table of so many rows that is read as slowly as `delay` says, and a house that reads it.
async fn slow(rows: u32, more: &str) -> (Database, House) {
    let database = Database::start().await;
    let big = format!("CREATE TABLE big AS SELECT n AS id, repeat('x', 500) AS text FROM generate_series(1, {rows}) n");
    database.sql(&format!("CREATE TABLE delay (seconds float8); INSERT INTO delay VALUES (0.002); {big}")).await;
    let query = "SELECT id, text, pg_sleep((SELECT seconds FROM delay))::text AS slept FROM big";
    let house = database.house(&format!("  big: {{query: \"{query}\"{more}}}")).await;
    (database, house)
}

const UNDER_WAY: &str = "SELECT count(*) FROM pg_stat_progress_copy WHERE tuples_processed > 200";

#[tokio::test]
async fn a_backend_that_dies_in_the_middle_leaves_nothing_and_the_next_run_takes_all() {
    let (database, house) = slow(1_000, ", cursor: id").await;
    let killing = async {
        database.until(UNDER_WAY).await;
        database.count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_progress_copy").await;
    };
    let (ended, ()) = tokio::join!(run(&house, "big"), killing);
    let problem = ended.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    let at = format!("the table `ops.big` on `127.0.0.1:{}`", database.port);
    assert!(problem.message().starts_with(&at), "{problem}");
    assert!(problem.hint().unwrap().contains("the next run takes all of it"), "{problem:?}");
    assert_eq!(house.rows("claims", "bronze.big", "_batch").await, [] as [&str; 0]);
    database.sql("UPDATE delay SET seconds = 0").await;
    assert_eq!(took(&house, "big").await, (1_000, 0));
    assert_eq!(took(&house, "big").await, (0, 0));
    assert_eq!(house.rows("claims", "bronze.big", "count(*), count(DISTINCT id), max(_batch)").await, ["1000|1000|1"]);
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_leaves_nothing_and_the_next_run_takes_all() {
    let (mut database, house) = slow(20_000, "").await;
    let stopping = async {
        database.until(UNDER_WAY).await;
        database.stop();
    };
    let (ended, ()) = tokio::join!(run(&house, "big"), stopping);
    let problem = ended.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    let problem = run(&house, "big").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable, "and while it is away");
    database.start_again().await;
    database.sql("UPDATE delay SET seconds = 0").await;
    assert_eq!(took(&house, "big").await, (20_000, 0));
    assert_eq!(
        house.rows("claims", "bronze.big", "count(*), count(DISTINCT id), max(_batch)").await,
        ["20000|20000|1"]
    );
}

#[tokio::test]
async fn a_run_that_is_given_up_ends_what_it_asked() {
    let (database, house) = slow(20_000, "").await;
    {
        let mut running = Box::pin(run(&house, "big"));
        tokio::select! {
            ended = &mut running => panic!("it ended: {ended:?}"),
            () = database.until(UNDER_WAY) => {}
        }
    }
    database.until("SELECT (count(*) = 0)::int::bigint FROM pg_stat_activity WHERE usename = 'reader'").await;
    assert_eq!(house.rows("claims", "bronze.big", "_batch").await, [] as [&str; 0]);
}

#[tokio::test]
async fn altered_digests_of_rows_are_found() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)").await;
    let house = database.house("  t: {from: t, cursor: id}").await;
    assert_eq!(took(&house, "t").await, (1, 0));
    let folder = house.data().join("zones/claims/bronze/ops/t/data");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let known = names.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "known")).unwrap();
    std::fs::write(&known, [0; 16]).unwrap();
    assert_eq!(run(&house, "t").await.unwrap_err().code(), Code::DataUnavailable);
    let log = house.zone("claims").batches(&"ops".parse().unwrap(), &"t".parse().unwrap());
    assert_eq!(log.verify().await.unwrap_err().code(), Code::DataUnavailable);
}

#[tokio::test]
async fn what_a_database_says_is_not_repeated() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'canary-value')").await;
    database.sql("CREATE TABLE hidden (id int); REVOKE ALL ON hidden FROM reader").await;
    let tables = "  t: {query: \"SELECT id, v::int AS v FROM t\"}\n  absent: {from: nowhere}\n  hidden: {from: hidden}\n  \
                  column: {from: t, cursor: idd}\n  keyed: {from: t, key: [claim]}\n  writes: {query: \"SELECT nextval('s')\"}";
    let house = database.house(tables).await;
    database.sql("CREATE SEQUENCE s; GRANT ALL ON SEQUENCE s TO reader").await;
    for (table, expected) in [
        ("t", "the server answers with the error 22P02"),
        ("absent", "there is no such table"),
        ("hidden", "`reader` may not"),
        ("column", "has no column `idd`"),
        ("keyed", "has no column `claim`"),
        ("writes", "the query writes"),
    ] {
        let problem = run(&house, table).await.unwrap_err();
        assert_eq!(problem.code(), Code::SourceUnavailable, "{table}");
        assert!(problem.message().contains(expected), "{problem}");
        assert!(!format!("{problem:?}").contains("canary"), "{problem:?}");
    }
}

#[tokio::test]
async fn a_password_is_in_no_message() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int)").await;
    database.sql("ALTER ROLE reader PASSWORD 'another'").await;
    let house = database.house("  t: {from: t}").await;
    let problem = run(&house, "t").await.unwrap_err();
    assert!(problem.message().ends_with("the server refuses the credentials of `reader`"), "{problem}");
    assert!(!format!("{problem:?}").contains(PASSWORD));
    // The same out of a file.
    database.sql(&format!("ALTER ROLE reader PASSWORD '{PASSWORD}'")).await;
    let source = database.source("  t: {from: t}").replace("env:CLAIMS_OPS_PASSWORD", "file:ops");
    house.apply(&[("domains/claims/sources/ops.yaml", &source)]).await.unwrap();
    assert_eq!(run(&house, "t").await.unwrap_err().code(), Code::SourceUnavailable);
    std::fs::create_dir_all(house.data().join("secrets/claims")).unwrap();
    std::fs::write(house.data().join("secrets/claims/ops"), format!("{PASSWORD}\n")).unwrap();
    run(&house, "t").await.unwrap();
    let journal = std::fs::read(house.data().join("journal.db")).unwrap();
    assert!(!journal.windows(PASSWORD.len()).any(|bytes| bytes == PASSWORD.as_bytes()));
}

#[tokio::test]
async fn a_server_without_encryption_is_not_spoken_to() {
    let database = Database::start().await;
    database.sql("CREATE TABLE t (id int)").await;
    let source = database.source("  t: {from: t}").replace("database:", "tls: require\ndatabase:");
    let house = House::with(&[("mesh.yaml", &database.mesh()), ("domains/claims/sources/ops.yaml", &source)]).await;
    let problem = run(&house, "t").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    assert!(problem.hint().unwrap().contains("encrypted"), "{problem:?}");
}

#[tokio::test]
async fn an_encrypted_server_is_believed_by_its_certificate_and_its_name() {
    let database = Database::start_with(&["ssl=on", "ssl_cert_file=server.crt", "ssl_key_file=server.key"]).await;
    database.sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)").await;
    let plain = database.source("  t: {from: t}").replace("database:", "tls: require\ndatabase:");
    let named = plain.replace("127.0.0.1", "localhost");
    let house = House::with(&[("mesh.yaml", &database.mesh()), ("domains/claims/sources/ops.yaml", &named)]).await;
    std::fs::create_dir_all(house.data().join("secrets/claims")).unwrap();
    std::fs::write(house.data().join("secrets/claims/ca.pem"), database.authority()).unwrap();
    let trusting = |source: &str| source.replace("database:", "ca: ca.pem\ndatabase:");
    for untrusted in [named.clone(), trusting(&plain)] {
        house.apply(&[("domains/claims/sources/ops.yaml", &untrusted)]).await.unwrap();
        assert_eq!(run(&house, "t").await.unwrap_err().code(), Code::SourceUnavailable, "{untrusted}");
    }
    house.apply(&[("domains/claims/sources/ops.yaml", &trusting(&named))]).await.unwrap();
    assert_eq!(took(&house, "t").await, (1, 0));
}

#[tokio::test]
async fn a_host_that_the_mesh_does_not_name_is_never_reached() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let source = format!(
        "source: ops\nkind: postgres\nhost: 127.0.0.1:{port}\ndatabase: claims\n\
         credentials: {{user: reader, password: env:CLAIMS_OPS_PASSWORD}}\ntables: {{t: {{from: t}}}}\n"
    );
    let ops = ("domains/claims/sources/ops.yaml", source.as_str());
    // A repository that holds the mesh's rules is checked against them before it is applied.
    let house = House::with(&[]).await;
    let problem = house.apply(&[ops]).await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable, "{problem}");
    // A domain's own repository does not hold them: the run knows.
    let house = House::with_own(&[
        ("domain.yaml", "domain: motor\nowner: claims-owners\nsteward: claims-stewards\n"),
        ("sources/ops.yaml", &source.replace("CLAIMS_OPS", "MOTOR_OPS")),
    ])
    .await;
    let context = house.context("user:carl");
    let target = RunTarget::Bronze("t".parse().unwrap());
    let motor = "motor".parse().unwrap();
    let run = house.pipeline.run(&motor, target, false, &context, &pipeline::Silent);
    let problem = run.await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    assert!(problem.message().contains("may not ingest from"), "{problem}");
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
