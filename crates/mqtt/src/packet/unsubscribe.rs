//! UNSUBSCRIBE (MQTT 5.0 §3.10).

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::version::Version;
use crate::writer;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe<'a> {
    pub packet_id: u16,
    pub properties: Properties<'a>,
    /// At least one [MQTT-3.10.3-2].
    pub filters: Vec<&'a str>,
}

impl<'a> Unsubscribe<'a> {
    pub(super) fn decode(body: &'a [u8], version: Version) -> Result<Unsubscribe<'a>, DecodeError> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        let properties = Properties::decode_in(&mut reader, version, PacketType::Unsubscribe)?;
        let mut filters = Vec::new();
        while !reader.is_empty() {
            filters.push(reader.text()?);
        }
        if filters.is_empty() {
            return Err(DecodeError::EmptyList);
        }
        Ok(Unsubscribe { packet_id, properties, filters })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::Unsubscribe.first(), out, |out| {
            out.extend_from_slice(&self.packet_id.to_be_bytes());
            self.properties.encode(version, out)?;
            self.filters.iter().try_for_each(|filter| writer::text(filter, out))
        })
    }
}
