//! The times that a table takes rows of.

use time::OffsetDateTime;
use time::macros::format_description;

use crate::definition::Table;

/// AWS's: how far ahead of the clock a row may be.
const AHEAD_NANOS: i64 = 15 * 60 * 1_000_000_000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// From here on rows are counted as memory's.
    pub(crate) memory_from: i64,
    what: &'static str,
}

impl Window {
    pub(crate) fn of(table: &Table, now: i64) -> Window {
        let memory_from = table.retention.memory_from(now);
        let (from, what) = match table.magnetic_writes.enabled {
            true => (table.retention.kept_from(now), "data ingestion window"),
            false => (memory_from, "memory store"),
        };
        Window { from, until: now.saturating_add(AHEAD_NANOS), memory_from, what }
    }

    /// Lines may be as old as the table keeps its rows: agents send again what they could not send.
    pub(crate) fn of_lines(table: &Table, now: i64) -> Window {
        let from = table.retention.kept_from(now);
        Window { from, ..Window::of(table, now) }
    }

    pub(crate) fn check(&self, at: i64) -> Result<(), String> {
        let Window { from, until, what, .. } = *self;
        if (from..until).contains(&at) {
            return Ok(());
        }
        let (from, until) = (instant(from), instant(until));
        Err(format!(
            "The record timestamp is outside the time range [{from}, {until}) of the {what}."
        ))
    }
}

/// `2024-01-01T00:00:00.000Z`
fn instant(nanos: i64) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let instant = OffsetDateTime::from_unix_timestamp_nanos(i128::from(nanos)).ok();
    instant.and_then(|instant| instant.format(format).ok()).unwrap_or_else(|| nanos.to_string())
}
