//! Receiving: messages are handed out and hidden, in one commit.

use std::collections::BTreeMap;
use std::time::Duration;

use kv::{Direction, Present, Snapshot};
use model::QueueName;
use records::{RecordError, decode, encode};
use stdx::clock::UnixMillis;

use crate::attempt;
use crate::desk::{Claim, Coming};
use crate::error::QueueError;
use crate::fifo::{Group, OpenGroup};
use crate::handle::Handle;
use crate::insert::insert;
use crate::key::{
    GROUPS, LINES, MESSAGES, Place, TAKES, WAITING, group_key, line_key, line_prefix, message_key,
    parts_of_waiting, waiting_key,
};
use crate::lengths::add_length;
use crate::message::{Received, StoredMessage, Take};
use crate::queue::Queue;
use crate::queues::Queues;
use crate::send::sequence_number;

/// Messages that nobody else can get meanwhile are looked for again so soon, whatever is told.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How messages are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Receive {
    pub most: usize,
    /// Instead of what the queue has.
    pub visibility_secs: Option<u32>,
    pub wait_secs: Option<u32>,
}

/// One message that is to be handed out, or taken out of the queue instead.
pub(crate) struct Candidate {
    pub(crate) place: Place,
    pub(crate) message: StoredMessage,
}

/// What is due together: one message, or messages of one group.
pub(crate) struct Lot {
    /// Under which it waits.
    pub(crate) key: Vec<u8>,
    pub(crate) group: Option<String>,
    pub(crate) candidates: Vec<Candidate>,
    /// Of a group whose next is still delayed.
    next_at: Option<UnixMillis>,
}

/// Where messages go that were received too often.
struct DeadLetters {
    queue: Queue,
    receives_max: u32,
    source_arn: String,
    coming: Coming,
}

/// What holds for all of a receive's messages.
struct Terms {
    queue: Queue,
    now: UnixMillis,
    hidden_until: Coming,
    dead: Option<DeadLetters>,
}

impl Queues {
    /// Hands out messages, waiting for the first as long as the caller or the queue says.
    pub async fn receive(
        &self,
        name: &QueueName,
        receive: Receive,
    ) -> Result<Vec<Received>, QueueError> {
        self.receive_as(name, receive, None).await
    }

    /// The same as an attempt that has an id: asked for again, it hands out the same messages.
    pub async fn receive_as(
        &self,
        name: &QueueName,
        receive: Receive,
        attempt: Option<&str>,
    ) -> Result<Vec<Received>, QueueError> {
        let queue = self.queue(name.as_str())?;
        if let Some(id) = attempt {
            attempt::check(&queue, id)?;
            let secs = receive.visibility_secs.unwrap_or(queue.attributes.visibility_secs);
            if let Some(again) = self.receive_again(&queue, id, secs).await? {
                return Ok(again);
            }
        }
        let wait = receive.wait_secs.unwrap_or(queue.attributes.wait_secs);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(wait.into());
        let mut queue = queue;
        loop {
            let desk = self.desks.of(queue.number);
            // Before looking, so that nothing is missed in between.
            let mut filled = std::pin::pin!(desk.filled.notified());
            filled.as_mut().enable();
            let claim = desk.claim(&self.store, self.now(), receive.most)?;
            let due_at = claim.due_at;
            if !claim.keys.is_empty() {
                let received = self.take(&queue, claim, receive, attempt).await?;
                if !received.is_empty() {
                    return Ok(received);
                }
                // All of it was taken out instead, or others were faster: there may be more.
                if tokio::time::Instant::now() < deadline || wait == 0 {
                    continue;
                }
            }
            if tokio::time::Instant::now() >= deadline {
                return Ok(Vec::new());
            }
            let until_due = due_at.map_or(LOOK_AGAIN, |at| {
                Duration::from_millis(at.saturating_sub(self.now())).min(LOOK_AGAIN)
            });
            let wake_at = deadline.min(tokio::time::Instant::now() + until_due);
            tokio::select! {
                () = &mut filled => {}
                () = tokio::time::sleep_until(wake_at) => {}
            }
            // It may have been purged or changed meanwhile.
            queue = self.queue(name.as_str())?;
        }
    }

