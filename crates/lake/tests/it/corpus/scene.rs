//! The place of a case: a table with something published and a candidate, canaries around it, and an eye on them.

use std::{
    fs,
    io::Write as _,
    mem::MaybeUninit,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::array::{Int64Array, StringArray};
use lake::{GoldReader, PinnedPort, Table};
use model::manifest::Manifest;
use rustix::fs::inotify;
use serde_json::Value;

use crate::support::{Place, batch, columns, location, place, rows, write};

/// What stands in every canary and must never be seen.
pub const CANARY: &str = "CANARY-6d1f0c";

/// A table under attack.
pub struct Scene {
    place: Place,
    manifest: Arc<Manifest>,
    /// Files that belong to somebody else: a product beside, another domain, a folder outside the data directory.
    pub canaries: Vec<PathBuf>,
    outside: tempfile::TempDir,
    listener: TcpListener,
}

/// Eyes on the canaries.
pub struct Watch {
    inotify: rustix::fd::OwnedFd,
    names: Vec<(i32, PathBuf)>,
}

impl Scene {
    pub async fn new() -> Self {
        let place = place();
        let (table, _) = place.port();
        write(&table, &columns(), &[rows(0..10)], None).await;
        write(&table, &columns(), &[rows(200..225)], Some(0)).await;
        let manifest = Arc::new(table.manifest(0).await.unwrap());
        for theirs in ["zones/claims/gold/payroll/salaries", "zones/payroll/gold/salaries/rows"] {
            fs::create_dir_all(place.data.join(theirs)).unwrap();
            canary(&place.data.join(theirs).join("part.parquet"));
        }
        let theirs = place.data.join("zones/payroll/gold/salaries/rows/_delta_log");
        fs::create_dir_all(&theirs).unwrap();
        fs::write(theirs.join("00000000000000000000.json"), format!("{{\"commitInfo\":\"{CANARY}\"}}")).unwrap();
        Self::around(place, manifest)
    }

    fn around(place: Place, manifest: Arc<Manifest>) -> Self {
        let outside = tempfile::tempdir().unwrap();
        canary(&outside.path().join("part.parquet"));
        let mut canaries = vec![outside.path().canonicalize().unwrap().join("part.parquet")];
        for theirs in [
            "zones/claims/gold/payroll/salaries/part.parquet",
            "zones/payroll/gold/salaries/rows/part.parquet",
            "zones/payroll/gold/salaries/rows/_delta_log/00000000000000000000.json",
        ] {
            canaries.push(place.data.join(theirs));
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self { place, manifest, canaries, outside, listener }
    }

    pub fn copy(&self) -> Self {
        Self::around(self.place.copy(), Arc::clone(&self.manifest))
    }

    pub fn table(&self) -> Table {
        self.place.port().0
    }

    /// The table's directory.
    pub fn directory(&self) -> PathBuf {
        self.place.port().1
    }

    pub fn log(&self) -> PathBuf {
        self.directory().join("_delta_log")
    }

    /// The entry of a version.
    pub fn entry(&self, version: u64) -> PathBuf {
        self.log().join(format!("{version:020}.json"))
    }

    /// Where somebody answers HTTP, if asked.
    pub fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    /// The data file that a version added.
    pub fn file(&self, version: u64) -> PathBuf {
        let text = fs::read_to_string(self.entry(version)).unwrap();
        let add = text.lines().find(|line| line.starts_with("{\"add\"")).unwrap();
        let add: Value = serde_json::from_str(add).unwrap();
        self.directory().join(add["add"]["path"].as_str().unwrap())
    }

    /// Changes the actions of the candidate's entry.
    pub fn edit(&self, change: impl Fn(&mut Value)) {
        let text = fs::read_to_string(self.entry(1)).unwrap();
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                let mut action = serde_json::from_str(line).unwrap();
                change(&mut action);
                action.to_string()
            })
            .collect();
        fs::write(self.entry(1), lines.join("\n")).unwrap();
    }

    /// Changes the `add` of the candidate.
    pub fn edit_add(&self, change: impl Fn(&mut Value)) {
        self.edit(|action| {
            if let Some(add) = action.get_mut("add") {
                change(add);
            }
        });
    }

    /// Adds lines to the candidate's entry.
    pub fn append(&self, lines: &str) {
        let text = fs::read_to_string(self.entry(1)).unwrap();
        fs::write(self.entry(1), format!("{}\n{lines}\n", text.trim_end())).unwrap();
    }

    /// The port as it is published, opened anew.
    pub async fn published(&self) -> Arc<PinnedPort> {
        let reader = GoldReader::open(&self.place.data, &location()).unwrap();
        let digest = self.manifest.digest();
        let (product, port) = ("claims_enriched".parse().unwrap(), "claims".parse().unwrap());
        reader.pinned(&product, &port, Arc::clone(&self.manifest), digest).unwrap()
    }

    /// Begins to look who opens a canary.
    pub fn watch(&self) -> Watch {
        let inotify = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC).unwrap();
        let flags = inotify::WatchFlags::OPEN | inotify::WatchFlags::ACCESS | inotify::WatchFlags::MODIFY;
        let names = self
            .canaries
            .iter()
            .map(|path| (inotify::add_watch(&inotify, path, flags).unwrap(), path.clone()))
            .collect();
        Watch { inotify, names }
    }

    /// Whether somebody knocked at [`Scene::url`].
    pub fn was_called(&self) -> bool {
        self.listener.accept().is_ok()
    }

    /// The folder outside the data directory.
    pub fn outside(&self) -> PathBuf {
        self.outside.path().canonicalize().unwrap()
    }

    /// A path beneath the data directory.
    pub fn data(&self, path: &str) -> PathBuf {
        self.place.data.join(path)
    }
}

