use broker::Settings;
use mqtt::{Property, ReasonCode};
use testkit::{Hello, Post, Server};

use crate::support::{BOTH, V5, at, properties};

#[tokio::test]
async fn limits_are_announced() {
    // 5.0 §3.2.2.3: what differs from what a client assumes.
    let server = Server::open(Settings::aws());
    let (_raw, welcome) = server.greet(&Hello::new(V5, "c").expiring(10_000)).await;
    let told = welcome.properties();
    assert_eq!(told.session_expiry_secs(), Some(3_600));
    assert_eq!(told.receive_maximum().map(u16::from), Some(100));
    assert_eq!(told.maximum_qos(), Some(model::Qos::AtLeastOnce));
    assert_eq!(told.maximum_packet_size().map(u32::from), Some(149_504));
    assert_eq!(told.topic_alias_maximum(), Some(8));
    assert_eq!(told.subscription_ids_available(), Some(false));
    assert_eq!(told.server_keep_alive_secs(), Some(1_200));
    assert_eq!(told.retain_available(), None);
    assert_eq!(told.assigned_client_id(), None);
}

#[tokio::test]
async fn an_expiry_that_is_granted_is_not_repeated() {
    // 5.0 §3.2.2.3.2
    let server = Server::standard();
    for secs in [0, 1, u32::MAX] {
        let (_raw, welcome) = server.greet(&Hello::new(V5, "c").expiring(secs)).await;
        assert_eq!(welcome.properties().session_expiry_secs(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn the_servers_keep_alive_holds() {
    // [MQTT-3.1.2-21]: and 3.1.1 clients, who cannot be told, are held to it as well.
    for version in BOTH {
        let mut settings = Settings::standard();
        settings.limits.announced.keep_alive_max_secs = std::num::NonZeroU16::new(60);
        let server = Server::open(settings).endlessly_patient();
        for asked in [0, 61, 600] {
            let (mut raw, welcome) =
                server.greet(&Hello::new(version, "c").keep_alive(asked)).await;
            if version == V5 {
                assert_eq!(welcome.properties().server_keep_alive_secs(), Some(60));
            }
            let connected = tokio::time::Instant::now();
            raw.expect_end(ReasonCode::KeepAliveTimeout).await;
            assert_eq!(connected.elapsed().as_secs(), 90);
        }
    }
}

#[tokio::test]
async fn a_session_is_present_only_on_success_and_if_it_is() {
    // [MQTT-3.2.2-2, MQTT-3.2.2-3, MQTT-3.2.2-6]
    for version in BOTH {
        let server = Server::standard();
        for present in [false, true, true] {
            let (raw, welcome) = server.greet(&Hello::lasting(version, "c")).await;
            assert_eq!(welcome.session_present, present);
            raw.leave().await;
            server.rules.farewell("c").await;
        }
        server.rules.revoke("c");
        let (_raw, welcome) = server.greet(&Hello::lasting(version, "c")).await;
        assert_eq!((welcome.session_present, welcome.reason), (false, ReasonCode::NotAuthorized));
    }
}

#[tokio::test]
async fn a_client_with_an_authentication_method_is_refused() {
    // [MQTT-4.12.0-1]
    let server = Server::standard();
    let hello = Hello::new(V5, "c").with(Property::AuthenticationMethod("SCRAM-SHA-1"));
    let (mut raw, welcome) = server.greet(&hello).await;
    assert_eq!(welcome.reason, ReasonCode::BadAuthenticationMethod);
    raw.expect_closed().await;
}

#[tokio::test]
async fn a_client_that_wants_no_problem_information_gets_none() {
    // [MQTT-3.1.2-29]
    let server = Server::standard();
    server.rules.deny("c", testkit::Right::Publish, "t");
    let hello = Hello::new(V5, "c").with(Property::RequestProblemInformation(false));
    let mut raw = server.connect(&hello).await;
    let id = raw.post(&Post::new("t", "1").qos(1)).await;
    let refusal = mqtt::Ack::with_reason(id, ReasonCode::NotAuthorized);
    raw.expect(&mqtt::Packet::PubAck(refusal)).await;
    let granted = raw.ask(&[("a/#/b", at(0))], &properties(&[])).await;
    assert_eq!(granted, [ReasonCode::TopicFilterInvalid]);
}

#[tokio::test]
async fn a_client_id_that_is_too_long_is_refused() {
    // 5.0 §3.1.3.1, reason code 0x85; 3.1.1 return code 2.
    for version in BOTH {
        let mut settings = Settings::standard();
        settings.limits.max_client_id_bytes = 23;
        let server = Server::open(settings);
        server.client(version, &"c".repeat(23)).await;
        let (_raw, welcome) = server.greet(&Hello::new(version, &"c".repeat(24))).await;
        assert_eq!(welcome.reason, ReasonCode::ClientIdentifierNotValid);
    }
}
