use broker::{Farewell, Settings};
use mqtt::{ConnAck, Packet, PacketType, Property, ReasonCode};
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5, V311, properties};

#[tokio::test]
async fn the_first_packet_is_connect() {
    // A connection whose first packet is another is closed without an answer [MQTT-3.1.0-1].
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.dial(version);
        raw.send(&Packet::PingReq).await;
        raw.expect_closed().await;
    }
}

#[tokio::test]
async fn a_second_connect_ends_the_connection() {
    // [MQTT-3.1.0-2]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        raw.send_bytes(&Hello::new(version, "c").to_bytes()).await;
        raw.expect_end(ReasonCode::ProtocolError).await;
        assert_eq!(server.rules.farewell("c").await, Farewell::ClientError);
    }
}

#[tokio::test]
async fn another_protocol_name_gets_no_answer() {
    // [MQTT-3.1.2-1]
    let server = Server::standard();
    let mut raw = server.dial(V5);
    let mut bytes = Hello::new(V5, "c").to_bytes();
    bytes[4..8].copy_from_slice(b"HTTP");
    raw.send_bytes(&bytes).await;
    raw.expect_closed().await;
}

#[tokio::test]
async fn an_unknown_protocol_level_is_refused_in_words_that_its_sender_reads() {
    // [MQTT-3.1.2-2]: below 5 with return code 1 of 3.1.1, from 6 on with 0x84.
    for (level, version) in [(3, V311), (6, V5)] {
        let server = Server::standard();
        let mut raw = server.dial(version);
        let mut bytes = Hello::new(version, "c").to_bytes();
        bytes[8] = level;
        raw.send_bytes(&bytes).await;
        let refusal = ConnAck::refusal(ReasonCode::UnsupportedProtocolVersion);
        raw.expect(&Packet::ConnAck(refusal)).await;
        raw.expect_closed().await;
    }
}

#[tokio::test]
async fn the_name_of_version_3_1_is_refused() {
    // [MQTT-3.1.2-1, MQTT-3.1.2-2]
    let server = Server::standard();
    let mut raw = server.dial(V311);
    raw.send_bytes(b"\x10\x0f\0\x06MQIsdp\x03\x02\0\0\0\x01c").await;
    let refusal = ConnAck::refusal(ReasonCode::UnsupportedProtocolVersion);
    raw.expect(&Packet::ConnAck(refusal)).await;
    raw.expect_closed().await;
}

#[tokio::test]
async fn a_malformed_connect_is_refused_in_5_and_dropped_in_3_1_1() {
    // [MQTT-3.1.2-3, MQTT-3.1.4-1]: 3.1.1 closes without a CONNACK, 5.0 may say why.
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.dial(version);
        let mut bytes = Hello::new(version, "c").to_bytes();
        bytes[9] |= 1;
        raw.send_bytes(&bytes).await;
        if version == V5 {
            raw.expect(&Packet::ConnAck(ConnAck::refusal(ReasonCode::MalformedPacket))).await;
        }
        raw.expect_closed().await;
    }
}

#[tokio::test]
async fn a_clean_start_finds_and_leaves_no_session() {
    // [MQTT-3.1.2-4, MQTT-3.2.2-2]
    for version in BOTH {
        let server = Server::standard();
        let mut first = server.connect(&Hello::lasting(version, "c")).await;
        first.subscribe("t", 1).await;
        first.leave().await;
        let (mut second, welcome) = server.greet(&Hello::new(version, "c")).await;
        assert!(!welcome.session_present);
        let mut publisher = server.client(version, "p").await;
        publisher.publish(&Post::new("t", "1").qos(1)).await;
        second.expect_nothing().await;
        assert_eq!(server.broker.subscription_count(), 0);
    }
}

