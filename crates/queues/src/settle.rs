//! What receivers do with messages that they have: delete them, or hide them for longer or no longer.

use kv::Present;
use records::decode;
use records::encode;
use stdx::clock::UnixMillis;

use crate::attributes::VISIBILITY_SECS_MAX;
use crate::error::QueueError;
use crate::fifo::OpenGroup;
use crate::handle::Handle;
use crate::key::{MESSAGES, TAKES, WAITING, message_key, waiting_key};
use crate::lengths::add_length;
use crate::message::{StoredMessage, Take};
use crate::queue::Queue;
use crate::queues::Queues;

const EXPIRED: &str = "The receipt handle has expired.";

impl Queues {
    /// Deletes messages, each of which may be refused for itself. One that is gone is no error.
    pub async fn delete_messages(
        &self,
        queue: &Queue,
        handles: Vec<String>,
    ) -> Result<Vec<Result<(), QueueError>>, QueueError> {
        let (queue, now) = (queue.clone(), self.now());
        let count = handles.len();
        let desk = self.desks.of(queue.number);
        // A group's next message may be due by this.
        let coming = desk.announce(now);
        let outcomes = self
            .decide(count * 256, move |present| {
                let delete = |handle: &String| delete_one(present, &queue, handle, coming.at);
                let outcomes: Vec<Result<(), QueueError>> = handles.iter().map(delete).collect();
                Ok((outcomes, queue, coming))
            })
            .await;
        let (outcomes, queue, _coming) = outcomes?;
        if queue.is_fifo() {
            desk.tell(count);
        }
        Ok(outcomes)
    }

    /// Hides messages until so many seconds from now, each of which may be refused for itself.
    pub async fn hide_messages(
        &self,
        queue: &Queue,
        handles: Vec<(String, u32)>,
    ) -> Result<Vec<Result<(), QueueError>>, QueueError> {
        let (queue, now, count) = (queue.clone(), self.now(), handles.len());
        let desk = self.desks.of(queue.number);
        let coming: Vec<_> =
            handles.iter().map(|(_, secs)| desk.announce(now + u64::from(*secs) * 1_000)).collect();
        let outcomes = self
            .decide(count * 256, move |present| {
                let mut outcomes = Vec::with_capacity(count);
                for ((handle, secs), coming) in handles.iter().zip(&coming) {
                    outcomes.push(hide_one(present, &queue, handle, *secs, now, coming.at));
                }
                Ok((outcomes, coming))
            })
            .await;
        let (outcomes, _coming) = outcomes?;
        desk.tell(count);
        Ok(outcomes)
    }
}

fn delete_one(
    present: &mut Present<'_>,
    queue: &Queue,
    text: &str,
    now: UnixMillis,
) -> Result<(), QueueError> {
    let handle = Handle::parse(text)?;
    let key = message_key(queue.number, handle.place);
    let (Some(take), true) = (take_of(present, &key)?, handle.queue == queue.number) else {
        return Ok(());
    };
    if queue.is_fifo() {
        if take.visible_at <= now || take.count != handle.count {
            let handle = text.to_owned();
            return Err(QueueError::HandleValue { handle, why: EXPIRED });
        }
        let Some(bytes) = present.get(MESSAGES, &key)? else { return Ok(()) };
        let message: StoredMessage = decode(&bytes)?;
        let name = message.group.unwrap_or_default();
        let mut group = OpenGroup::open(present, queue.number, &name, now)?;
        group.remove(present, handle.place, now);
        group.close(present);
    } else {
        let place = &handle.place.0;
        present.delete(WAITING, waiting_key(queue.number, take.visible_at, place));
    }
    present.delete(MESSAGES, &key);
    present.delete(TAKES, &key);
    add_length(present, queue.number, -1)
}

fn hide_one(
    present: &mut Present<'_>,
    queue: &Queue,
    text: &str,
    secs: u32,
    now: UnixMillis,
    until: UnixMillis,
) -> Result<(), QueueError> {
    let handle = Handle::parse(text)?;
    if secs > VISIBILITY_SECS_MAX {
        return Err(QueueError::Parameter(format!(
            "Value {secs} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must \
             be an integer between 0 and {VISIBILITY_SECS_MAX}."
        )));
    }
    let key = message_key(queue.number, handle.place);
    let take = take_of(present, &key)?.filter(|_| handle.queue == queue.number);
    let is_hidden = |take: &Take| take.visible_at > now && take.count == handle.count;
    let Some(take) = take.filter(is_hidden) else {
        return Err(QueueError::NotInFlight { handle: text.to_owned() });
    };
    if queue.is_fifo() {
        let Some(bytes) = present.get(MESSAGES, &key)? else { return Ok(()) };
        let message: StoredMessage = decode(&bytes)?;
        let name = message.group.unwrap_or_default();
        let mut group = OpenGroup::open(present, queue.number, &name, until)?;
        group.hide(handle.place, until);
        group.close(present);
    } else {
        let place = &handle.place.0;
        present.delete(WAITING, waiting_key(queue.number, take.visible_at, place));
        present.put(WAITING, waiting_key(queue.number, until, place), Vec::new());
    }
    present.put(TAKES, &key, encode(&Take { visible_at: until, ..take }));
    Ok(())
}

/// What was taken of a message that is there and was received.
fn take_of(present: &mut Present<'_>, key: &[u8]) -> Result<Option<Take>, QueueError> {
    let stored = present.get(TAKES, key)?;
    Ok(stored.map(|bytes| decode(&bytes)).transpose()?)
}
