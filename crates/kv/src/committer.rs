//! The one writer: takes all batches that wait, makes them durable together, then visible.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;

use crate::batch::{Change, Operation};
use crate::checkpoint::Checkpoints;
use crate::error::CommitError;
use crate::journal::{Entry, Journal, JournalError, Kind, RecordBuilder};
use crate::judge::Judge;
use crate::key::Key;
use crate::options::{self, Options};
use crate::queue::{Commit, Queue, Request};
use crate::settled::SettledError;
use crate::space::{NAMES, Space, SpaceId, Spaces};
use crate::stats::Counters;
use crate::ticket::{Outcome, Promise};
use crate::view::{Sight, View};

/// Memory that is kept from one record for the next.
const KEPT_RECORD_BYTES: usize = 256 * 1024;

/// What the handles of a store share with its committer.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) queue: Queue,
    pub(crate) sight: Arc<Sight>,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) counters: Arc<Counters>,
    /// Whether a checkpoint is to begin with the next commit, however little there is.
    pub(crate) settles_soon: AtomicBool,
}

#[derive(Debug)]
pub(crate) struct Committer {
    shared: Arc<Shared>,
    journal: Journal,
    record: RecordBuilder,
    /// The spaces of the record's entries, in order.
    numbers: Vec<SpaceId>,
    /// As of the last record that was written.
    spaces: Arc<Spaces>,
    /// What the journal has grown by since the last checkpoint began.
    journal_bytes: u64,
}

/// A batch of the group and what becomes of it if the record is written.
struct Judged {
    commit: Commit,
    verdict: Outcome,
}

impl Committer {
    pub(crate) fn new(shared: Arc<Shared>, journal: Journal) -> Committer {
        let view = shared.sight.view();
        Committer {
            journal,
            record: RecordBuilder::new(),
            numbers: Vec::new(),
            spaces: Arc::clone(&view.spaces),
            journal_bytes: view.active.bytes(),
            shared,
        }
    }

