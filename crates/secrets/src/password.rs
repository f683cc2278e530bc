//! Passwords that nobody thought of.

use crate::error::SecretError;
use crate::random::below;

/// AWS's limit.
pub const PASSWORD_CHARS_MAX: usize = 4_096;

const LENGTH: usize = 32;
const LOWERCASE: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NUMBERS: &str = "0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// What a password is made of.
#[derive(Clone, Debug)]
pub struct Recipe {
    pub length: usize,
    pub excluded_characters: String,
    pub has_lowercase: bool,
    pub has_uppercase: bool,
    pub has_numbers: bool,
    pub has_punctuation: bool,
    pub has_space: bool,
    /// Whether one of each kind must be in it.
    pub requires_each: bool,
}

impl Default for Recipe {
    fn default() -> Recipe {
        Recipe {
            length: LENGTH,
            excluded_characters: String::new(),
            has_lowercase: true,
            has_uppercase: true,
            has_numbers: true,
            has_punctuation: true,
            has_space: false,
            requires_each: true,
        }
    }
}

impl Recipe {
    pub fn password(&self) -> Result<String, SecretError> {
        if !(1..=PASSWORD_CHARS_MAX).contains(&self.length) {
            let (least, most) = (1, PASSWORD_CHARS_MAX);
            let what = format!("PasswordLength: {least} to {most}, not {}", self.length);
            return Err(SecretError::Unfit(what));
        }
        let kinds = self.kinds();
        let all = kinds.concat();
        if all.is_empty() {
            let what = "The password has no characters: all of them are excluded.";
            return Err(SecretError::Unfit(what.to_owned()));
        }
        if self.requires_each && self.length < kinds.len() {
            let what = "Password length is too short based on the required types.";
            return Err(SecretError::Unfit(what.to_owned()));
        }
        let mut password: Vec<char> = match self.requires_each {
            true => kinds.iter().map(|kind| kind[below(kind.len())]).collect(),
            false => Vec::new(),
        };
        password.resize_with(self.length, || all[below(all.len())]);
        // Where the required ones stand is chance, too.
        for at in (1..password.len()).rev() {
            password.swap(at, below(at + 1));
        }
        Ok(password.into_iter().collect())
    }

    /// The characters of each kind that is wanted and has any left.
    fn kinds(&self) -> Vec<Vec<char>> {
        let kinds = [
            (self.has_lowercase, LOWERCASE),
            (self.has_uppercase, UPPERCASE),
            (self.has_numbers, NUMBERS),
            (self.has_punctuation, PUNCTUATION),
            (self.has_space, " "),
        ];
        let wanted = kinds.into_iter().filter(|(is_wanted, _)| *is_wanted);
        let is_left = |c: &char| !self.excluded_characters.contains(*c);
        let left = wanted.map(|(_, all)| all.chars().filter(is_left).collect());
        left.filter(|kind: &Vec<char>| !kind.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn recipe() -> impl Strategy<Value = Recipe> {
        let flags = any::<[bool; 6]>();
        (1usize..80, "[a-m0-4!]{0,6}", flags).prop_map(|(length, excluded_characters, flags)| {
            let [lower, upper, numbers, punctuation, space, each] = flags;
            Recipe {
                length,
                excluded_characters,
                has_lowercase: lower,
                has_uppercase: upper,
                has_numbers: numbers,
                has_punctuation: punctuation,
                has_space: space,
                requires_each: each,
            }
        })
    }

    proptest! {
        #[test]
        fn a_password_has_what_was_wanted_and_nothing_else(recipe in recipe()) {
            let kinds = recipe.kinds();
            let password = recipe.password();
            let is_possible = !kinds.is_empty() && (!recipe.requires_each || recipe.length >= kinds.len());
            prop_assert_eq!(password.is_ok(), is_possible);
            if let Ok(password) = password {
                prop_assert_eq!(password.chars().count(), recipe.length);
                prop_assert!(password.chars().all(|c| kinds.concat().contains(&c)));
                if recipe.requires_each {
                    let has = |kind: &Vec<char>| password.chars().any(|c| kind.contains(&c));
                    prop_assert!(kinds.iter().all(has), "{}", password);
                }
            }
        }
    }

    #[test]
    fn two_passwords_differ() {
        let (one, other) = (Recipe::default().password(), Recipe::default().password());
        assert_ne!(one.expect("made"), other.expect("made"));
        for length in [0, PASSWORD_CHARS_MAX + 1, 3] {
            assert!(Recipe { length, ..Recipe::default() }.password().is_err(), "{length}");
        }
    }
}
