//! `tessera backup` and `tessera restore`: a mesh's memory into one file, and a data directory out of it.

use cli::{
    Exit, Failure, Session,
    arguments::{Backup, Output, Restore},
};
use model::Problem;
use registry::journal::Verified;

/// Writes a backup of a data directory, whether its mesh serves or not.
pub async fn save(arguments: Backup, session: &mut Session) -> Result<Exit, Failure> {
    let folder = &session.environment.directory;
    let verified = registry::backup::backup(&folder.join(arguments.data), &folder.join(&arguments.file)).await?;
    tell(session, &verified, arguments.output)?;
    session.console.talk(&format!(
        "{} holds what tokens and masks are made of: keep it as you keep keys; the landing zones are not in it",
        arguments.file.display()
    ));
    Ok(Exit::Done)
}

/// Makes a data directory from a backup.
pub async fn restore(arguments: Restore, session: &mut Session) -> Result<Exit, Failure> {
    let folder = &session.environment.directory;
    let verified = registry::backup::restore(&folder.join(&arguments.file), &folder.join(&arguments.data)).await?;
    tell(session, &verified, arguments.output)?;
    let data = arguments.data.display();
    session.console.talk(&format!("next: put the landing zones back beneath {data}, then tessera up --data {data}"));
    Ok(Exit::Done)
}

fn tell(session: &mut Session, verified: &Verified, output: Output) -> Result<(), Problem> {
    let document = serde_json::to_value(verified).map_err(Problem::internal)?;
    cli::commands::journal::tell_verdict(session, &document, output);
    Ok(())
}
