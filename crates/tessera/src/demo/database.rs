//! The operational PostgreSQL of the claims department: started from the system's programs in a folder of its own, on a
//! free port of this machine, ended with the value.

use std::{
    fs,
    io::Read as _,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use futures::SinkExt as _;
use model::{Code, Problem};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

/// `nobody`: PostgreSQL refuses to be run by root.
const NOBODY: u32 = 65_534;
/// How often, and how far apart, a server that was just started is asked whether it answers.
const TRIES: u32 = 300;
const BETWEEN: Duration = Duration::from_millis(50);
/// Bytes of a dump that are sent at once.
const CHUNK: usize = 1 << 18;

/// A running server with the database `claims`.
pub struct Database {
    folder: PathBuf,
    server: Child,
    owner: Client,
    /// Where it answers: `127.0.0.1:PORT`.
    pub address: String,
    /// `PostgreSQL 15.18`.
    pub version: String,
}

impl Database {
    /// Starts one in `folder`, which is created, with a table and the role `reader` that may read it. None where the
    /// system has no programs of PostgreSQL.
    ///
    /// # Errors
    /// `source-unavailable` if the programs are there and do not start; the folder is removed.
    pub async fn start(folder: PathBuf, table: &str, password: &str) -> Result<Option<Self>, Problem> {
        let (Some(initdb), Some(postgres)) = (find("initdb"), find("postgres")) else { return Ok(None) };
        let made = Self::make(&initdb, &postgres, &folder, password);
        let (server, port) = made.inspect_err(|_| _ = fs::remove_dir_all(&folder))?;
        // From here on the value ends the server.
        let mut server = Some(server);
        let owner = match connect(&mut server, port, password).await {
            Ok(owner) => owner,
            Err(problem) => {
                let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
                server.as_mut().map(end);
                _ = fs::remove_dir_all(&folder);
                return Err(problem.with_cause(Problem::new(Code::SourceUnavailable, log)));
            }
        };
        let Some(server) = server else { return Ok(None) };
        let address = format!("127.0.0.1:{port}");
        let mut database = Self { folder, server, owner, address, version: String::new() };
        database.set_up(table, password).await?;
        Ok(Some(database))
    }

    fn make(initdb: &Path, postgres: &Path, folder: &Path, password: &str) -> Result<(Child, u16), Problem> {
        let failed = |error: std::io::Error| unavailable("PostgreSQL could not be set up", error);
        fs::create_dir(folder).map_err(failed)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        let word = folder.join("password");
        fs::write(&word, password).map_err(failed)?;
        if is_root() {
            for path in [folder, &word] {
                chown(path, Some(NOBODY), Some(NOBODY)).map_err(failed)?;
            }
        }
        let data = folder.join("data");
        let mut command = program(initdb, folder);
        command.args(["--auth=scram-sha-256", "--username=owner", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        command.arg("--pwfile").arg(&word).arg("--pgdata").arg(&data).stdout(Stdio::null()).stderr(Stdio::piped());
        let made = command.output().map_err(failed)?;
        fs::remove_file(&word).map_err(failed)?;
        if !made.status.success() {
            let told = String::from_utf8_lossy(&made.stderr).into_owned();
            return Err(unavailable("PostgreSQL could not be set up", std::io::Error::other(told)));
        }
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).map_err(failed)?;
        let log = fs::File::create(folder.join("log")).map_err(failed)?;
        let mut command = program(postgres, folder);
        command.arg("-D").arg(&data).args(["-p", &free.port().to_string()]);
        // What it holds can be made again at any time, so nothing waits for a disk.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_connections=20",
        ] {
            command.args(["-c", setting]);
        }
        // A process group of its own: Ctrl-C ends the story first, and the story ends the server.
        let server = command.process_group(0).stdout(Stdio::null()).stderr(log).spawn().map_err(failed)?;
        Ok((server, free.port()))
    }

    async fn set_up(&mut self, table: &str, password: &str) -> Result<(), Problem> {
        self.execute(&format!("CREATE ROLE reader LOGIN PASSWORD '{password}'")).await?;
        self.execute(table).await?;
        self.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader").await?;
        let row = self.owner.query_one("SHOW server_version", &[]).await.map_err(broken)?;
        let version: &str = row.get(0);
        self.version = format!("PostgreSQL {}", version.split(' ').next().unwrap_or(version));
        Ok(())
    }

    /// Runs statements as the owner.
    async fn execute(&self, sql: &str) -> Result<(), Problem> {
        self.owner.batch_execute(sql).await.map_err(broken)
    }

    /// The rows of a statement, each in a line.
    ///
    /// # Errors
    /// `source-unavailable` if the server does not answer.
    pub async fn lines(&self, sql: &str) -> Result<Vec<String>, Problem> {
        let messages = self.owner.simple_query(sql).await.map_err(broken)?;
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                let values = (0..row.len()).map(|index| row.get(index).unwrap_or("NULL"));
                Some(values.collect::<Vec<_>>().join(" | "))
            }
            _ => None,
        });
        Ok(rows.collect())
    }

    /// Copies a CSV file with a header into a table; gives how many rows that were.
    ///
    /// # Errors
    /// `source-unavailable` if the file cannot be read or the server does not take it.
    pub async fn copy(&self, table: &str, csv: &mut dyn std::io::Read) -> Result<u64, Problem> {
        let copy = format!("COPY {table} FROM STDIN (FORMAT csv, HEADER)");
        let sink = self.owner.copy_in::<_, Bytes>(&copy).await.map_err(broken)?;
        let mut sink = std::pin::pin!(sink);
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = csv.take(CHUNK as u64).read_to_end(&mut chunk);
            if read.map_err(|error| unavailable("the dump of the claims cannot be read", error))? == 0 {
                break;
            }
            sink.send(Bytes::from(chunk)).await.map_err(broken)?;
        }
        sink.finish().await.map_err(broken)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        end(&mut self.server);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Ends a server at once: it has nothing to keep.
