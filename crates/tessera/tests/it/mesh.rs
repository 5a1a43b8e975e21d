//! A mesh of one's own for a test: the binary on free ports in a fresh folder, ended when the test ends.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio_postgres::{Config, NoTls};

/// Longest wait for anything a process is to do: a test of something broken fails and does not hang.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The binary under test.
pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_tessera"))
}

/// A call of the binary that sees none of the caller's settings.
pub fn tessera(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    clean(&mut command, folder);
    command
}

/// Takes away the caller's settings.
pub fn clean(command: &mut Command, folder: &Path) {
    for name in [
        "TESSERA_URL",
        "TESSERA_TOKEN",
        "TESSERA_DATA",
        "TESSERA_MESH",
        "TESSERA_ALLOW_SOURCE",
        "TESSERA_LOG",
        "TESSERA_KEEP_PUBLICATIONS",
        "TESSERA_KEEP_UNREFERENCED",
    ] {
        command.env_remove(name);
    }
    command.env("TESSERA_CONFIG", folder.join("config")).env("HOME", folder).current_dir(folder);
}

/// A running mesh.
pub struct Mesh {
    child: Child,
    pub folder: tempfile::TempDir,
    pub http: String,
    pub postgres: String,
    /// A folder beneath `folder` on a volume of its own, and its size in MiB.
    volume: Option<(&'static str, u32)>,
    /// Settings of every start from now on, as variables.
    pub settings: Vec<(&'static str, &'static str)>,
}

impl Mesh {
    /// Starts `tessera up` in a fresh folder and waits for its ready line.
    pub fn up() -> Self {
        Self::up_on(None)
    }

