//! Sources that reach a host: what they may reach, and whose secrets they name.

use super::{Checker, Place};
use crate::{
    error::{Code, Problem},
    files::{
        repository::{DomainFiles, Sourced},
        source::{
            SourceFile,
            postgres::{PostgresSource, Tls},
        },
    },
};

impl Checker<'_> {
    pub(super) fn sources(&mut self, domain: &DomainFiles) {
        for file in domain.sources.values() {
            if let SourceFile::Postgres(source) = &file.value {
                self.postgres(domain, file, source);
            }
        }
    }

    fn postgres(&mut self, domain: &DomainFiles, file: &Sourced<SourceFile>, source: &PostgresSource) {
        let place = Place::from(file);
        let name = &domain.file.value.domain;
        let at = |pointer: &str, problem: &Problem| {
            let told = place.problem(pointer, problem.code(), problem.message().to_owned());
            told.with_hint(problem.hint().unwrap_or_default())
        };
        // What is said here is said again where the secret is read and the host reached.
        if let Err(problem) = source.credentials.password.check_owner(name, &self.known.domains) {
            let problem = at("/credentials/password", &problem);
            self.refuse(problem);
        }
        if let Some(mesh) = &self.repository.mesh
            && let Err(problem) = mesh.value.sources.check_host(name, &source.host)
        {
            let problem = at("/host", &problem);
            self.refuse(problem);
        }
        if source.tls() == Tls::Off && !source.host.is_loopback() {
            let message = "the rows, and perhaps the password, cross the network as they are".to_owned();
            let problem = place.problem("/tls", Code::InvalidFile, message);
            self.warn(problem.with_hint("remove `tls: off`: encryption is the rule beyond this machine"));
        }
    }
}
