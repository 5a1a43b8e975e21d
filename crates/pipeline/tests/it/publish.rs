//! Publication: what is pinned, what a refusal leaves, what a repeated command does, versions, samples, rollback.

use model::{Code, Digest, id::PublicationId, lineage::LineageDocument, name::PortName};
use pipeline::{Progress, RunTarget, Silent, Step};
use registry::Command;

use crate::{
    files::{self, HEAD, borrowed, product},
    house::House,
};

async fn house() -> House {
    let files = product("");
    let house = House::with(&borrowed(&files)).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    house
}

fn port() -> PortName {
    "claims".parse().unwrap()
}

#[tokio::test]
async fn a_product_is_published_from_an_empty_zone_in_one_command() {
    let house = house().await;
    let report = house.publish("claims.enriched").await.unwrap();
    assert!(report.publication.is_some() && report.gate.passed());
    assert_eq!(report.ports[&port()].rows, 3);
    assert_eq!(house.served("claims.enriched", "claims", "claim_id, amount").await, ["c1|10.50", "c2|20.00", "c3|-"]);
    let mesh = house.registry.mesh();
    let publication = mesh.product(&"claims.enriched".parse().unwrap()).unwrap().publication.clone().unwrap();
    let pinned = &publication.ports[&port()];
    let names: Vec<&str> = pinned.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["claim_id", "customer", "email", "amount", "region"]);
    assert_eq!(pinned.columns[2].tags[0].class.as_str(), "pii.email");
    assert!(!pinned.columns[0].nullable && pinned.columns[3].nullable);
    let lineage = house.registry.blob(&publication.lineage).await.unwrap();
    let lineage: LineageDocument = serde_json::from_slice(&lineage).unwrap();
    assert_eq!(lineage.ports[&port()].inputs, ["silver.claims"]);
    assert_eq!(lineage.tables[0].table, "silver.claims");
    assert_eq!(lineage.tables[0].columns[3].from[0].0.table, "bronze.notices");
    assert_eq!(Digest::of(&house.registry.blob(&publication.gate).await.unwrap()), publication.gate);
}

#[tokio::test]
async fn a_dry_run_pins_nothing_and_records_nothing() {
    let house = house().await;
    let before = house.registry.mesh().seq();
    let report = house.publish_as("claims.enriched", true).await.unwrap();
    assert!(report.dry_run && report.publication.is_none());
    assert_eq!(house.registry.mesh().seq(), before);
    assert!(house.registry.mesh().product(&"claims.enriched".parse().unwrap()).unwrap().publication.is_none());
}

#[tokio::test]
async fn a_refused_candidate_leaves_the_previous_publication() {
    let house = house().await;
    house.publish("claims.enriched").await.unwrap();
    house.drop_file("claims", "notices_bad.csv", "claim_id,customer,email,amount,region\nc1,,x@x.example,1,EU\n");
    let waits = house.publish("claims.enriched").await.unwrap();
    let note = waits.steps.iter().find(|step| step.name == "bronze.notices").unwrap().notes[0].clone();
    assert_eq!(
        note,
        "1 file waits, `notices_bad.csv`: publishing takes none, `tessera run claims bronze.notices` does"
    );
    let first = waits.publication;
    house.run("claims").await.unwrap();
    let problem = house.publish("claims.enriched").await.unwrap_err();
    assert_eq!(problem.code(), Code::GateRefused);
    assert!(problem.hint().unwrap().ends_with("what was published before still serves"), "{problem:?}");
    assert_eq!(problem.items().len(), 2, "a NULL customer and a second c1: {:?}", problem.items());
    let mesh = house.registry.mesh();
    let product = mesh.product(&"claims.enriched".parse().unwrap()).unwrap();
    assert_eq!(product.publication.as_ref().map(|publication| publication.id), first);
    assert_eq!(house.served("claims.enriched", "claims", "claim_id").await, ["c1", "c2", "c3"]);
}

