//! Tests of what is refused before it is decoded: files made to take the process down, and files changed by a seed.

use std::{fs::File, io::Write as _, sync::Arc};

use arrow::{
    array::{ArrayRef, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
        arrow_writer::ArrowWriterOptions,
    },
    basic::{Compression, Encoding},
    file::{
        metadata::{PageIndexPolicy, ParquetMetaDataReader, ParquetMetaDataWriter},
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion},
    },
};

use crate::footer;

#[allow(dead_code)]
#[path = "../../../../fuzz/targets/mutate.rs"]
mod mutate;

/// Columns of one name each, written with given properties.
fn written(columns: Vec<(&str, ArrayRef)>, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    let options = ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn names() -> ArrayRef {
    Arc::new(StringArray::from_iter((0..500).map(|n| (n % 7 != 0).then(|| format!("name {}", n % 5)))))
}

fn plain() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_statistics_enabled(EnabledStatistics::None).set_offset_index_disabled(true)
}

/// What the lake says of a file, then, if it says nothing, how many rows a decoder finds in it.
fn read(bytes: &[u8]) -> Result<usize, String> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let size = bytes.len() as u64;
    footer::sound_parquet(&file, size).map_err(|(why, _)| why)?;
    decode(&file)
}

/// As the engine decodes: texts as views, with the page index.
fn decode(file: &File) -> Result<usize, String> {
    let told = |error: parquet::errors::ParquetError| error.to_string();
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    let found = ArrowReaderMetadata::load(file, options.clone()).map_err(told)?;
    let fields = found.schema().fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 => Arc::new(Field::new(field.name(), DataType::Utf8View, field.is_nullable())),
        _ => Arc::clone(field),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let found = ArrowReaderMetadata::load(file, options.with_schema(schema)).map_err(told)?;
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.try_clone().unwrap(), found);
    let mut rows = 0;
    for batch in reader.with_batch_size(256).build().map_err(told)? {
        rows += batch.map_err(|error| error.to_string())?.num_rows();
    }
    Ok(rows)
}

/// Replaces bytes of the first page header of a file of one column, and mends what its footer says of places and sizes.
fn with_header(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = (4..64).find(|at| bytes[*at..].starts_with(from)).expect("the header has these bytes");
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).unwrap();
    let group = metadata.row_group(0);
    let (old, more) = (group.column(0).clone(), to.len() as i64 - from.len() as i64);
    let (offset, packed) = (old.data_page_offset(), old.compressed_size());
    let dictionary = old.dictionary_page_offset();
    let moved = if dictionary.is_some() { offset + more } else { offset };
    let chunk =
        old.into_builder().set_data_page_offset(moved).set_total_compressed_size(packed + more).build().unwrap();
    let group = group.clone().into_builder().set_column_metadata(vec![chunk]).build().unwrap();
    let end = 4 + usize::try_from(packed).unwrap();
    let mut changed = [&bytes[..at], to, &bytes[at + from.len()..end]].concat();
    let metadata = metadata.into_builder().set_row_groups(vec![group]).build();
    ParquetMetaDataWriter::new(&mut changed, &metadata).finish().unwrap();
    changed
}

/// A whole file around a footer.
fn around(footer: &[u8]) -> Vec<u8> {
    let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
    [b"PAR1", footer, &length, b"PAR1"].concat()
}

/// 2^31 - 1, as a count of a list and as a number.
const COUNT: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 0x07];
const NUMBER: [u8; 5] = [0xfe, 0xff, 0xff, 0xff, 0x0f];

#[test]
fn a_footer_is_not_believed() {
    // version 1, a schema of a root with one column, no rows, and then:
    let head =
        [&[0x15, 2, 0x19, 0x2c, 0x48, 1, b'r', 0x15, 2, 0, 0x15, 2, 0x25, 2, 0x18, 1, b'a', 0, 0x16, 0][..]].concat();
    assert_eq!(read(&around(&[&head[..], &[0x19, 0x0c, 0]].concat())), Ok(0));
    for (what, rest) in [
        ("two billion row groups", [&[0x19, 0xfc][..], &COUNT, &[0]].concat()),
        ("two billion keys", [&[0x29, 0xfc][..], &COUNT, &[0]].concat()),
        ("two billion truth values", [&[0x99, 0xf1][..], &COUNT, &[0]].concat()),
        ("a text of two billion", [&[0x38][..], &COUNT, &[0]].concat()),
    ] {
        assert!(read(&around(&[&head[..], &rest].concat())).is_err(), "{what}");
    }
    // A number that is declared as a text: what reads it as a number goes on within the text.
    let hidden = [&[0x15, 2, 0x19, 0x1c, 0x48, 1, b'r', 0x15, 0, 0, 0x18, 8, 0x19, 0xfc][..], &COUNT, &[0, 0]].concat();
    assert!(read(&around(&hidden)).unwrap_err().contains("another type"));
}

