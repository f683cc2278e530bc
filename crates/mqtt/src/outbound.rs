//! What goes out on a connection, held to what the peer said that it accepts.

use std::num::NonZeroU16;

use model::{Qos, Topic};

use crate::aliases::{Alias, SentAliases};
use crate::error::EncodeError;
use crate::frame::REMAINING_LENGTH_MAX;
use crate::packet::{ConnAck, Connect, Packet, Publish};
use crate::packet_type::PacketType;
use crate::properties::{Properties, PropertiesBuf};
use crate::property::Property;
use crate::version::Version;

/// The largest packet that there can be.
const PACKET_SIZE_MAX: u32 = 5 + REMAINING_LENGTH_MAX;

/// Our side of what goes out, from CONNECT (of a client) or CONNACK (of a server) on.
#[derive(Clone, Debug)]
pub struct Outbound {
    version: Version,
    packet_size_max: u32,
    receive_maximum: u16,
    qos_max: Qos,
    wants_problem_information: bool,
    aliases: SentAliases,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Written {
    Whole,
    /// Reason string and user properties were left out, because the peer wants none or has no
    /// room for them.
    Shortened,
    /// The packet is larger than the peer accepts: nothing was written, and to the sender it
    /// counts as delivered [MQTT-3.1.2-24, MQTT-3.1.2-25].
    TooLarge,
}

impl Outbound {
    /// To a client, as its CONNECT asks.
    pub fn to_client(connect: &Connect<'_>) -> Outbound {
        let wants = connect.properties.request_problem_information().unwrap_or(true);
        let properties = &connect.properties;
        Outbound { wants_problem_information: wants, ..Outbound::new(connect.version, properties) }
    }

    /// To a server, as its CONNACK asks.
    pub fn to_server(connack: &ConnAck<'_>, version: Version) -> Outbound {
        let qos_max = connack.properties.maximum_qos().unwrap_or(Qos::ExactlyOnce);
        Outbound { qos_max, ..Outbound::new(version, &connack.properties) }
    }

    fn new(version: Version, properties: &Properties<'_>) -> Outbound {
        let asked_size = properties.maximum_packet_size();
        Outbound {
            version,
            packet_size_max: asked_size
                .map_or(PACKET_SIZE_MAX, |size| size.get().min(PACKET_SIZE_MAX)),
            receive_maximum: properties.receive_maximum().map_or(u16::MAX, u16::from),
            qos_max: Qos::ExactlyOnce,
            wants_problem_information: true,
            aliases: SentAliases::new(properties.topic_alias_maximum().unwrap_or(0)),
        }
    }

    pub fn version(&self) -> Version {
        self.version
    }

    /// How many QoS 1 and 2 messages may be on their way to the peer.
    pub fn receive_maximum(&self) -> u16 {
        self.receive_maximum
    }

    pub fn qos_max(&self) -> Qos {
        self.qos_max
    }

    pub fn packet_size_max(&self) -> u32 {
        self.packet_size_max
    }

    /// Appends a message. Its topic goes by an alias where the peer takes them.
    pub fn publish(
        &mut self,
        publish: &Publish<'_>,
        topic: &Topic,
        out: &mut Vec<u8>,
    ) -> Result<Written, EncodeError> {
        let length = publish.encoded_length(self.version);
        if self.is_too_large(length) {
            return Ok(Written::TooLarge);
        }
        match self.alias_for(topic, length) {
            Alias::None => publish.encode(self.version, out)?,
            Alias::New(alias) => self.write_with_alias(publish, topic.as_str(), alias, out)?,
            Alias::Known(alias) => self.write_with_alias(publish, "", alias, out)?,
        }
        Ok(Written::Whole)
    }

    /// An alias is given only if the packet has room for it: once given, it must be sent.
    fn alias_for(&mut self, topic: &Topic, length: usize) -> Alias {
        if self.is_too_large(length + ALIAS_LENGTH_MAX) {
            return Alias::None;
        }
        self.aliases.name(topic)
    }

    fn write_with_alias(
        &self,
        publish: &Publish<'_>,
        topic: &str,
        alias: NonZeroU16,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let mut properties = PropertiesBuf::copy_of(&publish.properties);
        properties.push(Property::TopicAlias(alias))?;
        let properties = properties.as_properties();
        Publish { topic, properties, ..*publish }.encode(self.version, out)
    }

    /// Appends a packet that is no PUBLISH.
    pub fn packet(&self, packet: &Packet<'_>, out: &mut Vec<u8>) -> Result<Written, EncodeError> {
        if self.may_explain(packet.packet_type()) && self.fits(packet, out)? {
            return Ok(Written::Whole);
        }
        let bare = without_explanation(&packet.properties())?;
        let is_whole = bare.as_properties() == packet.properties();
        let fits = self.fits(&packet.clone().with_properties(bare.as_properties()), out)?;
        Ok(match (fits, is_whole) {
            (false, _) => Written::TooLarge,
            (true, true) => Written::Whole,
            (true, false) => Written::Shortened,
        })
    }

