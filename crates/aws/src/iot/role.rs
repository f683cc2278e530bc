//! ARNs of roles, as operations take them.

use crate::error::AwsError;

/// The service that takes the roles of aliases.
pub(crate) const CREDENTIALS_SERVICE: &str = "credentials.iot.amazonaws.com";

const CHARACTERS_MIN: usize = 20;
const CHARACTERS_MAX: usize = 2048;

pub(crate) fn role_arn(text: &str) -> Result<&str, AwsError> {
    let is_role = text.starts_with("arn:") && text.contains(":iam::") && text.contains(":role/");
    match is_role && (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&text.len()) {
        true => Ok(text),
        false => Err(AwsError::invalid_request(format!("{text:?} is not the ARN of a role"))),
    }
}
