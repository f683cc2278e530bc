//! What the broker owes its clients when the disk takes nothing more for a while.

use std::io::ErrorKind;
use std::sync::Arc;

use broker::Settings;
use kv::{Committer, MemorySettled, Options, SimDisk, Store};
use mqtt::{Ack, Packet, PacketType, ReasonCode, Version};
use testkit::{Hello, Post, Raw, Server};

/// A server, and the disk that it is on.
fn server() -> (Server, SimDisk) {
    let disk = SimDisk::new();
    let settled = Arc::new(MemorySettled::new(&disk));
    let options = Options::for_tests(Committer::Threads);
    let store = Store::open_on(Arc::new(disk.clone()), settled, options).expect("opens");
    (Server::on(Settings::standard(), store), disk)
}

async fn subscriber(server: &Server) -> Raw {
    let mut subscriber = server.connect(&Hello::lasting(Version::V5, "subscriber")).await;
    subscriber.subscribe("t", 2).await;
    subscriber
}

#[tokio::test]
async fn a_qos_2_message_that_was_not_stored_is_not_taken_for_known() {
    // The client sends it again once there is room, and it must be routed then.
    let (server, disk) = server();
    let mut subscriber = subscriber(&server).await;
    let hello = Hello::lasting(Version::V5, "publisher");
    let mut publisher = server.connect(&hello).await;
    disk.fail_next_write(ErrorKind::StorageFull);
    publisher.post(&Post::new("t", "once").qos(2).id(7)).await;
    publisher.expect_end(ReasonCode::UnspecifiedError).await;
    let mut publisher = server.connect(&hello).await;
    publisher.post(&Post::new("t", "once").qos(2).id(7).again()).await;
    assert_eq!(publisher.ack(PacketType::PubRec, 7).await, ReasonCode::Success);
    assert_eq!(subscriber.delivery().await.text(), "once");
}

#[tokio::test]
async fn a_release_that_was_not_stored_can_be_repeated() {
    // Else a restart would know the packet identifier for ever, and swallow the next message.
    let (server, disk) = server();
    let hello = Hello::lasting(Version::V5, "publisher");
    let mut publisher = server.connect(&hello).await;
    publisher.post(&Post::new("t", "once").qos(2).id(7)).await;
    publisher.ack(PacketType::PubRec, 7).await;
    disk.fail_next_write(ErrorKind::StorageFull);
    publisher.send(&Packet::PubRel(Ack::success(7))).await;
    publisher.expect_end(ReasonCode::UnspecifiedError).await;
    let mut publisher = server.connect(&hello).await;
    publisher.send(&Packet::PubRel(Ack::success(7))).await;
    assert_eq!(publisher.ack(PacketType::PubComp, 7).await, ReasonCode::Success);
}

#[tokio::test]
async fn a_full_disk_stops_only_what_needs_it() {
    let (server, disk) = server();
    let mut durable = subscriber(&server).await;
    let mut passing = server.client(Version::V5, "passing").await;
    passing.subscribe("light", 0).await;
    disk.fail_next_write(ErrorKind::StorageFull);
    let mut publisher = server.client(Version::V5, "publisher").await;
    publisher.publish(&Post::new("light", "on").qos(1)).await;
    assert_eq!(passing.delivery().await.text(), "on");
    publisher.post(&Post::new("t", "lost").qos(1)).await;
    publisher.expect_end(ReasonCode::UnspecifiedError).await;
    let mut publisher = server.client(Version::V5, "publisher").await;
    publisher.publish(&Post::new("t", "kept").qos(1)).await;
    assert_eq!(durable.delivery().await.text(), "kept");
}
