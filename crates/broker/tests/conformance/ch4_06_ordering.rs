use mqtt::{Packet, PacketType};
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5};

/// Publishes all posts in one write, and waits until the server has worked on them.
async fn burst(server: &Server, version: mqtt::Version, posts: &[Post]) {
    let mut raw = server.client(version, "p").await;
    let packets: Vec<Packet<'_>> =
        (1..).zip(posts).map(|(id, post)| Packet::Publish(post.as_publish(id))).collect();
    raw.send_all(&packets).await;
    for (id, post) in (1..).zip(posts) {
        match post.qos.bits() {
            0 => {}
            1 => drop(raw.ack(PacketType::PubAck, id).await),
            _ => drop(raw.ack(PacketType::PubRec, id).await),
        }
    }
    raw.expect_nothing().await;
}

#[tokio::test]
async fn messages_of_a_topic_and_qos_keep_their_order() {
    // [MQTT-4.6.0-5, MQTT-4.6.0-6]: for sessions that keep their messages and those that do not.
    for version in BOTH {
        for qos in [0, 1, 2] {
            let server = Server::standard();
            let mut live = server.client(version, "live").await;
            let mut kept = server.connect(&Hello::lasting(version, "kept")).await;
            live.subscribe("t", qos).await;
            kept.subscribe("t", qos).await;
            let texts: Vec<String> = (0..200).map(|number| number.to_string()).collect();
            let posts: Vec<Post> = texts.iter().map(|text| Post::new("t", text).qos(qos)).collect();
            burst(&server, version, &posts).await;
            assert_eq!(live.take_texts(200).await, texts);
            assert_eq!(kept.take_texts(200).await, texts);
        }
    }
}

#[tokio::test]
async fn a_retained_message_is_not_overtaken() {
    // [MQTT-4.6.0-5]: though it waits for the disk and the one behind it need not.
    for version in BOTH {
        for qos in [0, 1, 2] {
            let server = Server::standard();
            let mut raw = server.client(version, "s").await;
            raw.subscribe("t", qos).await;
            let posts = [
                Post::new("t", "1").qos(qos).retained(),
                Post::new("t", "2").qos(qos),
                Post::new("t", "3").qos(qos),
            ];
            burst(&server, version, &posts).await;
            assert_eq!(raw.take_texts(3).await, ["1", "2", "3"]);
        }
    }
}

#[tokio::test]
async fn pubrels_keep_the_order_of_pubrecs() {
    // [MQTT-4.6.0-4]
    let server = Server::standard();
    let mut raw = server.client(V5, "s").await;
    raw.subscribe("t", 2).await;
    let posts = ["1", "2", "3"].map(|text| Post::new("t", text).qos(2));
    burst(&server, V5, &posts).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(raw.delivery().await.packet_id);
    }
    ids.reverse();
    let recs: Vec<_> = ids.iter().map(|&id| Packet::PubRec(mqtt::Ack::success(id))).collect();
    raw.send_all(&recs).await;
    for id in ids {
        raw.expect(&Packet::PubRel(mqtt::Ack::success(id))).await;
    }
}