    async fn take(
        &self,
        queue: &Queue,
        claim: Claim,
        receive: Receive,
        attempt: Option<&str>,
    ) -> Result<Vec<Received>, QueueError> {
        let (snapshot, now) = (self.snapshot(), self.now());
        let lots = lots(&snapshot, queue, &claim.keys, receive.most, now)?;
        let secs = receive.visibility_secs.unwrap_or(queue.attributes.visibility_secs);
        let desk = self.desks.of(queue.number);
        let hidden_until = desk.announce(now + u64::from(secs) * 1_000);
        let dead = self.dead_letters(&snapshot, queue, now)?;
        let terms = Terms { queue: queue.clone(), now, hidden_until, dead };
        // A dead letter's body is written once more.
        let bytes = lots.iter().flat_map(|lot| &lot.candidates);
        let bytes = bytes.map(|candidate| 1_024 + candidate.message.body.len()).sum::<usize>();
        let attempt = attempt.map(str::to_owned);
        let received = self
            .decide(1_024 + bytes, move |present| {
                let mut received = Vec::new();
                for lot in lots {
                    take_lot(present, &terms, lot, &mut received)?;
                }
                if let Some(id) = attempt.filter(|_| !received.is_empty()) {
                    attempt::note(present, &terms.queue, &id, (&received, now))?;
                }
                Ok((received, terms))
            })
            .await;
        drop(claim);
        let (received, terms) = received?;
        if let Some(dead) = &terms.dead {
            dead.coming.tell();
        }
        Ok(received)
    }

    fn dead_letters(
        &self,
        snapshot: &Snapshot,
        queue: &Queue,
        now: UnixMillis,
    ) -> Result<Option<DeadLetters>, QueueError> {
        let Some(redrive) = &queue.attributes.redrive else { return Ok(None) };
        let Some(target) = self.queue_of_arn(snapshot, &redrive.target_arn)? else {
            // Where it would go to is no more: it stays.
            return Ok(None);
        };
        let coming = self.desks.of(target.number).announce(now);
        Ok(Some(DeadLetters {
            queue: target,
            receives_max: redrive.receives_max,
            source_arn: self.arn(queue.name.as_str()),
            coming,
        }))
    }
}

/// Reads what was claimed, up to `most` messages.
pub(crate) fn lots(
    snapshot: &Snapshot,
    queue: &Queue,
    keys: &[Vec<u8>],
    most: usize,
    now: UnixMillis,
) -> Result<Vec<Lot>, QueueError> {
    let (mut lots, mut room) = (Vec::new(), most);
    for key in keys {
        if room == 0 {
            break;
        }
        let (_, what) = parts_of_waiting(key).ok_or(RecordError::Key)?;
        let lot = if queue.is_fifo() {
            let group = std::str::from_utf8(what).map_err(|_| RecordError::Key)?;
            lot_of_group(snapshot, queue, key, group, room, now)?
        } else {
            let place = Place::from_end_of(what).ok_or(RecordError::Key)?;
            let candidates = candidate(snapshot, queue.number, place)?.into_iter().collect();
            Lot { key: key.clone(), group: None, candidates, next_at: None }
        };
        room -= lot.candidates.len();
        lots.push(lot);
    }
    Ok(lots)
}

fn lot_of_group(
    snapshot: &Snapshot,
    queue: &Queue,
    key: &[u8],
    name: &str,
    room: usize,
    now: UnixMillis,
) -> Result<Lot, QueueError> {
    let mut lot = Lot {
        key: key.to_vec(),
        group: Some(name.to_owned()),
        candidates: Vec::new(),
        next_at: None,
    };
    let stored = snapshot.get(GROUPS, &group_key(queue.number, name))?;
    let Some(bytes) = stored else { return Ok(lot) };
    let group: Group = decode(&bytes)?;
    let lower = line_key(queue.number, name, Place(group.head));
    let mut upper = line_prefix(queue.number, name);
    upper.extend([0xff; Place::BYTES + 1]);
    let range = (std::ops::Bound::Included(&lower[..]), std::ops::Bound::Excluded(&upper[..]));
    for found in snapshot.range(LINES, range, Direction::Forward)?.take(room) {
        let (key, _) = found?;
        let place = Place::from_end_of(&key).ok_or(RecordError::Key)?;
        let Some(candidate) = candidate(snapshot, queue.number, place)? else { continue };
        if candidate.message.visible_at > now {
            lot.next_at = Some(candidate.message.visible_at);
            break;
        }
        lot.candidates.push(candidate);
    }
    Ok(lot)
}

