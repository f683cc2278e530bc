//! ListJobs: jobs and how far each is, a page at a time.

use std::sync::Arc;

use fleet::JobFilter;
use jobs::{ExecutionStatus, Job};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

const PAGE_ITEMS: usize = 100;

#[derive(Debug)]
pub(crate) struct ListJobs;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    jobs: Vec<Shown>,
    next_token: Option<String>,
}

/// A job in a few words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    job_id: String,
    status: &'static str,
    target_selection: &'static str,
    created_at: u64,
    description: Option<String>,
    /// Executions by status; those that there are none of are left out.
    executions: Vec<Count>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    status: &'static str,
    count: u64,
}

impl Shown {
    pub(crate) fn of(state: &State, job: &Job) -> Result<Shown, AwsError> {
        let counters = state.fleet.registry().jobs().counters(&job.id)?;
        let counts = ExecutionStatus::ALL
            .into_iter()
            .map(|status| Count { status: status.as_str(), count: counters.of(status) });
        Ok(Shown {
            job_id: job.id.to_string(),
            status: job.status.as_str(),
            target_selection: job.target_selection.as_str(),
            created_at: job.created_at,
            description: job.description.clone(),
            executions: counts.filter(|count| count.count > 0).collect(),
        })
    }
}

impl Operation for ListJobs {
    const NAME: &'static str = "ListJobs";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let token = input.next_token.as_deref();
        let page = state.fleet.list_jobs(&JobFilter::default(), token, PAGE_ITEMS)?;
        let jobs = page.items.iter().map(|(job, _)| Shown::of(&state, job));
        Ok(Output { jobs: jobs.collect::<Result<_, _>>()?, next_token: page.next })
    }
}
