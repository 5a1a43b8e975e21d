//! What comes before and beside statements on the doors: startup parameters (S-37), bytes that are no text (S-39), one
//! decision for each attempt (oracle AUDIT), and denials that take the same time (S-27).

use axum::{body::Body, http::Request};
use serde_json::json;
use tower::ServiceExt as _;

use crate::{
    doors::{Rest, Simple},
    f1::World,
    f1_house::F1House,
    raw::Raw,
    slt::{Door, Login},
    support::run,
};

fn login(user: &str) -> Login {
    Login { user: user.to_owned(), purpose: Some("fraud-detection".to_owned()), database: None }
}

async fn connect(house: &F1House, user: &str, more: &[(&str, &str)]) -> Result<Raw, crate::raw::Refused> {
    let token = house.token(user).await;
    let parameters = [&[("user", user)], more].concat();
    Raw::connect(&house.running.ready.postgres, &parameters, &token).await
}

const COUNT: &str = "SELECT count(*), min(full_name) FROM customer.customer_master.customers";

#[test]
fn a_startup_message_sets_what_a_session_may_set() {
    run(async {
        let house = F1House::shared().await;
        for (name, value) in [
            ("options", "-c role=adm"),
            ("options", "-crole=adm"),
            ("options", "--role=adm"),
            ("options", "-c session_authorization=adm"),
            ("options", "-c is_superuser=on"),
            ("options", "-c datafusion.explain.show_statistics=true"),
            ("options", "-c purpose=fraud-detection -c role=adm"),
            ("role", "adm"),
            ("session_authorization", "adm"),
            ("is_superuser", "on"),
            ("datafusion.runtime.memory_limit", "64G"),
        ] {
            let refused =
                connect(house, "ana", &[(name, value)]).await.err().unwrap_or_else(|| panic!("{name}={value}"));
            assert_eq!(
                (refused.field('S'), refused.field('C')),
                ("FATAL", "42501"),
                "{name}={value}: {}",
                refused.text()
            );
        }
        // Who signs in is who asks, whatever else is said.
        let parameters = [("options", "-c purpose=fraud-detection"), ("application_name", "adm")];
        let mut raw = connect(house, "ana", &parameters).await.unwrap();
        let rows = raw.extended("SELECT current_user, session_user", 0).await.unwrap().rows;
        assert_eq!(rows, vec![vec![Some("ana".to_owned()), Some("ana".to_owned())]]);
        let rows = raw.extended(COUNT, 0).await.unwrap().rows;
        assert_eq!(rows, vec![vec![Some("40".to_owned()), Some("REDACTED".to_owned())]]);
    });
}

#[test]
fn a_refusal_is_told_before_the_sync_that_follows_it() {
    run(async {
        let house = F1House::shared().await;
        let mut raw = connect(house, "ana", &[]).await.unwrap();
        // `extended` sends its sync when it has the answer, and gives up on one that is held back.
        let refused = raw.extended("SELECT * FROM hr.payroll.salaries", 0).await.unwrap_err();
        assert_eq!(refused.field('C'), "42P01");
        assert_eq!(raw.extended("SELECT 1", 0).await.unwrap().rows, vec![vec![Some("1".to_owned())]]);
    });
}

#[test]
fn a_bind_supplies_what_the_statement_takes() {
    run(async {
        let house = F1House::shared().await;
        let mut raw = connect(house, "ana", &[]).await.unwrap();
        let sql = "SELECT $1::bigint + 1, $2::text";
        for values in [&[][..], &["1"], &["1", "a", "b"]] {
            let refused = raw.bound(sql, values, 0).await.unwrap_err();
            assert_eq!(refused.field('C'), "08P01", "{values:?}: {}", refused.text());
            assert!(refused.field('M').contains(&format!("{} parameters", values.len())), "{}", refused.text());
        }
        let rows = raw.bound(sql, &["1", "a"], 0).await.unwrap().rows;
        assert_eq!(rows, vec![vec![Some("2".to_owned()), Some("a".to_owned())]]);
    });
}

#[test]
fn bytes_that_are_no_text_are_one_refusal_and_open_nothing() {
    run(async {
        let house = F1House::shared().await;
        let quote = b"SELECT customer_id FROM customer.customer_master.customers WHERE full_name = ";
        let cases: [(&str, Vec<u8>); 7] = [
            ("a byte order mark before", [b"\xef\xbb\xbf".as_slice(), b"SELECT 1"].concat()),
            ("an overlong quote", [quote.as_slice(), b"\xc0\xa7Ada Lovell\xc0\xa7"].concat()),
            ("an overlong slash", b"SELECT '\xc0\xaf'".to_vec()),
            ("an overlong zero", b"SELECT '\xc0\x80'".to_vec()),
            ("half a character", b"SELECT '\xe2\x80'".to_vec()),
            ("a surrogate", b"SELECT '\xed\xa0\x80'".to_vec()),
            ("Latin 1", b"SELECT '\xe9'".to_vec()),
        ];
        for (what, sql) in cases {
            let mut raw = connect(house, "ana", &[("options", "-c purpose=fraud-detection")]).await.unwrap();
            let refused = raw.simple(&sql).await.unwrap_or_else(|| panic!("{what} was answered"));
            assert!(["42601", "22021", "08P01"].contains(&refused.field('C')), "{what}: {}", refused.text());
            // Over HTTP the body is JSON, and JSON is UTF-8.
            let body = [b"{\"sql\": \"".as_slice(), &sql, b"\"}"].concat();
            let request = Request::post("/api/v1/query")
                .header("authorization", format!("Bearer {}", house.token("ana").await))
                .header("content-type", "application/json")
                .body(Body::from(body))
                .unwrap();
            let status = house.router.clone().oneshot(request).await.unwrap().status();
            assert_eq!(status, 400, "{what}");
        }
        // A zero byte cannot travel on the wire; over HTTP it is a character that no statement holds.
        let reply = house.query(&login("ana"), "SELECT 1 \0 OR 1").await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (400, "invalid-sql"));
        let wide = format!("SELECT {}1", " ".repeat(1 << 19));
        assert_eq!(Simple(house).ask(&login("ana"), &wide).await.unwrap().rows.len(), 1);
        assert_eq!(Rest(house).ask(&login("ana"), &wide).await.unwrap().rows.len(), 1);
    });
}

