//! Names of dashboards, as CloudWatch takes them.

use std::fmt;

use serde::{Deserialize, Serialize};

const CHARACTERS_MAX: usize = 255;

/// Letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DashboardName(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no name of a dashboard: 1 to {CHARACTERS_MAX} letters, digits, - and _ are")]
pub struct DashboardNameError {
    name: String,
}

impl DashboardName {
    pub fn new(name: impl Into<String>) -> Result<DashboardName, DashboardNameError> {
        let name = name.into();
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        match (1..=CHARACTERS_MAX).contains(&name.len()) && name.bytes().all(is_fit) {
            true => Ok(DashboardName(name)),
            false => Err(DashboardNameError { name }),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DashboardName {
    type Error = DashboardNameError;

    fn try_from(name: String) -> Result<DashboardName, DashboardNameError> {
        DashboardName::new(name)
    }
}

impl From<DashboardName> for String {
    fn from(name: DashboardName) -> String {
        name.0
    }
}

impl fmt::Display for DashboardName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
