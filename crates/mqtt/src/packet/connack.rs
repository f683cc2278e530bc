//! CONNACK (MQTT 5.0 §3.2): how a server answers a CONNECT.

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::writer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnAck<'a> {
    pub session_present: bool,
    pub reason: ReasonCode,
    pub properties: Properties<'a>,
}

impl<'a> ConnAck<'a> {
    /// A refusal never finds a session [MQTT-3.2.2-6].
    pub fn refusal(reason: ReasonCode) -> ConnAck<'static> {
        ConnAck { session_present: false, reason, properties: Properties::NONE }
    }

    pub(super) fn decode(body: &'a [u8], version: Version) -> Result<ConnAck<'a>, DecodeError> {
        let mut reader = Reader::new(body);
        let session_present = match reader.u8()? {
            0 => false,
            1 => true,
            // [MQTT-3.2.2-1]
            _ => return Err(DecodeError::ConnAckFlags),
        };
        let reason = match version {
            Version::V311 => ReasonCode::from_connack_v311(reader.u8()?),
            Version::V5 => ReasonCode::decode(reader.u8()?, PacketType::ConnAck)?,
        };
        if session_present && reason.is_failure() {
            return Err(DecodeError::SessionInRefusal);
        }
        let properties = Properties::decode_in(&mut reader, version, PacketType::ConnAck)?;
        reader.finish()?;
        Ok(ConnAck { session_present, reason, properties })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::ConnAck.first(), out, |out| {
            let code = match version {
                Version::V311 => self.reason.to_connack_v311(),
                Version::V5 => self.reason.code(),
            };
            out.extend_from_slice(&[u8::from(self.session_present), code]);
            self.properties.encode(version, out)
        })
    }
}
