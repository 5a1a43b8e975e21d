//! A small company, generated once, and its files as rows of text.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use tessera_northpeak::{Scale, Truth, generate};

/// 930 policyholders: every defect is there.
pub const SCALE: f64 = 0.0003;
pub const SEED: u64 = 7;

pub struct Company {
    pub folder: tempfile::TempDir,
    pub truth: Truth,
}

pub type Row = BTreeMap<String, String>;

impl Company {
    pub fn get() -> &'static Self {
        static COMPANY: OnceLock<Company> = OnceLock::new();
        COMPANY.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let truth = generate(Scale::new(SCALE).unwrap(), SEED, folder.path()).unwrap();
            Company { folder, truth }
        })
    }

    /// Files of a folder in the order of their names.
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.folder.path().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    /// Rows of all CSV files of a folder, and how many are not UTF-8.
    pub fn csv(&self, folder: &str, delimiter: u8) -> (Vec<Row>, u64) {
        let (mut rows, mut unreadable) = (Vec::new(), 0);
        for file in self.files(folder) {
            let bytes = unpacked(&file);
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes.as_slice());
            let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
            for record in reader.byte_records() {
                match csv::StringRecord::from_byte_record(record.unwrap()) {
                    Ok(record) => rows.push(header.iter().cloned().zip(record.iter().map(str::to_owned)).collect()),
                    Err(_) => unreadable += 1,
                }
            }
        }
        (rows, unreadable)
    }

    /// Rows of all JSON-lines files of a folder, and how many are no JSON.
    pub fn json(&self, folder: &str) -> (Vec<Row>, u64) {
        let (mut rows, mut unreadable) = (Vec::new(), 0);
        for file in self.files(folder) {
            for line in std::fs::read_to_string(file).unwrap().lines() {
                match serde_json::from_str::<BTreeMap<String, Option<String>>>(line) {
                    Ok(row) => rows.push(row.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()),
                    Err(_) => unreadable += 1,
                }
            }
        }
        (rows, unreadable)
    }
}

fn unpacked(file: &Path) -> Vec<u8> {
    let bytes = std::fs::read(file).unwrap();
    if file.extension().is_some_and(|end| end == "gz") {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
        return text;
    }
    bytes
}

/// The instant that a system means.
pub fn instant(text: &str, region: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let minutes = if region == "IN" { 330 } else { 60 };
    let local: DateTime = text.parse().ok()?;
    Offset::from_seconds(minutes * 60).unwrap().to_timestamp(local).ok()
}

/// Counts names.
pub fn counted<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts
}

/// Numbers of customers that some row of the customer list tells.
pub fn known_customers() -> BTreeMap<String, Row> {
    let (rows, _) = Company::get().csv("customer/crm", b';');
    let mut newest: BTreeMap<String, Row> = BTreeMap::new();
    for row in rows {
        let number: String = row["Customer No"].to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let Some(digits) = number.strip_prefix('C').filter(|rest| rest.len() == 8) else { continue };
        let number = format!("C-{digits}");
        if newest.get(&number).is_none_or(|there| there["Last change"] <= row["Last change"]) {
            newest.insert(number, row);
        }
    }
    newest
}

/// Policies whose customer is known, and their numbers.
pub fn last_events() -> BTreeMap<String, Row> {
    let (rows, _) = Company::get().json("policy/admin");
    let mut newest: BTreeMap<String, (Timestamp, Row)> = BTreeMap::new();
    for row in rows {
        let Some(number) = row.get("policy_no").cloned() else { continue };
        let Some(at) = instant(&row["occurred_at"], &row["region"]) else { continue };
        if row["product_code"] == "Z9" || newest.get(&number).is_some_and(|(there, _)| *there > at) {
            continue;
        }
        newest.insert(number, (at, row));
    }
    newest.into_iter().map(|(number, (_, row))| (number, row)).collect()
}
