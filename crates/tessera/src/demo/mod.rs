//! `tessera demo`: NorthPeak, an insurer of six domains, from the exports of its operational systems to the fraud product
//! that waited five quarters; told while it happens and driven through the doors that everybody uses.
//!
//! INVARIANT: the exit code is 0 only if every step held; a step that does not hold ends the story.

mod closing;
mod company;
mod consumers;
mod database;
mod door;
mod narrator;
mod outcome;
mod producers;
mod repository;
mod room;
mod stage;
mod stewards;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use cli::{Exit, Failure, Session, arguments::Demo, console::Style, progress::thousands};
use model::{Code, Problem};
use northpeak::Scale;
use server::config::Config;
use tokio::signal::unix::{Signal, SignalKind, signal};

use company::Company;
use narrator::Narrator;
use stage::Stage;

/// Runs the demo.
pub async fn run(arguments: Demo, session: &mut Session) -> Result<Exit, Failure> {
    let scale = Scale::new(arguments.scale).map_err(|error| Failure {
        usage: true,
        ..Problem::new(Code::InvalidValue, error.to_string()).with_hint("the default is 0.01").into()
    })?;
    crate::up::start_log("error", session);
    let serve = arguments.serve || (session.environment.stdin_is_terminal && !arguments.exit);
    room::check(scale, &std::env::temp_dir())?;
    let data = fresh_directory()?;
    let mut narrator = Narrator::new(session);
    let title =
        narrator.style().bold("NorthPeak Insurance: six domains, and a fraud product that waited five quarters");
    let people = thousands(scale.policyholders());
    narrator.line(&format!("{title}\n{people} policyholders (scale {scale}), a mesh in {}", data.display()));
    // Whoever stops it at whatever moment is heard, and what was written is removed.
    let mut stop = Stop::listen()?;
    let company = tokio::select! {
        company = Company::found(scale, &data, &mut narrator) => company?,
        () = stop.told() => {
            // What still writes ends with the process.
            remove(&data);
            return Ok(Exit::Refused);
        }
    };
    let began = Instant::now();
    let config = Config { console: Some(crate::console::files()?), ..Config::local(data.clone()) };
    let running = server::start(config).await?;
    narrator.held("the mesh is up: HTTP, Postgres, journal, keys", began.elapsed());
    let mut stage = Stage::new(narrator, &running.ready, data.clone(), company)?;
    let told = tokio::select! {
        told = tell(&mut stage) => told.map(|()| Exit::Done),
        () = stop.told() => Ok(Exit::Refused),
    };
    match &told {
        Ok(Exit::Done) => {
            closing::tell(&mut stage, serve);
            if serve {
                stop.told().await;
            }
        }
        Ok(_) => stage.narrator.note("stopped before its end"),
        Err(_) => {
            let cross = cross(stage.narrator.style());
            let kept = data.display();
            stage.narrator.line(&format!("    {cross} this step did not hold; the data is kept in {kept}"));
        }
    }
    running.stop().await;
    if told.is_ok() {
        remove(&data);
    }
    told
}

/// The story, chapter by chapter.
async fn tell(stage: &mut Stage<'_>) -> Result<(), Failure> {
    producers::onboard(stage).await?;
    producers::customer(stage).await?;
    producers::policy(stage).await?;
    producers::claims(stage).await?;
    producers::refused_draft(stage).await?;
    producers::fraud_signals(stage).await?;
    producers::others(stage).await?;
    consumers::discover(stage).await?;
    let door = consumers::refused_reader(stage).await?;
    let reader = consumers::request_and_approve(stage, door).await?;
    let copied = consumers::read_in_place(stage, &reader).await?;
    stewards::origin(stage).await?;
    consumers::revoke(stage, &reader).await?;
    producers::blocked_violation(stage, &reader.door).await?;
    stewards::new_class(stage).await?;
    stewards::record(stage).await?;
    outcome::table(stage, copied).await
}

/// Ctrl-C, SIGTERM and the end of the terminal, heard from the beginning.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Stop {
    fn listen() -> Result<Self, Problem> {
        let heard = |kind| signal(kind).map_err(Problem::internal);
        Ok(Self {
            terminate: heard(SignalKind::terminate())?,
            interrupt: heard(SignalKind::interrupt())?,
            hangup: heard(SignalKind::hangup())?,
        })
    }

    /// Waits until somebody wants it to stop.
    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}

fn cross(style: Style) -> String {
    style.red("✗")
}

/// A directory that only its owner can enter and that did not exist before.
fn fresh_directory() -> Result<PathBuf, Problem> {
    let path = std::env::temp_dir().join(format!("tessera-demo-{}", uuid::Uuid::now_v7().simple()));
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&path).map_err(|error| {
        let code =
            if error.kind() == std::io::ErrorKind::StorageFull { Code::StorageFull } else { Code::DataUnavailable };
        Problem::new(code, format!("`{}` could not be created: {error}", path.display()))
            .with_hint("set TMPDIR to a folder that you may write and that has room")
    })?;
    Ok(path)
}

/// What is left behind is small; failing to remove it is not a failure of the story.
fn remove(data: &Path) {
    let _ = std::fs::remove_dir_all(data);
}
