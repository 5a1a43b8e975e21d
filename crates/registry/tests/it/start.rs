//! Start-up: a large journal opens from its snapshot, small in memory.

use std::time::Instant;

use registry::{
    Registry,
    rehearsal::{Size, fill},
};

use crate::house::Hands;

#[tokio::test]
async fn a_large_journal_opens_from_its_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let size = Size {
        domains: 5,
        products: 100,
        publishing: 20,
        others_every: None,
        publications: 600,
        round: 3_600,
        columns: 6,
        catalogue: None,
    };
    let records = fill(folder.path(), size).await.unwrap();
    // After the first week, what nobody can go back to is given up, once a day.
    assert_eq!(records, 5 + 100 + 12_000 + 20 * 17);
    let started = Instant::now();
    let registry = Registry::open(folder.path(), Hands::new()).await.unwrap();
    println!("opened {records} records in {:?}", started.elapsed());
    let mesh = registry.mesh();
    assert_eq!((mesh.seq(), mesh.products().count()), (records, 100));
    assert!(mesh.products().all(|product| product.recent.len() <= registry::mesh::RECENT));
    registry.verify().await.unwrap();
}