#[test]
fn a_schema_without_end_is_refused() {
    for depth in [10, 100, 50_000] {
        let count = [&[0xfc][..], &varint(depth + 2)].concat();
        let mut footer = [&[0x15, 2, 0x19][..], &count, &[0x48, 1, b'r', 0x15, 2, 0]].concat();
        for _ in 0..depth {
            footer.extend([0x35, 2, 0x18, 1, b'g', 0x15, 2, 0]);
        }
        footer.extend([0x15, 2, 0x25, 2, 0x18, 1, b'a', 0, 0x16, 0, 0x19, 0x0c, 0]);
        let found = crate::untrusted::footer(&footer);
        assert_eq!(found.is_ok(), depth == 10, "{depth}: {found:?}");
        assert_eq!(read(&around(&footer)).is_ok(), depth == 10, "{depth}");
    }
    // Values of a fixed length of 2 GiB.
    let schema = [&[0x19, 0x2c, 0x48, 1, b'r', 0x15, 2, 0, 0x15, 14, 0x15][..], &NUMBER, &[0x15, 2, 0x18, 1, b'a', 0]];
    let footer = [&[0x15, 2][..], &schema.concat(), &[0x16, 0, 0x19, 0x0c, 0]].concat();
    assert!(read(&around(&footer)).unwrap_err().contains("fixed length"));
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

#[test]
fn a_page_header_is_not_believed() {
    let good = written(vec![("a", names())], plain());
    assert_eq!(read(&good), Ok(500));
    // The dictionary's header ends in 7: {1: 5 values, ...}.
    assert_eq!(read(&with_header(&good, &[0x4c, 0x15, 10], &[0x4c, 0x15, 10])), Ok(500));
    let more = with_header(&good, &[0x4c, 0x15, 10], &[&[0x4c, 0x15][..], &NUMBER].concat());
    assert!(read(&more).unwrap_err().contains("more values than it has bytes"));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values((0..500).map(|n| n % 5)));
    let good = written(vec![("a", numbers)], plain());
    assert_eq!(read(&good), Ok(500));
    let more = with_header(&good, &[0x4c, 0x15, 10], &[&[0x4c, 0x15][..], &NUMBER].concat());
    assert!(read(&more).unwrap_err().contains("more values than it has bytes"));
    // A page of 2 GiB in some hundred bytes, and one with more values than its column.
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..50));
    let good = written(vec![("a", numbers)], plain().set_dictionary_enabled(false));
    let page = &good[4..10];
    assert_eq!(page[..3], [0x15, 0, 0x15], "{page:?}");
    let larger = with_header(&good, &page[2..5], &[&[0x15][..], &NUMBER].concat());
    assert!(read(&larger).unwrap_err().contains("far more bytes"), "{:?}", read(&larger));
    let longer = with_header(&good, &[0x2c, 0x15, 100], &[&[0x2c, 0x15][..], &NUMBER].concat());
    assert!(read(&longer).unwrap_err().contains("more values than its column"));
}

#[test]
fn lengths_are_not_believed() {
    for (encoding, lists) in [(Encoding::DELTA_LENGTH_BYTE_ARRAY, 1), (Encoding::DELTA_BYTE_ARRAY, 2)] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = plain()
                .set_dictionary_enabled(false)
                .set_encoding(encoding)
                .set_writer_version(version)
                .set_compression(Compression::UNCOMPRESSED);
            let good = written(vec![("a", names())], properties);
            assert_eq!(read(&good), Ok(500), "{encoding} {version:?}");
            // Blocks of 128 in 4, then how many: 428 are not NULL.
            let header = [0x80, 0x01, 4, 0xac, 0x03];
            let places: Vec<usize> = (0..good.len() - 5).filter(|at| good[*at..].starts_with(&header)).collect();
            assert_eq!(places.len(), lists, "{encoding} {version:?}");
            for at in places {
                let mut bad = good.clone();
                // Two bytes are enough to say 16,383, which no page of 500 has.
                bad[at + 3..at + 5].copy_from_slice(&[0xff, 0x7f]);
                assert!(read(&bad).unwrap_err().contains("more texts"), "{encoding} {version:?}");
            }
        }
    }
}

