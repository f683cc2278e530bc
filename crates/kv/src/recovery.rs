//! Puts a store together from what is on disk.

use std::sync::Arc;

use crate::batch::Change;
use crate::disk::Disk;
use crate::error::OpenError;
use crate::journal::{Entry, Journal, Kind, Record};
use crate::key::Key;
use crate::overlay::{Overlay, Pins};
use crate::settled::Settled;
use crate::space::{NAMES, PAST_KEY, SpaceId, Spaces};
use crate::view::{Sight, View};

/// Replays what the settled tier lacks into a fresh overlay.
pub(crate) fn recover(
    disk: Arc<dyn Disk>,
    settled: &dyn Settled,
    segment_bytes: u64,
) -> Result<(Journal, Arc<Sight>), OpenError> {
    let overlay = Arc::new(Overlay::default());
    let mark = settled.mark()?;
    let mut apply = |record: Record<'_>| apply(&overlay, &record);
    let journal = Journal::open(disk, segment_bytes, mark, &mut apply)?;
    let spaces = Arc::default();
    let view = View { spaces, past: 0, active: overlay, frozen: None, settled: settled.view() };
    let sight = Arc::new(Sight::new(view, journal.last()));
    let (spaces, past) = read_names(&sight)?;
    sight.rearrange(|view| (view.spaces, view.past) = (Arc::new(spaces), past));
    Ok((journal, sight))
}

fn apply(overlay: &Overlay, record: &Record<'_>) -> Option<()> {
    let changes: Option<Vec<(SpaceId, Key, Change)>> =
        record.entries().map(|entry| entry.map(change)).collect();
    overlay.apply(changes?.into_iter(), record.sequence, &Pins::new());
    Some(())
}

fn change(Entry { kind, space, key, value }: Entry<'_>) -> (SpaceId, Key, Change) {
    // Copies, as the original is a whole file of the journal.
    let value = || bytes::Bytes::copy_from_slice(value);
    let change = match kind {
        Kind::Put => Change::Put(value()),
        Kind::PutNew => Change::PutNew(value()),
        Kind::Delete => Change::Delete,
    };
    (space, Key::from_slice(key), change)
}

/// The spaces, and how many records went before this journal.
fn read_names(sight: &Arc<Sight>) -> Result<(Spaces, u64), OpenError> {
    let mut stored = Vec::new();
    let mut past = 0;
    for entry in sight.snapshot().whole(NAMES)? {
        let (name, number) = entry?;
        if name == PAST_KEY {
            let number = number[..].try_into().map_err(|_| OpenError::SpacesDamaged)?;
            past = u64::from_le_bytes(number);
            continue;
        }
        let name = String::from_utf8(name.to_vec()).map_err(|_| OpenError::SpacesDamaged)?;
        let number = number.first().copied().ok_or(OpenError::SpacesDamaged)?;
        stored.push((name, number));
    }
    let spaces = Spaces::from_stored(stored.into_iter()).ok_or(OpenError::SpacesDamaged)?;
    Ok((spaces, past))
}
