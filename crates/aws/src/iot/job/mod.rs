//! Jobs, their executions and templates.

pub(crate) mod associate_targets_with_job;
pub(crate) mod cancel_job;
pub(crate) mod cancel_job_execution;
pub(crate) mod create_job;
pub(crate) mod create_job_template;
pub(crate) mod delete_job;
pub(crate) mod delete_job_execution;
pub(crate) mod delete_job_template;
pub(crate) mod describe_job;
pub(crate) mod describe_job_execution;
pub(crate) mod describe_job_template;
pub(crate) mod describe_managed_job_template;
pub(crate) mod get_job_document;
pub(crate) mod list_job_executions_for_job;
pub(crate) mod list_job_executions_for_thing;
pub(crate) mod list_job_templates;
pub(crate) mod list_jobs;
pub(crate) mod list_managed_job_templates;
pub(crate) mod schedule;
pub(crate) mod settings;
pub(crate) mod shape;
pub(crate) mod update_job;

use model::JobTemplateId;

use crate::error::AwsError;

fn template_not_found(id: &JobTemplateId) -> AwsError {
    AwsError::not_found(format!("the job template {id} does not exist"))
}
