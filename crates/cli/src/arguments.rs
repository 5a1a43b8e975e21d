//! The command line as people type it. Each command's own arguments are declared beside what it does.

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum};
use model::{Problem, time::Span};

use crate::commands;

/// A data mesh in one binary: domains own their data, products carry contracts, entry is by token.
#[derive(Debug, Parser)]
#[command(
    name = "tessera",
    version,
    propagate_version = false,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 refused, 2 wrong call, 3 server unreachable, 4 differences found, 255 our fault.\n\
                  Start here: tessera demo"
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a mesh and open its doors
    Up(Up),
    /// Build an insurer of six domains and tell its story, from its sources to masked answers
    Demo(Demo),
    /// Log in to a mesh and keep the token
    Login(commands::login::Login),
    /// Show who you are, and what you may do
    Whoami(commands::whoami::Whoami),
    /// Write the files of a new mesh, domain, source or product
    New(commands::new::New),
    /// Check a mesh repository without a server
    Check(commands::check::Check),
    /// Show what applying the repository would change, and who would feel it
    ///
    /// Of domains in which you hold no role it tells nothing that the files do not say: a difference there reads like
    /// something new, with why applying it is refused, and a file that is gone retires nothing.
    Plan(commands::plan::Plan),
    /// Apply the repository, or a plan that was kept
    Apply(commands::apply::Apply),
    /// Ingest sources and build tables of a domain
    Run(commands::run::Run),
    /// Show which rows of a source table were set aside, and why
    Rejects(commands::rejects::Rejects),
    /// Build a product's candidate if needed, gate it and publish it
    Publish(commands::publish::Publish),
    /// Serve an earlier publication again
    Rollback(commands::rollback::Rollback),
    /// Find products
    Search(commands::search::Search),
    /// Show a product: what it promises, how it is, how you get it
    Show(commands::show::Show),
    /// Compare two versions of a product's contract, and say what it means for readers
    Diff(commands::diff::Diff),
    /// Ask for access to a product
    Request(commands::request::Request),
    /// List access requests: yours, and those that wait for you
    Requests(commands::requests::Requests),
    /// Grant an access request
    Approve(commands::approve::Approve),
    /// Refuse an access request
    Deny(commands::deny::Deny),
    /// End an entitlement, or take back a request
    Revoke(commands::revoke::Revoke),
    /// Lower the class of a published column, on the record
    Declassify(commands::declassify::Declassify),
    /// Let a port go on without a restriction of its input, on the record
    Waive(commands::waive::Waive),
    /// Show where a product's columns come from, and what is made of them
    Lineage(commands::lineage::Lineage),
    /// Show who would feel a change of a product or column
    Impact(commands::impact::Impact),
    /// Show who can read a product, and exactly what
    WhoCanRead(commands::who_can_read::WhoCanRead),
    /// Show what somebody can read, and exactly what of it
    WhatCan(commands::what_can::WhatCan),
    /// Show why somebody can read a product, or cannot
    Explain(commands::explain::Explain),
    /// Read rows with SQL, under the policies of the mesh
    Query(commands::query::Query),
    /// Create and revoke tokens
    Token(commands::token::Token),
    /// Read and verify the record of every decision
    Journal(commands::journal::Journal),
    /// Save a mesh's memory - journal, activity, keys - into one file, while it serves
    Backup(Backup),
    /// Make a data directory from a backup
    Restore(Restore),
}

