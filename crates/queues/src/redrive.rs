//! Moving dead letters back to where they came from, or elsewhere.

use std::collections::BTreeMap;

use kv::{Present, Snapshot};
use model::QueueName;
use records::{Record, decode, encode, find};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::desk::Coming;
use crate::error::QueueError;
use crate::fifo::OpenGroup;
use crate::insert::insert;
use crate::key::{LINES, MESSAGES, TAKES, TASKS, WAITING, line_key, message_key};
use crate::lengths::add_length;
use crate::message::{MessageId, StoredMessage};
use crate::queue::Queue;
use crate::queues::Queues;
use crate::receive::{Lot, lots};

/// Messages that one commit moves.
const PIECE: usize = 100;

/// AWS's limits.
const PER_SEC_MAX: u32 = 500;
const TASKS_KEPT: usize = 10;

/// AWS's word for messages whose queue is not known, or no more.
const NOWHERE: &str = "CouldNotDetermineMessageSource";

/// The moving of a queue's messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveTask {
    pub id: String,
    pub source_arn: String,
    /// `None`: where each came from.
    pub destination_arn: Option<String>,
    pub per_sec: Option<u32>,
    pub status: MoveStatus,
    pub started_at: UnixMillis,
    pub moved: u64,
    pub to_move: u64,
    pub failure: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MoveStatus {
    Running,
    Completed,
    Cancelled,
    Failed,
}

/// The tasks of a queue, the newest first.
#[derive(Default, Serialize, Deserialize)]
struct Tasks(Vec<MoveTask>);

impl Record for Tasks {
    const VERSION: u8 = 1;
}

/// Where messages of a task go.
struct Targets {
    /// Groups that are left in the source may be due from then on.
    left: Coming,
    by_arn: BTreeMap<String, (Queue, Coming)>,
    fixed: Option<String>,
}

impl Queues {
    /// Begins to move what is in a dead-letter queue.
    pub async fn start_move(
        &self,
        source_arn: &str,
        destination_arn: Option<String>,
        per_sec: Option<u32>,
    ) -> Result<MoveTask, QueueError> {
        let (snapshot, now) = (self.snapshot(), self.now());
        let source = self.queue_of_arn(&snapshot, source_arn)?.ok_or(QueueError::NoTask)?;
        if self.sources_of(&source.name, None, 1)?.items.is_empty() {
            let what = "Source queue must be configured as a Dead Letter Queue.".to_owned();
            return Err(QueueError::Parameter(what));
        }
        if let Some(arn) = &destination_arn {
            self.queue_of_arn(&snapshot, arn)?.ok_or(QueueError::NoTask)?;
        }
        if per_sec.is_some_and(|rate| !(1..=PER_SEC_MAX).contains(&rate)) {
            return Err(QueueError::Parameter(format!(
                "MaxNumberOfMessagesPerSecond must be between 1 and {PER_SEC_MAX}."
            )));
        }
        let task = MoveTask {
            id: MessageId::random().to_string(),
            source_arn: source_arn.to_owned(),
            destination_arn,
            per_sec,
            status: MoveStatus::Running,
            started_at: now,
            moved: 0,
            to_move: self.lengths(&source)?.visible,
            failure: None,
        };
        let name = source.name;
        self.decide(1_024, move |present| {
            let mut tasks = tasks_in(present, &name)?;
            if tasks.0.iter().any(|task| task.status == MoveStatus::Running) {
                let what = "There is already a task running. Only one active task is allowed for a \
                            source queue arn at a given time.";
                return Err(QueueError::Unsupported(what.to_owned()));
            }
            tasks.0.insert(0, task.clone());
            tasks.0.truncate(TASKS_KEPT);
            present.put(TASKS, name.as_str(), encode(&tasks));
            Ok(task)
        })
        .await
    }

    /// Stops a task, and answers how many messages it has moved.
    pub async fn cancel_move(&self, source_arn: &str, id: &str) -> Result<u64, QueueError> {
        let source = self.queue_of_arn(&self.snapshot(), source_arn)?.ok_or(QueueError::NoTask)?;
        let (name, id) = (source.name, id.to_owned());
        self.decide(1_024, move |present| {
            let mut tasks = tasks_in(present, &name)?;
            let is_meant =
                |task: &&mut MoveTask| task.id == id && task.status == MoveStatus::Running;
            let task = tasks.0.iter_mut().find(is_meant).ok_or(QueueError::NoTask)?;
            task.status = MoveStatus::Cancelled;
            let moved = task.moved;
            present.put(TASKS, name.as_str(), encode(&tasks));
            Ok(moved)
        })
        .await
    }

    /// The latest tasks of a queue, the newest first.
    pub fn moves(&self, source_arn: &str) -> Result<Vec<MoveTask>, QueueError> {
        let snapshot = self.snapshot();
        let source = self.queue_of_arn(&snapshot, source_arn)?.ok_or(QueueError::NoTask)?;
        let found = find::<Tasks>(&snapshot, TASKS, source.name.as_str())?;
        Ok(found.map(|found| found.record.0).unwrap_or_default())
    }

