//! Identifiers and secrets, new each time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// AWS's unique ids and access keys: a prefix that tells the kind, and characters of base 32.
pub(crate) fn id(prefix: &str, length: usize) -> String {
    let mut bytes = vec![0; length - prefix.len()];
    fill(&mut bytes);
    spelled(prefix, &bytes)
}

/// The same from bytes that are given.
pub(crate) fn spelled(prefix: &str, bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte & 31)]);
    prefix.chars().chain(bytes.iter().map(letter)).collect()
}

/// The forty characters of a secret access key.
pub(crate) fn secret() -> String {
    let mut bytes = [0; 30];
    fill(&mut bytes);
    STANDARD.encode(bytes)
}

pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the system has randomness, or no TLS would start");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_secrets_have_the_form_of_aws() {
        let id = id("AIDA", 21);
        assert!(id.len() == 21 && id.starts_with("AIDA"));
        assert!(id.bytes().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)));
        assert_eq!(secret().len(), 40);
        assert_ne!(secret(), secret());
    }
}
