//! Numbers in as many bits as the widest needs, but for a few exceptions.

use crate::error::SeriesError;
use crate::wire::{Reader, put_varint};

/// Numbers are unpacked in groups of as many as a word has bits: so each group begins at a byte.
pub(super) const GROUP: usize = 64;

/// About what an exception costs beside its own bits.
const EXCEPTION_BITS: usize = 20;

/// How numbers are best written: their width, and the bits that all of them take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Width {
    bits: usize,
    pub(super) cost: usize,
}

impl Width {
    pub(super) fn best(numbers: impl Iterator<Item = u64>) -> Width {
        // Two counts by turns: one alone would wait for itself, as neighbours are alike.
        let mut counts = [[0usize; 65]; 2];
        let mut count = 0;
        for number in numbers {
            counts[count % 2][(u64::BITS - number.leading_zeros()) as usize] += 1;
            count += 1;
        }
        let of_width = |bits: usize| counts[0][bits] + counts[1][bits];
        let mut best = Width { bits: 64, cost: usize::MAX };
        let (mut exceptions, mut exception_bits) = (0, 0);
        for bits in (0..=64).rev() {
            let cost = count * bits + exception_bits;
            if cost <= best.cost {
                best = Width { bits, cost };
            }
            exceptions += of_width(bits);
            exception_bits += of_width(bits) * (EXCEPTION_BITS + bits + bits / 7);
            if exceptions > count / 4 {
                break;
            }
        }
        best
    }
}

/// Writes the width, exceptions, and all numbers in that width.
pub(super) fn pack(numbers: impl Iterator<Item = u64> + Clone, width: Width, into: &mut Vec<u8>) {
    let width = width.bits;
    let limit = mask(width);
    into.push(width as u8);
    let exceptions = || numbers.clone().enumerate().filter(|(_, number)| *number > limit);
    put_varint(into, exceptions().count() as u64);
    let mut before = 0;
    for (place, number) in exceptions() {
        put_varint(into, (place - before) as u64);
        put_varint(into, number);
        before = place;
    }
    let (mut held, mut count) = (0u64, 0);
    for number in numbers {
        let number = if number > limit { 0 } else { number };
        held |= number << count;
        count += width;
        if count >= 64 {
            into.extend(held.to_le_bytes());
            count -= 64;
            held = if count == 0 { 0 } else { number >> (width - count) };
        }
    }
    into.extend(&held.to_le_bytes()[..count.div_ceil(8)]);
}

const fn mask(width: usize) -> u64 {
    if width == 64 { u64::MAX } else { (1 << width) - 1 }
}

/// Whether all numbers are zero: then nothing but their width was written.
pub(super) fn are_zero(reader: &mut Reader<'_>) -> bool {
    match reader.0.strip_prefix(&[0, 0]) {
        Some(rest) => {
            reader.0 = rest;
            true
        }
        None => false,
    }
}

/// Reads `count` numbers and gives them to `take` in groups, in order.
pub(super) fn unpack(
    reader: &mut Reader<'_>,
    count: usize,
    take: &mut impl FnMut(&[u64]),
) -> Result<(), SeriesError> {
    let width = usize::from(reader.byte()?);
    if width > 64 {
        return Err(SeriesError::Damaged { what: "numbers are too wide" });
    }
    let mut exceptions = Vec::new();
    let mut place = 0;
    for _ in 0..reader.count(count)? {
        place += reader.count(count)?;
        exceptions.push((place, reader.varint()?));
    }
    let bytes = reader.take((count * width).div_ceil(8))?;
    let mut exceptions = exceptions.into_iter().peekable();
    let mut group = [0u64; GROUP];
    for start in (0..count).step_by(GROUP) {
        let (from, end) = (start * width / 8, (start + GROUP).min(count));
        match bytes.get(from..from + 8 * width) {
            Some(whole) => unpack_group(width, whole, &mut group),
            None => unpack_few(width, &bytes[from..], &mut group[..end - start]),
        }
        while let Some((place, number)) = exceptions.next_if(|(place, _)| *place < end) {
            group[place - start] = number;
        }
        take(&group[..end - start]);
    }
    Ok(())
}

