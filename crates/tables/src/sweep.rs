//! The work that nobody waits for: chores, items that have lived their time, records of streams and
//! tokens that are too old. Driven from outside, a bounded piece at a time; what is on disk alone says
//! what is to be done, so it goes on after a restart where it was.

use kv::{Batch, Declined, Direction, Present, Snapshot};
use records::StoreError;
use stdx::clock::UnixMillis;

use crate::change_record::{RECORDS, stream_prefix};
use crate::chore;
use crate::chores;
use crate::image::INDEXES;
use crate::key::{self, index_prefix};
use crate::sizes::Counting;
use crate::standing::Table;
use crate::store::Tables;
use crate::stream::{self, STREAMS, StreamInfo};
use crate::stream_read::RECORD_MILLIS;
use crate::token;
use crate::write::Planned;

/// How long an expired item may stay, and so how long a round may wait. AWS promises days.
const ROUND_MILLIS: u64 = 30_000;

/// Items that one step takes away: a few milliseconds of the committer.
const EXPIRED_MAX: usize = 100;

/// Records of a stream that one step takes away. They cost less than items.
const TRIMMED_MAX: usize = 1_000;

/// What an expiry decides with, beside the item.
const EXPIRY_BYTES: usize = 512;

/// What has expired long ago stays: AWS takes a second that lies five years back for a mistake.
const TOO_OLD_SECS: u64 = 5 * 365 * 24 * 60 * 60;

/// Tables and streams looked at in one step.
const NAMES_MAX: usize = 100;

/// Works off what is due.
#[derive(Debug)]
pub struct Sweeper {
    tables: Tables,
    place: Place,
    next_round_at: UnixMillis,
}

/// Where a round is.
#[derive(Debug)]
enum Place {
    Tokens,
    Tables { after: Option<String> },
    Streams { at: usize },
    Sizes { after: Option<String>, counting: Option<Box<Counting>> },
    Between,
}

/// When there is something to do again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    AtOnce,
    /// Or earlier, if a definition changes: see [`Tables::watch`].
    At(UnixMillis),
}

impl Sweeper {
    pub fn new(tables: Tables) -> Sweeper {
        Sweeper { tables, place: Place::Tokens, next_round_at: 0 }
    }

    /// Does a piece of what is due.
    pub async fn step(&mut self, now: UnixMillis) -> Result<Next, StoreError> {
        let snapshot = self.tables.store().snapshot();
        if let Some((key, chore)) = chore::first(&snapshot)? {
            chores::work(&self.tables, &snapshot, key, chore).await?;
            return Ok(Next::AtOnce);
        }
        let mut batch = Batch::new();
        match &mut self.place {
            Place::Between if now < self.next_round_at => return Ok(Next::At(self.next_round_at)),
            Place::Between => self.place = Place::Tokens,
            Place::Tokens => {
                let again = token::forget(&snapshot, now, &mut batch)?;
                if again.is_none_or(|at| at > now) {
                    self.place = Place::Tables { after: None };
                }
            }
            Place::Tables { after } => {
                let after = after.clone();
                self.place = self.expire(&snapshot, after, now, &mut batch)?;
            }
            Place::Streams { at } => {
                let at = *at;
                self.place = trim(&snapshot, at, now, &mut batch)?;
            }
            Place::Sizes { counting: Some(running), .. } => {
                if running.work(&snapshot, now, &mut batch)?
                    && let Place::Sizes { counting, .. } = &mut self.place
                {
                    *counting = None;
                }
            }
            Place::Sizes { after, counting: None } => {
                let after = after.clone();
                self.place = self.next_to_count(&snapshot, after.as_deref(), now)?;
            }
        }
        if let Place::Between = self.place {
            self.next_round_at = now + ROUND_MILLIS;
        }
        if !batch.is_empty() {
            self.tables.store().commit(batch).await.map_err(StoreError::Commit)?;
            self.tables.hook.tell();
        }
        Ok(match self.place {
            Place::Between => Next::At(self.next_round_at),
            _ => Next::AtOnce,
        })
    }

    /// Takes away items of some tables, and says where to go on.
    fn expire(
        &self,
        snapshot: &Snapshot,
        mut after: Option<String>,
        now: UnixMillis,
        batch: &mut Batch,
    ) -> Result<Place, StoreError> {
        let page = self.tables.tables(after.as_deref(), NAMES_MAX)?;
        let mut left = EXPIRED_MAX;
        for name in page.items {
            let Some(table) = self.tables.table(name.as_str())? else { continue };
            left = expire_of(&table, snapshot, now, left, batch)?;
            if left == 0 {
                return Ok(Place::Tables { after });
            }
            after = Some(name.into());
        }
        Ok(match page.next {
            Some(next) => Place::Tables { after: Some(next) },
            None => Place::Streams { at: 0 },
        })
    }

