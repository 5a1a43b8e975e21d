//! What changes while people work: grants, revocations, expiry, purposes, the audit.

use futures::StreamExt as _;
use model::{Code, access::RowsGrant, scope::RowScope};

use crate::{
    door::{ana, eve, run, shared, table},
    f1::{self, CUSTOMERS, F1, World},
    slt::Login,
};

const ALL: &str = "SELECT customer_id FROM customer.customer_master.customers";

async fn count(f1: &F1, login: &Login, sql: &str) -> Result<usize, String> {
    f1.try_ask(login, sql).await.map(|table| table.rows.len()).map_err(|problem| problem.sqlstate().to_owned())
}

#[test]
fn a_revocation_is_seen_by_the_next_statement() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let session = f1.session(&ana()).unwrap();
        let statement = f1::statement(ALL);
        let answer = f1.gateway.run(&session, &statement, &[]).await.unwrap();
        assert_eq!(table(answer).await.unwrap().rows.len(), 40);
        let request = f1.registry.mesh().requests().find(|r| r.product.to_string() == CUSTOMERS).unwrap().id;
        f1.revoke(request, "user:stu").await;
        // The same prepared statement in the same session.
        let problem = f1.gateway.run(&session, &statement, &[]).await.unwrap_err();
        assert_eq!((problem.code(), problem.sqlstate()), (Code::AccessRequired, "42501"));
        assert!(problem.hint().unwrap().contains("tessera request customer.customer_master"), "{problem:?}");
        assert_eq!(count(&f1, &ana(), "SELECT * FROM claims.claims_enriched.claims").await, Ok(60));
    });
}

#[test]
fn grants_add_up_and_restrictions_stay() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let apac = RowsGrant::Scope("apac".parse().unwrap());
        assert_eq!(count(&f1, &ana(), ALL).await, Ok(40));
        // S-22: another entitlement never narrows.
        let request = f1.grant("user:ana", CUSTOMERS, "fraud-detection", RowsGrant::All, &[]).await;
        assert_eq!(count(&f1, &ana(), ALL).await, Ok(46));
        f1.revoke(request, "user:stu").await;
        assert_eq!(count(&f1, &ana(), ALL).await, Ok(40));
        f1.grant("user:ana", CUSTOMERS, "marketing", apac, &[]).await;
        // Another purpose is another entitlement.
        assert_eq!(count(&f1, &ana(), ALL).await, Ok(40));
        let marketing = Login { purpose: Some("marketing".into()), ..ana() };
        assert_eq!(count(&f1, &marketing, ALL).await, Ok(0));
    });
}

/// S-22 step by step: what ana sees after each grant and revocation, the restriction included.
#[test]
fn a_restriction_is_never_widened() {
    run(async {
        let f1 = F1::build(World::RESTRICTED).await;
        let apac = || RowsGrant::Scope("apac".parse().unwrap());
        let sees = async |login: &Login| {
            let sql = "SELECT concat_ws(' ', region, segment, n) FROM (SELECT region, segment, count(*) AS n \
                       FROM customer.customer_master.customers GROUP BY region, segment) x ORDER BY 1";
            let rows = f1.try_ask(login, sql).await.unwrap().rows;
            rows.into_iter().flatten().flatten().collect::<Vec<_>>().join(", ")
        };
        let (eu, of_apac, rest) = ("EU retail 32", "APAC gold 2, APAC retail 2", "US retail 3, retail 1");
        assert_eq!(sees(&ana()).await, eu);
        let more = f1.grant("user:ana", CUSTOMERS, "fraud-detection", apac(), &[]).await;
        assert_eq!(sees(&ana()).await, format!("{of_apac}, {eu}"));
        // The same once more changes nothing; taking one of the two leaves the other.
        let again = f1.grant("user:ana", CUSTOMERS, "fraud-detection", apac(), &[]).await;
        assert_eq!(sees(&ana()).await, format!("{of_apac}, {eu}"));
        f1.revoke(more, "user:stu").await;
        assert_eq!(sees(&ana()).await, format!("{of_apac}, {eu}"));
        let all = f1.grant("user:ana", CUSTOMERS, "fraud-detection", RowsGrant::All, &["pii.name"]).await;
        assert_eq!(sees(&ana()).await, format!("{of_apac}, {eu}, {rest}"));
        f1.revoke(all, "user:stu").await;
        f1.revoke(again, "user:stu").await;
        assert_eq!(sees(&ana()).await, eu);
        // Nobody is above it: neither who sees columns clear, nor the owners, nor the domain's own service.
        f1.grant("service:svc-customer", CUSTOMERS, "fraud-detection", RowsGrant::All, &[]).await;
        f1.grant("user:cow", CUSTOMERS, "fraud-detection", RowsGrant::All, &[]).await;
        for user in ["una", "cow", "svc-customer"] {
            let login = Login { user: user.to_owned(), ..ana() };
            assert_eq!(sees(&login).await, format!("{of_apac}, {eu}, {rest}"), "{user}");
        }
        // A restriction that is added holds for the very next statement; so does its removal.
        let path = "domains/customer/products/customer_master/access.yaml";
        let (stated, closer) = ("segment <> 'vip'\"]", "segment <> 'vip'\", \"customer_id < 1003\"]");
        f1.change_in(World::RESTRICTED, path, stated, closer, "user:cow").await;
        assert_eq!(sees(&ana()).await, "EU retail 2");
    });
}

