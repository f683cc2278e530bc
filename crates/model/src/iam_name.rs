//! Names as AWS IAM limits them: `[\w+=,.@-]`, and for a path slashes around its parts.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError, name};

const ALLOWED: &str = "letters, digits and any of '_+=,.@-'";

const fn kind(what: &'static str, most: usize) -> Kind {
    Kind {
        what,
        most,
        allowed: ALLOWED,
        allows: |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c),
    }
}

name!(
    /// The name of an IAM user.
    UserName,
    kind("user name", 64)
);

name!(
    /// The name of an IAM group.
    GroupName,
    kind("group name", 128)
);

name!(
    /// The name of an IAM role.
    RoleName,
    kind("role name", 64)
);

name!(
    /// The name of an instance profile.
    InstanceProfileName,
    kind("instance profile name", 128)
);

name!(
    /// What whoever assumes a role calls the session.
    RoleSessionName,
    kind("role session name", 64)
);

/// Where a name stands in the tree of names: `/` or `/engineers/night/`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IamPath(Arc<str>);

impl IamPath {
    const LENGTH_MAX: usize = 512;

    pub fn new(text: &str) -> Result<IamPath, NameError> {
        let what = "path";
        if text.is_empty() {
            return Err(NameError::Empty { what });
        }
        if text.len() > Self::LENGTH_MAX {
            return Err(NameError::TooLong { what, length: text.len(), most: Self::LENGTH_MAX });
        }
        let allowed = "printable ASCII, begun and ended with '/'";
        let is_framed = text.starts_with('/') && text.ends_with('/');
        let wrong = text.chars().find(|c| !matches!(c, '!'..='~'));
        match wrong.or((!is_framed).then(|| text.chars().next_back().unwrap_or('/'))) {
            Some(character) => Err(NameError::Character { what, character, allowed }),
            None => Ok(IamPath(Arc::from(text))),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for IamPath {
    fn default() -> IamPath {
        IamPath(Arc::from("/"))
    }
}

impl TryFrom<String> for IamPath {
    type Error = NameError;
    fn try_from(text: String) -> Result<IamPath, NameError> {
        IamPath::new(&text)
    }
}

impl From<IamPath> for String {
    fn from(path: IamPath) -> String {
        path.0.as_ref().to_owned()
    }
}

impl fmt::Display for IamPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IamPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_limits_and_paths_their_slashes() {
        assert!(UserName::new("bob+night@example.com").is_ok());
        assert!(UserName::new(&"a".repeat(65)).is_err());
        assert!(GroupName::new(&"a".repeat(65)).is_ok());
        assert!(RoleName::new("a/b").is_err());
        for path in ["/", "/a/", "/a/b c/"] {
            assert_eq!(IamPath::new(path).is_ok(), !path.contains(' '), "{path}");
        }
        for path in ["", "a/", "/a", "/é/"] {
            assert!(IamPath::new(path).is_err(), "{path}");
        }
    }
}
