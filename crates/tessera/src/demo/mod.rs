//! `tessera demo`: two small domains in a fresh directory, from the source files of one to a masked answer in the
//! other, told while it happens and driven through the doors that everybody uses.
//!
//! INVARIANT: the exit code is 0 only if every step held; a step that does not hold ends the story.

mod access;
mod build;
mod door;
mod files;
mod narrator;
mod stage;

use std::path::{Path, PathBuf};

use cli::{Exit, Failure, Session, arguments::Demo, console::Style};
use model::{Code, Problem};
use server::config::Config;

use narrator::Narrator;
use stage::Stage;

/// Runs the demo.
pub async fn run(arguments: Demo, session: &mut Session) -> Result<Exit, Failure> {
    crate::up::start_log("error", session);
    let serve = arguments.serve || (session.environment.stdin_is_terminal && !arguments.exit);
    let data = fresh_directory()?;
    let mut narrator = Narrator::new(session);
    let title = narrator.style().bold("From a source file to a masked answer in another domain");
    narrator.line(&format!("{title}\nA mesh of two domains, in {}", data.display()));
    let began = std::time::Instant::now();
    let running = server::start(Config::local(data.clone())).await?;
    narrator.held("the mesh is up: HTTP, Postgres, journal, keys", began.elapsed());

    let mut stage = Stage::new(narrator, &running.ready.http, &running.ready.postgres, data.clone())?;
    let told = tell(&mut stage).await;
    match told {
        Ok(()) => {
            stage.finish(serve);
            if serve {
                until_told_to_stop().await?;
            }
            running.stop().await;
            remove(&data);
            Ok(Exit::Done)
        }
        Err(failure) => {
            let style = stage.narrator.style();
            stage.narrator.line(&format!(
                "    {} this step did not hold; the data is kept in {}",
                cross(style),
                data.display()
            ));
            running.stop().await;
            Err(failure)
        }
    }
}

/// The story, chapter by chapter.
async fn tell(stage: &mut Stage<'_>) -> Result<(), Failure> {
    build::onboard(stage).await?;
    build::ingest(stage).await?;
    build::refused_draft(stage).await?;
    build::publish(stage).await?;
    access::discover(stage).await?;
    let mut reader = access::refused_reader(stage).await?;
    let entitlement = access::request_and_approve(stage).await?;
    let masked = access::masked_rows(stage, &mut reader).await?;
    build::derive(stage).await?;
    access::join_on_tokens(stage, &reader, masked).await?;
    access::revoke(stage, &reader, &entitlement).await?;
    build::blocked_violation(stage, &reader).await?;
    access::record(stage).await
}

/// Waits for Ctrl-C or SIGTERM.
async fn until_told_to_stop() -> Result<(), Problem> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Problem::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Problem::internal)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
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
        Problem::new(Code::StorageFull, format!("`{}` could not be created: {error}", path.display()))
            .with_hint("set TMPDIR to a folder with some free space")
    })?;
    Ok(path)
}

/// What is left behind is small; failing to remove it is not a failure of the story.
fn remove(data: &Path) {
    let _ = std::fs::remove_dir_all(data);
}
