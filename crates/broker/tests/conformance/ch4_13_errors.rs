use broker::Farewell;
use mqtt::ReasonCode;
use testkit::{Hello, Server};

use crate::support::BOTH;

#[tokio::test]
async fn packets_that_only_a_server_sends_end_the_connection() {
    // [MQTT-4.13.1-1], 5.0 §4.13: CONNACK, SUBACK, UNSUBACK, PINGRESP.
    for version in BOTH {
        for bytes in
            [&b"\x20\x03\0\0\0"[..], b"\x90\x04\0\x01\0\0", b"\xB0\x04\0\x01\0\0", b"\xD0\0"]
        {
            let server = Server::standard();
            let mut raw = server.client(version, "c").await;
            raw.send_bytes(bytes).await;
            let packets = raw.await_end().await;
            assert_eq!(packets.len(), usize::from(version == mqtt::Version::V5));
            assert_eq!(server.rules.farewell("c").await, Farewell::ClientError);
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_packet_end_the_connection() {
    // [MQTT-4.13.1-1]: the reserved type, and a length that does not end.
    for version in BOTH {
        for bytes in [&b"\x00\x00"[..], b"\x30\xFF\xFF\xFF\xFF\x01", b"\x30\xFF\xFF\xFF\xFF\xFF"] {
            let server = Server::standard();
            let mut raw = server.client(version, "c").await;
            raw.send_bytes(bytes).await;
            raw.expect_end(ReasonCode::MalformedPacket).await;
        }
    }
}

#[tokio::test]
async fn what_came_before_an_error_counts() {
    // 5.0 §4.13: packets that were whole are worked on.
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.connect(&Hello::lasting(version, "w")).await;
        watcher.subscribe("t", 1).await;
        let mut raw = server.client(version, "c").await;
        let post = testkit::Post::new("t", "1").qos(1);
        let mut bytes = Vec::new();
        post.as_publish(1).encode(version, &mut bytes).unwrap();
        bytes.extend_from_slice(b"\x00\x00");
        raw.send_bytes(&bytes).await;
        assert_eq!(watcher.take_texts(1).await, ["1"]);
    }
}
