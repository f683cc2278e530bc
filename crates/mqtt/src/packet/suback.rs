//! SUBACK (MQTT 5.0 §3.9).

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::writer;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubAck<'a> {
    pub packet_id: u16,
    pub properties: Properties<'a>,
    /// One for each filter of the SUBSCRIBE, in its order [MQTT-3.8.4-6].
    pub reasons: Vec<ReasonCode>,
}

impl<'a> SubAck<'a> {
    pub(super) fn decode(body: &'a [u8], version: Version) -> Result<SubAck<'a>, DecodeError> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        let properties = Properties::decode_in(&mut reader, version, PacketType::SubAck)?;
        let reasons = decode_reasons(reader, version)?;
        Ok(SubAck { packet_id, properties, reasons })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::SubAck.first(), out, |out| {
            out.extend_from_slice(&self.packet_id.to_be_bytes());
            self.properties.encode(version, out)?;
            out.extend(self.reasons.iter().map(|reason| match version {
                Version::V311 => reason.to_suback_v311(),
                Version::V5 => reason.code(),
            }));
            Ok(())
        })
    }
}

fn decode_reasons(reader: Reader<'_>, version: Version) -> Result<Vec<ReasonCode>, DecodeError> {
    let packet = PacketType::SubAck;
    let codes = reader.rest();
    if codes.is_empty() {
        return Err(DecodeError::EmptyList);
    }
    let decode = |code: u8| match (version, code) {
        // 3.1.1 reserves every code but these four [MQTT-3.9.3-2].
        (Version::V311, 0x03..=0x7F | 0x81..) => Err(DecodeError::ReasonCode { packet, code }),
        _ => ReasonCode::decode(code, packet),
    };
    codes.iter().map(|code| decode(*code)).collect()
}