fn candidate(
    snapshot: &Snapshot,
    queue: u64,
    place: Place,
) -> Result<Option<Candidate>, QueueError> {
    let stored = snapshot.get(MESSAGES, &message_key(queue, place))?;
    let message = stored.map(|bytes| decode(&bytes)).transpose()?;
    Ok(message.map(|message| Candidate { place, message }))
}

/// Hands out what still waits as it was found.
fn take_lot(
    present: &mut Present<'_>,
    terms: &Terms,
    lot: Lot,
    received: &mut Vec<Received>,
) -> Result<(), QueueError> {
    if present.get(WAITING, &lot.key)?.is_none() {
        return Ok(());
    }
    let queue = terms.queue.number;
    let Some(name) = &lot.group else {
        present.delete(WAITING, &lot.key);
        for candidate in lot.candidates {
            if let Some(taken) = take_one(present, terms, &candidate)? {
                let key = waiting_key(queue, terms.hidden_until.at, &candidate.place.0);
                present.put(WAITING, key, Vec::new());
                received.push(taken);
            }
        }
        return Ok(());
    };
    if present.get(GROUPS, &group_key(queue, name))?.is_none() {
        // Damage left it behind. Nobody is to find it again and again.
        present.delete(WAITING, &lot.key);
        return Ok(());
    }
    let mut group = OpenGroup::open(present, queue, name, terms.now)?;
    group.group.in_flight.clear();
    for candidate in lot.candidates {
        if present.get(LINES, &line_key(queue, name, candidate.place))?.is_none() {
            continue;
        }
        match take_one(present, terms, &candidate)? {
            Some(taken) => {
                let hidden = (candidate.place.0, terms.hidden_until.at);
                group.group.in_flight.push(hidden);
                received.push(taken);
            }
            None => group.remove(present, candidate.place, terms.hidden_until.at),
        }
    }
    match (group.group.in_flight.is_empty(), lot.next_at) {
        (true, Some(next_at)) => group.group.available_at = next_at,
        _ => group.wait_for_in_flight(terms.hidden_until.at),
    }
    group.close(present);
    Ok(())
}

/// Nothing if the message is taken out of the queue instead: it is too old, or was received too often.
fn take_one(
    present: &mut Present<'_>,
    terms: &Terms,
    candidate: &Candidate,
) -> Result<Option<Received>, QueueError> {
    let Terms { queue, now, hidden_until, dead } = terms;
    let Candidate { place, message } = candidate;
    let key = message_key(queue.number, *place);
    let before: Option<Take> = present.get(TAKES, &key)?.map(|bytes| decode(&bytes)).transpose()?;
    let count = before.map_or(0, |take| take.count);
    let ends_at = message.sent_at + u64::from(queue.attributes.retention_secs) * 1_000;
    let too_often = dead.as_ref().filter(|dead| count >= dead.receives_max);
    if ends_at <= *now || too_often.is_some() {
        present.delete(MESSAGES, &key);
        present.delete(TAKES, &key);
        add_length(present, queue.number, -1)?;
        if let Some(dead) = too_often.filter(|_| ends_at > *now) {
            let source_arn = Some(dead.source_arn.clone());
            let letter =
                StoredMessage { visible_at: dead.coming.at, source_arn, ..message.clone() };
            insert(present, dead.queue.number, dead.queue.is_fifo(), &letter)?;
        }
        return Ok(None);
    }
    let first_at = before.map_or(*now, |take| take.first_at);
    let take = Take { count: count + 1, first_at, visible_at: hidden_until.at };
    present.put(TAKES, &key, encode(&take));
    Ok(Some(shown(queue, *place, message.clone(), take)))
}

pub(crate) fn shown(queue: &Queue, place: Place, message: StoredMessage, take: Take) -> Received {
    let handle = Handle { queue: queue.number, place, count: take.count }.text();
    let StoredMessage { id, body, attributes, trace_header, group, dedup, sender, .. } = message;
    Received {
        id,
        handle,
        body,
        attributes: BTreeMap::from_iter(attributes),
        trace_header,
        group,
        dedup,
        sequence_number: queue.is_fifo().then(|| sequence_number(place)),
        sender,
        sent_at: message.sent_at,
        first_received_at: take.first_at,
        receive_count: take.count,
        source_arn: message.source_arn,
    }
}
