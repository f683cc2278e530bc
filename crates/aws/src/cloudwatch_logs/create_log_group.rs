//! CreateLogGroup

use std::collections::BTreeMap;
use std::sync::Arc;

use model::LogGroupName;
use serde::Deserialize;

use super::words::{invalid, nothing, of_group};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Payload;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateLogGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: LogGroupName,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// There is one class here, which can do all.
    log_group_class: Option<String>,
}

impl Operation for CreateLogGroup {
    const NAME: &'static str = "CreateLogGroup";

    type Input = Input;
    type Output = Payload;

    fn resource(input: &Input) -> String {
        of_group(input.log_group_name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Payload, AwsError> {
        if let Some(class) = input.log_group_class.filter(|class| class != "STANDARD") {
            return Err(invalid(format!("logGroupClass: {class} is not supported")));
        }
        let now = state.clock.now();
        state.logs.create_group(&input.log_group_name, input.tags, now).await?;
        Ok(nothing())
    }
}