#[tokio::test]
async fn a_refused_key_may_come_back_with_a_contract_that_was_mended() {
    // A rule that no row meets.
    let house =
        House::with(&borrowed(&product("    quality: [{type: library, metric: rowCount, mustBeGreaterThan: 100}]\n")))
            .await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    let reference = "claims.enriched".parse().unwrap();
    let publish = async || {
        let context = house.context_with("service:svc-claims", "the-key");
        house.pipeline.publish(&reference, false, &context, &Silent).await
    };
    assert_eq!(publish().await.unwrap_err().code(), Code::GateRefused);
    assert_eq!(publish().await.unwrap_err().code(), Code::GateRefused, "the same once more");
    house.apply(&borrowed(&product(""))).await.unwrap();
    let done = publish().await.unwrap();
    assert_eq!(publish().await.unwrap().publication, done.publication);
}

/// The mesh keeps sixteen publications of a product at hand; a key is good for longer.
#[tokio::test]
async fn a_key_of_long_ago_gives_its_publication() {
    let house = house().await;
    let product = "claims.enriched".parse().unwrap();
    let context = house.context_with("service:svc-claims", "the-key");
    let first = house.pipeline.publish(&product, false, &context, &Silent).await.unwrap();
    for _ in 0..17 {
        house.publish("claims.enriched").await.unwrap();
    }
    let seq = house.registry.mesh().seq();
    let again = house.pipeline.publish(&product, false, &context, &Silent).await.unwrap();
    assert_eq!((again.publication, again.ports), (first.publication, first.ports));
    assert_eq!(house.registry.mesh().seq(), seq);
}

#[tokio::test]
async fn the_same_key_gives_the_same_publication() {
    let house = house().await;
    let product = "claims.enriched".parse().unwrap();
    let context = house.context_with("service:svc-claims", "the-key");
    let first = house.pipeline.publish(&product, false, &context, &Silent).await.unwrap();
    let seq = house.registry.mesh().seq();
    let again = house.pipeline.publish(&product, false, &context, &Silent).await.unwrap();
    assert_eq!(first.publication, again.publication);
    assert_eq!(first.ports, again.ports);
    assert_eq!(house.registry.mesh().seq(), seq);
    let other = house.context_with("service:svc-claims", "another-key");
    let second = house.pipeline.publish(&product, false, &other, &Silent).await.unwrap();
    assert_ne!(first.publication, second.publication);
    assert_eq!(
        first.ports[&port()].manifest,
        second.ports[&port()].manifest,
        "nothing changed, so the files are the same"
    );
}

#[tokio::test]
async fn an_out_of_band_write_is_neither_served_nor_published() {
    use arrow::array::{RecordBatch, StringArray};
    use std::sync::Arc;

    let house = house().await;
    house.publish("claims.enriched").await.unwrap();
    let table = house.zone("claims").gold(&"enriched".parse().unwrap(), &port());
    let head = table.head().await.unwrap();
    let fields = table.schema(head.unwrap()).await.unwrap();
    let mut writer = table.writer(&fields[..1], &[]).await.unwrap();
    let rows = RecordBatch::try_from_iter([("claim_id", Arc::new(StringArray::from(vec!["evil"])) as _)]).unwrap();
    writer.write(&rows).await.unwrap();
    writer.commit_overwrite(head).await.unwrap();
    assert_eq!(house.served("claims.enriched", "claims", "claim_id").await, ["c1", "c2", "c3"]);
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(house.served("claims.enriched", "claims", "claim_id").await, ["c1", "c2", "c3"]);
}

#[tokio::test]
async fn a_breaking_contract_needs_a_new_major_version() {
    let house = house().await;
    house.publish("claims.enriched").await.unwrap();
    let narrower = files::contract("").lines().filter(|line| !line.contains("region")).collect::<Vec<_>>().join("\n");
    let path = "domains/claims/products/enriched/contract.yaml";
    let minor = narrower.replace("version: 1.0.0", "version: 1.1.0");
    // It is refused when it is applied, or else when it is published.
    let refused = match house.apply(&[(path, &minor)]).await {
        Err(problem) => problem,
        Ok(()) => house.publish("claims.enriched").await.unwrap_err(),
    };
    assert_eq!(refused.code(), Code::ContractBreaking, "{refused}");
    let major = narrower.replace("version: 1.0.0", "version: 2.0.0");
    house
        .apply(&[
            (path, &major),
            (
                "domains/claims/products/enriched/claims.sql",
                "SELECT claim_id, customer, email, amount FROM silver.claims",
            ),
        ])
        .await
        .unwrap();
    let report = house.publish("claims.enriched").await.unwrap();
    assert_eq!(report.version.to_string(), "2.0.0");
}

