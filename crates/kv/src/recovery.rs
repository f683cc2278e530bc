//! Puts a store together from what is on disk.

use std::sync::Arc;

use crate::batch::Change;
use crate::disk::Disk;
use crate::error::OpenError;
use crate::journal::{Entry, Journal, Kind, Record};
use crate::key::Key;
use crate::overlay::{Overlay, Pins};
use crate::settled::Settled;
use crate::space::{NAMES, SpaceId, Spaces};
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
    let view = View { spaces, active: overlay, frozen: None, settled: settled.view() };
    let sight = Arc::new(Sight::new(view, journal.last()));
    let spaces = Arc::new(read_spaces(&sight)?);
    sight.rearrange(|view| view.spaces = spaces);
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

fn read_spaces(sight: &Arc<Sight>) -> Result<Spaces, OpenError> {
    let mut stored = Vec::new();
    for entry in sight.snapshot().whole(NAMES)? {
        let (name, number) = entry?;
        let name = String::from_utf8(name.to_vec()).map_err(|_| OpenError::SpacesDamaged)?;
        let number = number.first().copied().ok_or(OpenError::SpacesDamaged)?;
        stored.push((name, number));
    }
    Spaces::from_stored(stored.into_iter()).ok_or(OpenError::SpacesDamaged)
}
