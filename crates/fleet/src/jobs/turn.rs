//! One turn of a job: the next bounded piece of what is to be done, as a decision.

use jobs::{
    Cancellation, EndBehavior, Execution, ExecutionStatus, Job, JobError, Progress,
    TargetSelection, Turn, Withdrawn, Work,
};
use model::{JobId, ThingName};
use registry::{HeldExecution, HeldJob, HeldProgress, JobDraft, JobView, StoreError};
use stdx::clock::UnixMillis;

use crate::fleet::Fleet;
use crate::jobs::change::{held, withdrawn};
use crate::jobs::decide::Decided;
use crate::jobs::event::{Event, JobEvent};
use crate::jobs::target::is_target;

/// Why a turn was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum TurnError {
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A job in the middle of its turn.
struct Turning<'view> {
    view: &'view JobView,
    job: &'view HeldJob,
    progress: &'view HeldProgress,
    draft: JobDraft<'view>,
    events: Vec<Event>,
    /// How many things or executions one commit may touch.
    limit: usize,
    now: UnixMillis,
}

impl Fleet {
    /// The next turn of a job. Nothing if there is none to be done now.
    pub(super) fn turn_of_job(
        &self,
        view: &JobView,
        id: &JobId,
        limit: usize,
        now: UnixMillis,
    ) -> Result<Option<Decided<()>>, TurnError> {
        let Some((job, progress)) = held(view, id)? else { return Ok(None) };
        let (events, draft) = (Vec::new(), view.draft());
        let mut turning =
            Turning { view, job: &job, progress: &progress, draft, events, limit, now };
        match progress.progress.turn(&job.job, now) {
            Turn::Wait { .. } => return Ok(None),
            Turn::Start => turning.put(&job.job.start(now), &progress.progress),
            Turn::Gather { target, after } => self.gather(&mut turning, target, after)?,
            Turn::RollOut { things_max, look_again_at } => {
                let reached = self.0.jobs.reached(id);
                let reached = turning.roll_out(things_max, look_again_at, reached.as_ref())?;
                self.0.jobs.reach(id, reached);
            }
            Turn::Withdraw { executions, after } => turning.withdraw(executions, after)?,
            Turn::Delete { after } => turning.delete(after.as_ref())?,
            Turn::End(behavior) => turning.end(behavior)?,
            Turn::Abort => turning.cancel(false, "the abort criteria were met")?,
            Turn::Complete => turning.complete(),
        }
        let Turning { draft, events, .. } = turning;
        Ok(Some(self.decided(view, draft, &events, (), now)?))
    }

    /// Targets become things that wait to be told.
    fn gather(
        &self,
        turning: &mut Turning<'_>,
        mut target: usize,
        mut after: Option<String>,
    ) -> Result<(), StoreError> {
        let job = &turning.job.job;
        let mut left = turning.limit;
        while left > 0 && target < job.targets.len() {
            let page = self.things_of_target(&job.targets[target], after.as_deref(), left)?;
            for thing in &page.items {
                turning.wait(thing)?;
            }
            left = left.saturating_sub(page.items.len().max(1));
            after = page.next;
            if after.is_none() {
                target += 1;
            }
        }
        let work = match target < job.targets.len() {
            true => Work::Gather { target, after },
            false => Work::RollOut { not_before: 0 },
        };
        turning.put_work(work);
        Ok(())
    }
}

