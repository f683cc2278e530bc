//! GetThingShadow

use std::sync::Arc;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot_data::shadow::{Input, QUERY, payload};
use crate::operation::{Body, Operation};
use crate::reply::Payload;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetThingShadow;

impl Operation for GetThingShadow {
    const NAME: &'static str = "GetThingShadow";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/shadow";
    const QUERY: &'static [(&'static str, &'static str)] = QUERY;
    const BODY: Body = Body::Payload;

    type Input = Input;
    type Output = Payload;

    fn resource(input: &Input) -> String {
        input.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Payload, AwsError> {
        let document = state.fleet.shadow(&input.into_shadow());
        payload(document.map(|document| document.to_string()))
    }
}
