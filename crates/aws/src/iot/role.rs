//! ARNs of roles, as operations take them.

use crate::caller::PassedRole;
use crate::error::AwsError;

/// The service that takes the roles of aliases.
const CREDENTIALS_SERVICE: &str = "credentials.iot.amazonaws.com";
/// The one that takes all others.
const SERVICE: &str = "iot.amazonaws.com";

const CHARACTERS_MIN: usize = 20;
const CHARACTERS_MAX: usize = 2048;

pub(crate) fn role_arn(text: &str) -> Result<&str, AwsError> {
    let is_role = text.starts_with("arn:") && text.contains(":iam::") && text.contains(":role/");
    match is_role && (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&text.len()) {
        true => Ok(text),
        false => Err(AwsError::invalid_request(format!("{text:?} is not the ARN of a role"))),
    }
}

/// A role that the service acts with.
pub(crate) fn passed(arn: &str) -> PassedRole<'_> {
    PassedRole { arn, service: SERVICE }
}

/// A role whose credentials devices are given.
pub(crate) fn passed_to_devices(arn: &str) -> PassedRole<'_> {
    PassedRole { arn, service: CREDENTIALS_SERVICE }
}