    /// Works until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        while let Some(group) = self.shared.queue.take_group() {
            self.serve(group);
        }
        self.close();
    }

    /// Commits one group, or else works on a checkpoint. Answers whether there was anything to do.
    pub(crate) fn pump(&mut self) -> bool {
        if let Some(group) = self.shared.queue.try_take_group() {
            self.serve(group);
            return true;
        }
        // A failed attempt is work done, but no reason to be called again at once.
        self.shared.checkpoints.is_running() && self.shared.checkpoints.attempt().is_ok()
    }

    /// Leaves a journal that testifies to be complete. All that was acknowledged is safe already,
    /// so a failure costs nothing but that testimony.
    pub(crate) fn close(&mut self) {
        if let Err(error) = self.journal.close() {
            tracing::warn!(?error, "the journal was not closed cleanly");
        }
    }

    fn serve(&mut self, group: Vec<Request>) {
        let mut commits = Vec::with_capacity(group.len());
        let mut checkpoints = Vec::new();
        for request in group {
            match request {
                Request::Commit(commit) => commits.push(commit),
                Request::Checkpoint(promise) => checkpoints.push(promise),
            }
        }
        if !commits.is_empty() {
            self.commit(commits);
        }
        if !checkpoints.is_empty() {
            self.checkpoint(checkpoints);
        }
    }

    fn commit(&mut self, commits: Vec<Commit>) {
        if let Err(error) = self.make_way() {
            return self.refuse(commits.into_iter().map(|commit| commit.promise), &error);
        }
        let mut spaces = Arc::clone(&self.spaces);
        let judged = self.judge(commits, &mut spaces);
        match self.write(&judged, &spaces) {
            Ok(()) => self.show(judged, spaces),
            Err(error) => {
                self.refuse(judged.into_iter().map(|judged| judged.commit.promise), &error.into());
            }
        }
    }

    /// Decides which batches the record will hold, lets their decisions fill them, and numbers the
    /// spaces that are new in them.
    fn judge(&self, mut commits: Vec<Commit>, spaces: &mut Arc<Spaces>) -> Vec<Judged> {
        let view = self.shared.sight.view();
        let mut judge = Judge::new(&view, view.past + self.journal.last() + 1);
        let mut verdicts = Vec::with_capacity(commits.len());
        for Commit { batch, .. } in &mut commits {
            let verdict =
                judge.check(batch).and_then(|()| number_spaces(&batch.operations, spaces));
            if verdict.is_ok() {
                judge.accept(batch);
            }
            verdicts.push(verdict);
        }
        let judged = commits.into_iter().zip(verdicts);
        judged.map(|(commit, verdict)| Judged { commit, verdict }).collect()
    }

    /// Writes the record, and syncs it if any of its batches asks for that.
    fn write(&mut self, judged: &[Judged], spaces: &Spaces) -> Result<(), JournalError> {
        self.record.clear(KEPT_RECORD_BYTES);
        self.numbers.clear();
        for (name, number) in spaces.after(&self.spaces) {
            let entry = Entry { kind: Kind::Put, space: NAMES, key: name, value: &[number] };
            self.record.push(entry);
        }
        let mut must_sync = false;
        for Judged { commit, .. } in judged.iter().filter(|judged| judged.verdict.is_ok()) {
            must_sync |= commit.batch.wants_sync();
            self.encode(&commit.batch.operations, spaces);
        }
        if !self.record.is_empty() {
            let bytes = self.journal.append(&mut self.record)?;
            self.journal_bytes += bytes;
            self.shared.counters.groups.add(1);
            self.shared.counters.journal_bytes.add(bytes);
        }
        if must_sync && self.journal.sync()? {
            self.shared.counters.syncs.add(1);
        }
        Ok(())
    }

    fn encode(&mut self, operations: &[Operation], spaces: &Spaces) {
        let mut known: Option<(Space, SpaceId)> = None;
        for Operation { space, key, change } in operations {
            let number = match known {
                Some((before, number)) if before.is_same_as(*space) => number,
                _ => spaces.id(*space).expect("judge() numbered every space"),
            };
            known = Some((*space, number));
            self.numbers.push(number);
            let value = change.value().map_or(&[][..], |value| value);
            self.record.push(Entry { kind: kind(change), space: number, key, value });
        }
    }

    /// Lets readers see what the record holds, and tells the tickets.
    fn show(&mut self, judged: Vec<Judged>, spaces: Arc<Spaces>) {
        let mut promises = Vec::with_capacity(judged.len());
        let mut accepted = Vec::with_capacity(judged.len());
        for Judged { commit: Commit { batch, promise }, verdict } in judged {
            if verdict.is_ok() {
                accepted.push(batch.operations);
            }
            promises.push((promise, verdict));
        }
        let sequence = self.journal.last();
        let mut moment = self.shared.sight.moment();
        let view = self.shared.sight.view();
        let names = spaces.after(&self.spaces).map(|(name, number)| {
            let value = bytes::Bytes::copy_from_slice(&[number]);
            (NAMES, Key::from_slice(name), Change::Put(value))
        });
        view.active.apply(names, sequence, &moment.pins);
        let changes = accepted.into_iter().flatten().zip(&self.numbers);
        let changes = changes.map(|(operation, number)| (*number, operation.key, operation.change));
        view.active.apply(changes, sequence, &moment.pins);
        moment.visible = sequence;
        if !Arc::ptr_eq(&spaces, &self.spaces) {
            self.shared.sight.rearrange(|view: &mut View| view.spaces = Arc::clone(&spaces));
            self.spaces = spaces;
        }
        drop(moment);
        self.shared.counters.entries.add(self.numbers.len() as u64);
        self.announce(promises);
    }

    fn announce(&self, promises: Vec<(Promise, Outcome)>) {
        let mut waiters = Vec::with_capacity(promises.len());
        for (promise, verdict) in promises {
            self.count(&verdict);
            waiters.extend(promise.answer(verdict));
        }
        match waiters.len() {
            // A herald is a detour for one alone.
            0 | 1 => waiters.into_iter().for_each(Waker::wake),
            _ => self.shared.options.herald.tell(waiters),
        }
    }

    fn refuse(&self, promises: impl Iterator<Item = Promise>, error: &CommitError) {
        for promise in promises {
            self.shared.counters.commits_failed.add(1);
            promise.keep(Err(error.clone()));
        }
    }

    fn count(&self, outcome: &Outcome) {
        let counters = &self.shared.counters;
        match outcome {
            Ok(()) => counters.commits.add(1),
            Err(CommitError::PreconditionFailed { .. }) => counters.preconditions_failed.add(1),
            Err(CommitError::Declined) => counters.declined.add(1),
            Err(_) => counters.commits_failed.add(1),
        }
    }

    /// Begins a checkpoint if it is time. If the last one still runs by then, commits wait for it:
    /// memory and journal stay bounded by twice what the options say.
    fn make_way(&mut self) -> Result<(), CommitError> {
        let checkpoints = &self.shared.checkpoints;
        self.journal.recycle(checkpoints.settled_through());
        let view = self.shared.sight.view();
        let bytes = self.journal_bytes.max(view.active.bytes());
        if bytes < self.shared.options.checkpoint_bytes {
            let is_asked = self.shared.settles_soon.swap(false, Ordering::Relaxed);
            if is_asked && bytes > 0 && !checkpoints.is_running() {
                self.begin_checkpoint();
            }
            return Ok(());
        }
        if checkpoints.is_running() {
            self.shared.counters.stalls.add(1);
            self.finish_checkpoint()?;
        }
        self.begin_checkpoint();
        Ok(())
    }

    fn checkpoint(&mut self, promises: Vec<Promise>) {
        let mut outcome = self.finish_checkpoint();
        if outcome.is_ok() {
            self.begin_checkpoint();
            outcome = self.finish_checkpoint();
        }
        for promise in promises {
            promise.keep(outcome.clone());
        }
    }

    fn begin_checkpoint(&mut self) {
        self.shared.checkpoints.begin(self.journal.last());
        self.journal_bytes = 0;
    }

    fn finish_checkpoint(&mut self) -> Result<(), CommitError> {
        let checkpoints = &self.shared.checkpoints;
        let outcome = match self.shared.options.committer {
            options::Committer::Threads => checkpoints.wait(),
            options::Committer::Manual => checkpoints.attempt(),
        };
        self.journal.recycle(checkpoints.settled_through());
        outcome.map_err(|error| match error {
            SettledError::Full => CommitError::DiskFull,
            error => CommitError::Settled(error),
        })
    }
}

fn number_spaces(operations: &[Operation], spaces: &mut Arc<Spaces>) -> Outcome {
    let mut known: Option<Space> = None;
    for Operation { space, .. } in operations {
        if known.is_some_and(|known| known.is_same_as(*space)) {
            continue;
        }
        known = Some(*space);
        if spaces.id(*space).is_none() {
            let added = Arc::make_mut(spaces).add(*space);
            added.map_err(|_| CommitError::TooManySpaces { space: *space })?;
        }
    }
    Ok(())
}

fn kind(change: &Change) -> Kind {
    match change {
        Change::Put(_) => Kind::Put,
        Change::PutNew(_) => Kind::PutNew,
        Change::Delete => Kind::Delete,
    }
}

impl From<JournalError> for CommitError {
    fn from(error: JournalError) -> CommitError {
        match error {
            JournalError::Full => CommitError::DiskFull,
            JournalError::Refused(error) => CommitError::Journal(error),
            JournalError::Broken(error) => CommitError::Poisoned(error),
        }
    }
}
