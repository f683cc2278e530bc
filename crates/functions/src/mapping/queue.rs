//! From a queue to a function.

use std::sync::Arc;
use std::time::Duration;

use blueprints::Mapping;
use model::QueueName;
use queues::{Receive, Received};
use stdx::backoff::Backoff;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::batch::Fed;
use super::filter::Filter;
use super::records;
use crate::functions::Functions;

/// How long a receive waits: as long as AWS's may. Whoever sends wakes it.
const WAIT_SECS: u32 = 20;
/// How many batches run at once, unless it is said; AWS begins with five.
const AT_ONCE: usize = 5;
/// What one receive takes: AWS's limit.
const RECEIVED_MAX: usize = 10;
/// What a batch may weigh, as records with what belongs to them.
const BATCH_BYTES_MAX: usize = 5 * 1024 * 1024;

const THROTTLED_FIRST: Duration = Duration::from_millis(200);
const THROTTLED_MOST: Duration = Duration::from_secs(30);

impl Functions {
    pub(super) async fn feed_from_queue(&self, mapping: Mapping, queue: QueueName) {
        let most = mapping.concurrency_max.map_or(AT_ONCE, |most| most as usize);
        let (room, mapping) = (Arc::new(Semaphore::new(most)), Arc::new(mapping));
        let mut at_work = JoinSet::new();
        let mut backoff = Backoff::new(THROTTLED_FIRST, THROTTLED_MOST);
        loop {
            while let Some(ended) = at_work.try_join_next() {
                match ended {
                    // Who is throttled takes no more for a while.
                    Ok(true) => tokio::time::sleep(backoff.next_wait()).await,
                    Ok(false) => backoff = Backoff::new(THROTTLED_FIRST, THROTTLED_MOST),
                    Err(error) => tracing::error!(%error, "a batch stumbled"),
                }
            }
            if let Err(what) = self.may_be_fed(&mapping) {
                self.wait_out(&mapping, what).await;
                continue;
            }
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
            let batch = match self.gather(&mapping, &queue).await {
                Ok(batch) if batch.is_empty() => continue,
                Ok(batch) => batch,
                Err(what) => {
                    self.wait_out(&mapping, what).await;
                    continue;
                }
            };
            let (functions, mapping, queue) = (self.clone(), Arc::clone(&mapping), queue.clone());
            at_work.spawn(async move {
                let is_throttled = functions.feed_messages(&mapping, &queue, batch).await;
                drop(permit);
                is_throttled
            });
        }
    }

    /// As many messages as a batch has, or as come within its window.
    async fn gather(&self, mapping: &Mapping, queue: &QueueName) -> Result<Vec<Received>, String> {
        let window = Duration::from_secs(mapping.window_secs.into());
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut deadline: Option<Instant> = None;
        while batch.len() < mapping.batch_size as usize && bytes < BATCH_BYTES_MAX {
            let wait = match deadline {
                None => Duration::from_secs(WAIT_SECS.into()),
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            };
            let most = (mapping.batch_size as usize - batch.len()).min(RECEIVED_MAX);
            let wait_secs = u32::try_from(wait.as_secs()).unwrap_or(WAIT_SECS);
            let receive = Receive { most, visibility_secs: None, wait_secs: Some(wait_secs) };
            let received = self.0.parts.queues.receive(queue, receive).await;
            let received = received.map_err(|error| error.to_string())?;
            if received.is_empty() && (deadline.is_none() || wait < Duration::from_secs(1)) {
                return Ok(batch);
            }
            bytes += received.iter().map(|message| message.body.len()).sum::<usize>();
            batch.extend(received);
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + window);
            if window.is_zero() || Instant::now() >= deadline {
                break;
            }
        }
        Ok(batch)
    }

    /// Gives a batch to the function, and deletes what it is done with. The rest shows again when it has
    /// been hidden for as long as the queue says. Answers whether the function is throttled.
    async fn feed_messages(
        &self,
        mapping: &Mapping,
        queue: &QueueName,
        batch: Vec<Received>,
    ) -> bool {
        let region = &self.0.parts.blueprints.home().region;
        let handle = |message: &Received| message.handle.clone();
        let filter = Filter::of(mapping);
        let is_wanted = |message: &Received| {
            filter.lets_all_pass()
                || filter.wants(records::of_message(message, &mapping.source_arn, region))
        };
        // What does not pass is done with, as on AWS.
        let (batch, unwanted): (Vec<Received>, Vec<Received>) =
            batch.into_iter().partition(is_wanted);
        self.delete(mapping, queue, unwanted.iter().map(handle).collect()).await;
        if batch.is_empty() {
            return false;
        }
        let payload = records::of_messages(&batch, &mapping.source_arn, region);
        let done: Vec<String> = match self.feed(mapping, payload).await {
            Fed::All => batch.iter().map(handle).collect(),
            Fed::But(failed) => {
                let is_done = |message: &&Received| !failed.contains(&message.id.to_string());
                batch.iter().filter(is_done).map(handle).collect()
            }
            Fed::Failed(_) => {
                self.note_result(mapping, "PROBLEM: Function call failed".to_owned());
                return false;
            }
            Fed::Throttled(what) => {
                self.note_result(mapping, format!("PROBLEM: {what}"));
                return true;
            }
        };
        self.note_result(mapping, "OK".to_owned());
        self.delete(mapping, queue, done).await;
        false
    }

    async fn delete(&self, mapping: &Mapping, queue: &QueueName, done: Vec<String>) {
        if done.is_empty() {
            return;
        }
        let deleted = match self.0.parts.queues.queue(queue.as_str()) {
            Ok(queue) => self.0.parts.queues.delete_messages(&queue, done).await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = deleted {
            // They come again: at least once.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, uuid = mapping.uuid, "messages that are done with stay");
        }
    }

    /// Whether the role of the function may still take what it is fed with.
    pub(super) fn may_be_fed(&self, mapping: &Mapping) -> Result<(), String> {
        let found =
            self.0.parts.blueprints.version(&mapping.function, mapping.qualifier().as_ref());
        let (function, version) = found.map_err(|error| error.to_string())?;
        let role = self.0.role_of(&function, &version);
        for action in super::needs(&mapping.source) {
            self.0.check_role(&role, action, &mapping.source_arn)?;
        }
        Ok(())
    }
}
