use std::num::NonZeroU16;

use broker::Settings;
use mqtt::{
    Ack, Packet, PacketType, Property, ReasonCode, RetainHandling, SubscribeOptions, SubscriptionId,
};
use testkit::{Hello, Post, Right, Server};

use crate::support::{BOTH, V5, V311, at, handling, properties, subscription_id};

fn alias(number: u16) -> Property<'static> {
    Property::TopicAlias(NonZeroU16::new(number).expect("not zero"))
}

#[tokio::test]
async fn a_message_comes_with_the_lesser_qos_and_no_flags_of_its_publisher() {
    // [MQTT-3.3.1-3, MQTT-3.3.1-12, MQTT-3.8.4-8]: whatever version is on the other side.
    for version in BOTH {
        for other in BOTH {
            for (published, granted) in [(0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)] {
                let server = Server::standard();
                let mut subscriber = server.client(other, "s").await;
                subscriber.subscribe("t", granted).await;
                let mut publisher = server.client(version, "p").await;
                let mut post = Post::new("t", "1").qos(published).id(77);
                post.dup = published > 0;
                publisher.publish(&post).await;
                let delivery = subscriber.take().await;
                assert_eq!(delivery.qos.bits(), published.min(granted));
                assert!(!delivery.dup && !delivery.retain);
                assert_eq!((delivery.topic.as_str(), delivery.text()), ("t", "1"));
            }
        }
    }
}

#[tokio::test]
async fn a_retained_message_is_the_last_one_of_its_topic() {
    // [MQTT-3.3.1-5, MQTT-3.3.1-9]: and survives the server.
    for version in BOTH {
        for qos in [0, 1, 2] {
            let mut server = Server::standard();
            let mut publisher = server.client(version, "p").await;
            publisher.publish(&Post::new("t", "1").qos(qos).retained()).await;
            publisher.publish(&Post::new("t", "2").qos(qos).retained()).await;
            publisher.publish(&Post::new("t", "3").qos(qos)).await;
            publisher.expect_nothing().await;
            for _ in 0..2 {
                let mut subscriber = server.client(version, "s").await;
                subscriber.subscribe("#", 2).await;
                let delivery = subscriber.take().await;
                assert_eq!((delivery.text(), delivery.retain), ("2", true));
                assert_eq!(delivery.qos.bits(), qos);
                subscriber.expect_nothing().await;
                server.restart().await;
            }
        }
    }
}

#[tokio::test]
async fn a_retained_message_without_payload_removes_what_was_retained() {
    // [MQTT-3.3.1-6, MQTT-3.3.1-7, 3.1.1 MQTT-3.3.1-10, MQTT-3.3.1-11]: those who subscribe already
    // get it like any other.
    for version in BOTH {
        let server = Server::standard();
        let mut publisher = server.client(version, "p").await;
        publisher.publish(&Post::new("t", "1").qos(1).retained()).await;
        let mut early = server.client(version, "e").await;
        early.subscribe("t", 1).await;
        assert!(early.take().await.retain);
        publisher.publish(&Post::new("t", "").qos(1).retained()).await;
        let delivery = early.take().await;
        assert!(delivery.payload.is_empty() && !delivery.retain);
        let mut late = server.client(version, "l").await;
        late.subscribe("t", 1).await;
        late.expect_nothing().await;
    }
}

#[tokio::test]
async fn retain_handling_says_when_retained_messages_are_sent() {
    // [MQTT-3.3.1-9, MQTT-3.3.1-10, MQTT-3.3.1-11]
    let server = Server::standard();
    server.client(V5, "p").await.publish(&Post::new("t", "1").qos(1).retained()).await;
    let cases = [
        (RetainHandling::Send, [true, true]),
        (RetainHandling::SendIfNew, [true, false]),
        (RetainHandling::DoNotSend, [false, false]),
    ];
    for (retain_handling, expected) in cases {
        let mut raw = server.client(V5, "s").await;
        for is_sent in expected {
            raw.ask(&[("t", handling(1, retain_handling))], &properties(&[])).await;
            if is_sent {
                assert_eq!(raw.take_texts(1).await, ["1"]);
            }
            raw.expect_nothing().await;
        }
        raw.leave().await;
    }
}

