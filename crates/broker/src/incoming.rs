//! The packets of a connected client that need no waiting: messages and their acknowledgements.
//!
//! They are worked on straight from the read buffer. A message that leaves nothing on disk goes to
//! its receivers at once; all others of one read become one [`Draft`].

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hashbrown::HashMap;
use kv::Batch;
use model::{Message, Qos, Topic};
use mqtt::{
    DecodeError, Expecting, Frame, Packet, PacketType, ReasonCode, ReceivedAliases, Version, frame,
};
use sessions::Sessions;

use crate::broker::Shared;
use crate::ending::Ending;
use crate::flow::{self, Draft, Publish};
use crate::hall::{Following, Ways, is_hall_only};
use crate::parcel::{Parcel, Payload};
use crate::port::{Authority, Farewell, Hall, Sender};
use crate::route::Route;
use crate::session::{Ack, Delivered, Session};

/// Topics whose routes a connection remembers.
const ROUTES_MAX: usize = 256;

/// A draft of this many messages is submitted before more is read.
const DRAFT_MAX: usize = 512;

/// The same for what it writes: what one message brings more than that still fits into a batch.
const DRAFT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a connection knows while it reads.
#[derive(Debug)]
pub(crate) struct Incoming {
    shared: Arc<Shared>,
    session: Arc<Session>,
    authority: Arc<dyn Authority>,
    source_ip: IpAddr,
    version: Version,
    aliases: ReceivedAliases,
    routes: HashMap<Box<str>, Known>,
    /// Where what follows from messages goes.
    ways: Ways,
    /// The epochs of routes and house at which `routes` were found.
    found_at: (u64, u64),
    /// Whether others went first since then.
    is_settled: bool,
    /// Messages of this connection that went into drafts: all, those of QoS 1 and 2, and all up to
    /// the last one of QoS 0.
    drafted: u64,
    drafted_counted: u64,
    drafted_at_most_once: u64,
    now: u64,
    pub(crate) draft: Draft,
    /// Deletions of what the client acknowledged.
    cleanup: Batch,
    /// Answers to what needed no draft.
    pub(crate) answers: Vec<u8>,
    /// Sessions that do not keep up with this connection.
    pub(crate) congested: Vec<Arc<Session>>,
}

/// What a connection knows of a topic.
#[derive(Clone, Debug)]
struct Known {
    route: Arc<Route>,
    may_publish: bool,
    /// Whether the house itself takes it.
    is_for_house: bool,
    hall: Option<Arc<dyn Hall>>,
}

/// Why reading stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A packet that takes more than looking at it: its bytes.
    Packet(Vec<u8>),
    /// The draft is large.
    Draft,
    /// A PUBLISH comes, and no route is known: others that are ready, who may be about to
    /// subscribe, go first. The packet is not taken.
    Settle,
    /// A message for the house itself. It is not answered yet.
    ForHouse(Box<Publish>, u16),
    End(Ending),
}

impl Incoming {
    pub(crate) fn new(
        shared: Arc<Shared>,
        session: Arc<Session>,
        authority: Arc<dyn Authority>,
        source_ip: IpAddr,
        version: Version,
    ) -> Incoming {
        let aliases = ReceivedAliases::new(shared.settings.limits.announced.topic_alias_maximum);
        Incoming {
            shared,
            session,
            authority,
            source_ip,
            version,
            aliases,
            routes: HashMap::new(),
            ways: Ways::default(),
            found_at: (0, 0),
            is_settled: false,
            drafted: 0,
            drafted_counted: 0,
            drafted_at_most_once: 0,
            now: 0,
            draft: Draft::default(),
            cleanup: Batch::new(),
            answers: Vec::new(),
            congested: Vec::new(),
        }
    }

