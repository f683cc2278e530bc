//! StartNextPendingJobExecution

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot_jobs_data::shape::{ShownExecution, no_job_id, step_timer};
use crate::operation::Operation;
use crate::state::State;
use fleet::Execute;
use jobs::StatusDetails;
use model::ThingName;

#[derive(Debug)]
pub(crate) struct StartNextPendingJobExecution;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    next: String,
    status_details: Option<StatusDetails>,
    step_timeout_in_minutes: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<ShownExecution>,
}

impl Operation for StartNextPendingJobExecution {
    const NAME: &'static str = "StartNextPendingJobExecution";
    const METHOD_AND_PATH: &'static str = "PUT /things/{thingName}/jobs/{next}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        // In the path it may stand encoded, so that it is a capture here and no literal.
        if input.next != "$next" {
            return Err(no_job_id(&input.next));
        }
        let step_timer = step_timer(input.step_timeout_in_minutes)?;
        let how = Execute { details: input.status_details, step_timer };
        let started = state.fleet.start_next_execution(&input.thing_name, &how).await?;
        let now = state.clock.now();
        Ok(Output { execution: started.map(|it| ShownExecution::of(&input.thing_name, it, now)) })
    }
}
