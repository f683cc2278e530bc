//! Values of secrets, as inputs give them and answers show them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::{NewValue, Revealed, Value};
use serde::Serialize;

use super::words::{NamedOut, secs, unfit};
use crate::error::AwsError;

/// A version with its value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Shown {
    #[serde(flatten)]
    named: NamedOut,
    version_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_binary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_string: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    version_stages: Vec<String>,
    created_date: f64,
}

impl Shown {
    pub(super) fn of(revealed: Revealed) -> Shown {
        let (secret_string, secret_binary) = match revealed.value {
            Value::Text(text) => (Some(text), None),
            Value::Binary(bytes) => (None, Some(STANDARD.encode(bytes))),
        };
        Shown {
            named: revealed.secret.into(),
            version_id: revealed.version,
            secret_binary,
            secret_string,
            version_stages: revealed.labels,
            created_date: secs(revealed.created_at),
        }
    }
}

/// The value that an input gives, if it gives one.
pub(super) fn given(
    text: Option<String>,
    binary: Option<String>,
    token: Option<String>,
) -> Result<Option<NewValue>, AwsError> {
    let value = match (text, binary) {
        (None, None) => return Ok(None),
        (Some(text), None) => Value::Text(text),
        (None, Some(base64)) => {
            let bytes = STANDARD.decode(base64);
            Value::Binary(bytes.map_err(|_| unfit("SecretBinary is no base64"))?)
        }
        (Some(_), Some(_)) => {
            return Err(unfit(
                "You can't specify both a binary secret value and a string secret value.",
            ));
        }
    };
    let token = token.ok_or_else(|| {
        let message =
            "You must provide a ClientRequestToken value. We recommend a UUID-type value.";
        AwsError::new(400, "InvalidRequestException", message)
    })?;
    Ok(Some(NewValue { token, value }))
}
