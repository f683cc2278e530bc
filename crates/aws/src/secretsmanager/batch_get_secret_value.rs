//! BatchGetSecretValue

use std::sync::Arc;

use secrets::{Order, Which};
use serde::{Deserialize, Serialize};

use super::filter::{Filter, Filters};
use super::keys;
use super::value::Shown;
use super::words::{id, limit, resource, unfit};
use crate::caller::{Asked, Caller};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct BatchGetSecretValue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id_list: Option<Vec<String>>,
    filters: Option<Vec<Filter>>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    secret_values: Vec<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    errors: Vec<Failed>,
}

/// A secret that could not be read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    secret_id: String,
    error_code: &'static str,
    message: String,
}

/// AWS's limit.
const SECRETS_MAX: usize = 20;

impl Operation for BatchGetSecretValue {
    const NAME: &'static str = "BatchGetSecretValue";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (ids, next_token) = match (input.secret_id_list, input.filters) {
            (Some(ids), None) if input.max_results.is_none() && input.next_token.is_none() => {
                if !(1..=SECRETS_MAX).contains(&ids.len()) {
                    let what = format!("SecretIdList: 1 to {SECRETS_MAX}, not {}", ids.len());
                    return Err(unfit(what));
                }
                (ids, None)
            }
            (Some(_), None) => {
                let what = "'Filters' not specified. 'Filters' must also be specified when \
                            'MaxResults' is provided.";
                return Err(unfit(what));
            }
            (None, Some(filters)) => {
                check(&state, &caller, "ListSecrets", "*")?;
                let limit = limit(input.max_results, SECRETS_MAX)?;
                found(&state, filters, limit, input.next_token.as_deref())?
            }
            _ => {
                let what = "Either 'SecretIdList' or 'Filters' must be provided, but not both.";
                return Err(unfit(what));
            }
        };
        let (mut secret_values, mut errors) = (Vec::new(), Vec::new());
        for secret_id in ids {
            match reveal(&state, &caller, &secret_id) {
                Ok(shown) => secret_values.push(shown),
                Err(error) => {
                    let AwsError { code, message, .. } = error;
                    errors.push(Failed { secret_id, error_code: code, message });
                }
            }
        }
        Ok(Output { secret_values, next_token, errors })
    }
}

/// The names of those that the filters hold of.
fn found(
    state: &State,
    filters: Vec<Filter>,
    limit: usize,
    after: Option<&str>,
) -> Result<(Vec<String>, Option<String>), AwsError> {
    let filters = Filters::read(filters)?;
    let page = state.secrets.list(Order::default(), after, limit, |secret| {
        secret.deletion_due.is_none() && filters.hold_of(secret)
    })?;
    Ok((page.0.into_iter().map(|secret| secret.name.to_string()).collect(), page.1))
}

fn reveal(state: &State, caller: &Caller, secret_id: &str) -> Result<Shown, AwsError> {
    check(state, caller, "GetSecretValue", secret_id)?;
    let revealed = state.secrets.value(&id(state, secret_id)?, &Which::default())?;
    state.secrets.note_read(&revealed, state.clock.now());
    Ok(Shown::of(revealed))
}

fn check(state: &State, caller: &Caller, action: &str, secret_id: &str) -> Result<(), AwsError> {
    let home = state.fleet.registry().home();
    let asked = match secret_id {
        "*" => Asked::new(home, "secretsmanager", action, "*"),
        text => Asked::new(home, "secretsmanager", action, &resource(state, text))
            .with_keys(keys::of_secret(state, text)),
    };
    caller.check(state, &asked)
}
