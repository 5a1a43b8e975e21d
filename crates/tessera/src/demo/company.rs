//! The company's operational systems: what they export to the domains' drop folders, and the database of the claims
//! department.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use cli::progress::thousands;
use model::{Code, Problem};
use northpeak::{CLAIMS_TABLE, Scale, Truth};

use super::{database::Database, narrator::Narrator, repository};

/// The same company each time.
const SEED: u64 = 7;
/// The dump of the claims table, beneath the drop folder of the domain.
const DUMP: &str = "claims/ops/claims.csv";

/// The systems of NorthPeak at a scale.
pub struct Company {
    /// What is true of the exports.
    pub truth: Truth,
    /// The claims department's database, where the machine has PostgreSQL.
    pub database: Option<Database>,
    /// Where the domains' exports lie.
    drop: PathBuf,
}

impl Company {
    /// Writes the exports of every system into the drop folders of a data directory, and starts the database.
    ///
    /// # Errors
    /// `storage-full` if the exports cannot be written.
    pub async fn found(scale: Scale, data: &Path, narrator: &mut Narrator<'_>) -> Result<Self, Problem> {
        narrator.chapter(
            "Six departments, eight operational systems",
            "CSV with three forms of dates and two encodings, events late and out of order, codes that changed meaning.",
        );
        let drop = data.join("drop");
        let began = Instant::now();
        let target = drop.clone();
        // A thread that the process does not wait for: whoever stops the story does not wait for the exports.
        let (done, written) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let written = northpeak::generate(scale, SEED, &target);
            _ = done.send(written.and_then(|truth| settle(&target).map(|bytes| (truth, bytes))));
        });
        let (truth, bytes) = written.await.map_err(Problem::internal)?.map_err(|error| {
            Problem::new(
                Code::StorageFull,
                format!("the exports could not be written to `{}`: {error}", drop.display()),
            )
        })?;
        let told = format!(
            "{} rows of {} policyholders in {} MB of CSV, JSON lines and Parquet",
            thousands(truth.rows()),
            thousands(scale.policyholders()),
            thousands(bytes / 1_000_000)
        );
        narrator.held(&told, began.elapsed());

        let mut company = Self { truth, database: None, drop };
        let began = Instant::now();
        match company.start_database(data).await {
            Ok(Some((database, rows))) => {
                let told =
                    format!("{} with {} rows of claims, on {}", database.version, thousands(rows), database.address);
                narrator.held(&told, began.elapsed());
                company.database = Some(database);
            }
            Ok(None) => narrator
                .note("no PostgreSQL on this machine (Debian: apt-get install postgresql): the claims come as a dump"),
            Err(problem) => narrator.note(&format!("the claims come as a dump: {}", problem.message())),
        }
        Ok(company)
    }

    /// Starts the database and moves the dump into it: a claim is in one place.
    async fn start_database(&self, data: &Path) -> Result<Option<(Database, u64)>, Problem> {
        let dump = self.drop.join(DUMP);
        let folder = data.with_extension("postgres");
        let password = uuid::Uuid::now_v7().simple().to_string();
        let Some(database) = Database::start(folder, CLAIMS_TABLE, &password).await? else { return Ok(None) };
        let failed =
            |error: std::io::Error| Problem::new(Code::SourceUnavailable, format!("{}: {error}", dump.display()));
        let mut file = fs::File::open(&dump).map_err(failed)?;
        let rows = database.copy("claims", &mut file).await?;
        let secrets = data.join("secrets/claims");
        fs::create_dir_all(&secrets).map_err(failed)?;
        write_private(&secrets.join("ops-password"), &password).map_err(failed)?;
        fs::remove_file(&dump).map_err(failed)?;
        Ok(Some((database, rows)))
    }

    /// Brings a draft of the repository into the claims department's system: claims that were keyed in later.
    ///
    /// # Errors
    /// `source-unavailable` or `storage-full` if the system does not take them.
    pub async fn key_in(&self, draft: &str) -> Result<(), Problem> {
        let text = repository::text(&format!("drafts/{draft}"))?;
        match &self.database {
            Some(database) => database.copy("claims", &mut text.as_bytes()).await.map(drop),
            None => {
                let path = self.drop.join("claims/ops").join(draft);
                let failed = |error: std::io::Error| {
                    Problem::new(Code::StorageFull, format!("`{}` could not be written: {error}", path.display()))
                };
                fs::write(&path, text).and_then(|()| age(&path)).map_err(failed)
            }
        }
    }
}

/// Writes a file that only its owner reads.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut options = fs::File::options();
    options.write(true).create_new(true).mode(0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Makes every file beneath a folder as old as one that nobody writes to any more; gives their bytes.
fn settle(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            bytes += settle(&entry.path())?;
        } else {
            bytes += entry.metadata()?.len();
            age(&entry.path())?;
        }
    }
    Ok(bytes)
}

fn age(path: &Path) -> std::io::Result<()> {
    let settled = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    fs::File::options().write(true).open(path)?.set_modified(settled)
}
