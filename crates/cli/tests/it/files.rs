//! Commands that work on files: what they write, what they find.

use std::path::Path;

use crate::support::{Ended, Server, json as answer, run};

async fn offline(directory: &Path, arguments: &[&str]) -> Ended {
    run("http://127.0.0.1:9", directory, arguments).await
}

#[tokio::test]
async fn the_example_mesh_checks_without_a_word() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/two-domains");
    let ended = offline(&example, &["check"]).await;
    insta::assert_snapshot!(ended);
}

#[tokio::test]
async fn a_draft_hears_what_the_standards_ask() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/two-domains");
    let folder = tempfile::tempdir().unwrap();
    copy(&example, folder.path());
    let contract = folder.path().join("domains/customer/products/customer_master/contract.yaml");
    std::fs::copy(example.join("draft/customer_master.contract.yaml"), contract).unwrap();
    let ended = offline(folder.path(), &["check"]).await;
    assert_eq!(ended.code, 1, "what publishing would refuse is an error: {ended}");
    insta::assert_snapshot!(ended);
}

#[tokio::test]
async fn sql_that_does_not_give_what_is_promised_is_told_at_both_places() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/two-domains");
    let folder = tempfile::tempdir().unwrap();
    copy(&example, folder.path());
    let sql = "SELECT customer_id, full_name, e_mail AS mail, phone, national_id, region, segment,\n  \
               try_cast(since AS VARCHAR) AS since, upper(region), region AS Segment FROM bronze.customers\n";
    let product = folder.path().join("domains/customer/products/customer_master");
    std::fs::write(product.join("customers.sql"), sql).unwrap();
    let silver = folder.path().join("domains/claims/silver/claims.sql");
    let text = std::fs::read_to_string(&silver).unwrap();
    std::fs::write(&silver, text.replace("AS amount", "AS \"the amount\"")).unwrap();
    let ended = offline(folder.path(), &["check"]).await;
    assert_eq!(ended.code, 1, "{ended}");
    insta::assert_snapshot!(ended);
}

#[tokio::test]
async fn steps_that_are_no_increments_are_told_before_anything_runs() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/two-domains");
    let folder = tempfile::tempdir().unwrap();
    copy(&example, folder.path());
    let silver = folder.path().join("domains/claims/silver/claims.sql");
    let text = std::fs::read_to_string(&silver).unwrap();
    let merging = "materialise: merge\nkey: [claim]\norder_by: [reported_at, version]";
    std::fs::write(&silver, text.replace("materialise: table", merging)).unwrap();
    let mut told = offline(folder.path(), &["check"]).await.to_string();
    std::fs::write(&silver, text.replace("materialise: table", "materialise: append") + "ORDER BY claim_id\n").unwrap();
    told += &offline(folder.path(), &["check"]).await.to_string();
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_domains_own_repository_is_not_blamed_for_what_the_mesh_declares() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/two-domains/domains/customer");
    let folder = tempfile::tempdir().unwrap();
    copy(&example, folder.path());
    let ended = offline(folder.path(), &["check"]).await;
    assert_eq!(ended.code, 0, "{ended}");
}

#[tokio::test]
async fn a_mesh_is_scaffolded_and_checks() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = vec![offline(folder.path(), &["new", "mesh", "acme"]).await.to_string()];
    let root = folder.path().join("acme");
    let data = folder.path().join("Bestellungen 2026.csv");
    std::fs::write(&data, "Order No.;E-Mail\n1;a@example.com\n").unwrap();
    told.push(offline(&root, &["new", "domain", "shop"]).await.to_string());
    told.push(offline(&root, &["new", "source", "shop.files", "--file", data.to_str().unwrap()]).await.to_string());
    told.push(offline(&root, &["new", "product", "shop.other"]).await.to_string());
    told.push(
        offline(&root, &["new", "domain", "shop"]).await.to_string().replace(folder.path().to_str().unwrap(), "~"),
    );
    let table = serde_json::json!({"domain": "shop", "zone": "bronze", "table": "bestellungen_2026", "rows": 1, "columns": [
        {"name": "order_no", "header": "Order No.", "type": "integer", "stored": "string", "nullable": false, "unique": true, "class": null},
        {"name": "e_mail", "header": "E-Mail", "type": "string", "stored": "string", "nullable": true, "unique": false, "class": "pii.email"},
    ]});
    let server = Server::start(vec![answer(table)]).await;
    let made = run(&server.url, &root, &["new", "product", "shop.orders", "--from", "bronze.bestellungen_2026"]).await;
    told.push(made.to_string());
    assert_eq!(server.asked(), ["GET /api/v1/domains/shop/tables/bronze/bestellungen_2026"]);
    told.push(offline(&root, &["check"]).await.to_string());
    let product = root.join("domains/shop/products/orders");
    for file in ["contract.yaml", "bestellungen_2026.sql"] {
        told.push(std::fs::read_to_string(product.join(file)).unwrap());
    }
    told.push(std::fs::read_to_string(root.join("domains/shop/sources/files.yaml")).unwrap());
    insta::assert_snapshot!(told.join("\n\n"));
}

