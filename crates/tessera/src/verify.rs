//! `tessera journal verify --data`: the chain of a stopped mesh, read from its data directory.

use cli::{Exit, Failure, Session, commands::journal::Verify};

/// Verifies the journal in a data directory.
pub async fn run(verify: Verify, session: &mut Session) -> Result<Exit, Failure> {
    let data = session.environment.directory.join(verify.data.unwrap_or_default());
    let verdict = registry::journal::verify_dir(&data).await?;
    let document = serde_json::to_value(&verdict).map_err(model::Problem::internal)?;
    cli::commands::journal::tell_verdict(session, &document, verify.output);
    Ok(Exit::Done)
}
