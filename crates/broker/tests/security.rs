//! What others' brokers were broken by, tried on ours. Each test is named for the advisory whose
//! class it covers, or for the promise that it holds.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use broker::{Farewell, Settings};
use mqtt::{Ack, Packet, PacketType, Property, ReasonCode, Version};
use testkit::{Hello, Post, Right, Server};

const BOTH: [Version; 2] = [Version::V311, Version::V5];

/// The server still serves others.
async fn assert_alive(server: &Server) {
    let mut raw = server.client(Version::V5, "alive").await;
    raw.subscribe("alive", 1).await;
    raw.publish(&Post::new("alive", "1").qos(1)).await;
    assert_eq!(raw.take_texts(1).await, ["1"]);
    raw.leave().await;
}

// === before identity ===

#[tokio::test]
async fn cve_2017_7651_a_huge_first_packet_is_refused_by_its_header() {
    // As CVE-2023-0809: whatever it says that it is, and before its bytes are kept.
    let server = Server::standard();
    for first in [0x10, 0x30, 0x82, 0xF0] {
        for length in [&b"\xFF\xFF\xFF\x7F"[..], b"\xFF\xFF\x3F", b"\x80\x80\x10"] {
            let mut raw = server.dial(Version::V5);
            raw.send_bytes(&[&[first], length].concat()).await;
            raw.expect_closed().await;
        }
    }
    assert_alive(&server).await;
    assert_eq!(server.broker.counters().refused_connections.get(), 12);
}

#[tokio::test]
async fn the_largest_honest_connect_is_taken() {
    // The bound above leaves room for a will and a password of the protocol's largest size.
    for version in BOTH {
        let server = Server::standard();
        let mut hello = Hello::new(version, "c").will(Post::new("t", vec![0; 65_535]));
        hello.user_name = Some("u".to_owned());
        hello.password = Some(vec![0; 65_535]);
        server.connect(&hello).await;
    }
}

#[tokio::test]
async fn cve_2020_13849_two_thousand_silent_connections_stop_nobody() {
    let server = Server::standard();
    let mut silent = Vec::new();
    for number in 0..2_000 {
        let mut raw = server.dial_through(Version::V5, 64);
        if number % 2 == 0 {
            raw.send_bytes(b"\x10\x7F\0\x04MQTT").await;
        }
        silent.push(raw);
    }
    assert_alive(&server).await;
    assert_eq!(server.broker.connected(), 0);
}

#[tokio::test]
async fn no_more_connections_are_held_than_may_be() {
    let mut settings = Settings::standard();
    settings.limits.max_connections = 10;
    let server = Server::open(settings);
    let mut held = Vec::new();
    for number in 0..10 {
        held.push(server.client(Version::V5, &number.to_string()).await);
    }
    server.dial(Version::V5).expect_closed().await;
    held.pop().expect("ten are held").leave().await;
    server.rules.farewell("9").await;
    held[0].ping().await;
}

#[tokio::test]
async fn cve_2026_32696_absent_credentials_are_none() {
    // A user name without a password, a password without a user name, and neither.
    let server = Server::standard();
    for (user_name, password) in [(Some("u"), None), (None, Some("p")), (Some(""), Some(""))] {
        let mut hello = Hello::new(Version::V5, "c");
        hello.user_name = user_name.map(str::to_owned);
        hello.password = password.map(|password| password.as_bytes().to_vec());
        server.connect(&hello).await;
    }
}

#[tokio::test]
async fn cve_2023_3592_wills_that_may_not_be_leave_nothing_behind() {
    let server = Server::standard();
    for property in [Property::TopicAliasMaximum(1), Property::SessionExpirySecs(1)] {
        for _ in 0..50 {
            let hello = Hello::new(Version::V5, "c").will(Post::new("t", "1").with(property));
            let (mut raw, welcome) = server.greet(&hello).await;
            assert_eq!(welcome.reason, ReasonCode::MalformedPacket);
            raw.expect_closed().await;
        }
    }
    assert_eq!(server.broker.session_count(), 0);
}

// === packets ===

#[tokio::test]
async fn cve_2018_12543_publishing_to_reserved_topics_ends_one_connection_at_most() {
    let server = Server::standard();
    for topic in ["$", "$SYS", "$SYS/", "$aws/", "$share/", "$share/a", "$share/a/b", "$$/", "$x"] {
        for version in BOTH {
            for qos in [0, 1, 2] {
                let mut raw = server.client(version, "c").await;
                raw.post(&Post::new(topic, "1").qos(qos).retained()).await;
            }
        }
    }
    assert_alive(&server).await;
}

