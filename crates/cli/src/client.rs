//! The client of the HTTP door: the calls that commands make, with deadlines, and failures as the server told them.
//!
//! Not for retries: a person decides whether to try again. Every write carries a fresh idempotency key, so that a
//! connection that breaks after the commit does not do the thing twice.

use std::{error::Error as _, time::Duration};

use model::{Code, Problem};
use reqwest::{Method, RequestBuilder, Response, header};
use serde_json::Value;

use crate::{config::Origin, failure::Failure, json};

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(5);

/// Between two pieces of an answer: a long run reports progress, a long statement may think this long.
const SILENCE: Duration = Duration::from_secs(600);

/// Most items that a list follows its pages for.
const MOST_ITEMS: usize = 10_000;

/// Longest line of a progress stream.
const LONGEST_LINE: usize = 16 << 20;

/// A connection to one mesh as one principal.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    origin: Origin,
}

/// A list and whether it is complete.
#[derive(Debug, Clone)]
pub struct List {
    /// The items.
    pub items: Vec<Value>,
    /// Whether there are more than were fetched.
    pub more: bool,
}

/// A statement's answer before its rows are read.
#[derive(Debug)]
pub struct Answer {
    /// Which policies shaped it.
    pub policies: Option<String>,
    /// The purpose it was read under.
    pub purpose: Option<String>,
    response: Response,
}

impl Client {
    /// A client for an address such as `http://127.0.0.1:7400`.
    ///
    /// # Errors
    /// `invalid-value` for an address that is none.
    pub fn new(url: &str, token: Option<String>) -> Result<Self, Failure> {
        let wrong = |why: &str| {
            Problem::new(Code::InvalidValue, format!("`{}` is not the address of a mesh: {why}", url.escape_debug()))
                .with_hint("write it as http://127.0.0.1:7400 or https://mesh.example.com")
        };
        let parsed = reqwest::Url::parse(url).map_err(|error| wrong(&error.to_string()))?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            // SECURITY: a redirect would carry the token elsewhere (test `a_redirect_is_not_followed`).
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("tessera/", env!("CARGO_PKG_VERSION")));
        match parsed.scheme() {
            // Without TLS no certificates are needed, so a machine without any still works.
            "http" => builder = builder.tls_certs_only([]),
            "https" => {}
            _ => return Err(wrong("it is neither http nor https").into()),
        }
        if is_loopback(&parsed) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| wrong(&cause(&error)))?;
        Ok(Self { http, base: url.trim_end_matches('/').to_owned(), token, origin: Origin::Given })
    }

    /// Remembers where the token came from, for whoever has to mend it.
    #[must_use]
    pub fn with_origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.base
    }

    /// Reads a document.
    ///
    /// # Errors
    /// As the server told them; `server-unreachable` if it did not.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.document(self.request(Method::GET, path)).await
    }

    /// Reads a text, such as a contract.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub async fn get_text(&self, path: &str) -> Result<String, Failure> {
        let response = self.send(self.request(Method::GET, path)).await?;
        response.text().await.map_err(|error| self.broken(&error))
    }

    /// Reads a list with all its pages.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub async fn list(&self, path: &str) -> Result<List, Failure> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = match &cursor {
                None => path.to_owned(),
                Some(cursor) => {
                    let separator = if path.contains('?') { '&' } else { '?' };
                    format!("{path}{separator}cursor={}", encode(cursor))
                }
            };
            let document = self.get(&page).await?;
            match &document {
                Value::Array(list) => return Ok(List { items: list.clone(), more: false }),
                document => items.extend(json::list(document, "items").iter().cloned()),
            }
            cursor = document.get("next").map(json::plain).filter(|next| !next.is_empty());
            if cursor.is_none() || items.len() >= MOST_ITEMS {
                return Ok(List { items, more: cursor.is_some() });
            }
        }
    }

    /// Sends a write and reads what it answers.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.document(self.write(Method::POST, path).json(body)).await
    }

    /// Ends or takes back something.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub async fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.document(self.write(Method::DELETE, path)).await
    }

    /// Sends long work and follows its progress; gives the report of its end.
    ///
    /// # Errors
    /// As for [`Client::get`], and the failure that ended the work.
    pub async fn follow(
        &self,
        path: &str,
        body: &Value,
        watch: &mut (dyn FnMut(&Value) + Send),
    ) -> Result<Value, Failure> {
        let request = self.write(Method::POST, path).header(header::ACCEPT, "application/x-ndjson").json(body);
        let mut response = self.send(request).await?;
        let mut lines = Lines::default();
        loop {
            let chunk = response.chunk().await.map_err(|error| self.broken(&error))?;
            let ended = chunk.is_none();
            lines.take(chunk.as_deref().unwrap_or(b"\n"));
            while let Some(line) = lines.next() {
                let Ok(event) = serde_json::from_slice::<Value>(&line) else { continue };
                match event.get("event").and_then(Value::as_str) {
                    Some("done") => return Ok(event.get("report").cloned().unwrap_or(event)),
                    Some("failed") => {
                        let problem = event.get("problem").cloned().unwrap_or_default();
                        return Err(Failure::of_answer(500, &problem.to_string()));
                    }
                    Some(_) => watch(&event),
                    // A server that answers with one document instead of events.
                    None if ended || event.is_object() => return Ok(event),
                    None => {}
                }
            }
            if ended || lines.pending() > LONGEST_LINE {
                return Err(self.ended_early());
            }
        }
    }

    /// Runs a statement; `accept` is the form of its rows.
    ///
    /// # Errors
    /// As for [`Client::get`]; positions refer to `sql`.
    pub async fn query(&self, sql: &str, purpose: Option<&str>, accept: &str) -> Result<Answer, Failure> {
        let mut body = serde_json::json!({ "sql": sql });
        if let (Some(purpose), Some(body)) = (purpose, body.as_object_mut()) {
            body.insert("purpose".to_owned(), purpose.into());
        }
        let request = self.request(Method::POST, "/query").header(header::ACCEPT, accept).json(&body);
        let response = self.send(request).await.map_err(|failure| failure.in_statement(sql))?;
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned()).filter(|text| !text.is_empty())
        };
        Ok(Answer { policies: header("x-tessera-policies"), purpose: header("x-tessera-purpose"), response })
    }

    fn write(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("idempotency-key", uuid::Uuid::now_v7().to_string())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn document(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let response = self.send(request).await?;
        let body = response.bytes().await.map_err(|error| self.broken(&error))?;
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|_| Failure::of_answer(200, ""))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response.text().await.unwrap_or_default();
        let mut failure = Failure::of_answer(status.as_u16(), &body);
        if matches!(failure.problem.code(), Code::BadCredentials | Code::CredentialExpired)
            && let Some(hint) = self.origin.hint(&self.base)
        {
            failure.problem = failure.problem.with_hint(hint);
        }
        Err(failure)
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        if error.is_builder() {
            return Problem::new(Code::InvalidValue, format!("the request cannot be sent: {}", cause(error))).into();
        }
        Problem::new(Code::ServerUnreachable, format!("no answer from `{}`: {}", self.base, cause(error)))
            .with_hint("is it running? start one with `tessera up`, or look at TESSERA_URL")
            .into()
    }

    fn broken(&self, error: &reqwest::Error) -> Failure {
        Problem::new(Code::ServerUnreachable, format!("the answer of `{}` broke off: {}", self.base, cause(error)))
            .with_hint("what was committed stays committed; run the command again")
            .into()
    }

    fn ended_early(&self) -> Failure {
        Problem::new(Code::ServerUnreachable, format!("`{}` ended its answer without a result", self.base))
            .with_hint("what was committed stays committed; run the command again")
            .into()
    }
}

