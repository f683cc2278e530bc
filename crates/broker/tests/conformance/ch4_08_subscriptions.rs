use std::collections::HashSet;

use mqtt::{ReasonCode, SubscribeOptions};
use testkit::{Hello, Post, Right, Server};

use crate::support::{BOTH, V5, at, properties, publish_each, subscription_id};

#[tokio::test]
async fn overlapping_subscriptions_get_a_message_once_with_the_highest_qos() {
    // [MQTT-3.3.4-2, 3.1.1 MQTT-3.3.5-1]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "s").await;
        for (filter, qos) in [("a/+", 0), ("a/#", 2), ("a/b", 1)] {
            raw.subscribe(filter, qos).await;
        }
        publish_each(&mut server.client(version, "p").await, "a/b", 2, &["1"]).await;
        assert_eq!(raw.take().await.qos.bits(), 2);
        raw.expect_nothing().await;
    }
}

#[tokio::test]
async fn overlapping_subscriptions_with_different_options() {
    // 5.0 §3.8.3.1: one of them wants the client's own messages, and one the retain flag.
    let server = Server::standard();
    let mut raw = server.client(V5, "s").await;
    let quiet = SubscribeOptions { no_local: true, ..at(1) };
    let as_published = SubscribeOptions { retain_as_published: true, ..at(0) };
    raw.ask(&[("a/+", quiet)], &properties(&[])).await;
    raw.publish(&Post::new("a/b", "own").qos(1)).await;
    raw.expect_nothing().await;
    raw.ask(&[("a/b", as_published)], &properties(&[])).await;
    raw.publish(&Post::new("a/b", "own").qos(1).retained()).await;
    assert!(raw.take().await.retain);
}

#[tokio::test]
async fn a_shared_subscription_gives_each_message_to_one_of_its_sessions() {
    // [MQTT-4.8.2-4]: and all of them get their share.
    for version in BOTH {
        for qos in [0, 1, 2] {
            let server = Server::standard();
            let mut members = Vec::new();
            for name in ["a", "b", "c"] {
                let mut member = server.client(version, name).await;
                member.subscribe("$share/g/t/+", qos).await;
                members.push(member);
            }
            let mut whole = server.client(version, "whole").await;
            whole.subscribe("t/#", qos).await;
            let mut publisher = server.client(version, "p").await;
            let texts: Vec<String> = (0..9).map(|number| number.to_string()).collect();
            for text in &texts {
                publisher.publish(&Post::new("t/x", text).qos(qos)).await;
            }
            assert_eq!(whole.take_texts(9).await, texts);
            let mut seen = HashSet::new();
            for member in &mut members {
                seen.extend(member.take_texts(3).await);
                member.expect_nothing().await;
            }
            assert_eq!(seen.len(), 9);
        }
    }
}

#[tokio::test]
async fn groups_of_other_names_or_filters_are_others() {
    // [MQTT-4.8.2-1 to 4.8.2-3]
    for version in BOTH {
        let server = Server::standard();
        let mut raw = server.client(version, "s").await;
        raw.subscribe("$share/g/t", 1).await;
        let mut other = server.client(version, "o").await;
        other.subscribe("$share/h/t", 1).await;
        let mut third = server.client(version, "u").await;
        third.subscribe("$share/g/+", 1).await;
        publish_each(&mut server.client(version, "p").await, "t", 1, &["1"]).await;
        for member in [&mut raw, &mut other, &mut third] {
            assert_eq!(member.take_texts(1).await, ["1"]);
        }
    }
}

#[tokio::test]
async fn a_shared_subscription_gets_no_retained_messages() {
    // 5.0 §4.8.2 [MQTT-4.8.2-25]
    for version in BOTH {
        let server = Server::standard();
        server.client(version, "p").await.publish(&Post::new("t", "1").qos(1).retained()).await;
        let mut raw = server.client(version, "s").await;
        raw.subscribe("$share/g/t", 1).await;
        raw.expect_nothing().await;
    }
}

#[tokio::test]
async fn an_absent_member_is_passed_over_while_others_are_there() {
    // 5.0 §4.8.2: a server may choose as it likes; the last one to leave keeps what comes.
    for version in BOTH {
        let server = Server::standard();
        let mut first = server.connect(&Hello::lasting(version, "a")).await;
        first.subscribe("$share/g/t", 1).await;
        let mut second = server.connect(&Hello::lasting(version, "b")).await;
        second.subscribe("$share/g/t", 1).await;
        first.leave().await;
        server.rules.farewell("a").await;
        let mut publisher = server.client(version, "p").await;
        publish_each(&mut publisher, "t", 1, &["1", "2"]).await;
        assert_eq!(second.take_texts(2).await, ["1", "2"]);
        second.leave().await;
        server.rules.farewell("b").await;
        publish_each(&mut publisher, "t", 1, &["3", "4"]).await;
        let mut seen = 0;
        for name in ["a", "b"] {
            let mut raw = server.connect(&Hello::lasting(version, name)).await;
            raw.take().await;
            raw.expect_nothing().await;
            seen += 1;
        }
        assert_eq!(seen, 2);
    }
}

#[tokio::test]
async fn a_member_that_may_not_receive_is_passed_over() {
    // Authority is asked for each message, so that none is lost to a member that may not have it.
    let server = Server::standard();
    server.rules.deny("a", Right::Receive, "t");
    let mut denied = server.client(V5, "a").await;
    denied.subscribe("$share/g/t", 1).await;
    let mut allowed = server.client(V5, "b").await;
    allowed.subscribe("$share/g/t", 1).await;
    publish_each(&mut server.client(V5, "p").await, "t", 1, &["1", "2"]).await;
    assert_eq!(allowed.take_texts(2).await, ["1", "2"]);
    denied.expect_nothing().await;
}

#[tokio::test]
async fn leaving_a_group_leaves_the_others_their_share() {
    // [MQTT-4.8.2-6], [MQTT-3.10.4-1]
    for version in BOTH {
        let server = Server::standard();
        let mut first = server.client(version, "a").await;
        first.subscribe("$share/g/t", 1).await;
        let mut second = server.client(version, "b").await;
        second.subscribe("$share/g/t", 1).await;
        first.unsubscribe(&["$share/g/t"]).await;
        publish_each(&mut server.client(version, "p").await, "t", 1, &["1", "2"]).await;
        assert_eq!(second.take_texts(2).await, ["1", "2"]);
        first.expect_nothing().await;
        assert_eq!(server.broker.subscription_count(), 1);
    }
}

#[tokio::test]
async fn a_shared_subscription_has_options_and_an_identifier() {
    // [MQTT-4.8.2-3]
    let server = Server::standard();
    let mut raw = server.client(V5, "s").await;
    let reasons = raw.ask(&[("$share/g/t", at(1))], &subscription_id(9)).await;
    assert_eq!(reasons, [ReasonCode::GrantedQos1]);
    publish_each(&mut server.client(V5, "p").await, "t", 2, &["1"]).await;
    let delivery = raw.take().await;
    assert_eq!((delivery.qos.bits(), delivery.subscription_ids()), (1, vec![9]));
}

#[tokio::test]
async fn a_share_without_name_or_filter_is_none() {
    // [MQTT-4.8.2-1, MQTT-4.8.2-2]
    let server = Server::standard();
    let mut raw = server.client(V5, "s").await;
    for filter in ["$share/g", "$share//t", "$share/g/", "$share/g+/t", "$share/#"] {
        let reasons = raw.ask(&[(filter, at(1))], &properties(&[])).await;
        assert_eq!(reasons, [ReasonCode::TopicFilterInvalid], "{filter}");
    }
}
