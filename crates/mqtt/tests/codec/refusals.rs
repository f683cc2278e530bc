//! Packets that must be refused, byte by byte, each with the reason that its sender is told. The
//! CVEs named are bugs of other brokers.

use mqtt::{Connect, DecodeError as E, Packet, PacketType, ReasonCode, Version, frame};

const V311: &[Version] = &[Version::V311];
const V5: &[Version] = &[Version::V5];
const BOTH: &[Version] = &[Version::V311, Version::V5];

fn decode(bytes: &[u8], version: Version) -> Result<Packet<'_>, E> {
    let frame = frame::split(bytes, 1_000)?.expect("whole");
    assert_eq!(frame.length, bytes.len(), "the length in {bytes:x?}");
    Packet::decode(&frame, version)
}

#[track_caller]
fn check(versions: &[Version], bytes: &[u8], expected: E) {
    for version in versions {
        assert_eq!(decode(bytes, *version), Err(expected), "{version:?} {bytes:x?}");
    }
}

#[test]
fn fixed_headers() {
    check(BOTH, b"\x00\x00", E::ReservedType);
    let reserved = |packet, flags| E::ReservedFlags { packet, flags };
    check(BOTH, b"\xC1\x00", reserved(PacketType::PingReq, 1));
    check(BOTH, b"\x80\x00", reserved(PacketType::Subscribe, 0));
    check(BOTH, b"\x60\x02\x00\x01", reserved(PacketType::PubRel, 0));
    check(BOTH, b"\x1F\x00", reserved(PacketType::Connect, 15));
    check(BOTH, b"\xC0\x01\x00", E::TrailingBytes);
    check(V5, b"\xC0\x80\x00", E::IntegerNotMinimal);
    assert_eq!(decode(b"\xC0\x80\x00", Version::V311), Ok(Packet::PingReq));
    // CVE-2026-21888: a fifth length byte.
    check(BOTH, b"\x30\xFF\xFF\xFF\xFF\x7F", E::IntegerTooLong);
    // CVE-2025-66168: a remaining length that overflows.
    let error = decode(b"\x30\xFF\xFF\xFF\x7F", Version::V5).expect_err("too large");
    assert_eq!(error.reason_code(), ReasonCode::PacketTooLarge);
}

#[test]
fn connect() {
    // CVE-2023-0809 and its like: a CONNECT of almost nothing.
    check(BOTH, b"\x10\x00", E::Truncated);
    check(BOTH, b"\x10\x01\x00", E::Truncated);
    check(BOTH, b"\x10\x03\x00\x04M", E::Truncated);
    check(BOTH, b"\x10\x07\x00\x04MQTT\x04", E::Truncated);
    check(BOTH, b"\x10\x0c\x00\x04MQTX\x04\x02\0\0\0\0", E::ProtocolName);
    check(BOTH, b"\x10\x0e\x00\x06MQIsdp\x03\x02\0\0\0\0", E::ProtocolLevel(3));
    check(BOTH, b"\x10\x0c\x00\x04MQTT\x06\x02\0\0\0\0", E::ProtocolLevel(6));
    check(BOTH, b"\x10\x0c\x00\x04MQTT\x04\x03\0\0\0\0", E::ConnectFlag);
    check(BOTH, b"\x10\x0c\x00\x04MQTT\x04\x22\0\0\0\0", E::WillFlags);
    check(BOTH, b"\x10\x0c\x00\x04MQTT\x04\x0a\0\0\0\0", E::WillFlags);
    check(BOTH, b"\x10\x0c\x00\x04MQTT\x04\x1e\0\0\0\0", E::QosThree);
    check(BOTH, b"\x10\x0e\x00\x04MQTT\x04\x42\0\0\0\0\0\0", E::PasswordAlone);
    check(BOTH, b"\x10\x0d\x00\x04MQTT\x04\x02\0\0\0\0\0", E::TrailingBytes);
    check(BOTH, b"\x10\x10\x00\x04MQTT\x04\x06\0\0\0\0\0\0\0\0", E::EmptyTopic);
    check(BOTH, b"\x10\x11\x00\x04MQTT\x04\x06\0\0\0\0\0\x01#\0\0", E::TopicWildcard);
    check(BOTH, b"\x10\x0e\x00\x04MQTT\x04\x02\0\0\0\x02a\0", E::NullCharacter);
    check(BOTH, b"\x10\x0d\x00\x04MQTT\x04\x02\0\0\0\x01\xFF", E::NotUtf8);
}

#[test]
fn connect_of_version_5_with_bad_properties() {
    // CVE-2023-3592: a topic alias among the properties of a will.
    let will = b"\x10\x16\x00\x04MQTT\x05\x06\0\0\0\0\0\x03\x23\0\x01\0\x01t\0\0";
    check(BOTH, will, E::PropertyNotAllowed(0x23));
    check(BOTH, b"\x10\x10\x00\x04MQTT\x05\x02\0\0\x03\x21\0\0\0\0", E::PropertyValue(0x21));
    check(BOTH, b"\x10\x0e\x00\x04MQTT\x05\x02\0\0\x7f\0\0\0", E::Truncated);
    // 5.0 allows a password without a user name.
    let password = b"\x10\x0f\x00\x04MQTT\x05\x42\0\0\0\0\0\0\0";
    assert!(decode(password, Version::V5).is_ok());
}