    /// Moves some of what tasks are to move; answers whether there may be more to do at once.
    pub(crate) async fn move_some(
        &self,
        snapshot: &Snapshot,
        now: UnixMillis,
    ) -> Result<bool, QueueError> {
        for found in snapshot.scan(TASKS, b"")? {
            let (_, value) = found?;
            let Tasks(tasks) = decode(&value)?;
            let running = tasks.iter().find(|task| task.status == MoveStatus::Running);
            let Some(task) = running else { continue };
            if self.move_for(snapshot, task, now).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether it moved or ended.
    async fn move_for(
        &self,
        snapshot: &Snapshot,
        task: &MoveTask,
        now: UnixMillis,
    ) -> Result<bool, QueueError> {
        let Some(source) = self.queue_of_arn(snapshot, &task.source_arn)? else {
            return Ok(false);
        };
        let room = room(task, now);
        if room == 0 {
            return Ok(false);
        }
        let claim = self.desks.of(source.number).claim(&self.store, now, room)?;
        let lots = lots(&self.snapshot(), &source, &claim.keys, room, now)?;
        let is_done = lots.iter().all(|lot| lot.candidates.is_empty());
        let left = self.desks.of(source.number).announce(now);
        let targets = self.targets(snapshot, task, &lots, left)?;
        let (id, name) = (task.id.clone(), source.name.clone());
        let bytes = lots.iter().flat_map(|lot| &lot.candidates);
        let bytes = bytes.map(|candidate| 1_024 + candidate.message.body.len() * 2).sum();
        let targets = self
            .decide(bytes, move |present| {
                let mut tasks = tasks_in(present, &name)?;
                let is_meant =
                    |task: &&mut MoveTask| task.id == id && task.status == MoveStatus::Running;
                let Some(task) = tasks.0.iter_mut().find(is_meant) else { return Ok(targets) };
                let mut moved = 0;
                for lot in &lots {
                    moved += move_lot(present, &source, lot, &targets)?;
                }
                task.moved += moved;
                if is_done {
                    task.status = MoveStatus::Completed;
                } else if moved == 0 {
                    task.status = MoveStatus::Failed;
                    task.failure = Some(NOWHERE.to_owned());
                }
                present.put(TASKS, name.as_str(), encode(&tasks));
                Ok(targets)
            })
            .await?;
        targets.by_arn.values().for_each(|(_, coming)| coming.tell());
        Ok(true)
    }

    fn targets(
        &self,
        snapshot: &Snapshot,
        task: &MoveTask,
        lots: &[Lot],
        left: Coming,
    ) -> Result<Targets, QueueError> {
        let now = left.at;
        let fixed = task.destination_arn.clone();
        let mut targets = Targets { left, by_arn: BTreeMap::new(), fixed };
        let candidates = lots.iter().flat_map(|lot| &lot.candidates);
        let arns = candidates.filter_map(|candidate| targets.arn_for(&candidate.message));
        let arns: std::collections::BTreeSet<String> = arns.map(str::to_owned).collect();
        for arn in arns {
            if let Some(queue) = self.queue_of_arn(snapshot, &arn)? {
                let coming = self.desks.of(queue.number).announce(now);
                targets.by_arn.insert(arn, (queue, coming));
            }
        }
        Ok(targets)
    }
}

impl Targets {
    fn arn_for<'a>(&'a self, message: &'a StoredMessage) -> Option<&'a str> {
        self.fixed.as_deref().or(message.source_arn.as_deref())
    }
}

/// How many messages a task may move now.
fn room(task: &MoveTask, now: UnixMillis) -> usize {
    let Some(per_sec) = task.per_sec else { return PIECE };
    let secs = now.saturating_sub(task.started_at) / 1_000 + 1;
    let allowed = (secs * u64::from(per_sec)).saturating_sub(task.moved);
    usize::try_from(allowed).map_or(PIECE, |allowed| allowed.min(PIECE))
}

/// How many were moved. Those that have nowhere to go stay.
fn move_lot(
    present: &mut Present<'_>,
    source: &Queue,
    lot: &Lot,
    targets: &Targets,
) -> Result<u64, QueueError> {
    if present.get(WAITING, &lot.key)?.is_none() {
        return Ok(0);
    }
    let number = source.number;
    let mut group = match &lot.group {
        Some(name) => Some((name, OpenGroup::open(present, number, name, targets.left.at)?)),
        None => None,
    };
    let mut moved = 0;
    for candidate in &lot.candidates {
        let target = targets.arn_for(&candidate.message).and_then(|arn| targets.by_arn.get(arn));
        let Some((target, coming)) = target else { continue };
        if let Some((name, group)) = &mut group {
            if present.get(LINES, &line_key(number, name, candidate.place))?.is_none() {
                continue;
            }
            group.remove(present, candidate.place, targets.left.at);
        } else {
            present.delete(WAITING, &lot.key);
        }
        let key = message_key(number, candidate.place);
        present.delete(MESSAGES, &key);
        present.delete(TAKES, &key);
        add_length(present, number, -1)?;
        let message =
            StoredMessage { visible_at: coming.at, source_arn: None, ..candidate.message.clone() };
        insert(present, target.number, target.is_fifo(), &message)?;
        moved += 1;
    }
    if let Some((_, group)) = group {
        group.close(present);
    }
    Ok(moved)
}

fn tasks_in(present: &mut Present<'_>, name: &QueueName) -> Result<Tasks, QueueError> {
    let stored = present.get(TASKS, name.as_str().as_bytes())?;
    Ok(stored.map(|bytes| decode(&bytes)).transpose()?.unwrap_or_default())
}
