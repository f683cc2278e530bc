//! The connection of a session, as those see it who have something to send.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use mqtt::{Packet, Properties, Written};

use crate::outbound::{Outbound, SHARED_PAYLOAD_MIN};
use crate::parcel::{Address, Parcel, Payload};
use crate::port::{Authority, Farewell};
use crate::session::Delivered;

/// Bytes that may wait for a connection to take them before its publishers are slowed.
pub(super) const OUTBOUND_HIGH: usize = 1_048_576;

/// The connection of a session.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) generation: u64,
    pub(crate) authority: Arc<dyn Authority>,
    pub(crate) origin: Origin,
    pub(crate) outbound: Outbound,
    pub(crate) end: Option<Farewell>,
    pub(super) protocol: mqtt::Outbound,
    /// The connection does not keep up, its publishers have waited for it, and what may be lost
    /// is dropped until it has caught up.
    pub(super) lagging: bool,
    pub(super) woken: bool,
}

/// Where a connection comes from, for those who ask after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    pub(crate) since: u64,
    pub(crate) keep_alive_secs: u16,
    pub(crate) clean_start: bool,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Whole,
    /// Larger than the client accepts: as good as delivered [MQTT-3.1.2-25].
    TooLarge,
}

impl Live {
    pub(super) fn new(
        generation: u64,
        authority: Arc<dyn Authority>,
        origin: Origin,
        protocol: mqtt::Outbound,
    ) -> Live {
        Live {
            generation,
            authority,
            origin,
            outbound: Outbound::default(),
            end: None,
            protocol,
            lagging: false,
            woken: false,
        }
    }

    /// Whether the client may have a message. The route that it came by may be older than the
    /// connection, and know nothing of what this one may receive.
    pub(super) fn may_have(&self, parcel: &Parcel<'_>, address: &Address) -> bool {
        address.allowed == self.generation || self.authority.may_receive(parcel.topic.as_str())
    }

    /// Whether the connection has not caught up far enough for its publishers to go on.
    pub(super) fn is_behind(&self) -> bool {
        self.outbound.len() > OUTBOUND_HIGH / 2
    }

    pub(super) fn congestion(&self) -> Delivered {
        if self.outbound.len() > OUTBOUND_HIGH { Delivered::Congested } else { Delivered::Taken }
    }

    pub(super) fn publish(
        &mut self,
        parcel: &Parcel<'_>,
        address: &Address,
        packet_id: Option<u16>,
        duplicate: bool,
    ) -> Sent {
        self.publish_at(parcel, address, packet_id, duplicate, parcel.now)
    }

    pub(super) fn publish_at(
        &mut self,
        parcel: &Parcel<'_>,
        address: &Address,
        packet_id: Option<u16>,
        duplicate: bool,
        now: u64,
    ) -> Sent {
        let properties = parcel.properties_for(address, self.protocol.version(), now);
        let publish = mqtt::Publish {
            dup: duplicate,
            qos: address.qos,
            retain: address.retain,
            topic: parcel.topic.as_str(),
            packet_id: packet_id.unwrap_or(0),
            properties: properties.as_ref().map_or(Properties::NONE, |it| it.as_properties()),
            payload: parcel.payload.bytes(),
        };
        match parcel.payload {
            Payload::Shared(payload) if payload.len() >= SHARED_PAYLOAD_MIN => {
                self.publish_sharing(&publish, payload)
            }
            _ => self.publish_copying(&publish, parcel),
        }
    }

    fn publish_copying(&mut self, publish: &mqtt::Publish<'_>, parcel: &Parcel<'_>) -> Sent {
        let Live { outbound, protocol, .. } = self;
        match outbound.append(|run| protocol.publish(publish, parcel.topic, run)) {
            Ok(Written::Whole | Written::Shortened) => Sent::Whole,
            // A packet that cannot be encoded is larger than the protocol allows.
            Ok(Written::TooLarge) | Err(_) => Sent::TooLarge,
        }
    }

    /// A large payload is not copied, and so its topic not worth an alias.
    fn publish_sharing(&mut self, publish: &mqtt::Publish<'_>, payload: &Bytes) -> Sent {
        let version = self.protocol.version();
        let length = publish.encoded_length(version);
        if length > self.protocol.packet_size_max() as usize {
            return Sent::TooLarge;
        }
        match self.outbound.append(|run| publish.encode_head(version, run)) {
            Ok(()) => {
                self.outbound.share(payload.clone());
                Sent::Whole
            }
            Err(_) => Sent::TooLarge,
        }
    }

    pub(super) fn packet(&mut self, packet: &Packet<'_>) {
        let Live { outbound, protocol, .. } = self;
        let written = outbound.append(|run| protocol.packet(packet, run));
        debug_assert!(written.is_ok(), "an acknowledgement fits into a packet");
    }
}
