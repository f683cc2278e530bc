//! Names as Timestream limits them: `[a-zA-Z0-9_.-]`, 3 to 256 characters.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError, name};

const LENGTH_MIN: usize = 3;

const fn kind(what: &'static str) -> Kind {
    Kind {
        what,
        most: 256,
        allowed: "letters, digits, '_', '-' and '.'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'),
    }
}

name!(
    /// The name of a database of time series.
    DatabaseName,
    kind("database name")
);

name!(
    /// The name of a table of time series.
    SeriesTableName,
    kind("table name")
);

macro_rules! long_enough {
    ($type:ident, $what:expr) => {
        impl $type {
            /// Also refuses what is too short, as the API does when it makes one.
            pub fn checked(text: &str) -> Result<$type, NameError> {
                let name = $type::new(text)?;
                match text.len() {
                    length @ ..LENGTH_MIN => {
                        Err(NameError::TooShort { what: $what, length, least: LENGTH_MIN })
                    }
                    _ => Ok(name),
                }
            }
        }
    };
}

long_enough!(DatabaseName, "database name");
long_enough!(SeriesTableName, "table name");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_three_to_256_characters() {
        assert!(DatabaseName::checked("abc").is_ok());
        assert!(SeriesTableName::checked(&"-".repeat(256)).is_ok());
        for text in ["", "ab", "a b c", "täble", &"a".repeat(257)] {
            assert!(DatabaseName::checked(text).is_err(), "{text}");
            assert!(SeriesTableName::checked(text).is_err(), "{text}");
        }
    }
}
