//! Cuts a stream of bytes into packets (MQTT 5.0 §2.1).

use crate::error::DecodeError;
use crate::packet_type::PacketType;
use crate::reader::{leading_variable, variable_length};
use crate::version::Version;

/// The longest body that four length bytes can announce.
pub const REMAINING_LENGTH_MAX: u32 = 268_435_455;

/// The least that a packet has: its first byte and one of its length.
const HEADER_MIN: usize = 2;

/// One packet's bytes, not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Packet type and flags.
    pub first: u8,
    pub body: &'a [u8],
    /// Bytes of the whole packet, which the reader drops once it is handled.
    pub length: usize,
}

impl<'a> Frame<'a> {
    #[inline]
    pub fn packet_type(&self) -> Result<PacketType, DecodeError> {
        PacketType::from_first(self.first).ok_or(DecodeError::ReservedType)
    }

    /// Checks the flags of the first byte; those of a PUBLISH have a meaning and are its own.
    pub(crate) fn check_flags(&self, packet: PacketType) -> Result<(), DecodeError> {
        let flags = self.first & 0x0F;
        if flags == packet.fixed_flags() {
            Ok(())
        } else {
            Err(DecodeError::ReservedFlags { packet, flags })
        }
    }

    /// MQTT 5 demands the shortest form of the length [MQTT-1.5.5-1]; 3.1.1 does not speak of it.
    #[inline]
    pub(crate) fn check_length(&self, version: Version) -> Result<(), DecodeError> {
        let announced = self.length - self.body.len() - 1;
        let is_minimal = announced == 1 || announced == variable_length(self.body.len() as u32);
        match version {
            Version::V5 if !is_minimal => Err(DecodeError::IntegerNotMinimal),
            _ => Ok(()),
        }
    }
}

/// The first packet in a buffer, or `None` if it is not whole yet. One larger than
/// `max_packet_size` is refused as soon as its length is read, before anything is kept for it.
#[inline]
pub fn split(buffer: &[u8], max_packet_size: u32) -> Result<Option<Frame<'_>>, DecodeError> {
    let Some(header) = Header::read(buffer)? else { return Ok(None) };
    header.check(max_packet_size)?;
    let Some(packet) = buffer.get(..header.total()) else { return Ok(None) };
    let body = &packet[header.length..];
    Ok(Some(Frame { first: packet[0], body, length: packet.len() }))
}

/// How many bytes the buffer must hold before [`split`] can return something else than `None`.
/// Only the packet's length is certain: a reader should not reserve all of it before bytes come.
pub fn needed(buffer: &[u8]) -> usize {
    match Header::read(buffer) {
        Ok(Some(header)) => header.total(),
        Ok(None) => HEADER_MIN.max(buffer.len() + 1),
        // What is there suffices for `split` to tell what is wrong.
        Err(_) => buffer.len(),
    }
}

struct Header {
    /// Bytes of the first byte and the length.
    length: usize,
    body_length: u32,
}

impl Header {
    #[inline]
    fn read(buffer: &[u8]) -> Result<Option<Header>, DecodeError> {
        let Some((_first, rest)) = buffer.split_first() else { return Ok(None) };
        let variable = leading_variable(rest)?;
        Ok(variable.map(|(body_length, bytes)| Header { length: 1 + bytes, body_length }))
    }

    #[inline]
    fn total(&self) -> usize {
        self.length + self.body_length as usize
    }

    #[inline]
    fn check(&self, most: u32) -> Result<(), DecodeError> {
        let length = self.total() as u64;
        if length > u64::from(most) {
            return Err(DecodeError::PacketTooLarge { length, most });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_cut_off_once_it_is_whole() {
        let stream = [0xC0, 0x00, 0x30, 0x03, b'a', b'b', b'c', 0xD0];
        let ping = split(&stream, 100).expect("valid").expect("whole");
        assert_eq!(ping, Frame { first: 0xC0, body: &[], length: 2 });
        let publish = split(&stream[2..], 100).expect("valid").expect("whole");
        assert_eq!(publish, Frame { first: 0x30, body: b"abc", length: 5 });
        assert_eq!(split(&stream[7..], 100), Ok(None));
        for length in 0..5 {
            assert_eq!(split(&stream[2..2 + length], 100), Ok(None), "{length} of 5 bytes");
        }
    }

    #[test]
    fn a_reader_learns_how_many_bytes_it_needs() {
        assert_eq!(needed(&[]), 2);
        assert_eq!(needed(&[0x30]), 2);
        assert_eq!(needed(&[0x30, 0x80]), 3);
        assert_eq!(needed(&[0x30, 0x80, 0x01]), 131);
        assert_eq!(needed(&[0x30, 0x05, 1, 2, 3]), 7);
    }

    #[test]
    fn a_packet_that_is_too_large_is_refused_by_its_header() {
        let refused = Err(DecodeError::PacketTooLarge { length: 268_435_460, most: 1024 });
        assert_eq!(split(&[0x10, 0xFF, 0xFF, 0xFF, 0x7F], 1024), refused);
        assert_eq!(
            split(&[0x30, 0x03], 4),
            Err(DecodeError::PacketTooLarge { length: 5, most: 4 })
        );
        assert_eq!(split(&[0x30, 0x03], 5), Ok(None));
    }

    #[test]
    fn a_length_of_five_bytes_is_malformed() {
        let bytes = [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00];
        assert_eq!(split(&bytes, u32::MAX), Err(DecodeError::IntegerTooLong));
        assert_eq!(split(&bytes[..5], u32::MAX), Err(DecodeError::IntegerTooLong));
        assert_eq!(split(&bytes[..4], u32::MAX), Ok(None));
    }

    #[test]
    fn a_length_longer_than_need_be_is_malformed_in_mqtt_5() {
        let frame = split(&[0xC0, 0x80, 0x00], 100).expect("valid").expect("whole");
        assert_eq!(frame.check_length(Version::V311), Ok(()));
        assert_eq!(frame.check_length(Version::V5), Err(DecodeError::IntegerNotMinimal));
    }
}
