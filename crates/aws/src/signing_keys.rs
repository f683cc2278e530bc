//! Signing keys that were derived: a caller signs all of a day's requests to a service with one.

use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;
use sigv4::{Credential, SigningKey};

/// A few hundred bytes each. When there are as many, all are forgotten, and derived again.
const KEYS_MAX: usize = 1024;

#[derive(Debug, Default)]
pub(crate) struct SigningKeys(RwLock<HashMap<Credential<'static>, Derived>>);

#[derive(Debug)]
struct Derived {
    secret: String,
    key: SigningKey,
}

impl SigningKeys {
    /// The key of a credential, if it was derived from this secret before.
    pub(crate) fn find(&self, credential: &Credential<'_>, secret: &str) -> Option<SigningKey> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let derived = of(&keys, credential).filter(|derived| derived.secret == secret)?;
        Some(derived.key.clone())
    }

    /// Remembers a key. Only one that signed something: anybody may claim any credential.
    pub(crate) fn keep(&self, credential: &Credential<'_>, secret: &str, key: SigningKey) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS_MAX {
            keys.clear();
        }
        keys.insert(credential.to_owned(), Derived { secret: secret.to_owned(), key });
    }
}

/// What is kept by texts that live for ever is looked up by some that do not.
fn of<'m, 'a: 'm>(
    keys: &'m HashMap<Credential<'a>, Derived>,
    credential: &Credential<'a>,
) -> Option<&'m Derived> {
    keys.get(credential)
}
