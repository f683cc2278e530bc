//! DeleteEventSourceMapping

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::mapping_shape::shown;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteEventSourceMapping;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "UUID")]
    uuid: String,
}

impl Operation for DeleteEventSourceMapping {
    const NAME: &'static str = "DeleteEventSourceMapping";
    const METHOD_AND_PATH: &'static str = "DELETE /2015-03-31/event-source-mappings/{UUID}";

    type Input = Input;
    type Output = Status<202, Value>;

    fn resource(input: &Input) -> String {
        format!("event-source-mapping:{}", input.uuid)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<202, Value>, AwsError> {
        let mapping = state.functions.blueprints().delete_mapping(&input.uuid).await?;
        state.functions.remapped();
        Ok(Status(shown(&state, &mapping, Some("Deleting"))))
    }
}
