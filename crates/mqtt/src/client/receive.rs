//! What a client does with the packets of its server.

use bytes::Bytes;
use model::Qos;

use super::event::{Cause, Event};
use super::keep_alive::KeepAlive;
use super::options::Acknowledge;
use super::{Client, Link, Request, Up};
use crate::aliases::ReceivedAliases;
use crate::error::DecodeError;
use crate::expecting::Expecting;
use crate::frame::{self, Frame};
use crate::outbound::Outbound;
use crate::packet::{Ack, ConnAck, Disconnect, Packet, Publish, pubcomp, pubrec, pubrel};
use crate::property::Property;
use crate::protocol::ProtocolError;
use crate::quota::Quota;
use crate::reason::ReasonCode;
use crate::version::Version;

/// What ends the connection.
enum Fault {
    Malformed(DecodeError),
    Protocol(ProtocolError),
    Unasked,
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Fault {
        Fault::Malformed(error)
    }
}

impl From<ProtocolError> for Fault {
    fn from(error: ProtocolError) -> Fault {
        Fault::Protocol(error)
    }
}

impl Client {
    /// Takes what was read from the transport.
    pub fn on_bytes(&mut self, bytes: &[u8], now_ms: u64) {
        let mut input = std::mem::take(&mut self.input);
        input.extend_from_slice(bytes);
        let mut taken = 0;
        while !matches!(self.link, Link::Down) {
            match self.on_next(&input[taken..], now_ms) {
                Ok(0) => break,
                Ok(length) => taken += length,
                Err(fault) => self.fail(fault),
            }
        }
        input.drain(..taken);
        self.input = input;
    }

    /// Takes one packet and says how long it was; 0 if it is not whole.
    fn on_next(&mut self, input: &[u8], now_ms: u64) -> Result<usize, Fault> {
        let Some(frame) = frame::split(input, self.options.packet_size_max.get())? else {
            return Ok(0);
        };
        self.on_frame(&frame, now_ms)?;
        Ok(frame.length)
    }

    fn on_frame(&mut self, frame: &Frame<'_>, now_ms: u64) -> Result<(), Fault> {
        let packet = Packet::decode(frame, self.options.version)?;
        match (&mut self.link, packet) {
            (Link::Down, _) => Ok(()),
            (Link::Greeting(_), Packet::ConnAck(connack)) => self.on_connack(&connack, now_ms),
            (Link::Greeting(_), packet) => Ok(Expecting::ConnAck.check(packet.packet_type())?),
            (Link::Up(up), packet) => {
                Expecting::FromServer.check(packet.packet_type())?;
                up.keep_alive.heard();
                self.on_packet(packet)
            }
        }
    }

    fn on_connack(&mut self, connack: &ConnAck<'_>, now_ms: u64) -> Result<(), Fault> {
        let properties = &connack.properties;
        if connack.reason.is_failure() {
            let reason_string = properties.reason_string().map(str::to_owned);
            self.close(Cause::Refused { reason: connack.reason, reason_string });
            return Ok(());
        }
        // [MQTT-3.2.2-2]: a session begun anew is not present.
        if connack.session_present && self.options.clean_start {
            return Err(Fault::Unasked);
        }
        self.link = Link::Up(Box::new(self.up(connack, now_ms)));
        self.events.push_back(Event::Connected {
            session_present: connack.session_present,
            assigned_client_id: properties.assigned_client_id().map(str::to_owned),
        });
        for packet_id in self.session.resume(connack.session_present) {
            self.events.push_back(Event::Published { packet_id, reason: ReasonCode::Success });
        }
        self.send_messages();
        Ok(())
    }

    fn up(&self, connack: &ConnAck<'_>, now_ms: u64) -> Up {
        let options = &self.options;
        let receive_maximum = match options.version {
            Version::V311 => u16::MAX,
            Version::V5 => options.receive_maximum.get(),
        };
        // [MQTT-3.2.2-21]
        let server_keep_alive_secs = connack.properties.server_keep_alive_secs();
        let keep_alive_secs = server_keep_alive_secs.unwrap_or(options.keep_alive_secs);
        Up {
            outbound: Outbound::to_server(connack, options.version),
            aliases: ReceivedAliases::new(options.topic_alias_maximum),
            quota: Quota::new(receive_maximum),
            keep_alive: KeepAlive::running(keep_alive_secs, now_ms),
            requests: Default::default(),
            unacknowledged: Default::default(),
        }
    }

    fn on_packet(&mut self, packet: Packet<'_>) -> Result<(), Fault> {
        match packet {
            Packet::Publish(publish) => self.on_publish(&publish)?,
            Packet::PubAck(ack) => self.on_puback(&ack),
            Packet::PubRec(ack) => self.on_pubrec(&ack),
            Packet::PubRel(ack) => self.on_pubrel(&ack),
            Packet::PubComp(ack) => self.on_pubcomp(&ack),
            Packet::SubAck(answer) => {
                let (packet_id, reasons) = (answer.packet_id, answer.reasons);
                self.answer(packet_id, Request::Subscribe(reasons.len()))?;
                self.events.push_back(Event::Subscribed { packet_id, reasons });
            }
            Packet::UnsubAck(answer) => {
                let (packet_id, reasons) = (answer.packet_id, answer.reasons);
                self.answer(packet_id, Request::Unsubscribe(reasons.len()))?;
                self.events.push_back(Event::Unsubscribed { packet_id, reasons });
            }
            Packet::PingResp => {}
            Packet::Disconnect(disconnect) => self.on_disconnect(&disconnect),
            // We name no authentication method, so there is nothing to exchange [MQTT-4.12.0-6].
            other => return Err(ProtocolError::Unexpected { packet: other.packet_type() }.into()),
        }
        Ok(())
    }

