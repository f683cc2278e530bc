//! Sessions that outlive their connections, their subscriptions, and what they have received.

use bytes::{BufMut, Bytes};
use kv::{Batch, Space};
use model::{ClientId, Qos, TopicFilter};

use crate::bytes_of::Take;
use crate::{Sessions, SessionsError, numbered};

const SESSIONS: Space = Space::new("sessions");
const SUBSCRIPTIONS: Space = Space::new("subscriptions");
const RECEIVED: Space = Space::new("received");
const VERSION: u8 = 1;

/// The expiry of a session that never ends by itself [MQTT-3.1.2.11.2].
pub const NEVER: u32 = u32::MAX;

/// A persistent session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub number: u64,
    /// Seconds after the end of its connection at which the session ends.
    pub expiry_secs: u32,
    /// When its connection ended; `None` while it has one.
    pub disconnected_at: Option<u64>,
}

/// How a client subscribes to a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    pub qos: Qos,
    pub no_local: bool,
    pub retain_as_published: bool,
    pub id: Option<u32>,
}

/// All that is stored of a session but its queue.
#[derive(Clone, Debug)]
pub struct StoredSession {
    pub client_id: ClientId,
    pub session: Session,
    pub subscriptions: Vec<(TopicFilter, Subscription)>,
    pub received: Vec<u16>,
}

impl Session {
    /// When the session ends if its client stays away.
    pub fn expires_at(&self) -> Option<u64> {
        let left = self.disconnected_at.filter(|_| self.expiry_secs != NEVER)?;
        Some(left + u64::from(self.expiry_secs) * 1_000)
    }

    fn encode(&self) -> Bytes {
        let mut out = Vec::with_capacity(21);
        out.put_u8(VERSION);
        out.put_u64(self.number);
        out.put_u32(self.expiry_secs);
        out.put_u64(self.disconnected_at.unwrap_or(0));
        out.into()
    }

    fn decode(mut from: Bytes) -> Option<Session> {
        (from.take_u8()? == VERSION).then_some(())?;
        let (number, expiry_secs) = (from.take_u64()?, from.take_u32()?);
        let disconnected_at = Some(from.take_u64()?).filter(|&at| at != 0);
        Some(Session { number, expiry_secs, disconnected_at })
    }
}

const NO_LOCAL: u8 = 1 << 2;
const RETAIN_AS_PUBLISHED: u8 = 1 << 3;

impl Subscription {
    fn encode(self) -> Bytes {
        let no_local = if self.no_local { NO_LOCAL } else { 0 };
        let as_published = if self.retain_as_published { RETAIN_AS_PUBLISHED } else { 0 };
        let mut out = Vec::with_capacity(6);
        out.put_u8(VERSION);
        out.put_u8(self.qos.bits() | no_local | as_published);
        // Subscription identifiers begin at 1 [MQTT-3.8.2.1.2].
        out.put_u32(self.id.unwrap_or(0));
        out.into()
    }

    fn decode(mut from: Bytes) -> Option<Subscription> {
        (from.take_u8()? == VERSION).then_some(())?;
        let flags = from.take_u8()?;
        Some(Subscription {
            qos: Qos::from_bits(flags & 3)?,
            no_local: flags & NO_LOCAL != 0,
            retain_as_published: flags & RETAIN_AS_PUBLISHED != 0,
            id: Some(from.take_u32()?).filter(|&id| id != 0),
        })
    }
}

impl Sessions {
    pub fn put_session(batch: &mut Batch, client_id: &ClientId, session: &Session) {
        batch.put(SESSIONS, client_id.as_str(), session.encode());
    }

    /// Forgets a session. Its numbered records are orphans from then on, which
    /// [`Sessions::purge_numbered`] and [`Sessions::purge_queue`] clear away.
    pub fn delete_session(batch: &mut Batch, client_id: &ClientId) {
        batch.delete(SESSIONS, client_id.as_str());
    }

    pub fn put_subscription(
        batch: &mut Batch,
        number: u64,
        filter: &TopicFilter,
        subscription: Subscription,
    ) {
        let key = numbered(number, filter.as_str().as_bytes());
        batch.put(SUBSCRIPTIONS, key, subscription.encode());
    }

    pub fn delete_subscription(batch: &mut Batch, number: u64, filter: &TopicFilter) {
        batch.delete(SUBSCRIPTIONS, numbered(number, filter.as_str().as_bytes()));
    }

    /// Notes that a client has sent a QoS 2 message, so that a repetition is known as one.
    pub fn put_received(batch: &mut Batch, number: u64, packet_id: u16) {
        batch.put(RECEIVED, numbered(number, &packet_id.to_be_bytes()), Bytes::new());
    }

    pub fn delete_received(batch: &mut Batch, number: u64, packet_id: u16) {
        batch.delete(RECEIVED, numbered(number, &packet_id.to_be_bytes()));
    }

    /// Every stored session.
    pub fn load(&self) -> Result<Vec<StoredSession>, SessionsError> {
        self.store().scan(SESSIONS, b"")?.map(|pair| self.load_one(pair?)).collect()
    }

    fn load_one(&self, (key, value): (Bytes, Bytes)) -> Result<StoredSession, SessionsError> {
        let client_id = std::str::from_utf8(&key).ok().and_then(|text| ClientId::new(text).ok());
        let (client_id, session) = client_id
            .zip(Session::decode(value))
            .ok_or(SessionsError::Version { space: "sessions" })?;
        let subscriptions = self.load_subscriptions(session.number)?;
        let received = self.load_received(session.number)?;
        Ok(StoredSession { client_id, session, subscriptions, received })
    }

    fn load_subscriptions(
        &self,
        number: u64,
    ) -> Result<Vec<(TopicFilter, Subscription)>, SessionsError> {
        let read = |(key, value): (Bytes, Bytes)| {
            let filter = TopicFilter::new(std::str::from_utf8(key.get(8..)?).ok()?).ok()?;
            Some((filter, Subscription::decode(value)?))
        };
        let pairs = self.store().scan(SUBSCRIPTIONS, &number.to_be_bytes())?;
        pairs
            .map(|pair| read(pair?).ok_or(SessionsError::Version { space: "subscriptions" }))
            .collect()
    }

    fn load_received(&self, number: u64) -> Result<Vec<u16>, SessionsError> {
        let read = |key: &[u8]| Some(u16::from_be_bytes(key.get(8..10)?.try_into().ok()?));
        let pairs = self.store().scan(RECEIVED, &number.to_be_bytes())?;
        pairs
            .map(|pair| read(&pair?.0).ok_or(SessionsError::Version { space: "received" }))
            .collect()
    }

    /// Deletes the subscriptions and received packet ids of session `number`: few, and bounded by
    /// the limits of a session.
    pub fn purge_numbered(&self, batch: &mut Batch, number: u64) -> Result<(), SessionsError> {
        for space in [SUBSCRIPTIONS, RECEIVED] {
            for pair in self.store().scan(space, &number.to_be_bytes())? {
                batch.delete(space, pair?.0);
            }
        }
        Ok(())
    }
}
