//! The walk holds for any CSV: wide, with odd names and missing values, hundreds of thousands of rows.

use std::{fmt::Write as _, path::Path};

use crate::mesh::{self, Mesh};

const ROWS: usize = 200_000;
const WIDE: usize = 40;

/// Headers as systems export them: empty, repeated, reserved, with quotes, separators and every script.
fn headers() -> Vec<String> {
    let odd = [
        "Id",
        "",
        "",
        "Name",
        "name",
        "NAME",
        "_batch",
        "a\"b",
        "a,b",
        "Größe (cm)",
        "東京",
        "select",
        "E-Mail",
        "1st",
        "x;y",
    ];
    let mut headers: Vec<String> = odd.iter().map(|name| (*name).to_owned()).collect();
    while headers.len() < WIDE {
        headers.push(format!("Column No. {}", headers.len()));
    }
    headers
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn write_csv(path: &Path) {
    let mut text = headers().iter().map(|name| quoted(name)).collect::<Vec<_>>().join(",");
    text.push_str("\r\n");
    for row in 0..ROWS {
        for column in 0..WIDE {
            if column > 0 {
                text.push(',');
            }
            match column {
                0 => _ = write!(text, "{}", row + 1),
                12 if row % 7 == 0 => {}
                12 => _ = write!(text, "person{row}@example.com"),
                3 if row % 1000 == 0 => text.push_str("\"two\nlines\""),
                _ if (row + column) % 5 == 0 => {}
                _ if column % 3 == 0 => _ = write!(text, "{}.{:02}", row % 977, column),
                _ => _ = write!(text, "v{}", row % 13),
            }
        }
        text.push_str("\r\n");
    }
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_wide_csv_with_odd_names_becomes_a_product() {
    let mesh = Mesh::up();
    let folder = mesh.folder.path().to_owned();
    let admin = mesh.admin_token();
    mesh.done(&folder, &admin, &["new", "mesh", "acme"]);
    let root = folder.join("acme");
    mesh.done(&root, &admin, &["new", "domain", "lab"]);
    let drop = folder.join(".tessera/drop/lab");
    std::fs::create_dir_all(&drop).unwrap();
    let file = drop.join("Messung (final) 2026.csv");
    write_csv(&file);
    mesh::settle(&drop);
    mesh.done(&root, &admin, &["new", "source", "lab.files", "--file", file.to_str().unwrap()]);
    mesh.done(&root, &admin, &["check"]);
    mesh.done(&root, &admin, &["apply"]);
    let owner = mesh.done(&root, &admin, &["token", "create", "you-owner"]);
    mesh.done(&root, &owner, &["run", "lab"]);
    mesh.done(&root, &owner, &["new", "product", "lab.measures", "--from", "bronze.messung_final_2026"]);
    mesh.done(&root, &owner, &["check"]);
    mesh.done(&root, &owner, &["apply"]);
    let told = mesh.done(&root, &owner, &["publish", "lab.measures"]);
    assert!(told.contains("200,000 rows"), "{told}");
    let page: serde_json::Value =
        serde_json::from_str(&mesh.done(&root, &owner, &["show", "lab.measures", "--output", "json"])).unwrap();
    let port = page["port_details"][0]["name"].as_str().unwrap();
    let columns = page["port_details"][0]["columns"].as_array().unwrap();
    assert_eq!(columns.len(), WIDE);
    let count = mesh
        .psql(
            "you-owner",
            &owner,
            "analytics",
            &format!("SELECT count(*), count(DISTINCT id) FROM lab.measures.{port}"),
        )
        .unwrap();
    assert_eq!(count[0], [Some(ROWS.to_string()), Some(ROWS.to_string())]);
}
