use mqtt::{Packet, PacketType, ReasonCode};
use testkit::Server;

use crate::support::BOTH;

#[tokio::test]
async fn each_ping_is_answered() {
    // [MQTT-3.12.4-1]: also those that come together, and in pieces.
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        raw.send_all(&[Packet::PingReq, Packet::PingReq]).await;
        raw.send_bytes(&[0xC0]).await;
        raw.expect(&Packet::PingResp).await;
        raw.expect(&Packet::PingResp).await;
        raw.send_bytes(&[0x00]).await;
        raw.expect_type(PacketType::PingResp).await;
    }
}

#[tokio::test]
async fn a_ping_with_a_body_is_malformed() {
    // 5.0 §3.12
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        raw.send_bytes(b"\xC0\x01\0").await;
        raw.expect_end(ReasonCode::MalformedPacket).await;
    }
}
