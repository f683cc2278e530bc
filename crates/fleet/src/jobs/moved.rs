//! Things that joined or left a group, or are gone: continuous jobs take in who joins, and what
//! nobody is to do any longer is removed.

use std::collections::BTreeSet;

use jobs::{ExecutionStatus, JobStatus, TargetSelection};
use model::{JobId, ThingName};
use registry::{JobDraft, JobView, MovedThing, PAGE_ITEMS_MAX, StoreError};
use stdx::clock::UnixMillis;

use crate::fleet::Fleet;
use crate::jobs::change::held;
use crate::jobs::decide::Decided;
use crate::jobs::event::Event;
use crate::jobs::target::is_target;

impl Fleet {
    /// What moves of things mean for jobs. They say only where to look: what there is decides.
    pub(super) fn look_at_moved(
        &self,
        view: &JobView,
        moved: &[MovedThing],
        now: UnixMillis,
    ) -> Result<Decided<()>, StoreError> {
        let mut draft = view.draft();
        let mut events = Vec::new();
        // One that moved several times is looked at once.
        let things: BTreeSet<&ThingName> = moved.iter().map(|moved| &moved.thing).collect();
        for thing in things {
            for id in jobs_around(view, thing)? {
                join(view, &mut draft, &id, thing)?;
            }
            remove(view, &mut draft, &mut events, thing, now)?;
        }
        for moved in moved {
            draft.looked_at(moved);
        }
        self.decided(view, draft, &events, (), now)
    }
}

/// What a thing is no target of any longer is over for it, and everything if it is gone.
fn remove(
    view: &JobView,
    draft: &mut JobDraft<'_>,
    events: &mut Vec<Event>,
    thing: &ThingName,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let is_there = view.has_thing(thing)?;
    for pending in view.queue(thing)?.all() {
        let Some(job) = view.job(&pending.job)? else { continue };
        let is_continuous = job.job.target_selection == TargetSelection::Continuous;
        if is_there && (!is_continuous || is_target(view, &job.job, thing)?) {
            continue;
        }
        let held = view.execution(&pending.job, thing)?;
        let removed = held.as_ref().and_then(|held| held.execution.remove(now));
        let Some(step) = removed else { continue };
        draft.put_execution(&pending.job, thing, held.as_ref(), &step.next)?;
        events.extend(Event::ended(&pending.job, thing, &step.reported));
    }
    Ok(())
}

/// The jobs whose targets are groups that a thing is in.
fn jobs_around(view: &JobView, thing: &ThingName) -> Result<BTreeSet<JobId>, StoreError> {
    let mut jobs = BTreeSet::new();
    for group in view.groups_around(thing)? {
        let mut after = None;
        loop {
            let page = view.jobs_of_group(&group, after.as_deref(), PAGE_ITEMS_MAX)?;
            jobs.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
    }
    Ok(jobs)
}

/// A thing that a continuous job did not tell yet is to be told.
fn join(
    view: &JobView,
    draft: &mut JobDraft<'_>,
    id: &JobId,
    thing: &ThingName,
) -> Result<(), StoreError> {
    let Some((job, progress)) = held(view, id)? else { return Ok(()) };
    let takes_in = job.job.target_selection == TargetSelection::Continuous
        && job.job.status == JobStatus::InProgress
        && !progress.progress.is_stopped;
    let execution = view.execution(id, thing)?;
    let was_told = execution.is_some_and(|e| e.execution.status != ExecutionStatus::Removed);
    if !takes_in || was_told || view.is_waiting(id, thing)? {
        return Ok(());
    }
    draft.add_waiting(id, thing);
    draft.put_job((&job, &progress), &job.job, &progress.progress.joined());
    Ok(())
}
