//! Numbers in bytes: what chunks and segments are written with, and read back.

use crate::error::SeriesError;

pub(crate) const CUT_SHORT: SeriesError = SeriesError::Damaged { what: "it is cut short" };

pub(crate) fn put_varint(into: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

pub(crate) fn put_signed(into: &mut Vec<u8>, value: i64) {
    put_varint(into, zigzag(value));
}

pub(crate) fn put_bytes(into: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(into, bytes.len() as u64);
    into.extend_from_slice(bytes);
}

pub(crate) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

pub(crate) const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Reads from the front of bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> Result<u8, SeriesError> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], SeriesError> {
        let Some((front, rest)) = self.0.split_at_checked(count) else { return Err(CUT_SHORT) };
        self.0 = rest;
        Ok(front)
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], SeriesError> {
        let Some((front, rest)) = self.0.split_first_chunk::<N>() else { return Err(CUT_SHORT) };
        self.0 = rest;
        Ok(*front)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, SeriesError> {
        self.fixed().map(u32::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, SeriesError> {
        self.fixed().map(i64::from_le_bytes)
    }

    pub(crate) fn varint(&mut self) -> Result<u64, SeriesError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(SeriesError::Damaged { what: "a number is too long" })
    }

    pub(crate) fn signed(&mut self) -> Result<i64, SeriesError> {
        self.varint().map(unzigzag)
    }

    /// A count of things that take at least one bit each, so that a damaged one is not believed.
    pub(crate) fn count(&mut self, most: usize) -> Result<usize, SeriesError> {
        match usize::try_from(self.varint()?) {
            Ok(count) if count <= most => Ok(count),
            Ok(_) | Err(_) => Err(SeriesError::Damaged { what: "a count is too large" }),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], SeriesError> {
        let count = self.count(self.0.len())?;
        self.take(count)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, SeriesError> {
        let text = std::str::from_utf8(self.bytes()?);
        text.map_err(|_| SeriesError::Damaged { what: "a text is not UTF-8" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_back() {
        let mut bytes = Vec::new();
        let numbers = [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN];
        numbers.iter().for_each(|number| put_signed(&mut bytes, *number));
        put_bytes(&mut bytes, b"abc");
        let mut reader = Reader(&bytes);
        for number in numbers {
            assert_eq!(reader.signed().expect("read"), number);
        }
        assert_eq!(reader.text().expect("read"), "abc");
        assert!(reader.is_empty() && reader.byte().is_err());
    }
}