#[tokio::test]
async fn retained_messages_come_again_with_each_subscription_in_3_1_1() {
    // 3.1.1 [MQTT-3.8.4-3]
    let server = Server::standard();
    server.client(V311, "p").await.publish(&Post::new("t", "1").qos(1).retained()).await;
    let mut raw = server.client(V311, "s").await;
    for _ in 0..2 {
        raw.subscribe("t", 1).await;
        assert_eq!(raw.take_texts(1).await, ["1"]);
    }
}

#[tokio::test]
async fn retain_as_published_keeps_the_flag() {
    // [MQTT-3.3.1-12, MQTT-3.3.1-13]
    let server = Server::standard();
    let mut publisher = server.client(V5, "p").await;
    for keeps in [false, true] {
        let mut raw = server.client(V5, "s").await;
        let options = SubscribeOptions { retain_as_published: keeps, ..at(1) };
        raw.ask(&[("t", options)], &properties(&[])).await;
        publisher.publish(&Post::new("t", "1").qos(1).retained()).await;
        assert_eq!(raw.take().await.retain, keeps);
        publisher.publish(&Post::new("t", "2").qos(1)).await;
        assert!(!raw.take().await.retain);
        publisher.publish(&Post::new("t", "").qos(1).retained()).await;
    }
}

#[tokio::test]
async fn properties_of_a_message_reach_its_receivers_unchanged() {
    // [MQTT-3.3.2-4, MQTT-3.3.2-15 to 3.3.2-20]: live, from a queue, retained, over a restart.
    let told = [
        Property::PayloadIsUtf8(true),
        Property::ContentType("application/json"),
        Property::ResponseTopic("answers/1"),
        Property::CorrelationData(&[0, 255]),
        Property::User(("b", "1")),
        Property::User(("a", "2")),
        Property::User(("b", "3")),
    ];
    let mut post = Post::new("t", "1").qos(1).retained();
    post.properties = properties(&told);
    let mut server = Server::standard();
    let mut live = server.client(V5, "live").await;
    live.subscribe("t", 1).await;
    let mut absent = server.connect(&Hello::lasting(V5, "absent")).await;
    absent.subscribe("t", 1).await;
    absent.leave().await;
    server.client(V5, "p").await.publish(&post).await;
    assert_eq!(live.take().await.properties, properties(&told));
    server.restart().await;
    let mut absent = server.connect(&Hello::lasting(V5, "absent")).await;
    assert_eq!(absent.take().await.properties, properties(&told));
    let mut late = server.client(V5, "late").await;
    late.subscribe("t", 1).await;
    assert_eq!(late.take().await.properties, properties(&told));
}

#[tokio::test]
async fn a_request_gets_its_response() {
    // 5.0 §4.10
    let server = Server::standard();
    let mut asker = server.client(V5, "asker").await;
    asker.subscribe("answers/asker", 1).await;
    let mut answerer = server.client(V5, "answerer").await;
    answerer.subscribe("questions", 1).await;
    let question = Post::new("questions", "?").qos(1);
    let question = question
        .with(Property::ResponseTopic("answers/asker"))
        .with(Property::CorrelationData(b"7"));
    asker.publish(&question).await;
    let asked = answerer.take().await;
    let told = asked.properties.as_properties();
    let answer = Post::new(told.response_topic().unwrap(), "!").qos(1);
    let answer = answer.with(Property::CorrelationData(told.correlation_data().unwrap()));
    answerer.publish(&answer).await;
    let answered = asker.take().await;
    assert_eq!(answered.properties.as_properties().correlation_data(), Some(&b"7"[..]));
}

