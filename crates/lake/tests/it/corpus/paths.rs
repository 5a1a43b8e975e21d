//! Paths in the log: up, away, encoded, somebody else's, elsewhere by name.

use serde_json::json;

use super::{Case, Expect, UNAVAILABLE, UNSUPPORTED, case, scene::Scene};

/// Paths that are no path of this table's files.
const UP: [&str; 22] = [
    "../../payroll/salaries/part.parquet",
    "x/../../../payroll/salaries/part.parquet",
    "../../../../payroll/gold/salaries/rows/part.parquet",
    "..",
    ".",
    "",
    "./part.parquet",
    "a//part.parquet",
    "part.parquet/",
    "a/./part.parquet",
    "%2e%2e/%2e%2e/payroll/salaries/part.parquet",
    "%2E%2E/%2E%2E/payroll/salaries/part.parquet",
    "..%2f..%2fpayroll%2fsalaries%2fpart.parquet",
    ".%2e/.%2e/payroll/salaries/part.parquet",
    "region=EU%2f..%2f..%2f..%2fpayroll/salaries/part.parquet",
    "..\\..\\payroll\\salaries\\part.parquet",
    "..%5c..%5cpayroll%5csalaries%5cpart.parquet",
    "part.parquet%00",
    "%00",
    "_delta_log/00000000000000000000.json",
    "_delta_log/../../../payroll/salaries/part.parquet",
    "%5fdelta_log/00000000000000000000.json",
];

/// Names that are plain, odd and absent: nothing is made of them.
const PLAIN: [&str; 10] = [
    "%252e%252e/%252e%252e/payroll/salaries/part.parquet",
    "\u{ff0e}\u{ff0e}/part.parquet",
    "..;/part.parquet",
    "...",
    "~/part.parquet",
    "part.parquet?version=0",
    "part.parquet#0",
    "C:part.parquet",
    "file:part.parquet",
    "PART.PARQUET",
];

/// Places by name.
const ELSEWHERE: [&str; 12] = [
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "//host/share/part.parquet",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "file:/etc/passwd",
    "s3://bucket/part.parquet",
    "s3a://bucket/part.parquet",
    "abfss://container@account.dfs.core.windows.net/part.parquet",
    "gs://bucket/part.parquet",
    "hdfs://host/part.parquet",
    "az://container/part.parquet",
];

pub fn cases() -> Vec<Case> {
    let set = |path: String| move |scene: &Scene| scene.edit_add(|add| add["path"] = json!(path));
    let mut cases: Vec<Case> = Vec::new();
    for path in UP.into_iter().chain(PLAIN) {
        cases.push(case(format!("path {path:?}"), UNAVAILABLE, set(path.to_owned())));
    }
    for path in ELSEWHERE {
        cases.push(case(format!("path {path:?}"), UNSUPPORTED, set(path.to_owned())));
    }
    cases.push(case("a path longer than a name", UNAVAILABLE, set("x".repeat(300))));
    cases.push(case("a path of ten thousand parts", UNAVAILABLE, set(vec!["x"; 10_000].join("/"))));
    cases.push(case("a path of a megabyte", UNAVAILABLE, set("x/".repeat(500_000) + "x")));
    cases.push(case("the absolute path of somebody's file", UNSUPPORTED, |scene| {
        let theirs = scene.canaries[0].display().to_string();
        scene.edit_add(|add| add["path"] = json!(theirs));
    }));
    cases.push(case("the URL of somebody's file", UNSUPPORTED, |scene| {
        let theirs = format!("file://{}", scene.canaries[0].display());
        scene.edit_add(|add| add["path"] = json!(theirs));
    }));
    cases.push(case("the absolute path of its own file", UNSUPPORTED, |scene| {
        let own = scene.file(1).display().to_string();
        scene.edit_add(|add| add["path"] = json!(own));
    }));
    cases.push(case("a URL that answers", UNSUPPORTED, |scene| {
        let url = format!("{}/part.parquet", scene.url());
        scene.edit_add(|add| add["path"] = json!(url));
    }));
    cases.push(case("the way out and back in", UNAVAILABLE, |scene| {
        let own = scene.file(1).file_name().unwrap().to_str().unwrap().to_owned();
        scene.edit_add(|add| add["path"] = json!(format!("../claims/{own}")));
    }));
    cases.push(case("its own name, encoded", Expect::Harmless, |scene| {
        scene.edit_add(|add| {
            let path = add["path"].as_str().unwrap().replacen("part-", "p%61rt%2D", 1);
            add["path"] = json!(path);
        });
    }));
    cases.push(case("a removal that leads out", Expect::Harmless, |scene| {
        scene.append(
            &json!({"remove": {"path": "../../payroll/salaries/part.parquet", "dataChange": true}}).to_string(),
        );
    }));
    cases.push(case("a change file that leads out", Expect::Harmless, |scene| {
        let change = json!({"path": "../../payroll/salaries/part.parquet", "size": 1, "partitionValues": {}, "dataChange": false});
        scene.append(&json!({"cdc": change}).to_string());
    }));
    cases
}
