//! Tests of the engine session: bounded functions, one store, memory.

use datafusion::execution::object_store::ObjectStoreUrl;

use super::*;

fn engine() -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::new(Limits::default(), folder.path().to_owned()).unwrap();
    (folder, engine)
}

#[test]
fn a_statement_resolves_no_other_store() {
    let (_folder, engine) = engine();
    let state = engine.state(&"user:ana".parse().unwrap(), false).unwrap();
    for url in ["file://", "s3://bucket", "http://127.0.0.1", "tessera-pinned://00"] {
        let url = ObjectStoreUrl::parse(url).unwrap();
        assert!(state.runtime_env().object_store(&url).is_err(), "{url:?}");
    }
    assert!(state.table_factories().is_empty() && state.table_functions().is_empty());
}

#[test]
fn functions_that_tell_about_files_and_engine_are_absent() {
    let (_folder, engine) = engine();
    let names = engine.functions.names();
    for name in ["input_file_name", "file_row_index", "version", "arrow_metadata", "with_metadata", "union_tag"] {
        assert!(!names.contains(name), "{name}");
    }
    for name in ["count", "sum", "lower", "date_trunc", "row_number", "repeat", "coalesce", "format_type", "unnest_"] {
        assert_eq!(names.contains(name), name != "unnest_", "{name}");
    }
}

#[test]
fn memory_is_bounded_for_a_statement_and_for_its_principal() {
    use datafusion::execution::memory_pool::MemoryConsumer;
    let quotas = memory::Quotas::new(100, 150);
    let (ana, eve) = ("user:ana".parse().unwrap(), "user:eve".parse().unwrap());
    let (one, two, other) = (quotas.pool(&ana), quotas.pool(&ana), quotas.pool(&eve));
    let hold = |pool: &Arc<dyn datafusion::execution::memory_pool::MemoryPool>| MemoryConsumer::new("t").register(pool);
    let first = hold(&one);
    assert!(first.try_grow(101).is_err());
    first.try_grow(100).unwrap();
    let second = hold(&two);
    assert!(second.try_grow(51).is_err());
    second.try_grow(50).unwrap();
    hold(&other).try_grow(100).unwrap();
    drop(first);
    second.try_grow(50).unwrap();
}