#[tokio::test]
async fn the_expiry_of_a_message_counts_down_while_it_waits() {
    // [MQTT-3.3.2-5, MQTT-3.3.2-6]: in a queue, and retained.
    let server = Server::standard();
    let mut absent = server.connect(&Hello::lasting(V5, "absent")).await;
    absent.subscribe("t", 1).await;
    absent.leave().await;
    let mut publisher = server.client(V5, "p").await;
    for (text, secs) in [("short", 5), ("long", 60)] {
        let post = Post::new("t", text).qos(1).with(Property::MessageExpirySecs(secs));
        publisher.publish(&post).await;
    }
    let kept = Post::new("kept", "1").qos(1).retained().with(Property::MessageExpirySecs(20));
    publisher.publish(&kept).await;
    server.advance_secs(10);
    let mut absent = server.connect(&Hello::lasting(V5, "absent")).await;
    let delivery = absent.take().await;
    assert_eq!((delivery.text(), delivery.expiry_secs()), ("long", Some(50)));
    absent.expect_nothing().await;
    absent.subscribe("kept", 1).await;
    assert_eq!(absent.take().await.expiry_secs(), Some(10));
    server.advance_secs(10);
    absent.subscribe("kept", 1).await;
    absent.expect_nothing().await;
}

#[tokio::test]
async fn an_alias_of_the_client_stands_for_its_topic() {
    // [MQTT-3.3.2-12], 5.0 §3.3.2.3.4: and can be given to another topic.
    let server = Server::standard();
    let mut subscriber = server.client(V5, "s").await;
    subscriber.subscribe("#", 1).await;
    let mut publisher = server.client(V5, "p").await;
    for (topic, means) in [("a", "a"), ("", "a"), ("b", "b"), ("", "b")] {
        publisher.publish(&Post::new(topic, "1").qos(1).with(alias(32))).await;
        assert_eq!(subscriber.take().await.topic, means);
    }
}

#[tokio::test]
async fn an_alias_that_may_not_be_is_refused() {
    // [MQTT-3.3.2-7 to 3.3.2-9, MQTT-3.3.2-8]: zero, above the maximum, unknown, of an earlier
    // connection.
    let server = Server::standard();
    let cases = [(33, "t", ReasonCode::TopicAliasInvalid), (1, "", ReasonCode::ProtocolError)];
    server.client(V5, "c").await.publish(&Post::new("t", "").with(alias(1))).await;
    for (number, topic, reason) in cases {
        let mut raw = server.client(V5, "c").await;
        raw.post(&Post::new(topic, "1").with(alias(number))).await;
        raw.expect_end(reason).await;
    }
    let mut raw = server.client(V5, "c").await;
    raw.send_bytes(b"\x30\x07\0\x01t\x03\x23\0\0").await;
    raw.expect_end(ReasonCode::TopicAliasInvalid).await;
}

#[tokio::test]
async fn aliases_for_a_client_keep_to_its_maximum() {
    // [MQTT-3.1.2-26, MQTT-3.1.2-27, MQTT-3.3.2-11]
    for most in [0, 2] {
        let server = Server::standard();
        let hello = Hello::new(V5, "s").with(Property::TopicAliasMaximum(most));
        let mut subscriber = server.connect(&hello).await;
        subscriber.subscribe("#", 1).await;
        let mut publisher = server.client(V5, "p").await;
        let mut known = std::collections::HashMap::new();
        for topic in ["a", "a", "b", "c", "a", "c", "b"] {
            publisher.publish(&Post::new(topic, "1").qos(1)).await;
            let delivery = subscriber.take().await;
            assert_eq!(delivery.alias().is_some(), most > 0);
            let alias = delivery.alias().unwrap_or(0);
            assert!(alias <= most);
            if !delivery.topic.is_empty() {
                known.insert(alias, delivery.topic.clone());
            }
            assert_eq!(known[&alias], topic);
        }
    }
}

