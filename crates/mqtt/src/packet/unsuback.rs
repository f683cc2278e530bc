//! UNSUBACK (MQTT 5.0 §3.11).

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::writer;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsubAck<'a> {
    pub packet_id: u16,
    pub properties: Properties<'a>,
    /// One for each filter of the UNSUBSCRIBE, in its order [MQTT-3.11.3-1]; in 3.1.1 none.
    pub reasons: Vec<ReasonCode>,
}

impl<'a> UnsubAck<'a> {
    pub(super) fn decode(body: &'a [u8], version: Version) -> Result<UnsubAck<'a>, DecodeError> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        let properties = Properties::decode_in(&mut reader, version, PacketType::UnsubAck)?;
        let reasons = match version {
            Version::V311 => {
                reader.finish()?;
                Vec::new()
            }
            Version::V5 => decode_reasons(reader.rest())?,
        };
        Ok(UnsubAck { packet_id, properties, reasons })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::UnsubAck.first(), out, |out| {
            out.extend_from_slice(&self.packet_id.to_be_bytes());
            self.properties.encode(version, out)?;
            if version == Version::V5 {
                out.extend(self.reasons.iter().map(|reason| reason.code()));
            }
            Ok(())
        })
    }
}

fn decode_reasons(codes: &[u8]) -> Result<Vec<ReasonCode>, DecodeError> {
    if codes.is_empty() {
        return Err(DecodeError::EmptyList);
    }
    codes.iter().map(|code| ReasonCode::decode(*code, PacketType::UnsubAck)).collect()
}
