use mqtt::{Ack, Packet, PacketType, ReasonCode};
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5, publish_each};

#[tokio::test]
async fn a_message_sent_twice_before_its_release_is_delivered_once() {
    // [MQTT-4.3.3-10]: on one connection, on the next, and after the server's death.
    for version in BOTH {
        for meanwhile in ["nothing", "reconnection", "restart"] {
            let mut server = Server::standard();
            let mut watcher = server.connect(&Hello::lasting(version, "w")).await;
            watcher.subscribe("t", 2).await;
            let mut raw = server.connect(&Hello::lasting(version, "c")).await;
            let post = Post::new("t", "once").qos(2).id(5);
            raw.post(&post).await;
            raw.expect(&Packet::PubRec(Ack::success(5))).await;
            match meanwhile {
                "reconnection" => raw = server.connect(&Hello::lasting(version, "c")).await,
                "restart" => {
                    server.restart().await;
                    watcher = server.connect(&Hello::lasting(version, "w")).await;
                    raw = server.connect(&Hello::lasting(version, "c")).await;
                }
                _ => {}
            }
            raw.post(&post.clone().again()).await;
            raw.expect(&Packet::PubRec(Ack::success(5))).await;
            raw.send(&Packet::PubRel(Ack::success(5))).await;
            raw.expect(&Packet::PubComp(Ack::success(5))).await;
            assert_eq!(watcher.take_texts(1).await, ["once"]);
            watcher.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn duplicates_in_one_read_are_acknowledged_and_delivered_once() {
    // [MQTT-4.3.3-10]
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.connect(&Hello::lasting(version, "w")).await;
        watcher.subscribe("t", 2).await;
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        let post = Post::new("t", "once").qos(2).id(5);
        let first = Packet::Publish(post.as_publish(5));
        let again = post.clone().again();
        raw.send_all(&[first, Packet::Publish(again.as_publish(5))]).await;
        raw.expect(&Packet::PubRec(Ack::success(5))).await;
        raw.expect(&Packet::PubRec(Ack::success(5))).await;
        assert_eq!(watcher.take_texts(1).await, ["once"]);
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn an_identifier_is_free_once_its_message_is_released() {
    // [MQTT-4.3.3-12]: what comes under it next is a new message, even if marked as a duplicate.
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("t", 2).await;
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        for text in ["1", "2"] {
            raw.publish(&Post::new("t", text).qos(2).id(5).again()).await;
            assert_eq!(watcher.take_texts(1).await, [text]);
        }
    }
}

#[tokio::test]
async fn a_release_may_be_repeated() {
    // [MQTT-4.3.3-11]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        raw.publish(&Post::new("t", "1").qos(2).id(5)).await;
        raw.send(&Packet::PubRel(Ack::success(5))).await;
        let reason = raw.ack(PacketType::PubComp, 5).await;
        if version == V5 {
            assert_eq!(reason, ReasonCode::PacketIdentifierNotFound);
        }
    }
}

#[tokio::test]
async fn the_server_releases_what_its_client_has_received() {
    // [MQTT-4.3.3-1 to 4.3.3-6]
    for version in BOTH {
        for hello in [Hello::new(version, "s"), Hello::lasting(version, "s")] {
            let server = Server::standard();
            let mut raw = server.connect(&hello).await;
            raw.subscribe("t", 2).await;
            publish_each(&mut server.client(version, "p").await, "t", 2, &["1"]).await;
            let delivery = raw.delivery().await;
            assert!(!delivery.dup && delivery.packet_id != 0);
            let ack = Ack::success(delivery.packet_id);
            raw.expect_nothing().await;
            raw.send(&Packet::PubRec(ack)).await;
            raw.expect(&Packet::PubRel(ack)).await;
            raw.send(&Packet::PubComp(ack)).await;
            raw.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn identifiers_of_open_messages_differ() {
    // [MQTT-2.2.1-4]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "s").await;
        raw.subscribe("t", 2).await;
        let mut publisher = server.client(version, "p").await;
        let mut seen = std::collections::HashSet::new();
        for qos in [1, 2, 1, 2] {
            publish_each(&mut publisher, "t", qos, &["1"]).await;
            assert!(seen.insert(raw.delivery().await.packet_id));
        }
    }
}