#[tokio::test]
async fn a_message_carries_the_identifiers_of_its_subscriptions() {
    // [MQTT-3.3.4-3 to 3.3.4-5]: all of them, live, from a queue and over a restart; none where the
    // subscription has none.
    let mut server = Server::standard();
    let mut raw = server.connect(&Hello::lasting(V5, "s")).await;
    raw.ask(&[("a/+", at(1))], &subscription_id(7)).await;
    raw.ask(&[("a/#", at(1))], &subscription_id(268_435_455)).await;
    raw.subscribe("a/b", 1).await;
    raw.subscribe("c", 1).await;
    let mut publisher = server.client(V5, "p").await;
    publisher.publish(&Post::new("a/b", "1").qos(1)).await;
    assert_eq!(raw.take().await.subscription_ids(), [7, 268_435_455]);
    publisher.publish(&Post::new("c", "1").qos(1)).await;
    assert!(raw.take().await.subscription_ids().is_empty());
    raw.leave().await;
    publisher.publish(&Post::new("a/b", "2").qos(1)).await;
    server.restart().await;
    let mut raw = server.connect(&Hello::lasting(V5, "s")).await;
    let mut delivery = raw.take().await;
    if delivery.text() == "1" {
        delivery = raw.take().await;
    }
    assert_eq!(delivery.subscription_ids(), [7, 268_435_455]);
}

#[tokio::test]
async fn a_subscription_identifier_changes_with_its_subscription() {
    // 5.0 §3.8.4: a subscription that replaces another has its own identifier, or none.
    let server = Server::standard();
    let mut raw = server.client(V5, "s").await;
    let mut publisher = server.client(V5, "p").await;
    for id in [Some(1), Some(2), None] {
        let told = id.map_or_else(|| properties(&[]), subscription_id);
        raw.ask(&[("t", at(0))], &told).await;
        publisher.publish(&Post::new("t", "1")).await;
        let expected: Vec<u32> = id.into_iter().collect();
        assert_eq!(raw.take().await.subscription_ids(), expected);
    }
}

#[tokio::test]
async fn a_client_may_not_send_a_subscription_identifier() {
    // [MQTT-3.3.4-6]
    let server = Server::standard();
    let mut raw = server.client(V5, "c").await;
    let id = SubscriptionId::new(1).expect("in range");
    raw.post(&Post::new("t", "1").with(Property::SubscriptionId(id))).await;
    raw.expect_end(ReasonCode::ProtocolError).await;
}

