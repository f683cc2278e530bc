//! Names of secrets, and what clients say which one they mean.

use std::fmt;

use model::Home;

use crate::error::SecretError;

/// AWS's limit.
const CHARS_MAX: usize = 512;

/// What follows a name in ARNs, so that nobody's permission for a secret is one for its successor.
pub(crate) const SUFFIX_CHARS: usize = 6;

/// `prod/database`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretName(String);

/// Which secret is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretId {
    Name(SecretName),
    /// What an ARN says: a name with its suffix, or a name alone.
    Arn(String),
    /// One of another account or region, of which nothing is here.
    Elsewhere,
}

impl SecretName {
    pub fn new(text: &str) -> Result<SecretName, SecretError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-/_+=.@!".contains(c);
        match (1..=CHARS_MAX).contains(&text.len()) && text.chars().all(fits) {
            true => Ok(SecretName(text.to_owned())),
            false => Err(SecretError::Name),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl SecretId {
    /// A name, or an ARN with or without its suffix.
    pub fn parse(home: &Home, text: &str) -> Result<SecretId, SecretError> {
        if !text.starts_with("arn:") {
            return SecretName::new(text).map(SecretId::Name);
        }
        let ours = format!("secretsmanager:{}:{}:secret:", home.region, home.account);
        let path = text.splitn(3, ':').nth(2).and_then(|rest| rest.strip_prefix(&ours));
        Ok(path.map_or(SecretId::Elsewhere, |path| SecretId::Arn(path.to_owned())))
    }

    /// The names that it may mean, the likeliest first, each with the suffix that it must have.
    pub(crate) fn candidates(&self) -> Vec<(SecretName, Option<&str>)> {
        let named = |text: &str| SecretName::new(text).ok();
        match self {
            SecretId::Name(name) => vec![(name.clone(), None)],
            SecretId::Arn(path) => {
                let whole =
                    split(path).and_then(|(name, suffix)| Some((named(name)?, Some(suffix))));
                whole.into_iter().chain(named(path).map(|name| (name, None))).collect()
            }
            SecretId::Elsewhere => Vec::new(),
        }
    }
}

/// A name and what looks like its suffix.
fn split(path: &str) -> Option<(&str, &str)> {
    let (name, suffix) = path.rsplit_once('-')?;
    let is_suffix =
        suffix.len() == SUFFIX_CHARS && suffix.bytes().all(|b| b.is_ascii_alphanumeric());
    is_suffix.then_some((name, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(text: &str) -> Vec<(String, Option<String>)> {
        let id = SecretId::parse(&Home::default(), text).expect("an id");
        let found = id.candidates().into_iter();
        found.map(|(name, suffix)| (name.to_string(), suffix.map(str::to_owned))).collect()
    }

    #[test]
    fn names_are_of_few_characters() {
        for text in ["a", "Valid/_+=.@-Name!", "a-b1c2d3"] {
            assert!(SecretName::new(text).is_ok(), "{text}");
        }
        for text in ["", "a b", "a:b", "é", "a\\b", &"a".repeat(513)] {
            assert!(SecretName::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_arn_may_have_its_suffix_or_none() {
        let arn =
            |rest: &str| format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:{rest}");
        let some = |name: &str, suffix: Option<&str>| (name.to_owned(), suffix.map(str::to_owned));
        assert_eq!(candidates("a-b1c2d3"), [some("a-b1c2d3", None)]);
        let both = [some("a", Some("b1c2d3")), some("a-b1c2d3", None)];
        assert_eq!(candidates(&arn("a-b1c2d3")), both);
        assert_eq!(candidates(&arn("a-b1")), [some("a-b1", None)]);
        assert_eq!(candidates(&arn("a-??????")), []);
        for elsewhere in [
            arn("a").replace("000000000000", "111111111111"),
            arn("a").replace("us-east-1", "eu-west-1"),
            arn("a").replace("secretsmanager", "ssm"),
            "arn:aws".to_owned(),
        ] {
            assert_eq!(candidates(&elsewhere), [], "{elsewhere}");
        }
    }
}
