//! Appends the fields of a packet to a vector (MQTT 5.0 §1.5).

use crate::error::EncodeError;
use crate::frame::REMAINING_LENGTH_MAX;
use crate::reader::variable_length;

pub(crate) fn binary(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let length = u16::try_from(bytes.len()).map_err(|_| EncodeError::FieldTooLong(bytes.len()))?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

pub(crate) fn text(text: &str, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    binary(text.as_bytes(), out)
}

/// A variable byte integer of at most four bytes. Those after the last are not looked at.
#[inline]
pub(crate) fn variable_bytes(value: u32) -> [u8; 4] {
    debug_assert!(value <= REMAINING_LENGTH_MAX, "28 bits");
    let digit = |place: u32| (value >> (7 * place) & 0x7F) as u8;
    let more = |place: u32| u8::from(value >> (7 * (place + 1)) != 0) << 7;
    [0, 1, 2, 3].map(|place| digit(place) | more(place))
}

pub(crate) fn variable(value: u32, out: &mut Vec<u8>) {
    let bytes = variable_bytes(value);
    out.extend_from_slice(&bytes[..variable_length(value)]);
}

/// A whole packet: its first byte, its length, and the body that `body` writes. When that fails,
/// `out` is as it was.
pub(crate) fn framed(
    first: u8,
    out: &mut Vec<u8>,
    body: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let start = out.len();
    out.extend_from_slice(&[first, 0]);
    let written = body(out).and_then(|()| seal(start + 1, out));
    if written.is_err() {
        out.truncate(start);
    }
    written
}

/// Puts the length of what follows `place` there. One byte is reserved; most packets need no more.
fn seal(place: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let length = packet_length(out.len() - place - 1)?;
    let bytes = variable_bytes(length);
    out[place] = bytes[0];
    let more = &bytes[1..variable_length(length)];
    if !more.is_empty() {
        out.splice(place + 1..place + 1, more.iter().copied());
    }
    Ok(())
}

#[inline]
pub(crate) fn packet_length(length: usize) -> Result<u32, EncodeError> {
    u32::try_from(length)
        .ok()
        .filter(|length| *length <= REMAINING_LENGTH_MAX)
        .ok_or(EncodeError::PacketTooLong(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_goes_before_the_body_whatever_its_size() {
        for size in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
            let mut out = b"before".to_vec();
            let body = vec![7; size];
            framed(0x30, &mut out, |out| {
                out.extend_from_slice(&body);
                Ok(())
            })
            .expect("fits");
            let frame = crate::frame::split(&out[6..], u32::MAX).expect("valid").expect("whole");
            assert_eq!((frame.first, frame.body), (0x30, &body[..]));
            assert_eq!(frame.length, out.len() - 6);
        }
    }

    #[test]
    fn a_field_that_does_not_fit_leaves_nothing_behind() {
        let mut out = b"before".to_vec();
        let long = "x".repeat(65_536);
        let written = framed(0x30, &mut out, |out| text(&long, out));
        assert_eq!(written, Err(EncodeError::FieldTooLong(65_536)));
        assert_eq!(out, b"before");
    }
}
