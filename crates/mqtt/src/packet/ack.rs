//! PUBACK, PUBREC, PUBREL and PUBCOMP (MQTT 5.0 §3.4 to §3.7), which are one in form.

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::writer;

/// One step in the acknowledgement of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack<'a> {
    pub packet_id: u16,
    pub reason: ReasonCode,
    pub properties: Properties<'a>,
}

/// Appends a PUBACK that tells of success, which is the same four bytes in every version.
pub fn puback(out: &mut Vec<u8>, packet_id: u16) {
    succeed(PacketType::PubAck, packet_id, out);
}

/// Appends a PUBREC that takes the message.
pub fn pubrec(out: &mut Vec<u8>, packet_id: u16) {
    succeed(PacketType::PubRec, packet_id, out);
}

/// Appends a PUBREL for a message that was taken.
pub fn pubrel(out: &mut Vec<u8>, packet_id: u16) {
    succeed(PacketType::PubRel, packet_id, out);
}

/// Appends a PUBCOMP for a message that was released.
pub fn pubcomp(out: &mut Vec<u8>, packet_id: u16) {
    succeed(PacketType::PubComp, packet_id, out);
}

fn succeed(packet: PacketType, packet_id: u16, out: &mut Vec<u8>) {
    let [high, low] = packet_id.to_be_bytes();
    out.extend_from_slice(&[packet.first(), 2, high, low]);
}

impl<'a> Ack<'a> {
    pub fn success(packet_id: u16) -> Ack<'static> {
        Ack::with_reason(packet_id, ReasonCode::Success)
    }

    pub fn with_reason(packet_id: u16, reason: ReasonCode) -> Ack<'static> {
        Ack { packet_id, reason, properties: Properties::NONE }
    }

    pub(super) fn decode(
        body: &'a [u8],
        version: Version,
        packet: PacketType,
    ) -> Result<Ack<'a>, DecodeError> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        // In MQTT 5 success goes without saying, and so do no properties (§3.4.2.1, §3.4.2.2.1).
        if reader.is_empty() {
            return Ok(Ack::success(packet_id));
        }
        if version == Version::V311 {
            return Err(DecodeError::TrailingBytes);
        }
        let reason = ReasonCode::decode(reader.u8()?, packet)?;
        if reader.is_empty() {
            return Ok(Ack::with_reason(packet_id, reason));
        }
        let properties = Properties::decode_in(&mut reader, version, packet)?;
        reader.finish()?;
        Ok(Ack { packet_id, reason, properties })
    }

    pub(super) fn encode(
        &self,
        packet: PacketType,
        version: Version,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let is_bare = self.reason == ReasonCode::Success && self.properties.is_empty();
        if is_bare || version == Version::V311 {
            succeed(packet, self.packet_id, out);
            return Ok(());
        }
        writer::framed(packet.first(), out, |out| {
            out.extend_from_slice(&self.packet_id.to_be_bytes());
            out.push(self.reason.code());
            match self.properties.is_empty() {
                true => Ok(()),
                false => self.properties.encode(version, out),
            }
        })
    }
}
