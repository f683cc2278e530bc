//! A fleet with things and jobs, whose store may stop taking commits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use fleet::{ConfigChoice, Execute, Fleet, NewJob, Parts, Post, Posted, Report};
use jobs::{
    Counters, ExecutionStatus, JobStatus, RetryCriterion, RetryFailure, RolloutConfig, Schedule,
    TargetSelection, Update,
};
use kv::{Batch, CommitError, Store};
use model::{Home, JobId, Message, ThingName};
use pki::CertificateAuthority;
use policy::Document;
use registry::{NewThing, Registry};
use serde_json::Value;
use stdx::clock::{Clock, Hands};
use stdx::task::block_on;

use crate::functions;

pub(crate) const START: u64 = 1_790_000_000_000;
pub(crate) const MINUTE: u64 = 60_000;
pub(crate) const DOCUMENT: &str = r#"{"do":"it"}"#;

pub(crate) struct Works {
    pub(crate) fleet: Fleet,
    pub(crate) hands: Hands,
    pub(crate) clock: Clock,
    pub(crate) post: Arc<Fragile>,
    pub(crate) store: Store,
}

/// Commits as the broker does, until the power goes.
#[derive(Debug)]
pub(crate) struct Fragile {
    store: Store,
    left: AtomicUsize,
    messages: Mutex<Vec<(String, Value)>>,
}

impl Post for Fragile {
    fn is_wanted(&self, _topic: &model::Topic) -> bool {
        true
    }

    fn commit_after(&self, batch: Batch, messages: Vec<Message>, _hops: u8) -> Posted {
        let has_power =
            self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        let outcome = match has_power {
            Ok(_) => self.store.commit(batch).wait(),
            Err(_) => Err(CommitError::Closed),
        };
        if outcome.is_ok() {
            let shown = messages.into_iter().map(|message| {
                let payload = serde_json::from_slice(&message.payload).expect("JSON");
                (message.topic.to_string(), payload)
            });
            self.messages.lock().expect("no test panics with it").extend(shown);
        }
        Box::pin(async move { outcome })
    }
}

impl Fragile {
    /// What things were told since this was asked last; what was told to others is forgotten.
    pub(crate) fn take(&self) -> Vec<(String, Value)> {
        self.take_where(|topic| topic.starts_with("$aws/things/"))
    }

    pub(crate) fn take_events(&self) -> Vec<(String, Value)> {
        self.take_where(|topic| topic.starts_with("$aws/events/"))
    }

    fn take_where(&self, wanted: impl Fn(&str) -> bool) -> Vec<(String, Value)> {
        let messages = std::mem::take(&mut *self.messages.lock().expect("no test panics with it"));
        messages.into_iter().filter(|(topic, _)| wanted(topic)).collect()
    }

    pub(crate) fn has_power(&self) -> bool {
        self.left.load(Ordering::SeqCst) > 0
    }
}

impl Works {
    pub(crate) fn with_things(count: usize) -> Works {
        let (clock, hands) = Clock::stopped_at(START);
        let works = Works::on(&Store::in_memory(), &clock, &hands, usize::MAX);
        for number in 0..count {
            works.add_thing(&thing(number));
        }
        works
    }

    /// The same house after a crash: only what the store holds is left.
    pub(crate) fn again(&self, commits: usize) -> Works {
        Works::on(&self.store, &self.clock, &self.hands, commits)
    }

    fn on(store: &Store, clock: &Clock, hands: &Hands, commits: usize) -> Works {
        let (left, messages) = (AtomicUsize::new(commits), Mutex::default());
        let post = Arc::new(Fragile { store: store.clone(), left, messages });
        let deny = r#"{"Statement":{"Effect":"Deny","Action":"iot:*","Resource":"*"}}"#;
        let parts = Parts {
            registry: Registry::new(store.clone(), Home::default()),
            certificate_authority: CertificateAuthority::generate("root", START).expect("a root"),
            clock: clock.clone(),
            anonymous: Document::parse(deny).expect("a document"),
            post: Arc::clone(&post) as Arc<dyn Post>,
            invoke: Arc::new(functions::Told::default()),
        };
        let (fleet, store) = (Fleet::new(parts), store.clone());
        Works { fleet, hands: hands.clone(), clock: clock.clone(), post, store }
    }