fn end(server: &mut Child) {
    let id = rustix::process::Pid::from_child(server);
    if rustix::process::kill_process(id, rustix::process::Signal::QUIT).is_err() {
        let _ = server.kill();
    }
    let _ = server.wait();
}

/// Connects as the owner to the database `claims`, which is created, as soon as the server answers.
async fn connect(server: &mut Option<Child>, port: u16, password: &str) -> Result<Client, Problem> {
    let mut config = Config::new();
    config.host("127.0.0.1").port(port).user("owner").password(password).dbname("postgres");
    let mut tries = 0;
    let (first, connection) = loop {
        match config.connect(NoTls).await {
            Ok(connected) => break connected,
            Err(error) => {
                let ended = server.as_mut().is_none_or(|child| child.try_wait().is_ok_and(|status| status.is_some()));
                tries += 1;
                if ended || tries == TRIES {
                    return Err(unavailable("PostgreSQL did not start", error));
                }
                tokio::time::sleep(BETWEEN).await;
            }
        }
    };
    tokio::spawn(connection);
    first.batch_execute("CREATE DATABASE claims").await.map_err(broken)?;
    let (client, connection) = config.dbname("claims").connect(NoTls).await.map_err(broken)?;
    tokio::spawn(connection);
    Ok(client)
}

fn broken(error: tokio_postgres::Error) -> Problem {
    unavailable("the operational database did not do what it was told", error)
}

fn unavailable(what: &str, cause: impl std::error::Error + Send + Sync + 'static) -> Problem {
    Problem::new(Code::SourceUnavailable, what).with_cause(cause)
}

/// Whether files of this process are root's.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A program of PostgreSQL, as somebody else than root.
fn program(path: &Path, folder: &Path) -> Command {
    let mut command = Command::new(path);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Where Debian and others put the server's programs: in the path, or in a folder for each version.
#[expect(clippy::disallowed_methods, reason = "the path is where programs are, not a setting of ours")]
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    std::env::split_paths(&path)
        .chain(versions.map(|version| version.path().join("bin")))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
