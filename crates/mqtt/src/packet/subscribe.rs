//! SUBSCRIBE (MQTT 5.0 §3.8).

use model::Qos;

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::version::Version;
use crate::writer;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe<'a> {
    pub packet_id: u16,
    pub properties: Properties<'a>,
    /// At least one [MQTT-3.8.3-2].
    pub filters: Vec<SubscribeFilter<'a>>,
}

/// One of the subscriptions asked for. Whether the text is a topic filter is not checked here: a
/// bad one is refused in the SUBACK, and its neighbours are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscribeFilter<'a> {
    pub filter: &'a str,
    pub options: SubscribeOptions,
}

/// How the messages of a subscription come (MQTT 5.0 §3.8.3.1). 3.1.1 knows the first only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubscribeOptions {
    pub qos: Qos,
    /// Not those that the subscriber published itself.
    pub no_local: bool,
    pub retain_as_published: bool,
    pub retain_handling: RetainHandling,
}

/// Whether retained messages are sent when the subscription is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum RetainHandling {
    #[default]
    Send = 0,
    SendIfNew = 1,
    DoNotSend = 2,
}

impl<'a> Subscribe<'a> {
    pub(super) fn decode(body: &'a [u8], version: Version) -> Result<Subscribe<'a>, DecodeError> {
        let mut reader = Reader::new(body);
        let packet_id = reader.packet_id()?;
        let properties = Properties::decode_in(&mut reader, version, PacketType::Subscribe)?;
        let mut filters = Vec::new();
        while !reader.is_empty() {
            filters.push(SubscribeFilter::decode(&mut reader, version)?);
        }
        if filters.is_empty() {
            return Err(DecodeError::EmptyList);
        }
        Ok(Subscribe { packet_id, properties, filters })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::Subscribe.first(), out, |out| {
            out.extend_from_slice(&self.packet_id.to_be_bytes());
            self.properties.encode(version, out)?;
            for filter in &self.filters {
                writer::text(filter.filter, out)?;
                out.push(filter.options.bits(version));
            }
            Ok(())
        })
    }
}

impl<'a> SubscribeFilter<'a> {
    fn decode(
        reader: &mut Reader<'a>,
        version: Version,
    ) -> Result<SubscribeFilter<'a>, DecodeError> {
        let filter = reader.text()?;
        let options = SubscribeOptions::from_bits(reader.u8()?, version)?;
        // [MQTT-3.8.3-4]
        if options.no_local && filter.starts_with("$share/") {
            return Err(DecodeError::SharedNoLocal);
        }
        Ok(SubscribeFilter { filter, options })
    }
}

impl SubscribeOptions {
    pub fn at(qos: Qos) -> SubscribeOptions {
        SubscribeOptions { qos, ..SubscribeOptions::default() }
    }

    /// The options byte of a SUBSCRIBE.
    pub fn bits(&self, version: Version) -> u8 {
        let qos = self.qos.bits();
        match version {
            Version::V311 => qos,
            Version::V5 => {
                qos | u8::from(self.no_local) << 2
                    | u8::from(self.retain_as_published) << 3
                    | (self.retain_handling as u8) << 4
            }
        }
    }

    /// Reserved bits and values are malformed [MQTT-3.8.3-5, 3.1.1 MQTT-3-8.3-4].
    pub fn from_bits(bits: u8, version: Version) -> Result<SubscribeOptions, DecodeError> {
        let qos = Qos::from_bits(bits & 0b11).ok_or(DecodeError::QosThree)?;
        let reserved = if version == Version::V311 { 0xFC } else { 0xC0 };
        if bits & reserved != 0 {
            return Err(DecodeError::SubscriptionOptions);
        }
        let retain_handling = match bits >> 4 & 0b11 {
            0 => RetainHandling::Send,
            1 => RetainHandling::SendIfNew,
            2 => RetainHandling::DoNotSend,
            _ => return Err(DecodeError::SubscriptionOptions),
        };
        let has = |bit: u8| bits & bit != 0;
        let (no_local, retain_as_published) = (has(0b0100), has(0b1000));
        Ok(SubscribeOptions { qos, no_local, retain_as_published, retain_handling })
    }
}
