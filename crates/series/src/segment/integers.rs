//! Whole numbers: constant, near a base, or with differences near a base.

use crate::error::SeriesError;
use crate::segment::bits::{self, GROUP, Width, are_zero, pack, unpack};
use crate::wire::{Reader, put_signed};

const CONSTANT: u8 = 0;
const NEAR_BASE: u8 = 1;
const DIFFERENCES: u8 = 2;

const UNKNOWN_WAY: SeriesError = SeriesError::Damaged { what: "a way of numbers is unknown" };

pub(super) fn encode(values: &[i64], into: &mut Vec<u8>) {
    let Some((first, rest)) = values.split_first() else { return };
    if rest.iter().all(|value| value == first) {
        into.push(CONSTANT);
        return put_signed(into, *first);
    }
    let base = values.iter().copied().min().unwrap_or_default();
    let near = values.iter().map(|value| value.wrapping_sub(base) as u64);
    let differences = values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let step = differences.clone().min().unwrap_or_default();
    let steps = differences.map(|difference| difference.wrapping_sub(step) as u64);
    let (near_width, steps_width) = (Width::best(near.clone()), Width::best(steps.clone()));
    if steps_width.cost < near_width.cost {
        into.push(DIFFERENCES);
        put_signed(into, *first);
        put_signed(into, step);
        pack(steps, steps_width, into);
    } else {
        into.push(NEAR_BASE);
        put_signed(into, base);
        pack(near, near_width, into);
    }
}

pub(super) fn decode(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, SeriesError> {
    let mut values = Vec::new();
    decode_into(reader, count, &mut values)?;
    Ok(values)
}

/// What was in `values` is gone; its memory is used again.
pub(super) fn decode_into(
    reader: &mut Reader<'_>,
    count: usize,
    values: &mut Vec<i64>,
) -> Result<(), SeriesError> {
    values.clear();
    if count == 0 {
        return Ok(());
    }
    if let Some((first, step)) = progression(reader)? {
        values.extend((0..count as i64).map(|at| first.wrapping_add(step.wrapping_mul(at))));
        return Ok(());
    }
    values.reserve(count);
    decode_groups(reader, count, &mut |group| values.extend_from_slice(group))
}

/// Numbers of equal differences: the first and the difference. Nothing is read of others.
fn progression(reader: &mut Reader<'_>) -> Result<Option<(i64, i64)>, SeriesError> {
    let mut ahead = *reader;
    let found = match ahead.byte()? {
        CONSTANT => Some((ahead.signed()?, 0)),
        DIFFERENCES => {
            let found = (ahead.signed()?, ahead.signed()?);
            are_zero(&mut ahead).then_some(found)
        }
        _ => None,
    };
    if found.is_some() {
        *reader = ahead;
    }
    Ok(found)
}

/// Passes over `count` numbers.
pub(super) fn skip(reader: &mut Reader<'_>, count: usize) -> Result<(), SeriesError> {
    if count == 0 {
        return Ok(());
    }
    match reader.byte()? {
        CONSTANT => reader.signed().map(drop),
        NEAR_BASE => {
            reader.signed()?;
            bits::skip(reader, count)
        }
        DIFFERENCES => {
            reader.signed()?;
            reader.signed()?;
            bits::skip(reader, count - 1)
        }
        _ => Err(UNKNOWN_WAY),
    }
}

/// Gives the numbers to `take` some at a time, so that who makes something else of them does so while
/// they are near.
pub(super) fn decode_groups(
    reader: &mut Reader<'_>,
    count: usize,
    take: &mut impl FnMut(&[i64]),
) -> Result<(), SeriesError> {
    if count == 0 {
        return Ok(());
    }
    let mut values = [0; GROUP];
    if let Some((mut at, step)) = progression(reader)? {
        for start in (0..count).step_by(GROUP) {
            for value in &mut values {
                *value = at;
                at = at.wrapping_add(step);
            }
            take(&values[..GROUP.min(count - start)]);
        }
        return Ok(());
    }
    match reader.byte()? {
        NEAR_BASE => {
            let base = reader.signed()?;
            unpack(reader, count, &mut |group| {
                for (value, above) in values.iter_mut().zip(group) {
                    *value = base.wrapping_add(*above as i64);
                }
                take(&values[..group.len()]);
            })
        }
        DIFFERENCES => {
            let (mut last, step) = (reader.signed()?, reader.signed()?);
            take(&[last]);
            unpack(reader, count - 1, &mut |group| {
                // In a register, and not where the next group looks for it.
                let mut at = last;
                for (value, above) in values.iter_mut().zip(group) {
                    at = at.wrapping_add(step.wrapping_add(*above as i64));
                    *value = at;
                }
                last = at;
                take(&values[..group.len()]);
            })
        }
        _ => Err(UNKNOWN_WAY),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn round(values: &[i64]) -> usize {
        let mut bytes = Vec::new();
        encode(values, &mut bytes);
        let mut reader = Reader(&bytes);
        assert_eq!(decode(&mut reader, values.len()).expect("read"), values);
        assert!(reader.is_empty());
        let mut reader = Reader(&bytes);
        skip(&mut reader, values.len()).expect("read");
        assert!(reader.is_empty());
        bytes.len()
    }

    #[test]
    fn regular_times_cost_nothing() {
        let times: Vec<i64> =
            (0..1024).map(|at| 1_700_000_000_000_000_000 + at * 1_000_000_000).collect();
        assert!(round(&times) < 24);
    }

    #[test]
    fn a_gap_costs_an_exception() {
        let at = |at: i64| 1_000_000_000 * (at + if at > 500 { 86_400 } else { 0 });
        assert!(round(&(0..1024).map(at).collect::<Vec<_>>()) < 48);
    }

    proptest! {
        #[test]
        fn whatever_it_is_comes_back(
            wild in vec(any::<i64>(), 0..200),
            tame in vec(-9..9i64, 0..200),
        ) {
            round(&wild);
            round(&tame);
        }
    }
}
