//! Changing, canceling and deleting jobs, and giving them more targets.

use jobs::{Cancellation, Job, JobError, Progress, Withdrawn, Work};
use model::{Arn, JobId};
use registry::{HeldJob, HeldProgress, JobView, StoreError};

use crate::fleet::Fleet;
use crate::jobs::create::ConfigChoice;
use crate::jobs::event::{Event, JobEvent};
use crate::jobs::target::{NotAJobTarget, TargetError};

/// What to change of a job; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobUpdate {
    pub description: Option<String>,
    pub config: ConfigChoice,
}

#[derive(Debug, thiserror::Error)]
pub enum JobChangeError {
    #[error("the job {id} does not exist")]
    NotFound { id: JobId },
    #[error(transparent)]
    Job(#[from] JobError),
    #[error("a job may have at most 100 targets, not {count}")]
    Targets { count: usize },
    #[error("{arn} does not exist")]
    TargetNotFound { arn: Arn },
    #[error(transparent)]
    Target(#[from] NotAJobTarget),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TargetError> for JobChangeError {
    fn from(error: TargetError) -> JobChangeError {
        match error {
            TargetError::Name(error) => JobChangeError::Target(error),
            TargetError::NotFound { arn } => JobChangeError::TargetNotFound { arn },
            TargetError::Store(error) => JobChangeError::Store(error),
        }
    }
}

const TARGETS_MAX: usize = 100;

impl Fleet {
    pub async fn update_job(&self, id: &JobId, update: &JobUpdate) -> Result<Job, JobChangeError> {
        self.change_job(id, None, |job, progress, now| {
            let description = update.description.clone().or_else(|| job.description.clone());
            let config = update.config.over(&job.config);
            Ok((job.configure(description, config, now)?, progress.clone()))
        })
        .await
    }

    /// Nobody else is told of a canceled job. Executions that have not begun are canceled; with
    /// force, all that are not over.
    pub async fn cancel_job(&self, id: &JobId, how: &Cancellation) -> Result<Job, JobChangeError> {
        self.change_job(id, Some(JobEvent::CancellationInProgress), |job, progress, now| {
            let executions = withdrawn(how.force);
            Ok((job.cancel(how, now)?, progress.withdraw(executions)))
        })
        .await
    }

    /// The job's executions and then the job itself are deleted, by the driver.
    pub async fn delete_job(&self, id: &JobId, force: bool) -> Result<(), JobChangeError> {
        let deleting = |job: &Job, progress: &Progress, now| {
            let progress = Progress { work: Work::Delete { after: None }, ..progress.clone() };
            Ok((job.delete(force, now)?, progress))
        };
        self.change_job(id, Some(JobEvent::DeletionInProgress), deleting).await.map(drop)
    }

    /// Gives a continuous job more targets.
    pub async fn associate_targets_with_job(
        &self,
        id: &JobId,
        arns: &[String],
        comment: Option<&str>,
    ) -> Result<Job, JobChangeError> {
        let targets = self.job_targets(arns)?;
        self.change_job(id, None, |job, progress, now| {
            let from = job.targets.len();
            let job = job.associate(&targets, comment.map(str::to_owned), now)?;
            match job.targets.len() {
                count if count > TARGETS_MAX => Err(JobChangeError::Targets { count }),
                count if count == from => Ok((job, progress.clone())),
                _ => Ok((job, progress.targets_added(from))),
            }
        })
        .await
    }

    async fn change_job(
        &self,
        id: &JobId,
        event: Option<JobEvent>,
        change: impl Fn(&Job, &Progress, u64) -> Result<(Job, Progress), JobChangeError>,
    ) -> Result<Job, JobChangeError> {
        let now = self.0.clock.now();
        self.decide_jobs(|view| {
            let held =
                held(view, id)?.ok_or_else(|| JobChangeError::NotFound { id: id.clone() })?;
            let (job, progress) = change(&held.0.job, &held.1.progress, now)?;
            let mut draft = view.draft();
            draft.put_job((&held.0, &held.1), &job, &progress);
            let event = event.map(|what| Event::job(what, &job, &progress.counters));
            let events: Vec<Event> = event.into_iter().collect();
            Ok(self.decided(view, draft, &events, job.clone(), now)?)
        })
        .await
    }
}

pub(super) fn withdrawn(force: bool) -> Withdrawn {
    match force {
        true => Withdrawn::Unfinished,
        false => Withdrawn::Queued,
    }
}

/// A job and its progress. They are written together, so both are there or neither.
pub(super) fn held(
    view: &JobView,
    id: &JobId,
) -> Result<Option<(HeldJob, HeldProgress)>, StoreError> {
    Ok(view.job(id)?.zip(view.progress(id)?))
}
