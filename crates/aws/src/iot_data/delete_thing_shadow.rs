//! DeleteThingShadow

use std::sync::Arc;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot_data::shadow::{Input, QUERY, payload};
use crate::operation::{Body, Operation};
use crate::reply::Payload;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteThingShadow;

impl Operation for DeleteThingShadow {
    const NAME: &'static str = "DeleteThingShadow";
    const METHOD_AND_PATH: &'static str = "DELETE /things/{thingName}/shadow";
    const QUERY: &'static [(&'static str, &'static str)] = QUERY;
    const BODY: Body = Body::Payload;

    type Input = Input;
    type Output = Payload;

    fn resource(input: &Input) -> String {
        input.resource()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Payload, AwsError> {
        payload(state.fleet.delete_shadow(&input.into_shadow(), &caller.body).await)
    }
}
