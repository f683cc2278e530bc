//! Sending: one message, several, or one with somebody else's batch.

use kv::{Batch, Declined, Present};
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::attributes::DELAY_SECS_MAX;
use crate::desk::Coming;
use crate::error::QueueError;
use crate::insert::insert;
use crate::key::{DEDUP, DEDUP_ENDS, Place, dedup_end_key, dedup_key};
use crate::message::{MessageId, NewMessage, StoredMessage};
use crate::queue::{Queue, queue_in};
use crate::queues::Queues;

/// For how long a message that is sent again is not sent again.
const DEDUP_MS: UnixMillis = 5 * 60 * 1_000;

/// A message that was accepted: put into the queue, or known from before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub id: MessageId,
    /// Of a FIFO queue.
    pub sequence_number: Option<String>,
}

/// A message that its queue can take.
struct Planned {
    queue: Queue,
    message: StoredMessage,
    dedup: Option<Vec<u8>>,
    coming: Coming,
}

/// What is known of a deduplication id.
#[derive(Serialize, Deserialize)]
struct Known {
    ends_at: UnixMillis,
    id: MessageId,
    place: [u8; Place::BYTES],
}

impl Record for Known {
    const VERSION: u8 = 1;
}

/// A message that joined somebody else's batch.
#[derive(Debug)]
#[must_use = "those who wait for messages are told by it"]
pub struct PendingSend(Coming);

impl PendingSend {
    /// To be called when the batch is committed.
    pub fn committed(&self) {
        self.0.tell();
    }
}

impl Queues {
    /// Sends messages, each of which may be refused for itself. Those that are accepted are on disk
    /// together.
    pub async fn send(
        &self,
        queue: &Queue,
        messages: Vec<NewMessage>,
    ) -> Result<Vec<Result<Sent, QueueError>>, QueueError> {
        let (mut outcomes, mut planned, mut comings) = (Vec::new(), Vec::new(), Vec::new());
        for message in messages {
            match self.plan(queue, message) {
                Ok(plan) => {
                    let Planned { queue, message, dedup, coming } = plan;
                    planned.push((queue, message, dedup));
                    comings.push(coming);
                    outcomes.push(None);
                }
                Err(error) => outcomes.push(Some(error)),
            }
        }
        let mut sent = Vec::new();
        if !planned.is_empty() {
            let bytes = planned.iter().map(|(_, message, _)| bytes_of(message)).sum();
            sent = self
                .decide(bytes, move |present| {
                    let mut sent = Vec::with_capacity(planned.len());
                    for (queue, message, dedup) in &planned {
                        let done = send_one(present, queue, message, dedup.as_deref())?;
                        sent.push(done.ok_or(QueueError::NoQueue)?);
                    }
                    Ok(sent)
                })
                .await?;
        }
        comings.iter().for_each(Coming::tell);
        let mut sent = sent.into_iter();
        let outcome = |refused: Option<QueueError>| match refused {
            Some(error) => Err(error),
            None => Ok(sent.next().expect("each that was planned was sent")),
        };
        Ok(outcomes.into_iter().map(outcome).collect())
    }

    /// Adds a message to the batch, if its queue can take it. From then on it stands or falls with the
    /// batch. If the queue is deleted before that is committed, the message is left out, as if it had
    /// been sent before that.
    pub fn send_into(
        &self,
        batch: &mut Batch,
        queue: &Queue,
        message: NewMessage,
    ) -> Result<PendingSend, QueueError> {
        let Planned { queue, message, dedup, coming } = self.plan(queue, message)?;
        batch.decide_by(bytes_of(&message), move |present| {
            let sent = send_one(present, &queue, &message, dedup.as_deref());
            // What is left is a store that cannot be read.
            sent.map(drop).map_err(|_| Declined::ByChoice)
        });
        Ok(PendingSend(coming))
    }

