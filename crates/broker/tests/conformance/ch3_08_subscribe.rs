use broker::Settings;
use mqtt::{PacketType, ReasonCode, SubscribeOptions};
use testkit::{Post, Right, Server};

use crate::support::{BOTH, V5, V311, at, properties, publish_each, subscription_id};

#[tokio::test]
async fn each_filter_gets_its_own_answer_in_order() {
    // [MQTT-3.8.4-1, MQTT-3.8.4-5 to 3.8.4-7, MQTT-3.9.3-1]
    for version in BOTH {
        let server = Server::standard();
        server.rules.deny("c", Right::Subscribe, "secret");
        let mut raw = server.client(version, "c").await;
        let filters =
            [("a", at(2)), ("secret", at(1)), ("b/#/c", at(1)), ("b", at(0)), ("c", at(1))];
        let codes: Vec<u8> =
            raw.ask(&filters, &properties(&[])).await.into_iter().map(ReasonCode::code).collect();
        match version {
            V311 => assert_eq!(codes, [2, 0x80, 0x80, 0, 1]),
            V5 => assert_eq!(codes, [2, 0x87, 0x8F, 0, 1]),
        }
        assert_eq!(server.broker.subscription_count(), 3);
    }
}

#[tokio::test]
async fn plain_failures_are_all_that_some_clients_know() {
    // 5.0 §3.9.3, reason code 0x80
    let mut settings = Settings::standard();
    settings.plain_subscribe_failures = true;
    let server = Server::open(settings);
    let mut raw = server.client(V5, "c").await;
    let reasons = raw.ask(&[("a/#/b", at(0))], &properties(&[])).await;
    assert_eq!(reasons, [ReasonCode::UnspecifiedError]);
}

#[tokio::test]
async fn a_subscription_replaces_the_one_before_it() {
    // [MQTT-3.8.4-3]: the filter is the same, the QoS may not be; there is one delivery.
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        let mut publisher = server.client(version, "p").await;
        for qos in [2, 0, 1] {
            raw.subscribe("t", qos).await;
            publish_each(&mut publisher, "t", 2, &["1"]).await;
            assert_eq!(raw.take().await.qos.bits(), qos);
            raw.expect_nothing().await;
        }
        assert_eq!(server.broker.subscription_count(), 1);
    }
}

#[tokio::test]
async fn what_one_packet_asks_for_twice_counts_once() {
    // [MQTT-3.8.4-5]: as if it were a sequence of packets.
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        let reasons = raw.ask(&[("t", at(2)), ("t", at(1))], &properties(&[])).await;
        assert_eq!(reasons, [ReasonCode::GrantedQos2, ReasonCode::GrantedQos1]);
        publish_each(&mut server.client(version, "p").await, "t", 2, &["1"]).await;
        assert_eq!(raw.take().await.qos.bits(), 1);
        raw.expect_nothing().await;
    }
}

#[tokio::test]
async fn no_local_spares_a_client_its_own_messages() {
    // [MQTT-3.8.3-3]: by client, live and from the queue of its session.
    let server = Server::standard();
    for hello in [testkit::Hello::new(V5, "c"), testkit::Hello::lasting(V5, "d")] {
        let mut raw = server.connect(&hello).await;
        let options = SubscribeOptions { no_local: true, ..at(1) };
        raw.ask(&[("t", options)], &properties(&[])).await;
        raw.publish(&Post::new("t", "own").qos(1)).await;
        raw.publish(&Post::new("t", "own")).await;
        raw.expect_nothing().await;
        publish_each(&mut server.client(V5, "p").await, "t", 1, &["other"]).await;
        assert_eq!(raw.take_texts(1).await, ["other"]);
    }
}

#[tokio::test]
async fn no_local_is_not_for_shared_subscriptions() {
    // [MQTT-3.8.3-4]
    let server = Server::standard();
    let mut raw = server.client(V5, "c").await;
    raw.send_bytes(b"\x82\x10\0\x01\0\0\x0a$share/g/t\x05").await;
    raw.expect_end(ReasonCode::ProtocolError).await;
}

