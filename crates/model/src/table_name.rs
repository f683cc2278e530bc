//! Names as DynamoDB limits them: `[a-zA-Z0-9_.-]`, 3 to 255 characters.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError, name};

const LENGTH_MIN: usize = 3;

const fn kind(what: &'static str) -> Kind {
    Kind {
        what,
        most: 255,
        allowed: "letters, digits, '_', '-' and '.'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'),
    }
}

name!(
    /// A name of any length up to the limit.
    Text,
    kind("table name")
);

name!(
    /// The same, of an index.
    IndexText,
    kind("index name")
);

macro_rules! long_enough {
    ($(#[$doc:meta])* $type:ident, $text:ident, $what:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type($text);

        impl $type {
            pub fn new(text: &str) -> Result<$type, NameError> {
                let name = $text::new(text)?;
                match text.len() {
                    length @ ..LENGTH_MIN => {
                        Err(NameError::TooShort { what: $what, length, least: LENGTH_MIN })
                    }
                    _ => Ok($type(name)),
                }
            }

            pub fn as_str(&self) -> &str {
                self.0.as_str()
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
                name.as_str().to_owned()
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
    };
}

long_enough!(
    /// The name of a table.
    TableName, Text, "table name"
);

long_enough!(
    /// The name of an index of a table.
    IndexName, IndexText, "index name"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_three_to_255_characters() {
        assert!(TableName::new("abc").is_ok() && IndexName::new(&"-".repeat(255)).is_ok());
        for text in ["", "ab", "a b c", "täble", &"a".repeat(256)] {
            assert!(TableName::new(text).is_err() && IndexName::new(text).is_err(), "{text}");
        }
        let refusal = TableName::new("ab").expect_err("refused").to_string();
        assert_eq!(refusal, "table name has 2 characters; at least 3 are needed");
    }
}