    /// As [`Mesh::up`], with a folder on a small volume of its own. It lives as long as the process and is seen by it
    /// alone; [`Mesh::inside`] leads there.
    pub fn up_on(volume: Option<(&'static str, u32)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = up_command(folder.path(), volume).spawn().unwrap();
        let mut mesh =
            Self { child, folder, http: String::new(), postgres: String::new(), volume, settings: Vec::new() };
        mesh.await_ready();
        mesh
    }

    /// A path beneath the folder as the process sees it.
    pub fn inside(&self, path: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        match self.volume {
            None => path,
            Some(_) => PathBuf::from(format!("/proc/{}/root{}", self.child.id(), path.display())),
        }
    }

    fn await_ready(&mut self) {
        let ready = ready(&mut self.child);
        let text = |key: &str| ready[key].as_str().unwrap().to_owned();
        assert_eq!(ready["event"], "ready");
        (self.http, self.postgres) = (text("http"), text("postgres"));
    }

    /// Starts it anew on the same data, to abort at a crash point if one is given.
    pub fn start_again(&mut self, crash_at: Option<&str>) {
        self.begin(crash_at);
        self.await_ready();
    }

    /// As [`Mesh::start_again`], and does not wait until it is ready: it may end before that.
    pub fn begin(&mut self, crash_at: Option<&str>) {
        self.kill();
        let mut command = up_command(self.folder.path(), self.volume);
        command.envs(self.settings.iter().copied());
        if let Some(point) = crash_at {
            command.env("TESSERA_CRASH_AT", point);
        }
        self.child = command.spawn().unwrap();
    }

    /// A counter of `/metrics`.
    pub fn counter(&self, name: &str) -> u64 {
        let page = self.get("/metrics");
        let line = page.lines().find(|line| line.split(' ').next() == Some(name));
        line.and_then(|line| line.split(' ').nth(1)).unwrap_or_else(|| panic!("no {name}: {page}")).parse().unwrap()
    }

    fn get(&self, path: &str) -> String {
        let url = format!("{}{path}", self.http);
        let get = async { reqwest::get(url).await.unwrap().text().await.unwrap() };
        tokio::runtime::Runtime::new().unwrap().block_on(async { tokio::time::timeout(PATIENCE, get).await.unwrap() })
    }

    /// Sends a signal, `TERM` or `KILL`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Its exit code, once it ends.
    pub fn exit(&mut self) -> Option<i32> {
        ended(&mut self.child).code()
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it with SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether the process ended by itself within the time.
    pub fn ends_within(&mut self, time: Duration) -> bool {
        let since = Instant::now();
        while since.elapsed() < time {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// The administrator's token.
    pub fn admin_token(&self) -> String {
        std::fs::read_to_string(self.inside(".tessera/admin-token")).unwrap().trim().to_owned()
    }

    /// Runs a command line with a token.
    pub fn call(&self, folder: &Path, token: &str, arguments: &[&str]) -> Output {
        let mut command = tessera(self.folder.path());
        command.current_dir(folder).env("TESSERA_URL", &self.http).env("TESSERA_TOKEN", token);
        output(command.args(arguments))
    }

    /// As [`Mesh::call`], and it must be done; gives stdout.
    pub fn done(&self, folder: &Path, token: &str, arguments: &[&str]) -> String {
        let output = self.call(folder, token, arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "tessera {}: {:?}\n{}{}",
            arguments.join(" "),
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout).trim_end().to_owned()
    }

    /// Rows of a statement on the Postgres door, as text, or the SQLSTATE of its refusal.
    pub fn psql(&self, user: &str, token: &str, purpose: &str, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        self.ask(user, token, purpose, sql)
            .map_err(|error| error.code().map_or_else(|| error.to_string(), |code| code.code().to_owned()))
    }

    /// The refusal of a statement on the Postgres door.
    pub fn refused(&self, user: &str, token: &str, purpose: &str, sql: &str) -> tokio_postgres::error::DbError {
        self.ask(user, token, purpose, sql).unwrap_err().as_db_error().unwrap().clone()
    }

    fn ask(
        &self,
        user: &str,
        token: &str,
        purpose: &str,
        sql: &str,
    ) -> Result<Vec<Vec<Option<String>>>, tokio_postgres::Error> {
        let (host, port) = self.postgres.rsplit_once(':').unwrap();
        let mut config = Config::new();
        config.host(host).port(port.parse().unwrap()).user(user).password(token).dbname("mesh");
        config.options(format!("-c purpose={purpose}"));
        let asking = async {
            let (client, connection) = config.connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            let messages = client.simple_query(sql).await?;
            let rows = messages.iter().filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => {
                    Some((0..row.len()).map(|index| row.get(index).map(str::to_owned)).collect())
                }
                _ => None,
            });
            Ok(rows.collect())
        };
        let asking = async { tokio::time::timeout(PATIENCE, asking).await.expect("no answer in time") };
        tokio::runtime::Runtime::new().unwrap().block_on(asking)
    }

    /// Asks it to stop and gives its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.exit()
    }
}

impl Drop for Mesh {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `tessera up` on free ports.
pub fn up_command(folder: &Path, volume: Option<(&str, u32)>) -> Command {
    let mut command = match volume {
        None => Command::new(binary()),
        Some((path, size)) => {
            let mut command = Command::new("unshare");
            let script = "mkdir -p \"$1\" && mount -t tmpfs -o size=\"$2\"m tmpfs \"$1\" && shift 2 && exec \"$@\"";
            command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
            command.arg(folder.join(path)).arg(size.to_string()).arg(binary());
            command
        }
    };
    clean(&mut command, folder);
    command.env("TESSERA_HTTP", "127.0.0.1:0").env("TESSERA_POSTGRES", "127.0.0.1:0");
    command.arg("up").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// The first line of its stdout.
pub fn ready(child: &mut Child) -> Value {
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    watched(child.id(), || stdout.read_line(&mut line).unwrap());
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("no ready line ({error}): {line:?}"))
}

/// Runs a call to its end, with nothing on its stdin.
pub fn output(command: &mut Command) -> Output {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    watched(child.id(), || child.wait_with_output().unwrap())
}

/// How a process ended by itself.
pub fn ended(child: &mut Child) -> ExitStatus {
    watched(child.id(), || child.wait().unwrap())
}

/// Waits for something of a process, and kills the process when its time is up: whoever waits sees it end.
pub fn watched<T>(id: u32, wait: impl FnOnce() -> T) -> T {
    let (done, is_done) = mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            eprintln!("process {id} does not do what it is waited for; it is killed");
            let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        }
    });
    let seen = wait();
    drop(done);
    watch.join().unwrap();
    seen
}

/// Makes the files of a folder as old as files that nobody writes to any more.
pub fn settle(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        age(&entry.unwrap().path());
    }
}

/// Makes a file as old as one that nobody writes to any more.
pub fn age(path: &Path) {
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_790_000_000);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
}
