//! Where AWS IoT differs from the specification, and its quotas.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use broker::Settings;
use mqtt::{
    Packet, Properties, PropertiesBuf, Property, ReasonCode, Subscribe, SubscribeFilter,
    SubscribeOptions, SubscriptionId, Version,
};
use testkit::{Hello, Post, Raw, Server};

const BOTH: [Version; 2] = [Version::V311, Version::V5];

fn aws() -> Server {
    Server::open(Settings::aws())
}

async fn ask(raw: &mut Raw, filter: &str) -> ReasonCode {
    let options = SubscribeOptions::at(model::Qos::AtLeastOnce);
    raw.ask(&[(filter, options)], &PropertiesBuf::new()).await[0]
}

#[tokio::test]
async fn a_multi_level_wildcard_does_not_match_its_parent() {
    for version in BOTH {
        let server = aws();
        let mut raw = server.client(version, "s").await;
        raw.subscribe("sensor/#", 1).await;
        let mut publisher = server.client(version, "p").await;
        for topic in ["sensor", "sensor/", "sensor/a/b"] {
            publisher.publish(&Post::new(topic, "1").qos(1)).await;
        }
        assert_eq!(raw.take().await.topic, "sensor/");
        assert_eq!(raw.take().await.topic, "sensor/a/b");
        raw.expect_nothing().await;
    }
}

#[tokio::test]
async fn retained_messages_are_for_exact_filters() {
    for version in BOTH {
        let server = aws();
        let mut publisher = server.client(version, "p").await;
        publisher.publish(&Post::new("a/b", "1").qos(1).retained()).await;
        let mut raw = server.client(version, "s").await;
        for filter in ["a/+", "a/#", "#"] {
            raw.subscribe(filter, 1).await;
            raw.expect_nothing().await;
        }
        raw.subscribe("a/b", 1).await;
        assert!(raw.take().await.retain);
    }
}

#[tokio::test]
async fn qos_2_is_not_spoken() {
    for version in BOTH {
        let server = aws();
        let mut raw = server.client(version, "c").await;
        let qos_2 = SubscribeOptions::at(model::Qos::ExactlyOnce);
        let reasons = raw.ask(&[("t", qos_2)], &PropertiesBuf::new()).await;
        assert_eq!(reasons, [ReasonCode::GrantedQos1]);
        raw.post(&Post::new("t", "1").qos(2)).await;
        raw.expect_end(ReasonCode::QosNotSupported).await;
    }
}

#[tokio::test]
async fn a_subscribe_has_at_most_eight_filters() {
    for version in BOTH {
        for (count, is_taken) in [(8, true), (9, false)] {
            let server = aws();
            let mut raw = server.client(version, "c").await;
            let names: Vec<String> = (0..count).map(|number| format!("t/{number}")).collect();
            let options = SubscribeOptions::default();
            let filters = names.iter().map(|filter| SubscribeFilter { filter, options }).collect();
            let properties = Properties::NONE;
            raw.send(&Packet::Subscribe(Subscribe { packet_id: 1, properties, filters })).await;
            match is_taken {
                true => raw.expect_type(mqtt::PacketType::SubAck).await,
                false => raw.expect_end(ReasonCode::QuotaExceeded).await,
            }
        }
    }
}

#[tokio::test]
async fn a_connection_has_at_most_fifty_subscriptions() {
    for version in BOTH {
        let server = aws();
        let mut raw = server.client(version, "c").await;
        for number in 0..50 {
            assert_eq!(ask(&mut raw, &format!("t/{number}")).await, ReasonCode::GrantedQos1);
        }
        assert!(ask(&mut raw, "t/50").await.is_failure());
        // One that is known may be renewed, and one that is given up makes room.
        assert_eq!(ask(&mut raw, "t/7").await, ReasonCode::GrantedQos1);
        raw.unsubscribe(&["t/7"]).await;
        assert_eq!(ask(&mut raw, "t/50").await, ReasonCode::GrantedQos1);
    }
}