impl Watch {
    /// The canaries that were touched.
    pub fn seen(&self) -> Vec<String> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        let mut seen = Vec::new();
        while let Ok(event) = reader.next() {
            let name = self.names.iter().find(|(wd, _)| *wd == event.wd());
            seen.push(format!("{:?} {:?}", name.map(|(_, path)| path), event.events()));
        }
        seen
    }
}

/// A whole Parquet file of the table's own columns that says what it is in every row.
fn canary(path: &Path) {
    let ids = Arc::new(Int64Array::from_iter_values(0..25));
    let names = Arc::new((0..25).map(|_| Some(CANARY)).collect::<StringArray>());
    let batch = batch(vec![("id", ids), ("name", names)]);
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    fs::File::create(path).unwrap().write_all(&bytes).unwrap();
}

/// A Parquet file without rows whose schema is groups in groups, so many deep.
pub fn deep_file(depth: u64) -> Vec<u8> {
    let mut footer = vec![0x15, 0x02, 0x19, 0xfc];
    let mut count = depth + 1;
    while count >= 0x80 {
        footer.push(u8::try_from(count & 0x7f).unwrap() | 0x80);
        count >>= 7;
    }
    footer.push(u8::try_from(count).unwrap());
    for group in 0..depth {
        // A root has no repetition.
        let head: &[u8] = if group == 0 { &[0x48] } else { &[0x35, 0x00, 0x18] };
        footer.extend_from_slice(head);
        footer.extend([1, b'g', 0x15, 0x02, 0x00]);
    }
    footer.extend([0x15, 0x02, 0x25, 0x00, 0x18, 1, b'l', 0x00, 0x16, 0x00, 0x19, 0x0c, 0x00]);
    let length = u32::try_from(footer.len()).unwrap();
    [b"PAR1".to_vec(), footer, length.to_le_bytes().to_vec(), b"PAR1".to_vec()].concat()
}

#[test]
fn the_watch_sees_who_opens_a_canary() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scene = runtime.block_on(Scene::new());
    let watch = scene.watch();
    assert!(watch.seen().is_empty());
    let link = scene.directory().join("link");
    std::os::unix::fs::symlink(&scene.canaries[0], &link).unwrap();
    assert!(fs::read(&link).unwrap().windows(CANARY.len()).any(|bytes| bytes == CANARY.as_bytes()));
    assert!(!watch.seen().is_empty());
    assert!(!scene.was_called());
    let _call = std::net::TcpStream::connect(scene.listener.local_addr().unwrap()).unwrap();
    assert!(scene.was_called());
}