    /// Takes the whole packets at the beginning of `bytes`, up to one that it must stop at.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> (usize, Option<Stop>) {
        self.now = self.shared.now();
        self.forget_old_routes();
        let most = self.shared.settings.limits.announced.packet_size_max.get();
        let mut taken = 0;
        let stop = loop {
            match frame::split(&bytes[taken..], most) {
                Ok(None) => break None,
                Err(error) => break Some(Stop::End(Ending::malformed(error))),
                Ok(Some(frame)) if self.must_settle(&frame) => break Some(Stop::Settle),
                Ok(Some(frame)) => {
                    let stop = self.take_frame(&frame, &bytes[taken..taken + frame.length]);
                    taken += frame.length;
                    if stop.is_some() {
                        break stop;
                    }
                }
            }
        };
        self.finish_read();
        (taken, stop)
    }

    fn take_frame(&mut self, frame: &Frame<'_>, bytes: &[u8]) -> Option<Stop> {
        let taken = match PacketType::from_first(frame.first) {
            Some(PacketType::Publish) => match self.take_publish(frame) {
                Ok(Some(stop)) => return Some(stop),
                Ok(None) => Ok(()),
                Err(ending) => Err(ending),
            },
            Some(
                PacketType::PubAck
                | PacketType::PubRec
                | PacketType::PubRel
                | PacketType::PubComp
                | PacketType::PingReq,
            ) => self.take_small(frame),
            _ => return Some(Stop::Packet(bytes.to_vec())),
        };
        match taken {
            Ok(()) if self.is_draft_large() => Some(Stop::Draft),
            Ok(()) => None,
            Err(ending) => Some(Stop::End(ending)),
        }
    }

    fn is_draft_large(&self) -> bool {
        let messages = self.draft.publishes.len() + self.draft.following.len();
        messages >= DRAFT_MAX || self.draft.batch.bytes() >= DRAFT_BYTES_MAX
    }

    fn take_small(&mut self, frame: &Frame<'_>) -> Result<(), Ending> {
        match Packet::decode(frame, self.version).map_err(Ending::malformed)? {
            Packet::PubAck(ack) => self.complete(Ack::Taken, ack.packet_id),
            Packet::PubRec(ack) if ack.reason.is_failure() => {
                self.complete(Ack::Refused, ack.packet_id);
            }
            Packet::PubRec(ack) => self.received_by_client(ack.packet_id),
            Packet::PubRel(ack) => self.released_by_client(ack.packet_id),
            Packet::PubComp(ack) => self.complete(Ack::Finished, ack.packet_id),
            Packet::PingReq => self.answer(&Packet::PingResp),
            other => {
                let packet = other.packet_type();
                Expecting::FromClient.check(packet).map_err(Ending::protocol)?;
            }
        }
        Ok(())
    }

    fn take_publish(&mut self, frame: &Frame<'_>) -> Result<Option<Stop>, Ending> {
        let publish = mqtt::Publish::decode(frame, self.version).map_err(Ending::malformed)?;
        self.shared.settings.limits.announced.check_publish(&publish).map_err(Ending::protocol)?;
        let known = self.look_up(&publish)?;
        self.check_quota(publish.qos)?;
        if let Some(refusal) = self.refusal(&publish, &known) {
            return self.refuse(&publish, refusal).map(|()| None);
        }
        self.shared.counters.received.increment();
        if publish.qos == Qos::ExactlyOnce && !self.note_received(publish.packet_id)? {
            return Ok(None);
        }
        let properties = publish.properties.to_message_properties();
        let parcel = Parcel::new(
            &known.route.topic,
            Payload::Borrowed(publish.payload),
            publish.qos,
            publish.retain,
            properties.as_ref(),
            self.now,
        );
        if known.is_for_house {
            let addressed = self.publish_of(&parcel, &known.route);
            return Ok(Some(Stop::ForHouse(Box::new(addressed), publish.packet_id)));
        }
        let following =
            known.hall.as_deref().map(|hall| self.following(hall, &parcel.to_message()));
        let must_last = following.as_ref().is_some_and(Following::is_durable);
        if must_last || self.needs_draft(&parcel, &known.route) {
            let addressed = self.publish_of(&parcel, &known.route);
            self.add_to_draft(addressed, following, publish.packet_id);
        } else {
            self.deliver(&parcel, &known.route, self.session.key);
            following.into_iter().for_each(|following| self.deliver_following(following));
            self.acknowledge(&publish);
        }
        Ok(None)
    }

    /// What is known of the packet's topic, found out if nothing is.
    fn look_up(&mut self, publish: &mqtt::Publish<'_>) -> Result<Known, Ending> {
        let has_alias = publish.properties.topic_alias().is_some();
        if let Some(known) = self.routes.get(publish.topic).filter(|_| !has_alias) {
            return Ok(known.clone());
        }
        let topic = self.aliases.resolve(publish).map_err(Ending::protocol)?;
        if let Some(known) = self.routes.get(topic.as_str()) {
            return Ok(known.clone());
        }
        if !self.shared.settings.limits.allow_topic(topic.as_str()) {
            return Err(Ending::client_error(ReasonCode::TopicNameInvalid));
        }
        Ok(self.find(&topic))
    }

    fn find(&mut self, topic: &Topic) -> Known {
        let name = topic.as_str();
        let is_for_house = is_reserved(name) && self.shared.house.takes(name);
        let is_hall_only = is_hall_only(name);
        let is_open = is_for_house || is_hall_only || !is_reserved(name);
        let may_publish = is_open && self.authority.may_publish(name);
        let route = match is_hall_only {
            true => Route::to_nobody(topic.clone()),
            false => self.shared.routes.find(topic).0,
        };
        let hall = self.shared.house.hall(topic);
        let known = Known { route: Arc::new(route), may_publish, is_for_house, hall };
        if self.routes.len() >= ROUTES_MAX {
            self.routes.clear();
        }
        self.routes.insert(Box::from(name), known.clone());
        known
    }

    /// Routes and permissions that were found before something changed are found again.
    fn forget_old_routes(&mut self) {
        let epochs = (self.shared.routes.epoch(), self.shared.house.epoch());
        if epochs != self.found_at {
            self.found_at = epochs;
            self.routes.clear();
            self.ways.forget();
            self.is_settled = false;
        }
    }

    fn must_settle(&mut self, frame: &Frame<'_>) -> bool {
        let is_publish = PacketType::from_first(frame.first) == Some(PacketType::Publish);
        let must = is_publish && self.routes.is_empty() && !self.is_settled;
        self.is_settled |= must;
        must
    }

    /// A client may have no more messages unacknowledged than it was told [MQTT-3.3.4-7].
    fn check_quota(&self, qos: Qos) -> Result<(), Ending> {
        let most = u64::from(self.shared.settings.limits.announced.receive_maximum.get());
        if qos == Qos::AtMostOnce || self.version == Version::V311 {
            return Ok(());
        }
        let acknowledged = self.session.acknowledged.load(Ordering::Relaxed);
        let open = self.drafted_counted.saturating_sub(acknowledged);
        if open >= most {
            return Err(Ending::client_error(ReasonCode::ReceiveMaximumExceeded));
        }
        Ok(())
    }

    fn refusal(&self, publish: &mqtt::Publish<'_>, known: &Known) -> Option<ReasonCode> {
        let topic = known.route.topic.as_str();
        let most = self.shared.settings.limits.max_payload_bytes as usize;
        if publish.payload.len() > most {
            return Some(ReasonCode::QuotaExceeded);
        }
        // What the house takes is done when it is answered, once: there is nothing to keep, and no
        // second half of an exchange.
        if known.is_for_house && (publish.retain || publish.qos == Qos::ExactlyOnce) {
            return Some(ReasonCode::ImplementationSpecificError);
        }
        let allowed = known.may_publish && (!publish.retain || self.authority.may_retain(topic));
        (!allowed).then_some(ReasonCode::NotAuthorized)
    }

    /// MQTT 5 has an answer for QoS 1 and 2. For QoS 0 and in 3.1.1 there is none, and to go on as
    /// if nothing were wrong would be an acknowledgement: the connection ends [MQTT-3.3.5-2].
    fn refuse(&mut self, publish: &mqtt::Publish<'_>, reason: ReasonCode) -> Result<(), Ending> {
        let ack = mqtt::Ack::with_reason(publish.packet_id, reason);
        match (self.version, publish.qos) {
            (Version::V5, Qos::AtLeastOnce) => self.answer(&Packet::PubAck(ack)),
            (Version::V5, Qos::ExactlyOnce) => self.answer(&Packet::PubRec(ack)),
            _ if reason == ReasonCode::NotAuthorized => return Err(Ending::forbidden()),
            _ => return Err(Ending::client_error(reason)),
        }
        Ok(())
    }

    /// Notes a QoS 2 message. False says that it is known: only its PUBREC goes out again.
    fn note_received(&mut self, packet_id: u16) -> Result<bool, Ending> {
        let mut state = self.session.lock();
        let is_new = state
            .received
            .insert(packet_id)
            .map_err(|_| Ending::client_error(ReasonCode::ReceiveMaximumExceeded))?;
        if let Some(queue) = state.queue.as_ref().filter(|_| is_new) {
            Sessions::put_received(&mut self.draft.batch, queue.number, packet_id);
            self.draft.qos2.received.push(packet_id);
        }
        drop(state);
        if !is_new {
            // The first one may still wait for the disk, and the PUBREC says that it does not.
            let pubrec = Packet::PubRec(mqtt::Ack::success(packet_id));
            match self.is_draft_open() {
                true => encode(&pubrec, self.version, &mut self.draft.answers),
                false => self.answer(&pubrec),
            }
        }
        Ok(is_new)
    }

    fn is_draft_open(&self) -> bool {
        !self.draft.is_empty() || self.drafted > self.session.answered.load(Ordering::Acquire)
    }

    /// Whether the message must wait for a sync: because it leaves something on disk, or because
    /// one before it does and order is to be kept.
    fn needs_draft(&self, parcel: &Parcel<'_>, route: &Route) -> bool {
        let waits = || match parcel.qos {
            // Order is kept among messages of one QoS [MQTT-4.6.0-5].
            Qos::AtMostOnce => {
                self.drafted_at_most_once > self.session.answered.load(Ordering::Acquire)
            }
            Qos::AtLeastOnce | Qos::ExactlyOnce => self.is_draft_open(),
        };
        parcel.retain || route.is_durable(parcel.qos) || waits()
    }

    /// Adds a message, and the packet that tells its sender that it is taken.
    pub(crate) fn add_to_draft(
        &mut self,
        publish: Publish,
        following: Option<Following>,
        packet_id: u16,
    ) {
        let qos = publish.message.qos;
        if let Some(following) = following {
            self.draft.follow(following);
        }
        self.drafted += 1;
        match qos {
            Qos::AtMostOnce => self.drafted_at_most_once = self.drafted,
            Qos::AtLeastOnce | Qos::ExactlyOnce => self.drafted_counted += 1,
        }
        self.draft.publishes.push(publish);
        let ack = mqtt::Ack::success(packet_id);
        match qos {
            Qos::AtMostOnce => {}
            Qos::AtLeastOnce => encode(&Packet::PubAck(ack), self.version, &mut self.draft.answers),
            Qos::ExactlyOnce => encode(&Packet::PubRec(ack), self.version, &mut self.draft.answers),
        }
    }

    /// The client of this connection.
    pub(crate) fn sender(&self) -> Sender<'_> {
        Sender {
            client_id: Some(&self.session.client_id),
            principal: self.authority.principal(),
            source_ip: Some(self.source_ip),
            at: self.now,
            hops: 0,
            room: 0,
        }
    }

    fn publish_of(&self, parcel: &Parcel<'_>, route: &Arc<Route>) -> Publish {
        Publish {
            message: parcel.to_message(),
            published_at: parcel.published_at,
            now: parcel.now,
            route: Arc::clone(route),
            publisher: self.session.key,
            retain: parcel.retain,
        }
    }

    fn following(&mut self, hall: &dyn Hall, message: &Arc<Message>) -> Following {
        let mut ways = std::mem::take(&mut self.ways);
        let following = self.shared.following_in(hall, message, &self.sender(), &mut ways);
        self.ways = ways;
        following
    }

    /// What leaves nothing on disk takes place at once.
    fn deliver_following(&mut self, following: Following) {
        for Publish { message, published_at, now, route, publisher, .. } in &following.publishes {
            self.deliver(&Parcel::of(message, *published_at, *now), route, *publisher);
        }
        flow::settle(following.receipts, true);
    }

    /// Delivers a message of the session that has the key `own`.
    fn deliver(&mut self, parcel: &Parcel<'_>, route: &Route, own: u64) {
        let counters = &self.shared.counters;
        let congested = &mut self.congested;
        let reader = self.session.key;
        route.each(parcel.qos, |target| {
            if target.no_local && target.session.key == own {
                return;
            }
            let address = target.address(parcel.qos, parcel.retain);
            match target.session.deliver(parcel, &address, None) {
                Delivered::Congested if target.session.key != reader => {
                    congested.push(Arc::clone(&target.session));
                }
                Delivered::Dropped => counters.dropped.increment(),
                _ => {}
            }
        });
    }

    fn acknowledge(&mut self, publish: &mqtt::Publish<'_>) {
        let ack = mqtt::Ack::success(publish.packet_id);
        match publish.qos {
            Qos::AtMostOnce => {}
            Qos::AtLeastOnce => self.answer(&Packet::PubAck(ack)),
            // What makes a repetition known must be on disk before the client may rely on it.
            Qos::ExactlyOnce if self.draft.batch.is_empty() => self.answer(&Packet::PubRec(ack)),
            Qos::ExactlyOnce => encode(&Packet::PubRec(ack), self.version, &mut self.draft.answers),
        }
    }

    fn complete(&mut self, ack: Ack, packet_id: u16) {
        // An acknowledgement that nothing awaits is of no consequence (MQTT 5.0 §4.13.2 asks for
        // no more than ignoring it).
        self.session.lock().complete(ack, packet_id, &mut self.cleanup);
    }

    /// PUBREC: the PUBREL goes out once it is on disk that the message need not be sent again.
    fn received_by_client(&mut self, packet_id: u16) {
        let outcome = self.session.lock().receive(packet_id, &mut self.draft.batch);
        let reason = outcome.err().unwrap_or(ReasonCode::Success);
        let pubrel = Packet::PubRel(mqtt::Ack::with_reason(packet_id, reason));
        self.answer_after_sync(&pubrel);
    }

    /// PUBREL: the PUBCOMP goes out once it is on disk that the packet identifier is free. Before
    /// that, a new message under it would be taken for the old one.
    fn released_by_client(&mut self, packet_id: u16) {
        let mut state = self.session.lock();
        let was_known = state.received.remove(packet_id);
        if let Some(queue) = state.queue.as_ref().filter(|_| was_known) {
            Sessions::delete_received(&mut self.draft.batch, queue.number, packet_id);
            self.draft.qos2.released.push(packet_id);
        }
        drop(state);
        let reason =
            if was_known { ReasonCode::Success } else { ReasonCode::PacketIdentifierNotFound };
        self.answer_after_sync(&Packet::PubComp(mqtt::Ack::with_reason(packet_id, reason)));
    }

    fn answer_after_sync(&mut self, packet: &Packet<'_>) {
        if self.draft.batch.is_empty() {
            self.answer(packet);
        } else {
            encode(packet, self.version, &mut self.draft.answers);
        }
    }

    fn answer(&mut self, packet: &Packet<'_>) {
        encode(packet, self.version, &mut self.answers);
    }

    /// After a read: what the client acknowledged leaves the disk, and what waited for it goes out.
    fn finish_read(&mut self) {
        let mut state = self.session.lock();
        let sent = state.send_waiting(&self.shared.sessions, self.now, &mut self.cleanup);
        drop(state);
        if let Err(error) = sent {
            tracing::error!(%error, "a queue could not be read");
            self.session.end(Farewell::ServerError);
        }
        if !self.cleanup.is_empty() {
            self.shared.flow.clean_up(std::mem::take(&mut self.cleanup));
        }
    }

    /// Sends what waits for the client, as on connecting.
    pub(crate) fn send_waiting(&mut self) {
        self.now = self.shared.now();
        self.finish_read();
    }
}

/// `$aws/` and `$SYS/` are the server's; `$share/` is no topic at all.
fn is_reserved(topic: &str) -> bool {
    ["$aws/", "$SYS/", "$share/"].iter().any(|prefix| topic.starts_with(prefix))
}

fn encode(packet: &Packet<'_>, version: Version, out: &mut Vec<u8>) {
    let written: Result<(), mqtt::EncodeError> = packet.encode(version, out);
    debug_assert!(written.is_ok(), "an acknowledgement fits into a packet");
}

impl Ending {
    fn malformed(error: DecodeError) -> Ending {
        Ending::because(error.reason_code(), error.to_string())
    }

    #[allow(clippy::needless_pass_by_value, reason = "for map_err")]
    fn protocol(error: mqtt::ProtocolError) -> Ending {
        Ending::because(error.reason_code(), error.to_string())
    }
}
