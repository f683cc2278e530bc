//! A job, its things and their executions, in memory.

use std::collections::{BTreeMap, BTreeSet};

use jobs::{
    Cancellation, Config, CounterChange, Counters, EndBehavior, Execution, ExecutionStatus, Job,
    JobStatus, Progress, Schedule, Step, StepTimer, Target, TargetSelection, Turn, Update,
    Withdrawn, Work,
};
use model::{JobId, ThingName};

/// Small, so that cursors are used.
const BATCH: usize = 7;

#[derive(Clone, Debug)]
pub(crate) enum Event {
    Report { thing: usize, status: ExecutionStatus, minutes: Option<i64> },
    CancelExecution { thing: usize, force: bool },
    Remove { thing: usize },
    Pass { millis: u64 },
    Turn,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) job: Job,
    pub(crate) progress: Progress,
    pub(crate) waiting: BTreeSet<ThingName>,
    pub(crate) executions: BTreeMap<ThingName, Execution>,
    pub(crate) now: u64,
    things: Vec<ThingName>,
}

impl World {
    pub(crate) fn new(config: Config, things: usize) -> World {
        config.check().expect("a good configuration");
        let names = (0..things).map(|number| format!("thing-{number:04}"));
        let things: Vec<ThingName> =
            names.map(|name| ThingName::new(&name).expect("a name")).collect();
        let job = Job {
            id: JobId::new("job").expect("an id"),
            targets: things.iter().cloned().map(Target::Thing).collect(),
            target_selection: TargetSelection::Snapshot,
            description: None,
            config,
            schedule: Schedule::default(),
            template_arn: None,
            status: JobStatus::InProgress,
            force_canceled: false,
            reason_code: None,
            comment: None,
            created_at: 0,
            last_updated_at: 0,
            completed_at: None,
        };
        let (waiting, executions) = (BTreeSet::new(), BTreeMap::new());
        World { job, progress: Progress::begin(), waiting, executions, now: 0, things }
    }

    pub(crate) fn execution(&self, thing: usize) -> Option<&Execution> {
        self.executions.get(&self.things[thing])
    }

    pub(crate) fn count(&self, status: ExecutionStatus) -> usize {
        self.executions.values().filter(|execution| execution.status == status).count()
    }

    pub(crate) fn happen(&mut self, event: &Event) {
        match *event {
            Event::Report { thing, status, minutes } => self.report(thing, status, minutes),
            Event::CancelExecution { thing, force } => {
                let outcome = self.execution(thing).map(|e| e.cancel(force, None, None, self.now));
                if let Some(Ok(step)) = outcome {
                    self.step(thing, step);
                }
            }
            Event::Remove { thing } => {
                if let Some(step) = self.execution(thing).and_then(|e| e.remove(self.now)) {
                    self.step(thing, step);
                }
            }
            Event::Pass { millis } => self.now += millis,
            Event::Turn => {
                self.turn();
            }
        }
        self.check();
    }

    pub(crate) fn cancel(&mut self, how: &Cancellation) {
        let Ok(job) = self.job.cancel(how, self.now) else { return };
        self.job = job;
        let executions = if how.force { Withdrawn::Unfinished } else { Withdrawn::Queued };
        self.progress = self.progress.withdraw(executions);
    }

    /// Does all that is due until then.
    pub(crate) fn run_until(&mut self, until: u64) {
        loop {
            while self.turn() {}
            let next = self.next_due().filter(|due_at| *due_at <= until);
            let Some(due_at) = next else { break };
            self.now = self.now.max(due_at);
        }
        self.now = until;
    }

    /// Every device begins what it is told and never reports again: timers and retries end it all.
    pub(crate) fn run_to_the_end(&mut self) {
        for _ in 0..10_000 {
            while self.turn() {}
            let queued = |world: &World, thing: usize| {
                world.execution(thing).is_some_and(|e| e.status == ExecutionStatus::Queued)
            };
            for thing in (0..self.things.len()).collect::<Vec<_>>() {
                if queued(self, thing) {
                    let status = ExecutionStatus::InProgress;
                    self.happen(&Event::Report { thing, status, minutes: None });
                }
            }
            match self.next_due() {
                Some(due_at) => self.now = self.now.max(due_at),
                None => return,
            }
        }
        panic!("the job does not end: {:?}", self.progress);
    }

    fn next_due(&self) -> Option<u64> {
        let timers = self.executions.values().filter_map(Execution::due_at);
        timers.chain(self.progress.due_at(&self.job)).min()
    }

