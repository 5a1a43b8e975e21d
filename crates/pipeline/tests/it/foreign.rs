//! Foreign products: read treated, as the domain's service; classes, applied outcomes and restrictions travel on.

use model::{Code, Digest, access::RowsGrant, name::PortName, treatment::Outcome};
use registry::{Command, Done, RequestAccess, Revocation, Verdict};

use crate::{
    files::{self, HEAD},
    house::House,
};

const HOLDERS: &str = "customer,national_id,birth,email,segment\n\
    k1,N-111,1980-05-06,ann@x.example,std\nk2,N-222,1990-01-02,bob@x.example,vip\nk3,N-333,1970-01-02,cat@x.example,std\n";

/// `policy.people` with classes and a restriction.
fn people(access: &str) -> Vec<(String, String)> {
    let contract = format!(
        "{HEAD}schema:\n  - name: holders\n    logicalType: object\n    properties:\n      \
         - {{name: customer, logicalType: string, required: true, description: d}}\n      \
         - {{name: national_id, logicalType: string, tags: [pii.national_id], description: d}}\n      \
         - {{name: birth, logicalType: date, tags: [pii.birth], description: d}}\n      \
         - {{name: secret, logicalType: string, tags: [pii.secret], description: d}}\n      \
         - {{name: segment, logicalType: string, description: d}}\n"
    );
    let sql =
        "SELECT customer, national_id, CAST(birth AS DATE) AS birth, email AS secret, segment FROM bronze.holders";
    [("contract.yaml", contract.as_str()), ("holders.sql", sql), ("access.yaml", access)]
        .into_iter()
        .map(|(name, text)| (format!("domains/policy/products/people/{name}"), text.to_owned()))
        .collect()
}

/// `claims.joined` over them.
fn joined(sql: &str, columns: &str) -> Vec<(String, String)> {
    let contract = format!(
        "{HEAD}schema:\n  - name: rows\n    logicalType: object\n    properties:\n      \
         - {{name: claim_id, logicalType: string, description: d}}\n{columns}"
    );
    let sql = format!("/* tessera\npurpose: settlement\n*/\n{sql}");
    vec![
        ("domains/claims/products/joined/contract.yaml".to_owned(), contract),
        ("domains/claims/products/joined/rows.sql".to_owned(), sql),
    ]
}

const JOIN: &str = "SELECT n.claim_id, h.national_id, h.birth, upper(h.national_id) AS shouted, h.segment \
    FROM bronze.notices n JOIN policy.people.holders h ON n.customer = h.customer";
const COLUMNS: &str = "      - {name: national_id, logicalType: string, description: d}\n      \
    - {name: birth, logicalType: date, description: d}\n      \
    - {name: shouted, logicalType: string, description: d}\n      \
    - {name: segment, logicalType: string, description: d}\n";

async fn house(access: &str, sql: &str, columns: &str) -> House {
    house_with(access, sql, columns, &[]).await
}

async fn house_with(access: &str, sql: &str, columns: &str, more: &[(&str, &str)]) -> House {
    let files: Vec<(String, String)> = people(access).into_iter().chain(joined(sql, columns)).collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.extend(more);
    let house = House::with(&files).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    house.drop_file("policy", "holders.csv", HOLDERS);
    house.publish("policy.people").await.unwrap();
    house
}

/// Lets the claims service read `policy.people`.
async fn grant(house: &House) -> model::id::EntitlementId {
    let request = RequestAccess {
        product: "policy.people".parse().unwrap(),
        subject: None,
        purpose: "settlement".parse().unwrap(),
        rows: RowsGrant::Default,
        clear: Vec::new(),
        until: None,
        reason: "to settle claims".to_owned(),
    };
    let asked = house.registry.execute(Command::RequestAccess(request), house.context("service:svc-claims")).await;
    let Done::Requested { request, .. } = asked.unwrap().done else { panic!("not requested") };
    let verdict = Verdict::Approve { until: None, rows: None, note: None };
    let decided = house.registry.execute(Command::Decide { request, verdict }, house.context("user:pete")).await;
    let Done::Approved { entitlement } = decided.unwrap().done else { panic!("not approved") };
    entitlement
}

#[tokio::test]
async fn a_foreign_product_is_read_treated_and_its_classes_travel_with_what_was_applied() {
    let house = house("restrict: [\"segment <> 'vip'\"]\n", JOIN, COLUMNS).await;
    grant(&house).await;
    house.publish("claims.joined").await.unwrap();
    let rows = house.served("claims.joined", "rows", "claim_id, national_id, birth, segment").await;
    assert_eq!(rows.len(), 2, "k2 is restricted away: {rows:?}");
    let token = rows[0].split('|').nth(1).unwrap().to_owned();
    assert_eq!(token.len(), 32, "{rows:?}");
    assert!(rows[0].ends_with("|1980-01-01|std") && rows[1].contains(&token), "{rows:?}");
    let mesh = house.registry.mesh();
    let publication = mesh.product(&"claims.joined".parse().unwrap()).unwrap().publication.clone().unwrap();
    let pinned = &publication.ports[&"rows".parse::<PortName>().unwrap()];
    let tag = |name: &str| pinned.columns.iter().find(|column| column.name == name).unwrap().tags[0].clone();
    assert_eq!(tag("national_id").class.as_str(), "pii.national_id");
    assert!(matches!(tag("national_id").applied, Outcome::Token { .. }), "{:?}", tag("national_id"));
    assert!(matches!(tag("birth").applied, Outcome::Generalise { .. }));
    assert_eq!(tag("shouted").class.as_str(), "pii.national_id");
    assert_eq!(pinned.restrict.len(), 1, "the restriction holds here too");
    let people = mesh.product(&"policy.people".parse().unwrap()).unwrap().publication.clone().unwrap();
    assert_eq!(publication.inputs, [("policy.people".parse().unwrap(), people.id)]);
}