#[test]
fn an_older_version_knows_what_was_learnt_since() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let contract = "domains/customer/products/customer_master/contract.yaml";
        f1.change(contract, "version: 1.0.0", "version: 2.0.0", "user:cow").await;
        // Another restriction than the one that ana's entitlement has: of an input that learnt it after version 1.
        let restrict = vec![RowScope::parse("", "segment <> 'vip'").unwrap()];
        let rows = f1::customers(World::ONE);
        f1.publish_restricted(&f1.data(), CUSTOMERS, "customers", rows, "service:svc-customer", restrict).await;
        let now = count(&f1, &ana(), ALL).await.unwrap();
        assert!((1..40).contains(&now), "{now}");
        for version in ["customer_master@1", "customer_master@2"] {
            let sql = ALL.replace("customer_master", &format!("\"{version}\""));
            assert_eq!(count(&f1, &ana(), &sql).await, Ok(now), "{version}");
        }
        let absent = ALL.replace("customer_master", "\"customer_master@3\"");
        assert_eq!(count(&f1, &ana(), &absent).await, Err("42P01".to_owned()));
    });
}

#[test]
fn an_entitlement_ends_at_its_time() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        assert_eq!(count(&f1, &ana(), ALL).await, Ok(40));
        f1.clock.forward(181 * 86_400);
        assert_eq!(count(&f1, &ana(), ALL).await, Err("42501".to_owned()));
    });
}

/// Reads on until an answer breaks.
async fn broken(mut answer: gateway::Answer) -> model::Problem {
    let started = std::time::Instant::now();
    loop {
        match answer.batches.next().await {
            Some(Ok(_)) => assert!(started.elapsed().as_secs() < 5, "the stream went on"),
            Some(Err(problem)) => return problem,
            None => panic!("the stream ended as if it were complete"),
        }
    }
}

