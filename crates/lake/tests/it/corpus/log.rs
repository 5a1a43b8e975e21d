//! Entries of the log: not JSON, not plausible, not of this world; numbers beyond their types; features nobody asked for.

use std::fs;

use serde_json::{Value, json};

use super::{Case, Expect, UNAVAILABLE, UNSUPPORTED, case, scene::Scene};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(garbage());
    cases.extend(numbers());
    cases.extend(statistics());
    cases.extend(deletion_vectors());
    cases.extend(protocols());
    cases
}

fn appended(name: &str, expect: Expect, line: impl Into<String>) -> Case {
    let line = line.into();
    case(format!("a line: {name}"), expect, move |scene| scene.append(&line))
}

fn garbage() -> Vec<Case> {
    let nested = |depth: usize| format!("{{\"commitInfo\":{}1{}}}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let mut cases = vec![
        appended("an empty object", Expect::Harmless, "{}"),
        appended("an action of the future", Expect::Harmless, "{\"fromTheFuture\":{\"path\":\"../../x\"}}"),
        appended("half an object", UNAVAILABLE, "{\"add\":{\"path\":"),
        appended("no JSON", UNAVAILABLE, "not json"),
        appended("a number", UNAVAILABLE, "7"),
        appended("a list", UNAVAILABLE, "[]"),
        appended("an empty addition", UNAVAILABLE, "{\"add\":{}}"),
        appended("an addition that is a number", UNAVAILABLE, "{\"add\":7}"),
        appended("a path that is a number", UNAVAILABLE, "{\"add\":{\"path\":7}}"),
        appended(
            "a path that is null",
            UNAVAILABLE,
            "{\"add\":{\"path\":null,\"size\":1,\"partitionValues\":{},\"modificationTime\":1,\"dataChange\":true}}",
        ),
        appended("zero bytes", UNAVAILABLE, "\0\0\0\0"),
        appended("ten thousand open brackets", UNAVAILABLE, "[".repeat(10_000)),
        appended("a hundred thousand open objects", UNAVAILABLE, "{\"add\":".repeat(100_000)),
        appended(
            "two megabytes of commit information",
            Expect::Harmless,
            format!("{{\"commitInfo\":{{\"x\":\"{}\"}}}}", "x".repeat(2 << 20)),
        ),
        appended("commit information a hundred deep", Expect::Harmless, nested(100)),
        appended("commit information ten thousand deep", UNAVAILABLE, nested(10_000)),
    ];
    cases.push(case("the end is cut off", UNAVAILABLE, |scene| {
        let bytes = fs::read(scene.entry(1)).unwrap();
        fs::write(scene.entry(1), &bytes[..bytes.len() - 40]).unwrap();
    }));
    cases.push(case("zeros of the same length, as after a power cut", UNAVAILABLE, |scene| {
        let length = fs::metadata(scene.entry(1)).unwrap().len();
        fs::write(scene.entry(1), vec![0; usize::try_from(length).unwrap()]).unwrap();
    }));
    cases.push(case("bytes that are no text", UNAVAILABLE, |scene| {
        fs::write(scene.entry(1), b"{\"add\":{\"path\":\"\xff\xfe\"}}").unwrap();
    }));
    cases.push(case("lines that end as on Windows", Expect::Harmless, |scene| {
        let text = fs::read_to_string(scene.entry(1)).unwrap();
        fs::write(scene.entry(1), text.replace('\n', "\r\n")).unwrap();
    }));
    cases.push(case("the same addition twice", Expect::Harmless, |scene| {
        let text = fs::read_to_string(scene.entry(1)).unwrap();
        let add = text.lines().find(|line| line.starts_with("{\"add\"")).unwrap().to_owned();
        scene.append(&add);
    }));
    cases.push(case("the same file by another name", UNAVAILABLE, |scene| {
        let text = fs::read_to_string(scene.entry(1)).unwrap();
        let add = text.lines().find(|line| line.starts_with("{\"add\"")).unwrap().replacen("part-", "p%61rt-", 1);
        scene.append(&add);
    }));
    cases.push(case("a published file added again with another size", Expect::Harmless, |scene| {
        let name = scene.file(0).file_name().unwrap().to_str().unwrap().to_owned();
        let add = json!({"path": name, "size": 7, "partitionValues": {}, "modificationTime": 1, "dataChange": true});
        scene.append(&json!({"add": add}).to_string());
    }));
    cases
}

fn numbers() -> Vec<Case> {
    let mut cases = Vec::new();
    for size in ["-1", "0", "1", "9223372036854775807", "9223372036854775808", "1e400", "1e18", "1.5", "\"x\"", "null"]
    {
        cases.push(case(format!("size {size}"), UNAVAILABLE, move |scene| {
            let text = fs::read_to_string(scene.entry(1)).unwrap();
            let true_size = fs::metadata(scene.file(1)).unwrap().len();
            let changed = text.replace(&format!("\"size\":{true_size}"), &format!("\"size\":{size}"));
            assert_ne!(text, changed);
            fs::write(scene.entry(1), changed).unwrap();
        }));
    }
    cases.push(case("no size", UNAVAILABLE, |scene| {
        scene.edit_add(|add| {
            add.as_object_mut().unwrap().remove("size");
        });
    }));
    for time in [json!(-1), json!(i64::MAX), json!(i64::MIN)] {
        cases.push(case(format!("time {time}"), Expect::Harmless, move |scene| {
            scene.edit_add(|add| add["modificationTime"] = time.clone());
        }));
    }
    cases.push(case("partition values nobody declared", Expect::Harmless, |scene| {
        scene.edit_add(|add| add["partitionValues"] = json!({"region": "../../x"}));
    }));
    cases
}

