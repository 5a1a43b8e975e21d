//! Repository chores: `cargo xtask tidy | lint | test | bench | reference | removals`.
//!
//! Not part of the product: nothing here ships.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod bench;
mod reference;
mod removals;
mod steps;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Repository chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Checks what the compiler cannot: crate arrows, forgotten tests, file length, reference pages.
    Tidy,
    /// Formatting, tidy and clippy.
    Lint,
    /// Everything `make test` runs, with seconds per step and a closing line.
    Test,
    /// Runs the benchmarks, or one of them by name, under a line that says on what machine.
    Bench {
        /// `fast_lane`, `point_query`, `onboarding`, `start` or `gate`.
        name: Option<String>,
    },
    /// Writes the generated reference pages.
    Reference,
    /// Takes one security check out at a time, in a copy, and looks whether its test notices.
    Removals {
        /// A rule, `E6`, or a word of what is taken out.
        word: Option<String>,
    },
}

fn main() -> Result<ExitCode> {
    let root = root()?;
    let done = match Arguments::parse().chore {
        Chore::Tidy => tidy::run(&root)?,
        Chore::Lint => steps::lint(&root)?,
        Chore::Test => steps::test(&root)?,
        Chore::Bench { name } => bench::run(&root, name.as_deref())?,
        Chore::Removals { word } => removals::run(&root, word.as_deref())?,
        Chore::Reference => {
            reference::write(&root)?;
            removals::table::write(&root)?;
            steps::write_reference(&root)?
        }
    };
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The workspace's root: the folder above this crate's manifest at run time.
fn root() -> Result<PathBuf> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["locate-project", "--workspace", "--message-format", "plain"])
        .output()
        .context("cargo locate-project")?;
    let manifest = PathBuf::from(String::from_utf8(output.stdout)?.trim());
    Ok(manifest.parent().context("the workspace has a root")?.to_path_buf())
}
