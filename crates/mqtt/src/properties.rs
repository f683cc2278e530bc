//! The properties of one packet, in the form in which they are sent.

use std::fmt;

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::{PacketType, Places};
use crate::property::{self, Property};
use crate::reader::{Reader, variable_length};
use crate::version::Version;
use crate::writer;

/// Checked properties, borrowed. In MQTT 3.1.1 there are none.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Properties<'a> {
    bytes: &'a [u8],
    seen: Seen,
}

/// Which properties there are, a bit for each identifier; the highest is 0x2A.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen(u64);

impl Seen {
    fn holds(self, id: u8) -> bool {
        self.0 >> id & 1 == 1
    }

    fn insert(&mut self, id: u8) {
        self.0 |= 1 << id;
    }
}

impl<'a> Properties<'a> {
    pub const NONE: Properties<'static> = Properties { bytes: &[], seen: Seen(0) };

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All properties, in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = Property<'a>> + use<'a> {
        let mut reader = Reader::new(self.bytes);
        std::iter::from_fn(move || {
            (!reader.is_empty())
                .then(|| Property::read(&mut reader).expect("checked when they were taken in"))
        })
    }

    /// The user properties, in the order sent, which forwarding keeps [MQTT-3.3.2-18].
    pub fn users(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let bytes = if self.seen.holds(property::USER) { self.bytes } else { &[] };
        Properties { bytes, seen: self.seen }.iter().filter_map(|property| match property {
            Property::User(pair) => Some(pair),
            _ => None,
        })
    }

