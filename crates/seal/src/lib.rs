//! Keys of an installation, with which what is handed out or kept is sealed: whoever holds it can neither
//! read nor change it.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `iam-keys` | what the key is for | the key |

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kv::{Batch, CommitError, Expect, Space, Store};
use records::{Record, StoreError, encode, find};
use serde::{Deserialize, Serialize};

const KEYS: Space = Space::new("iam-keys");
const KEY_BYTES: usize = 32;

/// Seals with AES-256-GCM-SIV, which stays safe if a random nonce comes twice.
pub struct Seal(LessSafeKey);

#[derive(Serialize, Deserialize)]
struct StoredKey {
    key: [u8; KEY_BYTES],
}

impl Record for StoredKey {
    const VERSION: u8 = 1;
}

impl Seal {
    /// The key in the store that serves one purpose, new at the first start. It is there and not beside it, so that all who
    /// share a store, and whoever restores a backup, read what the others sealed.
    pub fn open(store: &Store, purpose: &str) -> Result<Seal, StoreError> {
        loop {
            if let Some(found) = find::<StoredKey>(&store.snapshot(), KEYS, purpose)? {
                return Ok(Seal::new(&found.record.key));
            }
            let mut key = [0; KEY_BYTES];
            fill(&mut key);
            let mut batch = Batch::new();
            batch.require(KEYS, purpose, Expect::Absent);
            batch.put(KEYS, purpose, encode(&StoredKey { key }));
            let committed = store.commit(batch);
            // Where nobody else drives the store, as in the simulator, this does.
            store.pump();
            match committed.wait() {
                Ok(()) | Err(CommitError::PreconditionFailed { .. }) => {}
                Err(error) => return Err(StoreError::Commit(error)),
            }
        }
    }

    fn new(key: &[u8; KEY_BYTES]) -> Seal {
        let key = UnboundKey::new(&AES_256_GCM_SIV, key).expect("the key has the right length");
        Seal(LessSafeKey::new(key))
    }

    /// `kind` is not kept in the text, but needed to open it: what is sealed as one thing cannot be
    /// taken for another.
    pub fn seal(&self, kind: &str, mut plain: Vec<u8>) -> String {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce);
        let unique = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(unique, Aad::from(kind), &mut plain)
            .expect("a token is far below the longest that can be sealed");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &plain].concat())
    }

    /// What was sealed, if it was sealed here as this kind.
    pub fn open_text(&self, kind: &str, text: &str) -> Option<Vec<u8>> {
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        if bytes.len() < NONCE_LEN {
            return None;
        }
        let mut sealed = bytes.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&bytes).ok()?;
        let plain = self.0.open_in_place(nonce, Aad::from(kind), &mut sealed).ok()?;
        Some(plain.to_vec())
    }
}

fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the system has randomness, or no TLS would start");
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the key.
        f.write_str("Seal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_as_the_same_kind() {
        let store = Store::in_memory();
        let seal = Seal::open(&store, "tests").expect("opened");
        let text = seal.seal("a", b"secret".to_vec());
        assert_ne!(text, seal.seal("a", b"secret".to_vec()));
        let again = Seal::open(&store, "tests").expect("opened");
        assert_eq!(again.open_text("a", &text).as_deref(), Some(&b"secret"[..]));
        assert_eq!(again.open_text("b", &text), None);
        let other = Seal::open(&Store::in_memory(), "tests").expect("opened");
        assert_eq!(other.open_text("a", &text), None);
        for broken in ["", "AAAA", "é", &text[1..], &text[..text.len() - 4]] {
            assert_eq!(again.open_text("a", broken), None, "{broken}");
        }
    }
}
