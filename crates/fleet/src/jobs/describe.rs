//! Jobs as administrators see them.

use jobs::{Counters, Execution, Job, JobStatus, Progress, TargetSelection, Waiting, Work};
use model::{Arn, JobId, ThingGroupName, ThingName};
use registry::{JobView, PAGE_ITEMS_MAX, Page, StoreError};

use crate::fleet::Fleet;
use crate::jobs::change::held;

/// A list that is filtered reads on until its page is full, but not for ever: then a page is short,
/// and the next goes on.
const LOOKED_AT_MAX: usize = 5_000;

#[derive(Debug, thiserror::Error)]
pub enum JobNotFound {
    #[error("the job {id} does not exist")]
    NotFound { id: JobId },
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Clone, Debug)]
pub struct DescribedJob {
    pub job: Job,
    pub counters: Counters,
    /// The targets whose things are being told.
    pub processing_targets: Vec<Arn>,
    pub is_concurrent: bool,
}

/// Which jobs are listed.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    pub status: Option<JobStatus>,
    pub target_selection: Option<TargetSelection>,
    pub group: Option<ThingGroupName>,
}

/// Something of a job that is not over, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingThing {
    pub thing: ThingName,
    /// Nothing if the thing was not told yet.
    pub execution: Option<Execution>,
    pub waiting: Waiting,
}

impl Fleet {
    pub fn describe_job(&self, id: &JobId) -> Result<DescribedJob, JobNotFound> {
        let view = self.registry().jobs();
        let (job, progress) =
            held(&view, id)?.ok_or_else(|| JobNotFound::NotFound { id: id.clone() })?;
        let (job, progress) = (job.job, progress.progress);
        let is_telling = matches!(progress.work, Work::Gather { .. } | Work::RollOut { .. });
        let targets = job.targets.iter().filter(|_| is_telling);
        Ok(DescribedJob {
            processing_targets: targets.map(|target| self.job_target_arn(target)).collect(),
            counters: view.counters(id)?,
            is_concurrent: progress.is_concurrent(),
            job,
        })
    }

    pub fn job_document(&self, id: &JobId) -> Result<String, JobNotFound> {
        let document = self.registry().jobs().document(id)?;
        document.ok_or_else(|| JobNotFound::NotFound { id: id.clone() })
    }

    /// Jobs, and whether each is being told or canceled, in the order of their identifiers.
    pub fn list_jobs(
        &self,
        filter: &JobFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<(Job, bool)>, StoreError> {
        let view = self.registry().jobs();
        let read = |after: Option<&str>| match &filter.group {
            None => view.all(after, PAGE_ITEMS_MAX),
            Some(group) => {
                let Page { items, next } = view.jobs_of_group(group, after, PAGE_ITEMS_MAX)?;
                let jobs = items.iter().filter_map(|id| view.job(id).transpose());
                let jobs = jobs.map(|held| held.map(|held| held.job));
                Ok(Page { items: jobs.collect::<Result<_, _>>()?, next })
            }
        };
        let keep = |job: &Job| {
            filter.status.is_none_or(|status| job.status == status)
                && filter.target_selection.is_none_or(|selection| job.target_selection == selection)
        };
        let page = filtered(after, limit, read, keep, |job| job.id.to_string())?;
        let concurrent = |job: Job| {
            let progress = view.progress(&job.id)?;
            let is_concurrent = progress.is_some_and(|held| held.progress.is_concurrent());
            Ok((job, is_concurrent))
        };
        let items = page.items.into_iter().map(concurrent).collect::<Result<_, StoreError>>()?;
        Ok(Page { items, next: page.next })
    }

    /// What a job still waits for: first things that were told, then those that were not.
    pub fn waiting_of_job(
        &self,
        id: &JobId,
        limit: usize,
    ) -> Result<Vec<WaitingThing>, JobNotFound> {
        let view = self.registry().jobs();
        let (job, progress) =
            held(&view, id)?.ok_or_else(|| JobNotFound::NotFound { id: id.clone() })?;
        let mut waiting = waiting_executions(&view, &job.job, limit)?;
        let left = limit.saturating_sub(waiting.len());
        if left > 0 {
            waiting.extend(waiting_things(&view, &job.job, &progress.progress, left)?);
        }
        Ok(waiting)
    }
}

fn waiting_executions(
    view: &JobView,
    job: &Job,
    limit: usize,
) -> Result<Vec<WaitingThing>, StoreError> {
    let (mut waiting, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = view.executions_of_job(&job.id, after.as_deref(), PAGE_ITEMS_MAX)?;
        for (thing, held) in page.items {
            let execution = held.execution;
            if let Some(what) = Waiting::of_execution(&execution, job) {
                waiting.push(WaitingThing { thing, execution: Some(execution), waiting: what });
            }
            if waiting.len() == limit {
                return Ok(waiting);
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(waiting),
        }
    }
}

fn waiting_things(
    view: &JobView,
    job: &Job,
    progress: &Progress,
    limit: usize,
) -> Result<Vec<WaitingThing>, StoreError> {
    let what = Waiting::of_thing(job, progress);
    let (mut waiting, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = view.waiting(&job.id, after.as_deref(), PAGE_ITEMS_MAX)?;
        let things = page.items.into_iter().take(limit - waiting.len());
        let waiting_thing = |thing| WaitingThing { thing, execution: None, waiting: what };
        waiting.extend(things.map(waiting_thing));
        match page.next {
            Some(next) if waiting.len() < limit => after = Some(next),
            _ => return Ok(waiting),
        }
    }
}

/// A page of those that are to be kept. `key` is what a page after an item begins behind.
pub(super) fn filtered<T>(
    after: Option<&str>,
    limit: usize,
    read: impl Fn(Option<&str>) -> Result<Page<T>, StoreError>,
    keep: impl Fn(&T) -> bool,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, StoreError> {
    let mut items = Vec::new();
    let mut after = after.map(str::to_owned);
    let mut looked_at = 0;
    loop {
        let page = read(after.as_deref())?;
        let count = page.items.len();
        for (index, item) in page.items.into_iter().enumerate() {
            let behind = key(&item);
            if keep(&item) {
                items.push(item);
            }
            if items.len() == limit {
                let has_more = index + 1 < count || page.next.is_some();
                return Ok(Page { items, next: has_more.then_some(behind) });
            }
        }
        looked_at += count;
        match page.next {
            Some(next) if looked_at < LOOKED_AT_MAX => after = Some(next),
            next => return Ok(Page { items, next }),
        }
    }
}