    /// A client may ask to be spared reason strings and user properties, except where a connection
    /// begins and ends [MQTT-3.1.2-29].
    fn may_explain(&self, packet: PacketType) -> bool {
        self.wants_problem_information
            || matches!(packet, PacketType::ConnAck | PacketType::Disconnect)
    }

    /// Appends the packet if the peer accepts its size.
    fn fits(&self, packet: &Packet<'_>, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        let start = out.len();
        packet.encode(self.version, out)?;
        let fits = !self.is_too_large(out.len() - start);
        if !fits {
            out.truncate(start);
        }
        Ok(fits)
    }

    fn is_too_large(&self, length: usize) -> bool {
        length as u64 > u64::from(self.packet_size_max)
    }
}

/// What naming an alias may add to a packet: the property, and a byte in each of two lengths.
const ALIAS_LENGTH_MAX: usize = 3 + 2;

fn without_explanation(properties: &Properties<'_>) -> Result<PropertiesBuf, EncodeError> {
    let is_needed = |property: &Property<'_>| {
        !matches!(property, Property::ReasonString(_) | Property::User(_))
    };
    let mut bare = PropertiesBuf::new();
    properties.iter().filter(is_needed).try_for_each(|property| bare.push(property))?;
    Ok(bare)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::packet::Ack;
    use crate::reason::ReasonCode;

    fn outbound(asked: &[Property<'_>]) -> Outbound {
        let mut properties = PropertiesBuf::new();
        for property in asked {
            properties.push(*property).expect("short");
        }
        Outbound::to_client(&Connect {
            version: Version::V5,
            clean_start: true,
            keep_alive_secs: 0,
            client_id: "c",
            will: None,
            user_name: None,
            password: None,
            properties: properties.as_properties(),
        })
    }

    fn size(most: u32) -> Property<'static> {
        Property::MaximumPacketSize(NonZeroU32::new(most).expect("not zero"))
    }

    fn explained_ack(properties: &mut PropertiesBuf) -> Packet<'_> {
        properties.push(Property::ReasonString("because")).expect("short");
        let properties = properties.as_properties();
        Packet::PubAck(Ack { packet_id: 1, reason: ReasonCode::NotAuthorized, properties })
    }

    fn message(topic: &str) -> Publish<'_> {
        let (dup, retain, qos, packet_id) = (false, false, Qos::AtMostOnce, 0);
        let properties = Properties::NONE;
        Publish { dup, qos, retain, topic, packet_id, properties, payload: b"x" }
    }

    #[test]
    fn explanations_are_left_out_for_those_who_want_none() {
        let (mut out, mut properties) = (Vec::new(), PropertiesBuf::new());
        let packet = explained_ack(&mut properties);
        let spared = outbound(&[Property::RequestProblemInformation(false)]);
        assert_eq!(spared.packet(&packet, &mut out), Ok(Written::Shortened));
        assert_eq!(out, [0x40, 3, 0, 1, 0x87]);
        out.clear();
        assert_eq!(outbound(&[]).packet(&packet, &mut out), Ok(Written::Whole));
        assert_eq!(out.len(), 16);
    }

    #[test]
    fn a_packet_is_shortened_or_dropped_where_it_does_not_fit() {
        let (mut out, mut properties) = (Vec::new(), PropertiesBuf::new());
        let packet = explained_ack(&mut properties);
        assert_eq!(outbound(&[size(15)]).packet(&packet, &mut out), Ok(Written::Shortened));
        out.clear();
        assert_eq!(outbound(&[size(4)]).packet(&packet, &mut out), Ok(Written::TooLarge));
        let topic = Topic::new("topic").expect("valid");
        let mut narrow = outbound(&[size(10)]);
        let publish = message("topic");
        assert_eq!(narrow.publish(&publish, &topic, &mut out), Ok(Written::TooLarge));
        assert!(out.is_empty());
    }

    #[test]
    fn an_alias_is_taught_and_then_used() {
        let mut outbound = outbound(&[Property::TopicAliasMaximum(5)]);
        let topic = Topic::new("topic").expect("valid");
        let mut out = Vec::new();
        assert_eq!(outbound.publish(&message("topic"), &topic, &mut out), Ok(Written::Whole));
        assert_eq!(out, b"\x30\x0c\x00\x05topic\x03\x23\x00\x01x");
        out.clear();
        assert_eq!(outbound.publish(&message("topic"), &topic, &mut out), Ok(Written::Whole));
        assert_eq!(out, b"\x30\x07\x00\x00\x03\x23\x00\x01x");
    }

    #[test]
    fn an_alias_that_would_not_fit_is_not_given() {
        let mut outbound = outbound(&[Property::TopicAliasMaximum(5), size(11)]);
        let topic = Topic::new("topic").expect("valid");
        let mut out = Vec::new();
        assert_eq!(outbound.publish(&message("topic"), &topic, &mut out), Ok(Written::Whole));
        assert_eq!(out, b"\x30\x09\x00\x05topic\x00x");
    }
}
