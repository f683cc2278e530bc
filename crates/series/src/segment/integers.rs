//! Whole numbers: constant, near a base, or with differences near a base.

use crate::error::SeriesError;
use crate::segment::bits::{pack, unpack};
use crate::wire::{Reader, put_signed};

const CONSTANT: u8 = 0;
const NEAR_BASE: u8 = 1;
const DIFFERENCES: u8 = 2;

pub(super) fn encode(values: &[i64], into: &mut Vec<u8>) {
    let Some((first, rest)) = values.split_first() else { return };
    if rest.iter().all(|value| value == first) {
        into.push(CONSTANT);
        return put_signed(into, *first);
    }
    let differences: Vec<i64> =
        values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let (base, near) = above_least(values);
    let (step, steps) = above_least(&differences);
    if typical_bits(&steps) < typical_bits(&near) {
        into.push(DIFFERENCES);
        put_signed(into, *first);
        put_signed(into, step);
        pack(&steps, into);
    } else {
        into.push(NEAR_BASE);
        put_signed(into, base);
        pack(&near, into);
    }
}

/// The least of them, and how far each is above it.
fn above_least(values: &[i64]) -> (i64, Vec<u64>) {
    let least = values.iter().copied().min().unwrap_or_default();
    (least, values.iter().map(|value| value.wrapping_sub(least) as u64).collect())
}

/// The bits of most of them: a few outliers are exceptions.
fn typical_bits(numbers: &[u64]) -> u32 {
    let mut widths: Vec<u32> =
        numbers.iter().map(|number| u64::BITS - number.leading_zeros()).collect();
    let place = widths.len() - 1 - widths.len() / 32;
    *widths.select_nth_unstable(place).1
}

pub(super) fn decode(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, SeriesError> {
    let mut values = Vec::with_capacity(count);
    if count == 0 {
        return Ok(values);
    }
    match reader.byte()? {
        CONSTANT => values.resize(count, reader.signed()?),
        NEAR_BASE => {
            let base = reader.signed()?;
            unpack(reader, count, &mut |group| {
                values.extend(group.iter().map(|above| base.wrapping_add(*above as i64)));
            })?;
        }
        DIFFERENCES => {
            let (mut last, step) = (reader.signed()?, reader.signed()?);
            values.push(last);
            unpack(reader, count - 1, &mut |group| {
                values.extend(group.iter().map(|above| {
                    last = last.wrapping_add(step).wrapping_add(*above as i64);
                    last
                }));
            })?;
        }
        _ => return Err(SeriesError::Damaged { what: "a way of numbers is unknown" }),
    }
    Ok(values)
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
