//! What there is one of: the registration code, which events are sent, what is logged, the default
//! authorizer.

use std::collections::BTreeMap;
use std::fmt;

use kv::{Batch, Expect, Snapshot, Space};
use model::AuthorizerName;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::record::{self, Record};
use crate::registry::{Decision, Registry, StoreError, find};

const SETTINGS: Space = Space::new("registry-settings");
const REGISTRATION_CODE: &str = "registration-code";
const EVENTS: &str = "events";
const LOGGING: &str = "logging";
const DEFAULT_AUTHORIZER: &str = "default-authorizer";

// === the registration code ===

#[derive(Serialize, Deserialize)]
struct StoredCode(String);

impl Record for StoredCode {
    const VERSION: u8 = 1;
}

impl Registry {
    /// The code that who registers an authority puts into a certificate, to prove that it has the
    /// authority's key. Unless there is one, it will be `fresh` from now on.
    pub async fn registration_code(&self, fresh: &str) -> Result<String, StoreError> {
        self.mutate(|snapshot| {
            if let Some(found) = find::<StoredCode>(snapshot, SETTINGS, REGISTRATION_CODE)? {
                return Ok(Decision::nothing(found.record.0));
            }
            let mut batch = Batch::new();
            batch.require(SETTINGS, REGISTRATION_CODE, Expect::Absent);
            let code = StoredCode(fresh.to_owned());
            batch.put(SETTINGS, REGISTRATION_CODE, record::encode(&code));
            Ok(Decision { batch, changes: Vec::new(), outcome: code.0 })
        })
        .await
    }

    /// Answers whether there was one.
    pub async fn delete_registration_code(&self) -> Result<bool, StoreError> {
        self.mutate(|snapshot| {
            if find::<StoredCode>(snapshot, SETTINGS, REGISTRATION_CODE)?.is_none() {
                return Ok(Decision::nothing(false));
            }
            let mut batch = Batch::new();
            batch.delete(SETTINGS, REGISTRATION_CODE);
            Ok(Decision { batch, changes: Vec::new(), outcome: true })
        })
        .await
    }
}

// === events ===

/// What messages below `$aws/events` are about. None is sent unless it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventType {
    Thing,
    ThingGroup,
    ThingType,
    ThingGroupMembership,
    ThingGroupHierarchy,
    ThingTypeAssociation,
    Job,
    JobExecution,
    Policy,
    Certificate,
    CaCertificate,
}

impl EventType {
    pub const ALL: [EventType; 11] = [
        EventType::Thing,
        EventType::ThingGroup,
        EventType::ThingType,
        EventType::ThingGroupMembership,
        EventType::ThingGroupHierarchy,
        EventType::ThingTypeAssociation,
        EventType::Job,
        EventType::JobExecution,
        EventType::Policy,
        EventType::Certificate,
        EventType::CaCertificate,
    ];
}

/// Which events are sent, and since when that is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSettings {
    pub enabled: BTreeMap<EventType, bool>,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

impl Record for EventSettings {
    const VERSION: u8 = 1;
}

impl Registry {
    /// What was set; nothing if nothing ever was.
    pub fn event_settings(&self) -> Result<Option<EventSettings>, StoreError> {
        let found = find::<EventSettings>(&self.snapshot(), SETTINGS, EVENTS)?;
        Ok(found.map(|found| found.record))
    }

    pub fn sends_event(&self, kind: EventType) -> Result<bool, StoreError> {
        let settings = self.event_settings()?;
        Ok(settings.is_some_and(|settings| settings.enabled.get(&kind).copied().unwrap_or(false)))
    }

    /// Sets those that are named; the others stay.
    pub async fn set_events(
        &self,
        enabled: &BTreeMap<EventType, bool>,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        self.mutate(|snapshot| {
            let found = find::<EventSettings>(snapshot, SETTINGS, EVENTS)?;
            let mut batch = Batch::new();
            let (mut settings, expect) = match found {
                Some(found) => (found.record, Expect::Value(found.bytes)),
                None => {
                    let enabled = BTreeMap::new();
                    (EventSettings { enabled, created_at: now, modified_at: now }, Expect::Absent)
                }
            };
            settings.enabled.extend(enabled);
            settings.modified_at = now;
            batch.require(SETTINGS, EVENTS, expect);
            batch.put(SETTINGS, EVENTS, record::encode(&settings));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }
}

// === logging ===

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LogLevel {
    Debug,
    Info,
    Error,
    Warn,
    Disabled,
}

/// What is logged, and as whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggingSettings {
    pub role_arn: Option<String>,
    pub default_level: Option<LogLevel>,
    pub is_disabled: bool,
}

impl Record for LoggingSettings {
    const VERSION: u8 = 1;
}

impl Registry {
    /// What was set; nothing if nothing ever was.
    pub fn logging_settings(&self) -> Result<Option<LoggingSettings>, StoreError> {
        let found = find::<LoggingSettings>(&self.snapshot(), SETTINGS, LOGGING)?;
        Ok(found.map(|found| found.record))
    }

    /// Sets what is given; the rest stays.
    pub async fn set_logging(
        &self,
        role_arn: Option<&str>,
        default_level: Option<LogLevel>,
        is_disabled: Option<bool>,
    ) -> Result<(), StoreError> {
        self.mutate(|snapshot| {
            let found = find::<LoggingSettings>(snapshot, SETTINGS, LOGGING)?;
            let there = found.as_ref().map(|found| found.record.clone());
            let expect = found.map_or(Expect::Absent, |found| Expect::Value(found.bytes));
            let none = LoggingSettings { role_arn: None, default_level: None, is_disabled: false };
            let mut settings = there.unwrap_or(none);
            settings.role_arn = role_arn.map(str::to_owned).or(settings.role_arn);
            settings.default_level = default_level.or(settings.default_level);
            settings.is_disabled = is_disabled.unwrap_or(settings.is_disabled);
            let mut batch = Batch::new();
            batch.require(SETTINGS, LOGGING, expect);
            batch.put(SETTINGS, LOGGING, record::encode(&settings));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }
}

// === the default authorizer ===

#[derive(Serialize, Deserialize)]
struct StoredDefault(AuthorizerName);

impl Record for StoredDefault {
    const VERSION: u8 = 1;
}

pub(crate) fn default_authorizer(
    snapshot: &Snapshot,
) -> Result<Option<AuthorizerName>, StoreError> {
    let found = find::<StoredDefault>(snapshot, SETTINGS, DEFAULT_AUTHORIZER)?;
    Ok(found.map(|found| found.record.0))
}

pub(crate) fn put_default_authorizer(batch: &mut Batch, name: &AuthorizerName) {
    let stored = record::encode(&StoredDefault(name.clone()));
    batch.put(SETTINGS, DEFAULT_AUTHORIZER, stored);
}

pub(crate) fn forget_default_authorizer(batch: &mut Batch) {
    batch.delete(SETTINGS, DEFAULT_AUTHORIZER);
}

/// Requires that the default is still this one.
pub(crate) fn require_default_authorizer(batch: &mut Batch, name: Option<&AuthorizerName>) {
    let stored = |name: &AuthorizerName| record::encode(&StoredDefault(name.clone())).into();
    let expect = name.map_or(Expect::Absent, |name| Expect::Value(stored(name)));
    batch.require(SETTINGS, DEFAULT_AUTHORIZER, expect);
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