impl Answer {
    /// The rows as one JSON document.
    ///
    /// # Errors
    /// The answer broke off or is malformed.
    pub async fn document(self) -> Result<Value, Failure> {
        let body = self.response.bytes().await.map_err(|error| cut(&error))?;
        serde_json::from_slice(&body).map_err(|_| cut(&"it is not complete"))
    }

    /// The next piece of the rows as they come, `None` at their end.
    ///
    /// # Errors
    /// The answer broke off: what was printed is not the whole result.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let chunk = self.response.chunk().await.map_err(|error| cut(&error))?;
        Ok(chunk.map(|bytes| bytes.to_vec()))
    }
}

fn cut(why: &dyn std::fmt::Display) -> Failure {
    Problem::new(Code::DataUnavailable, format!("the result broke off and is not complete: {why}"))
        .with_hint("discard what was printed and run the statement again")
        .into()
}

/// The innermost cause, which is the one that says something.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    match error.source() {
        None if error.is_timeout() => "it took too long".to_owned(),
        _ => innermost.to_string(),
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Text as part of an address.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Lines of a stream that comes in pieces.
#[derive(Default)]
struct Lines {
    buffer: Vec<u8>,
}

impl Lines {
    fn take(&mut self, piece: &[u8]) {
        self.buffer.extend_from_slice(piece);
    }

    fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let end = self.buffer.iter().position(|byte| *byte == b'\n')?;
            let line: Vec<u8> = self.buffer.drain(..=end).collect();
            let line = line.trim_ascii();
            if !line.is_empty() {
                return Some(line.to_vec());
            }
        }
    }

    fn pending(&self) -> usize {
        self.buffer.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_an_address_is_encoded() {
        assert_eq!(encode("claims.claims_enriched"), "claims.claims_enriched");
        assert_eq!(encode("a b/ü?&"), "a%20b%2F%C3%BC%3F%26");
    }

    #[test]
    fn lines_are_found_across_pieces() {
        let mut lines = Lines::default();
        lines.take(b"{\"a\":");
        assert_eq!(lines.next(), None);
        lines.take(b"1}\r\n\n{}");
        assert_eq!(lines.next().as_deref(), Some(&b"{\"a\":1}"[..]));
        assert_eq!(lines.next(), None);
        lines.take(b"\n");
        assert_eq!(lines.next().as_deref(), Some(&b"{}"[..]));
    }
}
