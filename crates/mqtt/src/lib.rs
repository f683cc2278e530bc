//! MQTT 3.1.1 and 5.0 in one set of types: the packets, and the protocol of one connection.
//!
//! Bytes come in from a read buffer: [`frame::split`] cuts one packet off, [`Packet::decode`]
//! borrows from it, and every `encode` appends to a `Vec<u8>`. Properties stay in their wire form,
//! checked once ([`Properties`]), so a packet that has none costs nothing.
//!
//! What a connection must remember between packets is in small machines: [`Expecting`] (which
//! packet may come), [`Limits`], [`Quota`] and [`ReceivedAliases`] (what comes, against what we
//! announced) and [`Outbound`] (what goes, against what the peer did). [`client::Client`] is a
//! whole client.
//!
//! Not here: sockets, clocks, sessions, queues, who may do what, and anything of AWS.

mod aliases;
pub mod client;
mod error;
mod expecting;
pub mod frame;
mod limits;
mod message;
mod outbound;
mod packet;
mod packet_type;
mod properties;
mod property;
mod protocol;
mod quota;
mod reader;
mod reason;
mod version;
mod writer;

pub use aliases::{Alias, ReceivedAliases, SentAliases};
pub use error::{DecodeError, EncodeError};
pub use expecting::Expecting;
pub use frame::Frame;
pub use limits::{Limits, SESSION_NEVER_EXPIRES};
pub use outbound::{Outbound, Written};
pub use packet::{
    Ack, Auth, ConnAck, Connect, Disconnect, Packet, Publish, PublishTemplate, RetainHandling,
    SubAck, Subscribe, SubscribeFilter, SubscribeOptions, UnsubAck, Unsubscribe, Will, puback,
    pubcomp, pubrec, pubrel,
};
pub use packet_type::PacketType;
pub use properties::{Properties, PropertiesBuf};
pub use property::{Property, SubscriptionId};
pub use protocol::ProtocolError;
pub use quota::Quota;
pub use reason::ReasonCode;
pub use version::Version;
