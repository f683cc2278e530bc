//! The figures of the last hour: a bounded memory for who asks how it went.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::state::State;

const SAMPLE_EVERY: Duration = Duration::from_secs(10);
/// An hour.
const SAMPLES_MAX: usize = 360;
/// Walking through the directories takes a moment, and they grow slowly.
const SAMPLES_PER_SURVEY: usize = 6;

/// What counted up to a moment.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sample {
    pub(crate) at: u64,
    pub(crate) connected_clients: usize,
    pub(crate) received: u64,
    pub(crate) sent: u64,
    pub(crate) rules_matched: u64,
    pub(crate) rules_failed: u64,
}

/// What the disk holds, as it was seen last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    pub(crate) disk: Vec<(&'static str, u64)>,
    pub(crate) free_bytes: Option<u64>,
}

#[derive(Debug, Default)]
pub struct Chronicle {
    memory: Mutex<Memory>,
    has_rows: AtomicBool,
}

#[derive(Debug, Default)]
struct Memory {
    /// Oldest first.
    samples: VecDeque<Sample>,
    survey: Survey,
}

impl Chronicle {
    pub(crate) fn samples(&self) -> Vec<Sample> {
        self.memory().samples.iter().copied().collect()
    }

    pub(crate) fn survey(&self) -> Survey {
        self.memory().survey.clone()
    }

    /// Whether a row was ever seen in some table; it is looked for no more then.
    pub(crate) fn has_rows(&self) -> bool {
        self.has_rows.load(Ordering::Relaxed)
    }

    pub(crate) fn rows_landed(&self) {
        self.has_rows.store(true, Ordering::Relaxed);
    }

    fn keep(&self, sample: Sample) {
        let mut memory = self.memory();
        if memory.samples.len() >= SAMPLES_MAX {
            memory.samples.pop_front();
        }
        memory.samples.push_back(sample);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down how it goes, until the future is dropped.
pub async fn keep_chronicle(state: Arc<State>) {
    let mut beat = tokio::time::interval(SAMPLE_EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for number in 0_usize.. {
        beat.tick().await;
        state.chronicle.keep(sample(&state));
        if number % SAMPLES_PER_SURVEY == 0 {
            let surveyed = Arc::clone(&state);
            match tokio::task::spawn_blocking(move || survey(&surveyed)).await {
                Ok(survey) => state.chronicle.memory().survey = survey,
                Err(error) => tracing::error!(%error, "the disk was not looked at"),
            }
        }
    }
}

pub(crate) fn sample(state: &State) -> Sample {
    let (counters, totals) = (state.broker.counters(), state.hall.totals());
    Sample {
        at: state.clock.now(),
        connected_clients: state.broker.connected(),
        received: counters.received.get(),
        sent: counters.sent.get(),
        rules_matched: totals.matched(),
        rules_failed: totals.failed(),
    }
}

fn survey(state: &State) -> Survey {
    let store = &state.store_directory;
    let others = state.directories.iter().map(|(name, path)| (*name, path));
    let disk = [("store", store)].into_iter().chain(others);
    let disk = disk.map(|(name, path)| (name, bytes_below(path))).collect();
    let stat = rustix::fs::statvfs(store).ok();
    Survey { disk, free_bytes: stat.map(|stat| stat.f_bavail * stat.f_frsize) }
}

/// Files that vanish meanwhile are not counted.
fn bytes_below(directory: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(directory) else { return 0 };
    let bytes = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_below(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(bytes).sum()
}
