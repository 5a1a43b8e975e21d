//! Files into bronze: any CSV, exactly once, never from outside the folders a domain may ingest from.

use std::{fs, io::Write as _, os::unix::fs::symlink};

use model::Code;
use pipeline::{RunTarget, StepState};

use crate::house::House;

/// A mesh whose `claims` domain has one source table `t`.
async fn with_table(spec: &str) -> House {
    let source = format!("source: drops\nkind: files\ntables:\n  t: {{{spec}}}\n");
    House::with(&[("domains/claims/sources/drops.yaml", &source)]).await
}

#[tokio::test]
async fn odd_headers_missing_values_and_quotes_arrive_as_they_are() {
    let house = with_table("path: t.csv, format: csv, delimiter: \";\"").await;
    let text = "\u{feff}Claim No.;;Größe;Größe;_batch\n1;\"a;\"\"b\"\"\nc\";;x;\n2;;;;\"\"\n";
    house.drop_file("claims", "t.csv", text);
    let report = house.run("claims").await.unwrap();
    assert_eq!((report.steps[0].rows, report.steps[0].rejected), (2, 0));
    let rows = house
        .rows("claims", "bronze.t", "\"Claim No.\", column_2, \"Größe\", \"Größe_4\", _batch_source, _batch, _line")
        .await;
    assert_eq!(rows, ["1|a;\"b\"\nc|-|x|-|1|2", "2|-|-|-|-|1|4"]);
}

#[tokio::test]
async fn rows_that_do_not_parse_are_set_aside_with_their_reason() {
    let house = with_table("path: t.csv, format: csv").await;
    house.drop_file("claims", "t.csv", b"a,b\n1,2\n3\n4,5,6\n\xff,7\n8,9\n".as_slice());
    let report = house.run("claims").await.unwrap();
    assert_eq!((report.steps[0].rows, report.steps[0].rejected), (2, 3));
    assert_eq!(house.rows("claims", "bronze.t", "a, b").await, ["1|2", "8|9"]);
    let told: Vec<_> = report.steps[0].reasons.iter().map(|reason| (reason.rows, reason.line)).collect();
    assert_eq!(told, [(1, 3), (1, 4), (1, 5)]);
    let rejected = house.rows("claims", "bronze.t__rejected", "_line, reason, raw").await;
    assert_eq!(rejected[0], "3|has 1 fields where the header has 2|3");
    assert_eq!(rejected[1], "4|has 3 fields where the header has 2|4,5,6");
    assert!(rejected[2].starts_with("5|the value of `a` is not UTF-8|"), "{}", rejected[2]);
}

#[tokio::test]
async fn rejects_are_told_with_reason_file_and_line_and_without_values() {
    let house = with_table("path: \"*.jsonl\", format: json_lines").await;
    house.drop_file("claims", "a.jsonl", "{\"a\":1}\n\"CANARY\"\n{\"a\":\n");
    house.drop_file("claims", "b.jsonl", "\"CANARY\"\n");
    house.run("claims").await.unwrap();
    let table = "t".parse().unwrap();
    let (domain, context) = ("claims".parse().unwrap(), house.context("service:svc-claims"));
    let found = house.pipeline.rejects(&domain, &table, 2, &context).await.unwrap();
    assert_eq!((found.taken, found.rejected), (1, 3));
    let first = &found.reasons[0];
    assert_eq!(
        (first.reason.as_str(), first.rows, first.file.as_str(), first.line),
        ("is not a JSON object", 2, "a.jsonl", 2)
    );
    let places: Vec<_> = found.items.iter().map(|item| format!("{}:{}", item.file, item.line)).collect();
    assert_eq!(places, ["b.jsonl:1", "a.jsonl:2"], "the latest file first, and no more than were asked for");
    assert!(!serde_json::to_string(&found).unwrap().contains("CANARY"));
}

#[tokio::test]
async fn rejects_are_for_the_domain_alone() {
    let house = with_table("path: t.csv, format: csv").await;
    house.drop_file("claims", "t.csv", "a,b\n1\n");
    house.run("claims").await.unwrap();
    let (domain, table) = ("claims".parse().unwrap(), "t".parse().unwrap());
    for principal in ["user:ana", "service:svc-policy"] {
        let context = house.context(principal);
        let problem = house.pipeline.rejects(&domain, &table, 10, &context).await.unwrap_err();
        assert_eq!(problem.code(), Code::NotFound);
    }
}

