//! Doubles: decimals as whole numbers where they are decimals, else what differs of their bits.
//!
//! What sensors say has few decimals: `21.5` is 215 with one. It is taken so only if it comes back
//! bit by bit; others of the same page are exceptions, and a page of true floats is stored by the
//! differing bits of neighbours.

use crate::error::SeriesError;
use crate::segment::bits::{Width, pack, unpack};
use crate::segment::integers;
use crate::wire::{Reader, put_varint};

const DECIMAL: u8 = 0;
const DIFFERING_BITS: u8 = 1;

const POWERS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Adding it puts a whole number into the low bits of a double. It holds for numbers below
/// [`WHOLE_MAX`], and unlike a conversion it is done for several numbers at once.
const SHIFTER: f64 = 6_755_399_441_055_744.0;
const WHOLE_MAX: f64 = 2_251_799_813_685_248.0;

/// No whole number: it would come back as zero.
const NEGATIVE_ZERO: u64 = 1 << 63;

/// Looked at to find how many decimals there are.
const SAMPLES: usize = 32;

/// Doubles that all are whole numbers divided by a power of ten.
#[derive(Debug)]
pub(super) struct Decimals {
    pub(super) decimals: usize,
    pub(super) whole: Vec<i64>,
}

impl Decimals {
    /// The double of a whole number.
    pub(super) fn double(decimals: usize, whole: i64) -> Option<f64> {
        POWERS.get(decimals).map(|power| whole as f64 / power)
    }
}

/// Answers what they are if all are decimals.
pub(super) fn encode(values: &[f64], into: &mut Vec<u8>) -> Option<Decimals> {
    let Some((decimals, whole, exceptions)) = as_decimals(values) else {
        encode_bits(values, into);
        return None;
    };
    into.extend([DECIMAL, decimals as u8]);
    put_varint(into, exceptions.len() as u64);
    for place in &exceptions {
        put_varint(into, *place as u64);
        into.extend(values[*place].to_bits().to_le_bytes());
    }
    integers::encode(&whole, into);
    exceptions.is_empty().then_some(Decimals { decimals, whole })
}

/// How many decimals, the whole numbers, and the places of what is no such decimal.
fn as_decimals(values: &[f64]) -> Option<(usize, Vec<i64>, Vec<usize>)> {
    let step = values.len().div_ceil(SAMPLES).max(1);
    let samples = || values.iter().step_by(step);
    let fits = |decimals: &usize| {
        let count = samples().filter(|value| whole(**value, POWERS[*decimals]).is_some()).count();
        count * 8 >= samples().count() * 7
    };
    let decimals = (0..POWERS.len()).find(fits)?;
    let power = POWERS[decimals];
    // Without a branch, so that several are done at once. It is nearly always all.
    let mut are_all = true;
    let numbers: Vec<i64> = values
        .iter()
        .map(|value| {
            let shifted = value * power + SHIFTER;
            let number = shifted - SHIFTER;
            are_all &= number.abs() < WHOLE_MAX;
            are_all &= ((number / power).to_bits() == value.to_bits())
                & (value.to_bits() != NEGATIVE_ZERO);
            shifted.to_bits().wrapping_sub(SHIFTER.to_bits()) as i64
        })
        .collect();
    if are_all {
        return Some((decimals, numbers, Vec::new()));
    }
    let most = values.len() / 8;
    let (mut numbers, mut exceptions) = (Vec::with_capacity(values.len()), Vec::new());
    let mut last = 0;
    for (place, value) in values.iter().enumerate() {
        match whole(*value, power) {
            Some(number) => last = number,
            None if exceptions.len() < most => exceptions.push(place),
            None => return None,
        }
        // An exception costs no bits beside its own if it repeats its neighbour.
        numbers.push(last);
    }
    Some((decimals, numbers, exceptions))
}

fn whole(value: f64, power: f64) -> Option<i64> {
    let number = (value * power + SHIFTER) - SHIFTER;
    // By way of the whole number, which has no negative zero.
    let is_it =
        number.abs() < WHOLE_MAX && (number as i64 as f64 / power).to_bits() == value.to_bits();
    is_it.then_some(number as i64)
}

