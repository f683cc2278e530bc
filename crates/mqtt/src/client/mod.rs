//! A client, without its socket: bytes in, bytes and events out.
//!
//! ```text
//! client.connect(now)?;                   // the transport is open
//! socket.write(client.take_output());
//! client.on_bytes(&read, now);            // whenever bytes came
//! client.on_tick(now);                    // at client.due_ms(), for the keep-alive
//! while let Some(event) = client.next_event() { … }
//! client.on_close();                      // the transport is gone; the session is kept
//! ```
//!
//! It keeps its session between connections: what was published and not acknowledged is sent
//! again. Authentication exchanges are not here, nor is anything that reconnects.

mod event;
mod keep_alive;
mod options;
mod receive;
mod session;

use std::collections::{BTreeMap, VecDeque};

use model::{Message, Qos, TopicFilter};

pub use event::{Cause, Event};
pub use options::{Acknowledge, Options};
pub use session::QueueFull;

use crate::aliases::ReceivedAliases;
use crate::error::EncodeError;
use crate::outbound::{Outbound, Written};
use crate::packet::{
    Disconnect, Packet, Publish, Subscribe, SubscribeFilter, SubscribeOptions, Unsubscribe, puback,
    pubrec, pubrel,
};
use crate::properties::{Properties, PropertiesBuf};
use crate::property::{Property, SubscriptionId};
use crate::quota::Quota;
use crate::reason::ReasonCode;
use keep_alive::{Due, KeepAlive};
use session::{Pending, Session, Step};

/// SUBSCRIBE and UNSUBSCRIBE that may wait for their answer. A program makes a few at a time; one
/// that makes more does not read the answers.
const REQUESTS_MAX: usize = 1_000;

#[derive(Debug)]
pub struct Client {
    options: Options,
    session: Session,
    link: Link,
    /// The beginning of a packet; never more than the largest that we take.
    input: Vec<u8>,
    output: Vec<u8>,
    /// Grows by what one call brings; the caller takes them out in between.
    events: VecDeque<Event>,
}

/// How far the connection is.
#[derive(Debug)]
enum Link {
    Down,
    /// CONNECT is sent.
    Greeting(KeepAlive),
    Up(Box<Up>),
}

/// What lives as long as a connection.
#[derive(Debug)]
struct Up {
    outbound: Outbound,
    aliases: ReceivedAliases,
    quota: Quota,
    keep_alive: KeepAlive,
    /// SUBSCRIBE and UNSUBSCRIBE not answered yet.
    requests: BTreeMap<u16, Request>,
    /// Messages that the user has not acknowledged. The quota bounds them.
    unacknowledged: BTreeMap<u16, Qos>,
}

/// What a request asked, with how many filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Subscribe(usize),
    Unsubscribe(usize),
}

