//! Takes the fields of a packet off a slice, from the front (MQTT 5.0 §1.5).

use crate::error::DecodeError;

#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Everything that is left.
    #[inline]
    pub(crate) fn rest(self) -> &'a [u8] {
        self.bytes
    }

    /// Refuses what is left: a packet with more than its fields is malformed.
    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        if self.is_empty() { Ok(()) } else { Err(DecodeError::TrailingBytes) }
    }

    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(DecodeError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>().ok_or(DecodeError::Truncated)?;
        self.bytes = rest;
        Ok(*taken)
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(|[byte]| byte)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A packet identifier, which is never 0 [MQTT-2.2.1-3].
    #[inline]
    pub(crate) fn packet_id(&mut self) -> Result<u16, DecodeError> {
        match self.u16()? {
            0 => Err(DecodeError::ZeroPacketId),
            packet_id => Ok(packet_id),
        }
    }

    #[inline]
    pub(crate) fn binary(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    /// Well-formed UTF-8 without U+0000 [MQTT-1.5.4-1, MQTT-1.5.4-2].
    pub(crate) fn text(&mut self) -> Result<&'a str, DecodeError> {
        let text = self.utf8()?;
        if text.as_bytes().contains(&0) { Err(DecodeError::NullCharacter) } else { Ok(text) }
    }

    /// Text without wildcards, the only kind that a topic name is made of [MQTT-3.3.2-2]. It may
    /// be empty, where an alias can stand for it.
    #[inline]
    pub(crate) fn topic_name(&mut self) -> Result<&'a str, DecodeError> {
        let topic = self.utf8()?;
        // No early exit: the loop without one is a few vector instructions.
        let suspect = topic.bytes().fold(false, |found, byte| found | is_forbidden(byte));
        match suspect {
            false => Ok(topic),
            true if topic.as_bytes().contains(&0) => Err(DecodeError::NullCharacter),
            true => Err(DecodeError::TopicWildcard),
        }
    }

    #[inline]
    fn utf8(&mut self) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(self.binary()?).map_err(|_| DecodeError::NotUtf8)
    }

    /// A variable byte integer in its shortest form [MQTT-1.5.5-1].
    #[inline]
    pub(crate) fn variable(&mut self) -> Result<u32, DecodeError> {
        match leading_variable(self.bytes)? {
            None => Err(DecodeError::Truncated),
            Some((value, length)) if length == variable_length(value) => {
                self.bytes = &self.bytes[length..];
                Ok(value)
            }
            Some(_) => Err(DecodeError::IntegerNotMinimal),
        }
    }
}

fn is_forbidden(byte: u8) -> bool {
    matches!(byte, 0 | b'+' | b'#')
}

/// The variable byte integer that bytes begin with, and how many it takes; `None` if it goes on
/// beyond them. A fifth byte is malformed whatever it holds (MQTT 5.0 §1.5.5, CVE-2026-21888).
#[inline]
pub(crate) fn leading_variable(bytes: &[u8]) -> Result<Option<(u32, usize)>, DecodeError> {
    match *bytes {
        // Nearly all of them.
        [only, ..] if only < 0x80 => Ok(Some((u32::from(only), 1))),
        _ => leading_long_variable(bytes),
    }
}

fn leading_long_variable(bytes: &[u8]) -> Result<Option<(u32, usize)>, DecodeError> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        value |= u32::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(Some((value, index + 1)));
        }
    }
    if bytes.len() < 4 { Ok(None) } else { Err(DecodeError::IntegerTooLong) }
}

/// How many bytes the shortest form of a variable byte integer takes.
#[inline]
pub(crate) fn variable_length(value: u32) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_byte_integer_has_at_most_four_bytes() {
        let read = |bytes: &[u8]| Reader::new(bytes).variable();
        assert_eq!(read(&[0x00]), Ok(0));
        assert_eq!(read(&[0x7F]), Ok(127));
        assert_eq!(read(&[0x80, 0x01]), Ok(128));
        assert_eq!(read(&[0xFF, 0xFF, 0xFF, 0x7F]), Ok(268_435_455));
        assert_eq!(read(&[0xFF, 0xFF, 0xFF, 0xFF, 0x01]), Err(DecodeError::IntegerTooLong));
        assert_eq!(read(&[0xFF, 0xFF, 0xFF, 0x80]), Err(DecodeError::IntegerTooLong));
        assert_eq!(read(&[0x80]), Err(DecodeError::Truncated));
        assert_eq!(read(&[0x80, 0x00]), Err(DecodeError::IntegerNotMinimal));
    }

    #[test]
    fn text_is_utf8_without_null() {
        let read = |bytes: &'static [u8]| Reader::new(bytes).text();
        assert_eq!(read(b"\0\x02ab"), Ok("ab"));
        assert_eq!(read(b"\0\x03ab"), Err(DecodeError::Truncated));
        assert_eq!(read(b"\0\x03a\0b"), Err(DecodeError::NullCharacter));
        // A UTF-16 surrogate, and '/' in two bytes where one will do.
        assert_eq!(read(b"\0\x03\xED\xA0\x80"), Err(DecodeError::NotUtf8));
        assert_eq!(read(b"\0\x02\xC0\xAF"), Err(DecodeError::NotUtf8));
        // A byte order mark is a character like any other [MQTT-1.5.4-3].
        assert_eq!(read(b"\0\x03\xEF\xBB\xBF"), Ok("\u{FEFF}"));
    }

    #[test]
    fn a_topic_name_has_no_wildcards() {
        let read = |bytes: &'static [u8]| Reader::new(bytes).topic_name();
        assert_eq!(read("\0\x04a/é".as_bytes()), Ok("a/é"));
        assert_eq!(read(b"\0\x03a/#"), Err(DecodeError::TopicWildcard));
        assert_eq!(read(b"\0\x01+"), Err(DecodeError::TopicWildcard));
        assert_eq!(read(b"\0\x02\0+"), Err(DecodeError::NullCharacter));
    }
}
