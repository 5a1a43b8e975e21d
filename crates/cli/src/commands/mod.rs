//! The commands, one file each: its arguments and what it does. A command reads top to bottom: ask, judge, print.

pub mod apply;
pub mod approve;
pub mod check;
pub mod declassify;
pub mod deny;
pub mod diff;
pub mod explain;
pub mod impact;
pub mod journal;
pub mod lineage;
pub mod login;
pub mod new;
pub mod plan;
pub mod publish;
pub mod query;
pub mod rejects;
pub mod request;
pub mod requests;
pub mod revoke;
pub mod rollback;
pub mod run;
pub mod search;
pub mod show;
pub mod token;
pub mod waive;
pub mod what_can;
pub mod who_can_read;
pub mod whoami;

use crate::{Command, Exit, Failure, Session};

/// Runs a command. Those that start servers or open data directories belong to the binary.
///
/// # Errors
/// Whatever the command refuses or meets.
pub async fn run(command: Command, session: &mut Session) -> Result<Exit, Failure> {
    match command {
        Command::Up(_) | Command::Demo(_) | Command::Backup(_) | Command::Restore(_) => {
            Err(model::Problem::internal("a command of the binary reached the command line").into())
        }
        Command::Login(command) => command.run(session).await,
        Command::Whoami(command) => command.run(session).await,
        Command::New(command) => command.run(session).await,
        Command::Check(command) => command.run(session),
        Command::Plan(command) => command.run(session).await,
        Command::Apply(command) => command.run(session).await,
        Command::Run(command) => command.run(session).await,
        Command::Rejects(command) => command.run(session).await,
        Command::Publish(command) => command.run(session).await,
        Command::Rollback(command) => command.run(session).await,
        Command::Search(command) => command.run(session).await,
        Command::Show(command) => command.run(session).await,
        Command::Diff(command) => command.run(session).await,
        Command::Request(command) => command.run(session).await,
        Command::Requests(command) => command.run(session).await,
        Command::Approve(command) => command.run(session).await,
        Command::Deny(command) => command.run(session).await,
        Command::Revoke(command) => command.run(session).await,
        Command::Declassify(command) => command.run(session).await,
        Command::Waive(command) => command.run(session).await,
        Command::Lineage(command) => command.run(session).await,
        Command::Impact(command) => command.run(session).await,
        Command::WhoCanRead(command) => command.run(session).await,
        Command::WhatCan(command) => command.run(session).await,
        Command::Explain(command) => command.run(session).await,
        Command::Query(command) => command.run(session).await,
        Command::Token(command) => command.run(session).await,
        Command::Journal(command) => command.run(session).await,
    }
}

/// Says that a list goes on.
fn tell_more(session: &mut Session, more: bool) {
    if more {
        session.console.talk("there are more; narrow the search");
    }
}
