//! The frames of a WebSocket (RFC 6455 §5).

use std::io;

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
pub(super) const BINARY: u8 = 0x2;
pub(super) const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
pub(super) const PONG: u8 = 0xA;

const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;

/// Control frames carry no more than this (RFC 6455 §5.5).
const CONTROL_MAX: u64 = 125;

/// Reads frames, whole or in pieces: of a long one no more is ever held than was received.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// What is left of the frame that is being read.
    left: u64,
    mask: [u8; 4],
    /// How much of the frame was read, for the mask to go on.
    read: usize,
}

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Payload(&'a [u8]),
    Ping(&'a [u8]),
    Close,
    Nothing,
}

struct Header {
    opcode: u8,
    length: u64,
    mask: [u8; 4],
    size: usize,
}

impl Decoder {
    /// The next part of `bytes`, of which at most `most` are payload, and how many bytes it took;
    /// `None` if more are needed. The bytes are unmasked where they lie.
    pub(super) fn next<'a>(
        &mut self,
        bytes: &'a mut [u8],
        most: usize,
    ) -> io::Result<Option<(usize, Part<'a>)>> {
        if self.left > 0 {
            return Ok(self.payload(bytes, most));
        }
        let Some(header) = Header::read(bytes)? else { return Ok(None) };
        if header.opcode == BINARY || header.opcode == CONTINUATION {
            *self = Decoder { left: header.length, mask: header.mask, read: 0 };
            return Ok(Some((header.size, Part::Nothing)));
        }
        let end = header.size + usize::try_from(header.length).unwrap_or(usize::MAX);
        let Some(payload) = bytes.get_mut(header.size..end) else { return Ok(None) };
        unmask(payload, header.mask, 0);
        let part = match header.opcode {
            PING => Part::Ping(payload),
            CLOSE => Part::Close,
            _ => Part::Nothing,
        };
        Ok(Some((end, part)))
    }

    fn payload<'a>(&mut self, bytes: &'a mut [u8], most: usize) -> Option<(usize, Part<'a>)> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let count = bytes.len().min(most).min(left);
        if count == 0 {
            return None;
        }
        let payload = &mut bytes[..count];
        unmask(payload, self.mask, self.read);
        self.left -= count as u64;
        self.read += count;
        Some((count, Part::Payload(payload)))
    }
}

impl Header {
    fn read(bytes: &[u8]) -> io::Result<Option<Header>> {
        let [first, second, rest @ ..] = bytes else { return Ok(None) };
        let opcode = first & 0x0F;
        if first & RESERVED != 0 {
            return Err(malformed("a reserved bit is set"));
        }
        // [MQTT-6.0.0-1]: MQTT goes in binary frames only.
        if opcode == TEXT || (0x3..=0x7).contains(&opcode) || opcode > PONG {
            return Err(malformed("the frame is not a binary one"));
        }
        if second & MASKED == 0 {
            return Err(malformed("the frame is not masked"));
        }
        let extended = match second & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let Some((length, rest)) = rest.split_at_checked(extended) else { return Ok(None) };
        let length = match extended {
            0 => u64::from(second & 0x7F),
            _ => length.iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
        };
        if opcode >= CLOSE && (length > CONTROL_MAX || first & FINAL == 0) {
            return Err(malformed("a control frame is long or in pieces"));
        }
        let Some(mask) = rest.first_chunk::<4>() else { return Ok(None) };
        Ok(Some(Header { opcode, length, mask: *mask, size: 2 + extended + 4 }))
    }
}

/// Appends a frame. A server masks nothing (RFC 6455 §5.1).
pub(super) fn encode(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(FINAL | opcode);
    match payload.len() {
        length @ 0..=125 => out.push(length as u8),
        length @ 126..=65_535 => {
            out.push(126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(payload);
}

fn unmask(payload: &mut [u8], mask: [u8; 4], offset: usize) {
    for (place, byte) in payload.iter_mut().enumerate() {
        *byte ^= mask[(offset + place) % 4];
    }
}

fn malformed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("malformed WebSocket frame: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [1, 2, 3, 4];
        let mut frame = vec![first, MASKED | u8::try_from(payload.len()).expect("short")];
        frame.extend_from_slice(&mask);
        frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        frame
    }

    /// All payload of a stream that comes in pieces of `step` bytes.
    fn payload_of(stream: &[u8], step: usize) -> io::Result<Vec<u8>> {
        let (mut decoder, mut raw, mut payload) = (Decoder::default(), Vec::new(), Vec::new());
        for piece in stream.chunks(step) {
            raw.extend_from_slice(piece);
            while let Some((count, part)) = decoder.next(&mut raw, 3)? {
                if let Part::Payload(bytes) = part {
                    payload.extend_from_slice(bytes);
                }
                raw.drain(..count);
            }
        }
        Ok(payload)
    }

    #[test]
    fn frames_in_any_pieces_are_one_stream() {
        let mut stream = masked(BINARY, b"hello ");
        stream.extend(masked(FINAL | PING, b"?"));
        stream.extend(masked(FINAL | CONTINUATION, b"wide "));
        stream.extend(masked(FINAL | BINARY, b""));
        stream.extend(masked(FINAL | BINARY, b"world"));
        for step in 1..stream.len() {
            assert_eq!(payload_of(&stream, step).expect("valid"), b"hello wide world");
        }
    }

    #[test]
    fn frames_that_no_client_may_send_are_refused() {
        let unmasked = vec![FINAL | BINARY, 1, b'x'];
        let reserved = masked(FINAL | 0x40 | BINARY, b"x");
        let text = masked(FINAL | TEXT, b"x");
        let long_ping = [&[FINAL | PING, MASKED | 126, 0, 200][..], &[0; 4]].concat();
        for stream in [unmasked, reserved, text, long_ping] {
            assert!(payload_of(&stream, 64).is_err(), "{stream:?}");
        }
    }

    #[test]
    fn a_frame_that_claims_to_be_huge_holds_nothing() {
        let huge = [&[FINAL | BINARY, MASKED | 127][..], &[0xFF; 8], &[0; 4], b"abc"].concat();
        assert_eq!(payload_of(&huge, 64).expect("its bytes are taken as they come"), b"abc");
    }

    #[test]
    fn lengths_are_written_in_their_shortest_form() {
        for (length, head) in [(125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let mut out = Vec::new();
            encode(BINARY, &vec![0; length], &mut out);
            assert_eq!(out.len(), length + head);
        }
    }
}
