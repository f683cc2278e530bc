//! Messages for the house itself, and messages that the house commits with changes of its own.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use kv::{Batch, CommitError, Expect, Space, Store};
use model::{Message, Qos, Topic};
use mqtt::{ReasonCode, Version};
use testkit::{Hello, Post, Right, Server};

const BOTH: [Version; 2] = [Version::V311, Version::V5];
const SPACE: Space = Space::new("of-the-test");

fn message(topic: &str, payload: &str) -> Message {
    Message {
        topic: Topic::new(topic).unwrap(),
        payload: payload.to_owned().into(),
        qos: Qos::AtLeastOnce,
        retain: false,
        properties: None,
    }
}

#[tokio::test]
async fn the_answer_is_for_the_sender_alone_subscribed_or_not() {
    for version in BOTH {
        let server = Server::standard();
        let mut other = server.client(version, "other").await;
        other.subscribe("$aws/echo/#", 1).await;
        let mut sender = server.client(version, "sender").await;
        sender.publish(&Post::new("$aws/echo/a", "1").qos(1)).await;
        let answer = sender.take().await;
        assert_eq!((answer.topic.as_str(), answer.text()), ("$aws/echo/a/answer", "1"));
        // Others see the question and not the answer.
        assert_eq!(other.take().await.topic, "$aws/echo/a");
        other.expect_nothing().await;
        sender.subscribe("$aws/echo/+/answer", 0).await;
        sender.publish(&Post::new("$aws/echo/b", "2").qos(1)).await;
        assert_eq!(sender.take().await.qos, Qos::AtMostOnce);
    }
}

#[tokio::test]
async fn questions_are_answered_in_their_order_and_acknowledged_in_it() {
    let server = Server::standard();
    let mut raw = server.client(Version::V5, "c").await;
    for number in 1..=50_u16 {
        raw.post(&Post::new("$aws/echo/a", number.to_string()).qos(1).id(number)).await;
        raw.post(&Post::new("elsewhere", "x").qos(1).id(100 + number)).await;
    }
    for number in 1..=50_u16 {
        assert_eq!(raw.ack(mqtt::PacketType::PubAck, number).await, ReasonCode::Success);
        assert_eq!(raw.ack(mqtt::PacketType::PubAck, 100 + number).await, ReasonCode::Success);
    }
    let expected: Vec<String> = (1..=50).map(|number| number.to_string()).collect();
    assert_eq!(raw.take_texts(50).await, expected);
}

#[tokio::test]
async fn what_may_not_be_received_is_not_answered_with() {
    let server = Server::standard();
    server.rules.deny("c", Right::Receive, "$aws/echo/a/answer");
    let mut raw = server.client(Version::V5, "c").await;
    raw.publish(&Post::new("$aws/echo/a", "1").qos(1)).await;
    raw.expect_nothing().await;
}

#[tokio::test]
async fn the_house_keeps_nothing_and_takes_nothing_twice() {
    let server = Server::standard();
    let mut raw = server.client(Version::V5, "c").await;
    for post in
        [Post::new("$aws/echo/a", "1").qos(1).retained(), Post::new("$aws/echo/a", "1").qos(2)]
    {
        assert_eq!(raw.offer(&post).await, ReasonCode::ImplementationSpecificError);
    }
    // What nobody takes is still nobody's to publish to.
    let stranger = Post::new("$aws/other", "1").qos(1);
    assert_eq!(raw.offer(&stranger).await, ReasonCode::NotAuthorized);
}

#[tokio::test]
async fn what_the_house_cannot_do_is_not_acknowledged() {
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "c").await;
        server.rules.set_broken(true);
        let question = Post::new("$aws/echo/a", "1").qos(1);
        raw.post(&question).await;
        raw.expect_end(ReasonCode::UnspecifiedError).await;
        assert_eq!(server.rules.farewell("c").await, broker::Farewell::ServerError);
        server.rules.set_broken(false);
        let mut raw = server.client(version, "c").await;
        raw.publish(&question).await;
        assert_eq!(raw.take().await.text(), "1");
    }
}

#[tokio::test]
async fn a_change_and_its_message_are_committed_together_or_not_at_all() {
    let store = Store::in_memory();
    let mut server = Server::on(broker::Settings::standard(), store.clone());
    let hello = Hello::lasting(Version::V5, "c");
    let mut raw = server.connect(&hello).await;
    raw.subscribe("t", 1).await;
    raw.leave().await;
    let change = || {
        let mut batch = Batch::new();
        batch.require(SPACE, "key", Expect::Absent);
        batch.put(SPACE, "key", "value");
        batch
    };
    server.broker.commit(change(), vec![message("t", "first")]).await.unwrap();
    let again = server.broker.commit(change(), vec![message("t", "never")]).await;
    assert!(matches!(again, Err(CommitError::PreconditionFailed { .. })), "{again:?}");
    server.broker.commit(Batch::new(), vec![message("t", "second")]).await.unwrap();
    assert_eq!(store.get(SPACE, b"key").unwrap().as_deref(), Some(&b"value"[..]));
    server.restart().await;
    let mut raw = server.connect(&hello).await;
    assert_eq!(raw.take_texts(2).await, ["first", "second"]);
    raw.expect_nothing().await;
    assert_eq!(server.broker.counters().failed_commits.get(), 0);
}
