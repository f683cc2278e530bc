//! What the operations on shadows share.

use fleet::ShadowError;
use model::{ShadowName, ThingName};
use registry::ShadowOf;
use serde::Deserialize;

use crate::error::AwsError;
use crate::reply::Payload;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    shadow_name: Option<ShadowName>,
}

/// `?name=` names a named shadow.
pub(crate) const QUERY: &[(&str, &str)] = &[("name", "shadowName")];

impl Input {
    pub(crate) fn resource(&self) -> String {
        match &self.shadow_name {
            None => format!("thing/{}", self.thing_name),
            Some(name) => format!("thing/{}/{name}", self.thing_name),
        }
    }

    pub(crate) fn into_shadow(self) -> ShadowOf {
        ShadowOf { thing: self.thing_name, name: self.shadow_name }
    }
}

pub(crate) fn payload(outcome: Result<String, ShadowError>) -> Result<Payload, AwsError> {
    Ok(Payload::json(outcome?))
}

impl From<ShadowError> for AwsError {
    fn from(error: ShadowError) -> AwsError {
        let rejection = match error {
            ShadowError::Rejected(rejection) => rejection,
            ShadowError::Store(error) => return error.into(),
        };
        let code = match rejection.code() {
            404 => "ResourceNotFoundException",
            409 => "ConflictException",
            413 => "RequestEntityTooLargeException",
            415 => "UnsupportedDocumentEncodingException",
            500 => "InternalFailureException",
            _ => "InvalidRequestException",
        };
        AwsError::new(rejection.code(), code, rejection.to_string())
    }
}
