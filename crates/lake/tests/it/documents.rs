//! Official tables of the Delta project; where they come from is in `tests/documents/delta-tables/SOURCE.md`.

use std::{fs, path::Path};

use model::Code;

use crate::support::{Place, place, value};

/// Copies an official table to where our port lies.
fn adopt(place: &Place, name: &str) {
    let (_, directory) = place.port();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/delta-tables").join(name);
    copy(&source, &directory);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_table_that_spark_wrote_is_read() {
    let place = place();
    adopt(&place, "table-without-dv-small");
    let (table, _) = place.port();
    let manifest = table.manifest(0).await.unwrap();
    assert_eq!(manifest.rows(), 10);
    let bounds = &manifest.files[0].statistics["value"];
    assert_eq!((bounds.min.as_deref(), bounds.max.as_deref(), bounds.nulls), (Some("0"), Some("9"), Some(0)));
    let provider = table.provider_unpinned(0).await.unwrap();
    assert_eq!(value(provider, "SELECT sum(value) FROM t").await.unwrap(), "45");
}

#[tokio::test]
async fn column_mapping_is_refused_by_name_and_by_id() {
    for mode in ["id", "name"] {
        let place = place();
        adopt(&place, &format!("partition_cm/{mode}"));
        let (table, _) = place.port();
        let problem = table.manifest(0).await.unwrap_err();
        assert_eq!(problem.code(), Code::DeltaFeatureUnsupported, "{mode}: {problem} {:?}", problem.cause());
        assert_eq!(table.provider_unpinned(0).await.err().unwrap().code(), Code::DeltaFeatureUnsupported);
    }
}

#[tokio::test]
async fn column_mapping_that_is_off_is_no_obstacle() {
    let place = place();
    adopt(&place, "partition_cm/none");
    let (table, _) = place.port();
    let manifest = table.manifest(0).await.unwrap();
    assert_eq!((manifest.rows(), manifest.partition_by), (0, vec!["category".to_owned()]));
}
