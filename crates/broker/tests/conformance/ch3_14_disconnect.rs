use std::time::Duration;

use broker::Farewell;
use mqtt::{Property, ReasonCode};
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5, V311, properties, publish_each};

#[tokio::test]
async fn the_server_closes_what_the_client_has_left() {
    // [MQTT-3.14.4-1 to 3.14.4-3]
    for version in BOTH {
        let server = Server::standard();
        server.client(version, "c").await.leave().await;
        assert_eq!(server.rules.farewell("c").await, Farewell::ByClient);
        assert_eq!(server.broker.connected(), 0);
    }
}

#[tokio::test]
async fn a_reason_other_than_success_asks_for_the_will() {
    // [MQTT-3.14.4-3], 5.0 §3.14.2.1
    for reason in [ReasonCode::DisconnectWithWill, ReasonCode::UnspecifiedError] {
        let server = Server::standard();
        let mut watcher = server.client(V5, "w").await;
        watcher.subscribe("will", 1).await;
        let hello = Hello::new(V5, "c").will(Post::new("will", "gone").qos(1));
        server.connect(&hello).await.leave_with(reason, &properties(&[])).await;
        assert_eq!(watcher.take_texts(1).await, ["gone"]);
        assert_eq!(server.rules.farewell("c").await, Farewell::ByClientWithWill);
    }
}

#[tokio::test]
async fn a_client_may_change_how_long_its_session_lives() {
    // 5.0 §3.14.2.2.2: to nothing, and to longer.
    let server = Server::standard();
    let raw = server.connect(&Hello::lasting(V5, "c")).await;
    raw.leave_with(ReasonCode::Success, &properties(&[Property::SessionExpirySecs(0)])).await;
    server.rules.farewell("c").await;
    assert_eq!(server.broker.session_count(), 0);

    let raw = server.connect(&Hello::new(V5, "c").expiring(1)).await;
    raw.leave_with(ReasonCode::Success, &properties(&[Property::SessionExpirySecs(60)])).await;
    server.rules.farewell("c").await;
    server.advance_secs(59);
    let (_raw, welcome) = server.greet(&Hello::lasting(V5, "c")).await;
    assert!(welcome.session_present);
}

#[tokio::test]
async fn a_session_that_was_to_end_cannot_be_kept() {
    // [MQTT-3.14.2-2]
    let server = Server::standard();
    let mut raw = server.client(V5, "c").await;
    raw.send_bytes(b"\xE0\x07\0\x05\x11\0\0\0\x3C").await;
    raw.expect_end(ReasonCode::ProtocolError).await;
}

#[tokio::test]
async fn a_disconnect_of_3_1_1_says_nothing() {
    // 3.1.1 §3.14
    let server = Server::standard();
    let mut raw = server.client(V311, "c").await;
    raw.send_bytes(b"\xE0\x01\0").await;
    raw.expect_closed().await;
    assert_eq!(server.rules.farewell("c").await, Farewell::ClientError);
}

#[tokio::test]
async fn nothing_is_read_after_a_disconnect() {
    // [MQTT-3.14.4-2]
    for version in BOTH {
        let server = Server::standard();
        let mut watcher = server.client(version, "w").await;
        watcher.subscribe("t", 1).await;
        let mut raw = server.client(version, "c").await;
        let late = Post::new("t", "late").qos(1);
        raw.send_all(&[
            mqtt::Packet::Disconnect(mqtt::Disconnect::with_reason(ReasonCode::Success)),
            mqtt::Packet::Publish(late.as_publish(1)),
        ])
        .await;
        raw.expect_closed().await;
        watcher.expect_nothing().await;
    }
}

#[tokio::test]
async fn the_server_says_why_it_leaves() {
    // [MQTT-4.13.1-1], 5.0 §3.14.2.1: reason codes 0x87, 0x8B, 0x8E, 0x98.
    for version in BOTH {
        let server = Server::standard();
        let mut taken_over = server.client(version, "c").await;
        let mut ended = server.client(version, "c").await;
        taken_over.expect_end(ReasonCode::SessionTakenOver).await;
        assert!(server.broker.disconnect("c", Farewell::ByAdministrator));
        ended.expect_end(ReasonCode::AdministrativeAction).await;
        assert!(!server.broker.disconnect("nobody", Farewell::ByAdministrator));

        let mut revoked = server.client(version, "r").await;
        server.rules.revoke("r");
        server.broker.recheck();
        revoked.expect_end(ReasonCode::NotAuthorized).await;

        let mut last = server.client(version, "l").await;
        let down = server.broker.shut_down(Duration::from_secs(10));
        let (_, ()) = tokio::join!(down, async {
            last.expect_end(ReasonCode::ServerShuttingDown).await;
            drop(last);
            drop(taken_over);
            drop(ended);
            drop(revoked);
        });
        assert_eq!(server.broker.connected(), 0);
    }
}

#[tokio::test]
async fn a_new_connection_of_the_same_client_takes_its_session() {
    // [MQTT-3.1.4-3]: what the old one did not acknowledge comes to the new one.
    for version in BOTH {
        let server = Server::standard();
        let mut first = server.connect(&Hello::lasting(version, "c")).await;
        first.subscribe("t", 1).await;
        publish_each(&mut server.client(version, "p").await, "t", 1, &["1"]).await;
        let id = first.delivery().await.packet_id;
        let (mut second, welcome) = server.greet(&Hello::lasting(version, "c")).await;
        assert!(welcome.session_present);
        first.expect_end(ReasonCode::SessionTakenOver).await;
        let delivery = second.take().await;
        assert_eq!((delivery.packet_id, delivery.dup), (id, true));
    }
}
