//! GetRandomPassword

use std::sync::Arc;

use secrets::Recipe;
use serde::{Deserialize, Serialize};

use super::words::unfit;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetRandomPassword;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    password_length: Option<i64>,
    #[serde(default)]
    exclude_characters: String,
    #[serde(default)]
    exclude_numbers: bool,
    #[serde(default)]
    exclude_punctuation: bool,
    #[serde(default)]
    exclude_uppercase: bool,
    #[serde(default)]
    exclude_lowercase: bool,
    #[serde(default)]
    include_space: bool,
    require_each_included_type: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    random_password: String,
}

/// AWS's limit.
const EXCLUDED_MAX: usize = 4_096;

impl Operation for GetRandomPassword {
    const NAME: &'static str = "GetRandomPassword";

    type Input = Input;
    type Output = Output;

    async fn call(_state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if input.exclude_characters.chars().count() > EXCLUDED_MAX {
            return Err(unfit(format!("ExcludeCharacters: at most {EXCLUDED_MAX} characters")));
        }
        let default = Recipe::default();
        let length = match input.password_length {
            None => default.length,
            // One that is no size at all is refused like one that is too large.
            Some(length) => usize::try_from(length).unwrap_or(0),
        };
        let recipe = Recipe {
            length,
            excluded_characters: input.exclude_characters,
            has_lowercase: !input.exclude_lowercase,
            has_uppercase: !input.exclude_uppercase,
            has_numbers: !input.exclude_numbers,
            has_punctuation: !input.exclude_punctuation,
            has_space: input.include_space,
            requires_each: input.require_each_included_type.unwrap_or(default.requires_each),
        };
        Ok(Output { random_password: recipe.password()? })
    }
}
