//! Packets and their bytes, as the specifications draw them.

use std::num::NonZeroU16;

use model::Qos;
use mqtt::{
    Ack, Auth, ConnAck, Connect, Disconnect, Packet, Properties, PropertiesBuf, Property, Publish,
    ReasonCode, RetainHandling, SubAck, Subscribe, SubscribeFilter, SubscribeOptions,
    SubscriptionId, UnsubAck, Unsubscribe, Version, Will, frame, puback, pubcomp, pubrec, pubrel,
};

#[track_caller]
fn check(version: Version, packet: &Packet<'_>, bytes: &[u8]) {
    let mut out = b"before".to_vec();
    packet.encode(version, &mut out).expect("fits");
    assert_eq!(out[6..].escape_ascii().to_string(), bytes.escape_ascii().to_string());
    let frame = frame::split(bytes, 1_000).expect("valid").expect("whole");
    assert_eq!(Packet::decode(&frame, version).as_ref(), Ok(packet));
}

fn buffer(properties: &[Property<'_>]) -> PropertiesBuf {
    let mut buffer = PropertiesBuf::new();
    properties.iter().for_each(|property| buffer.push(*property).expect("short"));
    buffer
}

/// The example of 3.1.1 §3.1.2.13, with a payload.
#[test]
fn connect_of_version_3_1_1() {
    let connect = Connect {
        version: Version::V311,
        clean_start: true,
        keep_alive_secs: 10,
        client_id: "id",
        will: Some(Will {
            topic: "w",
            payload: b"gone",
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: Properties::NONE,
        }),
        user_name: Some("u"),
        password: Some(b"p"),
        properties: Properties::NONE,
    };
    let bytes = b"\x10\x1d\0\x04MQTT\x04\xce\0\x0a\0\x02id\0\x01w\0\x04gone\0\x01u\0\x01p";
    check(Version::V311, &Packet::Connect(Box::new(connect)), bytes);
}

#[test]
fn connect_of_version_5() {
    let properties = buffer(&[Property::SessionExpirySecs(10)]);
    let will = buffer(&[Property::WillDelaySecs(5)]);
    let connect = Connect {
        version: Version::V5,
        clean_start: false,
        keep_alive_secs: 0,
        client_id: "",
        will: Some(Will {
            topic: "w",
            payload: b"",
            qos: Qos::ExactlyOnce,
            retain: true,
            properties: will.as_properties(),
        }),
        user_name: None,
        password: Some(b"p"),
        properties: properties.as_properties(),
    };
    let bytes = b"\x10\x20\0\x04MQTT\x05\x74\0\0\x05\x11\0\0\0\x0a\0\0\x05\x18\0\0\0\x05\
                  \0\x01w\0\0\0\x01p";
    check(Version::V5, &Packet::Connect(Box::new(connect)), bytes);
}

#[test]
fn connack() {
    let (session_present, properties) = (true, Properties::NONE);
    let reason = ReasonCode::Success;
    let accepted = Packet::ConnAck(ConnAck { session_present, reason, properties });
    check(Version::V311, &accepted, b"\x20\x02\x01\x00");
    check(Version::V5, &accepted, b"\x20\x03\x01\x00\x00");
    let refused = Packet::ConnAck(ConnAck::refusal(ReasonCode::NotAuthorized));
    check(Version::V311, &refused, b"\x20\x02\x00\x05");
    check(Version::V5, &refused, b"\x20\x03\x00\x87\x00");
}

#[test]
fn publish() {
    let properties = Properties::NONE;
    let (qos, packet_id, payload) = (Qos::AtLeastOnce, 10, b"hi");
    let publish =
        Publish { dup: true, qos, retain: true, topic: "a/b", packet_id, properties, payload };
    check(Version::V311, &Packet::Publish(publish), b"\x3b\x09\0\x03a/b\0\x0ahi");
    check(Version::V5, &Packet::Publish(publish), b"\x3b\x0a\0\x03a/b\0\x0a\0hi");
    let alias = buffer(&[Property::TopicAlias(NonZeroU16::MIN), Property::User(("k", "v"))]);
    let (dup, retain, qos, packet_id) = (false, false, Qos::AtMostOnce, 0);
    let properties = alias.as_properties();
    let short = Publish { dup, qos, retain, topic: "", packet_id, properties, payload };
    let bytes = b"\x30\x0f\0\0\x0a\x23\0\x01\x26\0\x01k\0\x01vhi";
    check(Version::V5, &Packet::Publish(short), bytes);
}

#[test]
fn acknowledgements_are_as_short_as_they_can_be() {
    let success = Ack::success(258);
    for version in [Version::V311, Version::V5] {
        check(version, &Packet::PubAck(success), b"\x40\x02\x01\x02");
        check(version, &Packet::PubRec(success), b"\x50\x02\x01\x02");
        check(version, &Packet::PubRel(success), b"\x62\x02\x01\x02");
        check(version, &Packet::PubComp(success), b"\x70\x02\x01\x02");
    }
    let none = Ack::with_reason(258, ReasonCode::NoMatchingSubscribers);
    check(Version::V5, &Packet::PubAck(none), b"\x40\x03\x01\x02\x10");
    let why = buffer(&[Property::ReasonString("no")]);
    let full = Ack { properties: why.as_properties(), ..none };
    check(Version::V5, &Packet::PubAck(full), b"\x40\x09\x01\x02\x10\x05\x1f\0\x02no");
}

#[test]
fn the_short_way_to_acknowledge_writes_the_same() {
    let mut out = Vec::new();
    puback(&mut out, 1);
    pubrec(&mut out, 2);
    pubrel(&mut out, 3);
    pubcomp(&mut out, 4);
    assert_eq!(out, b"\x40\x02\0\x01\x50\x02\0\x02\x62\x02\0\x03\x70\x02\0\x04");
}

#[test]
fn subscribe_and_its_answer() {
    let (packet_id, properties) = (10, Properties::NONE);
    let options = SubscribeOptions::at(Qos::AtLeastOnce);
    let filters = vec![SubscribeFilter { filter: "a/b", options }];
    let subscribe = Packet::Subscribe(Subscribe { packet_id, properties, filters });
    check(Version::V311, &subscribe, b"\x82\x08\0\x0a\0\x03a/b\x01");

    let id = buffer(&[Property::SubscriptionId(SubscriptionId::new(128).expect("in range"))]);
    let options = SubscribeOptions {
        qos: Qos::ExactlyOnce,
        no_local: true,
        retain_as_published: true,
        retain_handling: RetainHandling::DoNotSend,
    };
    let filters = vec![SubscribeFilter { filter: "a", options }];
    let properties = id.as_properties();
    let subscribe = Packet::Subscribe(Subscribe { packet_id, properties, filters });
    check(Version::V5, &subscribe, b"\x82\x0a\0\x0a\x03\x0b\x80\x01\0\x01a\x2e");

    let reasons = vec![ReasonCode::GrantedQos1, ReasonCode::UnspecifiedError];
    let properties = Properties::NONE;
    let suback = Packet::SubAck(SubAck { packet_id, properties, reasons });
    check(Version::V311, &suback, b"\x90\x04\0\x0a\x01\x80");
    check(Version::V5, &suback, b"\x90\x05\0\x0a\0\x01\x80");
}

#[test]
fn unsubscribe_and_its_answer() {
    let (packet_id, properties) = (10, Properties::NONE);
    let filters = vec!["a/b", "c"];
    let unsubscribe = Packet::Unsubscribe(Unsubscribe { packet_id, properties, filters });
    check(Version::V311, &unsubscribe, b"\xa2\x0a\0\x0a\0\x03a/b\0\x01c");
    check(Version::V5, &unsubscribe, b"\xa2\x0b\0\x0a\0\0\x03a/b\0\x01c");
    let reasons = vec![ReasonCode::Success, ReasonCode::NoSubscriptionExisted];
    let unsuback = UnsubAck { packet_id, properties, reasons };
    check(Version::V5, &Packet::UnsubAck(unsuback.clone()), b"\xb0\x05\0\x0a\0\0\x11");
    // 3.1.1 cannot say what came of each.
    let mut out = Vec::new();
    unsuback.encode(Version::V311, &mut out).expect("fits");
    assert_eq!(out, b"\xb0\x02\0\x0a");
}

#[test]
fn packets_without_a_body() {
    for version in [Version::V311, Version::V5] {
        check(version, &Packet::PingReq, b"\xc0\0");
        check(version, &Packet::PingResp, b"\xd0\0");
        let goodbye = Disconnect::with_reason(ReasonCode::Success);
        check(version, &Packet::Disconnect(goodbye), b"\xe0\0");
    }
}

#[test]
fn disconnect_and_auth() {
    let taken_over = Disconnect::with_reason(ReasonCode::SessionTakenOver);
    check(Version::V5, &Packet::Disconnect(taken_over), b"\xe0\x01\x8e");
    let method = buffer(&[Property::AuthenticationMethod("m"), Property::AuthenticationData(b"")]);
    let (reason, properties) = (ReasonCode::ContinueAuthentication, method.as_properties());
    let auth = Packet::Auth(Auth { reason, properties });
    check(Version::V5, &auth, b"\xf0\x09\x18\x07\x15\0\x01m\x16\0\0");
    let done = Auth { reason: ReasonCode::Success, properties: Properties::NONE };
    check(Version::V5, &Packet::Auth(done), b"\xf0\0");
}