#[tokio::test]
async fn a_session_is_resumed_if_there_is_one() {
    // [MQTT-3.1.2-5, MQTT-3.1.2-6]
    for version in BOTH {
        let server = Server::standard();
        let (mut first, welcome) = server.greet(&Hello::lasting(version, "c")).await;
        assert!(!welcome.session_present);
        first.subscribe("t", 1).await;
        first.leave().await;
        let mut publisher = server.client(version, "p").await;
        publisher.publish(&Post::new("t", "1").qos(1)).await;
        let (mut second, welcome) = server.greet(&Hello::lasting(version, "c")).await;
        assert!(welcome.session_present);
        assert_eq!(second.take_texts(1).await, ["1"]);
        publisher.publish(&Post::new("t", "2").qos(1)).await;
        assert_eq!(second.take_texts(1).await, ["2"]);
    }
}

#[tokio::test]
async fn a_session_that_was_to_end_is_not_inherited_by_the_connection_that_takes_over() {
    // The session ends when the network connection is closed (5.0 §3.1.2.11.2, 3.1.1 §3.1.2.4), and
    // taking over closes it.
    for version in BOTH {
        let server = Server::standard();
        let mut first = server.client(version, "c").await;
        first.subscribe("t", 1).await;
        let (mut second, welcome) = server.greet(&Hello::lasting(version, "c")).await;
        assert!(!welcome.session_present);
        assert_eq!(server.broker.subscription_count(), 0);
        let mut publisher = server.client(version, "p").await;
        publisher.publish(&Post::new("t", "1").qos(1)).await;
        second.expect_nothing().await;
    }
}

#[tokio::test]
async fn a_session_resumed_without_expiry_is_not_inherited_either() {
    // 5.0 §3.1.2.11.2: an expiry of 0 ends the session with this connection, however old it is.
    let server = Server::standard();
    server.connect(&Hello::lasting(V5, "c")).await.leave().await;
    let (mut second, welcome) = server.greet(&Hello::new(V5, "c").resuming()).await;
    assert!(welcome.session_present);
    second.subscribe("t", 1).await;
    let (_third, welcome) = server.greet(&Hello::lasting(V5, "c")).await;
    assert!(!welcome.session_present);
    assert_eq!(server.broker.subscription_count(), 0);
}

#[tokio::test]
async fn a_session_resumed_without_expiry_ends_with_its_connection() {
    // 5.0 §3.1.2.11.2
    let mut server = Server::standard();
    server.connect(&Hello::lasting(V5, "c")).await.leave().await;
    let second = server.connect(&Hello::new(V5, "c").resuming()).await;
    second.leave().await;
    server.rules.farewell("c").await;
    assert_eq!(server.broker.session_count(), 0);
    server.restart().await;
    assert_eq!(server.broker.session_count(), 0);
}

#[tokio::test]
async fn the_will_is_sent_when_the_connection_breaks() {
    // [MQTT-3.1.2-8, MQTT-3.1.2-14]
    for version in BOTH {
        for qos in [0, 1, 2] {
            let server = Server::standard();
            let mut watcher = server.client(version, "w").await;
            watcher.subscribe("will", 2).await;
            let will = Post::new("will", "gone").qos(qos);
            server.connect(&Hello::new(version, "c").will(will)).await.vanish();
            let delivery = watcher.take().await;
            assert_eq!((delivery.text(), delivery.qos.bits()), ("gone", qos));
            assert!(!delivery.retain);
        }
    }
}

#[tokio::test]
async fn the_will_is_retained_if_it_asks_for_it() {
    // [MQTT-3.1.2-15]
    for version in BOTH {
        let server = Server::standard();
        let will = Post::new("will", "gone").qos(1).retained();
        server.connect(&Hello::new(version, "c").will(will)).await.vanish();
        server.rules.farewell("c").await;
        let mut watcher = server.client(version, "w").await;
        watcher.expect_nothing().await;
        watcher.subscribe("will", 1).await;
        let delivery = watcher.take().await;
        assert_eq!((delivery.text(), delivery.retain), ("gone", true));
    }
}