/// Start a mesh and open its doors.
#[derive(Debug, Args)]
pub struct Up {
    /// Where the mesh keeps everything; created if absent
    #[arg(long, value_name = "DIR", env = "TESSERA_DATA", default_value = ".tessera")]
    pub data: PathBuf,
    /// Where the HTTP door listens; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", env = "TESSERA_HTTP", default_value = "127.0.0.1:7400")]
    pub http: SocketAddr,
    /// Where the Postgres door listens; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", env = "TESSERA_POSTGRES", default_value = "127.0.0.1:7432")]
    pub postgres: SocketAddr,
    /// A mesh repository to apply at start
    #[arg(long, value_name = "PATH", env = "TESSERA_MESH")]
    pub mesh: Option<PathBuf>,
    /// A folder that sources may lie in, beside the drop folders; may be repeated
    #[arg(long, value_name = "DIR", env = "TESSERA_ALLOW_SOURCE", value_delimiter = ':')]
    pub allow_source: Vec<PathBuf>,
    /// How long a superseded publication can be rolled back to
    #[arg(long, value_name = "TIME", env = "TESSERA_KEEP_PUBLICATIONS", default_value = "30d", value_parser = parsed::<Span>)]
    pub keep_publications: Span,
    /// How long files are kept that nothing names any more
    #[arg(long, value_name = "TIME", env = "TESSERA_KEEP_UNREFERENCED", default_value = "7d", value_parser = parsed::<Span>)]
    pub keep_unreferenced: Span,
    /// The certificate chain of both doors, PEM; needed beyond loopback
    #[arg(long, value_name = "FILE", env = "TESSERA_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, PEM
    #[arg(long, value_name = "FILE", env = "TESSERA_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// Save a mesh's memory into one file.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; it must not exist
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The directory that the mesh keeps everything in
    #[arg(long, value_name = "DIR", env = "TESSERA_DATA", default_value = ".tessera")]
    pub data: PathBuf,
    /// The form of the verdict.
    #[command(flatten)]
    pub output: Output,
}

/// Make a data directory from a backup.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The directory to make; it must not exist, or be empty
    #[arg(long, value_name = "DIR", env = "TESSERA_DATA", default_value = ".tessera")]
    pub data: PathBuf,
    /// The form of the verdict.
    #[command(flatten)]
    pub output: Output,
}

/// A fraction of the reference enterprise.
fn fraction(text: &str) -> Result<f64, &'static str> {
    text.parse().map_err(|_| "a number such as 0.01, where 1 is all of NorthPeak")
}

/// Build NorthPeak, an insurer of six domains, and tell its story.
#[derive(Debug, Args)]
pub struct Demo {
    /// How much of it: 1 is the whole company of 3.1 million policyholders, 0.0002 the least
    #[arg(long, value_name = "F", default_value_t = 0.01, allow_negative_numbers = true, value_parser = fraction)]
    pub scale: f64,
    /// Keep serving at the end, so that you can look around
    #[arg(long, conflicts_with = "exit")]
    pub serve: bool,
    /// Stop at the end; the exit code is 0 only if every step held
    #[arg(long)]
    pub exit: bool,
}

/// The form of what a reading command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum Form {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// The form of a reading command's output.
#[derive(Debug, Clone, Copy, Args, Default)]
pub struct Output {
    /// Print for people, or JSON for programs
    #[arg(long, value_enum, value_name = "FORM", default_value = "table", hide_possible_values = true)]
    pub output: Form,
}

impl Output {
    /// Whether programs read it.
    pub fn is_json(self) -> bool {
        self.output == Form::Json
    }
}

/// Parses an argument into the vocabulary's type; the hint goes where clap shows the reason.
///
/// # Errors
/// The problem's message and hint as one text.
pub fn parsed<T: FromStr<Err = Problem>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|problem: Problem| match problem.hint() {
        Some(hint) => format!("{}; {hint}", problem.message()),
        None => problem.message().to_owned(),
    })
}

/// As [`parsed`], for what is sent as it was typed.
///
/// # Errors
/// As [`parsed`].
pub fn parsed_as_text<T: FromStr<Err = Problem>>(text: &str) -> Result<String, String> {
    parsed::<T>(text).map(|_| text.to_owned())
}

/// A limit in time as typed: a date, meaning the end of that day, or an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Until(pub String);

impl FromStr for Until {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        model::Timestamp::parse_limit(text).map(|_| Self(text.to_owned()))
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
