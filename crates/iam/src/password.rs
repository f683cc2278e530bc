//! Passwords: what one must be like, and what is kept of it.
//!
//! Kept is what Argon2id makes of a password and a salt of its own, with the costs beside it, so that
//! later passwords can cost more. Checking takes a core for tens of milliseconds and 19 MiB: see
//! [`crate::hashing`] for where that is done.

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::IamError;
use crate::random;

/// AWS's default policy.
const CHARACTERS_MIN: usize = 8;
const CHARACTERS_MAX: usize = 128;
/// Of capitals, small letters, digits and others, a password has three kinds at least.
const KINDS_MIN: usize = 3;

/// What OWASP names first for Argon2id with one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What is kept of a password.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PasswordHash {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    hash: String,
}

impl PasswordHash {
    pub(crate) fn of(password: &str) -> PasswordHash {
        let mut salt = [0; SALT_BYTES];
        random::fill(&mut salt);
        let mut made = PasswordHash::nobodys();
        made.salt = STANDARD.encode(salt);
        let hash = made.hashed(password).expect("the costs and the salt are of the right sizes");
        made.hash = STANDARD.encode(hash);
        made
    }

    /// What no password is known for: users that are not there are checked against it, so that they take
    /// as long as those that are.
    pub(crate) fn nobodys() -> PasswordHash {
        PasswordHash {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: STANDARD.encode([0; SALT_BYTES]),
            hash: STANDARD.encode([0; HASH_BYTES]),
        }
    }

    /// Whether it was made of this password. What was stored and cannot be computed is of none.
    pub(crate) fn is_of(&self, password: &str) -> bool {
        let (Some(made), Ok(kept)) = (self.hashed(password), STANDARD.decode(&self.hash)) else {
            tracing::error!("what is kept of a password cannot be read");
            return false;
        };
        verify_slices_are_equal(&made, &kept).is_ok()
    }

    fn hashed(&self, password: &str) -> Option<[u8; HASH_BYTES]> {
        let PasswordHash { memory_kib, passes, lanes, .. } = *self;
        let params = Params::new(memory_kib, passes, lanes, Some(HASH_BYTES)).ok()?;
        let salt = STANDARD.decode(&self.salt).ok()?;
        let mut hash = [0; HASH_BYTES];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into(password.as_bytes(), &salt, &mut hash).ok()?;
        Some(hash)
    }
}

/// Refuses what AWS's default policy does not take for this user.
pub(crate) fn check(password: &str, user: &str) -> Result<(), IamError> {
    let refuse = |what: &str| Err(IamError::PasswordPolicy { what: what.to_owned() });
    let is_allowed = |character: char| {
        matches!(character, '\t' | '\n' | '\r') || ('\u{20}'..='\u{ff}').contains(&character)
    };
    if !password.chars().all(is_allowed) {
        return refuse("Password has a character that is none of Latin-1.");
    }
    let count = password.chars().count();
    if count < CHARACTERS_MIN {
        return refuse("Password should have a minimum length of 8");
    }
    if count > CHARACTERS_MAX {
        return refuse("Password should have a maximum length of 128");
    }
    if kinds(password) < KINDS_MIN {
        return refuse(
            "Password should have at least three of: uppercase letters, lowercase letters, numbers, \
             and other characters",
        );
    }
    if password.eq_ignore_ascii_case(user) {
        return refuse("Password should not be the name of the user");
    }
    Ok(())
}

/// How many kinds of characters there are.
fn kinds(password: &str) -> usize {
    let has = |is: fn(char) -> bool| usize::from(password.chars().any(is));
    has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_nothing_else_is() {
        let kept = PasswordHash::of("Night-Shift-7");
        assert!(kept.is_of("Night-Shift-7"));
        assert!(!kept.is_of("Night-Shift-8") && !kept.is_of(""));
        assert_ne!(kept.hash, PasswordHash::of("Night-Shift-7").hash);
        assert!(!serde_json::to_string(&kept).expect("text").contains("Night"));
    }

    #[test]
    fn nobodys_costs_what_others_cost_and_is_of_no_password() {
        let (one, nobodys) = (PasswordHash::of("Night-Shift-7"), PasswordHash::nobodys());
        let costs = |of: &PasswordHash| (of.memory_kib, of.passes, of.lanes, of.salt.len());
        assert_eq!(costs(&one), costs(&nobodys));
        assert!(!nobodys.is_of("Night-Shift-7") && !nobodys.is_of(""));
    }

    #[test]
    fn what_was_stored_with_other_costs_is_checked_with_them() {
        let mut cheap = PasswordHash { memory_kib: 64, passes: 1, ..PasswordHash::nobodys() };
        cheap.hash = STANDARD.encode(cheap.hashed("Night-Shift-7").expect("hashed"));
        assert!(cheap.is_of("Night-Shift-7"));
        let broken = PasswordHash { memory_kib: 0, ..cheap };
        assert!(!broken.is_of("Night-Shift-7"));
    }

    #[test]
    fn passwords_are_what_the_default_policy_takes() {
        for good in ["Abcdefg1", "abcdefg1!", "ABCDEFG1 ", &"aB3".repeat(42), "Pässword1"] {
            assert!(check(good, "ann").is_ok(), "{good}");
        }
        let long = "aB3".repeat(43);
        for bad in ["Abcdef1", "abcdefgh", "abcdefg1", "ABCDEFGH", "Snow☃man1", &long, ""] {
            assert!(check(bad, "ann").is_err(), "{bad}");
        }
        assert!(check("Night-7-shift", "night-7-SHIFT").is_err());
    }
}
