//! The JSON that devices and the house exchange over MQTT about jobs. This is the device's wire, as
//! presence and shadows are: not a shape of the AWS door, which writes the same things otherwise.
//!
//! Times are seconds. Documents are JSON inside JSON, where HTTPS has them as text.

use std::fmt;

use jobs::{ExecutionStatus, StatusDetails};
use model::{JobId, ThingName};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use stdx::clock::UnixMillis;

// === requests ===

/// A request: a token that comes back with the answer, and the fields that its kind has.
#[derive(Debug, Default)]
pub(super) struct Letter {
    pub(super) token: Option<String>,
    fields: Map<String, Value>,
}

/// Why a request cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum LetterError {
    #[error("the payload is no JSON object: {0}")]
    Json(serde_json::Error),
    #[error("{0}")]
    Fields(serde_json::Error),
    #[error("clientToken must be text")]
    Token,
}

impl Letter {
    /// No payload at all asks for nothing special.
    pub(super) fn open(payload: &[u8]) -> Result<Letter, LetterError> {
        if payload.is_empty() {
            return Ok(Letter::default());
        }
        let mut fields: Map<String, Value> =
            serde_json::from_slice(payload).map_err(LetterError::Json)?;
        let token = match fields.remove("clientToken") {
            None | Some(Value::Null) => None,
            Some(Value::String(token)) => Some(token),
            Some(_) => return Err(LetterError::Token),
        };
        // The Node device SDK sends whole requests, with what its topics say. The topic alone counts: the
        // policy allowed that one.
        for said_by_topic in ["thingName", "jobId"] {
            fields.remove(said_by_topic);
        }
        Ok(Letter { token, fields })
    }

    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, LetterError> {
        T::deserialize(&self.fields).map_err(LetterError::Fields)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Ask {}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StartNext {
    pub(super) status_details: Option<StatusDetails>,
    #[serde(default, deserialize_with = "number")]
    pub(super) step_timeout_in_minutes: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Describe {
    #[serde(default, deserialize_with = "number")]
    pub(super) execution_number: Option<i64>,
    pub(super) include_job_document: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Update {
    pub(super) status: String,
    pub(super) status_details: Option<StatusDetails>,
    #[serde(default, deserialize_with = "number")]
    pub(super) expected_version: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    pub(super) execution_number: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    pub(super) step_timeout_in_minutes: Option<i64>,
    pub(super) include_job_execution_state: Option<bool>,
    pub(super) include_job_document: Option<bool>,
}

/// Numbers; older device SDKs write them as text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    struct Number;

    impl Visitor<'_> for Number {
        type Value = Option<i64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number")
        }

        fn visit_unit<E>(self) -> Result<Option<i64>, E> {
            Ok(None)
        }

        fn visit_i64<E>(self, number: i64) -> Result<Option<i64>, E> {
            Ok(Some(number))
        }

        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Option<i64>, E> {
            i64::try_from(number).map(Some).map_err(E::custom)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Option<i64>, E> {
            text.parse().map(Some).map_err(E::custom)
        }
    }

    deserializer.deserialize_any(Number).map_err(D::Error::custom)
}

// === answers ===

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary<'a> {
    job_id: &'a JobId,
    queued_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<u64>,
    last_updated_at: u64,
    execution_number: u64,
    version_number: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Execution<'a> {
    job_id: &'a JobId,
    thing_name: &'a ThingName,
    status: &'static str,
    #[serde(skip_serializing_if = "StatusDetails::is_empty")]
    status_details: &'a StatusDetails,
    queued_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<u64>,
    last_updated_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    approximate_seconds_before_timed_out: Option<u64>,
    version_number: u64,
    execution_number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_document: Option<&'a RawValue>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct State<'a> {
    status: &'static str,
    status_details: &'a StatusDetails,
    version_number: u64,
}

impl<'a> Summary<'a> {
    pub(super) fn of(job_id: &'a JobId, execution: &jobs::Execution) -> Summary<'a> {
        Summary {
            job_id,
            queued_at: seconds(execution.queued_at),
            started_at: execution.started_at.map(seconds),
            last_updated_at: seconds(execution.last_updated_at),
            execution_number: execution.number,
            version_number: execution.version,
        }
    }
}

impl<'a> Execution<'a> {
    pub(super) fn of(
        thing_name: &'a ThingName,
        job_id: &'a JobId,
        execution: &'a jobs::Execution,
        document: Option<&'a str>,
        now: UnixMillis,
    ) -> Execution<'a> {
        Execution {
            job_id,
            thing_name,
            status: execution.status.as_str(),
            status_details: &execution.status_details,
            queued_at: seconds(execution.queued_at),
            started_at: execution.started_at.map(seconds),
            last_updated_at: seconds(execution.last_updated_at),
            approximate_seconds_before_timed_out: execution.seconds_before_timed_out(now),
            version_number: execution.version,
            execution_number: execution.number,
            job_document: document.and_then(raw),
        }
    }
}

impl<'a> State<'a> {
    pub(super) fn of(
        status: ExecutionStatus,
        status_details: &'a StatusDetails,
        version_number: u64,
    ) -> State<'a> {
        State { status: status.as_str(), status_details, version_number }
    }
}

/// A document as the JSON that it was checked to be when its job was made.
pub(super) fn raw(document: &str) -> Option<&RawValue> {
    serde_json::from_str(document).ok()
}

fn seconds(millis: UnixMillis) -> u64 {
    millis / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_text_and_unknown_fields_are_named() {
        let text = r#"{"status":"FAILED","expectedVersion":"2","executionNumber":3}"#;
        let letter = Letter::open(text.as_bytes()).expect("a letter");
        let update: Update = letter.read().expect("an update");
        assert_eq!((update.expected_version, update.execution_number), (Some(2), Some(3)));
        let text = br#"{"thingName":"lamp","jobId":"j"}"#;
        Letter::open(text).expect("a letter").read::<Ask>().expect("said by the topic, too");
        let letter = Letter::open(br#"{"clientToken":"a","token":1}"#).expect("a letter");
        assert_eq!(letter.token.as_deref(), Some("a"));
        let refused = letter.read::<Ask>().expect_err("refused").to_string();
        assert!(refused.starts_with("unknown field `token`"), "{refused}");
        assert!(Letter::open(b"").is_ok() && Letter::open(b"[]").is_err());
    }
}
