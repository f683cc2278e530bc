//! The errors of jobs in AWS's words.

use fleet::{
    ChangeExecutionError, CreateJobError, DeviceJobError, JobChangeError, JobNotFound,
    NewTemplateError,
};
use jobs::{ExecutionError, JobError};
use registry::CreateJobTemplateError;

use crate::error::AwsError;

fn exists(message: String) -> AwsError {
    AwsError::new(409, "ResourceAlreadyExistsException", message)
}

fn invalid_transition(message: String) -> AwsError {
    AwsError::new(409, "InvalidStateTransitionException", message)
}

impl From<CreateJobError> for AwsError {
    fn from(error: CreateJobError) -> AwsError {
        let message = error.to_string();
        match error {
            CreateJobError::AlreadyExists { .. } => exists(message),
            CreateJobError::TemplateNotFound { .. } | CreateJobError::TargetNotFound { .. } => {
                AwsError::not_found(message)
            }
            CreateJobError::Targets { .. }
            | CreateJobError::Target(_)
            | CreateJobError::Document(_)
            | CreateJobError::Config(_)
            | CreateJobError::Schedule(_)
            | CreateJobError::Words(_)
            | CreateJobError::Tags(_) => AwsError::invalid_request(message),
            CreateJobError::Store(error) => error.into(),
        }
    }
}

impl From<JobChangeError> for AwsError {
    fn from(error: JobChangeError) -> AwsError {
        let message = error.to_string();
        match error {
            JobChangeError::NotFound { .. } | JobChangeError::TargetNotFound { .. } => {
                AwsError::not_found(message)
            }
            JobChangeError::Job(JobError::NeedsForce { .. }) => invalid_transition(message),
            JobChangeError::Job(JobError::Status { .. }) => AwsError::invalid_request(message),
            JobChangeError::Job(
                JobError::NotContinuous | JobError::Config(_) | JobError::Words(_),
            )
            | JobChangeError::Targets { .. }
            | JobChangeError::Target(_) => AwsError::invalid_request(message),
            JobChangeError::Store(error) => error.into(),
        }
    }
}

impl From<JobNotFound> for AwsError {
    fn from(error: JobNotFound) -> AwsError {
        match error {
            JobNotFound::NotFound { .. } => AwsError::not_found(error.to_string()),
            JobNotFound::Store(error) => error.into(),
        }
    }
}

impl From<ChangeExecutionError> for AwsError {
    fn from(error: ChangeExecutionError) -> AwsError {
        let message = error.to_string();
        match error {
            ChangeExecutionError::NotFound { .. } => AwsError::not_found(message),
            ChangeExecutionError::NeedsForce { .. } => invalid_transition(message),
            ChangeExecutionError::Execution(error) => of_execution(&error),
            ChangeExecutionError::Store(error) => error.into(),
        }
    }
}

impl From<NewTemplateError> for AwsError {
    fn from(error: NewTemplateError) -> AwsError {
        let message = error.to_string();
        match error {
            NewTemplateError::JobNotFound { .. } => AwsError::not_found(message),
            NewTemplateError::Create(CreateJobTemplateError::AlreadyExists { .. }) => {
                AwsError::new(409, "ConflictException", message)
            }
            NewTemplateError::Create(CreateJobTemplateError::Store(error))
            | NewTemplateError::Store(error) => error.into(),
            NewTemplateError::Create(CreateJobTemplateError::Tags(_))
            | NewTemplateError::JobAndDocument
            | NewTemplateError::Document(_)
            | NewTemplateError::Config(_)
            | NewTemplateError::Words(_) => AwsError::invalid_request(message),
        }
    }
}

impl From<DeviceJobError> for AwsError {
    fn from(error: DeviceJobError) -> AwsError {
        let message = error.to_string();
        match error {
            DeviceJobError::ThingNotFound { .. }
            | DeviceJobError::NotFound { .. }
            | DeviceJobError::NumberNotFound { .. } => AwsError::not_found(message),
            DeviceJobError::Terminal { .. } => {
                AwsError::new(410, "TerminalStateException", message)
            }
            DeviceJobError::Refused { error, .. } => of_execution(&error),
            DeviceJobError::Store(error) => error.into(),
        }
    }
}

fn of_execution(error: &ExecutionError) -> AwsError {
    let message = error.to_string();
    match error {
        ExecutionError::InvalidTransition { .. } => invalid_transition(message),
        ExecutionError::VersionMismatch { .. } => {
            AwsError::new(409, "VersionConflictException", message)
        }
        ExecutionError::TooManyDetails { .. }
        | ExecutionError::DetailName { .. }
        | ExecutionError::DetailValue { .. }
        | ExecutionError::StepTimer { .. } => AwsError::invalid_request(message),
    }
}
