//! Secrets: 32 random bytes, as keys and as API tokens (`tsr_` and 64 hexadecimal digits).

use model::Digest;
use rand::Rng;

/// What every API token starts with, so that a leaked one is found.
pub const TOKEN_PREFIX: &str = "tsr_";

/// 32 random bytes of the operating system's generator.
#[expect(clippy::disallowed_methods, reason = "the one source of secrets; decisions take them as parameters")]
pub fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// The text of an API token.
pub fn token_text(secret: &[u8; 32]) -> String {
    format!("{TOKEN_PREFIX}{}", hex(secret))
}

/// The hash under which a token is stored; `None` if the text is no token.
pub fn token_hash(text: &str) -> Option<Digest> {
    unhex(text.strip_prefix(TOKEN_PREFIX)?)?;
    Some(Digest::of(text.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8; 32]) -> String {
    Digest::from_bytes(*bytes).to_string()
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    text.parse::<Digest>().ok().map(|digest| *digest.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_form() {
        let text = token_text(&[3; 32]);
        assert_eq!(text.len(), 68);
        assert_eq!(token_hash(&text), Some(Digest::of(text.as_bytes())));
        for wrong in ["", "tsr_", "tsr_00", &text.to_uppercase(), &format!("{text}0"), &text.replace("tsr_", "tsr-")] {
            assert_eq!(token_hash(wrong), None, "{wrong}");
        }
        assert_ne!(random(), random());
    }
}
