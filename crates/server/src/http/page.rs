//! Pages: `?limit=50&cursor=`. A cursor is opaque, made by this server, and good only for the principal and the question
//! it was made for.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use model::{Digest, Problem, error::Code, principal::Principal};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::{IntoParams, ToSchema};

/// Largest page.
const LARGEST: usize = 500;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Items at most, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<usize>,
    /// Where the previous page ended: its `next`.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Makes and checks cursors.
#[derive(Clone)]
pub struct Cursors {
    key: [u8; 32],
}

/// For whom and for which question a cursor is.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// What, with every filter.
    pub question: &'a str,
}

impl Cursors {
    /// Cursors signed with a key of this process.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Cuts one page out of items that come in the order of their positions, each after `start`.
    ///
    /// # Errors
    /// `invalid-value` for a limit out of range or a cursor of somebody or something else.
    pub fn cut<T>(
        &self,
        params: &PageParams,
        asked: Asked<'_>,
        position: impl Fn(&T) -> String,
        items: impl FnOnce(Option<&str>) -> Vec<T>,
    ) -> Result<Page<T>, Problem> {
        let limit = Self::limit(params)?;
        let mut items = items(self.start(params, asked)?.as_deref());
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| self.seal(&position(last), asked));
        Ok(Page { items, next })
    }

    /// How many items are asked for.
    ///
    /// # Errors
    /// `invalid-value` for a limit out of range.
    pub fn limit(params: &PageParams) -> Result<usize, Problem> {
        let limit = params.limit.unwrap_or(50);
        if (1..=LARGEST).contains(&limit) {
            return Ok(limit);
        }
        Err(Problem::new(Code::InvalidValue, format!("the limit `{limit}` is not between 1 and {LARGEST}")))
    }

    /// The position after which the items follow; `None` for the first page.
    ///
    /// # Errors
    /// `invalid-value` for a cursor of somebody or something else.
    pub fn start(&self, params: &PageParams, asked: Asked<'_>) -> Result<Option<String>, Problem> {
        params.cursor.as_deref().map(|cursor| self.open(cursor, asked)).transpose()
    }

    fn seal(&self, position: &str, asked: Asked<'_>) -> String {
        let mut bytes = self.tag(position, asked).to_vec();
        bytes.extend_from_slice(position.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(&self, cursor: &str, asked: Asked<'_>) -> Result<String, Problem> {
        let refuse = || {
            Problem::new(Code::InvalidValue, "the cursor is not one of this question")
                .with_hint("start again without a cursor")
        };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refuse())?;
        let (tag, position) = bytes.split_first_chunk::<16>().ok_or_else(refuse)?;
        let position = std::str::from_utf8(position).map_err(|_| refuse())?;
        // SECURITY: a cursor of another principal or filter opens nothing (test `a_cursor_is_bound`).
        if bool::from(tag.ct_eq(&self.tag(position, asked))) { Ok(position.to_owned()) } else { Err(refuse()) }
    }

    /// Keyed twice, so that a known tag cannot be extended.
    fn tag(&self, position: &str, asked: Asked<'_>) -> [u8; 16] {
        let mut text = self.key.to_vec();
        for part in [asked.principal.to_string().as_str(), asked.question, position] {
            text.extend((part.len() as u64).to_be_bytes());
            text.extend(part.as_bytes());
        }
        let inner = Digest::of(&text);
        let outer = Digest::of(&[self.key.as_slice(), inner.as_bytes()].concat());
        let mut tag = [0; 16];
        tag.copy_from_slice(outer.as_bytes().split_at(16).0);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(cursors: &Cursors, params: &PageParams, who: &str, question: &str) -> Result<Page<u32>, Problem> {
        let principal = who.parse().unwrap();
        cursors.cut(params, Asked { principal: &principal, question }, u32::to_string, |start| {
            let start = start.map_or(0, |start| start.parse().unwrap());
            (start + 1..=7).collect()
        })
    }

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let cursors = Cursors::new([7; 32]);
        let mut params = PageParams { limit: Some(3), cursor: None };
        let mut seen = Vec::new();
        loop {
            let page = numbers(&cursors, &params, "user:ana", "q").unwrap();
            seen.extend(page.items);
            match page.next {
                Some(next) => params.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn a_cursor_is_bound() {
        let cursors = Cursors::new([7; 32]);
        let first = numbers(&cursors, &PageParams { limit: Some(3), cursor: None }, "user:ana", "q").unwrap();
        let params = PageParams { limit: None, cursor: first.next };
        assert!(numbers(&cursors, &params, "user:ana", "q").is_ok());
        assert!(numbers(&cursors, &params, "user:eve", "q").is_err());
        assert!(numbers(&cursors, &params, "user:ana", "other").is_err());
        assert!(numbers(&Cursors::new([8; 32]), &params, "user:ana", "q").is_err());
        for limit in [0, 501] {
            assert!(numbers(&cursors, &PageParams { limit: Some(limit), cursor: None }, "user:ana", "q").is_err());
        }
        for cursor in ["", "x", "AAAA", "%%%"] {
            let params = PageParams { limit: None, cursor: Some(cursor.into()) };
            assert!(numbers(&cursors, &params, "user:ana", "q").is_err());
        }
    }
}