#[tokio::test]
async fn malformed_subscriptions_end_the_connection() {
    // [MQTT-3.8.1-1, MQTT-3.8.3-2, MQTT-3.8.3-5, MQTT-2.2.1-3]: flags, no filter, reserved options,
    // QoS 3, retain handling 3, identifier 0.
    let cases: [(&[u8], ReasonCode); 5] = [
        (b"\x80\x07\0\x01\0\0\x01t\0", ReasonCode::MalformedPacket),
        (b"\x82\x03\0\x01\0", ReasonCode::ProtocolError),
        (b"\x82\x07\0\x01\0\0\x01t\x40", ReasonCode::MalformedPacket),
        (b"\x82\x07\0\x01\0\0\x01t\x03", ReasonCode::MalformedPacket),
        (b"\x82\x07\0\x01\0\0\x01t\x30", ReasonCode::MalformedPacket),
    ];
    for (bytes, reason) in cases {
        let server = Server::standard();
        let mut raw = server.client(V5, "c").await;
        raw.send_bytes(bytes).await;
        raw.expect_end(reason).await;
    }
    let cases: [&[u8]; 4] = [
        b"\x80\x06\0\x01\0\x01t\0",
        b"\x82\x02\0\x01",
        b"\x82\x06\0\x01\0\x01t\x04",
        b"\x82\x06\0\0\0\x01t\0",
    ];
    for bytes in cases {
        let server = Server::standard();
        let mut raw = server.client(V311, "c").await;
        raw.send_bytes(bytes).await;
        raw.expect_closed().await;
    }
}

#[tokio::test]
async fn what_is_not_available_is_refused_by_name() {
    // 5.0 §3.9.3: reason codes 0x9E, 0xA1, 0xA2.
    let mut settings = Settings::standard();
    settings.limits.announced.shared_subscription_available = false;
    settings.limits.announced.wildcard_subscription_available = false;
    settings.limits.announced.subscription_ids_available = false;
    let server = Server::open(settings);
    let mut raw = server.client(V5, "c").await;
    let reasons = raw.ask(&[("$share/g/t", at(1)), ("a/+", at(1))], &properties(&[])).await;
    let expected = [
        ReasonCode::SharedSubscriptionsNotSupported,
        ReasonCode::WildcardSubscriptionsNotSupported,
    ];
    assert_eq!(reasons, expected);
    let reasons = raw.ask(&[("a", at(1))], &subscription_id(1)).await;
    assert_eq!(reasons, [ReasonCode::SubscriptionIdentifiersNotSupported]);
}

#[tokio::test]
async fn quotas_of_filters_and_subscriptions_hold() {
    // 5.0 §3.9.3, §3.14.2.1, reason code 0x97
    let mut settings = Settings::standard();
    settings.limits.max_filters_per_subscribe = 2;
    settings.limits.max_subscriptions = 3;
    let server = Server::open(settings);
    let mut raw = server.client(V5, "c").await;
    raw.ask(&[("a", at(1)), ("b", at(1))], &properties(&[])).await;
    let reasons = raw.ask(&[("c", at(1)), ("d", at(1))], &properties(&[])).await;
    assert_eq!(reasons, [ReasonCode::GrantedQos1, ReasonCode::QuotaExceeded]);
    raw.subscribe("a", 0).await;
    raw.send_bytes(b"\x82\x0f\0\x01\0\0\x01a\0\0\x01b\0\0\x01c\0").await;
    raw.expect_end(ReasonCode::QuotaExceeded).await;
}

#[tokio::test]
async fn retained_messages_come_after_the_suback_and_before_later_ones() {
    // [MQTT-3.8.4-4] allows either order; ours is fixed.
    for version in BOTH {
        let server = Server::standard();
        let mut publisher = server.client(version, "p").await;
        publisher.publish(&Post::new("t", "kept").qos(1).retained()).await;
        let mut raw = server.client(version, "c").await;
        raw.send_bytes(match version {
            V311 => b"\x82\x06\0\x01\0\x01t\x01\xC0\0",
            V5 => b"\x82\x07\0\x01\0\0\x01t\x01\xC0\0",
        })
        .await;
        raw.expect_type(PacketType::SubAck).await;
        assert_eq!(raw.take().await.text(), "kept");
        raw.expect_type(PacketType::PingResp).await;
        publish_each(&mut publisher, "t", 1, &["live"]).await;
        assert_eq!(raw.take().await.text(), "live");
    }
}