#[tokio::test]
async fn a_client_that_says_good_bye_has_no_will() {
    // [MQTT-3.1.2-10]
    for version in BOTH {
        let mut server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("will", 1).await;
        let hello = Hello::new(version, "c").will(Post::new("will", "gone").qos(1));
        server.connect(&hello).await.leave().await;
        server.rules.farewell("c").await;
        watcher.expect_nothing().await;
        // Nor after a restart.
        server.restart().await;
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("will", 1).await;
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn a_client_that_breaks_the_protocol_has_its_will_sent() {
    // 5.0 §3.1.2.5: the server closes the connection because of a protocol error.
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("will", 1).await;
        let hello = Hello::new(version, "c").will(Post::new("will", "gone").qos(1));
        let mut raw = server.connect(&hello).await;
        raw.send_bytes(&[0x00, 0x00]).await;
        assert_eq!(watcher.take().await.text(), "gone");
    }
}

#[tokio::test]
async fn a_will_waits_for_its_delay() {
    // 5.0 §3.1.3.2.2 [MQTT-3.1.3-9]
    let server = Server::standard();
    let mut watcher = server.client(V5, "w").await;
    watcher.subscribe("will", 1).await;
    let will = Post::new("will", "gone").qos(1).with(Property::WillDelaySecs(10));
    server.connect(&Hello::new(V5, "c").expiring(60).will(will)).await.vanish();
    server.rules.farewell("c").await;
    server.advance_secs(9);
    watcher.expect_nothing().await;
    server.advance_secs(1);
    assert_eq!(watcher.take().await.text(), "gone");
    watcher.expect_nothing().await;
}

#[tokio::test]
async fn a_client_that_is_back_in_time_has_no_will_sent() {
    // [MQTT-3.1.3-9], by a new connection after the old one and by one that takes it over.
    for takes_over in [false, true] {
        let server = Server::standard();
        let mut watcher = server.client(V5, "w").await;
        watcher.subscribe("will", 1).await;
        let will = Post::new("will", "gone").qos(1).with(Property::WillDelaySecs(10));
        let first = server.connect(&Hello::new(V5, "c").expiring(60).will(will)).await;
        let _kept = if takes_over {
            Some(first)
        } else {
            first.vanish();
            server.rules.farewell("c").await;
            None
        };
        let _second = server.connect(&Hello::new(V5, "c").resuming().expiring(60)).await;
        server.advance_secs(11);
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn a_will_is_sent_no_later_than_its_session_ends() {
    // 5.0 §3.1.3.2.2: by expiry, by a clean start, and at once where the session has no expiry.
    for ending in ["expiry", "clean start", "none"] {
        let server = Server::standard();
        let mut watcher = server.client(V5, "w").await;
        watcher.subscribe("will", 1).await;
        let will = Post::new("will", "gone").qos(1).with(Property::WillDelaySecs(100));
        let expiry_secs = if ending == "none" { 0 } else { 10 };
        let hello = Hello::new(V5, "c").expiring(expiry_secs).will(will);
        server.connect(&hello).await.vanish();
        server.rules.farewell("c").await;
        match ending {
            "expiry" => server.advance_secs(11),
            "clean start" => server.client(V5, "c").await.leave().await,
            _ => {}
        }
        assert_eq!(watcher.take().await.text(), "gone", "{ending}");
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn a_connection_that_is_taken_over_has_its_will_sent() {
    // 5.0 §3.1.4: without a delay, the will of the connection that was closed is published.
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("will", 1).await;
        let hello = Hello::new(version, "c").will(Post::new("will", "gone").qos(1));
        let mut first = server.connect(&hello).await;
        let _second = server.client(version, "c").await;
        first.expect_end(ReasonCode::SessionTakenOver).await;
        assert_eq!(server.rules.farewell("c").await, Farewell::DuplicateClientId);
        assert_eq!(watcher.take().await.text(), "gone");
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn a_will_carries_its_properties() {
    // 5.0 §3.1.3.2
    let server = Server::standard();
    let mut watcher = server.client(V5, "w").await;
    watcher.subscribe("will", 1).await;
    let told = [
        Property::PayloadIsUtf8(true),
        Property::MessageExpirySecs(60),
        Property::ContentType("text"),
        Property::ResponseTopic("answer"),
        Property::CorrelationData(b"1"),
        Property::User(("b", "1")),
        Property::User(("a", "2")),
    ];
    let mut will = Post::new("will", "gone").qos(1);
    will.properties = properties(&told);
    server.connect(&Hello::new(V5, "c").will(will)).await.vanish();
    assert_eq!(watcher.take().await.properties, properties(&told));
}

#[tokio::test]
async fn wills_survive_the_server() {
    // 5.0 §3.1.2.5, 4.1: what was connected when the server was killed is gone when it starts, each
    // time that this happens.
    for version in BOTH {
        let mut server = Server::standard();
        let mut watcher = server.connect(&Hello::lasting(version, "w")).await;
        watcher.subscribe("will", 1).await;
        for round in ["1", "2"] {
            let hello = Hello::new(version, "c").will(Post::new("will", round).qos(1));
            let _c = server.connect(&hello).await;
            server.restart().await;
            watcher = server.connect(&Hello::lasting(version, "w")).await;
            assert_eq!(watcher.take_texts(1).await, [round]);
            watcher.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn the_will_of_a_second_connection_survives_the_server_too() {
    // As above, where the connection before it, just gone, had a will of its own that is forgotten.
    for version in BOTH {
        for takes_over in [false, true] {
            let mut server = Server::standard();
            let mut watcher = server.connect(&Hello::lasting(version, "w")).await;
            watcher.subscribe("will", 1).await;
            let hello = |text: &str| Hello::new(version, "c").will(Post::new("will", text).qos(1));
            let first = server.connect(&hello("1")).await;
            let kept = if takes_over {
                Some(first)
            } else {
                first.leave().await;
                server.rules.farewell("c").await;
                None
            };
            let _second = server.connect(&hello("2")).await;
            if kept.is_some() {
                assert_eq!(watcher.take_texts(1).await, ["1"]);
            }
            // What was to be deleted is deleted by the turn that this takes.
            watcher.expect_nothing().await;
            server.restart().await;
            watcher = server.connect(&Hello::lasting(version, "w")).await;
            assert_eq!(watcher.take_texts(1).await, ["2"]);
            watcher.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn a_client_that_is_back_after_the_servers_death_forestalls_its_will() {
    // [MQTT-3.1.3-9]: the delay counts from the start of the server.
    for is_back in [true, false] {
        let mut server = Server::standard();
        let mut watcher = server.connect(&Hello::lasting(V5, "w")).await;
        watcher.subscribe("will", 1).await;
        let will = Post::new("will", "gone").qos(1).with(Property::WillDelaySecs(10));
        let _c = server.connect(&Hello::lasting(V5, "c").will(will)).await;
        server.restart().await;
        watcher = server.connect(&Hello::lasting(V5, "w")).await;
        let back =
            if is_back { Some(server.connect(&Hello::lasting(V5, "c")).await) } else { None };
        watcher.expect_nothing().await;
        server.advance_secs(11);
        if back.is_none() {
            assert_eq!(watcher.take_texts(1).await, ["gone"]);
        }
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn a_delayed_will_is_sent_at_the_start_if_its_session_ended_with_the_server() {
    // 5.0 §3.1.3.2.2: a session without expiry ended when its connection did.
    let mut server = Server::standard();
    let mut watcher = server.connect(&Hello::lasting(V5, "w")).await;
    watcher.subscribe("will", 1).await;
    let will = Post::new("will", "gone").qos(1).with(Property::WillDelaySecs(1_000));
    let _c = server.connect(&Hello::new(V5, "c").will(will)).await;
    server.restart().await;
    watcher = server.connect(&Hello::lasting(V5, "w")).await;
    assert_eq!(watcher.take_texts(1).await, ["gone"]);
}

#[tokio::test]
async fn a_will_that_is_not_allowed_is_refused_with_its_connect() {
    // 5.0 §3.1.3.3, §3.2.2.2: the topic of the server, and a payload beyond the limit.
    let mut settings = Settings::standard();
    settings.limits.max_payload_bytes = 10;
    let server = Server::open(settings);
    for (will, reason) in [
        (Post::new("$SYS/x", ""), ReasonCode::TopicNameInvalid),
        (Post::new("t", [0; 11]), ReasonCode::QuotaExceeded),
    ] {
        let (mut raw, welcome) = server.greet(&Hello::new(V5, "c").will(will)).await;
        assert_eq!(welcome.reason, reason);
        raw.expect_closed().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_gone_after_one_and_a_half_keep_alives() {
    // [MQTT-3.1.2-22, 3.1.1 MQTT-3.1.2-24]
    for version in BOTH {
        let server = Server::standard().endlessly_patient();
        let mut raw = server.connect(&Hello::new(version, "c").keep_alive(10)).await;
        let connected = tokio::time::Instant::now();
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        raw.ping().await;
        raw.expect_end(ReasonCode::KeepAliveTimeout).await;
        let lived = connected.elapsed().as_millis();
        assert!((25_000..25_100).contains(&lived), "{lived} ms");
        assert_eq!(server.rules.farewell("c").await, Farewell::KeepAliveTimeout);
    }
}

#[tokio::test(start_paused = true)]
async fn a_keep_alive_of_zero_is_none() {
    // 5.0 §3.1.2.10
    for version in BOTH {
        let server = Server::standard().endlessly_patient();
        let mut raw = server.connect(&Hello::new(version, "c").keep_alive(0)).await;
        tokio::time::sleep(std::time::Duration::from_secs(100_000)).await;
        raw.ping().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_finish_its_connect_in_time_is_dropped() {
    // 5.0 §3.1: the server should close a connection on which no CONNECT comes.
    let server = Server::standard().endlessly_patient();
    for bytes in [&b""[..], b"\x10", b"\x10\x10\0\x04MQ"] {
        let mut raw = server.dial(V5);
        let dialled = tokio::time::Instant::now();
        raw.send_bytes(bytes).await;
        raw.expect_closed().await;
        assert_eq!(dialled.elapsed().as_secs(), 20);
    }
}

#[tokio::test]
async fn packets_may_come_right_behind_connect() {
    // 5.0 §3.1.4: clients need not wait for CONNACK, nor for any answer before they send more.
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("t", 1).await;
        let mut raw = server.dial(version);
        let mut bytes = Hello::new(version, "c").to_bytes();
        Post::new("t", "hi").qos(1).as_publish(1).encode(version, &mut bytes).unwrap();
        bytes.extend_from_slice(match version {
            V311 => b"\x82\x06\0\x02\0\x01u\x01",
            V5 => b"\x82\x07\0\x02\0\0\x01u\x01",
        });
        Packet::PingReq.encode(version, &mut bytes).unwrap();
        raw.send_bytes(&bytes).await;
        let answers =
            [PacketType::ConnAck, PacketType::PubAck, PacketType::SubAck, PacketType::PingResp];
        for answer in answers {
            raw.expect_type(answer).await;
        }
        assert_eq!(watcher.take_texts(1).await, ["hi"]);
    }
}

#[tokio::test]
async fn a_client_without_a_name_gets_one() {
    // [MQTT-3.1.3-6, MQTT-3.1.3-7]: each its own, which 5.0 is told.
    for version in BOTH {
        let server = Server::standard();
        let (_first, one) = server.greet(&Hello::new(version, "")).await;
        let (_second, other) = server.greet(&Hello::new(version, "")).await;
        assert_eq!(server.broker.connected(), 2);
        if version == V5 {
            let names =
                [one.properties().assigned_client_id(), other.properties().assigned_client_id()];
            assert!(names[0].is_some() && names[1].is_some() && names[0] != names[1]);
        }
    }
}

#[tokio::test]
async fn a_client_without_a_name_can_keep_no_session_in_3_1_1() {
    // 3.1.1 [MQTT-3.1.3-8]
    let server = Server::standard();
    let (mut raw, welcome) = server.greet(&Hello::lasting(V311, "")).await;
    assert_eq!(welcome.reason, ReasonCode::ClientIdentifierNotValid);
    raw.expect_closed().await;
}

#[tokio::test]
async fn a_refused_client_hears_why() {
    // [MQTT-3.1.4-2, MQTT-3.2.2-6]
    for version in BOTH {
        let server = Server::standard();
        server.rules.revoke("c");
        let (mut raw, welcome) = server.greet(&Hello::new(version, "c")).await;
        assert_eq!(welcome.reason, ReasonCode::NotAuthorized);
        raw.expect_closed().await;
    }
}
