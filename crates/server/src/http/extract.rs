//! What handlers take from a request. Every refusal is a [`Problem`]; a body is read only after the route's rule held.

use std::time::Duration;

use axum::{
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use model::{Problem, error::Code};
use serde::de::DeserializeOwned;

use super::failure::Failure;
use crate::config::Limits;

/// Longest accepted idempotency key.
const KEY_LIMIT: usize = 200;

/// How long the body of a request may take.
#[derive(Debug, Clone, Copy)]
pub struct BodyWithin(pub Duration);

/// A JSON body. Other content types are refused, forms among them: no browser sends JSON across origins unasked.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Code::InvalidValue, "the body is not declared as JSON")
                .with_hint("send the header `Content-Type: application/json`")
                .into());
        }
        // SECURITY: a body that comes drop by drop ends as well (test `a_body_that_drips_is_not_waited_for`).
        let within = request.extensions().get::<BodyWithin>().map_or(Limits::default().sending, |within| within.0);
        let bytes = tokio::time::timeout(within, bytes::Bytes::from_request(request, state)).await;
        let unread = || Problem::new(Code::InvalidValue, "the body could not be read");
        let bytes =
            bytes.map_err(|_| unread().with_hint("it took too long to arrive"))?.map_err(
                |rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => {
                        Problem::new(Code::TooLarge, "the body is larger than this endpoint takes")
                    }
                    _ => unread(),
                },
            )?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Problem::new(Code::InvalidValue, format!("the body does not fit: {error}"))
                .with_hint("GET /openapi.json describes it")
                .into()
        })
    }
}

/// Query parameters.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Query::<T>::try_from_uri(&parts.uri).map(|Query(params)| Self(params)).map_err(|_| {
            Problem::new(Code::InvalidValue, "the query parameters do not fit")
                .with_hint("GET /openapi.json describes them")
                .into()
        })
    }
}

/// The id of this request, UUIDv7.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::internal("a request reached a handler without its id").into())
    }
}

/// The command id of a write: the `Idempotency-Key`, or the request's own id.
pub struct CommandId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for CommandId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match one(&parts.headers, "idempotency-key")? {
            None => RequestId::from_request_parts(parts, state).await.map(|id| Self(id.0)),
            Some(key)
                if !key.is_empty() && key.len() <= KEY_LIMIT && key.bytes().all(|byte| byte.is_ascii_graphic()) =>
            {
                Ok(Self(key.to_owned()))
            }
            Some(_) => {
                Err(Problem::new(Code::InvalidValue, "the idempotency key is not 1 to 200 visible characters").into())
            }
        }
    }
}

/// The one value of a header.
///
/// # Errors
/// `invalid-value` when it is repeated or not text: which value counts would be anybody's guess.
pub fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Problem::new(Code::InvalidValue, format!("the header `{name}` is given more than once")));
    }
    first
        .map(|value| value.to_str())
        .transpose()
        .map_err(|_| Problem::new(Code::InvalidValue, format!("the header `{name}` is not visible text")))
}
