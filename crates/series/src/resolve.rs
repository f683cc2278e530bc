//! Rows of one series from several sources, made one.

use timesql::Stored;

use crate::rows::replaces;
use crate::strip::{ColumnBuilder, Strip};

/// Strips in the order of their commits, with versions, and their columns in the same slots, of these
/// types. Of rows of one time the winner is kept.
pub(crate) fn resolve(mut strips: Vec<Strip>, slots: &[Stored]) -> Strip {
    strips.retain(|strip| !strip.times.is_empty());
    if strips.len() == 1 {
        return strips.remove(0);
    }
    let runs = runs(&strips);
    let mut resolved = Strip::default();
    for (of, rows) in &runs {
        resolved.times.extend_from_slice(&strips[*of].times[rows.clone()]);
        resolved.versions.extend_from_slice(&strips[*of].versions[rows.clone()]);
    }
    for (slot, stored) in slots.iter().enumerate() {
        let mut builder = ColumnBuilder::new(*stored);
        for (of, rows) in &runs {
            builder.extend(strips[*of].columns[slot].as_ref(), rows.clone());
        }
        resolved.columns.push(builder.finish());
    }
    resolved
}

type Run = (usize, std::ops::Range<usize>);

/// Which rows of which strips are left, in the order of their times.
fn runs(strips: &[Strip]) -> Vec<Run> {
    let mut order: Vec<usize> = (0..strips.len()).collect();
    order.sort_by_key(|of| strips[*of].times[0]);
    let is_apart = |pair: &[usize]| strips[pair[0]].times.last() < strips[pair[1]].times.first();
    if order.windows(2).all(is_apart) {
        return order.into_iter().map(|of| (of, 0..strips[of].times.len())).collect();
    }
    let mut places: Vec<(i64, usize, usize)> = Vec::new();
    for (of, strip) in strips.iter().enumerate() {
        places.extend(strip.times.iter().enumerate().map(|(row, time)| (*time, of, row)));
    }
    places.sort_unstable();
    let version = |(_, of, row): (i64, usize, usize)| strips[of].versions[row];
    let mut runs: Vec<Run> = Vec::new();
    for same in places.chunk_by(|one, two| one.0 == two.0) {
        let winner = same.iter().copied().reduce(|earlier, later| {
            if replaces(version(later), version(earlier)) { later } else { earlier }
        });
        let Some((_, of, row)) = winner else { continue };
        match runs.last_mut() {
            Some((last, rows)) if *last == of && rows.end == row => rows.end += 1,
            _ => runs.push((of, row..row + 1)),
        }
    }
    runs
}

/// The rows whose times lie in the range.
pub(crate) fn within(times: &[i64], from: i64, until: i64) -> std::ops::Range<usize> {
    let start = times.partition_point(|time| *time < from);
    let end = times.partition_point(|time| *time <= until);
    start..end.max(start)
}

/// A strip of the rows of a range.
pub(crate) fn clip(strip: Strip, from: i64, until: i64, slots: &[Stored]) -> Strip {
    let rows = within(&strip.times, from, until);
    if rows.len() == strip.times.len() {
        return strip;
    }
    let mut columns = Vec::with_capacity(slots.len());
    for (slot, stored) in slots.iter().enumerate() {
        let mut builder = ColumnBuilder::new(*stored);
        builder.extend(strip.columns[slot].as_ref(), rows.clone());
        columns.push(builder.finish());
    }
    let versions = strip.versions.get(rows.clone()).unwrap_or_default().to_vec();
    Strip { times: strip.times[rows].to_vec(), versions, columns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::{Column, Data, LINES};

    fn strip(rows: &[(i64, i64, i64)]) -> Strip {
        let data = Data::BigInt(rows.iter().map(|row| row.2).collect());
        Strip {
            times: rows.iter().map(|row| row.0).collect(),
            versions: rows.iter().map(|row| row.1).collect(),
            columns: vec![Some(Column { data, present: None })],
        }
    }

    fn check(strips: &[&[(i64, i64, i64)]], expected: &[(i64, i64)]) {
        let strips = strips.iter().map(|rows| strip(rows)).collect();
        let resolved = resolve(strips, &[Stored::BigInt]);
        let Some(Column { data: Data::BigInt(values), .. }) = &resolved.columns[0] else {
            panic!("there are values");
        };
        let rows: Vec<_> = resolved.times.into_iter().zip(values.iter().copied()).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn the_higher_version_wins_then_the_first() {
        check(&[&[(1, 1, 10), (2, 2, 20)], &[(1, 1, 11), (2, 3, 21)]], &[(1, 10), (2, 21)]);
        check(&[&[(2, 5, 20)], &[(1, 1, 10), (2, 4, 21)]], &[(1, 10), (2, 20)]);
    }

    #[test]
    fn of_lines_the_last_wins_and_a_record_over_lines() {
        check(&[&[(1, LINES, 10)], &[(1, LINES, 11)]], &[(1, 11)]);
        check(&[&[(1, 1, 10)], &[(1, LINES, 11)]], &[(1, 10)]);
    }

    #[test]
    fn strips_that_are_apart_are_joined() {
        check(&[&[(5, 1, 50)], &[(1, 1, 10), (2, 1, 20)]], &[(1, 10), (2, 20), (5, 50)]);
    }
}
