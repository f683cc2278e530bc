use mqtt::{Packet, Property, ReasonCode};
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5, publish_each};

#[tokio::test]
async fn a_session_ends_when_its_expiry_has_passed() {
    // [MQTT-3.1.2-23, MQTT-4.1.0-2]: not before, and by itself.
    for (secs, is_present) in [(59, true), (61, false)] {
        let server = Server::standard();
        let mut raw = server.connect(&Hello::new(V5, "c").expiring(60)).await;
        raw.subscribe("t", 1).await;
        raw.leave().await;
        server.rules.farewell("c").await;
        server.advance_secs(secs);
        let (_raw, welcome) = server.greet(&Hello::lasting(V5, "c")).await;
        assert_eq!(welcome.session_present, is_present);
        assert_eq!(server.broker.subscription_count(), usize::from(is_present));
    }
}

#[tokio::test]
async fn a_session_expires_while_the_server_is_down() {
    // 5.0 §3.1.2.11.2: time passes all the same.
    let mut server = Server::standard();
    server.connect(&Hello::new(V5, "c").expiring(60)).await.leave().await;
    server.rules.farewell("c").await;
    server.advance_secs(61);
    server.restart().await;
    let (_raw, welcome) = server.greet(&Hello::lasting(V5, "c")).await;
    assert!(!welcome.session_present);
}

#[tokio::test]
async fn a_session_survives_the_server() {
    // [MQTT-4.1.0-1]: subscriptions with all their options, messages, and packets half
    // acknowledged, whether its client was connected or not.
    for version in BOTH {
        for is_connected in [false, true] {
            let mut server = Server::standard();
            let mut raw = server.connect(&Hello::lasting(version, "c")).await;
            raw.subscribe("a/+", 1).await;
            raw.subscribe("$share/g/b", 2).await;
            let kept = if is_connected {
                Some(raw)
            } else {
                raw.leave().await;
                None
            };
            let mut publisher = server.client(version, "p").await;
            publish_each(&mut publisher, "a/b", 1, &["1"]).await;
            publish_each(&mut publisher, "b", 2, &["2"]).await;
            server.restart().await;
            drop(kept);
            let (mut raw, welcome) = server.greet(&Hello::lasting(version, "c")).await;
            assert!(welcome.session_present);
            assert_eq!(raw.take_texts(2).await, ["1", "2"]);
            let mut publisher = server.client(version, "p").await;
            publish_each(&mut publisher, "a/b", 1, &["3"]).await;
            publish_each(&mut publisher, "b", 2, &["4"]).await;
            assert_eq!(raw.take_texts(2).await, ["3", "4"]);
            raw.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn what_was_sent_before_a_clean_start_is_gone() {
    // [MQTT-3.1.2-4]: over a restart, too.
    for version in BOTH {
        let mut server = Server::standard();
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.subscribe("t", 1).await;
        raw.leave().await;
        publish_each(&mut server.client(version, "p").await, "t", 1, &["1"]).await;
        server.client(version, "c").await.leave().await;
        server.restart().await;
        let (mut raw, welcome) = server.greet(&Hello::lasting(version, "c")).await;
        assert!(!welcome.session_present);
        raw.expect_nothing().await;
        assert_eq!(server.broker.subscription_count(), 0);
    }
}

#[tokio::test]
async fn qos_0_is_not_kept_for_the_absent() {
    // 5.0 §4.1: storing them is optional, and we do not.
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.subscribe("t", 2).await;
        raw.leave().await;
        let mut publisher = server.client(version, "p").await;
        publish_each(&mut publisher, "t", 0, &["0"]).await;
        publish_each(&mut publisher, "t", 1, &["1"]).await;
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        assert_eq!(raw.take_texts(1).await, ["1"]);
    }
}

#[tokio::test]
async fn a_client_may_change_its_version_and_keep_its_session() {
    // 5.0 §4.1 ties a session to its client identifier alone.
    let server = Server::standard();
    let mut raw = server.connect(&Hello::lasting(V5, "c")).await;
    raw.subscribe("t", 1).await;
    raw.leave().await;
    let post = Post::new("t", "1").qos(1).with(Property::ContentType("text"));
    server.client(V5, "p").await.publish(&post).await;
    let (mut raw, welcome) = server.greet(&Hello::lasting(mqtt::Version::V311, "c")).await;
    assert!(welcome.session_present);
    assert_eq!(raw.take_texts(1).await, ["1"]);
}

#[tokio::test]
async fn a_full_queue_takes_no_more_and_counts_what_it_dropped() {
    // 5.0 §4.1, §4.4: a server may limit what it stores. The oldest are kept, and counted.
    let mut settings = broker::Settings::standard();
    settings.limits.max_queued_messages = 3;
    let server = Server::open(settings);
    let mut raw = server.connect(&Hello::lasting(V5, "c")).await;
    raw.subscribe("t", 1).await;
    raw.leave().await;
    let mut publisher = server.client(V5, "p").await;
    publish_each(&mut publisher, "t", 1, &["1", "2", "3", "4", "5"]).await;
    assert_eq!(server.broker.counters().dropped.get(), 2);
    let mut raw = server.connect(&Hello::lasting(V5, "c")).await;
    assert_eq!(raw.take_texts(3).await, ["1", "2", "3"]);
    raw.expect_nothing().await;
    publish_each(&mut publisher, "t", 1, &["6"]).await;
    assert_eq!(raw.take_texts(1).await, ["6"]);
}

#[tokio::test]
async fn the_bytes_of_a_queue_are_those_that_wait_in_it() {
    // As above, in bytes: what left the queue does not count, nor what its client holds already
    // (QoS 2, PUBREC sent), over reconnections and restarts.
    let mut settings = broker::Settings::standard();
    settings.limits.max_queued_bytes = 100;
    let mut server = Server::open(settings);
    let mut raw = server.connect(&Hello::lasting(V5, "c")).await;
    raw.subscribe("t", 2).await;
    for _ in 0..5 {
        let mut publisher = server.client(V5, "p").await;
        let before = server.broker.counters().dropped.get();
        publisher.publish(&Post::new("t", [b'x'; 40]).qos(2)).await;
        publisher.publish(&Post::new("t", [b'y'; 40]).qos(2)).await;
        assert_eq!(server.broker.counters().dropped.get(), before);
        let id = raw.delivery().await.packet_id;
        raw.send(&Packet::PubRec(mqtt::Ack::success(id))).await;
        assert_eq!(raw.ack(mqtt::PacketType::PubRel, id).await, ReasonCode::Success);
        server.restart().await;
        raw = server.connect(&Hello::lasting(V5, "c")).await;
        let id = raw.next_pubrel().await;
        raw.send(&Packet::PubComp(mqtt::Ack::success(id))).await;
        raw.take().await;
        raw.expect_nothing().await;
    }
}