#[tokio::test]
async fn topics_have_at_most_256_bytes_and_seven_slashes() {
    for (topic, is_allowed) in [
        ("a".repeat(256), true),
        ("a".repeat(257), false),
        ("a/b/c/d/e/f/g/h".to_owned(), true),
        ("a/b/c/d/e/f/g/h/i".to_owned(), false),
    ] {
        for version in BOTH {
            let server = aws();
            let mut raw = server.client(version, "c").await;
            assert_eq!(ask(&mut raw, &topic).await.is_failure(), !is_allowed);
            raw.post(&Post::new(&topic, "1")).await;
            match is_allowed {
                true => assert_eq!(raw.take().await.topic, topic),
                false => raw.expect_end(ReasonCode::TopicNameInvalid).await,
            }
        }
    }
}

#[tokio::test]
async fn payloads_have_at_most_128_kib() {
    let server = aws();
    let mut raw = server.client(Version::V5, "c").await;
    raw.publish(&Post::new("t", vec![0; 131_072]).qos(1)).await;
    let reason = raw.offer(&Post::new("t", vec![0; 131_073]).qos(1)).await;
    assert_eq!(reason, ReasonCode::QuotaExceeded);
    let mut old = server.client(Version::V311, "d").await;
    old.publish(&Post::new("t", vec![0; 131_072]).qos(1)).await;
    old.post(&Post::new("t", vec![0; 131_073]).qos(1)).await;
    old.expect_closed().await;
}

#[tokio::test]
async fn client_ids_have_at_most_128_bytes() {
    for version in BOTH {
        let server = aws();
        server.client(version, &"c".repeat(128)).await;
        let (_raw, welcome) = server.greet(&Hello::new(version, &"c".repeat(129))).await;
        assert_eq!(welcome.reason, ReasonCode::ClientIdentifierNotValid);
    }
}

#[tokio::test]
async fn subscription_identifiers_are_not_supported() {
    let server = aws();
    let mut raw = server.client(Version::V5, "c").await;
    let mut properties = PropertiesBuf::new();
    let id = SubscriptionId::new(1).expect("in range");
    properties.push(Property::SubscriptionId(id)).expect("short");
    let reasons = raw.ask(&[("t", SubscribeOptions::default())], &properties).await;
    assert_eq!(reasons, [ReasonCode::SubscriptionIdentifiersNotSupported]);
}

#[tokio::test]
async fn a_session_lives_for_an_hour_at_most() {
    for version in BOTH {
        for (secs, is_present) in [(3_599, true), (3_601, false)] {
            let server = aws();
            server.connect(&Hello::lasting(version, "c")).await.leave().await;
            server.rules.farewell("c").await;
            server.advance_secs(secs);
            let (_raw, welcome) = server.greet(&Hello::lasting(version, "c")).await;
            assert_eq!(welcome.session_present, is_present);
        }
    }
}

#[tokio::test]
async fn aliases_go_up_to_eight() {
    let server = aws();
    let mut raw = server.client(Version::V5, "c").await;
    let alias = |number: u16| Property::TopicAlias(number.try_into().expect("not zero"));
    raw.publish(&Post::new("t", "1").with(alias(8))).await;
    raw.post(&Post::new("t", "1").with(alias(9))).await;
    raw.expect_end(ReasonCode::TopicAliasInvalid).await;
}

#[tokio::test]
async fn a_client_whose_id_is_taken_has_its_will_sent() {
    for version in BOTH {
        let server = aws();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("will", 1).await;
        let hello = Hello::new(version, "c").will(Post::new("will", "gone").qos(1));
        let _first = server.connect(&hello).await;
        let _second = server.connect(&hello).await;
        assert_eq!(watcher.take_texts(1).await, ["gone"]);
        watcher.expect_nothing().await;
    }
}
