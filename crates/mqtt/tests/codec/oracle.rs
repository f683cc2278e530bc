//! Our codec beside that of rmqtt, which nobody here wrote.
//!
//! A packet that both accept must mean the same to both: theirs is decoded, encoded and given to
//! ours. Where one accepts and the other does not, the difference is listed here with its reason.

use bytes::BytesMut;
use mqtt::{DecodeError, Packet, Property, ReasonCode, Version, frame};
use proptest::prelude::*;
use rmqtt_codec::{MqttCodec, v3, v5};
use tokio_util::codec::{Decoder, Encoder};

use crate::strategies;

fn ours(bytes: &[u8], version: Version) -> Result<Packet<'_>, DecodeError> {
    let frame = frame::split(bytes, u32::MAX)?.expect("whole");
    Packet::decode(&frame, version)
}

/// The packet as theirs understands it, in bytes again; `None` if it refuses.
fn theirs(bytes: &[u8], version: Version) -> Option<Vec<u8>> {
    // New ones for the answer: after a CONNECT theirs leaves out what the client did not want.
    let codec = || match version {
        Version::V311 => MqttCodec::V3(v3::Codec::new(0)),
        Version::V5 => MqttCodec::V5(v5::Codec::new(0, 0)),
    };
    let (packet, _length) = codec().decode(&mut BytesMut::from(bytes)).ok().flatten()?;
    let mut out = BytesMut::new();
    codec().encode(packet, &mut out).expect("what was decoded can be encoded");
    Some(out.to_vec())
}

/// A packet in words, with its properties in one order and without those that say what goes
/// without saying, which theirs does not keep.
fn meaning(packet: &Packet<'_>) -> String {
    let said = packet.properties();
    let mut properties: Vec<String> =
        said.iter().filter(|property| !is_default(property)).map(|p| format!("{p:?}")).collect();
    properties.sort();
    let mut bare = packet.clone().with_properties(mqtt::Properties::NONE);
    let mut will_properties = Vec::new();
    if let Packet::Connect(connect) = &mut bare
        && let Some(will) = &mut connect.will
    {
        will_properties = will.properties.iter().map(|p| format!("{p:?}")).collect();
        will_properties.sort();
        will.properties = mqtt::Properties::NONE;
    }
    format!("{bare:?} {properties:?} {will_properties:?}")
}

fn is_default(property: &Property<'_>) -> bool {
    match property {
        Property::PayloadIsUtf8(is_utf8) => !is_utf8,
        Property::SessionExpirySecs(secs) => *secs == 0,
        Property::RequestProblemInformation(wants) => *wants,
        Property::RequestResponseInformation(wants) => !wants,
        Property::ReceiveMaximum(most) => most.get() == u16::MAX,
        Property::TopicAliasMaximum(most) => *most == 0,
        Property::RetainAvailable(is_available)
        | Property::WildcardSubscriptionAvailable(is_available)
        | Property::SubscriptionIdsAvailable(is_available)
        | Property::SharedSubscriptionAvailable(is_available) => *is_available,
        _ => false,
    }
}

/// What theirs refuses and the specification allows.
fn is_refused_by_theirs(packet: &Packet<'_>, version: Version) -> bool {
    let expires_at_once =
        |properties: &mqtt::Properties<'_>| properties.message_expiry_secs() == Some(0);
    match packet {
        // A client id may be empty with clean start 0: 5.0 lets the server choose one (§3.1.3.1),
        // and in 3.1.1 the server answers with return code 2 [MQTT-3.1.3-8], which needs a packet.
        Packet::Connect(connect) => {
            let will_expires = connect.will.is_some_and(|will| expires_at_once(&will.properties));
            (connect.client_id.is_empty() && !connect.clean_start) || will_expires
        }
        // Return codes beyond those of 3.1.1 are refusals that servers do send.
        Packet::ConnAck(connack) => connack.reason == ReasonCode::UnspecifiedError,
        // A message may expire after 0 seconds.
        Packet::Publish(publish) => expires_at_once(&publish.properties),
        // An empty filter is refused in the SUBACK, not by closing the connection.
        Packet::Subscribe(subscribe) => {
            version == Version::V311 && subscribe.filters.iter().any(|one| one.filter.is_empty())
        }
        Packet::Unsubscribe(unsubscribe) => {
            version == Version::V311 && unsubscribe.filters.contains(&"")
        }
        _ => false,
    }
}

/// What theirs lets pass and the specification calls malformed or a protocol error.
fn is_refused_by_ours(error: DecodeError) -> bool {
    matches!(
        error,
        DecodeError::IntegerNotMinimal
            | DecodeError::NullCharacter
            | DecodeError::TrailingBytes
            | DecodeError::TopicWildcard
            | DecodeError::EmptyTopic
            | DecodeError::EmptyList
            | DecodeError::DupAtQosZero
            | DecodeError::WillFlags
            | DecodeError::PasswordAlone
            | DecodeError::SessionInRefusal
            | DecodeError::SharedNoLocal
            | DecodeError::SubscriptionOptions
            | DecodeError::QosThree
            | DecodeError::AuthenticationDataAlone
            | DecodeError::ProtocolLevel(3)
            | DecodeError::PropertyValue(_)
    )
}

fn compare(bytes: &[u8], version: Version) -> Result<(), TestCaseError> {
    match (ours(bytes, version), theirs(bytes, version)) {
        (Ok(packet), Some(again)) => {
            let again = ours(&again, version).expect("theirs writes valid packets");
            prop_assert_eq!(meaning(&packet), meaning(&again));
        }
        (Ok(packet), None) => {
            prop_assert!(is_refused_by_theirs(&packet, version), "{:?} {:x?}", packet, bytes);
        }
        (Err(error), Some(_)) => prop_assert!(is_refused_by_ours(error), "{} {:x?}", error, bytes),
        (Err(_), None) => {}
    }
    Ok(())
}

fn version_and_bytes() -> impl Strategy<Value = (Version, Vec<u8>)> {
    strategies::version().prop_flat_map(|version| {
        strategies::packet(version).prop_map(move |packet| {
            let mut out = Vec::new();
            packet.encode(version, &mut out).expect("fits");
            (version, out)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn both_read_the_same_from_a_packet((version, bytes) in version_and_bytes()) {
        compare(&bytes, version)?;
    }

    /// Damage to the body only: a damaged length makes another packet, or none.
    #[test]
    fn both_read_the_same_from_a_damaged_packet(
        (version, mut bytes) in version_and_bytes(),
        place: prop::sample::Index,
        value: u8,
    ) {
        let body = frame::split(&bytes, u32::MAX).expect("valid").expect("whole").body.len();
        if body > 0 {
            let start = bytes.len() - body;
            bytes[start + place.index(body)] = value;
        }
        compare(&bytes, version)?;
    }
}
