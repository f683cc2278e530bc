//! The store of rules, schedules and firings.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kv::{Present, Snapshot, Store};
use model::{BusName, Home, ScheduleGroupName};
use stdx::clock::{Clock, UnixMillis};
use tokio::sync::Notify;

use crate::error::ScheduleError;
use crate::key::FIRINGS;
use crate::rule_set::RuleSets;

/// What a decision keeps and writes, about: a rule with five targets and their templates.
const DECISION_BYTES: usize = 64 * 1_024;

/// What the bus and the group are called that are always there.
pub(crate) const DEFAULT: &str = "default";

/// What becomes of moments that passed while nobody was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missed {
    /// However many there were, one is made up for.
    #[default]
    RunOnce,
    Skip,
}

/// Rules and schedules. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Schedules {
    pub(crate) store: Store,
    pub(crate) home: Home,
    pub(crate) clock: Clock,
    pub(crate) missed: Missed,
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Rings when there is something to do, or earlier than was known.
    pub(crate) bell: Notify,
    pub(crate) rule_sets: RuleSets,
    /// Firings on disk.
    pub(crate) waiting: AtomicUsize,
}

impl Schedules {
    pub fn open(
        store: Store,
        home: Home,
        clock: Clock,
        missed: Missed,
    ) -> Result<Schedules, ScheduleError> {
        let shared = Arc::new(Shared::default());
        let mut waiting = 0;
        for found in store.snapshot().scan(FIRINGS, b"")? {
            found?;
            waiting += 1;
        }
        shared.waiting.store(waiting, Ordering::Relaxed);
        Ok(Schedules { store, home, clock, missed, shared })
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    pub fn default_bus() -> BusName {
        BusName::new(DEFAULT).expect("a name")
    }

    pub fn default_group() -> ScheduleGroupName {
        ScheduleGroupName::new(DEFAULT).expect("a name")
    }

    pub fn bus_arn(&self, bus: &str) -> String {
        self.events_arn(&format!("event-bus/{bus}"))
    }

    /// Rules of the default bus leave it out.
    pub fn rule_arn(&self, bus: &str, rule: &str) -> String {
        match bus {
            DEFAULT => self.events_arn(&format!("rule/{rule}")),
            bus => self.events_arn(&format!("rule/{bus}/{rule}")),
        }
    }

    pub fn schedule_arn(&self, group: &str, name: &str) -> String {
        let Home { region, account } = &self.home;
        format!("arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}")
    }

    pub fn group_arn(&self, group: &str) -> String {
        let Home { region, account } = &self.home;
        format!("arn:aws:scheduler:{region}:{account}:schedule-group/{group}")
    }

    fn events_arn(&self, path: &str) -> String {
        let Home { region, account } = &self.home;
        format!("arn:aws:events:{region}:{account}:{path}")
    }

    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, ScheduleError> + Send + Sync + 'static,
    ) -> Result<T, ScheduleError> {
        let decided = records::decide(&self.store, DECISION_BYTES, decide).await;
        self.shared.bell.notify_one();
        decided
    }
}
