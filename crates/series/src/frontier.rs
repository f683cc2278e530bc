//! The newest time of each series, so that a row that is newer than all of its series needs no
//! look at what is stored.
//!
//! Bounded: of two generations the older is forgotten when the younger is full, and the newest time
//! of what was forgotten becomes the floor of all series that are not known. Every error is on the
//! safe side: a time that is said to be old is looked up, or resolved when it is read.

use hashbrown::HashMap;

use crate::rows::{Row, Rows};

/// In one generation. Two of them take some 8 MiB for each table that has so many series.
const SERIES_MAX: usize = 128 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Frontier {
    young: HashMap<u64, i64>,
    old: HashMap<u64, i64>,
    floor: Option<i64>,
}

impl Frontier {
    /// Nothing is known but that all stored times are at most this.
    pub(crate) fn above(floor: Option<i64>) -> Frontier {
        Frontier { floor, ..Frontier::default() }
    }

    /// Notes the times of all rows. Answers which are not newer than all that their series may have had
    /// before, by their places.
    pub(crate) fn late_rows(&mut self, rows: &Rows<'_>) -> Vec<usize> {
        let before: Vec<Option<i64>> =
            rows.series.iter().map(|series| self.advance(series.hash, series.newest)).collect();
        let is_late = |row: &Row| before[row.series as usize].is_some_and(|at| row.time <= at);
        let late = rows.rows.iter().enumerate().filter(|(_, row)| is_late(row));
        late.map(|(place, _)| place).collect()
    }

    /// Notes times of a series, and answers the newest that it may have had before.
    fn advance(&mut self, series: u64, newest: i64) -> Option<i64> {
        if let Some(known) = self.young.get_mut(&series) {
            let before = *known;
            *known = before.max(newest);
            return Some(before);
        }
        let before = self.old.get(&series).copied().or(self.floor);
        if self.young.len() == SERIES_MAX {
            self.forget();
        }
        self.young.insert(series, before.map_or(newest, |before| before.max(newest)));
        before
    }

    fn forget(&mut self) {
        let young = std::mem::take(&mut self.young);
        let forgotten = std::mem::replace(&mut self.old, young);
        self.floor = self.floor.max(forgotten.into_values().max());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_the_newest_time_before() {
        let mut frontier = Frontier::above(None);
        assert_eq!(frontier.advance(1, 10), None);
        assert_eq!(frontier.advance(1, 5), Some(10));
        assert_eq!(frontier.advance(1, 11), Some(10));
        assert_eq!(frontier.advance(2, 3), None);
        assert_eq!(Frontier::above(Some(7)).advance(2, 3), Some(7));
    }

    #[test]
    fn what_is_forgotten_is_under_the_floor() {
        let mut frontier = Frontier::above(None);
        frontier.advance(0, 99);
        for series in 1..=2 * SERIES_MAX as u64 {
            frontier.advance(series, 1);
        }
        assert!(frontier.advance(0, 5) >= Some(99));
        assert!(frontier.young.len() <= SERIES_MAX && frontier.old.len() <= SERIES_MAX);
    }
}