#[tokio::test]
async fn cve_2021_28166_packets_of_a_server_end_one_connection() {
    let server = Server::standard();
    for first in [0x20, 0x90, 0xB0, 0xD0, 0x00] {
        for version in BOTH {
            for body in [&b"\x00"[..], b"\x02\0\0", b"\x03\0\x01\0"] {
                let mut raw = server.client(version, "c").await;
                raw.send_bytes(&[&[first], body].concat()).await;
                raw.await_end().await;
                let mut raw = server.dial(version);
                raw.send_bytes(&[&[first], body].concat()).await;
                raw.await_end().await;
            }
        }
    }
    assert_alive(&server).await;
}

#[tokio::test]
async fn cve_2021_34432_a_topic_of_no_length_is_an_error() {
    let server = Server::standard();
    for (version, bytes) in
        [(Version::V311, &b"\x30\x03\0\0x"[..]), (Version::V5, b"\x30\x04\0\0\0x")]
    {
        let mut raw = server.client(version, "c").await;
        raw.send_bytes(bytes).await;
        raw.expect_end(ReasonCode::ProtocolError).await;
    }
    assert_alive(&server).await;
}

#[tokio::test]
async fn cve_2019_11779_deep_topics_are_refused() {
    // A topic of 65,535 levels overflows the stack of whoever walks it by recursion.
    let server = Server::standard();
    let mut raw = server.client(Version::V5, "c").await;
    for filter in
        ["/".repeat(65_535), "+/".repeat(30_000), "$share/g/".to_owned() + &"/".repeat(60_000)]
    {
        let asked = mqtt::SubscribeOptions::default();
        let reasons = raw.ask(&[(&filter, asked)], &mqtt::PropertiesBuf::new()).await;
        assert!(reasons[0].is_failure());
    }
    assert_alive(&server).await;
}