#[test]
fn the_version_of_a_connect_is_known_although_the_rest_is_wrong() {
    let bytes = b"\x10\x0c\x00\x04MQTT\x05\x03\0\0\0\0";
    let frame = frame::split(bytes, 100).expect("valid").expect("whole");
    assert_eq!(Connect::version_of(&frame), Ok(Version::V5));
    let frame = frame::split(b"\xC0\x00", 100).expect("valid").expect("whole");
    let refused = E::NotConnect { packet: PacketType::PingReq };
    assert_eq!(Connect::version_of(&frame), Err(refused));
    assert_eq!(Version::to_refuse(3), Version::V311);
    assert_eq!(Version::to_refuse(6), Version::V5);
}

#[test]
fn connack() {
    check(BOTH, b"\x20\x00", E::Truncated);
    check(V311, b"\x20\x02\x02\x00", E::ConnAckFlags);
    check(V311, b"\x20\x02\x01\x05", E::SessionInRefusal);
    check(V5, b"\x20\x03\x00\x01\x00", E::ReasonCode { packet: PacketType::ConnAck, code: 1 });
    check(V5, b"\x20\x02\x00\x00", E::Truncated);
}

#[test]
fn publish() {
    check(BOTH, b"\x30\x00", E::Truncated);
    check(BOTH, b"\x30\x03\x00\x05a", E::Truncated);
    // CVE-2021-34432: a topic of length zero.
    check(V311, b"\x30\x02\x00\x00", E::EmptyTopic);
    check(V5, b"\x30\x03\x00\x00\x00", E::EmptyTopic);
    check(BOTH, b"\x30\x05\x00\x03a/#", E::TopicWildcard);
    check(BOTH, b"\x30\x05\x00\x03+/b", E::TopicWildcard);
    check(BOTH, b"\x30\x04\x00\x02a\x00", E::NullCharacter);
    check(BOTH, b"\x30\x04\x00\x02\xC0\x80", E::NotUtf8);
    check(BOTH, b"\x36\x05\x00\x01a\x00\x01", E::QosThree);
    check(BOTH, b"\x38\x03\x00\x01a", E::DupAtQosZero);
    check(BOTH, b"\x32\x05\x00\x01a\x00\x00", E::ZeroPacketId);
    check(BOTH, b"\x32\x03\x00\x01a", E::Truncated);
    check(V5, b"\x30\x07\x00\x01a\x03\x23\x00\x00", E::PropertyValue(0x23));
    check(V5, b"\x30\x04\x00\x01a\x05", E::Truncated);
    assert_eq!(E::TopicWildcard.reason_code(), ReasonCode::TopicNameInvalid);
}

#[test]
fn acknowledgements() {
    check(BOTH, b"\x40\x01\x00", E::Truncated);
    check(BOTH, b"\x40\x02\x00\x00", E::ZeroPacketId);
    check(V311, b"\x40\x03\x00\x01\x00", E::TrailingBytes);
    check(V5, b"\x40\x03\x00\x01\x92", E::ReasonCode { packet: PacketType::PubAck, code: 0x92 });
    check(V5, b"\x62\x03\x00\x01\x80", E::ReasonCode { packet: PacketType::PubRel, code: 0x80 });
    check(V5, b"\x40\x05\x00\x01\x00\x00\x00", E::TrailingBytes);
}

#[test]
fn subscribe_and_unsubscribe() {
    check(V311, b"\x82\x02\x00\x01", E::EmptyList);
    check(V5, b"\x82\x03\x00\x01\x00", E::EmptyList);
    check(V311, b"\xA2\x02\x00\x01", E::EmptyList);
    check(V5, b"\xA2\x03\x00\x01\x00", E::EmptyList);
    check(V311, b"\x82\x06\x00\x00\x00\x01a\x00", E::ZeroPacketId);
    check(V311, b"\x82\x06\x00\x01\x00\x01a\x03", E::QosThree);
    check(V311, b"\x82\x06\x00\x01\x00\x01a\x04", E::SubscriptionOptions);
    check(V5, b"\x82\x07\x00\x01\x00\x00\x01a\x40", E::SubscriptionOptions);
    check(V5, b"\x82\x07\x00\x01\x00\x00\x01a\x30", E::SubscriptionOptions);
    check(V5, b"\x82\x10\x00\x01\x00\x00\x0a$share/g/a\x04", E::SharedNoLocal);
    check(V5, b"\x82\x09\x00\x01\x02\x0b\x00\x00\x01a\x00", E::PropertyValue(0x0B));
    check(V311, b"\x82\x05\x00\x01\x00\x01a", E::Truncated);
    check(V311, b"\x90\x03\x00\x01\x03", E::ReasonCode { packet: PacketType::SubAck, code: 3 });
    check(V311, b"\x90\x03\x00\x01\x87", E::ReasonCode { packet: PacketType::SubAck, code: 0x87 });
    check(V311, b"\xB0\x03\x00\x01\x00", E::TrailingBytes);
    check(V5, b"\xB0\x03\x00\x01\x00", E::EmptyList);
}

#[test]
fn disconnect_and_auth() {
    check(V311, b"\xE0\x01\x00", E::TrailingBytes);
    check(V5, b"\xE0\x01\x01", E::ReasonCode { packet: PacketType::Disconnect, code: 1 });
    check(V311, b"\xF0\x00", E::NotInVersion { packet: PacketType::Auth });
    check(V5, b"\xF0\x01\x02", E::ReasonCode { packet: PacketType::Auth, code: 2 });
}
