//! Profiles: what a product is scaffolded from.

use model::Code;
use pipeline::profile::Layer;

use crate::house::House;

#[tokio::test]
async fn types_keys_and_classes_are_proposed_from_the_values() {
    let house = House::with(&[]).await;
    let rows = "Claim No.,code,Amount,day,When,flag,Email,empty\n\
        c1,007,10.50,2026-01-01,2026-01-01T10:00:00Z,true,a@x.example,\n\
        c2,012,-3,2026-01-02,2026-01-02 11:00:00,false,b@x.example,\n";
    house.drop_file("claims", "notices.csv", rows);
    house.run("claims").await.unwrap();
    let profile = house.profile("claims", Layer::Bronze, "notices").await.unwrap();
    assert_eq!(profile.rows, 2);
    let shown: Vec<String> = profile
        .columns
        .iter()
        .map(|column| {
            format!("{}|{}|{}|{}|{}", column.name, column.header, column.kind, column.unique, column.nullable)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "claim_no|Claim No.|string|true|false",
            "code|code|string|true|false",
            "amount|Amount|decimal(38,2)|true|false",
            "day|day|date|true|false",
            "when|When|timestamp|true|false",
            "flag|flag|boolean|true|false",
            "email|Email|string|true|false",
            "empty|empty|string|false|true",
        ]
    );
}

#[tokio::test]
async fn a_typed_table_is_profiled_by_its_types() {
    let step = "SELECT \"id\", CAST(\"day\" AS DATE) AS day, CAST(\"at\" AS TIMESTAMP) AS at, \
        CAST(\"share\" AS DOUBLE) AS share, \"flag\" = 'true' AS flag FROM bronze.notices\n";
    let house = House::with(&[("domains/claims/silver/typed.sql", step)]).await;
    let rows = "id,day,at,share,flag\nc1,2026-01-01,2026-01-01 10:00:00,0.5,true\nc2,,2026-01-02 11:00:00,0.5,false\n";
    house.drop_file("claims", "notices.csv", rows);
    house.run("claims").await.unwrap();
    let profile = house.profile("claims", Layer::Silver, "typed").await.unwrap();
    let shown: Vec<String> =
        profile.columns.iter().map(|column| format!("{}|{}|{}", column.name, column.kind, column.nullable)).collect();
    assert_eq!(
        shown,
        ["id|string|false", "day|date|true", "at|timestamp|false", "share|number|false", "flag|boolean|false"]
    );
}

#[tokio::test]
async fn values_propose_a_class_where_the_name_does_not() {
    let pii =
        "root: pii\nclasses: {email: {mask: {kind: partial, of: email}, detect: {names: [phone], values: [email]}}}\n";
    let house = House::with(&[("governance/classifications/pii.yaml", pii)]).await;
    let rows = "c1,c2,home_phone,c4\n1,a@x.example,1,x\n2,,2,a@x.example\n3,b@x.example,,y\n";
    house.drop_file("claims", "notices.csv", rows);
    house.run("claims").await.unwrap();
    let profile = house.profile("claims", Layer::Bronze, "notices").await.unwrap();
    let shown: Vec<String> = profile
        .columns
        .iter()
        .map(|column| format!("{:?} {:?}", column.class.as_ref().map(|class| class.as_str()), column.class_by))
        .collect();
    // A number is no e-mail address, whatever its name.
    assert_eq!(shown, ["None None", "Some(\"pii.email\") Some(Values)", "None None", "None None"]);
}

#[tokio::test]
async fn a_stranger_does_not_learn_what_there_is() {
    let house = House::with(&[]).await;
    for principal in ["user:ana", "service:svc-policy"] {
        let context = house.context(principal);
        let domain = "claims".parse().unwrap();
        let problem =
            house.pipeline.profile(&domain, Layer::Bronze, &"notices".parse().unwrap(), &context).await.unwrap_err();
        assert_eq!(problem.code(), Code::NotFound);
    }
}