#[tokio::test]
async fn a_target_that_nobody_declares_is_absent_with_the_names_there_are() {
    let house = with_table("path: t.csv, format: csv").await;
    let target = RunTarget::Bronze("noticess".parse().unwrap());
    let problem = house.run_target("claims", target, false).await.unwrap_err();
    assert_eq!((problem.code(), problem.hint()), (Code::NotFound, Some("there is `t`")));
}

#[tokio::test]
async fn a_wide_file_with_many_rows_arrives_whole() {
    let house = with_table("path: t.csv, format: csv").await;
    let header: Vec<String> = (0..300).map(|n| format!("Column {n}")).collect();
    let mut text = header.join(",");
    for row in 0..5_000 {
        text.push('\n');
        let cells: Vec<String> =
            (0..300).map(|n| if n % 3 == 0 { String::new() } else { format!("{row}-{n}") }).collect();
        text.push_str(&cells.join(","));
    }
    house.drop_file("claims", "t.csv", text);
    assert_eq!(house.run("claims").await.unwrap().steps[0].rows, 5_000);
    let counts =
        house.rows("claims", "bronze.t", "count(*), count(\"Column 0\"), count(\"Column 297\"), max(_line)").await;
    assert_eq!(counts, ["5000|0|0|5001"]);
    let counts = house.rows("claims", "bronze.t", "count(\"Column 1\"), count(distinct \"Column 1\")").await;
    assert_eq!(counts, ["5000|5000"]);
}

#[tokio::test]
async fn packed_files_are_unpacked_by_their_extension() {
    let house = with_table("path: \"in/*.csv.*\", format: csv").await;
    let text = b"a,b\n1,2\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text).unwrap();
    house.drop_file("claims", "in/one.csv.gz", gzip.finish().unwrap());
    house.drop_file("claims", "in/two.csv.zst", zstd::encode_all(b"a,b\n3,4\n".as_slice(), 3).unwrap());
    house.run("claims").await.unwrap();
    assert_eq!(house.rows("claims", "bronze.t", "a, b").await, ["1|2", "3|4"]);
}