/// Why the client cannot do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    #[error("not connected")]
    NotConnected,
    #[error("connected already")]
    Connected,
    #[error(transparent)]
    QueueFull(#[from] QueueFull),
    #[error("{REQUESTS_MAX} requests wait for their answer")]
    RequestsFull,
    #[error("packet is larger than the server accepts")]
    TooLarge,
    #[error("no message with packet identifier {0} waits to be acknowledged")]
    NotReceived(u16),
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Client {
    pub fn new(options: Options) -> Client {
        Client {
            options,
            session: Session::default(),
            link: Link::Down,
            input: Vec::new(),
            output: Vec::new(),
            events: VecDeque::new(),
        }
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    /// For changes between connections: what the next CONNECT says.
    pub fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    pub fn is_connected(&self) -> bool {
        matches!(self.link, Link::Up(_))
    }

    /// How many QoS 1 and 2 messages the server has not taken for good.
    pub fn unacknowledged(&self) -> usize {
        self.session.len()
    }

    /// The bytes to write to the transport.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The transport is open: greets the server.
    pub fn connect(&mut self, now_ms: u64) -> Result<(), ClientError> {
        if !matches!(self.link, Link::Down) {
            return Err(ClientError::Connected);
        }
        self.input.clear();
        self.output.clear();
        self.options.write_connect(&mut self.output)?;
        self.link = Link::Greeting(KeepAlive::greeting(now_ms));
        Ok(())
    }

    /// The transport is gone. The session is kept for the next connection.
    pub fn on_close(&mut self) {
        self.close(Cause::Transport);
    }

    /// When to call [`Client::on_tick`].
    pub fn due_ms(&self) -> Option<u64> {
        match &self.link {
            Link::Down => None,
            Link::Greeting(keep_alive) => keep_alive.due_ms(),
            Link::Up(up) => up.keep_alive.due_ms(),
        }
    }

    /// Time has passed. Too many calls do no harm.
    pub fn on_tick(&mut self, now_ms: u64) {
        let keep_alive = match &mut self.link {
            Link::Down => return,
            Link::Greeting(keep_alive) => keep_alive,
            Link::Up(up) => &mut up.keep_alive,
        };
        match keep_alive.tick(now_ms) {
            Due::Nothing => {}
            Due::Ping => self.send(&Packet::PingReq),
            Due::Dead => self.close(Cause::KeepAlive),
        }
    }

    /// Publishes, and gives the packet identifier that [`Event::Published`] will name; 0 at QoS 0,
    /// which needs a connection and is forgotten at once. Messages with QoS 1 and 2 may be
    /// published before there is one.
    pub fn publish(&mut self, message: Message) -> Result<u16, ClientError> {
        let properties = match message.properties.as_deref() {
            Some(said) => PropertiesBuf::of_message(said, said.message_expiry_secs)?,
            None => PropertiesBuf::new(),
        };
        if message.qos == Qos::AtMostOnce {
            return self.publish_once(&message, &properties);
        }
        let packet_id = self.new_packet_id();
        self.session.publish(packet_id, message, properties)?;
        self.send_messages();
        Ok(packet_id)
    }

    /// Subscribes; [`Event::Subscribed`] tells what came of it.
    pub fn subscribe(
        &mut self,
        filters: &[(TopicFilter, SubscribeOptions)],
        id: Option<SubscriptionId>,
    ) -> Result<u16, ClientError> {
        let packet_id = self.new_packet_id();
        let mut properties = PropertiesBuf::new();
        if let Some(id) = id {
            properties.push(Property::SubscriptionId(id))?;
        }
        let asked = filters.iter().map(|(filter, options)| SubscribeFilter {
            filter: filter.as_str(),
            options: *options,
        });
        let packet = Packet::Subscribe(Subscribe {
            packet_id,
            properties: properties.as_properties(),
            filters: asked.collect(),
        });
        self.request(packet_id, Request::Subscribe(filters.len()), &packet)
    }

    /// Unsubscribes; [`Event::Unsubscribed`] tells what came of it.
    pub fn unsubscribe(&mut self, filters: &[TopicFilter]) -> Result<u16, ClientError> {
        let packet_id = self.new_packet_id();
        let request = Request::Unsubscribe(filters.len());
        let filters = filters.iter().map(TopicFilter::as_str).collect();
        let packet = Unsubscribe { packet_id, properties: Properties::NONE, filters };
        self.request(packet_id, request, &Packet::Unsubscribe(packet))
    }

    /// Acknowledges a message that [`Acknowledge::ByCall`] left to the user.
    pub fn acknowledge(&mut self, packet_id: u16) -> Result<(), ClientError> {
        let Link::Up(up) = &mut self.link else { return Err(ClientError::NotConnected) };
        let qos = up.unacknowledged.remove(&packet_id);
        let qos = qos.ok_or(ClientError::NotReceived(packet_id))?;
        self.send_acknowledgement(packet_id, qos);
        Ok(())
    }

    /// Says goodbye. In 3.1.1 the reason is not sent.
    pub fn disconnect(&mut self, reason: ReasonCode) {
        if self.is_connected() {
            self.send(&Packet::Disconnect(Disconnect::with_reason(reason)));
        }
        self.close(Cause::ByUs);
    }

    fn publish_once(
        &mut self,
        message: &Message,
        properties: &PropertiesBuf,
    ) -> Result<u16, ClientError> {
        let Link::Up(up) = &mut self.link else { return Err(ClientError::NotConnected) };
        let publish = Publish::of_message(message, properties.as_properties());
        match up.outbound.publish(&publish, &message.topic, &mut self.output)? {
            Written::TooLarge => Err(ClientError::TooLarge),
            Written::Whole | Written::Shortened => Ok(0),
        }
    }

    fn request(
        &mut self,
        packet_id: u16,
        request: Request,
        packet: &Packet<'_>,
    ) -> Result<u16, ClientError> {
        let Link::Up(up) = &mut self.link else { return Err(ClientError::NotConnected) };
        if up.requests.len() >= REQUESTS_MAX {
            return Err(ClientError::RequestsFull);
        }
        if up.outbound.packet(packet, &mut self.output)? == Written::TooLarge {
            return Err(ClientError::TooLarge);
        }
        up.requests.insert(packet_id, request);
        Ok(packet_id)
    }

    /// A packet identifier that is not in use [MQTT-2.2.1-3].
    fn new_packet_id(&mut self) -> u16 {
        let link = &self.link;
        self.session.new_packet_id(|packet_id| match link {
            Link::Up(up) => !up.requests.contains_key(&packet_id),
            Link::Down | Link::Greeting(_) => true,
        })
    }

    /// Sends what the session has and the server has room for.
    fn send_messages(&mut self) {
        let Link::Up(up) = &mut self.link else { return };
        while let Some(pending) = self.session.next_to_send(up.outbound.receive_maximum()) {
            if let Err(reason) = write_message(&pending, &mut up.outbound, &mut self.output) {
                let packet_id = pending.packet_id;
                self.session.give_up(packet_id);
                self.events.push_back(Event::Published { packet_id, reason });
            }
        }
    }

    fn send_acknowledgement(&mut self, packet_id: u16, qos: Qos) {
        let Link::Up(up) = &mut self.link else { return };
        if qos == Qos::ExactlyOnce {
            self.session.hold(packet_id);
            pubrec(&mut self.output, packet_id);
        } else {
            up.quota.close();
            puback(&mut self.output, packet_id);
        }
    }

    /// Appends one of our own short packets, which every server has room for.
    fn send(&mut self, packet: &Packet<'_>) {
        let written = packet.encode(self.options.version, &mut self.output);
        written.expect("packets without text fit");
    }

    fn close(&mut self, cause: Cause) {
        if !matches!(self.link, Link::Down) {
            self.link = Link::Down;
            self.events.push_back(Event::Closed(cause));
        }
    }
}

/// Appends a message of the session, or says why this server cannot have it.
fn write_message(
    pending: &Pending,
    outbound: &mut Outbound,
    out: &mut Vec<u8>,
) -> Result<(), ReasonCode> {
    let packet_id = pending.packet_id;
    let Step::Publish { message, properties, dup } = &pending.step else {
        pubrel(out, packet_id);
        return Ok(());
    };
    if message.qos > outbound.qos_max() {
        return Err(ReasonCode::QosNotSupported);
    }
    let publish = Publish::of_message(message, properties.as_properties());
    let publish = Publish { packet_id, dup: *dup, ..publish };
    let written = outbound.publish(&publish, &message.topic, out);
    match written.expect("topic and properties were checked when they were made") {
        Written::Whole | Written::Shortened => Ok(()),
        Written::TooLarge => Err(ReasonCode::PacketTooLarge),
    }
}
