//! The first start: a token for the principal `admin`, written to `DATA/admin-token`, mode 0600.

use std::path::{Path, PathBuf};

use model::{Code, Digest, Problem, principal::Principal};

use crate::{
    command::{Command, Context},
    durable,
    mesh::ADMIN,
    registry::Registry,
    secret,
};
use governance::authorise::Actor;

/// Where the first token is written.
pub fn token_file(data_dir: &Path) -> PathBuf {
    data_dir.join("admin-token")
}

impl Registry {
    /// Makes the first token of `admin`, unless the mesh has ever had one.
    ///
    /// The file comes first and the record after it, so that a crash between the two leaves a file that the next start
    /// recognises and records.
    ///
    /// # Errors
    /// `data-unavailable` if the file cannot be written.
    pub async fn bootstrap(&self) -> Result<(), Problem> {
        self.bootstrap_with(secret::random()).await
    }

    /// As [`Registry::bootstrap`] with the secret given.
    pub async fn bootstrap_with(&self, secret: [u8; 32]) -> Result<(), Problem> {
        let admin = Principal::User(ADMIN.parse()?);
        if self.mesh().tokens().any(|token| token.principal == admin) {
            return Ok(());
        }
        let hash = keep(&token_file(self.data_dir()), &secret)?;
        let actor = Actor { principal: admin.clone(), groups: Default::default(), scopes: None, genesis: false };
        let context = Context { actor, command_id: format!("bootstrap-{hash}"), via: "bootstrap" };
        let command = Command::CreateToken {
            principal: admin,
            label: Some("first start".to_owned()),
            scopes: Vec::new(),
            purpose: None,
            until: None,
            hash,
        };
        self.execute(command, context).await.map(|_| ())
    }
}

/// Writes the token unless a whole one is there already; its hash.
fn keep(path: &Path, secret: &[u8; 32]) -> Result<Digest, Problem> {
    let unavailable = |error: std::io::Error| {
        Problem::new(Code::DataUnavailable, "the first token cannot be written").with_cause(error)
    };
    if let Some(bytes) = durable::read(path).map_err(unavailable)?
        && let Some(hash) = std::str::from_utf8(&bytes).ok().and_then(|text| secret::token_hash(text.trim()))
    {
        return Ok(hash);
    }
    let text = secret::token_text(secret);
    durable::write(path, format!("{text}\n").as_bytes()).map_err(unavailable)?;
    Ok(Digest::of(text.as_bytes()))
}
