//! GetTopicRuleDestination

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shape::{ShownDestination, id_of};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetTopicRuleDestination;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    topic_rule_destination: ShownDestination,
}

impl Operation for GetTopicRuleDestination {
    const NAME: &'static str = "GetTopicRuleDestination";
    const METHOD_AND_PATH: &'static str = "GET /destinations/{arn+}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let registry = state.fleet.registry();
        let id = id_of(registry, &input.arn)?;
        // As with rules: AWS has no other word here for what is not there.
        let denied = || {
            let message = format!("Access to topic rule destination '{}' was denied", input.arn);
            AwsError::new(401, "UnauthorizedException", message)
        };
        let destination = registry.destination(id)?.ok_or_else(denied)?;
        Ok(Output { topic_rule_destination: ShownDestination::of(registry, destination) })
    }
}