/// How many decisions the log holds.
async fn decisions(house: &F1House) -> usize {
    house.running.house().activity.recent(None, 1_000).await.unwrap().len()
}

#[test]
fn every_attempt_is_one_decision_on_every_door() {
    run(async {
        let house = F1House::start(World::ONE).await;
        let mut raw = connect(&house, "ana", &[("options", "-c purpose=fraud-detection")]).await.unwrap();
        let statements = [
            (COUNT, None),
            ("EXPLAIN SELECT 1", None),
            ("SHOW purpose", None),
            ("SELECT 1/(customer_id - 1001) FROM customer.customer_master.customers", Some("22012")),
            ("SELECT * FROM hr.payroll.salaries", Some("42P01")),
            ("SELECT nothing FROM customer.customer_master.customers", Some("42703")),
            ("COPY customer.customer_master.customers TO STDOUT", Some("0A000")),
            ("DROP TABLE customer.customer_master.customers", Some("0A000")),
            ("SET ROLE adm", Some("42501")),
            ("SET datafusion.explain.show_statistics = true", Some("42501")),
            ("SELEKT 1", Some("42601")),
            ("SELECT pg_sleep(1)", Some("42883")),
        ];
        let mut before = decisions(&house).await;
        for (sql, state) in statements {
            for door in ["simple", "extended", "rest"] {
                let failed = match door {
                    "simple" => raw.simple(sql.as_bytes()).await.map(|refused| refused.field('C').to_owned()),
                    "extended" => raw.extended(sql, 7).await.err().map(|refused| refused.field('C').to_owned()),
                    _ => {
                        let reply = house.query(&login("ana"), sql).await;
                        // Its own states are coarser, and it has nothing to set.
                        if reply.status.is_success() && !reply.is_broken_off() {
                            None
                        } else {
                            state.map(str::to_owned).or(Some(reply.text()))
                        }
                    }
                };
                assert_eq!(failed.as_deref(), state, "{door}: {sql}");
                let after = decisions(&house).await;
                assert_eq!(after - before, 1, "{door}: {sql}");
                before = after;
            }
        }
        // Several statements: each that was reached, or the one refusal of a door that takes one.
        raw.simple(b"SELECT 1; SELECT 2; SELECT * FROM hr.payroll.salaries; SELECT 3").await.unwrap();
        assert_eq!(decisions(&house).await - before, 3);
        raw.extended("SELECT 1; SELECT 2", 0).await.unwrap_err();
        assert_eq!(house.query(&login("ana"), "SELECT 1; SELECT 2").await.status, 400);
        assert_eq!(decisions(&house).await - before, 5);
        // Who asked and under which purpose is what the door knows, not what the text says.
        let latest = house.running.house().activity.recent(None, 1).await.unwrap().remove(0).statement;
        assert_eq!(latest.principal.to_string(), "user:ana");
        assert_eq!(latest.purpose.unwrap().as_str(), "fraud-detection");
        assert_eq!(serde_json::to_value(latest.decision).unwrap(), json!({"refused": "invalid-sql"}));
        house.running.stop().await;
    });
}

/// Most that the slowest median may be of the fastest.
const APART: f64 = 2.0;

#[test]
fn what_is_hidden_takes_no_longer_than_what_is_absent() {
    run(async {
        let house = F1House::shared().await;
        let samples: usize = std::env::var("TESSERA_SAMPLES").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
        let names = [
            "hr.payroll.salaries",
            "hr.payroll.salariez",
            "hr.payrolx.salaries",
            "hx.payroll.salaries",
            "customer.customer_master.customerz",
        ];
        let mut raw = connect(house, "eve", &[]).await.unwrap();
        let eve = Login { user: "eve".to_owned(), ..Login::default() };
        let mut times = vec![vec![vec![]; names.len()]; 2];
        // In turns, so that whatever else the machine does meets each of them alike.
        for round in 0..samples {
            for turn in 0..names.len() {
                let which = (round + turn) % names.len();
                let sql = format!("SELECT * FROM {}", names[which]);
                let start = std::time::Instant::now();
                let refused = raw.simple(sql.as_bytes()).await.unwrap();
                times[0][which].push(start.elapsed());
                assert_eq!(refused.field('C'), "42P01");
                let start = std::time::Instant::now();
                let reply = house.query(&eve, &sql).await;
                times[1][which].push(start.elapsed());
                assert_eq!(reply.status, 404);
            }
        }
        for (door, times) in ["postgres", "http"].into_iter().zip(times) {
            let medians: Vec<f64> = times
                .into_iter()
                .map(|mut times| {
                    times.sort();
                    times[times.len() / 2].as_secs_f64() * 1_000.0
                })
                .collect();
            let told: Vec<String> = names.iter().zip(&medians).map(|(name, ms)| format!("{name} {ms:.2} ms")).collect();
            println!("S-27 {door}, medians of {samples}: {}", told.join(", "));
            let (least, most) =
                (medians.iter().copied().fold(f64::MAX, f64::min), medians.iter().copied().fold(0.0, f64::max));
            assert!(most / least <= APART, "{door}: {told:?}");
        }
    });
}
