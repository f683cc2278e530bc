use mqtt::ReasonCode;
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5, publish_each};

#[tokio::test]
async fn unsubscribing_stops_what_it_names_exactly() {
    // [MQTT-3.10.4-1, MQTT-3.10.4-2, MQTT-3.10.4-4 to 3.10.4-6]
    for version in BOTH {
        for hello in [Hello::new(version, "c"), Hello::lasting(version, "c")] {
            let server = Server::standard();
            let mut raw = server.connect(&hello).await;
            raw.subscribe("a/+", 1).await;
            raw.subscribe("a/b", 1).await;
            let reasons = raw.unsubscribe(&["a/b", "a/b", "a/#", "a/#/c"]).await;
            if version == V5 {
                let expected = [
                    ReasonCode::Success,
                    ReasonCode::NoSubscriptionExisted,
                    ReasonCode::NoSubscriptionExisted,
                    ReasonCode::TopicFilterInvalid,
                ];
                assert_eq!(reasons, expected);
            }
            let mut publisher = server.client(version, "p").await;
            publish_each(&mut publisher, "a/b", 1, &["1"]).await;
            assert_eq!(raw.take_texts(1).await, ["1"]);
            raw.unsubscribe(&["a/+"]).await;
            publish_each(&mut publisher, "a/b", 1, &["2"]).await;
            publisher.publish(&Post::new("a/b", "3")).await;
            raw.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn what_was_unsubscribed_stays_so_after_a_restart() {
    // [MQTT-3.10.4-2]
    for version in BOTH {
        let mut server = Server::standard();
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.subscribe("a", 1).await;
        raw.subscribe("b", 1).await;
        raw.unsubscribe(&["a"]).await;
        server.restart().await;
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        let mut publisher = server.client(version, "p").await;
        publish_each(&mut publisher, "a", 1, &["1"]).await;
        publish_each(&mut publisher, "b", 1, &["2"]).await;
        assert_eq!(raw.take_texts(1).await, ["2"]);
    }
}

#[tokio::test]
async fn what_is_on_its_way_is_completed() {
    // [MQTT-3.10.4-3]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        raw.subscribe("t", 2).await;
        publish_each(&mut server.client(version, "p").await, "t", 2, &["1"]).await;
        raw.unsubscribe(&["t"]).await;
        assert_eq!(raw.take_texts(1).await, ["1"]);
    }
}

#[tokio::test]
async fn malformed_unsubscriptions_end_the_connection() {
    // [MQTT-3.10.1-1, MQTT-3.10.3-2]
    let cases: [(&[u8], ReasonCode); 2] = [
        (b"\xA0\x06\0\x01\0\0\x01t", ReasonCode::MalformedPacket),
        (b"\xA2\x03\0\x01\0", ReasonCode::ProtocolError),
    ];
    for (bytes, reason) in cases {
        let server = Server::standard();
        let mut raw = server.client(V5, "c").await;
        raw.send_bytes(bytes).await;
        raw.expect_end(reason).await;
    }
}