#[tokio::test]
async fn malformed_messages_end_the_connection() {
    // [MQTT-3.3.1-2, MQTT-3.3.1-4, MQTT-3.3.2-1, MQTT-3.3.2-2, MQTT-2.2.1-3]
    let cases: [(&[u8], ReasonCode); 5] = [
        (b"\x38\x04\0\x01t\0", ReasonCode::MalformedPacket),
        (b"\x36\x06\0\x01t\0\x01\0", ReasonCode::MalformedPacket),
        (b"\x30\x06\0\x03a/#\0", ReasonCode::TopicNameInvalid),
        (b"\x32\x06\0\x01t\0\0\0", ReasonCode::ProtocolError),
        (b"\x30\x04\0\x01\xff\0", ReasonCode::MalformedPacket),
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

#[tokio::test]
async fn a_message_that_is_not_allowed_is_refused() {
    // 5.0 §3.4.2.1, [MQTT-3.3.5-2]: QoS 1 and 2 of 5.0 hear so; otherwise the connection ends.
    for version in BOTH {
        for qos in [0, 1, 2] {
            let server = Server::standard();
            server.rules.deny("c", Right::Publish, "t");
            let mut subscriber = server.client(version, "s").await;
            subscriber.subscribe("t", 2).await;
            let mut raw = server.client(version, "c").await;
            let post = Post::new("t", "1").qos(qos);
            if version == V5 && qos > 0 {
                assert_eq!(raw.offer(&post).await, ReasonCode::NotAuthorized);
                raw.publish(&Post::new("u", "1").qos(qos)).await;
            } else {
                raw.post(&post).await;
                raw.expect_end(ReasonCode::NotAuthorized).await;
            }
            subscriber.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn a_message_may_be_allowed_and_its_retention_not() {
    // A right of its own in AWS IoT policies, iot:RetainPublish.
    let server = Server::standard();
    server.rules.deny("c", Right::Retain, "t");
    let mut raw = server.client(V5, "c").await;
    raw.publish(&Post::new("t", "1").qos(1)).await;
    let retained = Post::new("t", "1").qos(1).retained();
    assert_eq!(raw.offer(&retained).await, ReasonCode::NotAuthorized);
}

#[tokio::test]
async fn the_servers_own_topics_are_not_for_clients() {
    // 5.0 §4.7.2
    for topic in ["$SYS/broker", "$aws/events/x", "$share/g/t"] {
        let server = Server::standard();
        let mut raw = server.client(V5, "c").await;
        let reason = raw.offer(&Post::new(topic, "1").qos(1)).await;
        assert_eq!(reason, ReasonCode::NotAuthorized, "{topic}");
    }
}

#[tokio::test]
async fn a_payload_beyond_the_limit_is_refused() {
    // 5.0 §3.4.2.1, reason code 0x97
    let mut settings = Settings::standard();
    settings.limits.max_payload_bytes = 10;
    let server = Server::open(settings);
    let mut raw = server.client(V5, "c").await;
    raw.publish(&Post::new("t", [0; 10]).qos(1)).await;
    let reason = raw.offer(&Post::new("t", [0; 11]).qos(2)).await;
    assert_eq!(reason, ReasonCode::QuotaExceeded);
}

#[tokio::test]
async fn qos_2_is_not_spoken_where_it_is_not_offered() {
    // [MQTT-3.2.2-11]: with the reason code 0x9B.
    let mut settings = Settings::standard();
    settings.limits.announced.qos_max = model::Qos::AtLeastOnce;
    for version in BOTH {
        let server = Server::open(settings.clone());
        let mut raw = server.client(version, "c").await;
        raw.post(&Post::new("t", "1").qos(2)).await;
        raw.expect_end(ReasonCode::QosNotSupported).await;
    }
    let server = Server::open(settings);
    let will = Post::new("t", "1").qos(2);
    let (_raw, welcome) = server.greet(&Hello::new(V5, "c").will(will)).await;
    assert_eq!(welcome.reason, ReasonCode::QosNotSupported);
}

#[tokio::test]
async fn retained_messages_are_not_taken_where_they_are_not_offered() {
    // [MQTT-3.2.2-13, MQTT-3.2.2-14]: with the reason code 0x9A.
    let mut settings = Settings::standard();
    settings.limits.announced.retain_available = false;
    let server = Server::open(settings);
    let (mut raw, welcome) = server.greet(&Hello::new(V5, "c")).await;
    assert_eq!(welcome.properties().retain_available(), Some(false));
    raw.post(&Post::new("t", "1").retained()).await;
    raw.expect_end(ReasonCode::RetainNotSupported).await;
    let will = Post::new("t", "1").retained();
    let (_raw, welcome) = server.greet(&Hello::new(V5, "c").will(will)).await;
    assert_eq!(welcome.reason, ReasonCode::RetainNotSupported);
}

#[tokio::test]
async fn a_message_is_acknowledged_with_its_own_identifier() {
    // [MQTT-2.2.1-5, MQTT-4.3.2-4, MQTT-4.3.3-8]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        raw.post(&Post::new("t", "1").qos(1).id(65_535)).await;
        raw.expect(&Packet::PubAck(Ack::success(65_535))).await;
        raw.post(&Post::new("t", "1").qos(2).id(256)).await;
        raw.expect(&Packet::PubRec(Ack::success(256))).await;
        raw.send(&Packet::PubRel(Ack::success(256))).await;
        assert_eq!(raw.ack(PacketType::PubComp, 256).await, ReasonCode::Success);
    }
}
