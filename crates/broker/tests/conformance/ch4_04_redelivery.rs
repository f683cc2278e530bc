use mqtt::{Ack, Packet, PacketType, Property, ReasonCode};
use testkit::{Hello, Server};

use crate::support::{BOTH, V5, publish_each};

#[tokio::test]
async fn what_was_not_acknowledged_is_sent_again_as_it_was() {
    // [MQTT-4.4.0-1, MQTT-3.3.1-1, MQTT-4.6.0-1]: marked, in order, under the same identifiers;
    // after a reconnection and after the server's death.
    for version in BOTH {
        for restarts in [false, true] {
            let mut server = Server::standard();
            let mut raw = server.connect(&Hello::lasting(version, "c")).await;
            raw.subscribe("t", 2).await;
            let mut publisher = server.client(version, "p").await;
            publish_each(&mut publisher, "t", 1, &["1", "2"]).await;
            publish_each(&mut publisher, "t", 2, &["3", "4"]).await;
            let mut first = Vec::new();
            for _ in 0..4 {
                first.push(raw.delivery().await);
            }
            raw.send(&Packet::PubAck(Ack::success(first[1].packet_id))).await;
            raw.send(&Packet::PubRec(Ack::success(first[2].packet_id))).await;
            raw.ack(PacketType::PubRel, first[2].packet_id).await;
            raw.expect_nothing().await;
            if restarts {
                server.restart().await;
            }
            drop(raw);
            let mut raw = server.connect(&Hello::lasting(version, "c")).await;
            let again = raw.delivery().await;
            assert_eq!((again.text(), again.dup, again.packet_id), ("1", true, first[0].packet_id));
            // Of what the client holds only the release is repeated.
            raw.expect(&Packet::PubRel(Ack::success(first[2].packet_id))).await;
            let again = raw.delivery().await;
            assert_eq!((again.text(), again.dup, again.packet_id), ("4", true, first[3].packet_id));
            raw.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_again_on_the_same_connection() {
    // [MQTT-4.4.0-1]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.subscribe("t", 1).await;
        publish_each(&mut server.client(version, "p").await, "t", 1, &["1"]).await;
        raw.delivery().await;
        server.advance_secs(3_600);
        raw.expect_nothing().await;
    }
}

#[tokio::test]
async fn what_only_waited_is_no_duplicate() {
    // 5.0 §3.3.1.1: DUP is 0 where the server has not attempted to send the packet before.
    let server = Server::standard();
    let narrow = || {
        let one = std::num::NonZeroU16::MIN;
        Hello::lasting(V5, "c").with(Property::ReceiveMaximum(one))
    };
    let mut raw = server.connect(&narrow()).await;
    raw.subscribe("t", 1).await;
    publish_each(&mut server.client(V5, "p").await, "t", 1, &["1", "2", "3"]).await;
    assert!(!raw.delivery().await.dup);
    raw.vanish();
    server.rules.farewell("c").await;
    let mut raw = server.connect(&narrow()).await;
    for (text, dup) in [("1", true), ("2", false), ("3", false)] {
        let delivery = raw.take().await;
        assert_eq!((delivery.text(), delivery.dup), (text, dup));
    }
}

#[tokio::test]
async fn acknowledged_messages_do_not_come_back() {
    // [MQTT-4.4.0-1], 5.0 §4.3.2
    for version in BOTH {
        let mut server = Server::standard();
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.subscribe("t", 2).await;
        let mut publisher = server.client(version, "p").await;
        for round in 0..3 {
            publish_each(&mut publisher, "t", 1, &["1"]).await;
            publish_each(&mut publisher, "t", 2, &["2"]).await;
            raw.take_texts(2).await;
            raw.expect_nothing().await;
            match round {
                0 => raw = server.connect(&Hello::lasting(version, "c")).await,
                _ => {
                    server.restart().await;
                    raw = server.connect(&Hello::lasting(version, "c")).await;
                    publisher = server.client(version, "p").await;
                }
            }
            raw.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn identifiers_hold_over_many_messages() {
    // [MQTT-2.2.1-4]: they go round, and an old one that is still open is not given again.
    let server = Server::standard();
    let mut raw = server.connect(&Hello::lasting(V5, "c")).await;
    raw.subscribe("t", 1).await;
    let mut publisher = server.client(V5, "p").await;
    publish_each(&mut publisher, "t", 1, &["open"]).await;
    let open = raw.delivery().await.packet_id;
    for _ in 0..300 {
        publish_each(&mut publisher, "t", 1, &["x"]).await;
        assert_ne!(raw.take().await.packet_id, open);
    }
    raw.send(&Packet::PubAck(Ack::success(open))).await;
    assert_eq!(publisher.offer(&testkit::Post::new("t", "y").qos(1)).await, ReasonCode::Success);
}