#[tokio::test]
async fn an_earlier_publication_comes_back_and_an_unknown_one_does_not() {
    let house = house().await;
    let first = house.publish("claims.enriched").await.unwrap().publication.unwrap();
    house.drop_file("claims", "notices2.csv", "claim_id,customer,email,amount,region\nc4,k,x@x.example,1,EU\n");
    house.run("claims").await.unwrap();
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(house.served("claims.enriched", "claims", "count(*)").await, ["4"]);
    let product = "claims.enriched".parse().unwrap();
    let context = house.context("user:carl");
    assert_eq!(house.pipeline.rollback(&product, first, &context).await.unwrap(), first);
    assert_eq!(house.served("claims.enriched", "claims", "count(*)").await, ["3"]);
    let context = house.context("user:carl");
    let absent = house.pipeline.rollback(&product, PublicationId::new(9_999), &context).await.unwrap_err();
    assert_eq!(absent.code(), Code::NotFound);
    let context = house.context("user:ana");
    let stranger = house.pipeline.rollback(&product, first, &context).await.unwrap_err();
    assert!(matches!(stranger.code(), Code::NotAllowed | Code::NotFound));
}

#[tokio::test]
async fn a_rollback_to_files_that_are_gone_is_refused() {
    let house = house().await;
    let first = house.publish("claims.enriched").await.unwrap().publication.unwrap();
    house.drop_file("claims", "notices2.csv", "claim_id,customer,email,amount,region\nc4,k,x@x.example,1,EU\n");
    house.run("claims").await.unwrap();
    house.publish("claims.enriched").await.unwrap();
    let mesh = house.registry.mesh();
    let publication = mesh.product(&"claims.enriched".parse().unwrap()).unwrap().recent[0].clone();
    let manifest = house.registry.blob(&publication.ports[&port()].manifest).await.unwrap();
    let manifest: model::manifest::Manifest = serde_json::from_slice(&manifest).unwrap();
    let gold = house.data().join("zones/claims/gold/enriched/claims");
    std::fs::remove_file(gold.join(&manifest.files[0].path)).unwrap();
    let context = house.context("user:carl");
    let problem = house.pipeline.rollback(&"claims.enriched".parse().unwrap(), first, &context).await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable);
    assert_eq!(house.served("claims.enriched", "claims", "count(*)").await, ["4"]);
}

#[tokio::test]
async fn a_generated_sample_is_the_same_for_the_same_contract_and_masked() {
    let (one, two) = (house().await, house().await);
    let mut samples = Vec::new();
    for house in [&one, &two] {
        house.publish("claims.enriched").await.unwrap();
        let mesh = house.registry.mesh();
        let publication = mesh.product(&"claims.enriched".parse().unwrap()).unwrap().publication.clone().unwrap();
        let sample = house.registry.blob(&publication.ports[&port()].sample.unwrap()).await.unwrap();
        samples.push(String::from_utf8(sample).unwrap());
    }
    assert_eq!(samples[0], samples[1]);
    assert_eq!(samples[0].lines().count(), 6);
    assert_eq!(samples[0].lines().next().unwrap(), "claim_id,customer,email,amount,region");
    assert!(samples[0].contains("***") && !samples[0].contains("ann@"), "{}", samples[0]);
}

#[tokio::test]
async fn a_given_sample_with_a_classified_value_is_refused() {
    let house = house().await;
    let path = "domains/claims/products/enriched/sample.claims.csv";
    let header = "claim_id,customer,email,amount,region\n";
    house.apply(&[(path, &format!("{header}c1,k1,bob@x.example,1,EU\n"))]).await.unwrap();
    let problem = house.publish("claims.enriched").await.unwrap_err();
    assert_eq!(problem.code(), Code::StandardRefused, "{problem} {:?}", problem.items());
    assert!(!serde_json::to_string(&problem).unwrap().contains("bob@"));
    house.apply(&[(path, &format!("{header}c1,k1,somebody@y.example,1,EU\n"))]).await.unwrap();
    let report = house.publish("claims.enriched").await.unwrap();
    assert_eq!(report.ports[&port()].sample, pipeline::report::SampleOrigin::Given);
}

