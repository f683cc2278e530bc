use mqtt::ReasonCode;
use testkit::Server;

use crate::support::{V5, V311};

#[tokio::test]
async fn auth_is_an_error_where_no_method_was_named() {
    // [MQTT-4.12.0-6, MQTT-4.12.0-7]
    let server = Server::standard();
    let mut raw = server.client(V5, "c").await;
    raw.send_bytes(b"\xF0\x00").await;
    raw.expect_end(ReasonCode::ProtocolError).await;
}

#[tokio::test]
async fn auth_does_not_exist_in_3_1_1() {
    // 3.1.1 §2.2.1
    let server = Server::standard();
    let mut raw = server.client(V311, "c").await;
    raw.send_bytes(b"\xF0\x00").await;
    raw.expect_closed().await;
}
