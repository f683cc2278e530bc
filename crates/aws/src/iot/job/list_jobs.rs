//! ListJobs

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::job::shape::{NO_NAMESPACES, Selection, job_status, refuse};
use crate::iot::page::page_limit;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use fleet::JobFilter;
use jobs::Job;
use model::{JobId, ThingGroupName};

#[derive(Debug)]
pub(crate) struct ListJobs;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    next_token: Option<String>,
    status: Option<String>,
    target_selection: Option<Selection>,
    thing_group_name: Option<ThingGroupName>,
    thing_group_id: Option<String>,
    namespace_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    jobs: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListJobs {
    const NAME: &'static str = "ListJobs";
    const METHOD_AND_PATH: &'static str = "GET /jobs";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("maxResults", "maxResults"),
        ("nextToken", "nextToken"),
        ("status", "status"),
        ("targetSelection", "targetSelection"),
        ("thingGroupName", "thingGroupName"),
        ("thingGroupId", "thingGroupId"),
        ("namespaceId", "namespaceId"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        refuse("namespaceId", NO_NAMESPACES, input.namespace_id.as_ref())?;
        let by_name = "name the group by thingGroupName";
        refuse("thingGroupId", by_name, input.thing_group_id.as_ref())?;
        let limit = page_limit(input.max_results)?;
        let filter = JobFilter {
            status: job_status(input.status.as_deref())?,
            target_selection: input.target_selection.map(Selection::read),
            group: input.thing_group_name,
        };
        let page = state.fleet.list_jobs(&filter, input.next_token.as_deref(), limit)?;
        let listed = |(job, is_concurrent): (Job, bool)| Listed {
            job_arn: state.fleet.registry().job_arn(&job.id).to_string(),
            target_selection: job.target_selection.as_str(),
            status: job.status.as_str(),
            created_at: seconds(job.created_at),
            last_updated_at: seconds(job.last_updated_at),
            completed_at: job.completed_at.map(seconds),
            is_concurrent,
            job_id: job.id,
        };
        Ok(Output { jobs: page.items.into_iter().map(listed).collect(), next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    job_arn: String,
    job_id: JobId,
    target_selection: &'static str,
    status: &'static str,
    created_at: f64,
    last_updated_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<f64>,
    is_concurrent: bool,
}
