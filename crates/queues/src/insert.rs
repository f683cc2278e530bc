//! How a message comes into a queue, whoever brings it.

use kv::Present;
use records::encode;

use crate::error::QueueError;
use crate::fifo::OpenGroup;
use crate::key::{MESSAGES, Place, WAITING, message_key, waiting_key};
use crate::lengths::add_length;
use crate::message::StoredMessage;

/// Puts a message into a queue, which is one that keeps order if the message has a group.
pub(crate) fn insert(
    present: &mut Present<'_>,
    queue: u64,
    is_fifo: bool,
    message: &StoredMessage,
) -> Result<Place, QueueError> {
    let place = Place::of(present.sequence());
    present.put_new(MESSAGES, message_key(queue, place), encode(message));
    match message.group.as_deref().filter(|_| is_fifo) {
        Some(group) => {
            let mut group = OpenGroup::open(present, queue, group, message.visible_at)?;
            group.add(present, place);
            group.close(present);
        }
        None => {
            present.put(WAITING, waiting_key(queue, message.visible_at, &place.0), Vec::new());
        }
    }
    add_length(present, queue, 1)?;
    Ok(place)
}