#[tokio::test]
async fn cve_2025_66168_a_length_that_overflows_smuggles_nothing() {
    // As CVE-2026-40046 and CVE-2026-21888: five length bytes end the connection, and what stands
    // behind them is not read as packets.
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("#", 1).await;
        let mut raw = server.client(version, "c").await;
        let mut bytes = b"\x30\x80\x80\x80\x80\x00".to_vec();
        Post::new("smuggled", "1").as_publish(0).encode(version, &mut bytes).unwrap();
        raw.send_bytes(&bytes).await;
        raw.expect_end(ReasonCode::MalformedPacket).await;
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn cve_2024_50948_any_bytes_end_one_connection_at_most() {
    // Each packet type with each length of a body that makes no sense, before and after CONNECT.
    let server = Server::standard();
    for first in 0..=u8::MAX {
        for body in [&[][..], &[0; 2], &[0xFF; 7]] {
            let bytes = [&[first, body.len() as u8], body].concat();
            let mut stranger = server.dial(Version::V5);
            stranger.send_bytes(&bytes).await;
            let mut raw = server.client(Version::V5, "c").await;
            raw.send_bytes(&bytes).await;
        }
    }
    assert_alive(&server).await;
}

#[tokio::test]
async fn cve_2023_28366_messages_that_are_never_released_are_bounded() {
    let server = Server::standard();
    let mut raw = server.connect(&Hello::lasting(Version::V311, "c")).await;
    for id in 1..=1_001 {
        raw.post(&Post::new("t", "1").qos(2).id(id)).await;
    }
    let packets = raw.await_end().await;
    assert_eq!(packets, vec![PacketType::PubRec; packets.len()]);
    assert_eq!(server.rules.farewell("c").await, Farewell::ClientError);
    // The bound is that of the session: a new connection does not widen it.
    let mut raw = server.connect(&Hello::lasting(Version::V311, "c")).await;
    raw.post(&Post::new("t", "1").qos(2).id(2_000)).await;
    raw.expect_closed().await;
}

#[tokio::test]
async fn cve_2026_8741_a_taken_over_session_keeps_qos_2_exactly_once() {
    // The old connection's packets are on their way while the new one resumes the session.
    for _ in 0..20 {
        let server = Server::standard();
        let mut watcher = server.client(Version::V5, "w").await;
        watcher.subscribe("t", 2).await;
        let hello = Hello::lasting(Version::V5, "c");
        let mut first = server.connect(&hello).await;
        first.post(&Post::new("t", "once").qos(2).id(7)).await;
        let mut second = server.connect(&hello).await;
        second.publish(&Post::new("t", "once").qos(2).id(7).again()).await;
        assert_eq!(watcher.take_texts(1).await, ["once"]);
        watcher.expect_nothing().await;
    }
}

// === authority ===

#[tokio::test]
async fn cve_2021_34434_a_receiver_without_the_right_gets_nothing_more() {
    // Live, from the queue of its session, and by a route that a publisher knows from before.
    for version in BOTH {
        let server = Server::standard();
        let mut publisher = server.client(version, "p").await;
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.subscribe("t", 1).await;
        publisher.publish(&Post::new("t", "1").qos(1)).await;
        assert_eq!(raw.take_texts(1).await, ["1"]);
        server.rules.deny("c", Right::Receive, "t");
        publisher.publish(&Post::new("t", "2").qos(1)).await;
        publisher.publish(&Post::new("t", "2")).await;
        raw.expect_nothing().await;
        raw.leave().await;
        server.rules.farewell("c").await;
        // Of the absent nobody knows, so this one is kept, and its route remembered.
        publisher.publish(&Post::new("t", "3").qos(1)).await;
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.expect_nothing().await;
        publisher.publish(&Post::new("t", "4").qos(1)).await;
        raw.expect_nothing().await;
        server.rules.allow("c", Right::Receive, "t");
        publisher.publish(&Post::new("t", "5").qos(1)).await;
        assert_eq!(raw.take_texts(1).await, ["5"]);
    }
}

#[tokio::test]
async fn a_message_under_way_to_a_client_that_lost_the_right_is_not_delivered() {
    // It waits for room in the client's window while the right is taken.
    let server = Server::standard();
    let one = Property::ReceiveMaximum(std::num::NonZeroU16::MIN);
    let mut raw = server.connect(&Hello::lasting(Version::V5, "c").with(one)).await;
    raw.subscribe("#", 1).await;
    let mut publisher = server.client(Version::V5, "p").await;
    for topic in ["a", "b", "c"] {
        publisher.publish(&Post::new(topic, "1").qos(1)).await;
    }
    let id = raw.delivery().await.packet_id;
    server.rules.deny("c", Right::Receive, "b");
    raw.send(&Packet::PubAck(Ack::success(id))).await;
    assert_eq!(raw.take().await.topic, "c");
    raw.expect_nothing().await;
}

#[tokio::test]
async fn cve_2018_12546_retained_messages_obey_the_rights_of_their_receiver() {
    for version in BOTH {
        let server = Server::standard();
        let mut publisher = server.client(version, "p").await;
        publisher.publish(&Post::new("t/secret", "1").qos(1).retained()).await;
        publisher.publish(&Post::new("t/open", "1").qos(1).retained()).await;
        server.rules.deny("c", Right::Receive, "t/secret");
        let mut raw = server.client(version, "c").await;
        raw.subscribe("t/#", 1).await;
        assert_eq!(raw.take().await.topic, "t/open");
        raw.expect_nothing().await;
    }
}

#[tokio::test]
async fn a_will_obeys_the_rights_of_its_client_when_it_is_sent() {
    // At once, after its delay, and by a client that lost the right to be connected at all.
    for delay_secs in [0, 10] {
        for is_revoked in [false, true] {
            let server = Server::standard();
            let mut watcher = server.client(Version::V5, "w").await;
            watcher.subscribe("will", 1).await;
            let will = Post::new("will", "gone").qos(1).with(Property::WillDelaySecs(delay_secs));
            let raw = server.connect(&Hello::new(Version::V5, "c").expiring(60).will(will)).await;
            match is_revoked {
                true => server.rules.revoke("c"),
                false => server.rules.deny("c", Right::Publish, "will"),
            }
            server.broker.recheck();
            raw.vanish();
            server.rules.farewell("c").await;
            server.advance_secs(61);
            // The sweep that sends what is due ends the session, too.
            while server.broker.session_count() > 1 {
                watcher.ping().await;
            }
            watcher.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn cve_2026_6564_a_session_does_not_outlive_the_right_to_be_connected() {
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.connect(&Hello::lasting(version, "c")).await;
        raw.subscribe("t", 1).await;
        server.rules.revoke("c");
        server.broker.recheck();
        raw.expect_end(ReasonCode::NotAuthorized).await;
        assert_eq!(server.rules.farewell("c").await, Farewell::AuthorityRevoked);
        let (_raw, welcome) = server.greet(&Hello::lasting(version, "c")).await;
        assert_eq!(welcome.reason, ReasonCode::NotAuthorized);
    }
}

#[tokio::test]
async fn cve_2026_49186_a_wildcard_gets_only_what_may_be_received() {
    let server = Server::standard();
    server.rules.deny("c", Right::Receive, "a/secret");
    let mut raw = server.client(Version::V5, "c").await;
    for filter in ["#", "+/+", "a/#", "$share/g/a/+"] {
        raw.subscribe(filter, 1).await;
    }
    let mut publisher = server.client(Version::V5, "p").await;
    publisher.publish(&Post::new("a/secret", "1").qos(1)).await;
    publisher.publish(&Post::new("a/secret", "1")).await;
    raw.expect_nothing().await;
}

#[tokio::test]
async fn cve_2017_7650_names_with_wildcards_widen_nothing() {
    // A client id of `#` or `+` is a name like any other, and never part of a pattern.
    let server = Server::standard();
    server.rules.deny("device", Right::Publish, "t");
    for name in ["#", "+", "+/+", "a/#"] {
        let mut raw = server.client(Version::V5, name).await;
        raw.publish(&Post::new("t", "1").qos(1)).await;
    }
    let mut raw = server.client(Version::V5, "device").await;
    assert_eq!(raw.offer(&Post::new("t", "1").qos(1)).await, ReasonCode::NotAuthorized);
}

#[tokio::test]
async fn a_publisher_without_the_right_is_stopped_on_topics_that_it_used_before() {
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("t", 1).await;
        let mut raw = server.client(version, "c").await;
        raw.publish(&Post::new("t", "1").qos(1)).await;
        assert_eq!(watcher.take_texts(1).await, ["1"]);
        server.rules.deny("c", Right::Publish, "t");
        raw.post(&Post::new("t", "2").qos(1).id(9)).await;
        match version {
            Version::V311 => raw.expect_closed().await,
            Version::V5 => {
                let refusal = Ack::with_reason(9, ReasonCode::NotAuthorized);
                raw.expect(&Packet::PubAck(refusal)).await;
            }
        }
        watcher.expect_nothing().await;
    }
}

// === those who do not keep up ===

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_does_not_stop_others() {
    // QoS 0: what it does not take is dropped and counted, however fast it comes.
    for retain in [false, true] {
        let server = Server::standard().endlessly_patient();
        let mut slow = server.dial_through(Version::V5, 4_096);
        slow.send_bytes(&Hello::new(Version::V5, "slow").to_bytes()).await;
        slow.expect_type(PacketType::ConnAck).await;
        slow.subscribe("t", 0).await;
        let mut quick = server.client(Version::V5, "quick").await;
        quick.subscribe("t", 1).await;
        let mut publisher = server.client(Version::V5, "p").await;
        let mut post = Post::new("t", vec![b'x'; 60_000]).qos(1);
        post.retain = retain;
        for _ in 0..400 {
            publisher.publish(&post).await;
            quick.take().await;
        }
        assert!(server.broker.counters().dropped.get() > 0, "24 MB do not wait for one client");
        assert_eq!(server.broker.connected(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_acknowledge_is_disconnected_before_it_fills_memory() {
    // QoS 1 without a queue on disk: it reads, and what it is owed may not be dropped.
    for retain in [false, true] {
        let server = Server::standard().endlessly_patient();
        let mut idle = server.client(Version::V5, "idle").await;
        idle.subscribe("t", 1).await;
        let mut publisher = server.client(Version::V5, "p").await;
        let mut post = Post::new("t", vec![b'x'; 20_000]).qos(1);
        post.retain = retain;
        let mut sent = 0;
        while server.broker.connected() > 1 && sent < 6_000 {
            publisher.publish(&post).await;
            sent += 1;
            idle.drain_now();
        }
        assert!(sent < 6_000, "120 MB do not wait for one client");
        assert_eq!(server.rules.farewell("idle").await, Farewell::TooSlow);
    }
}

#[tokio::test]
async fn a_session_that_is_behind_gets_all_that_it_is_owed() {
    // QoS 1 with a queue on disk: nothing is lost, though memory holds little of it.
    let server = Server::standard();
    let mut slow = server.dial_through(Version::V5, 4_096);
    slow.send_bytes(&Hello::lasting(Version::V5, "slow").to_bytes()).await;
    slow.expect_type(PacketType::ConnAck).await;
    slow.subscribe("t", 1).await;
    let mut publisher = server.client(Version::V5, "p").await;
    for number in 0..100_u8 {
        publisher.publish(&Post::new("t", vec![number; 60_000]).qos(1)).await;
    }
    for number in 0..100_u8 {
        assert_eq!(slow.take().await.payload[0], number);
    }
    slow.expect_nothing().await;
}
