//! The broker against MQTT 5.0 and 3.1.1, in files numbered by the chapters of MQTT 5.0. Each test
//! says first what it shows and which statement asks for it; where both versions have the
//! behaviour, both are tried.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod ch3_01_connect;
mod ch3_02_connack;
mod ch3_03_publish;
mod ch3_04_puback_to_pubcomp;
mod ch3_08_subscribe;
mod ch3_10_unsubscribe;
mod ch3_12_ping;
mod ch3_14_disconnect;
mod ch3_15_auth;
mod ch4_01_session_state;
mod ch4_03_qos;
mod ch4_04_redelivery;
mod ch4_06_ordering;
mod ch4_07_topics;
mod ch4_08_subscriptions;
mod ch4_09_flow_control;
mod ch4_13_errors;
mod ch6_websocket;
mod support;
