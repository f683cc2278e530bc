//! What devices ask about their jobs over HTTPS: the service `iot-jobs-data`.

mod describe_job_execution;
mod get_pending_job_executions;
mod shape;
mod start_next_pending_job_execution;
mod update_job_execution;

use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "iot-jobs-data",
    action_prefix: "iotjobsdata",
    protocol: Protocol::RestJson,
    operations: &[
        Row::of::<describe_job_execution::DescribeJobExecution>(),
        Row::of::<get_pending_job_executions::GetPendingJobExecutions>(),
        Row::of::<start_next_pending_job_execution::StartNextPendingJobExecution>(),
        Row::of::<update_job_execution::UpdateJobExecution>(),
    ],
};
