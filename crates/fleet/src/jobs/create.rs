//! Making a job.

use jobs::{
    AbortCriterion, Config, ConfigError, Job, JobStatus, PresignedUrlConfig, Progress,
    RetryCriterion, RolloutConfig, Schedule, ScheduleError, TargetSelection, WordsError,
    check_text,
};
use model::{Arn, JobId, JobTemplateId};
use registry::{StoreError, TagError, Tags};

use crate::fleet::Fleet;
use crate::jobs::target::{NotAJobTarget, TargetError};

/// AWS's limit.
const TARGETS_MAX: usize = 100;

/// AWS's limit.
const DOCUMENT_BYTES_MAX: usize = 32_768;

/// What AWS would replace in a document.
const PLACEHOLDER: &str = "${aws:iot:";

/// A job to be made.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub id: JobId,
    /// ARNs.
    pub targets: Vec<String>,
    pub target_selection: TargetSelection,
    pub description: Option<String>,
    /// May come from the template.
    pub document: Option<String>,
    pub config: ConfigChoice,
    pub schedule: Schedule,
    pub template_arn: Option<String>,
    pub tags: Tags,
}

/// Settings that are given; the others stay, or come from a template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigChoice {
    pub rollout: Option<RolloutConfig>,
    pub abort: Option<Vec<AbortCriterion>>,
    pub in_progress_timeout_mins: Option<u32>,
    pub retry: Option<Vec<RetryCriterion>>,
    pub presigned_url: Option<PresignedUrlConfig>,
}

/// Why a document is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    #[error("a job needs a document")]
    Missing,
    #[error("a job document may have at most 32768 bytes, not {bytes}")]
    TooLong { bytes: usize },
    #[error("the job document is no JSON: {what}")]
    Json { what: String },
    #[error("placeholders in job documents, {found}, are not supported")]
    Placeholder { found: String },
}

#[derive(Debug, thiserror::Error)]
pub enum CreateJobError {
    #[error("the job {id} already exists")]
    AlreadyExists { id: JobId },
    #[error("a job has 1 to 100 targets, not {count}")]
    Targets { count: usize },
    #[error("the job template {arn} does not exist")]
    TemplateNotFound { arn: String },
    #[error("{arn} does not exist")]
    TargetNotFound { arn: Arn },
    #[error(transparent)]
    Target(#[from] NotAJobTarget),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TargetError> for CreateJobError {
    fn from(error: TargetError) -> CreateJobError {
        match error {
            TargetError::Name(error) => CreateJobError::Target(error),
            TargetError::NotFound { arn } => CreateJobError::TargetNotFound { arn },
            TargetError::Store(error) => CreateJobError::Store(error),
        }
    }
}

impl Fleet {
    /// Makes a job. Its things are told of it by the driver.
    pub async fn create_job(&self, new: NewJob) -> Result<Job, CreateJobError> {
        let now = self.0.clock.now();
        let tags = new.tags.clone();
        let (job, document) = self.prepare_job(new, now)?;
        self.decide_jobs(|view| {
            if view.job(&job.id)?.is_some() {
                return Err(CreateJobError::AlreadyExists { id: job.id.clone() });
            }
            let mut draft = view.draft();
            draft.add_job(&job, &document, &Progress::begin(), &tags)?;
            Ok(self.decided(view, draft, &[], job.clone(), now)?)
        })
        .await
    }

    fn prepare_job(&self, new: NewJob, now: u64) -> Result<(Job, String), CreateJobError> {
        let count = new.targets.len();
        if !(1..=TARGETS_MAX).contains(&count) {
            return Err(CreateJobError::Targets { count });
        }
        let (mut config, mut document) = (Config::default(), new.document);
        if let Some(arn) = &new.template_arn {
            let template = self.template_of(arn)?;
            let template =
                template.ok_or_else(|| CreateJobError::TemplateNotFound { arn: arn.clone() })?;
            config = template.config;
            document = document.or(Some(template.document));
        }
        let config = new.config.over(&config);
        config.check()?;
        check_text("description", new.description.as_deref())?;
        new.schedule.check(now)?;
        let document = document.ok_or(DocumentError::Missing)?;
        check_document(&document)?;
        let status = match new.schedule.start_at {
            Some(_) => JobStatus::Scheduled,
            None => JobStatus::InProgress,
        };
        let job = Job {
            targets: self.job_targets(&new.targets)?,
            id: new.id,
            target_selection: new.target_selection,
            description: new.description,
            config,
            schedule: new.schedule,
            template_arn: new.template_arn,
            status,
            force_canceled: false,
            reason_code: None,
            comment: None,
            created_at: now,
            last_updated_at: now,
            completed_at: None,
        };
        Ok((job, document))
    }

    fn template_of(&self, arn: &str) -> Result<Option<registry::JobTemplate>, StoreError> {
        let named = Arn::from_text(arn);
        let id = match named.iot_resource() {
            Some(("jobtemplate", id)) => JobTemplateId::new(id).ok(),
            _ => None,
        };
        id.map_or(Ok(None), |id| self.registry().job_template(&id))
    }
}

impl ConfigChoice {
    /// These settings, and where none is given, those.
    pub(super) fn over(&self, config: &Config) -> Config {
        let choice = self.clone();
        let there = config.clone();
        Config {
            rollout: choice.rollout.unwrap_or(there.rollout),
            abort: choice.abort.unwrap_or(there.abort),
            in_progress_timeout_mins: choice
                .in_progress_timeout_mins
                .or(there.in_progress_timeout_mins),
            retry: choice.retry.unwrap_or(there.retry),
            presigned_url: choice.presigned_url.or(there.presigned_url),
        }
    }
}

pub(super) fn check_document(document: &str) -> Result<(), DocumentError> {
    let bytes = document.len();
    if bytes > DOCUMENT_BYTES_MAX {
        return Err(DocumentError::TooLong { bytes });
    }
    if let Some(at) = document.find(PLACEHOLDER) {
        let found = document[at..].split_inclusive('}').next().unwrap_or(PLACEHOLDER);
        return Err(DocumentError::Placeholder { found: found.to_owned() });
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(document) {
        Ok(_) => Ok(()),
        Err(error) => Err(DocumentError::Json { what: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_json_of_which_nothing_is_to_be_replaced() {
        let check = |document: &str| check_document(document).map_err(|error| error.to_string());
        assert_eq!(check(r#"{"a": ["${mine}", 1]}"#), Ok(()));
        let link = r#"{"url": "${aws:iot:s3-presigned-url:https://s3/b/k}", "x": "}"}"#;
        let expected = "placeholders in job documents, \
                        ${aws:iot:s3-presigned-url:https://s3/b/k}, are not supported";
        assert_eq!(check(link), Err(expected.to_owned()));
        assert!(check("{").is_err_and(|what| what.starts_with("the job document is no JSON")));
        let long = format!("\"{}\"", "x".repeat(32_768));
        assert_eq!(check_document(&long), Err(DocumentError::TooLong { bytes: 32_770 }));
    }
}