    pub(crate) fn add_thing(&self, name: &ThingName) {
        let new = NewThing {
            name: name.clone(),
            type_name: None,
            attributes: BTreeMap::new(),
            billing_group: None,
        };
        block_on(self.fleet.registry().create_thing(new)).expect("created");
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Steps until nothing is due now; answers when the next thing is.
    pub(crate) fn settle(&self) -> Option<u64> {
        for _ in 0..10_000 {
            match block_on(self.fleet.step_jobs(self.now())) {
                Ok(Some(due_at)) if due_at <= self.now() => {}
                Ok(due_at) => return due_at,
                Err(error) => {
                    assert!(!self.post.has_power(), "{error:?}");
                    return None;
                }
            }
        }
        panic!("the driver finds no rest");
    }

    pub(crate) fn status(&self, id: &JobId) -> JobStatus {
        self.fleet.describe_job(id).expect("described").job.status
    }

    pub(crate) fn counters(&self, id: &JobId) -> Counters {
        self.fleet.describe_job(id).expect("described").counters
    }

    pub(crate) fn begin(&self, thing: &ThingName) -> Option<u64> {
        let started = block_on(self.fleet.start_next_execution(thing, &Execute::default()));
        started.ok().flatten().map(|described| described.execution.number)
    }

    pub(crate) fn report(&self, thing: &ThingName, id: &JobId, status: ExecutionStatus) -> bool {
        let update = Update { status, details: None, step_timer: None, expected_version: None };
        let report = Report { update, number: None, include_document: false };
        block_on(self.fleet.report_execution(thing, id, &report)).is_ok()
    }

    /// Counters are what executions say, queues hold what is not over, and nothing is doubled.
    pub(crate) fn check_books(&self, id: &JobId, things: usize) {
        let view = self.fleet.registry().jobs();
        let mut counted = Vec::new();
        for number in 0..things {
            let thing = thing(number);
            let held = view.execution(id, &thing).expect("read");
            let status = held.as_ref().map(|held| held.execution.status);
            let queue = view.queue(&thing).expect("read");
            let queued = queue.all().iter().filter(|pending| pending.job == *id);
            let queued: Vec<ExecutionStatus> = queued.map(|pending| pending.status).collect();
            let expected: Vec<ExecutionStatus> =
                status.filter(|status| !status.is_terminal()).into_iter().collect();
            assert_eq!(queued, expected, "{thing}");
            let is_waiting = view.is_waiting(id, &thing).expect("read");
            // One that left a continuous job's group and came back waits to be told again.
            let was_told = status.is_some_and(|status| status != ExecutionStatus::Removed);
            assert!(!(is_waiting && was_told), "{thing} waits and was told");
            counted.extend(status.map(|status| (status, 1)));
        }
        assert_eq!(view.counters(id).expect("read"), Counters::from_iter(counted));
    }
}

pub(crate) fn thing(number: usize) -> ThingName {
    ThingName::new(&format!("thing-{number:03}")).expect("a name")
}

pub(crate) fn job_id(text: &str) -> JobId {
    JobId::new(text).expect("an id")
}

pub(crate) fn arns(things: impl IntoIterator<Item = usize>) -> Vec<String> {
    let arn = |number| format!("arn:aws:iot:us-east-1:000000000000:thing/{}", thing(number));
    things.into_iter().map(arn).collect()
}

/// For all these things at once.
pub(crate) fn new_job(id: &str, things: impl IntoIterator<Item = usize>) -> NewJob {
    NewJob {
        id: job_id(id),
        targets: arns(things),
        target_selection: TargetSelection::Snapshot,
        description: None,
        document: Some(DOCUMENT.to_owned()),
        config: ConfigChoice::default(),
        schedule: Schedule::default(),
        template_arn: None,
        tags: registry::Tags::default(),
    }
}

/// So many a minute, five minutes for each, two retries.
pub(crate) fn careful(per_minute: u32) -> ConfigChoice {
    ConfigChoice {
        rollout: Some(RolloutConfig { maximum_per_minute: Some(per_minute), exponential: None }),
        in_progress_timeout_mins: Some(5),
        retry: Some(vec![RetryCriterion { failure: RetryFailure::All, retries_max: 2 }]),
        ..ConfigChoice::default()
    }
}

impl Works {
    pub(crate) fn check_books_if_there(&self, id: &JobId, things: usize) {
        if self.fleet.describe_job(id).is_ok() {
            self.check_books(id, things);
        }
    }

    /// Of a job that was deleted.
    pub(crate) fn check_nothing_is_left(&self, id: &JobId, things: usize) {
        let view = self.fleet.registry().jobs();
        assert!(view.due(10).expect("read").is_empty());
        assert!(view.counter_changes(10).expect("read").is_empty());
        for number in 0..things {
            assert!(view.queue(&thing(number)).expect("read").all().is_empty());
        }
        self.check_nothing_is_left_of(id, things);
    }

    /// The same where there are other jobs.
    pub(crate) fn check_nothing_is_left_of(&self, id: &JobId, things: usize) {
        let view = self.fleet.registry().jobs();
        assert!(view.document(id).expect("read").is_none());
        assert!(view.waiting(id, None, 10).expect("read").items.is_empty());
        for number in 0..things {
            let thing = thing(number);
            assert!(view.execution(id, &thing).expect("read").is_none());
            let queue = view.queue(&thing).expect("read");
            assert!(queue.all().iter().all(|pending| pending.job != *id));
            let jobs = view.jobs_of_thing(&thing, None, 10).expect("read").items;
            assert!(!jobs.contains(id));
        }
    }
}