#[tokio::test]
async fn classes_travel_through_silver_tables_too() {
    let silver =
        "/* tessera\npurpose: settlement\n*/\nSELECT customer AS c, national_id AS nid FROM policy.people.holders";
    let sql = "SELECT n.claim_id, h.nid FROM bronze.notices n JOIN silver.people h ON n.customer = h.c";
    let columns = "      - {name: nid, logicalType: string, description: d}\n";
    let more = [("domains/claims/silver/people.sql", silver)];
    let house = house_with("visibility: listed\n", sql, columns, &more).await;
    grant(&house).await;
    house.publish("claims.joined").await.unwrap();
    let mesh = house.registry.mesh();
    let publication = mesh.product(&"claims.joined".parse().unwrap()).unwrap().publication.clone().unwrap();
    let nid = publication.ports[&"rows".parse::<PortName>().unwrap()].columns[1].clone();
    assert!(matches!(nid.tags[0].applied, Outcome::Token { .. }), "{nid:?}");
    assert_eq!(publication.inputs.len(), 1, "the foreign publication is an input, although silver stands between");
}

#[tokio::test]
async fn a_restriction_by_the_reader_travels_unbound() {
    use model::scope::Operand;
    let access = "restrict: [\"segment = principal.segment\"]\n";
    let renamed = JOIN.replace("h.segment", "h.segment AS kind");
    let columns = COLUMNS.replace("name: segment", "name: kind");
    let house = house(access, &renamed, &columns).await;
    grant(&house).await;
    house.publish("claims.joined").await.unwrap();
    let mesh = house.registry.mesh();
    let publication = mesh.product(&"claims.joined".parse().unwrap()).unwrap().publication.clone().unwrap();
    let restrict = &publication.ports[&"rows".parse::<PortName>().unwrap()].restrict;
    // Under the name that the column has here, and about whoever reads, not about the service that built it.
    assert_eq!(restrict[0].columns().into_iter().collect::<Vec<_>>(), ["kind"]);
    let attributes = std::cell::RefCell::new(Vec::new());
    let _ = restrict[0].predicate.map_operands(&|operand| {
        if let Operand::Attribute(name) = operand {
            attributes.borrow_mut().push(name.clone());
        }
        operand.clone()
    });
    assert_eq!(attributes.into_inner(), ["segment"], "{:?}", restrict[0]);
    // The service has no such attribute, so it reads, and hands on, no row at all.
    assert_eq!(house.served("claims.joined", "rows", "count(*)").await, ["0"]);
}

#[tokio::test]
async fn a_restriction_by_the_reader_that_is_lost_blocks_publication() {
    let sql = "SELECT n.claim_id, h.national_id FROM bronze.notices n JOIN policy.people.holders h ON n.customer = h.customer";
    let columns = "      - {name: national_id, logicalType: string, description: d}\n";
    let house = house("restrict: [\"segment = principal.segment\"]\n", sql, columns).await;
    grant(&house).await;
    assert_eq!(house.publish("claims.joined").await.unwrap_err().code(), Code::GateRefused);
}

#[tokio::test]
async fn a_restriction_that_cannot_be_restated_blocks_publication() {
    let sql = "SELECT n.claim_id, h.national_id FROM bronze.notices n JOIN policy.people.holders h ON n.customer = h.customer";
    let columns = "      - {name: national_id, logicalType: string, description: d}\n";
    let house = house("restrict: [\"segment <> 'vip'\"]\n", sql, columns).await;
    grant(&house).await;
    let problem = house.publish("claims.joined").await.unwrap_err();
    assert_eq!(problem.code(), Code::GateRefused);
    assert!(problem.items()[0].message().contains("`segment`"), "{:?}", problem.items());
    assert!(house.registry.mesh().product(&"claims.joined".parse().unwrap()).unwrap().publication.is_none());
}

