use mqtt::{Ack, Packet, PacketType, ReasonCode};
use testkit::Server;

use crate::support::{BOTH, V5, publish_each};

#[tokio::test]
async fn acknowledgements_that_nothing_awaits_are_borne() {
    // 5.0 §4.13.2 (a client whose session the server lost sends them): PUBACK and PUBCOMP are
    // ignored, PUBREC and PUBREL are answered with 0x92 where the version has it.
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        raw.send(&Packet::PubAck(Ack::success(9))).await;
        raw.send(&Packet::PubComp(Ack::success(9))).await;
        raw.ping().await;
        let unknown = match version {
            V5 => ReasonCode::PacketIdentifierNotFound,
            _ => ReasonCode::Success,
        };
        raw.send(&Packet::PubRec(Ack::success(9))).await;
        raw.expect(&Packet::PubRel(Ack::with_reason(9, unknown))).await;
        raw.send(&Packet::PubRel(Ack::success(9))).await;
        raw.expect(&Packet::PubComp(Ack::with_reason(9, unknown))).await;
    }
}

#[tokio::test]
async fn an_acknowledgement_of_the_wrong_kind_acknowledges_nothing() {
    // 5.0 §4.3.2, §4.3.3
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "s").await;
        raw.subscribe("t", 2).await;
        let mut publisher = server.client(version, "p").await;
        publish_each(&mut publisher, "t", 2, &["1"]).await;
        let delivery = raw.delivery().await;
        raw.send(&Packet::PubAck(Ack::success(delivery.packet_id))).await;
        raw.send(&Packet::PubComp(Ack::success(delivery.packet_id))).await;
        raw.ping().await;
        raw.send(&Packet::PubRec(Ack::success(delivery.packet_id))).await;
        let reason = raw.ack(PacketType::PubRel, delivery.packet_id).await;
        assert_eq!(reason, ReasonCode::Success);
    }
}

#[tokio::test]
async fn a_client_that_repeats_its_pubrec_gets_its_pubrel_again() {
    // 3.1.1 §4.3.3, 5.0 §4.3.3
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "s").await;
        raw.subscribe("t", 2).await;
        publish_each(&mut server.client(version, "p").await, "t", 2, &["1"]).await;
        let id = raw.delivery().await.packet_id;
        for _ in 0..2 {
            raw.send(&Packet::PubRec(Ack::success(id))).await;
            raw.expect(&Packet::PubRel(Ack::success(id))).await;
        }
    }
}

#[tokio::test]
async fn a_message_that_the_client_refuses_is_over() {
    // [MQTT-4.3.3-4, MQTT-4.4.0-2]: no PUBREL follows, and the message is not sent again.
    let server = Server::standard();
    let lasting = testkit::Hello::lasting(V5, "s");
    let mut raw = server.connect(&lasting).await;
    raw.subscribe("t", 2).await;
    let mut publisher = server.client(V5, "p").await;
    publish_each(&mut publisher, "t", 2, &["1"]).await;
    publish_each(&mut publisher, "t", 1, &["2"]).await;
    for _ in 0..2 {
        let delivery = raw.delivery().await;
        let refusal = Ack::with_reason(delivery.packet_id, ReasonCode::QuotaExceeded);
        raw.send(&match delivery.qos.bits() {
            1 => Packet::PubAck(refusal),
            _ => Packet::PubRec(refusal),
        })
        .await;
    }
    raw.expect_nothing().await;
    raw.vanish();
    server.rules.farewell("s").await;
    let mut raw = server.connect(&lasting).await;
    raw.expect_nothing().await;
}

#[tokio::test]
async fn malformed_acknowledgements_end_the_connection() {
    // [MQTT-2.1.3-1, MQTT-2.2.1-3, MQTT-3.6.1-1]
    let cases: [(&[u8], ReasonCode); 4] = [
        (b"\x60\x02\0\x01", ReasonCode::MalformedPacket),
        (b"\x41\x02\0\x01", ReasonCode::MalformedPacket),
        (b"\x40\x02\0\0", ReasonCode::ProtocolError),
        (b"\x50\x01\0", ReasonCode::MalformedPacket),
    ];
    for version in BOTH {
        for (bytes, reason) in cases {
            let server = Server::standard();
            let mut raw = server.client(version, "c").await;
            raw.send_bytes(bytes).await;
            raw.expect_end(reason).await;
        }
    }
}
