//! Any packet that may be sent. Texts are leaked so that packets can borrow from them: a test
//! process is short.

use std::collections::HashSet;
use std::mem::discriminant;
use std::num::{NonZeroU16, NonZeroU32};

use model::Qos;
use mqtt::{
    Ack, Auth, ConnAck, Connect, Disconnect, Packet, PacketType, Properties, PropertiesBuf,
    Property, Publish, ReasonCode, RetainHandling, SubAck, Subscribe, SubscribeFilter,
    SubscribeOptions, SubscriptionId, UnsubAck, Unsubscribe, Version, Will,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

type Any<T> = BoxedStrategy<T>;

pub(crate) fn version() -> Any<Version> {
    select(vec![Version::V311, Version::V5]).boxed()
}

/// A packet that `version` can say, byte for byte.
pub(crate) fn packet(version: Version) -> Any<Packet<'static>> {
    let both = prop_oneof![
        2 => connect(version).prop_map(|connect| Packet::Connect(Box::new(connect))),
        1 => connack(version).prop_map(Packet::ConnAck),
        3 => publish(version).prop_map(Packet::Publish),
        1 => ack(version, PacketType::PubAck).prop_map(Packet::PubAck),
        1 => ack(version, PacketType::PubRec).prop_map(Packet::PubRec),
        1 => ack(version, PacketType::PubRel).prop_map(Packet::PubRel),
        1 => ack(version, PacketType::PubComp).prop_map(Packet::PubComp),
        1 => subscribe(version).prop_map(Packet::Subscribe),
        1 => suback(version).prop_map(Packet::SubAck),
        1 => unsubscribe(version).prop_map(Packet::Unsubscribe),
        1 => unsuback(version).prop_map(Packet::UnsubAck),
        1 => select(vec![Packet::PingReq, Packet::PingResp]),
        1 => disconnect(version).prop_map(Packet::Disconnect),
    ];
    match version {
        Version::V311 => both.boxed(),
        Version::V5 => prop_oneof![12 => both, 1 => auth().prop_map(Packet::Auth)].boxed(),
    }
}

pub(crate) fn publish(version: Version) -> Any<Publish<'static>> {
    let properties = properties(version, Place::Packet(PacketType::Publish));
    (any::<(bool, bool)>(), qos(), packet_id(), topic(), properties, bytes())
        .prop_map(|((dup, retain), qos, packet_id, topic, properties, payload)| {
            let is_sure = qos != Qos::AtMostOnce;
            let packet_id = if is_sure { packet_id } else { 0 };
            Publish { dup: dup && is_sure, qos, retain, topic, packet_id, properties, payload }
        })
        .boxed()
}

fn connect(version: Version) -> Any<Connect<'static>> {
    let names = (text(), of(text()), of(bytes()), of(will(version)));
    let properties = properties(version, Place::Packet(PacketType::Connect));
    (any::<(bool, u16)>(), names, properties)
        .prop_map(move |((clean_start, keep_alive_secs), names, properties)| {
            let (client_id, user_name, password, will) = names;
            let may_have_password = version == Version::V5 || user_name.is_some();
            let password = password.filter(|_| may_have_password);
            Connect {
                version,
                clean_start,
                keep_alive_secs,
                client_id,
                will,
                user_name,
                password,
                properties,
            }
        })
        .boxed()
}

fn will(version: Version) -> Any<Will<'static>> {
    (topic(), bytes(), qos(), any::<bool>(), properties(version, Place::Will))
        .prop_map(|(topic, payload, qos, retain, properties)| Will {
            topic,
            payload,
            qos,
            retain,
            properties,
        })
        .boxed()
}

fn connack(version: Version) -> Any<ConnAck<'static>> {
    let reason = match version {
        Version::V311 => {
            let codes = (0..=5).map(ReasonCode::from_connack_v311);
            select(codes.collect::<Vec<_>>()).boxed()
        }
        Version::V5 => reason(PacketType::ConnAck),
    };
    let properties = properties(version, Place::Packet(PacketType::ConnAck));
    (any::<bool>(), reason, properties)
        .prop_map(|(session_present, reason, properties)| {
            let session_present = session_present && !reason.is_failure();
            ConnAck { session_present, reason, properties }
        })
        .boxed()
}

fn ack(version: Version, packet: PacketType) -> Any<Ack<'static>> {
    let reason = match version {
        Version::V311 => Just(ReasonCode::Success).boxed(),
        Version::V5 => reason(packet),
    };
    (packet_id(), reason, properties(version, Place::Packet(packet)))
        .prop_map(|(packet_id, reason, properties)| Ack { packet_id, reason, properties })
        .boxed()
}

