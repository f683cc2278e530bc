//! Keeping a message.

use bytes::Bytes;
use kv::{Batch, Declined, Present};

use crate::definition::{RECORDINGS, RecordingNumber};
use crate::message::RecordedMessage;
use crate::place::{Place, RECORDED};
use crate::recordings::Recordings;
use crate::size::Size;

/// What each entry takes beside its message: keys and the count.
const ENTRY_BYTES: usize = 96;

impl Recordings {
    /// Keeps a message in these recordings, as one with the rest of the batch. In those that are over
    /// by then it is not kept.
    pub fn record_into(batch: &mut Batch, numbers: &[RecordingNumber], message: &RecordedMessage) {
        let (numbers, value) = (numbers.to_vec(), Bytes::from(message.encode()));
        let bytes = numbers.len() * (ENTRY_BYTES + value.len());
        batch.decide_by(bytes, move |present| keep(present, &numbers, &value));
    }
}

/// The place is known only now, at the commit: so messages are read in the order in which they are
/// committed, and nobody who reads on misses one.
fn keep(
    present: &mut Present<'_>,
    numbers: &[RecordingNumber],
    value: &Bytes,
) -> Result<(), Declined> {
    let place = Place::of(present.sequence());
    for number in numbers {
        if present.get(RECORDINGS, &number.on_key())?.is_none() {
            continue;
        }
        let key = place.key(*number);
        Size::change(present, *number, |size| {
            size.messages += 1;
            size.bytes += (key.len() + value.len()) as u64;
        })?;
        present.put_new(RECORDED, key, value.clone());
    }
    Ok(())
}
