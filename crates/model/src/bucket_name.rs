//! Names as S3 limits them.

use std::borrow::Borrow;
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError};

const LENGTH_MIN: usize = 3;
const LENGTH_MAX: usize = 63;

const KIND: Kind = Kind {
    what: "bucket name",
    most: LENGTH_MAX,
    allowed: "lower-case letters, digits, '.' and '-'",
    allows: |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'),
};

/// What S3 keeps for names that it gives out itself.
const PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// The name of a bucket, which is a part of host names too.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BucketName(Arc<str>);

/// The key of an object: any text but NUL, at most 1,024 bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey(Arc<str>);

impl BucketName {
    pub fn new(text: &str) -> Result<BucketName, NameError> {
        let what = KIND.what;
        KIND.check(text)?;
        let length = text.len();
        if length < LENGTH_MIN {
            return Err(NameError::TooShort { what, length, least: LENGTH_MIN });
        }
        let is_end = |c: char| c.is_ascii_alphanumeric();
        let is_fit = text.starts_with(is_end)
            && text.ends_with(is_end)
            && !text.contains("..")
            && text.parse::<Ipv4Addr>().is_err()
            && !PREFIXES.iter().any(|prefix| text.starts_with(prefix))
            && !SUFFIXES.iter().any(|suffix| text.ends_with(suffix));
        match is_fit {
            true => Ok(BucketName(Arc::from(text))),
            false => Err(NameError::Form { what, form: "a host name that S3 does not keep" }),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ObjectKey {
    /// AWS's limit, in bytes.
    pub const BYTES_MAX: usize = 1024;

    pub fn new(text: &str) -> Result<ObjectKey, NameError> {
        let (what, length) = ("object key", text.len());
        if text.is_empty() {
            return Err(NameError::Empty { what });
        }
        if length > ObjectKey::BYTES_MAX {
            return Err(NameError::TooLong { what, length, most: ObjectKey::BYTES_MAX });
        }
        if text.contains('\0') {
            return Err(NameError::Form { what, form: "without NUL" });
        }
        Ok(ObjectKey(Arc::from(text)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text {
    ($type:ident) => {
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
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
    };
}

text!(BucketName);
text!(ObjectKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_as_a_host() {
        for name in ["abc", "ghelamco-rpi-releases", "a.b.c", "1-2", &"a".repeat(63)] {
            assert_eq!(BucketName::new(name).expect("a name").as_str(), name);
        }
        for name in [
            "",
            "ab",
            "Abc",
            "a_b",
            "-ab",
            "ab-",
            ".ab",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "sthree-abc",
            "abc-s3alias",
            "abc--ol-s3",
            &"a".repeat(64),
        ] {
            assert!(BucketName::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_key_is_almost_any_text() {
        for key in ["a", "a/b//c", "ü &<>\n", &"k".repeat(1024)] {
            assert_eq!(ObjectKey::new(key).expect("a key").as_str(), key);
        }
        for key in ["", "a\0b", &"k".repeat(1025)] {
            assert!(ObjectKey::new(key).is_err());
        }
    }
}
