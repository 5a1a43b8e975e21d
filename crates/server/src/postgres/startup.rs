//! From the first byte to the first prompt: encryption, cancel requests, sign-in, catalog, settings.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use gateway::{Session, Settings};
use model::{Problem, error::Code};
use pgwire::messages::{
    PgWireBackendMessage as Answer,
    response::{GssEncResponse, SslResponse},
    startup::{Authentication, BackendKeyData, NegotiateProtocolVersion, SecretKey},
};

use super::{
    Door,
    connection::Connection,
    wire::{Bounds, Message, Opening, Wire},
};
use crate::{
    patient::Patient,
    problem::{self, Severity},
};

/// Settings as clients know them: their libraries compare names with case.
const SPELLED: &[(&str, &str)] =
    &[("datestyle", "DateStyle"), ("intervalstyle", "IntervalStyle"), ("timezone", "TimeZone")];

/// The name of a setting as clients spell it.
pub(super) fn spelled(name: &str) -> &str {
    SPELLED.iter().find(|(own, _)| *own == name).map_or(name, |(_, theirs)| theirs)
}

/// Brings a connection to its first prompt. `None` when there is nothing to go on with: a cancel request, a refusal, a
/// client that left.
pub(super) async fn begin(door: &Arc<Door>, stream: Patient, peer: SocketAddr) -> Option<Connection> {
    let mut wire = Wire::new(Box::new(stream));
    match sign_in(door, &mut wire, peer).await {
        Ok(Some(begun)) => Some(Connection::new(door.clone(), wire, begun)),
        Ok(None) => None,
        Err(refusal) => {
            let request_id = crate::new_request_id();
            problem::log(&refusal, &request_id, "postgres");
            let response = problem::error_response(&refusal, Severity::Fatal, "", &request_id);
            if wire.put(&Answer::ErrorResponse(response)).is_ok() {
                wire.close().await;
            }
            None
        }
    }
}

/// Whether a password may travel on this connection.
fn may_send_password(encrypted: bool, peer: IpAddr) -> bool {
    encrypted || peer.is_loopback()
}

/// What a connection starts from once its client is signed in.
pub(super) struct Begun {
    pub(super) signed: crate::auth::SignedIn,
    pub(super) session: Session,
    pub(super) key: super::cancel::CancelKey,
    pub(super) seat: super::seats::Seat,
}

async fn sign_in(door: &Arc<Door>, wire: &mut Wire, peer: SocketAddr) -> Result<Option<Begun>, Problem> {
    let Some((start, encrypted)) = open(door, wire).await? else { return Ok(None) };
    // SECURITY: a token crosses a network only encrypted (test `a_plain_password_is_asked_for_on_loopback_only`).
    if !may_send_password(encrypted, peer.ip()) {
        return Err(Problem::new(Code::BadCredentials, "this door takes passwords over TLS only")
            .with_hint("connect with sslmode=require")
            .with_sqlstate("28000"));
    }
    if door.house.is_draining() {
        return Err(Problem::new(Code::Draining, "the server is stopping"));
    }
    negotiate(wire, &start)?;
    let Some(password) = ask_password(wire, door.house.limits.startup_bytes).await? else { return Ok(None) };
    let user = start.get("user").unwrap_or_default();
    let signed = door.house.authenticator.password(user, &password, peer.ip()).await?;
    let seat = door.seats.take(&signed.principal)?;
    let session = session(door, &signed, &start)?;
    let key = door.cancels.enter();
    wire.put(&Answer::Authentication(Authentication::Ok))?;
    for name in Settings::PARAMETER_STATUS.iter().copied().chain(["session_authorization", "in_hot_standby"]) {
        let value = session.show(name).unwrap_or_else(|| "off".to_owned());
        wire.put(&super::respond::status(spelled(name), &value))?;
    }
    let secret = SecretKey::I32(i32::from_be_bytes(key.secret));
    wire.put(&Answer::BackendKeyData(BackendKeyData::new(key.process, secret)))?;
    wire.put(&super::respond::ready(super::respond::Transaction::Idle))?;
    wire.flush().await?;
    Ok(Some(Begun { signed, session, key, seat }))
}

/// The startup message.
struct Start {
    version: (u16, u16),
    parameters: Vec<(String, String)>,
}