    pub(crate) fn first(&self, id: u8) -> Option<Property<'a>> {
        if !self.seen.holds(id) {
            return None;
        }
        self.iter().find(|property| property.id() == id)
    }

    /// Takes the properties of a packet off its body, or those of the will off a CONNECT.
    #[inline]
    pub(crate) fn decode(
        reader: &mut Reader<'a>,
        version: Version,
        place: Places,
    ) -> Result<Properties<'a>, DecodeError> {
        if version == Version::V311 {
            return Ok(Properties::NONE);
        }
        match reader.variable()? {
            0 => Ok(Properties::NONE),
            length => Properties::check(reader.take(length as usize)?, place),
        }
    }

    #[inline]
    pub(crate) fn decode_in(
        reader: &mut Reader<'a>,
        version: Version,
        packet: PacketType,
    ) -> Result<Properties<'a>, DecodeError> {
        Properties::decode(reader, version, Places::of(&[packet]))
    }

    fn check(bytes: &'a [u8], place: Places) -> Result<Properties<'a>, DecodeError> {
        let mut seen = Seen::default();
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() {
            let property = Property::read(&mut reader)?;
            let id = property.id();
            if !Property::places(id).is_some_and(|places| places.holds(place)) {
                return Err(DecodeError::PropertyNotAllowed(id));
            }
            if seen.holds(id) && !may_repeat(id, place) {
                return Err(DecodeError::PropertyTwice(id));
            }
            check_value(&property)?;
            seen.insert(id);
        }
        // MQTT 5.0 §3.1.2.11.10.
        if seen.holds(property::AUTHENTICATION_DATA) && !seen.holds(property::AUTHENTICATION_METHOD)
        {
            return Err(DecodeError::AuthenticationDataAlone);
        }
        Ok(Properties { bytes, seen })
    }

    /// How many bytes [`Properties::encode`] appends.
    #[inline]
    pub(crate) fn encoded_length(&self, version: Version) -> usize {
        match version {
            Version::V311 => 0,
            Version::V5 => {
                let length = self.bytes.len();
                u32::try_from(length).map_or(4, variable_length) + length
            }
        }
    }

    #[inline]
    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match version {
            Version::V311 => {}
            Version::V5 if self.bytes.is_empty() => out.push(0),
            Version::V5 => {
                writer::variable(writer::packet_length(self.bytes.len())?, out);
                out.extend_from_slice(self.bytes);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Properties<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A user property may come often anywhere; a subscription identifier in a PUBLISH, once for each
/// subscription that matched [MQTT-3.3.4-3].
fn may_repeat(id: u8, place: Places) -> bool {
    let in_publish = place == Places::of(&[PacketType::Publish]);
    id == property::USER || (id == property::SUBSCRIPTION_ID && in_publish)
}

/// A response topic is a topic name [MQTT-3.3.2-14].
fn check_value(property: &Property<'_>) -> Result<(), DecodeError> {
    match property {
        Property::ResponseTopic(topic) if topic.contains(['+', '#']) => {
            Err(DecodeError::TopicWildcard)
        }
        Property::ResponseTopic("") => Err(DecodeError::PropertyValue(property::RESPONSE_TOPIC)),
        _ => Ok(()),
    }
}

/// Properties under construction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertiesBuf {
    bytes: Vec<u8>,
    seen: Seen,
}

impl PropertiesBuf {
    pub fn new() -> PropertiesBuf {
        PropertiesBuf::default()
    }

    pub fn copy_of(properties: &Properties<'_>) -> PropertiesBuf {
        PropertiesBuf { bytes: properties.bytes.to_vec(), seen: properties.seen }
    }

    /// Appends a property. Where it may stand and how often is for the caller to know.
    pub fn push(&mut self, property: Property<'_>) -> Result<(), EncodeError> {
        let length = self.bytes.len();
        let written = property.write(&mut self.bytes);
        match written {
            Ok(()) => self.seen.insert(property.id()),
            Err(_) => self.bytes.truncate(length),
        }
        written
    }

    pub fn as_properties(&self) -> Properties<'_> {
        Properties { bytes: &self.bytes, seen: self.seen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DecodeError as E;

    fn decode(packet: PacketType, bytes: &[u8]) -> Result<Properties<'_>, E> {
        Properties::decode_in(&mut Reader::new(bytes), Version::V5, packet)
    }

    #[test]
    fn properties_are_read_in_the_order_sent() {
        let bytes = b"\x10\x26\0\x01a\0\x011\x01\x01\x26\0\x01a\0\x012";
        let properties = decode(PacketType::Publish, bytes).expect("valid");
        let users: Vec<_> = properties.users().collect();
        assert_eq!(users, [("a", "1"), ("a", "2")]);
        assert_eq!(properties.payload_is_utf8(), Some(true));
        assert_eq!(properties.content_type(), None);
    }

    #[test]
    fn a_property_stands_in_its_packets_and_once() {
        let expiry = b"\x05\x11\0\0\0\x01";
        assert!(decode(PacketType::Connect, expiry).is_ok());
        assert_eq!(decode(PacketType::Publish, expiry), Err(E::PropertyNotAllowed(0x11)));
        let twice = b"\x0a\x11\0\0\0\x01\x11\0\0\0\x01";
        assert_eq!(decode(PacketType::Connect, twice), Err(E::PropertyTwice(0x11)));
        assert_eq!(decode(PacketType::Connect, b"\x01\x04"), Err(E::UnknownProperty(0x04)));
    }

    #[test]
    fn a_subscription_identifier_repeats_in_publish_only() {
        let two = b"\x04\x0b\x01\x0b\x02";
        assert!(decode(PacketType::Publish, two).is_ok());
        assert_eq!(decode(PacketType::Subscribe, two), Err(E::PropertyTwice(0x0B)));
    }

    #[test]
    fn values_out_of_range_are_refused_with_the_code_that_fits() {
        let refusal = |packet, bytes: &'static [u8]| decode(packet, bytes).expect_err("refused");
        let cases: [(PacketType, &'static [u8], u8); 8] = [
            (PacketType::Publish, b"\x03\x23\0\0", 0x94),
            (PacketType::Publish, b"\x02\x01\x02", 0x82),
            (PacketType::Publish, b"\x02\x0b\x00", 0x82),
            (PacketType::Publish, b"\x06\x08\0\x03a/#", 0x90),
            (PacketType::Connect, b"\x03\x21\0\0", 0x82),
            (PacketType::Connect, b"\x05\x27\0\0\0\0", 0x82),
            (PacketType::Connect, b"\x04\x16\0\x01a", 0x82),
            (PacketType::ConnAck, b"\x02\x24\x02", 0x82),
        ];
        for (packet, bytes, code) in cases {
            assert_eq!(refusal(packet, bytes).reason_code().code(), code, "{bytes:?}");
        }
    }

    #[test]
    fn a_length_beyond_the_packet_is_refused() {
        assert_eq!(decode(PacketType::Publish, b"\x05\x01\x01"), Err(E::Truncated));
        assert_eq!(decode(PacketType::Publish, b"\xff\xff\xff\x7f\x01"), Err(E::Truncated));
        let five = b"\xff\xff\xff\xff\x01";
        assert_eq!(decode(PacketType::Publish, five), Err(E::IntegerTooLong));
        assert_eq!(decode(PacketType::Publish, b"\x80\x00"), Err(E::IntegerNotMinimal));
    }

    #[test]
    fn a_property_that_does_not_fit_leaves_nothing_behind() {
        let mut properties = PropertiesBuf::new();
        let long = "x".repeat(65_536);
        let pushed = properties.push(Property::User(("a", &long)));
        assert_eq!(pushed, Err(EncodeError::FieldTooLong(65_536)));
        assert_eq!(properties, PropertiesBuf::new());
    }
}
