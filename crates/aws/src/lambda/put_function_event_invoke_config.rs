//! PutFunctionEventInvokeConfig

use std::sync::Arc;

use super::invoke_config_shape::{InvokeConfigIn, InvokeConfigOut, LeftOut};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutFunctionEventInvokeConfig;

impl Operation for PutFunctionEventInvokeConfig {
    const NAME: &'static str = "PutFunctionEventInvokeConfig";
    const METHOD_AND_PATH: &'static str =
        "PUT /2019-09-25/functions/{FunctionName}/event-invoke-config";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = InvokeConfigIn;
    type Output = InvokeConfigOut;

    fn resource(input: &InvokeConfigIn) -> String {
        input.resource()
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: InvokeConfigIn,
    ) -> Result<InvokeConfigOut, AwsError> {
        input.put(&state, LeftOut::Goes).await
    }
}