#[tokio::test]
async fn ports_of_one_product_are_built_together_and_pinned_together() {
    let contract = format!(
        "{HEAD}schema:\n  - name: claims\n    logicalType: object\n    properties:\n      \
         - {{name: claim_id, logicalType: string, required: true, description: d}}\n      \
         - {{name: email, logicalType: string, tags: [pii.email], description: d}}\n  \
         - name: mails\n    logicalType: object\n    properties:\n      - {{name: email, logicalType: string, description: d}}\n"
    );
    let house = House::with(&[
        ("domains/claims/silver/claims.sql", files::SILVER),
        ("domains/claims/products/two/contract.yaml", &contract),
        ("domains/claims/products/two/claims.sql", "SELECT claim_id, email FROM silver.claims"),
        ("domains/claims/products/two/mails.sql", "SELECT DISTINCT email FROM two.claims"),
    ])
    .await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    let report = house.publish("claims.two").await.unwrap();
    assert_eq!(report.ports.len(), 2);
    let mesh = house.registry.mesh();
    let publication = mesh.product(&"claims.two".parse().unwrap()).unwrap().publication.clone().unwrap();
    let mails = &publication.ports[&"mails".parse::<PortName>().unwrap()];
    assert_eq!(mails.columns[0].tags[0].class.as_str(), "pii.email", "the class follows from port to port");
}

#[tokio::test]
async fn who_may_not_publish_learns_no_more() {
    let house = house().await;
    for principal in ["user:ana", "user:stella", "service:svc-policy"] {
        let context = house.context(principal);
        let problem =
            house.pipeline.publish(&"claims.enriched".parse().unwrap(), false, &context, &Silent).await.unwrap_err();
        assert!(matches!(problem.code(), Code::NotAllowed | Code::NotFound), "{principal}: {problem}");
    }
    assert!(house.registry.mesh().product(&"claims.enriched".parse().unwrap()).unwrap().publication.is_none());
}

