//! AUTH (MQTT 5.0 §3.15): one step of an authentication exchange.

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::writer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Auth<'a> {
    pub reason: ReasonCode,
    /// The method and its data.
    pub properties: Properties<'a>,
}

impl<'a> Auth<'a> {
    pub(super) fn decode(body: &'a [u8], version: Version) -> Result<Auth<'a>, DecodeError> {
        if version == Version::V311 {
            return Err(DecodeError::NotInVersion { packet: PacketType::Auth });
        }
        let mut reader = Reader::new(body);
        // Success without properties may be left out (§3.15.2.1).
        if reader.is_empty() {
            return Ok(Auth { reason: ReasonCode::Success, properties: Properties::NONE });
        }
        let reason = ReasonCode::decode(reader.u8()?, PacketType::Auth)?;
        let properties = Properties::decode_in(&mut reader, version, PacketType::Auth)?;
        reader.finish()?;
        Ok(Auth { reason, properties })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::Auth.first(), out, |out| {
            if self.reason != ReasonCode::Success || !self.properties.is_empty() {
                out.push(self.reason.code());
                self.properties.encode(version, out)?;
            }
            Ok(())
        })
    }
}