/// What was read ahead is not handed out: not one batch after the revocation is acknowledged (S-42).
#[test]
fn no_batch_is_handed_out_on_grounds_that_changed() {
    run(async {
        let limits = gateway::Limits { rows: u64::MAX, threads: 2, ..gateway::Limits::default() };
        let f1 = F1::build_with(World::ONE, limits).await;
        let session = f1.session(&ana()).unwrap();
        let sql = "SELECT c.notes, s.value FROM customer.customer_master.customers c CROSS JOIN generate_series(1, 10000000) s";
        let statement = f1::statement(sql);
        let mut answer = f1.gateway.run(&session, &statement, &[]).await.unwrap();
        assert!(answer.batches.next().await.unwrap().is_ok());
        answer.basis.holds().unwrap();
        // A class that is added is a policy that changed, as a revocation is.
        let path = "domains/customer/products/customer_master/contract.yaml";
        let stated = "      - name: notes\n        logicalType: string\n";
        f1.change(path, stated, &format!("{stated}        tags: [pii.name]\n"), "user:cow").await;
        assert_eq!(answer.basis.holds().unwrap_err().code(), Code::AccessRequired);
        let next = answer.batches.next().await.unwrap();
        assert_eq!(next.unwrap_err().code(), Code::AccessRequired);
        assert!(answer.batches.next().await.is_none());
        // The statement that begins now is treated as today's policies say, and ends like it.
        let answer = f1.gateway.run(&session, &statement, &[]).await.unwrap();
        let request = f1.registry.mesh().requests().find(|r| r.product.to_string() == CUSTOMERS).unwrap().id;
        f1.revoke(request, "user:stu").await;
        assert_eq!(broken(answer).await.code(), Code::AccessRequired);
    });
}

#[test]
fn a_running_stream_ends_soon_after_a_revocation() {
    run(async {
        let limits = gateway::Limits { rows: u64::MAX, threads: 2, ..gateway::Limits::default() };
        let f1 = F1::build_with(World::ONE, limits).await;
        let session = f1.session(&ana()).unwrap();
        let sql = "SELECT c.customer_id, s.value FROM customer.customer_master.customers c CROSS JOIN generate_series(1, 10000000) s";
        let statement = f1::statement(sql);
        let mut answer = f1.gateway.run(&session, &statement, &[]).await.unwrap();
        assert!(answer.batches.next().await.unwrap().is_ok());
        let request = f1.registry.mesh().requests().find(|r| r.product.to_string() == CUSTOMERS).unwrap().id;
        f1.revoke(request, "user:stu").await;
        let problem = broken(answer).await;
        assert_eq!(problem.code(), Code::AccessRequired);
    });
}

#[test]
fn purposes_are_exact_and_personal_classes_need_one_stated() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let none = Login { purpose: None, ..ana() };
        assert_eq!(
            count(&f1, &none, "SELECT email FROM customer.customer_master.customers").await,
            Err("42501".into())
        );
        assert_eq!(
            count(&f1, &none, "SELECT 1 FROM customer.customer_master.customers WHERE email > 'a'").await,
            Err("42501".into())
        );
        // Columns without a personal class: the only purpose is implied.
        assert_eq!(count(&f1, &none, ALL).await, Ok(40));
        assert_eq!(count(&f1, &none, "SELECT income FROM customer.customer_master.customers").await, Ok(40));
        for purpose in ["marketing", "nothing-known"] {
            let other = Login { purpose: Some(purpose.into()), ..ana() };
            assert_eq!(count(&f1, &other, ALL).await, Err("42501".into()), "{purpose}");
        }
        assert_eq!(
            count(&f1, &none, "SET purpose = 'fraud-detection'; SELECT email FROM customer.customer_master.customers")
                .await,
            Ok(40)
        );
    });
}

#[test]
fn every_attempt_is_one_record_with_its_decision() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let before = f1.activity.recent(None, 1_000).await.unwrap().len();
        count(&f1, &ana(), ALL).await.unwrap();
        count(&f1, &eve(), ALL).await.unwrap_err();
        let entries = f1.activity.recent(None, 1_000).await.unwrap();
        let text = serde_json::to_string(&entries).unwrap();
        assert!(entries.len() >= before + 2, "{text}");
        assert!(text.contains("customer.customer_master") && text.contains("access-required"), "{text}");
        assert!(!text.contains("SELECT"), "the text is kept only where it is switched on");
    });
}

