//! Names as AWS IoT limits them. Each is a type of its own, so that none is taken for another.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a text is not the name it was offered as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("{what} is empty")]
    Empty { what: &'static str },
    #[error("{what} has {length} characters; at least {least} are needed")]
    TooShort { what: &'static str, length: usize, least: usize },
    #[error("{what} has {length} characters; at most {most} are allowed")]
    TooLong { what: &'static str, length: usize, most: usize },
    #[error("{what} may not hold {character:?}; allowed are {allowed}")]
    Character { what: &'static str, character: char, allowed: &'static str },
    #[error("{what} must have {length} hexadecimal digits")]
    Digits { what: &'static str, length: usize },
    #[error("{what} must be {form}")]
    Form { what: &'static str, form: &'static str },
}

/// A kind of name: what it is called in errors, how long it may be, which characters it may hold.
pub(crate) struct Kind {
    pub(crate) what: &'static str,
    pub(crate) most: usize,
    pub(crate) allowed: &'static str,
    pub(crate) allows: fn(char) -> bool,
}

impl Kind {
    pub(crate) fn check(&self, text: &str) -> Result<(), NameError> {
        let Kind { what, most, allowed, allows } = *self;
        if text.is_empty() {
            return Err(NameError::Empty { what });
        }
        let length = text.chars().count();
        if length > most {
            return Err(NameError::TooLong { what, length, most });
        }
        match text.chars().find(|character| !allows(*character)) {
            Some(character) => Err(NameError::Character { what, character, allowed }),
            None => Ok(()),
        }
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(Arc<str>);

        impl $type {
            pub fn new(text: &str) -> Result<$type, NameError> {
                const KIND: Kind = $kind;
                KIND.check(text)?;
                Ok($type(Arc::from(text)))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;
            fn try_from(text: String) -> Result<$type, NameError> {
                $type::new(&text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0.as_ref().to_owned()
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}
pub(crate) use name;

name!(
    /// The name of a thing: `[a-zA-Z0-9:_-]`, at most 128.
    ThingName,
    Kind {
        what: "thing name",
        most: 128,
        allowed: "letters, digits, ':', '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-'),
    }
);

name!(
    /// The name of a thing group, static or dynamic: `[a-zA-Z0-9:_-]`, at most 128.
    ThingGroupName,
    Kind {
        what: "thing group name",
        most: 128,
        allowed: "letters, digits, ':', '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-'),
    }
);

name!(
    /// The name of a thing type: `[a-zA-Z0-9:_-]`, at most 128.
    ThingTypeName,
    Kind {
        what: "thing type name",
        most: 128,
        allowed: "letters, digits, ':', '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-'),
    }
);

name!(
    /// The name of a billing group: `[a-zA-Z0-9:_-]`, at most 128.
    BillingGroupName,
    Kind {
        what: "billing group name",
        most: 128,
        allowed: "letters, digits, ':', '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-'),
    }
);

name!(
    /// The name of a topic rule: `[a-zA-Z0-9_]`, at most 128.
    RuleName,
    Kind {
        what: "rule name",
        most: 128,
        allowed: "letters, digits and '_'",
        allows: |c| c.is_ascii_alphanumeric() || c == '_',
    }
);

name!(
    /// The name of a role alias: `[\w=,@-]`, at most 128.
    RoleAliasName,
    Kind {
        what: "role alias",
        most: 128,
        allowed: "letters, digits and any of '_=,@-'",
        allows: |c| c.is_ascii_alphanumeric() || "_=,@-".contains(c),
    }
);

name!(
    /// The name of a custom authorizer: `[\w=,@-]`, at most 128.
    AuthorizerName,
    Kind {
        what: "authorizer",
        most: 128,
        allowed: "letters, digits and any of '_=,@-'",
        allows: |c| c.is_ascii_alphanumeric() || "_=,@-".contains(c),
    }
);

name!(
    /// The name of a provisioning template: `[0-9A-Za-z_-]`, at most 36.
    TemplateName,
    Kind {
        what: "provisioning template name",
        most: 36,
        allowed: "letters, digits, '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'),
    }
);

name!(
    /// The name of a policy: `[\w+=,.@-]`, at most 128.
    PolicyName,
    Kind {
        what: "policy name",
        most: 128,
        allowed: "letters, digits and any of '_+=,.@-'",
        allows: |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c),
    }
);

name!(
    /// An MQTT client identifier. The protocol allows 65,535 bytes; `aws` allows 128, a limit that
    /// the broker applies by its profile.
    ClientId,
    Kind {
        what: "client id",
        most: 65_535,
        allowed: "anything but control characters",
        allows: |c| !c.is_control(),
    }
);

name!(
    /// The name of a named shadow: `[$a-zA-Z0-9:_-]`, at most 64.
    ShadowName,
    Kind {
        what: "shadow name",
        most: 64,
        allowed: "letters, digits, '$', ':', '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || "$:_-".contains(c),
    }
);

name!(
    /// The identifier of a job: `[a-zA-Z0-9_-]`, at most 64.
    JobId,
    Kind {
        what: "job id",
        most: 64,
        allowed: "letters, digits, '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'),
    }
);

name!(
    /// The identifier of a job template: `[a-zA-Z0-9_-]`, at most 64.
    JobTemplateId,
    Kind {
        what: "job template id",
        most: 64,
        allowed: "letters, digits, '_' and '-'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'),
    }
);

/// A certificate's identity: the SHA-256 of its DER form, as 64 lower-case hexadecimal digits.
/// AWS IoT calls this `certificateId`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateId(Arc<str>);

impl CertificateId {
    const DIGITS: usize = 64;

    pub fn new(text: &str) -> Result<CertificateId, NameError> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == Self::DIGITS && text.bytes().all(is_digit) {
            Ok(CertificateId(Arc::from(text)))
        } else {
            Err(NameError::Digits { what: "certificate id", length: Self::DIGITS })
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CertificateId {
    type Error = NameError;
    fn try_from(text: String) -> Result<CertificateId, NameError> {
        CertificateId::new(&text)
    }
}

impl From<CertificateId> for String {
    fn from(id: CertificateId) -> String {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for CertificateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CertificateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_wrong_with_them() {
        let refusal = |text: &str| ThingName::new(text).expect_err("refused").to_string();
        assert_eq!(refusal(""), "thing name is empty");
        assert_eq!(
            refusal(&"a".repeat(129)),
            "thing name has 129 characters; at most 128 are allowed"
        );
        assert_eq!(
            refusal("a/b"),
            "thing name may not hold '/'; allowed are letters, digits, ':', '_' and '-'"
        );
    }

    #[test]
    fn a_certificate_id_is_a_fingerprint() {
        assert!(CertificateId::new(&"0a".repeat(32)).is_ok());
        assert!(CertificateId::new(&"0A".repeat(32)).is_err());
        assert!(CertificateId::new("0a").is_err());
    }
}
