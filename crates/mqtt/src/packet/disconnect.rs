//! DISCONNECT (MQTT 5.0 §3.14): the last packet of a connection.

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::writer;

/// In MQTT 3.1.1 only a client sends it, and it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnect<'a> {
    pub reason: ReasonCode,
    pub properties: Properties<'a>,
}

impl<'a> Disconnect<'a> {
    pub fn with_reason(reason: ReasonCode) -> Disconnect<'static> {
        Disconnect { reason, properties: Properties::NONE }
    }

    pub(super) fn decode(body: &'a [u8], version: Version) -> Result<Disconnect<'a>, DecodeError> {
        let mut reader = Reader::new(body);
        // A normal disconnection and no properties may be left out (§3.14.2.1, §3.14.2.2.1).
        if reader.is_empty() {
            return Ok(Disconnect::with_reason(ReasonCode::Success));
        }
        if version == Version::V311 {
            return Err(DecodeError::TrailingBytes);
        }
        let reason = ReasonCode::decode(reader.u8()?, PacketType::Disconnect)?;
        if reader.is_empty() {
            return Ok(Disconnect::with_reason(reason));
        }
        let properties = Properties::decode_in(&mut reader, version, PacketType::Disconnect)?;
        reader.finish()?;
        Ok(Disconnect { reason, properties })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::Disconnect.first(), out, |out| {
            let is_bare = self.reason == ReasonCode::Success && self.properties.is_empty();
            if version == Version::V5 && !is_bare {
                out.push(self.reason.code());
                if !self.properties.is_empty() {
                    self.properties.encode(version, out)?;
                }
            }
            Ok(())
        })
    }
}