#[test]
fn the_page_index_names_the_pages_there_are() {
    let properties = || WriterProperties::builder().set_statistics_enabled(EnabledStatistics::Page);
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..500));
    let good = written(vec![("a", numbers)], properties().set_dictionary_enabled(false));
    assert_eq!(read(&good), Ok(500));
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&good).unwrap();
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).unwrap();
    let at = usize::try_from(metadata.row_group(0).column(0).offset_index_offset().unwrap()).unwrap();
    // 1: a list of one {1: 4, ...}.
    assert_eq!(good[at..at + 4], [0x19, 0x1c, 0x16, 8]);
    let mut bad = good.clone();
    bad[at + 3] = 10;
    assert!(read(&bad).unwrap_err().contains("pages that it does not have"));
    let mut bad = good.clone();
    bad[at + 1..at + 7].copy_from_slice(&[&[0xfc][..], &COUNT].concat());
    assert!(read(&bad).is_err());
}

/// Files of several writers' habits.
fn habits() -> Vec<(&'static str, Vec<u8>)> {
    let columns = || -> Vec<(&str, ArrayRef)> {
        let texts = (0..500).map(|n| (n % 11 != 0).then(|| format!("text {n}")));
        let fixed = (0..500).map(|n: i32| Some(n.to_le_bytes().repeat(4)));
        vec![
            ("id", Arc::new(Int64Array::from_iter_values(0..500))),
            ("small", Arc::new(Int32Array::from_iter((0..500).map(|n| (n % 3 != 0).then_some(n % 9))))),
            ("share", Arc::new(Float64Array::from_iter_values((0..500).map(|n| f64::from(n) / 7.0)))),
            ("name", names()),
            ("text", Arc::new(StringArray::from_iter(texts))),
            ("fixed", Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed, 16).unwrap())),
        ]
    };
    let builder = WriterProperties::builder;
    let v2 = || builder().set_writer_version(WriterVersion::PARQUET_2_0);
    vec![
        ("as usual", written(columns(), builder().set_compression(Compression::SNAPPY))),
        ("short pages", written(columns(), builder().set_data_page_row_count_limit(50).set_write_batch_size(50))),
        ("short groups", written(columns(), builder().set_max_row_group_row_count(Some(100)))),
        ("version two", written(columns(), v2().set_compression(Compression::ZSTD(Default::default())))),
        ("no dictionary", written(columns(), v2().set_dictionary_enabled(false))),
        ("lz4, plain", written(columns(), plain().set_dictionary_enabled(false).set_compression(Compression::LZ4_RAW))),
    ]
}

#[test]
fn a_changed_file_is_refused_or_read_and_the_process_lives() {
    let habits = habits();
    let (mut refused, mut panicked, mut whole) = (0, 0, 0);
    let rounds = mutate::rounds(600);
    // A decoder that panics over what was changed is a refusal as well: its callers catch it.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    // The last took the process with it before anything was looked through.
    for seed in (0..rounds).chain([87_754]) {
        let (_, good) = &habits[usize::try_from(seed).unwrap() % habits.len()];
        match std::panic::catch_unwind(|| read(&mutate::mutated(good, seed))) {
            Ok(Ok(500)) => whole += 1,
            Ok(_) => refused += 1,
            Err(_) => panicked += 1,
        }
    }
    std::panic::set_hook(hook);
    for (name, good) in &habits {
        assert_eq!(read(good), Ok(500), "{name}");
    }
    let peak = mutate::peak_memory();
    println!("{rounds} files: {refused} refused, {panicked} panicked, {whole} read; peak {} MiB", peak >> 20);
    assert!(refused > rounds / 4 && whole > 0, "the changes change something, and not everything");
    assert!(peak < 2 << 30, "peak memory {} MiB", peak >> 20);
}
