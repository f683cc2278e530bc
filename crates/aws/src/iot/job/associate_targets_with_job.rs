//! AssociateTargetsWithJob

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::job::shape::{JobNamed, NO_NAMESPACES, refuse};
use crate::operation::Operation;
use crate::state::State;
use model::JobId;

#[derive(Debug)]
pub(crate) struct AssociateTargetsWithJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    targets: Vec<String>,
    comment: Option<String>,
    namespace_id: Option<String>,
}

impl Operation for AssociateTargetsWithJob {
    const NAME: &'static str = "AssociateTargetsWithJob";
    const METHOD_AND_PATH: &'static str = "POST /jobs/{jobId}/targets";
    const QUERY: &'static [(&'static str, &'static str)] = &[("namespaceId", "namespaceId")];

    type Input = Input;
    type Output = JobNamed;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<JobNamed, AwsError> {
        refuse("namespaceId", NO_NAMESPACES, input.namespace_id.as_ref())?;
        let (id, comment) = (&input.job_id, input.comment.as_deref());
        let associated = state.fleet.associate_targets_with_job(id, &input.targets, comment);
        Ok(JobNamed::of(&state.fleet, associated.await?))
    }
}