#[tokio::test]
async fn a_bomb_and_a_truncated_archive_are_refused_and_nothing_of_them_is_taken() {
    let house = with_table("path: \"*.csv.gz\", format: csv").await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(b"a\n").unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..128 {
        gzip.write_all(&zeros[..(1 << 20) - 1]).unwrap();
        gzip.write_all(b"\n").unwrap();
    }
    house.drop_file("claims", "bomb.csv.gz", gzip.finish().unwrap());
    assert_eq!(house.run("claims").await.unwrap_err().code(), Code::TooLarge);
    fs::remove_file(house.data().join("drop/claims/bomb.csv.gz")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all("a,b\n1,2\n".repeat(1_000).as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    house.drop_file("claims", "half.csv.gz", &whole[..whole.len() - 20]);
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    assert!(problem.message().contains("half.csv.gz"), "{}", problem.message());
    assert!(house.rows("claims", "bronze.t", "count(*)").await == ["0"]);
}

#[tokio::test]
async fn json_lines_become_columns_of_every_key() {
    let house = with_table("path: \"*.jsonl\", format: json_lines").await;
    let lines = "{\"a\": 1, \"b\": \"x\\ny\", \"nested\": {\"k\": [1, 2]}}\n\n{\"c\": true, \"a\": null, \"b\": 1.50}\n\
                 {\"a\": 1\n[1]\n{\"a\": 1, \"a\": 2}\n{\"_line\": 7}\n";
    house.drop_file("claims", "one.jsonl", lines);
    let report = house.run("claims").await.unwrap();
    assert_eq!((report.steps[0].rows, report.steps[0].rejected), (3, 3));
    assert_eq!(
        house.rows("claims", "bronze.t", "a, b, nested, c, _line_source, _line").await,
        ["-|-|-|-|7|7", "-|1.50|-|true|-|3", "1|x\ny|{\"k\": [1, 2]}|-|-|1"]
    );
    let rejected = house.rows("claims", "bronze.t__rejected", "_line, reason").await;
    assert!(rejected[0].starts_with("4|is not JSON"), "{}", rejected[0]);
    assert!(rejected[1].starts_with("5|is not a JSON object"), "{}", rejected[1]);
    assert_eq!(rejected[2], "6|has the key `a` twice");
}

#[tokio::test]
async fn keys_that_come_and_go_are_columns_and_no_line_is_lost_between_blocks() {
    let house = with_table("path: \"*.jsonl\", format: json_lines").await;
    // Ten lines fill a block that is parsed by itself, and each block brings a key that no other has.
    let padding = "x".repeat(200_000);
    let line =
        |number: usize| format!("{{\"k{}\": \"v{number}\", \"pad\": \"{padding}\", \"id\": {number}}}\n", number / 10);
    let lines: String = (0..420).map(line).collect();
    house.drop_file("claims", "wide.jsonl", &lines);
    let report = house.run("claims").await.unwrap();
    assert_eq!((report.steps[0].rows, report.steps[0].rejected), (420, 0));
    let counted =
        "count(*), count(DISTINCT id), count(DISTINCT _line), sum(CASE WHEN CAST(id AS INT) + 1 = _line THEN 1 END)";
    assert_eq!(house.rows("claims", "bronze.t", counted).await, ["420|420|420|420"]);
    let ends = "count(k0), min(k0), count(k17), count(k41), max(k41)";
    assert_eq!(house.rows("claims", "bronze.t", ends).await, ["10|v0|10|10|v419"]);
}

#[tokio::test]
async fn a_parquet_source_that_nests_without_end_is_refused() {
    // Groups in groups: what parses them must not end the process.
    let depth = 200_000u32;
    let mut footer = vec![0x15, 0x02, 0x19, 0xfc, 0xc1, 0x9a, 0x0c, 0x48, 1, b'g', 0x15, 0x02, 0x00];
    for _ in 1..depth {
        footer.extend([0x35, 0x00, 0x18, 1, b'g', 0x15, 0x02, 0x00]);
    }
    footer.extend([0x15, 0x02, 0x25, 0x00, 0x18, 1, b'l', 0x00, 0x16, 0x00, 0x19, 0x0c, 0x00]);
    let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
    let house = with_table("path: \"*.parquet\", format: parquet").await;
    house.drop_file("claims", "deep.parquet", [b"PAR1", footer.as_slice(), &length, b"PAR1"].concat());
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    assert!(problem.message().contains("not a complete Parquet file"), "{}", problem.message());
}

#[tokio::test]
async fn parquet_keeps_its_types_and_a_half_written_file_is_refused_whole() {
    use arrow::array::{Date32Array, Int64Array, RecordBatch, StringArray};
    use std::sync::Arc;

    let house = with_table("path: \"*.parquet\", format: parquet").await;
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from(vec![1, 2])) as _),
        ("day", Arc::new(Date32Array::from(vec![Some(0), None])) as _),
        ("name", Arc::new(StringArray::from(vec!["a", "b"])) as _),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    house.drop_file("claims", "half.parquet", &bytes[..bytes.len() - 9]);
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    assert!(problem.message().contains("not a complete Parquet file"), "{}", problem.message());
    fs::remove_file(house.data().join("drop/claims/half.parquet")).unwrap();
    house.drop_file("claims", "whole.parquet", &bytes);
    house.run("claims").await.unwrap();
    assert_eq!(house.rows("claims", "bronze.t", "id + 1, day, name, _line").await, ["2|1970-01-01|a|1", "3|-|b|2"]);
}

#[tokio::test]
async fn a_file_is_taken_once_whatever_happens_between_runs() {
    let house = with_table("path: \"*.csv\", format: csv").await;
    house.drop_file("claims", "one.csv", "a\n1\n");
    house.run("claims").await.unwrap();
    let again = house.run("claims").await.unwrap();
    assert_eq!(again.steps[0].state, StepState::Unchanged);
    // A run that was killed leaves data files that no record names.
    let data = house.data().join("zones/claims/bronze/drops/t/data");
    let orphan = fs::read_dir(&data).unwrap().next().unwrap().unwrap().path();
    fs::copy(&orphan, data.join("00000000-0000-7000-8000-000000000000.parquet")).unwrap();
    house.drop_file("claims", "two.csv", "a\n2\n");
    house.run("claims").await.unwrap();
    assert_eq!(house.rows("claims", "bronze.t", "a, _batch").await, ["1|1", "2|2"]);
}

