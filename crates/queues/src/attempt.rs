//! Receives of FIFO queues that are asked for again: who lost the answer gets the same messages again, and they
//! are hidden anew, as long as nothing has become of them meanwhile.

use kv::Present;
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::QueueError;
use crate::fifo::OpenGroup;
use crate::handle::Handle;
use crate::key::{
    DEDUP, DEDUP_ENDS, MESSAGES, Place, TAKES, dedup_end_key, dedup_key, message_key,
};
use crate::message::{Received, StoredMessage, Take};
use crate::queue::Queue;
use crate::queues::Queues;
use crate::receive::shown;

/// AWS's: for so long a receive can be asked for again.
const ATTEMPT_MS: UnixMillis = 5 * 60 * 1_000;

/// Attempts are remembered beside the ids of messages, under what no group is called.
const SCOPE: &str = "\u{1}";

/// AWS's limit.
const CHARACTERS_MAX: usize = 128;

/// What a receive handed out.
#[derive(Serialize, Deserialize)]
struct Attempt {
    ends_at: UnixMillis,
    /// Places, and how often each had been received by then.
    taken: Vec<([u8; Place::BYTES], u32)>,
}

impl Record for Attempt {
    const VERSION: u8 = 1;
}

/// Refuses an id that is none, or one for a queue that keeps no order.
pub(crate) fn check(queue: &Queue, id: &str) -> Result<(), QueueError> {
    let wrong = |why: &str| {
        Err(QueueError::Parameter(format!(
            "Value {id} for parameter ReceiveRequestAttemptId is invalid. Reason: {why}"
        )))
    };
    let is_id =
        (1..=CHARACTERS_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    match (queue.is_fifo(), is_id) {
        (false, _) => wrong("The request include parameter that is not valid for this queue type."),
        (true, false) => wrong(
            "ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to \
             128 in length.",
        ),
        (true, true) => Ok(()),
    }
}

/// Remembers what a receive hands out.
pub(crate) fn note(
    present: &mut Present<'_>,
    queue: &Queue,
    id: &str,
    (received, now): (&[Received], UnixMillis),
) -> Result<(), QueueError> {
    let key = dedup_key(queue.number, SCOPE, id);
    if let Some(bytes) = present.get(DEDUP, &key)? {
        let before: Attempt = decode(&bytes)?;
        present.delete(DEDUP_ENDS, dedup_end_key(before.ends_at, &key));
    }
    let mut attempt = Attempt { ends_at: now + ATTEMPT_MS, taken: Vec::new() };
    for one in received {
        let Handle { place, count, .. } = Handle::parse(&one.handle)?;
        attempt.taken.push((place.0, count));
    }
    present.put(DEDUP_ENDS, dedup_end_key(attempt.ends_at, &key), Vec::new());
    present.put(DEDUP, key, encode(&attempt));
    Ok(())
}

impl Queues {
    /// What an earlier receive with this id handed out, hidden anew; nothing if there was none lately, or if
    /// something has become of any of its messages.
    pub(crate) async fn receive_again(
        &self,
        queue: &Queue,
        id: &str,
        hidden_secs: u32,
    ) -> Result<Option<Vec<Received>>, QueueError> {
        let (now, key) = (self.now(), dedup_key(queue.number, SCOPE, id));
        if self.snapshot().get(DEDUP, &key)?.is_none() {
            return Ok(None);
        }
        let until = now + u64::from(hidden_secs) * 1_000;
        let (queue, coming) = (queue.clone(), self.desks.of(queue.number).announce(until));
        let again = self.decide(16 * 1_024, move |present| {
            let held = held(present, &queue, &key, now)?;
            let again = match held {
                Some(held) => Some(hide_anew(present, &queue, held, coming.at)?),
                None => None,
            };
            Ok((again, coming))
        });
        let (again, _coming) = again.await?;
        Ok(again)
    }
}

type Held = Vec<(Place, StoredMessage, Take)>;

/// The messages of an attempt, if all are still as it left them.
fn held(
    present: &mut Present<'_>,
    queue: &Queue,
    key: &[u8],
    now: UnixMillis,
) -> Result<Option<Held>, QueueError> {
    let Some(bytes) = present.get(DEDUP, key)? else { return Ok(None) };
    let attempt: Attempt = decode(&bytes)?;
    if attempt.ends_at <= now {
        return Ok(None);
    }
    let mut held = Vec::new();
    for (place, count) in attempt.taken {
        let key = message_key(queue.number, Place(place));
        let take = present.get(TAKES, &key)?.map(|bytes| decode::<Take>(&bytes)).transpose()?;
        let message = present.get(MESSAGES, &key)?;
        let message = message.map(|bytes| decode::<StoredMessage>(&bytes)).transpose()?;
        match (take, message) {
            (Some(take), Some(message)) if take.count == count && take.visible_at > now => {
                held.push((Place(place), message, take));
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(held))
}

fn hide_anew(
    present: &mut Present<'_>,
    queue: &Queue,
    held: Held,
    until: UnixMillis,
) -> Result<Vec<Received>, QueueError> {
    let mut received = Vec::new();
    for (place, message, take) in held {
        let take = Take { visible_at: until, ..take };
        present.put(TAKES, message_key(queue.number, place), encode(&take));
        let name = message.group.clone().unwrap_or_default();
        let mut group = OpenGroup::open(present, queue.number, &name, until)?;
        group.hide(place, until);
        group.close(present);
        received.push(shown(queue, place, message, take));
    }
    Ok(received)
}