    fn report(&mut self, thing: usize, status: ExecutionStatus, minutes: Option<i64>) {
        let step_timer = minutes.map(|m| StepTimer::from_minutes(m).expect("minutes"));
        let update = Update { status, details: None, step_timer, expected_version: None };
        let outcome = self.execution(thing).map(|e| e.update(&update, &self.job.rules(), self.now));
        if let Some(Ok(step)) = outcome {
            self.step(thing, step);
        }
    }

    fn step(&mut self, thing: usize, step: Step) {
        let name = self.things[thing].clone();
        let before = &self.executions[&name];
        assert!(!before.status.is_terminal(), "what is over stays over");
        assert!(step.reported.version > before.version, "versions rise");
        assert!(step.next.version >= step.reported.version && step.next.number >= before.number);
        let change = CounterChange::moved(Some(before.status), Some(step.next.status));
        self.progress.counters = self.progress.counters.changed(&change);
        self.executions.insert(name, step.next);
    }

    /// One turn; answers whether anything was done.
    fn turn(&mut self) -> bool {
        let mut is_busy = false;
        for thing in 0..self.things.len() {
            let timed_out =
                self.execution(thing).and_then(|e| e.time_out(&self.job.rules(), self.now));
            if let Some(step) = timed_out {
                self.step(thing, step);
                is_busy = true;
            }
        }
        is_busy |= match self.progress.turn(&self.job, self.now) {
            Turn::Gather { target, .. } => self.gather(target),
            Turn::RollOut { things_max, look_again_at } => self.roll_out(things_max, look_again_at),
            Turn::Withdraw { executions, after } => self.withdraw(executions, after.as_ref()),
            Turn::Abort => {
                self.cancel(&Cancellation::default());
                true
            }
            Turn::Complete => {
                self.job = self.job.complete(self.now);
                true
            }
            Turn::Wait { .. } => false,
            other @ (Turn::Start
            | Turn::Delete { .. }
            | Turn::End(EndBehavior::StopRollout | _)) => {
                panic!("not in this world: {other:?}")
            }
        };
        self.check();
        is_busy
    }

    fn gather(&mut self, target: usize) -> bool {
        let end = (target + BATCH).min(self.things.len());
        self.waiting.extend(self.things[target..end].iter().cloned());
        self.progress.work = match end == self.things.len() {
            true => Work::RollOut { not_before: 0 },
            false => Work::Gather { target: end, after: None },
        };
        true
    }

    fn roll_out(&mut self, things_max: u32, look_again_at: u64) -> bool {
        let most = usize::try_from(things_max).expect("fits").min(BATCH);
        let told: Vec<ThingName> = self.waiting.iter().take(most).cloned().collect();
        for name in &told {
            self.waiting.remove(name);
            let there = self.executions.insert(name.clone(), Execution::queued(self.now));
            assert_eq!(there, None, "no execution is doubled");
        }
        let change = CounterChange::moved(None, Some(ExecutionStatus::Queued));
        for _ in &told {
            self.progress.counters = self.progress.counters.changed(&change);
        }
        let count = u32::try_from(told.len()).expect("fits");
        self.progress.pacing = self.progress.pacing.told(count, self.now);
        self.progress.work = match (self.waiting.is_empty(), count < things_max) {
            (true, _) => Work::Rest,
            (false, true) => Work::RollOut { not_before: 0 },
            (false, false) => Work::RollOut { not_before: look_again_at },
        };
        true
    }

    fn withdraw(&mut self, executions: Withdrawn, after: Option<&ThingName>) -> bool {
        self.waiting.clear();
        let force = executions == Withdrawn::Unfinished;
        let names: Vec<ThingName> = self.things.clone();
        let mut walked =
            names.iter().enumerate().filter(|(_, name)| after.is_none_or(|after| *name > after));
        let mut last = None;
        for (thing, name) in walked.by_ref().take(BATCH) {
            let outcome = self.execution(thing).map(|e| e.cancel(force, None, None, self.now));
            if let Some(Ok(step)) = outcome {
                self.step(thing, step);
            }
            last = Some(name.clone());
        }
        self.progress.work = match last {
            Some(after) => Work::Withdraw { executions, after: Some(after) },
            None => Work::Rest,
        };
        true
    }

    fn check(&self) {
        let counted = self.executions.values().map(|execution| (execution.status, 1));
        assert_eq!(self.progress.counters, Counters::from_iter(counted));
        assert!(self.executions.keys().all(|name| !self.waiting.contains(name)));
    }
}
