//! The control packets, one file each.

mod ack;
mod auth;
mod connack;
mod connect;
mod disconnect;
mod ping;
mod publish;
mod suback;
mod subscribe;
mod unsuback;
mod unsubscribe;

pub use ack::{Ack, puback, pubcomp, pubrec, pubrel};
pub use auth::Auth;
pub use connack::ConnAck;
pub use connect::{Connect, Will};
pub use disconnect::Disconnect;
pub use publish::{Publish, PublishTemplate};
pub use suback::SubAck;
pub use subscribe::{RetainHandling, Subscribe, SubscribeFilter, SubscribeOptions};
pub use unsuback::UnsubAck;
pub use unsubscribe::Unsubscribe;

use crate::error::{DecodeError, EncodeError};
use crate::frame::Frame;
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::version::Version;

/// Any packet, in either direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// Boxed, for it is large and comes once in a connection.
    Connect(Box<Connect<'a>>),
    ConnAck(ConnAck<'a>),
    Publish(Publish<'a>),
    PubAck(Ack<'a>),
    PubRec(Ack<'a>),
    PubRel(Ack<'a>),
    PubComp(Ack<'a>),
    Subscribe(Subscribe<'a>),
    SubAck(SubAck<'a>),
    Unsubscribe(Unsubscribe<'a>),
    UnsubAck(UnsubAck<'a>),
    PingReq,
    PingResp,
    Disconnect(Disconnect<'a>),
    Auth(Auth<'a>),
}

impl<'a> Packet<'a> {
    /// Reads a packet of a connection that speaks `version`. A CONNECT names its own.
    #[inline]
    pub fn decode(frame: &Frame<'a>, version: Version) -> Result<Packet<'a>, DecodeError> {
        match frame.packet_type()? {
            PacketType::Publish => Publish::decode(frame, version).map(Packet::Publish),
            packet => Packet::decode_other(frame, version, packet),
        }
    }

    fn decode_other(
        frame: &Frame<'a>,
        version: Version,
        packet: PacketType,
    ) -> Result<Packet<'a>, DecodeError> {
        frame.check_flags(packet)?;
        frame.check_length(version)?;
        let body = frame.body;
        let ack = || Ack::decode(body, version, packet);
        Ok(match packet {
            PacketType::Connect => Packet::Connect(Box::new(Connect::decode(frame)?)),
            PacketType::ConnAck => Packet::ConnAck(ConnAck::decode(body, version)?),
            PacketType::Publish => Packet::Publish(Publish::decode(frame, version)?),
            PacketType::PubAck => Packet::PubAck(ack()?),
            PacketType::PubRec => Packet::PubRec(ack()?),
            PacketType::PubRel => Packet::PubRel(ack()?),
            PacketType::PubComp => Packet::PubComp(ack()?),
            PacketType::Subscribe => Packet::Subscribe(Subscribe::decode(body, version)?),
            PacketType::SubAck => Packet::SubAck(SubAck::decode(body, version)?),
            PacketType::Unsubscribe => Packet::Unsubscribe(Unsubscribe::decode(body, version)?),
            PacketType::UnsubAck => Packet::UnsubAck(UnsubAck::decode(body, version)?),
            PacketType::PingReq => ping::decode(body).map(|()| Packet::PingReq)?,
            PacketType::PingResp => ping::decode(body).map(|()| Packet::PingResp)?,
            PacketType::Disconnect => Packet::Disconnect(Disconnect::decode(body, version)?),
            PacketType::Auth => Packet::Auth(Auth::decode(body, version)?),
        })
    }

    /// Appends the packet to `out`, or leaves it as it was. What `version` cannot say (properties
    /// and reason codes in 3.1.1) is left out.
    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Packet::Connect(connect) => connect.encode(out),
            Packet::ConnAck(connack) => connack.encode(version, out),
            Packet::Publish(publish) => publish.encode(version, out),
            Packet::PubAck(ack) => ack.encode(PacketType::PubAck, version, out),
            Packet::PubRec(ack) => ack.encode(PacketType::PubRec, version, out),
            Packet::PubRel(ack) => ack.encode(PacketType::PubRel, version, out),
            Packet::PubComp(ack) => ack.encode(PacketType::PubComp, version, out),
            Packet::Subscribe(subscribe) => subscribe.encode(version, out),
            Packet::SubAck(suback) => suback.encode(version, out),
            Packet::Unsubscribe(unsubscribe) => unsubscribe.encode(version, out),
            Packet::UnsubAck(unsuback) => unsuback.encode(version, out),
            Packet::PingReq => ping::encode(PacketType::PingReq, out),
            Packet::PingResp => ping::encode(PacketType::PingResp, out),
            Packet::Disconnect(disconnect) => disconnect.encode(version, out),
            Packet::Auth(auth) => auth.encode(version, out),
        }
    }

    pub fn properties(&self) -> Properties<'a> {
        match self {
            Packet::Connect(connect) => connect.properties,
            Packet::ConnAck(connack) => connack.properties,
            Packet::Publish(publish) => publish.properties,
            Packet::PubAck(ack)
            | Packet::PubRec(ack)
            | Packet::PubRel(ack)
            | Packet::PubComp(ack) => ack.properties,
            Packet::Subscribe(subscribe) => subscribe.properties,
            Packet::SubAck(suback) => suback.properties,
            Packet::Unsubscribe(unsubscribe) => unsubscribe.properties,
            Packet::UnsubAck(unsuback) => unsuback.properties,
            Packet::PingReq | Packet::PingResp => Properties::NONE,
            Packet::Disconnect(disconnect) => disconnect.properties,
            Packet::Auth(auth) => auth.properties,
        }
    }

    /// The same packet with other properties. A PING has none to change.
    pub fn with_properties(mut self, properties: Properties<'a>) -> Packet<'a> {
        match &mut self {
            Packet::Connect(connect) => connect.properties = properties,
            Packet::ConnAck(connack) => connack.properties = properties,
            Packet::Publish(publish) => publish.properties = properties,
            Packet::PubAck(ack)
            | Packet::PubRec(ack)
            | Packet::PubRel(ack)
            | Packet::PubComp(ack) => ack.properties = properties,
            Packet::Subscribe(subscribe) => subscribe.properties = properties,
            Packet::SubAck(suback) => suback.properties = properties,
            Packet::Unsubscribe(unsubscribe) => unsubscribe.properties = properties,
            Packet::UnsubAck(unsuback) => unsuback.properties = properties,
            Packet::PingReq | Packet::PingResp => {}
            Packet::Disconnect(disconnect) => disconnect.properties = properties,
            Packet::Auth(auth) => auth.properties = properties,
        }
        self
    }

    pub fn packet_type(&self) -> PacketType {
        match self {
            Packet::Connect(_) => PacketType::Connect,
            Packet::ConnAck(_) => PacketType::ConnAck,
            Packet::Publish(_) => PacketType::Publish,
            Packet::PubAck(_) => PacketType::PubAck,
            Packet::PubRec(_) => PacketType::PubRec,
            Packet::PubRel(_) => PacketType::PubRel,
            Packet::PubComp(_) => PacketType::PubComp,
            Packet::Subscribe(_) => PacketType::Subscribe,
            Packet::SubAck(_) => PacketType::SubAck,
            Packet::Unsubscribe(_) => PacketType::Unsubscribe,
            Packet::UnsubAck(_) => PacketType::UnsubAck,
            Packet::PingReq => PacketType::PingReq,
            Packet::PingResp => PacketType::PingResp,
            Packet::Disconnect(_) => PacketType::Disconnect,
            Packet::Auth(_) => PacketType::Auth,
        }
    }
}