fn subscribe(version: Version) -> Any<Subscribe<'static>> {
    let options = (qos(), any::<(bool, bool)>(), retain_handling()).prop_map(
        move |(qos, (no_local, retain_as_published), retain_handling)| match version {
            Version::V311 => SubscribeOptions::at(qos),
            Version::V5 => SubscribeOptions { qos, no_local, retain_as_published, retain_handling },
        },
    );
    let filter =
        (topic(), options).prop_map(|(filter, options)| SubscribeFilter { filter, options });
    let properties = properties(version, Place::Packet(PacketType::Subscribe));
    (packet_id(), properties, vec(filter, 1..4))
        .prop_map(|(packet_id, properties, filters)| Subscribe { packet_id, properties, filters })
        .boxed()
}

fn suback(version: Version) -> Any<SubAck<'static>> {
    let reason = match version {
        Version::V311 => {
            let codes = [0x00, 0x01, 0x02, 0x80].into_iter().filter_map(ReasonCode::from_code);
            select(codes.collect::<Vec<_>>()).boxed()
        }
        Version::V5 => reason(PacketType::SubAck),
    };
    let properties = properties(version, Place::Packet(PacketType::SubAck));
    (packet_id(), properties, vec(reason, 1..4))
        .prop_map(|(packet_id, properties, reasons)| SubAck { packet_id, properties, reasons })
        .boxed()
}

fn unsubscribe(version: Version) -> Any<Unsubscribe<'static>> {
    let properties = properties(version, Place::Packet(PacketType::Unsubscribe));
    (packet_id(), properties, vec(topic(), 1..4))
        .prop_map(|(packet_id, properties, filters)| Unsubscribe { packet_id, properties, filters })
        .boxed()
}

fn unsuback(version: Version) -> Any<UnsubAck<'static>> {
    let count = if version == Version::V311 { 0..1 } else { 1..4 };
    let properties = properties(version, Place::Packet(PacketType::UnsubAck));
    (packet_id(), properties, vec(reason(PacketType::UnsubAck), count))
        .prop_map(|(packet_id, properties, reasons)| UnsubAck { packet_id, properties, reasons })
        .boxed()
}

fn disconnect(version: Version) -> Any<Disconnect<'static>> {
    let reason = match version {
        Version::V311 => Just(ReasonCode::Success).boxed(),
        Version::V5 => reason(PacketType::Disconnect),
    };
    (reason, properties(version, Place::Packet(PacketType::Disconnect)))
        .prop_map(|(reason, properties)| Disconnect { reason, properties })
        .boxed()
}

fn auth() -> Any<Auth<'static>> {
    (reason(PacketType::Auth), properties(Version::V5, Place::Packet(PacketType::Auth)))
        .prop_map(|(reason, properties)| Auth { reason, properties })
        .boxed()
}

#[derive(Clone, Copy)]
enum Place {
    Will,
    Packet(PacketType),
}

/// Properties that may stand in a place, each as often as it may.
fn properties(version: Version, place: Place) -> Any<Properties<'static>> {
    if version == Version::V311 {
        return Just(Properties::NONE).boxed();
    }
    let many = vec(property(place), 0..6);
    many.prop_map(|properties| {
        let mut seen = HashSet::new();
        let has_method =
            properties.iter().any(|property| matches!(property, Property::AuthenticationMethod(_)));
        let mut buffer = PropertiesBuf::new();
        for property in properties {
            let may_repeat = matches!(property, Property::User(_));
            let is_alone = matches!(property, Property::AuthenticationData(_)) && !has_method;
            if (may_repeat || seen.insert(discriminant(&property))) && !is_alone {
                buffer.push(property).expect("short");
            }
        }
        Box::leak(Box::new(buffer)).as_properties()
    })
    .boxed()
}

