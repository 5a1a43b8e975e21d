//! How a handler fails: with a [`Problem`], rendered once by [`super::finish`], which knows the request id.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Problem, error::Code};

use crate::problem;

/// A failed request. Carried in the response's extensions until the outermost layer renders it.
#[derive(Debug, Clone)]
pub struct Failure(pub Problem);

/// What handlers return.
pub type Outcome<T> = Result<T, Failure>;

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The status of a problem.
pub fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.code().row().http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The rendered answer.
pub fn render(problem: &Problem, request_id: &str) -> Response {
    let body = serde_json::to_vec(&problem::Body::of(problem, request_id)).unwrap_or_default();
    let mut response = (status(problem), body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
    if matches!(problem.code(), Code::BadCredentials | Code::CredentialExpired) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tessera\""));
    }
    response
}

/// The one answer for what does not exist or may not be seen.
pub fn absent(noun: &str, name: &str) -> Problem {
    Problem::new(Code::NotFound, format!("there is no {noun} `{}`", name.escape_debug()))
}
