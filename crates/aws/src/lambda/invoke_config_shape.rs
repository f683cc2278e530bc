//! How events of a function are retried, as Lambda describes it.

use blueprints::{InvokeConfig, InvokeConfigChange, Qualifier};
use model::FunctionName;
use serde::{Deserialize, Serialize};

use super::words::{FunctionRef, invalid};
use crate::error::AwsError;
use crate::state::State;

/// What is put, or changed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct InvokeConfigIn {
    function_name: FunctionRef,
    qualifier: Option<String>,
    maximum_retry_attempts: Option<u32>,
    maximum_event_age_in_seconds: Option<u32>,
    destination_config: Option<Destinations>,
}

/// What is left out stays as it is, or becomes what it is without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    Stays,
    Goes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InvokeConfigOut {
    last_modified: f64,
    function_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_retry_attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_event_age_in_seconds: Option<u32>,
    destination_config: Destinations,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Destinations {
    on_success: Option<Destination>,
    on_failure: Option<Destination>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Destination {
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<String>,
}

impl InvokeConfigOut {
    pub(crate) fn of(
        state: &State,
        name: &FunctionName,
        qualifier: &Qualifier,
        config: InvokeConfig,
    ) -> InvokeConfigOut {
        let shown = |destination| Some(Destination { destination });
        InvokeConfigOut {
            last_modified: config.modified_at as f64 / 1_000.0,
            function_arn: state.functions.blueprints().arn(name, Some(qualifier)),
            maximum_retry_attempts: config.retries_max,
            maximum_event_age_in_seconds: config.age_secs_max,
            destination_config: Destinations {
                on_success: shown(config.on_success),
                on_failure: shown(config.on_failure),
            },
        }
    }
}

impl Destinations {
    /// The queues or functions that are named.
    fn read(self) -> Result<(Option<String>, Option<String>), AwsError> {
        let read = |one: Option<Destination>| {
            let arn = one.and_then(|one| one.destination).filter(|arn| !arn.is_empty());
            match &arn {
                Some(arn) if !is_served(arn) => Err(invalid(format!(
                    "The destination ARN {arn} is invalid: queues and functions are supported."
                ))),
                _ => Ok(arn),
            }
        };
        Ok((read(self.on_success)?, read(self.on_failure)?))
    }
}

fn is_served(arn: &str) -> bool {
    arn.starts_with("arn:aws:sqs:") || arn.starts_with("arn:aws:lambda:")
}

impl InvokeConfigIn {
    pub(crate) fn resource(&self) -> String {
        self.function_name.resource(self.qualifier.as_deref())
    }

    pub(crate) async fn put(
        self,
        state: &State,
        left_out: LeftOut,
    ) -> Result<InvokeConfigOut, AwsError> {
        let (name, qualifier) = self.function_name.with(self.qualifier.as_deref())?;
        let change = InvokeConfigChange {
            retries_max: self.maximum_retry_attempts,
            age_secs_max: self.maximum_event_age_in_seconds,
            destinations: self.destination_config.map(Destinations::read).transpose()?,
        };
        let (meant, now) = (qualifier.as_ref(), state.clock.now());
        let stays = left_out == LeftOut::Stays;
        let blueprints = state.functions.blueprints();
        let config = blueprints.put_invoke_config(&name, meant, change, stays, now).await?;
        Ok(InvokeConfigOut::of(state, &name, &Qualifier::or_latest(meant), config))
    }
}