/// What a log says about the rows of a file is never believed.
fn statistics() -> Vec<Case> {
    let forged = [
        json!({"numRecords": 1}),
        json!({"numRecords": 0}),
        json!({"numRecords": -5}),
        json!({"numRecords": 1e300}),
        json!({"numRecords": 25, "minValues": {"id": 1000}, "maxValues": {"id": 2000}, "nullCount": {"id": 0}}),
        json!({"numRecords": 25, "minValues": {"id": 2000}, "maxValues": {"id": 1000}, "nullCount": {"id": 25}}),
        json!({"numRecords": 25, "minValues": {"id": "x"}, "maxValues": {"name": 7}}),
        json!({"numRecords": 1, "tightBounds": false}),
        json!([]),
    ];
    let mut cases: Vec<Case> = forged
        .into_iter()
        .map(|stats| {
            case(format!("statistics {stats}"), Expect::Harmless, move |scene: &Scene| {
                scene.edit_add(|add| add["stats"] = json!(stats.to_string()));
            })
        })
        .collect();
    cases.push(case("no statistics", Expect::Harmless, |scene| {
        scene.edit_add(|add| {
            add.as_object_mut().unwrap().remove("stats");
        });
    }));
    cases.push(case("statistics that are no JSON", Expect::Harmless, |scene| {
        scene.edit_add(|add| add["stats"] = json!("{\"numRecords\":"));
    }));
    cases
}

fn deletion_vectors() -> Vec<Case> {
    let vector = |kind: &str, at: String| {
        let vector =
            json!({"storageType": kind, "pathOrInlineDv": at, "offset": 4, "sizeInBytes": 40, "cardinality": 6});
        move |scene: &Scene| scene.edit_add(|add| add["deletionVector"] = vector.clone())
    };
    let mut cases = vec![
        case("a vector beside", UNSUPPORTED, vector("u", "ab^-aqEH.-t@S}K{vb[*k^".into())),
        case("a vector inline", UNSUPPORTED, vector("i", "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L".into())),
        case("a vector by an absolute path", UNSUPPORTED, vector("p", "file:///etc/passwd".into())),
        case("a vector of no kind", UNAVAILABLE, vector("?", "x".into())),
    ];
    cases.push(case("a vector by a URL that answers", UNSUPPORTED, |scene| {
        let url = format!("{}/vector", scene.url());
        let vector =
            json!({"storageType": "p", "pathOrInlineDv": url, "offset": 4, "sizeInBytes": 40, "cardinality": 6});
        scene.edit_add(|add| add["deletionVector"] = vector.clone());
    }));
    cases
}

fn protocols() -> Vec<Case> {
    let protocol = |reader: Value, features: &[&str]| {
        let mut protocol = json!({"minReaderVersion": reader, "minWriterVersion": 7, "writerFeatures": features});
        if reader == json!(3) {
            protocol["readerFeatures"] = json!(features);
        } else {
            protocol["minWriterVersion"] = json!(2);
            protocol.as_object_mut().unwrap().remove("writerFeatures");
        }
        json!({"protocol": protocol}).to_string()
    };
    let mut cases = Vec::new();
    for reader in [4, 5, 99, i32::MAX] {
        cases.push(appended(&format!("reader version {reader}"), UNSUPPORTED, protocol(json!(reader), &[])));
    }
    for (reader, expect) in [
        (json!(-1), UNSUPPORTED),
        (json!(1u64 << 40), UNAVAILABLE),
        (json!(null), UNAVAILABLE),
        // A number all the same to whoever reads the log.
        (json!("1"), Expect::Harmless),
        (json!(1.5), Expect::Harmless),
    ] {
        cases.push(appended(&format!("reader version {reader}"), expect, protocol(reader, &[])));
    }
    // Who manages such a table elsewhere would have to be asked.
    for feature in ["catalogManaged", "catalogOwned-preview"] {
        cases.push(appended(&format!("feature {feature}"), UNAVAILABLE, protocol(json!(3), &[feature])));
    }
    for feature in [
        "v2Checkpoint",
        "typeWidening",
        "typeWidening-preview",
        "variantType",
        "fromTheFuture",
        "../../x",
        "DeletionVectors",
    ] {
        cases.push(appended(&format!("feature {feature}"), UNSUPPORTED, protocol(json!(3), &[feature])));
    }
    for feature in ["deletionVectors", "timestampNtz", "vacuumProtocolCheck"] {
        cases.push(appended(&format!("feature {feature}, declared"), Expect::Harmless, protocol(json!(3), &[feature])));
    }
    cases
}