    /// The next table whose size was not counted for hours.
    fn next_to_count(
        &self,
        snapshot: &Snapshot,
        after: Option<&str>,
        now: UnixMillis,
    ) -> Result<Place, StoreError> {
        let page = self.tables.tables(after, NAMES_MAX)?;
        for name in page.items {
            let Some(table) = self.tables.table(name.as_str())? else { continue };
            if let Some(counting) = Counting::due(table.definition(), snapshot, now)? {
                let (after, counting) = (Some(name.into()), Some(Box::new(counting)));
                return Ok(Place::Sizes { after, counting });
            }
        }
        Ok(match page.next {
            Some(next) => Place::Sizes { after: Some(next), counting: None },
            None => Place::Between,
        })
    }
}

/// Plans the deletion of a table's expired items; answers how many more there may be.
fn expire_of(
    table: &Table,
    snapshot: &Snapshot,
    now: UnixMillis,
    mut left: usize,
    batch: &mut Batch,
) -> Result<usize, StoreError> {
    let definition = table.definition();
    let Some(time_to_live) = &definition.time_to_live else { return Ok(left) };
    let prefix = index_prefix(definition.number, time_to_live.number);
    let at = |second: u64| [&prefix[..], &second.to_be_bytes()].concat();
    let second = now / 1_000;
    let (from, until) = (at(second.saturating_sub(TOO_OLD_SECS)), at(second + 1));
    for entry in snapshot.range(INDEXES, &from[..]..&until[..], Direction::Forward)? {
        if left == 0 {
            break;
        }
        let (entry, _) = entry?;
        let Some((_, item_key)) = key::read_expiry(definition.number, &entry) else { continue };
        let planned = Planned::expiry(table.clone(), &item_key, now);
        batch.decide_by(EXPIRY_BYTES, move |present| take_away(planned, &entry, present));
        left -= 1;
    }
    Ok(left)
}

/// If the expiry still stands, so does what it says of the item.
fn take_away(planned: Planned, expiry: &[u8], present: &mut Present<'_>) -> Result<(), Declined> {
    if present.get(INDEXES, expiry)?.is_none() {
        return Ok(());
    }
    let judged = planned.judge_leniently(present).map_err(|_| Declined::ByChoice)?;
    let Some(judged) = judged else { return Ok(()) };
    judged.apply(present).map_err(|_| Declined::ByChoice)?;
    Ok(())
}

/// Takes away what is too old in one stream after the other, from the `at`-th on.
fn trim(
    snapshot: &Snapshot,
    at: usize,
    now: UnixMillis,
    batch: &mut Batch,
) -> Result<Place, StoreError> {
    let streams = stream::all(snapshot)?;
    for (at, stream) in streams.iter().enumerate().skip(at).take(NAMES_MAX) {
        let is_all = trim_one(stream, snapshot, now, batch)?;
        if !is_all {
            return Ok(Place::Streams { at });
        }
    }
    let next = at + NAMES_MAX;
    let is_last = next >= streams.len();
    let sizes = Place::Sizes { after: None, counting: None };
    Ok(if is_last { sizes } else { Place::Streams { at: next } })
}

/// Answers whether nothing of it is too old any more.
fn trim_one(
    stream: &StreamInfo,
    snapshot: &Snapshot,
    now: UnixMillis,
    batch: &mut Batch,
) -> Result<bool, StoreError> {
    let horizon = now.saturating_sub(RECORD_MILLIS);
    let mut is_empty = true;
    for (count, entry) in snapshot.scan(RECORDS, &stream_prefix(stream.number))?.enumerate() {
        let (key, record) = entry?;
        let is_old = crate::change_record::written_at(&record).is_none_or(|at| at < horizon);
        if !is_old {
            is_empty = false;
            break;
        }
        if count == TRIMMED_MAX {
            return Ok(false);
        }
        batch.delete(RECORDS, &key);
    }
    if is_empty && stream.ended.is_some_and(|ended| ended.at < horizon) {
        batch.delete(STREAMS, stream.number.to_be_bytes());
    }
    Ok(true)
}