fn property(place: Place) -> Any<Property<'static>> {
    let user = (text(), text()).prop_map(Property::User).boxed();
    let explanation = text().prop_map(Property::ReasonString).boxed();
    let method = text().prop_map(Property::AuthenticationMethod).boxed();
    let data = bytes().prop_map(Property::AuthenticationData).boxed();
    let expiry = any::<u32>().prop_map(Property::SessionExpirySecs).boxed();
    let receive_maximum = any::<NonZeroU16>().prop_map(Property::ReceiveMaximum).boxed();
    let aliases = any::<u16>().prop_map(Property::TopicAliasMaximum).boxed();
    let size = any::<NonZeroU32>().prop_map(Property::MaximumPacketSize).boxed();
    let id = (1u32..=268_435_455).prop_filter_map("in range", SubscriptionId::new);
    let id = id.prop_map(Property::SubscriptionId).boxed();
    let mut choices = vec![user];
    match place {
        Place::Will => {
            choices.extend(message_properties());
            choices.push(any::<u32>().prop_map(Property::WillDelaySecs).boxed());
        }
        Place::Packet(PacketType::Publish) => {
            choices.extend(message_properties());
            choices.push(any::<NonZeroU16>().prop_map(Property::TopicAlias).boxed());
            choices.push(id);
        }
        Place::Packet(PacketType::Connect) => {
            choices.extend([expiry, receive_maximum, aliases, size, method, data]);
            choices.push(any::<bool>().prop_map(Property::RequestProblemInformation).boxed());
            choices.push(any::<bool>().prop_map(Property::RequestResponseInformation).boxed());
        }
        Place::Packet(PacketType::ConnAck) => {
            choices.extend([expiry, receive_maximum, aliases, size, method, data, explanation]);
            choices.extend(server_properties());
        }
        Place::Packet(PacketType::Subscribe) => choices.push(id),
        Place::Packet(PacketType::Unsubscribe) => {}
        Place::Packet(PacketType::Disconnect) => {
            choices.extend([expiry, explanation]);
            choices.push(text().prop_map(Property::ServerReference).boxed());
        }
        Place::Packet(PacketType::Auth) => choices.extend([method, data, explanation]),
        Place::Packet(_) => choices.push(explanation),
    }
    proptest::strategy::Union::new(choices).boxed()
}

fn message_properties() -> Vec<Any<Property<'static>>> {
    vec![
        any::<bool>().prop_map(Property::PayloadIsUtf8).boxed(),
        (1..=u32::MAX).prop_map(Property::MessageExpirySecs).boxed(),
        text().prop_map(Property::ContentType).boxed(),
        topic().prop_map(Property::ResponseTopic).boxed(),
        bytes().prop_map(Property::CorrelationData).boxed(),
    ]
}

fn server_properties() -> Vec<Any<Property<'static>>> {
    vec![
        text().prop_map(Property::AssignedClientId).boxed(),
        any::<u16>().prop_map(Property::ServerKeepAliveSecs).boxed(),
        text().prop_map(Property::ResponseInformation).boxed(),
        text().prop_map(Property::ServerReference).boxed(),
        select(vec![Qos::AtMostOnce, Qos::AtLeastOnce]).prop_map(Property::MaximumQos).boxed(),
        any::<bool>().prop_map(Property::RetainAvailable).boxed(),
        any::<bool>().prop_map(Property::WildcardSubscriptionAvailable).boxed(),
        any::<bool>().prop_map(Property::SubscriptionIdsAvailable).boxed(),
        any::<bool>().prop_map(Property::SharedSubscriptionAvailable).boxed(),
    ]
}

fn reason(packet: PacketType) -> Any<ReasonCode> {
    let codes = (0..=u8::MAX).filter_map(ReasonCode::from_code);
    select(codes.filter(|reason| reason.is_allowed_in(packet)).collect::<Vec<_>>()).boxed()
}

fn packet_id() -> Any<u16> {
    (1..=u16::MAX).boxed()
}

fn qos() -> Any<Qos> {
    select(vec![Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce]).boxed()
}

fn retain_handling() -> Any<RetainHandling> {
    let all = [RetainHandling::Send, RetainHandling::SendIfNew, RetainHandling::DoNotSend];
    select(all.to_vec()).boxed()
}

fn text() -> Any<&'static str> {
    leak(vec(select(vec!['a', 'B', '7', ' ', '+', '/', 'é', '中', '🦀', '\u{FEFF}']), 0..12))
}

fn topic() -> Any<&'static str> {
    leak(vec(select(vec!['a', 'b', '/', '$', 'ü', '🦀']), 1..20))
}

fn leak(characters: impl Strategy<Value = Vec<char>> + 'static) -> Any<&'static str> {
    characters.prop_map(|text| &*Box::leak(String::from_iter(text).into_boxed_str())).boxed()
}

fn bytes() -> Any<&'static [u8]> {
    vec(any::<u8>(), 0..200).prop_map(|bytes| &*Box::leak(bytes.into_boxed_slice())).boxed()
}
