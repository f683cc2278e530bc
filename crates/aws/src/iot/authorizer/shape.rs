//! What the operations on authorizers share.

use model::AuthorizerName;
use pki::TokenKey;
use registry::{Authorizer, TokenKeys};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::iot::seconds;
use crate::state::State;

/// AWS's limits.
const KEY_NAME_CHARACTERS_MAX: usize = 128;
const FUNCTION_CHARACTERS_MAX: usize = 2048;
const KEYS_MAX: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Active,
    Inactive,
}

/// An authorizer, as those operations answer it that change one or list many.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    authorizer_name: AuthorizerName,
    authorizer_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Description {
    authorizer_name: AuthorizerName,
    authorizer_arn: String,
    authorizer_function_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_key_name: Option<String>,
    token_signing_public_keys: TokenKeys,
    status: Status,
    creation_date: f64,
    last_modified_date: f64,
    signing_disabled: bool,
    enable_caching_for_http: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described {
    authorizer_description: Description,
}

impl Summary {
    pub(crate) fn of(state: &State, name: AuthorizerName) -> Summary {
        let authorizer_arn = state.fleet.registry().authorizer_arn(&name).to_string();
        Summary { authorizer_name: name, authorizer_arn }
    }
}

impl Described {
    pub(crate) fn of(state: &State, found: Authorizer) -> Described {
        let authorizer_description = Description {
            authorizer_arn: state.fleet.registry().authorizer_arn(&found.name).to_string(),
            authorizer_name: found.name,
            authorizer_function_arn: found.function_arn,
            token_key_name: found.token_key_name,
            token_signing_public_keys: found.token_keys,
            status: if found.is_active { Status::Active } else { Status::Inactive },
            creation_date: seconds(found.created_at),
            last_modified_date: seconds(found.modified_at),
            signing_disabled: found.is_signing_disabled,
            enable_caching_for_http: false,
        };
        Described { authorizer_description }
    }
}

pub(crate) fn find(state: &State, name: &AuthorizerName) -> Result<Authorizer, AwsError> {
    let found = state.fleet.registry().authorizer(name)?;
    found.ok_or_else(|| AwsError::not_found(format!("Authorizer {name} cannot be found.")))
}

pub(crate) fn check_function(arn: &str) -> Result<(), AwsError> {
    let is_function = arn.starts_with("arn:") && arn.contains(":function:");
    match is_function && arn.len() <= FUNCTION_CHARACTERS_MAX {
        true => Ok(()),
        false => Err(AwsError::invalid_request(format!(
            "authorizerFunctionArn {arn:?} is not the ARN of a function"
        ))),
    }
}

pub(crate) fn check_token_key_name(name: Option<&str>) -> Result<(), AwsError> {
    match name.is_none_or(is_key_name) {
        true => Ok(()),
        false => Err(AwsError::invalid_request(format!(
            "tokenKeyName must be 1 to {KEY_NAME_CHARACTERS_MAX} letters, digits, '_' and '-'"
        ))),
    }
}

/// Keys that could not check a signature are refused before they are stored.
pub(crate) fn check_token_keys(keys: Option<&TokenKeys>) -> Result<(), AwsError> {
    let Some(keys) = keys else { return Ok(()) };
    if keys.len() > KEYS_MAX {
        let message = format!("an authorizer has at most {KEYS_MAX} tokenSigningPublicKeys");
        return Err(AwsError::new(410, "LimitExceededException", message));
    }
    keys.iter().try_for_each(|(name, pem)| {
        let unfit = |what: String| {
            AwsError::invalid_request(format!("tokenSigningPublicKeys, {name:?}: {what}"))
        };
        if !is_key_name(name) {
            return Err(unfit("its name must be letters, digits, '_' and '-'".to_owned()));
        }
        TokenKey::from_pem(pem).map(drop).map_err(|error| unfit(error.to_string()))
    })
}

/// Each request is judged for itself: what an authorizer looks at may differ from one to the next.
pub(crate) fn refuse_caching(wanted: Option<bool>) -> Result<(), AwsError> {
    match wanted {
        Some(true) => Err(AwsError::invalid_request(
            "enableCachingForHttp is not supported: each request over HTTP is judged for itself",
        )),
        _ => Ok(()),
    }
}

fn is_key_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (1..=KEY_NAME_CHARACTERS_MAX).contains(&name.len()) && name.chars().all(fits)
}
