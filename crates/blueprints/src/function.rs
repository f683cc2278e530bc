//! A function and its versions, as they are stored.

use std::collections::BTreeMap;

use model::FunctionName;
use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::alias::Alias;
use crate::code::Code;
use crate::error::BlueprintError;
use crate::invoke_config::InvokeConfig;
use crate::permission::Policy;
use crate::settings::Settings;

/// AWS's limit.
pub const TAGS_MAX: usize = 50;

/// A function: what is said of it as a whole, and its `$LATEST` version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    pub name: FunctionName,
    pub latest: Version,
    /// The number that a version was given last.
    pub last_number: u64,
    pub created_at: UnixMillis,
    pub tags: BTreeMap<String, String>,
    pub aliases: BTreeMap<String, Alias>,
    /// By the qualifier that they speak of; the empty one is the function itself.
    pub policies: BTreeMap<String, Policy>,
    /// By the qualifier; `$LATEST` is the function itself.
    pub invoke_configs: BTreeMap<String, InvokeConfig>,
    pub reserved_concurrency: Option<u32>,
}

/// A version: settings and code that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Nothing for `$LATEST`.
    pub number: Option<u64>,
    pub settings: Settings,
    /// Sealed: it holds secrets.
    pub(crate) environment: Option<String>,
    pub code: Code,
    /// Another with each change.
    pub revision: String,
    pub modified_at: UnixMillis,
}

impl Record for Function {
    const VERSION: u8 = 1;
}

impl Record for Version {
    const VERSION: u8 = 1;
}

impl Version {
    /// `$LATEST` or the number.
    pub fn text(&self) -> String {
        self.number.map_or_else(|| "$LATEST".to_owned(), |number| number.to_string())
    }

    pub(crate) fn check_revision(&self, wanted: Option<&str>) -> Result<(), BlueprintError> {
        check_revision(&self.revision, wanted)
    }
}

pub(crate) fn check_revision(current: &str, wanted: Option<&str>) -> Result<(), BlueprintError> {
    match wanted.is_none_or(|wanted| wanted == current) {
        true => Ok(()),
        false => Err(BlueprintError::Revision),
    }
}

pub(crate) fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), BlueprintError> {
    match tags.len() > TAGS_MAX {
        true => Err(BlueprintError::unfit(format!("At most {TAGS_MAX} tags are allowed."))),
        false => Ok(()),
    }
}

/// A UUID of version 4.
pub(crate) fn random_uuid() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    stdx::uuid::version_4(bytes)
}
