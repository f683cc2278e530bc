//! The few MQTT 3.1.1 packets that the load is made of, written and read by hand: the client must
//! cost less than any broker that it measures.

use anyhow::{Result, bail, ensure};

pub(crate) const CONNACK: u8 = 2;
pub(crate) const PUBLISH: u8 = 3;
pub(crate) const PUBACK: u8 = 4;
pub(crate) const SUBACK: u8 = 9;

/// A packet that came in, without its fixed header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet<'a> {
    first: u8,
    body: &'a [u8],
}

impl<'a> Packet<'a> {
    pub(crate) fn kind(&self) -> u8 {
        self.first >> 4
    }

    /// The number that an acknowledgement of this packet carries; `None` for QoS 0.
    pub(crate) fn id(&self) -> Option<u16> {
        match self.kind() {
            PUBLISH if self.first & 0b110 == 0 => None,
            PUBLISH => number(self.body, 2 + self.topic_len()),
            _ => number(self.body, 0),
        }
    }

    pub(crate) fn payload(&self) -> &'a [u8] {
        let id_len = if self.first & 0b110 == 0 { 0 } else { 2 };
        self.body.get(2 + self.topic_len() + id_len..).unwrap_or_default()
    }

    fn topic_len(&self) -> usize {
        number(self.body, 0).map_or(0, usize::from)
    }

    /// Whether a CONNACK or SUBACK says yes.
    pub(crate) fn accepts(&self) -> bool {
        match (self.kind(), self.body) {
            (CONNACK, [_, code, ..]) => *code == 0,
            (SUBACK, [_, _, codes @ ..]) => codes.iter().all(|&code| code < 0x80),
            _ => false,
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([bytes[0], bytes[1]]))
}

/// Cuts the first packet off `bytes`: the packet, and how long it was with its header.
pub(crate) fn split(bytes: &[u8]) -> Result<Option<(Packet<'_>, usize)>> {
    let mut body_len = 0;
    for digit in 0..4 {
        let Some(&byte) = bytes.get(1 + digit) else { return Ok(None) };
        body_len |= usize::from(byte & 0x7f) << (7 * digit);
        if byte & 0x80 == 0 {
            let start = 2 + digit;
            let Some(body) = bytes.get(start..start + body_len) else { return Ok(None) };
            return Ok(Some((Packet { first: bytes[0], body }, start + body_len)));
        }
    }
    bail!("a length of more than four bytes")
}

pub(crate) fn connect(out: &mut Vec<u8>, client_id: &str, clean_session: bool) {
    let flags = if clean_session { 0b10 } else { 0 };
    let keep_alive = KEEP_ALIVE_SECS.to_be_bytes();
    header(out, 0x10, 10 + 2 + client_id.len());
    out.extend_from_slice(&[0, 4, b'M', b'Q', b'T', b'T', 4, flags, keep_alive[0], keep_alive[1]]);
    text(out, client_id);
}

/// Longer than any phase of a run.
const KEEP_ALIVE_SECS: u16 = 600;

pub(crate) fn subscribe(out: &mut Vec<u8>, filter: &str, qos: u8) {
    header(out, 0x82, 2 + 2 + filter.len() + 1);
    out.extend_from_slice(&[0, 1]);
    text(out, filter);
    out.push(qos);
}

/// A PUBLISH, of QoS 1 if it has an id.
pub(crate) fn publish(out: &mut Vec<u8>, topic: &str, id: Option<u16>, payload: &[u8]) {
    let id_len = if id.is_some() { 2 } else { 0 };
    header(out, if id.is_some() { 0x32 } else { 0x30 }, 2 + topic.len() + id_len + payload.len());
    text(out, topic);
    if let Some(id) = id {
        out.extend_from_slice(&id.to_be_bytes());
    }
    out.extend_from_slice(payload);
}

pub(crate) fn puback(out: &mut Vec<u8>, id: u16) {
    let [high, low] = id.to_be_bytes();
    out.extend_from_slice(&[0x40, 2, high, low]);
}

/// Checks that an answer is of the kind that was asked for and says yes.
pub(crate) fn expect(packet: Packet<'_>, kind: u8) -> Result<()> {
    let got = packet.kind();
    ensure!(got == kind && packet.accepts(), "wanted an answer of type {kind}, got {packet:?}");
    Ok(())
}

fn header(out: &mut Vec<u8>, first: u8, mut body_len: usize) {
    out.push(first);
    loop {
        let digit = (body_len & 0x7f) as u8;
        body_len >>= 7;
        if body_len == 0 {
            return out.push(digit);
        }
        out.push(digit | 0x80);
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    let len = u16::try_from(text.len()).expect("our names are short");
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publish_reads_as_it_was_written() {
        let mut bytes = Vec::new();
        publish(&mut bytes, "a/b", Some(0x1234), &[7; 200]);
        let (packet, len) = split(&bytes).unwrap().unwrap();
        assert_eq!((len, packet.kind()), (bytes.len(), PUBLISH));
        assert_eq!((packet.id(), packet.payload()), (Some(0x1234), &[7; 200][..]));
    }

    #[test]
    fn half_a_packet_is_none_yet() {
        let mut bytes = Vec::new();
        publish(&mut bytes, "a/b", None, &[7; 200]);
        for len in 0..bytes.len() {
            assert!(split(&bytes[..len]).unwrap().is_none());
        }
    }
}
