//! Names of parameters, and how one of their versions is meant.

use crate::error::ParameterError;

/// AWS's limits.
const CHARS_MAX: usize = 1_011;
const LEVELS_MAX: usize = 15;

/// `mapbox-token`, `/prod/db/password`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParameterName(String);

/// Which version is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    Newest,
    Version(u64),
    Label(String),
}

impl ParameterName {
    pub fn new(text: &str) -> Result<ParameterName, ParameterError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
        let parts = || text.strip_prefix('/').unwrap_or(text).split('/');
        let is_plain = !text.is_empty() && text.chars().count() <= CHARS_MAX;
        // A name with slashes is a way from the root.
        let is_rooted = text.starts_with('/') || !text.contains('/');
        if !is_plain || !is_rooted || !text.chars().all(fits) || parts().any(str::is_empty) {
            return Err(ParameterError::Unfit(format!(
                "Parameter name: {text:?} is no name: letters, digits and .-_ are allowed, and / from \
                 the root on, at most {CHARS_MAX}"
            )));
        }
        if parts().count() > LEVELS_MAX {
            return Err(ParameterError::Levels { most: LEVELS_MAX });
        }
        let first = parts().next().unwrap_or_default().to_ascii_lowercase();
        match ["aws", "ssm"].iter().find(|reserved| first.starts_with(*reserved)) {
            Some(reserved) => Err(ParameterError::Unfit(format!(
                "Parameter name: can't be prefixed with \"{reserved}\" (case-insensitive)."
            ))),
            None => Ok(ParameterName(text.to_owned())),
        }
    }

    /// `name`, `name:3`, `name:label`, or any of them as an ARN.
    pub fn with_selector(text: &str) -> Result<(ParameterName, Selector), ParameterError> {
        let rest = text.starts_with("arn:").then(|| text.split_once(":parameter")).flatten();
        let text = rest.map_or(text, |(_, rest)| rest);
        let Some((name, selector)) = text.split_once(':') else {
            return Ok((known(text)?, Selector::Newest));
        };
        let selector = match selector.parse() {
            Ok(version) => Selector::Version(version),
            Err(_) => Selector::Label(selector.to_owned()),
        };
        Ok((known(name)?, selector))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As ARNs have it.
    pub fn path(&self) -> String {
        format!("parameter/{}", self.0.trim_start_matches('/'))
    }
}

/// What is no name names nothing.
fn known(text: &str) -> Result<ParameterName, ParameterError> {
    let not_found = |_| ParameterError::NotFound { name: text.to_owned() };
    ParameterName::new(text).map_err(not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_or_ways_from_the_root() {
        for text in ["a", "/a", "/a/b.c/d_e-f", "a.b"] {
            assert!(ParameterName::new(text).is_ok(), "{text}");
        }
        let deep = "/a".repeat(16);
        for text in ["", "/", "a/b", "/a/", "/a//b", "a b", "aws.x", "/SSM/x", "a:1", &deep] {
            assert!(ParameterName::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_version_is_meant_by_number_or_label() {
        let read = |text| ParameterName::with_selector(text).expect("a name");
        let name = |text| ParameterName::new(text).expect("a name");
        assert_eq!(read("a"), (name("a"), Selector::Newest));
        assert_eq!(read("/a/b:3"), (name("/a/b"), Selector::Version(3)));
        assert_eq!(read("a:live"), (name("a"), Selector::Label("live".to_owned())));
        let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/a/b:3";
        assert_eq!(read(arn), (name("/a/b"), Selector::Version(3)));
    }
}
