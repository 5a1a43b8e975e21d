//! What the targets over `lake` do with their bytes: shared by the fuzzer and the test that replays the corpus.

use std::{fs, io::Write as _};

use lake::Zone;
use model::zone::ZoneLocation;

/// A Delta log in front of one data file: a manifest of it names files beneath the table, or there is none.
pub fn delta_log(data: &[u8]) {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().canonicalize().unwrap();
    for layer in ["bronze", "silver", "gold"] {
        fs::create_dir_all(root.join("zones/claims").join(layer)).unwrap();
    }
    let table = root.join("zones/claims/gold/product/port");
    fs::create_dir_all(table.join("_delta_log")).unwrap();
    fs::write(table.join("part.parquet"), include_bytes!("../corpus/parquet_file/usual.parquet")).unwrap();
    fs::write(table.join("_delta_log/00000000000000000000.json"), data).unwrap();
    let location = ZoneLocation {
        domain: "claims".parse().unwrap(),
        zone: "main".into(),
        region: None,
        root: "zones/claims".into(),
    };
    let zone = Zone::open(&root, &location).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let table = zone.gold(&"product".parse().unwrap(), &"port".parse().unwrap());
    if let Ok(manifest) = runtime.block_on(table.manifest(0)) {
        for file in &manifest.files {
            assert_eq!(file.path, "part.parquet", "nothing else is there");
        }
    }
}

/// A Parquet file of somebody else: it is refused, or its footer and pages may be believed.
pub fn parquet_file(data: &[u8]) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(data).unwrap();
    if let Ok(metadata) = lake::sound_parquet(&file, data.len() as u64) {
        assert!(metadata.num_row_groups() <= 32_767);
        assert!(metadata.row_groups().iter().all(|group| group.num_rows() >= 0));
    }
}
