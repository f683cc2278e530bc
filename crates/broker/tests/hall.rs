//! What follows from messages in the house's hall.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use std::io::ErrorKind;
use std::sync::Arc;

use broker::{Sender, Settings};
use kv::{Committer, MemorySettled, Options, SimDisk, Store};
use model::{Message, Qos, Topic};
use mqtt::{ReasonCode, Version};
use testkit::{HALL_SPACE, Hello, Post, Server};

fn kept(store: &Store, key: &str) -> Option<String> {
    let value = store.get(HALL_SPACE, key.as_bytes()).unwrap()?;
    Some(String::from_utf8(value.to_vec()).unwrap())
}

#[tokio::test]
async fn what_follows_is_on_disk_when_the_message_is_acknowledged() {
    let store = Store::in_memory();
    let server = Server::on(Settings::standard(), store.clone());
    let mut other = server.client(Version::V311, "other").await;
    other.subscribe("#", 1).await;
    let mut sender = server.client(Version::V5, "sender").await;
    for qos in [1, 2] {
        let key = format!("key-{qos}");
        let post = Post::new("kept/a", &key).qos(qos).id(7);
        sender.publish(&post).await;
        assert_eq!(kept(&store, &key).as_deref(), Some("kept/a"));
        let mut topics = [other.take().await.topic, other.take().await.topic];
        topics.sort();
        assert_eq!(topics, ["copy/kept/a", "kept/a"]);
    }
}

#[tokio::test]
async fn what_leaves_nothing_on_disk_costs_no_sync() {
    let store = Store::in_memory();
    let server = Server::on(Settings::standard(), store.clone());
    let mut other = server.client(Version::V5, "other").await;
    other.subscribe("copy/#", 1).await;
    let mut sender = server.client(Version::V5, "sender").await;
    let before = store.stats().syncs;
    for number in 0..10 {
        sender.publish(&Post::new("copied/a", number.to_string()).qos(1)).await;
        assert_eq!(other.take().await.text(), number.to_string());
    }
    assert_eq!(store.stats().syncs, before);
}

#[tokio::test]
async fn nothing_follows_from_what_could_not_be_stored() {
    let disk = SimDisk::new();
    let settled = Arc::new(MemorySettled::new(&disk));
    let options = Options::for_tests(Committer::Threads);
    let store = Store::open_on(Arc::new(disk.clone()), settled, options).unwrap();
    let server = Server::on(Settings::standard(), store.clone());
    let mut other = server.client(Version::V5, "other").await;
    other.subscribe("#", 1).await;
    let mut sender = server.client(Version::V5, "sender").await;
    disk.fail_next_write(ErrorKind::StorageFull);
    sender.post(&Post::new("kept/a", "key").qos(1)).await;
    sender.expect_end(ReasonCode::UnspecifiedError).await;
    assert_eq!(kept(&store, "key"), None);
    let mut sender = server.client(Version::V5, "sender").await;
    sender.publish(&Post::new("kept/a", "again").qos(1)).await;
    assert_eq!(other.take().await.text(), "again");
}

#[tokio::test]
async fn a_topic_of_the_hall_reaches_the_hall_alone() {
    let server = Server::standard();
    let mut other = server.client(Version::V5, "other").await;
    other.subscribe("$aws/rules/#", 1).await;
    other.subscribe("copy/#", 1).await;
    let mut sender = server.client(Version::V5, "sender").await;
    sender.publish(&Post::new("$aws/rules/r/a", "1").qos(1)).await;
    assert_eq!(other.take().await.topic, "copy/$aws/rules/r/a");
    other.expect_nothing().await;
}

#[tokio::test]
async fn messages_that_feed_each_other_come_to_an_end() {
    let server = Server::standard();
    let mut other = server.client(Version::V5, "other").await;
    other.subscribe("circular/#", 1).await;
    let mut sender = server.client(Version::V5, "sender").await;
    sender.publish(&Post::new("circular/a", "1").qos(1)).await;
    for _ in 0..11 {
        assert_eq!(other.take().await.topic, "circular/a");
    }
    other.expect_nothing().await;
}

#[tokio::test]
async fn what_follows_later_is_counted_with_what_was_before_it() {
    let server = Server::standard();
    let mut other = server.client(Version::V5, "other").await;
    other.subscribe("circular/#", 1).await;
    for (hops, copies) in [(0, 10), (9, 1), (10, 0), (11, 0)] {
        let message = Message {
            topic: Topic::new("circular/a").unwrap(),
            payload: "1".into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        };
        server.broker.commit_after(kv::Batch::new(), vec![message], hops).await.unwrap();
        for _ in 0..=copies {
            assert_eq!(other.take().await.topic, "circular/a", "after {hops}");
        }
        other.expect_nothing().await;
    }
}

#[tokio::test]
async fn wills_and_messages_of_other_ways_come_to_the_hall() {
    let store = Store::in_memory();
    let server = Server::on(Settings::standard(), store.clone());
    let mut other = server.client(Version::V5, "other").await;
    other.subscribe("copy/#", 1).await;
    let hello = Hello::new(Version::V5, "sender").will(Post::new("kept/will", "will").qos(1));
    drop(server.connect(&hello).await);
    assert_eq!(other.take().await.text(), "will");
    assert_eq!(kept(&store, "will").as_deref(), Some("kept/will"));
    let message = Message {
        topic: Topic::new("kept/http").unwrap(),
        payload: "http".into(),
        qos: Qos::AtLeastOnce,
        retain: false,
        properties: None,
    };
    server.broker.publish_from(&Sender::house(1), message).await.unwrap();
    assert_eq!(kept(&store, "http").as_deref(), Some("kept/http"));
}