impl Turning<'_> {
    /// Things that wait are told, from behind `after` on. Answers how far that went; nothing when the
    /// end was reached, and whoever joined before it is looked at next.
    fn roll_out(
        &mut self,
        things_max: u32,
        look_again_at: UnixMillis,
        after: Option<&ThingName>,
    ) -> Result<Option<ThingName>, StoreError> {
        let allowed = usize::try_from(things_max).unwrap_or(usize::MAX);
        let most = allowed.min(self.limit);
        let id = &self.job.job.id;
        // With nothing allowed, one is looked at: to know whether any is left.
        let after = after.map(ThingName::as_str);
        let page = self.view.waiting(id, after, most.max(1))?;
        let mut told = 0;
        for thing in page.items.iter().take(most) {
            self.draft.remove_waiting(id, thing);
            told += u32::from(self.tell(thing)?);
        }
        let is_at_end = page.next.is_none() && page.items.len() <= most;
        let work = match (is_at_end && !self.waits_before(after)?, told < things_max) {
            (true, _) => Work::Rest,
            (false, true) => Work::RollOut { not_before: 0 },
            (false, false) => Work::RollOut { not_before: look_again_at },
        };
        let progress = &self.progress.progress;
        let pacing = progress.pacing.told(told, self.now);
        let progress = Progress { work, pacing, ..progress.clone() };
        self.put(&self.job.job, &progress);
        let last = page.items.into_iter().take(most).last();
        Ok(last.filter(|_| !is_at_end))
    }

    /// Whether somebody joined those who wait at a place that the rollout is past.
    fn waits_before(&self, after: Option<&str>) -> Result<bool, StoreError> {
        let Some(after) = after else { return Ok(false) };
        let first = self.view.waiting(&self.job.job.id, None, 1)?.items.into_iter().next();
        Ok(first.is_some_and(|first| first.as_str() <= after))
    }

    /// Answers whether there was somebody to tell.
    fn tell(&mut self, thing: &ThingName) -> Result<bool, StoreError> {
        let job = &self.job.job;
        let is_there = self.view.has_thing(thing)?
            && (job.target_selection == TargetSelection::Snapshot
                || is_target(self.view, job, thing)?);
        let held = self.view.execution(&job.id, thing)?;
        let execution = match &held {
            _ if !is_there => return Ok(false),
            None => Execution::queued(self.now),
            Some(held) if held.execution.status == ExecutionStatus::Removed => {
                held.execution.queued_again(self.now)
            }
            Some(_) => return Ok(false),
        };
        self.draft.keep_thing(thing);
        self.draft.put_execution(&job.id, thing, held.as_ref(), &execution)?;
        Ok(true)
    }

    /// A thing is to be told, unless it was.
    fn wait(&mut self, thing: &ThingName) -> Result<(), StoreError> {
        let id = &self.job.job.id;
        let held = self.view.execution(id, thing)?;
        let was_told = held.is_some_and(|held| held.execution.status != ExecutionStatus::Removed);
        if !was_told {
            self.draft.add_waiting(id, thing);
        }
        Ok(())
    }

    /// First those who wait are forgotten, then executions are canceled.
    fn withdraw(
        &mut self,
        executions: Withdrawn,
        after: Option<ThingName>,
    ) -> Result<(), StoreError> {
        if self.forget_waiting()? {
            self.put_work(Work::Withdraw { executions, after });
            return Ok(());
        }
        if executions == Withdrawn::None {
            self.put_work(Work::Rest);
            return Ok(());
        }
        let id = &self.job.job.id;
        let after = after.as_ref().map(ThingName::as_str);
        let page = self.view.executions_of_job(id, after, self.limit)?;
        for (thing, held) in &page.items {
            self.cancel_execution(thing, held, executions == Withdrawn::Unfinished)?;
        }
        let last = page.items.last().map(|(thing, _)| thing.clone());
        if page.next.is_some() {
            self.put_work(Work::Withdraw { executions, after: last });
            return Ok(());
        }
        self.put_work(Work::Rest);
        let counters = &self.progress.progress.counters;
        self.events.push(Event::job(JobEvent::Canceled, &self.job.job, counters));
        Ok(())
    }

    fn cancel_execution(
        &mut self,
        thing: &ThingName,
        held: &HeldExecution,
        force: bool,
    ) -> Result<(), StoreError> {
        // What is over, or has begun and may go on, stays.
        let Ok(step) = held.execution.cancel(force, None, None, self.now) else { return Ok(()) };
        let id = &self.job.job.id;
        self.draft.put_execution(id, thing, Some(held), &step.next)?;
        self.events.extend(Event::ended(id, thing, &step.reported));
        Ok(())
    }

    /// Executions first, a page at a time. Nobody makes new ones, so the walk need not begin again;
    /// but the job goes only when a look from the start finds none.
    fn delete(&mut self, after: Option<&ThingName>) -> Result<(), StoreError> {
        if self.forget_waiting()? {
            self.put_work(Work::Delete { after: None });
            return Ok(());
        }
        let id = &self.job.job.id;
        let page = self.view.executions_of_job(id, after.map(ThingName::as_str), self.limit)?;
        for (thing, held) in &page.items {
            self.draft.delete_execution(id, thing, held)?;
            self.events.push(Event::deleted(id, thing, &held.execution));
        }
        let last = page.items.last().map(|(thing, _)| thing.clone());
        if last.is_some() || after.is_some() {
            self.put_work(Work::Delete { after: last });
            return Ok(());
        }
        let counters = &self.progress.progress.counters;
        self.events.push(Event::job(JobEvent::Deleted, &self.job.job, counters));
        self.draft.delete_job((self.job, self.progress));
        Ok(())
    }

    fn end(&mut self, behavior: EndBehavior) -> Result<(), TurnError> {
        match behavior {
            EndBehavior::StopRollout => {
                let progress = self.progress.progress.withdraw(Withdrawn::None);
                self.put(&self.job.job, &progress);
                Ok(())
            }
            EndBehavior::Cancel => self.cancel(false, "the scheduled end has come"),
            EndBehavior::ForceCancel => self.cancel(true, "the scheduled end has come"),
        }
    }

    fn cancel(&mut self, force: bool, comment: &str) -> Result<(), TurnError> {
        let comment = Some(comment.to_owned());
        let how = Cancellation { force, reason_code: None, comment };
        let job = self.job.job.cancel(&how, self.now)?;
        let progress = self.progress.progress.withdraw(withdrawn(force));
        let event = JobEvent::CancellationInProgress;
        self.events.push(Event::job(event, &job, &progress.counters));
        self.put(&job, &progress);
        Ok(())
    }

    fn complete(&mut self) {
        let job = self.job.job.complete(self.now);
        let progress = &self.progress.progress;
        self.events.push(Event::job(JobEvent::Completed, &job, &progress.counters));
        self.put(&job, progress);
    }

    /// Answers whether there was any.
    fn forget_waiting(&mut self) -> Result<bool, StoreError> {
        let id = &self.job.job.id;
        let waiting = self.view.waiting(id, None, self.limit)?.items;
        for thing in &waiting {
            self.draft.remove_waiting(id, thing);
        }
        Ok(!waiting.is_empty())
    }

    fn put_work(&mut self, work: Work) {
        let progress = Progress { work, ..self.progress.progress.clone() };
        self.put(&self.job.job, &progress);
    }

    fn put(&mut self, job: &Job, progress: &Progress) {
        self.draft.put_job((self.job, self.progress), job, progress);
    }
}
