use mqtt::Packet;
use testkit::{Hello, Server};

use crate::support::BOTH;

/// A client's frame: masked with zeros, which leaves its bytes as they are.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126, "a short frame");
    let mut bytes = vec![0x80 | opcode, 0x80 | payload.len() as u8];
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

const UPGRADE: &[u8] = b"GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

#[tokio::test]
async fn mqtt_is_spoken_in_binary_frames() {
    // [MQTT-6.0.0-1, MQTT-6.0.0-2, MQTT-6.0.0-4]: packets may begin and end anywhere in them.
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.dial(version);
        raw.send_bytes(UPGRADE).await;
        let answer = raw.http_answer().await;
        assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
        assert!(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        assert!(answer.to_ascii_lowercase().contains("sec-websocket-protocol: mqtt"));
        let mut bytes = Hello::new(version, "c").to_bytes();
        Packet::PingReq.encode(version, &mut bytes).unwrap();
        let (head, tail) = bytes.split_at(5);
        raw.send_bytes(&frame(2, head)).await;
        raw.send_bytes(&frame(2, tail)).await;
        let mut answers = Vec::new();
        while !answers.ends_with(&[0xD0, 0]) {
            answers.extend(raw.some_bytes().await);
        }
        assert_eq!(answers[0], 0x82, "a whole binary frame");
        assert_eq!(server.broker.connected(), 1);
    }
}

#[tokio::test]
async fn text_frames_end_the_connection() {
    // [MQTT-6.0.0-1]
    let server = Server::standard();
    let mut raw = server.dial(mqtt::Version::V5);
    raw.send_bytes(UPGRADE).await;
    raw.http_answer().await;
    raw.send_bytes(&frame(1, &Hello::new(mqtt::Version::V5, "c").to_bytes())).await;
    while !raw.some_bytes().await.is_empty() {}
    assert_eq!(server.broker.connected(), 0);
}
