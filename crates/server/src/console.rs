//! The console's files: what a browser loads before it calls the API. They are the same for everybody and hold no data.
//!
//! Not for making them: the binary builds them in and hands them over.
//!
//! INVARIANT: a file is found by its exact name among those handed over; no path of a request reaches a disk.

use std::{collections::BTreeMap, fmt};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, Method, header, request::Parts},
    response::Response,
};
use model::{Problem, error::Code};

/// The page every address of the console begins with.
const INDEX: &str = "index.html";

/// Files with a digest in their name: what such a name means never changes.
const ASSETS: &str = "assets/";

/// What a browser may load and do. No inline script or style, nothing from elsewhere, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The built console.
pub struct Console(BTreeMap<String, Stored>);

struct Stored {
    plain: Bytes,
    gzip: Option<Bytes>,
    media: &'static str,
}

/// Marks an answer that says itself what a browser may do with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnPolicy;

impl Console {
    /// Takes the files by their paths, `index.html` and `assets/...`; `x.gz` is `x` compressed.
    ///
    /// # Errors
    /// `internal` without an index, or for a file that browsers are not told how to read.
    pub fn new(files: impl IntoIterator<Item = (String, Bytes)>) -> Result<Self, Problem> {
        let (compressed, plain): (BTreeMap<_, _>, BTreeMap<_, _>) =
            files.into_iter().partition(|(path, _)| path.ends_with(".gz"));
        let store = |(path, plain): (String, Bytes)| {
            let media = media(&path).ok_or_else(|| Problem::internal(format!("the console's `{path}` has no type")))?;
            let gzip = compressed.get(&format!("{path}.gz")).cloned();
            Ok((path, Stored { plain, gzip, media }))
        };
        let files: BTreeMap<_, _> = plain.into_iter().map(store).collect::<Result<_, Problem>>()?;
        if !files.contains_key(INDEX) {
            return Err(Problem::internal("the console has no index"));
        }
        Ok(Self(files))
    }

    /// The file a request means: by its name, or the index for a person who opens an address of the console.
    ///
    /// # Errors
    /// `not-found` for anything else.
    pub(crate) fn answer(&self, request: &Parts) -> Result<Response, Problem> {
        let absent = || Problem::new(Code::NotFound, "there is nothing at this path");
        if !matches!(request.method, Method::GET | Method::HEAD) {
            return Err(absent());
        }
        let path = request.uri.path().trim_start_matches('/');
        let (path, file) = match self.0.get_key_value(path) {
            Some((path, file)) => (path.as_str(), file),
            // A missing asset is missing: a page in its place would be read as a script.
            None if path.starts_with(ASSETS) || !accepts(request, &header::ACCEPT, "text/html") => return Err(absent()),
            None => (INDEX, self.0.get(INDEX).ok_or_else(absent)?),
        };
        Ok(file.answer(path, accepts(request, &header::ACCEPT_ENCODING, "gzip")))
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Stored {
    fn answer(&self, path: &str, takes_gzip: bool) -> Response {
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip);
        let mut response = Response::new(Body::from(gzip.unwrap_or(&self.plain).clone()));
        let kept = if path.starts_with(ASSETS) { "public, max-age=31536000, immutable" } else { "no-cache" };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        if self.gzip.is_some() {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if gzip.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.extensions_mut().insert(OwnPolicy);
        response
    }
}

/// Whether a list in a header names something, and not with the weight zero.
fn accepts(request: &Parts, header: &HeaderName, wanted: &str) -> bool {
    let lists = request.headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted)) && !parts.any(weighs_nothing)
    })
}

fn weighs_nothing(parameter: &str) -> bool {
    let weight = parameter.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
    weight.is_some_and(|weight| weight <= 0.0)
}

fn media(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[&str]) -> Result<Console, Problem> {
        Console::new(files.iter().map(|path| ((*path).to_owned(), Bytes::from((*path).to_owned()))))
    }

    #[test]
    fn a_console_without_index_or_with_a_file_of_no_type_is_none() {
        assert!(of(&["index.html", "assets/a.js"]).is_ok());
        for files in [&["assets/a.js"][..], &["index.html", "assets/a.wasm"]] {
            assert_eq!(of(files).unwrap_err().code(), Code::Internal, "{files:?}");
        }
    }

    #[test]
    fn what_weighs_nothing_is_not_accepted() {
        let asks = |value: &str| {
            let request = axum::http::Request::get("/").header("accept-encoding", value).body(()).unwrap();
            accepts(&request.into_parts().0, &header::ACCEPT_ENCODING, "gzip")
        };
        for value in ["gzip", "br, GZIP", "deflate, gzip;q=0.5"] {
            assert!(asks(value), "{value}");
        }
        for value in ["", "br", "gzip;q=0", "br, gzip; q=0.0", "x-gzip-like"] {
            assert!(!asks(value), "{value}");
        }
    }
}
