//! Keyed tokens: HMAC-SHA-256, truncated to 128 bits, as 32 lower-case hexadecimal digits.

use hmac::{Hmac, KeyInit, Mac};
use model::treatment::TokenKey;
use sha2::Sha256;

/// Makes tokens with one key; the key's schedule is computed once.
#[derive(Clone)]
pub struct Tokens(Hmac<Sha256>);

impl Tokens {
    /// A maker for a key from [`derive_key`].
    pub fn new(key: &[u8; 32]) -> Self {
        Self(keyed(key))
    }

    /// The token of a value as ASCII digits, without an allocation.
    pub fn digits(&self, value: &[u8]) -> [u8; 32] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut mac = self.0.clone();
        mac.update(value);
        let tag = mac.finalize().into_bytes();
        let mut text = [b'0'; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(tag.iter()) {
            let halves = [usize::from(byte >> 4), usize::from(byte & 15)];
            for (slot, half) in pair.iter_mut().zip(halves) {
                *slot = DIGITS.get(half).copied().unwrap_or(b'0');
            }
        }
        text
    }

    /// The token of a value as text.
    pub fn text(&self, value: &[u8]) -> String {
        self.digits(value).iter().copied().map(char::from).collect()
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(..)")
    }
}

/// The token of one value: 32 lower-case hexadecimal digits. For many values keep a [`Tokens`].
pub fn token(key: &[u8; 32], value: &[u8]) -> String {
    Tokens::new(key).text(value)
}

/// The key of a class, scope and version, derived from a master secret.
pub fn derive_key(master: &[u8; 32], key: &TokenKey) -> [u8; 32] {
    let mut mac = keyed(master);
    mac.update(b"tessera token key 1");
    for part in [key.class.as_str(), key.scope.as_str()] {
        // Lengths before parts, so that no two triples give the same bytes.
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.update(&key.version.to_be_bytes());
    mac.finalize().into_bytes().into()
}

/// HMAC pads a short key with zeros to the block; doing it here leaves no failing constructor.
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use model::class::ClassName;

    use super::*;

    #[test]
    fn tokens_are_hmac_sha256_cut_to_128_bits() {
        // python3: hmac.new(bytes(range(32)), b'EU-RAW-1001', 'sha256').hexdigest()[:32]
        let mut key = [0; 32];
        for (index, slot) in key.iter_mut().enumerate() {
            *slot = u8::try_from(index).unwrap();
        }
        assert_eq!(token(&key, b"EU-RAW-1001"), "f173cec653323380c96bb201f341b2dc");
        assert_eq!(token(&key, b""), "d38b42096d80f45f826b44a9d5607de7");
    }

    #[test]
    fn every_part_of_the_key_counts() {
        let master = [7; 32];
        let key = |class: &str, scope: &str, version| TokenKey {
            class: ClassName::from_tag(class),
            scope: scope.to_owned(),
            version,
        };
        let base = derive_key(&master, &key("pii.a", "mesh", 1));
        assert_eq!(base, derive_key(&master, &key("pii.a", "mesh", 1)));
        for other in [
            derive_key(&[8; 32], &key("pii.a", "mesh", 1)),
            derive_key(&master, &key("pii.b", "mesh", 1)),
            derive_key(&master, &key("pii.a", "domain:claims", 1)),
            derive_key(&master, &key("pii.am", "esh", 1)),
            derive_key(&master, &key("pii.a", "mesh", 2)),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_maker_never_shows_its_key() {
        assert_eq!(format!("{:?}", Tokens::new(&[1; 32])), "Tokens(..)");
    }
}
