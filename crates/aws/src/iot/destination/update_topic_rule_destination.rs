//! UpdateTopicRuleDestination

use std::sync::Arc;

use registry::DestinationStatus;
use serde::Deserialize;

use super::shape::{door_of, id_of};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateTopicRuleDestination;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    arn: String,
    status: DestinationStatus,
}

impl Operation for UpdateTopicRuleDestination {
    const NAME: &'static str = "UpdateTopicRuleDestination";
    const METHOD_AND_PATH: &'static str = "PATCH /destinations";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.arn.clone()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let id = id_of(state.fleet.registry(), &input.arn)?;
        state.hall.set_destination(id, input.status, &door_of(&caller)).await?;
        Ok(Nothing {})
    }
}
