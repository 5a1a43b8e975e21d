//! One binary for people and servers: `up` and `demo` start a mesh in this process, `journal verify --data`, `backup` and
//! `restore` work on a data directory, and everything else is the command line's.
//!
//! Not for rules or shapes: it wires the crates, sets the TLS provider and turns ends into exit codes.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod backup;
mod console;
mod demo;
mod up;
mod verify;

use std::{
    panic::AssertUnwindSafe,
    process::{ExitCode, Termination as _},
};

use clap::Parser as _;
use cli::{Arguments, Command, Exit, Failure, Session, commands::journal, console::Console, environment::Environment};
use model::Problem;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
        eprintln!("error: this is our fault{place}\nhint: please report it with what you did");
    }));
    // Two providers are in the graph; the first call decides, so a second one changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let code = std::panic::catch_unwind(AssertUnwindSafe(|| run(arguments.command)));
    ExitCode::from(code.unwrap_or(Exit::Fault.code())).report()
}

fn run(command: Command) -> u8 {
    #[cfg(debug_assertions)]
    if let Err(text) = arm_crash_point() {
        eprintln!("error: TESSERA_CRASH_AT: {text}");
        return Exit::Usage.code();
    }
    let environment = Environment::of_process();
    let console = Console::of_process(&environment);
    let mut session = Session { environment, console };
    let workers = if matches!(command, Command::Up(_) | Command::Demo(_)) { Workers::Many } else { Workers::One };
    let runtime = match runtime(workers) {
        Ok(runtime) => runtime,
        Err(problem) => return cli::finish(Err(problem.into()), &mut session),
    };
    runtime.block_on(dispatch(command, &mut session))
}

/// Chooses where a test lets the process end (`registry::crash`); a release does not even look.
#[cfg(debug_assertions)]
fn arm_crash_point() -> Result<(), String> {
    #[expect(clippy::disallowed_methods, reason = "read once, before anything runs")]
    let point = std::env::var("TESSERA_CRASH_AT");
    point.map_or(Ok(()), |text| registry::crash::arm(&text))
}

enum Workers {
    One,
    Many,
}

/// Bytes of stack of a worker, reserved and not used: pipelines plan on them what stewards and engineers wrote.
const STACK: usize = 16 << 20;

/// A server uses every core; the command line waits for one answer at a time.
fn runtime(workers: Workers) -> Result<tokio::runtime::Runtime, Problem> {
    let mut builder = match workers {
        Workers::One => tokio::runtime::Builder::new_current_thread(),
        Workers::Many => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.thread_stack_size(STACK).enable_all().build().map_err(Problem::internal)
}

async fn dispatch(command: Command, session: &mut Session) -> u8 {
    let result: Result<Exit, Failure> = match command {
        Command::Up(arguments) => up::run(arguments, session).await,
        Command::Demo(arguments) => demo::run(arguments, session).await,
        Command::Backup(arguments) => backup::save(arguments, session).await,
        Command::Restore(arguments) => backup::restore(arguments, session).await,
        Command::Journal(journal::Journal { action: journal::Action::Verify(verify) }) if verify.data.is_some() => {
            verify::run(verify, session).await
        }
        command => return cli::run(command, session).await,
    };
    cli::finish(result, session)
}
