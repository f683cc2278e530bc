use std::num::{NonZeroU16, NonZeroU32};

use broker::Settings;
use mqtt::{Ack, Packet, PacketType, Property, ReasonCode};
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5, publish_each};

fn receiving(client: Hello, most: u16) -> Hello {
    client.with(Property::ReceiveMaximum(NonZeroU16::new(most).expect("not zero")))
}

#[tokio::test]
async fn a_client_is_sent_no_more_than_it_can_take() {
    // [MQTT-3.3.4-9, MQTT-4.9.0-1 to 4.9.0-3]: QoS 0 does not count, and is not held back.
    for lasting in [false, true] {
        let server = Server::standard();
        let hello = if lasting { Hello::lasting(V5, "s") } else { Hello::new(V5, "s") };
        let mut raw = server.connect(&receiving(hello, 2)).await;
        raw.subscribe("t", 2).await;
        let mut publisher = server.client(V5, "p").await;
        publish_each(&mut publisher, "t", 1, &["1"]).await;
        publish_each(&mut publisher, "t", 2, &["2"]).await;
        publish_each(&mut publisher, "t", 1, &["3", "4"]).await;
        let one = raw.delivery().await.packet_id;
        let two = raw.delivery().await.packet_id;
        raw.expect_nothing().await;
        publish_each(&mut publisher, "t", 0, &["0"]).await;
        assert_eq!(raw.take_texts(1).await, ["0"]);
        // A PUBREC frees nothing, a PUBCOMP does.
        raw.send(&Packet::PubRec(Ack::success(two))).await;
        raw.ack(PacketType::PubRel, two).await;
        raw.expect_nothing().await;
        raw.send(&Packet::PubComp(Ack::success(two))).await;
        let three = raw.delivery().await;
        assert_eq!(three.text(), "3");
        raw.expect_nothing().await;
        raw.send(&Packet::PubAck(Ack::success(one))).await;
        assert_eq!(raw.take_texts(1).await, ["4"]);
    }
}

#[tokio::test]
async fn a_client_may_not_send_more_than_it_was_told() {
    // 5.0 §3.3.4, reason code 0x93: here QoS 2 messages that it never releases.
    let mut settings = Settings::standard();
    settings.limits.announced.receive_maximum = NonZeroU16::new(3).expect("not zero");
    let server = Server::open(settings);
    let (mut raw, welcome) = server.greet(&Hello::new(V5, "c")).await;
    assert_eq!(welcome.properties().receive_maximum().map(u16::from), Some(3));
    for id in 1..=3 {
        raw.post(&Post::new("t", "1").qos(2).id(id)).await;
        raw.expect(&Packet::PubRec(Ack::success(id))).await;
    }
    raw.post(&Post::new("t", "1").qos(2).id(4)).await;
    raw.expect_end(ReasonCode::ReceiveMaximumExceeded).await;
}

#[tokio::test]
async fn qos_0_messages_do_not_count() {
    // [MQTT-4.9.0-3]: even those that wait for the disk, as retained ones do.
    let mut settings = Settings::standard();
    settings.limits.announced.receive_maximum = NonZeroU16::new(3).expect("not zero");
    let server = Server::open(settings);
    let mut raw = server.client(V5, "c").await;
    let kept = Post::new("t", "1").retained();
    let counted = Post::new("t", "1").qos(1);
    let mut packets = vec![Packet::Publish(kept.as_publish(0)); 20];
    packets.push(Packet::Publish(counted.as_publish(1)));
    raw.send_all(&packets).await;
    raw.expect(&Packet::PubAck(Ack::success(1))).await;
}

#[tokio::test]
async fn a_packet_that_is_too_large_for_the_client_is_not_sent() {
    // [MQTT-3.1.2-24, MQTT-3.1.2-25]: it counts as delivered, and what comes behind it is sent.
    for lasting in [false, true] {
        for qos in [0, 1, 2] {
            let mut server = Server::standard();
            let small = || {
                let hello = if lasting { Hello::lasting(V5, "s") } else { Hello::new(V5, "s") };
                hello.with(Property::MaximumPacketSize(NonZeroU32::new(100).expect("not zero")))
            };
            let mut raw = server.connect(&small()).await;
            raw.subscribe("t", 2).await;
            let mut publisher = server.client(V5, "p").await;
            for size in [200, 10_000] {
                publisher.publish(&Post::new("t", vec![b'x'; size]).qos(qos)).await;
                publish_each(&mut publisher, "t", qos, &["small"]).await;
                assert_eq!(raw.take_texts(1).await, ["small"]);
            }
            raw.expect_nothing().await;
            server.restart().await;
            let mut raw = server.connect(&small()).await;
            raw.expect_nothing().await;
        }
    }
}

#[tokio::test]
async fn a_packet_that_is_too_large_for_the_server_ends_the_connection() {
    // 5.0 §3.2.2.3.6, reason code 0x95: by its header, before its body has come.
    for version in BOTH {
        let mut settings = Settings::standard();
        settings.limits.announced.packet_size_max = NonZeroU32::new(1_000).expect("not zero");
        let server = Server::open(settings);
        let mut raw = server.client(version, "c").await;
        raw.publish(&Post::new("t", [0; 900]).qos(1)).await;
        raw.send_bytes(b"\x30\xFF\xFF\x03\0\x01t").await;
        raw.expect_end(ReasonCode::PacketTooLarge).await;
    }
}

#[tokio::test]
async fn large_messages_arrive_whole() {
    // Larger than any buffer on the way, shared by several receivers.
    for version in BOTH {
        let server = Server::standard();
        let mut live = server.client(version, "live").await;
        let mut kept = server.connect(&Hello::lasting(version, "kept")).await;
        live.subscribe("t", 1).await;
        kept.subscribe("t", 1).await;
        let mut publisher = server.client(version, "p").await;
        for size in [4_095, 4_096, 65_536, 1_000_000] {
            let payload: Vec<u8> = (0..size).map(|number| (number % 251) as u8).collect();
            publisher.publish(&Post::new("t", &payload).qos(1)).await;
            assert!(live.take().await.payload == payload);
            assert!(kept.take().await.payload == payload);
        }
    }
}

#[tokio::test]
async fn all_that_waits_comes_in_the_end() {
    // [MQTT-4.9.0-1]: more than memory holds for one session, and than one window.
    let server = Server::standard();
    let mut raw = server.connect(&Hello::lasting(V5, "s")).await;
    raw.subscribe("t", 1).await;
    raw.leave().await;
    let mut publisher = server.client(V5, "p").await;
    let count = 2_500;
    for chunk in 0..count / 500 {
        let posts: Vec<Post> = (0..500)
            .map(|number| Post::new("t", (chunk * 500 + number).to_string()).qos(1))
            .collect();
        let packets: Vec<Packet<'_>> =
            (1..).zip(&posts).map(|(id, post)| Packet::Publish(post.as_publish(id))).collect();
        publisher.send_all(&packets).await;
        for id in 1..=500 {
            publisher.ack(PacketType::PubAck, id).await;
        }
    }
    let mut raw = server.connect(&receiving(Hello::lasting(V5, "s"), 7)).await;
    for number in 0..count {
        assert_eq!(raw.take().await.text(), number.to_string());
    }
    raw.expect_nothing().await;
}