#[tokio::test]
async fn a_run_that_is_dropped_midway_takes_the_file_the_next_time() {
    let house = with_table("path: \"*.csv\", format: csv").await;
    let rows: String = (0..200_000).map(|n| format!("{n},{n}\n")).collect();
    house.drop_file("claims", "big.csv", format!("a,b\n{rows}"));
    let domain = "claims".parse().unwrap();
    let context = house.context("service:svc-claims");
    {
        let run = house.pipeline.run(&domain, RunTarget::All, false, &context, &pipeline::Silent);
        tokio::pin!(run);
        // Poll a few times, then give up: the client is gone.
        for _ in 0..3 {
            let polled = futures::poll!(run.as_mut());
            assert!(polled.is_pending());
            tokio::task::yield_now().await;
        }
    }
    house.run("claims").await.unwrap();
    assert_eq!(house.rows("claims", "bronze.t", "count(*), count(distinct a)").await, ["200000|200000"]);
}

#[tokio::test]
async fn a_changed_file_is_refused_appended_or_replaces_as_declared() {
    for (changed, expected) in
        [("", None), (", changed: append", Some(["1", "1", "2"].as_slice())), (", changed: replace", Some(&["1", "2"]))]
    {
        let house = with_table(&format!("path: t.csv, format: csv{changed}")).await;
        house.drop_file("claims", "t.csv", "a\n1\n");
        house.run("claims").await.unwrap();
        house.drop_file("claims", "t.csv", "a\n1\n2\n");
        match (house.run("claims").await, expected) {
            (Err(problem), None) => {
                assert_eq!(problem.code(), Code::SourceChanged);
                assert!(problem.hint().unwrap().contains("changed: append"));
                assert_eq!(house.rows("claims", "bronze.t", "a").await, ["1"]);
            }
            (Ok(_), Some(expected)) => {
                assert_eq!(house.rows("claims", "bronze.t", "a").await, expected, "{changed}");
                assert_eq!(house.run("claims").await.unwrap().steps[0].state, StepState::Unchanged);
            }
            (outcome, _) => panic!("{changed}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn a_file_that_is_still_being_written_waits() {
    let house = with_table("path: t.csv, format: csv").await;
    let at = house.drop_file("claims", "t.csv", "a\n1\n");
    house.age(&at, 1);
    let report = house.run("claims").await.unwrap();
    assert_eq!(report.steps[0].rows, 0);
    assert!(report.steps[0].notes[0].contains("still being written"), "{:?}", report.steps[0].notes);
    house.age(&at, 3);
    assert_eq!(house.run("claims").await.unwrap().steps[0].rows, 1);
}

#[tokio::test]
async fn a_source_that_is_gone_is_named() {
    let house = with_table("path: t.csv, format: csv").await;
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    assert!(problem.message().contains("`t.csv`") && problem.hint().is_some(), "{}", problem.message());
}

#[tokio::test]
async fn one_bad_file_does_not_keep_the_others_out() {
    let house = with_table("path: \"*.csv\", format: csv").await;
    house.drop_file("claims", "a.csv", b"\xff\xfea\0".as_slice());
    house.drop_file("claims", "b.csv", "a\n1\n");
    let problem = house.run("claims").await.unwrap_err();
    assert!(problem.message().contains("UTF-16"), "{}", problem.message());
    assert_eq!(house.rows("claims", "bronze.t", "a").await, ["1"]);
}

#[tokio::test]
async fn a_symbolic_link_is_never_followed() {
    let house = with_table("path: \"in/*.csv\", format: csv").await;
    let secret = house.data().join("secret");
    fs::create_dir_all(&secret).unwrap();
    fs::write(secret.join("x.csv"), "a\nsecret\n").unwrap();
    house.age(&secret.join("x.csv"), 10);
    let drop = house.data().join("drop/claims");
    fs::create_dir_all(drop.join("in")).unwrap();
    symlink(secret.join("x.csv"), drop.join("in/linked.csv")).unwrap();
    let report = house.run("claims").await.unwrap();
    assert_eq!(report.steps[0].rows, 0);
    for (spec, link, to) in
        [("path: link/x.csv", "link", secret.clone()), ("path: direct.csv", "direct.csv", secret.join("x.csv"))]
    {
        symlink(to, drop.join(link)).unwrap();
        let source = format!("source: drops\nkind: files\ntables:\n  t: {{{spec}, format: csv}}\n");
        house.apply(&[("domains/claims/sources/drops.yaml", &source)]).await.unwrap();
        let problem = house.run("claims").await.unwrap_err();
        assert!(problem.message().contains("symbolic link"), "{}", problem.message());
    }
}

#[tokio::test]
async fn a_path_that_climbs_is_refused() {
    for path in ["../policy/holders.csv", "in/../../policy/x.csv", "/etc/passwd"] {
        let house = House::with(&[]).await;
        house.drop_file("policy", "holders.csv", "a\n1\n");
        house.drop_file("claims", "in/x.csv", "a\n1\n");
        let source = format!("source: drops\nkind: files\ntables:\n  t: {{path: \"{path}\", format: csv}}\n");
        // Either the file is refused at once, or the run refuses it.
        if let Ok(()) = house.apply(&[("domains/claims/sources/drops.yaml", &source)]).await {
            assert_eq!(house.run("claims").await.unwrap_err().code(), Code::SourceUnavailable, "{path}");
        }
    }
}

#[tokio::test]
async fn a_folder_outside_every_allowed_root_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir(outside.path().join("in")).unwrap();
    fs::write(outside.path().join("in/t.csv"), "a\n1\n").unwrap();
    let mesh = format!(
        "mesh: test\nformat: 1\nregions: [eu, in]\nroles: {{admins: roots, guild: roots, auditors: roots}}\n\
         stores: {{default: \"file:./zones\"}}\nsources: {{files: {{claims: [\"{}/in\"]}}}}\n",
        outside.path().display()
    );
    let source = "source: drops\nkind: files\ntables:\n  t: {path: t.csv, format: csv}\n";
    let files = [("mesh.yaml", mesh.as_str()), ("domains/claims/sources/drops.yaml", source)];
    let house = House::with(&files).await;
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable);
    assert!(problem.hint().unwrap().contains("--allow-source"), "{:?}", problem.hint());
    let house = House::with_sources(&files, vec![outside.path().to_owned()]).await;
    house.age(&outside.path().join("in/t.csv"), 10);
    assert_eq!(house.run("claims").await.unwrap().steps[0].rows, 1);
}

#[tokio::test]
async fn a_folder_that_overlaps_a_zone_is_refused() {
    for folder in ["./zones/policy/gold", ".", "./keys", "./zones"] {
        let mesh = format!(
            "mesh: test\nformat: 1\nregions: [eu, in]\nroles: {{admins: roots, guild: roots, auditors: roots}}\n\
             stores: {{default: \"file:./zones\"}}\nsources: {{files: {{claims: [\"{folder}\"]}}}}\n"
        );
        let house = House::with(&[("mesh.yaml", mesh.as_str())]).await;
        fs::create_dir_all(house.data().join("keys")).unwrap();
        let problem = house.run("claims").await.unwrap_err();
        assert_eq!(problem.code(), Code::SourceUnavailable, "{folder}");
        assert!(problem.message().contains("overlaps"), "{folder}: {}", problem.message());
    }
}

#[tokio::test]
async fn an_absolute_path_outside_every_root_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("t.csv"), "a\nsecret\n").unwrap();
    let house = House::with(&[]).await;
    house.drop_file("claims", "other.csv", "a\n1\n");
    let path = outside.path().join("t.csv");
    let source = format!("source: drops\nkind: files\ntables:\n  t: {{path: \"{}\", format: csv}}\n", path.display());
    // Either the file is refused at once, or the run refuses it.
    if let Ok(()) = house.apply(&[("domains/claims/sources/drops.yaml", &source)]).await {
        assert_eq!(house.run("claims").await.unwrap_err().code(), Code::SourceUnavailable);
    }
}