#[tokio::test]
async fn a_domains_own_repository_has_its_files_at_its_root() {
    let folder = tempfile::tempdir().unwrap();
    let domain = "domain: shop\ndescription: A shop\nregion: westeurope\nowner: shop-owners\nsteward: shop-stewards\n";
    std::fs::write(folder.path().join("domain.yaml"), domain).unwrap();
    let data = folder.path().join("orders.csv");
    std::fs::write(&data, "id,total\n1,2.50\n").unwrap();
    let source = offline(folder.path(), &["new", "source", "shop.files", "--file", data.to_str().unwrap()]).await;
    let product = offline(folder.path(), &["new", "product", "shop.orders"]).await;
    assert_eq!((source.code, product.code), (0, 0), "{source}\n{product}");
    for path in ["sources/files.yaml", "products/orders/contract.yaml", "products/orders/access.yaml"] {
        assert!(folder.path().join(path).is_file(), "{path}\n{source}\n{product}");
    }
    assert!(!folder.path().join("domains").exists());
    let other = offline(folder.path(), &["new", "source", "hr.files"]).await;
    assert_eq!(other.code, 1);
    assert!(other.to_string().contains("this is the repository of `shop`, not of `hr`"), "{other}");
}

#[tokio::test]
async fn a_mistake_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    offline(folder.path(), &["new", "mesh", "acme"]).await;
    let root = folder.path().join("acme");
    offline(&root, &["new", "domain", "shop"]).await;
    let domain = root.join("domains/shop/domain.yaml");
    let text = std::fs::read_to_string(&domain).unwrap().replace("steward:", "stuart:");
    std::fs::write(&domain, text).unwrap();
    std::fs::write(root.join("people.yaml"), "people:\n  - {name: Ana}\n  - {name: bob, name: bob}\n").unwrap();
    let ended = offline(&root, &["check"]).await;
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended);
}

#[tokio::test]
async fn a_kept_plan_carries_what_it_rests_on() {
    let folder = tempfile::tempdir().unwrap();
    offline(folder.path(), &["new", "mesh", "acme"]).await;
    let root = folder.path().join("acme");
    let plan = serde_json::json!({"repository": "mesh:acme", "seq": 3, "basis": {"files": "ab", "objects": {"domain:shop": 3}},
    "changes": [
        {"verb": "update", "object": "product:shop.orders", "path": "x", "details": ["version 1.0.0 -> 1.1.0"], "felt_by": ["user:ana"]},
        {"verb": "retire", "object": "domain:old", "path": "y", "details": ["its file is gone"], "felt_by": [], "confirm": "--retire old"},
        {"verb": "create", "object": "domain:hr", "path": "z", "refused": "only people with a role there change it"},
        {"verb": "unchanged", "object": "mesh", "path": "mesh.yaml"},
    ]});
    let server =
        Server::start(vec![answer(plan.clone()), answer(serde_json::json!({"seq": 5, "changes": plan["changes"]}))])
            .await;
    let planned = run(&server.url, &root, &["plan", "--out", "plan.json"]).await;
    assert_eq!(planned.code, 4);
    let applied = run(&server.url, &root, &["apply", "plan.json"]).await;
    insta::assert_snapshot!(format!("{planned}\n\n{applied}"));
    let sent = &server.asked()[1];
    assert!(sent.contains(r#""expected":{"files":"ab","objects":{"domain:shop":3}}"#), "{sent}");
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