#[test]
fn nobody_cancels_anothers_statement() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let session = f1.session(&ana()).unwrap();
        let sql = "SELECT a.value FROM generate_series(1, 10000000) a CROSS JOIN generate_series(1, 10000000) b";
        let statement = f1::statement(sql);
        let mut answer = f1.gateway.run(&session, &statement, &[]).await.unwrap();
        let refused = f1.gateway.cancel(&answer.id, &f1.principal("eve")).unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
        f1.gateway.cancel(&answer.id, &f1.principal("ana")).unwrap();
        let problem = loop {
            match answer.batches.next().await {
                Some(Ok(_)) => {}
                Some(Err(problem)) => break problem,
                None => panic!("it ended as if it were complete"),
            }
        };
        assert_eq!((problem.code(), problem.sqlstate()), (Code::Cancelled, "57014"));
    });
}

#[test]
fn a_service_reads_what_it_was_granted_with_what_was_applied() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        f1.grant("service:svc-claims", CUSTOMERS, "fraud-detection", RowsGrant::Default, &[]).await;
        let service = f1.principal("svc-claims");
        let port = "customer.customer_master.customers".parse().unwrap();
        let refused = f1.gateway.input(&service, None, &port).await.unwrap_err();
        assert_eq!(refused.code(), Code::PurposeRequired);
        let purpose = "fraud-detection".parse().unwrap();
        let input = f1.gateway.input(&service, Some(&purpose), &port).await.unwrap();
        let token = input.columns.iter().find(|column| column.name == "national_id").unwrap();
        assert_eq!(token.tags[0].applied.word(), "token");
        let stranger = f1.principal("svc-policy");
        assert_eq!(f1.gateway.input(&stranger, Some(&purpose), &port).await.unwrap_err().code(), Code::AccessRequired);
    });
}

#[test]
fn a_failing_audit_serves_nothing() {
    let f1 = run(F1::build(World::ONE));
    // The log's writer lives on a runtime that ends: from then on nothing can be recorded.
    let ending = tokio::runtime::Runtime::new().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let clock = std::sync::Arc::clone(&f1.clock) as std::sync::Arc<dyn model::time::Clock>;
    let activity = ending.block_on(registry::Activity::open(elsewhere.path(), clock.clone())).unwrap();
    ending.shutdown_background();
    let gateway = gateway::Gateway::new(gateway::GatewayParts {
        registry: f1.registry.clone(),
        activity,
        keys: f1.keys.clone(),
        data_dir: f1.data(),
        clock,
        limits: gateway::Limits::default(),
    })
    .unwrap();
    run(async {
        let session = f1.session(&ana()).unwrap();
        for sql in [ALL, "SELECT 1", "SHOW purpose", "EXPLAIN SELECT 1", "SELECT * FROM nothing"] {
            let statement = f1::statement(sql);
            let problem = gateway.run(&session, &statement, &[]).await.unwrap_err();
            assert_eq!(problem.code(), Code::AuditUnavailable, "{sql}");
        }
    });
}

#[test]
fn a_class_added_to_the_contract_masks_at_once() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let sql = "SELECT DISTINCT notes FROM customer.customer_master.customers";
        assert_eq!(count(&f1, &ana(), sql).await, Ok(40));
        let path = "domains/customer/products/customer_master/contract.yaml";
        let stated = "      - name: notes\n        logicalType: string\n";
        let tagged = format!("{stated}        tags: [pii.name]\n");
        f1.change(path, stated, &tagged, "user:cow").await;
        let rows = f1.try_ask(&ana(), sql).await.unwrap().rows;
        assert_eq!(rows, vec![vec![Some("REDACTED".to_owned())]]);
    });
}

/// As a name at the start of a session: nobody learns that a domain exists in which nothing is for them.
#[test]
fn a_domain_in_which_nothing_is_visible_is_absent() {
    run(async {
        let f1 = shared().await;
        let told = |who: &str, name: &str| {
            let found = f1.gateway.catalog(&f1.principal(who), Some(name)).map(drop);
            found.map_err(|problem| (problem.sqlstate().to_owned(), problem.message().replace(name, "NAME")))
        };
        let absent = told("ana", "nowhere").unwrap_err();
        assert_eq!(absent.0, "3D000");
        assert_eq!(told("ana", "hr").unwrap_err(), absent);
        assert_eq!(told("ana", "claims"), Ok(()));
    });
}