fn encode_bits(values: &[f64], into: &mut Vec<u8>) {
    into.push(DIFFERING_BITS);
    let mut before = 0;
    let mut differing: Vec<u64> = Vec::with_capacity(values.len());
    for value in values {
        let bits = value.to_bits();
        differing.push(bits ^ before);
        before = bits;
    }
    let shift = differing.iter().fold(0, |all, bits| all | bits).trailing_zeros().min(63);
    into.push(shift as u8);
    differing.iter_mut().for_each(|bits| *bits >>= shift);
    let differing = differing.into_iter();
    pack(differing.clone(), Width::best(differing), into);
}

/// What was in `values` is gone; its memory is used again.
pub(super) fn decode(
    reader: &mut Reader<'_>,
    count: usize,
    values: &mut Vec<f64>,
) -> Result<(), SeriesError> {
    values.clear();
    values.reserve(count);
    match reader.byte()? {
        DECIMAL => decode_decimals(reader, count, values),
        DIFFERING_BITS => {
            let shift = reader.byte()? & 63;
            let mut bits = 0;
            unpack(reader, count, &mut |group| {
                values.extend(group.iter().map(|differing| {
                    bits ^= differing << shift;
                    f64::from_bits(bits)
                }));
            })
        }
        _ => Err(SeriesError::Damaged { what: "a way of doubles is unknown" }),
    }
}

fn decode_decimals(
    reader: &mut Reader<'_>,
    count: usize,
    values: &mut Vec<f64>,
) -> Result<(), SeriesError> {
    let power = POWERS.get(usize::from(reader.byte()?));
    let power = *power.ok_or(SeriesError::Damaged { what: "there are too many decimals" })?;
    let mut exceptions = Vec::new();
    for _ in 0..reader.count(count)? {
        let place = reader.count(count.saturating_sub(1))?;
        exceptions.push((place, f64::from_bits(reader.i64()? as u64)));
    }
    let shifted = |number: i64| f64::from_bits(SHIFTER.to_bits().wrapping_add(number as u64));
    integers::decode_groups(reader, count, &mut |group| {
        values.extend(group.iter().map(|number| (shifted(*number) - SHIFTER) / power));
    })?;
    for (place, value) in exceptions {
        values[place] = value;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn round(values: &[f64]) -> usize {
        let mut bytes = Vec::new();
        encode(values, &mut bytes);
        let mut reader = Reader(&bytes);
        let mut back = Vec::new();
        decode(&mut reader, values.len(), &mut back).expect("read");
        let bits = |values: &[f64]| values.iter().map(|it| it.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(values));
        assert!(reader.is_empty());
        bytes.len()
    }

    #[test]
    fn a_walk_of_decimals_takes_three_bits_a_step() {
        let mut at = 215i64;
        let walk = (0..1024u64).map(|step| {
            at += (step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as i64 % 5 - 2;
            at as f64 / 10.0
        });
        assert!(round(&walk.collect::<Vec<_>>()) < 1024 * 3 / 8 + 24);
    }

    #[test]
    fn what_is_no_decimal_comes_back() {
        round(&[0.1, f64::NAN, -0.0, 0.3, 0.7, 1.1, 2.5, 3.0, 0.2]);
        round(&[f64::INFINITY, f64::MIN_POSITIVE, f64::MAX, -1e300, 0.1 + 0.2]);
        round(&[1.0 / 3.0; 9]);
        let least = -(WHOLE_MAX - 1.0);
        round(&[least, 0.0, WHOLE_MAX - 1.0]);
    }

    proptest! {
        #[test]
        fn whatever_it_is_comes_back(
            bits in vec(any::<u64>(), 0..150),
            decimals in vec(-99_999..99_999i32, 0..150),
        ) {
            round(&bits.into_iter().map(f64::from_bits).collect::<Vec<_>>());
            round(&decimals.into_iter().map(|it| f64::from(it) / 1000.0).collect::<Vec<_>>());
        }
    }
}
