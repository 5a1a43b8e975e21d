//! A PostgreSQL server of a test's own, from the binaries of the system: in a temporary folder, on a free port of this
//! machine, ended with the value.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio_postgres::{Client, Config, NoTls};

use crate::house::{House, PASSWORD};

/// `nobody`: the server refuses to be root.
const NOBODY: u32 = 65_534;

pub struct Database {
    pub port: u16,
    dir: TempDir,
    server: Child,
    owner: Option<Client>,
}

impl Database {
    /// A server with the database `claims`, owned by `owner`, and the role `reader` that may read `public`.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with further settings; those of TLS need what [`certificate`] makes.
    pub async fn start_with(settings: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let data = dir.path().join("data");
        fs::create_dir(&data).unwrap();
        let password = dir.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        if is_root() {
            chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let made = command(dir.path(), "initdb")
            .arg("--pwfile")
            .arg(&password)
            .args(["--auth=scram-sha-256", "--username=owner", "--no-sync", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if !settings.is_empty() {
            certificate(&dir.path().join("data"));
        }
        let server = serve(dir.path(), port, settings);
        let mut database = Self { port, dir, server, owner: None };
        database.owner = Some(database.connect("postgres").await);
        database.sql(&format!("CREATE DATABASE claims; CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")).await;
        database.owner = Some(database.connect("claims").await);
        database.sql("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader").await;
        database
    }

    /// Connects as the owner, as soon as the server answers.
    async fn connect(&self, name: &str) -> Client {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user("owner").password(PASSWORD).dbname(name);
        for _ in 0..600 {
            if let Ok((client, connection)) = config.connect(NoTls).await {
                tokio::spawn(connection);
                return client;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("PostgreSQL did not start: {}", fs::read_to_string(self.dir.path().join("log")).unwrap());
    }

    /// Runs statements as the owner, each in a transaction of its own.
    pub async fn sql(&self, sql: &str) {
        for statement in sql.split(';') {
            self.owner
                .as_ref()
                .unwrap()
                .batch_execute(statement)
                .await
                .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        }
    }

    /// A number that the database counts.
    pub async fn count(&self, sql: &str) -> i64 {
        self.owner.as_ref().unwrap().query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Waits until the database counts something.
    pub async fn until(&self, sql: &str) {
        for _ in 0..3_000 {
            if self.count(sql).await > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing came of {sql}");
    }

    /// Ends the server at once, as a power cut does.
    pub fn stop(&mut self) {
        let _ = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }

    /// Starts it again.
    pub async fn start_again(&mut self) {
        self.server = serve(self.dir.path(), self.port, &[]);
        self.owner = Some(self.connect("claims").await);
    }

    /// The source file for these tables.
    pub fn source(&self, tables: &str) -> String {
        format!(
            "source: ops\nkind: postgres\nhost: 127.0.0.1:{}\ndatabase: claims\n\
             credentials: {{user: reader, password: env:CLAIMS_OPS_PASSWORD}}\ntables:\n{tables}\n",
            self.port
        )
    }

    /// A mesh whose `claims` domain ingests these tables.
    pub async fn house(&self, tables: &str) -> House {
        let mesh = self.mesh();
        House::with(&[("mesh.yaml", &mesh), ("domains/claims/sources/ops.yaml", &self.source(tables))]).await
    }

    /// A `mesh.yaml` that lets `claims` ingest from here.
    pub fn mesh(&self) -> String {
        let base = crate::files::base();
        let (_, mesh) = base.iter().find(|(path, _)| *path == "mesh.yaml").unwrap();
        format!("{mesh}sources: {{hosts: {{claims: [\"127.0.0.1:{0}\", \"localhost:{0}\"]}}}}\n", self.port)
    }

    /// The authority of its certificate.
    pub fn authority(&self) -> String {
        fs::read_to_string(self.dir.path().join("data/ca.crt")).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether files of this process are root's.
fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// A program of PostgreSQL, as somebody else than root.
fn command(folder: &Path, program: &str) -> Command {
    let found = find(program).unwrap_or_else(|| panic!("`{program}` is missing: run `scripts/need postgres`"));
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(found);
        command
    } else {
        Command::new(found)
    };
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    std::env::split_paths(AsRef::<OsStr>::as_ref(&path))
        .chain(versions)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn serve(folder: &Path, port: u16, settings: &[&str]) -> Child {
    let log = fs::File::create(folder.join("log")).unwrap();
    let mut command = command(folder, "postgres");
    command.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string()]);
    let own = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=30"];
    for setting in own.iter().chain(settings) {
        command.args(["-c", setting]);
    }
    command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// A certificate for `localhost`, and the authority that gave it.
fn certificate(folder: &Path) {
    let made = Command::new("sh").args(["-euc", MAKE_CERTIFICATE]).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::set_permissions(folder.join("server.key"), fs::Permissions::from_mode(0o600)).unwrap();
    if is_root() {
        chown(folder.join("server.key"), Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

const MAKE_CERTIFICATE: &str = "
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
    echo subjectAltName=DNS:localhost > extensions
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out server.crt
";