    fn on_publish(&mut self, publish: &Publish<'_>) -> Result<(), Fault> {
        let Link::Up(up) = &mut self.link else { return Ok(()) };
        let topic = up.aliases.resolve(publish)?;
        let packet_id = publish.packet_id;
        if publish.qos != Qos::AtMostOnce {
            up.quota.open()?;
        }
        // The message was ours before; the server did not hear our PUBREC [MQTT-4.3.3-10].
        if publish.qos == Qos::ExactlyOnce && self.session.holds(packet_id) {
            pubrec(&mut self.output, packet_id);
            return Ok(());
        }
        let payload = Bytes::copy_from_slice(publish.payload);
        self.events.push_back(Event::Message {
            message: publish.to_message(topic, payload),
            packet_id,
            dup: publish.dup,
            subscription_ids: subscription_ids(publish),
        });
        match (publish.qos, self.options.acknowledge) {
            (Qos::AtMostOnce, _) => {}
            (qos, Acknowledge::AtOnce) => self.send_acknowledgement(packet_id, qos),
            (qos, Acknowledge::ByCall) => {
                up.unacknowledged.insert(packet_id, qos);
            }
        }
        Ok(())
    }

    /// An acknowledgement of nothing is a repetition, and has no effect; so in those below.
    fn on_puback(&mut self, ack: &Ack<'_>) {
        if self.session.acknowledge(ack.packet_id, Qos::AtLeastOnce) {
            self.published(ack);
        }
    }

    fn on_pubrec(&mut self, ack: &Ack<'_>) {
        let packet_id = ack.packet_id;
        if ack.reason.is_failure() {
            if self.session.acknowledge(packet_id, Qos::ExactlyOnce) {
                self.published(ack);
            }
        } else if self.session.receive(packet_id) {
            pubrel(&mut self.output, packet_id);
        } else {
            let unknown = Ack::with_reason(packet_id, ReasonCode::PacketIdentifierNotFound);
            self.send(&Packet::PubRel(unknown));
        }
    }

    fn on_pubrel(&mut self, ack: &Ack<'_>) {
        let packet_id = ack.packet_id;
        if let Link::Up(up) = &mut self.link {
            up.quota.close();
        }
        if self.session.release(packet_id) {
            pubcomp(&mut self.output, packet_id);
        } else {
            let unknown = Ack::with_reason(packet_id, ReasonCode::PacketIdentifierNotFound);
            self.send(&Packet::PubComp(unknown));
        }
    }

    fn on_pubcomp(&mut self, ack: &Ack<'_>) {
        if self.session.finish(ack.packet_id) {
            self.published(ack);
        }
    }

    /// A message is through, and the next may go.
    fn published(&mut self, ack: &Ack<'_>) {
        let Ack { packet_id, reason, .. } = *ack;
        self.events.push_back(Event::Published { packet_id, reason });
        self.send_messages();
    }

    /// Matches an answer to its request: the right kind, with an outcome for each filter. In 3.1.1
    /// an UNSUBACK has no outcomes.
    fn answer(&mut self, packet_id: u16, answer: Request) -> Result<(), Fault> {
        let Link::Up(up) = &mut self.link else { return Ok(()) };
        match (up.requests.remove(&packet_id), self.options.version) {
            (Some(request), _) if request == answer => Ok(()),
            (Some(Request::Unsubscribe(_)), Version::V311)
                if matches!(answer, Request::Unsubscribe(_)) =>
            {
                Ok(())
            }
            _ => Err(Fault::Unasked),
        }
    }

    fn on_disconnect(&mut self, disconnect: &Disconnect<'_>) {
        let reason_string = disconnect.properties.reason_string().map(str::to_owned);
        self.close(Cause::ByServer { reason: disconnect.reason, reason_string });
    }

    /// Tells the server what it did wrong, where it may be told, and ends the connection.
    fn fail(&mut self, fault: Fault) {
        let (reason, cause) = match fault {
            Fault::Malformed(error) => (error.reason_code(), Cause::Malformed(error)),
            Fault::Protocol(error) => (error.reason_code(), Cause::Protocol(error)),
            Fault::Unasked => (ReasonCode::ProtocolError, Cause::Unasked),
        };
        if self.is_connected() && self.options.version == Version::V5 {
            self.send(&Packet::Disconnect(Disconnect::with_reason(reason)));
        }
        self.close(cause);
    }
}

fn subscription_ids(publish: &Publish<'_>) -> Vec<u32> {
    // Most messages have none; then this looks at no property.
    if publish.properties.subscription_id().is_none() {
        return Vec::new();
    }
    let properties = publish.properties.iter();
    properties
        .filter_map(|property| match property {
            Property::SubscriptionId(id) => Some(id.get()),
            _ => None,
        })
        .collect()
}