/// What is less than a group, one by one.
fn unpack_few(width: usize, packed: &[u8], numbers: &mut [u64]) {
    for (place, number) in numbers.iter_mut().enumerate() {
        let (byte, shift) = (place * width / 8, place * width % 8);
        *number = match packed[byte.min(packed.len())..].first_chunk() {
            Some(eight) if shift + width <= 64 => u64::from_le_bytes(*eight) >> shift,
            _ => last_of_few(packed, byte, shift),
        } & mask(width);
    }
}

/// A number that takes nine bytes, or stands among the last.
fn last_of_few(packed: &[u8], byte: usize, shift: usize) -> u64 {
    let mut bytes = [0u8; 16];
    let some = &packed[byte.min(packed.len())..packed.len().min(byte + 9)];
    bytes[..some.len()].copy_from_slice(some);
    (u128::from_le_bytes(bytes) >> shift) as u64
}

/// Passes over `count` numbers.
pub(super) fn skip(reader: &mut Reader<'_>, count: usize) -> Result<(), SeriesError> {
    let width = usize::from(reader.byte()?);
    for _ in 0..reader.count(count)? {
        reader.varint()?;
        reader.varint()?;
    }
    reader.take((count * width).div_ceil(8)).map(drop)
}

/// With the width known, the compiler unrolls the loop into shifts.
#[inline(never)]
fn group_of<const WIDTH: usize>(packed: &[u8], group: &mut [u64; GROUP]) {
    let mut words = [0u64; WIDTH];
    for (word, bytes) in words.iter_mut().zip(packed.chunks_exact(8)) {
        *word = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    }
    let bits_at = |bit: usize, count: usize| {
        let (word, shift) = (bit / 64, bit % 64);
        let low = words[word] >> shift;
        if shift + count > 64 { low | words[word + 1] << (64 - shift) } else { low }
    };
    if WIDTH <= 8 {
        // Eight numbers are in one word.
        for (part, eight) in group.chunks_exact_mut(8).enumerate() {
            let word = bits_at(part * 8 * WIDTH, 8 * WIDTH);
            for (place, number) in eight.iter_mut().enumerate() {
                *number = word >> (place * WIDTH) & mask(WIDTH);
            }
        }
        return;
    }
    for (place, number) in group.iter_mut().enumerate() {
        *number = bits_at(place * WIDTH, WIDTH) & mask(WIDTH);
    }
}

macro_rules! by_width {
    ($width:expr, $packed:expr, $group:expr; $($known:literal)*) => {
        match $width {
            0 => $group.fill(0),
            $($known => group_of::<$known>($packed, $group),)*
            _ => group_of::<64>($packed, $group),
        }
    };
}

fn unpack_group(width: usize, packed: &[u8], group: &mut [u64; GROUP]) {
    by_width!(width, packed, group;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
        33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(numbers: &[u64]) -> usize {
        let mut bytes = Vec::new();
        let all = numbers.iter().copied();
        pack(all.clone(), Width::best(all), &mut bytes);
        let mut back = Vec::new();
        let mut reader = Reader(&bytes);
        unpack(&mut reader, numbers.len(), &mut |group| back.extend_from_slice(group))
            .expect("read");
        assert_eq!(back, numbers);
        assert!(reader.is_empty());
        let mut reader = Reader(&bytes);
        skip(&mut reader, numbers.len()).expect("read");
        assert!(reader.is_empty());
        bytes.len()
    }

    #[test]
    fn numbers_of_each_width_come_back() {
        for width in 0..=64usize {
            for count in [0, 1, 5, 63, 64, 65, 200] {
                let number = |at: u64| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask(width);
                round(&(0..count).map(number).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_few_large_ones_do_not_widen_all() {
        let mut numbers = vec![3; 1000];
        numbers[17] = u64::MAX;
        numbers[999] = 1 << 40;
        assert!(round(&numbers) < 300);
    }
}
