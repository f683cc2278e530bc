//! DescribeJob

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::job::schedule::Scheduling;
use crate::iot::job::settings::ShownSettings;
use crate::iot::job::shape::ProcessDetails;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use fleet::DescribedJob;
use model::JobId;

#[derive(Debug)]
pub(crate) struct DescribeJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    #[serde(default, deserialize_with = "from_text")]
    before_substitution: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    job: Shown,
}

impl Operation for DescribeJob {
    const NAME: &'static str = "DescribeJob";
    const METHOD_AND_PATH: &'static str = "GET /jobs/{jobId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("beforeSubstitution", "beforeSubstitution")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        // Nothing is substituted in documents, so there is one answer to both.
        let _ = input.before_substitution;
        let described = state.fleet.describe_job(&input.job_id)?;
        Ok(Output { job: Shown::of(&state, described) })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    job_arn: String,
    job_id: JobId,
    target_selection: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    force_canceled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    targets: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(flatten)]
    settings: ShownSettings,
    created_at: f64,
    last_updated_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<f64>,
    job_process_details: ProcessDetails,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_template_arn: Option<String>,
    is_concurrent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduling_config: Option<Scheduling>,
}

impl Shown {
    fn of(state: &State, described: DescribedJob) -> Shown {
        let DescribedJob { job, counters, processing_targets, is_concurrent } = described;
        let targets = job.targets.iter().map(|target| state.fleet.job_target_arn(target));
        let processing = processing_targets.iter().map(ToString::to_string);
        Shown {
            job_arn: state.fleet.registry().job_arn(&job.id).to_string(),
            target_selection: job.target_selection.as_str(),
            status: job.status.as_str(),
            force_canceled: job.force_canceled,
            targets: targets.map(|arn| arn.to_string()).collect(),
            settings: ShownSettings::of(&job.config),
            created_at: seconds(job.created_at),
            last_updated_at: seconds(job.last_updated_at),
            completed_at: job.completed_at.map(seconds),
            job_process_details: ProcessDetails::of(&counters, processing.collect()),
            scheduling_config: Scheduling::show(&job.schedule),
            is_concurrent,
            job_id: job.id,
            reason_code: job.reason_code,
            comment: job.comment,
            description: job.description,
            job_template_arn: job.template_arn,
        }
    }
}