#[tokio::test]
async fn the_steward_waives_a_lost_restriction_and_no_other() {
    let sql = "SELECT n.claim_id, h.national_id FROM bronze.notices n JOIN policy.people.holders h ON n.customer = h.customer";
    let columns = "      - {name: national_id, logicalType: string, description: d}\n";
    let house = house("restrict: [\"segment <> 'vip'\"]\n", sql, columns).await;
    grant(&house).await;
    let named = async || {
        let problem = house.publish("claims.joined").await.unwrap_err();
        assert_eq!(problem.code(), Code::GateRefused);
        let hint = problem.items()[0].hint().unwrap().to_owned();
        let (_, rest) = hint.split_once("tessera waive claims.joined.rows ").expect("the command to paste");
        rest.split(' ').next().unwrap().parse::<Digest>().unwrap()
    };
    let waive = async |who: &str, restriction: Digest| {
        let port = "claims.joined.rows".parse().unwrap();
        let waiver = Command::WaiveRestriction { port, restriction, reason: "agreed with policy".to_owned() };
        house.registry.execute(waiver, house.context(who)).await
    };
    let restriction = named().await;
    assert_eq!(waive("service:svc-claims", restriction).await.unwrap_err().code(), Code::NotAllowed);
    waive("user:stella", Digest::of(b"another restriction")).await.unwrap();
    assert_eq!(named().await, restriction, "another waiver changes nothing");
    waive("user:stella", restriction).await.unwrap();
    house.publish("claims.joined").await.unwrap();
    // The condition that was agreed on is not the one that holds now.
    house.confirmed.lock().unwrap().loosen = vec!["policy.people".to_owned()];
    house.apply(&[("domains/policy/products/people/access.yaml", "restrict: [\"segment = 'std'\"]\n")]).await.unwrap();
    assert_ne!(named().await, restriction);
}

#[tokio::test]
async fn without_entitlement_or_purpose_or_after_a_revocation_nothing_is_built() {
    let house = house("visibility: listed\n", JOIN, COLUMNS).await;
    assert_eq!(house.publish("claims.joined").await.unwrap_err().code(), Code::AccessRequired);
    let entitlement = grant(&house).await;
    house.publish("claims.joined").await.unwrap();
    let without = JOIN.to_owned();
    house.apply(&[("domains/claims/products/joined/rows.sql", &without)]).await.unwrap();
    assert_eq!(house.publish("claims.joined").await.unwrap_err().code(), Code::PurposeRequired);
    let with = format!("/* tessera\npurpose: settlement\n*/\n{JOIN}");
    house.apply(&[("domains/claims/products/joined/rows.sql", &with)]).await.unwrap();
    let revoke = Command::Revoke(Revocation::Entitlement(entitlement));
    house.registry.execute(revoke, house.context("user:pete")).await.unwrap();
    assert_eq!(house.publish("claims.joined").await.unwrap_err().code(), Code::AccessRequired);
    let served = house.served("claims.joined", "rows", "count(*)").await;
    assert_eq!(served, ["3"], "what was published still serves");
}

#[tokio::test]
async fn a_denied_column_does_not_exist_for_the_pipeline() {
    let sql =
        "SELECT n.claim_id, h.secret FROM bronze.notices n JOIN policy.people.holders h ON n.customer = h.customer";
    let columns = "      - {name: secret, logicalType: string, description: d}\n";
    let house = house("visibility: listed\n", sql, columns).await;
    grant(&house).await;
    let problem = house.publish("claims.joined").await.unwrap_err();
    assert_eq!(problem.code(), Code::InvalidSql);
    assert!(!problem.message().contains("ann@"), "{problem}");
}

#[tokio::test]
async fn an_unchanged_foreign_product_lets_a_build_be_left_alone_and_a_new_publication_does_not() {
    let house = house("visibility: listed\n", JOIN, COLUMNS).await;
    grant(&house).await;
    let first = house.publish("claims.joined").await.unwrap();
    let again = house.publish("claims.joined").await.unwrap();
    let port: PortName = "rows".parse().unwrap();
    assert_eq!(first.ports[&port].table_version, again.ports[&port].table_version);
    house.publish("policy.people").await.unwrap();
    let third = house.publish("claims.joined").await.unwrap();
    assert!(third.ports[&port].table_version > first.ports[&port].table_version);
}

#[tokio::test]
async fn a_class_added_to_the_contract_masks_at_once() {
    let house = house("visibility: listed\n", JOIN, COLUMNS).await;
    grant(&house).await;
    house.publish("claims.joined").await.unwrap();
    let files = people("visibility: listed\n");
    let (path, contract) = &files[0];
    let tagged = contract
        .replace("{name: segment, logicalType: string,", "{name: segment, logicalType: string, tags: [pii.secret],");
    assert_ne!(*contract, tagged);
    house.apply(&[(path, &tagged)]).await.unwrap();
    // What was made of it carries the class as well, by the lineage of the plan that ran; nothing else of it does.
    let mesh = house.registry.mesh();
    let joined = mesh.product(&"claims.joined".parse().unwrap()).unwrap().publication.clone().unwrap();
    let columns = joined.ports.values().flat_map(|port| port.columns.iter());
    let carries = |column: &&model::publication::PublishedColumn| {
        column.tags.iter().any(|tag| tag.class.to_string() == "pii.secret")
    };
    let carrying: Vec<&str> = columns.filter(carries).map(|column| column.name.as_str()).collect();
    assert_eq!(carrying, ["segment"]);
    // `pii.secret` has no mask, so the column is gone for its readers, although nobody published anything.
    assert!(house.publish("claims.joined").await.unwrap_err().message().contains("segment"));
}