    fn plan(&self, queue: &Queue, new: NewMessage) -> Result<Planned, QueueError> {
        new.check()?;
        let (attributes, is_fifo) = (&queue.attributes, queue.is_fifo());
        if new.bytes() > attributes.message_bytes_max as usize {
            let most = attributes.message_bytes_max;
            return Err(QueueError::Parameter(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {most} \
                 bytes."
            )));
        }
        let dedup = dedup_of(queue, &new)?;
        if is_fifo && new.delay_secs.is_some_and(|delay| delay != 0) {
            let delay = new.delay_secs.unwrap_or_default();
            return Err(QueueError::Parameter(format!(
                "Value {delay} for parameter DelaySeconds is invalid. Reason: The request include \
                 parameter that is not valid for this queue type."
            )));
        }
        let delay = new.delay_secs.unwrap_or(attributes.delay_secs);
        if delay > DELAY_SECS_MAX {
            return Err(QueueError::Parameter(format!(
                "Value {delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be \
                 >= 0 and <= {DELAY_SECS_MAX}."
            )));
        }
        let sent_at = self.now();
        let due_at = sent_at + u64::from(delay) * 1_000;
        let coming = self.desks.of(queue.number).announce(due_at);
        let NewMessage { body, attributes, trace_header, group, sender, .. } = new;
        let message = StoredMessage {
            id: MessageId::random(),
            body,
            attributes,
            trace_header,
            group,
            dedup: dedup.clone(),
            sender,
            sent_at,
            visible_at: coming.at,
            source_arn: None,
        };
        let scope = match &message.group {
            Some(group) if queue.attributes.dedup_by_group => group.as_str(),
            _ => "",
        };
        let dedup = dedup.map(|id| dedup_key(queue.number, scope, &id));
        Ok(Planned { queue: queue.clone(), message, dedup, coming })
    }
}

/// The deduplication id of a message to a FIFO queue; a standard queue has none.
fn dedup_of(queue: &Queue, new: &NewMessage) -> Result<Option<String>, QueueError> {
    if !queue.is_fifo() {
        return match &new.dedup {
            Some(id) => Err(QueueError::Parameter(format!(
                "Value {id} for parameter MessageDeduplicationId is invalid. Reason: The request \
                 includes a parameter that is not valid for this queue type."
            ))),
            None => Ok(None),
        };
    }
    if new.group.is_none() {
        return Err(QueueError::Missing("MessageGroupId"));
    }
    match &new.dedup {
        Some(id) => Ok(Some(id.clone())),
        None if queue.attributes.dedup_by_content => Ok(Some(new.content_id())),
        None => Err(QueueError::Parameter(
            "The queue should either have ContentBasedDeduplication enabled or \
             MessageDeduplicationId provided explicitly"
                .to_owned(),
        )),
    }
}

/// Nothing if the queue is no more.
fn send_one(
    present: &mut Present<'_>,
    queue: &Queue,
    message: &StoredMessage,
    dedup: Option<&[u8]>,
) -> Result<Option<Sent>, QueueError> {
    let stands = queue_in(present, &queue.name)?.is_some_and(|now| now.number == queue.number);
    if !stands {
        return Ok(None);
    }
    let sent = |id, place: Place| Sent {
        id,
        sequence_number: queue.is_fifo().then(|| sequence_number(place)),
    };
    if let Some(key) = dedup
        && let Some(bytes) = present.get(DEDUP, key)?
    {
        let known: Known = decode(&bytes)?;
        if known.ends_at > message.sent_at {
            return Ok(Some(sent(known.id, Place(known.place))));
        }
        present.delete(DEDUP_ENDS, dedup_end_key(known.ends_at, key));
    }
    let place = insert(present, queue.number, queue.is_fifo(), message)?;
    if let Some(key) = dedup {
        let ends_at = message.sent_at + DEDUP_MS;
        let known = Known { ends_at, id: message.id, place: place.0 };
        present.put(DEDUP, key, encode(&known));
        present.put(DEDUP_ENDS, dedup_end_key(ends_at, key), Vec::new());
    }
    Ok(Some(sent(message.id, place)))
}

/// Twenty digits, as SQS writes it.
pub(crate) fn sequence_number(place: Place) -> String {
    format!("{:020}", place.number())
}

fn bytes_of(message: &StoredMessage) -> usize {
    let attribute = |(name, attribute): (&String, &crate::message::MessageAttribute)| {
        name.len() + attribute.kind.len() + attribute.value.bytes().len() * 4
    };
    // Beside it: its other keys, and what they hold.
    1_024 + message.body.len() * 2 + message.attributes.iter().map(attribute).sum::<usize>()
}