#[tokio::test]
async fn a_class_stays_until_it_is_declassified() {
    let house = house().await;
    house.publish("claims.enriched").await.unwrap();
    let classes = || {
        let mesh = house.registry.mesh();
        let publication = mesh.product(&"claims.enriched".parse().unwrap()).unwrap().publication.clone().unwrap();
        let columns = &publication.ports[&port()].columns;
        columns[2].tags.iter().map(|tag| tag.class.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(classes(), ["pii.email"]);
    let untagged = files::contract("").replace("tags: [pii.email], ", "");
    assert!(!untagged.contains("pii.email"));
    house.apply(&[("domains/claims/products/enriched/contract.yaml", &untagged)]).await.unwrap();
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(classes(), ["pii.email"], "the owner alone does not lower it");
    let lowering = Command::Declassify {
        port: "claims.enriched.claims".parse().unwrap(),
        column: "email".to_owned(),
        class: "pii.email".parse().unwrap(),
        reason: "shared mailboxes only".to_owned(),
    };
    house.registry.execute(lowering, house.context("user:stella")).await.unwrap();
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(classes(), Vec::<String>::new());
}

/// Breaks in the middle of the work.
struct Broken;

impl Progress for Broken {
    fn step(&self, _: &Step) {
        panic!("secret")
    }
}

#[tokio::test]
async fn a_panic_is_the_fault_of_one_command_and_the_domain_goes_on() {
    let house = house().await;
    let domain = "claims".parse().unwrap();
    let context = house.context("service:svc-claims");
    let run = house.pipeline.run(&domain, RunTarget::All, false, &context, &Broken).await;
    let product = "claims.enriched".parse().unwrap();
    let context = house.context("service:svc-claims");
    let publication = house.pipeline.publish(&product, false, &context, &Broken).await;
    for problem in [run.unwrap_err(), publication.unwrap_err()] {
        assert_eq!((problem.code(), problem.sqlstate()), (Code::Internal, "XX000"));
        assert!(!problem.to_string().contains("secret"));
    }
    assert!(house.registry.mesh().product(&product).unwrap().publication.is_none());
    assert!(house.publish("claims.enriched").await.unwrap().publication.is_some());
}

/// What `tessera new product --from` writes of a table.
async fn scaffolded(house: &House) -> Vec<(String, String)> {
    let profile = house.profile("claims", pipeline::profile::Layer::Bronze, "notices").await.unwrap();
    let shape = serde_json::from_value(serde_json::to_value(profile).unwrap()).unwrap();
    let files = model::scaffold::product(&"claims.taken".parse().unwrap(), Some(&shape));
    files.into_iter().map(|(path, text)| (path, text.replace("glossary:record", "glossary:claim"))).collect()
}

#[tokio::test]
async fn a_bad_value_in_a_later_file_refuses_and_the_first_version_keeps_serving() {
    let house = House::with(&[]).await;
    let head = "Claim No.,Total,Day\n";
    house.drop_file("claims", "notices1.csv", format!("{head}1,129.90,2026-03-02\n2, 75.5 ,\n"));
    house.run("claims").await.unwrap();
    let files = scaffolded(&house).await;
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    house.apply(&files).await.unwrap();
    house.publish("claims.taken").await.unwrap();
    assert_eq!(
        house.served("claims.taken", "notices", "claim_no, total, day").await,
        ["1|129.90|2026-03-02", "2|75.50|-"]
    );
    // The room there is, and no place more: a cast would have rounded.
    house.drop_file("claims", "notices2.csv", format!("{head}3,12345678901234567890.12,2026-03-04\n4,18.500,\n"));
    house.run("claims").await.unwrap();
    house.publish("claims.taken").await.unwrap();
    let now = ["1|129.90", "2|75.50", "3|12345678901234567890.12", "4|18.50"];
    assert_eq!(house.served("claims.taken", "notices", "claim_no, total").await, now);
    let step = "domains/claims/products/taken/notices.sql";
    for (number, line, column, told) in [
        (3, "5,1.005,", "total", "`decimal(38,2)`; first in `Total` of line 2 of `notices3.csv`, shaped `9.999`"),
        (4, "5,1e-3,", "total", "`decimal(38,2)`; first in `Total` of line 2 of `notices4.csv`, shaped `9a-9`"),
        (5, "5,\"1,5\",", "total", "`decimal(38,2)`; first in `Total` of line 2 of `notices5.csv`, shaped `9,9`"),
        (6, "secret,1,", "claim_no", "`integer`; first in `Claim No.` of line 2 of `notices6.csv`, shaped `aaaaaa`"),
        (7, "7,1,02.03.2026", "day", "`date`; first in `Day` of line 2 of `notices7.csv`, shaped `99.99.9999`"),
    ] {
        let house = House::with(&[]).await;
        house.drop_file("claims", "notices1.csv", format!("{head}1,129.90,2026-03-02\n2,75.5,\n"));
        house.run("claims").await.unwrap();
        house.apply(&files).await.unwrap();
        house.publish("claims.taken").await.unwrap();
        house.drop_file("claims", &format!("notices{number}.csv"), format!("{head}{line}\n"));
        let problem = house.run("claims").await.unwrap_err();
        assert_eq!(problem.code(), Code::ExpressionFailed);
        let expected = format!("column `{column}` of `claims.taken.notices`: 1 value does not fit {told}");
        assert!(problem.message().starts_with(&expected), "{}", problem.message());
        assert!(problem.hint().unwrap().contains("`reject:`"));
        assert_eq!(problem.location().unwrap().file, step);
        assert!(!serde_json::to_string(&problem).unwrap().contains("secret"), "{problem:?}");
        assert_eq!(house.publish("claims.taken").await.unwrap_err().code(), Code::ExpressionFailed);
        assert_eq!(house.served("claims.taken", "notices", "claim_no").await, ["1", "2"], "the first version serves");
    }
}