impl Start {
    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads up to the startup message, answering requests for encryption on the way, each kind once.
async fn open(door: &Arc<Door>, wire: &mut Wire) -> Result<Option<(Start, bool)>, Problem> {
    let (mut asked_ssl, mut asked_gss, mut encrypted) = (false, false, false);
    loop {
        match wire.opening(door.house.limits.startup_bytes).await? {
            None => return Ok(None),
            Some(Opening::Cancel { process, secret }) => {
                door.cancels.cancel(process, &secret);
                return Ok(None);
            }
            Some(Opening::Ssl) if !asked_ssl => {
                asked_ssl = true;
                let Some(acceptor) = &door.tls else {
                    wire.put(&Answer::SslResponse(SslResponse::Refuse))?;
                    wire.flush().await?;
                    continue;
                };
                wire.put(&Answer::SslResponse(SslResponse::Accept))?;
                wire.flush().await?;
                let plain = std::mem::replace(wire, Wire::new(Box::new(tokio::io::empty())));
                let Some(plain) = plain.into_plain() else { return Ok(None) };
                let Ok(stream) = acceptor.accept(plain).await else { return Ok(None) };
                *wire = Wire::new(Box::new(stream));
                encrypted = true;
            }
            Some(Opening::Gss) if !asked_gss => {
                asked_gss = true;
                wire.put(&Answer::GssEncResponse(GssEncResponse::Refuse))?;
                wire.flush().await?;
            }
            Some(Opening::Ssl | Opening::Gss) => return Ok(None),
            Some(Opening::Start { version, parameters }) => {
                return Ok(Some((Start { version, parameters }, encrypted)));
            }
        }
    }
}

/// Protocol 3.0 is spoken; a newer minor version and protocol options are negotiated away.
fn negotiate(wire: &mut Wire, start: &Start) -> Result<(), Problem> {
    let (major, minor) = start.version;
    if major != 3 {
        return Err(Problem::new(Code::InvalidValue, format!("the protocol {major}.{minor} is not spoken here"))
            .with_sqlstate("0A000"));
    }
    let options: Vec<String> =
        start.parameters.iter().map(|(name, _)| name).filter(|name| name.starts_with("_pq_.")).cloned().collect();
    if minor > 0 || !options.is_empty() {
        wire.put(&Answer::NegotiateProtocolVersion(NegotiateProtocolVersion::new(3 << 16, options)))?;
    }
    Ok(())
}

async fn ask_password(wire: &mut Wire, limit: usize) -> Result<Option<String>, Problem> {
    wire.put(&Answer::Authentication(Authentication::CleartextPassword))?;
    wire.flush().await?;
    match wire.next(Bounds { message: limit, text: limit }).await? {
        Some(Message::Password(password)) => Ok(Some(password)),
        Some(Message::Terminate) | None => Ok(None),
        Some(_) => Err(Problem::new(Code::InvalidValue, "a password was expected").with_sqlstate("08P01")),
    }
}

/// The session that the startup message describes.
fn session(door: &Arc<Door>, signed: &crate::auth::SignedIn, start: &Start) -> Result<Session, Problem> {
    let house = &door.house;
    if start.get("replication").is_some_and(|value| !matches!(value, "" | "0" | "false" | "off" | "no")) {
        return Err(Problem::new(Code::StatementUnsupported, "replication is not offered"));
    }
    let catalog = house.gateway.catalog(&signed.principal, start.get("database"))?;
    let mut session = house.session(signed, catalog, crate::new_request_id())?;
    for (name, value) in &start.parameters {
        match name.as_str() {
            "user" | "database" | "replication" | "options" => {}
            name if name.starts_with("_pq_.") => {}
            name => {
                session.set(name, Some(value))?;
            }
        }
    }
    for (name, value) in options(start.get("options").unwrap_or_default())? {
        session.set(&name, Some(&value))?;
    }
    Ok(session)
}

/// `-c name=value`, `-cname=value` and `--name=value`; a backslash keeps the next character.
fn options(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut words = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => words.last_mut().into_iter().for_each(|word| word.extend(characters.next())),
            space if space.is_whitespace() => words.push(String::new()),
            other => words.last_mut().into_iter().for_each(|word| word.push(other)),
        }
    }
    let mut words = words.into_iter().filter(|word| !word.is_empty());
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let setting = match (word.as_str(), word.strip_prefix("-c"), word.strip_prefix("--")) {
            ("-c", ..) => words.next().unwrap_or_default(),
            (_, Some(setting), _) | (_, _, Some(setting)) => setting.to_owned(),
            _ => word.clone(),
        };
        let (name, value) = setting.split_once('=').ok_or_else(|| {
            Problem::new(Code::InvalidValue, format!("`{}` is not a startup option", word.escape_debug()))
                .with_hint("write `-c name=value`")
        })?;
        found.push((name.replace('-', "_"), value.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_password_is_asked_for_on_loopback_only() {
        for (encrypted, peer, may) in
            [(false, "127.0.0.1", true), (false, "::1", true), (false, "192.0.2.7", false), (true, "192.0.2.7", true)]
        {
            assert_eq!(may_send_password(encrypted, peer.parse().unwrap()), may, "{encrypted} {peer}");
        }
    }

    #[test]
    fn startup_options_in_every_spelling() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            options(r"-c purpose=fraud-detection -cdatestyle=ISO,\ MDY  --statement-timeout=5s").unwrap(),
            [pair("purpose", "fraud-detection"), pair("datestyle", "ISO, MDY"), pair("statement_timeout", "5s")]
        );
        assert!(options("").unwrap().is_empty());
        assert!(options("-c").is_err());
        assert!(options("purpose").is_err());
    }
}
