//! The packets of a connected client that take more than looking at them: subscriptions and the
//! farewell.

use std::sync::Arc;

use kv::Batch;
use model::{Qos, TopicFilter};
use mqtt::{
    Disconnect, Expecting, Packet, Properties, ReasonCode, RetainHandling, SubAck, Subscribe,
    SubscribeFilter, UnsubAck, Unsubscribe, Version, frame,
};
use sessions::{Sessions, Subscription};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::connection::Connection;
use crate::ending::Ending;
use crate::flow::{Draft, Publish};
use crate::parcel::{Address, Parcel};
use crate::port::{EventKind, Farewell};
use crate::route::Target;
use crate::settings::Profile;

/// A subscription that was granted.
#[derive(Debug)]
struct Granted {
    filter: TopicFilter,
    subscription: Subscription,
    retain_handling: RetainHandling,
    is_new: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Works on one packet, given by its bytes.
    pub(crate) async fn take_packet(&mut self, bytes: &[u8]) -> Result<(), Ending> {
        let version = self.admission.version;
        let malformed =
            |error: mqtt::DecodeError| Ending::because(error.reason_code(), error.to_string());
        let frame = frame::split(bytes, u32::MAX).map_err(malformed)?;
        let frame = frame.expect("the packet was whole when it was cut off");
        match Packet::decode(&frame, version).map_err(malformed)? {
            Packet::Subscribe(subscribe) => self.subscribe(&subscribe).await,
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(&unsubscribe).await,
            Packet::Disconnect(disconnect) => Err(self.disconnect(&disconnect)),
            // Enhanced authentication is refused on CONNECT, so there is nothing to go on with.
            packet @ Packet::Auth(_) => Err(crate::connection::unexpected(&packet)),
            packet => match Expecting::FromClient.check(packet.packet_type()) {
                Err(error) => Err(Ending::because(error.reason_code(), error.to_string())),
                Ok(()) => Err(crate::connection::unexpected(&packet)),
            },
        }
    }

    async fn subscribe(&mut self, subscribe: &Subscribe<'_>) -> Result<(), Ending> {
        let limits = &self.shared.settings.limits;
        if subscribe.filters.len() > limits.max_filters_per_subscribe {
            return Err(Ending::client_error(ReasonCode::QuotaExceeded));
        }
        let id = subscribe.properties.subscription_id().map(mqtt::SubscriptionId::get);
        let mut reasons = Vec::with_capacity(subscribe.filters.len());
        let mut granted = Vec::new();
        for asked in &subscribe.filters {
            match self.grant(asked, id, &granted) {
                Ok(grant) => {
                    reasons.push(granted_reason(grant.subscription.qos));
                    granted.push(grant);
                }
                Err(_) if self.shared.settings.plain_subscribe_failures => {
                    reasons.push(ReasonCode::UnspecifiedError);
                }
                Err(reason) => reasons.push(reason),
            }
        }
        if self.store_subscriptions(&granted).await.is_err() {
            reasons.fill(ReasonCode::UnspecifiedError);
            granted.clear();
        }
        self.enter(&mut granted);
        let suback =
            SubAck { packet_id: subscribe.packet_id, properties: Properties::NONE, reasons };
        self.send(&Packet::SubAck(suback));
        self.send_retained(&granted).await;
        self.notice_filters(granted.iter().map(|grant| grant.filter.as_str()), |filters| {
            EventKind::Subscribed(filters)
        });
        Ok(())
    }

    fn grant(
        &self,
        asked: &SubscribeFilter<'_>,
        id: Option<u32>,
        earlier: &[Granted],
    ) -> Result<Granted, ReasonCode> {
        let limits = &self.shared.settings.limits;
        let filter = TopicFilter::new(asked.filter).map_err(|_| ReasonCode::TopicFilterInvalid)?;
        if !limits.allow_topic(filter.levels()) {
            return Err(ReasonCode::TopicFilterInvalid);
        }
        let qos = limits.announced.check_subscription(&filter, id.is_some(), asked.options.qos)?;
        let state = self.admission.session.lock();
        let is_known = state.subscriptions.contains_key(&filter);
        // Those before it in the same packet are not entered yet, and count all the same.
        let more = earlier.iter().filter(|grant| grant.is_new).count();
        if !is_known && state.subscriptions.len() + more >= limits.max_subscriptions {
            return Err(ReasonCode::QuotaExceeded);
        }
        drop(state);
        if !self.admission.authority.may_subscribe(filter.levels()) {
            return Err(ReasonCode::NotAuthorized);
        }
        let mqtt::SubscribeOptions { no_local, retain_as_published, retain_handling, .. } =
            asked.options;
        let subscription = Subscription { qos, no_local, retain_as_published, id };
        Ok(Granted { filter, subscription, retain_handling, is_new: !is_known })
    }

    async fn store_subscriptions(&self, granted: &[Granted]) -> Result<(), ReasonCode> {
        let Some(number) = self.queue_number().filter(|_| !granted.is_empty()) else {
            return Ok(());
        };
        let mut batch = Batch::new();
        for Granted { filter, subscription, .. } in granted {
            Sessions::put_subscription(&mut batch, number, filter, *subscription);
        }
        self.shared.commit(batch).await
    }

    fn queue_number(&self) -> Option<u64> {
        self.admission.session.lock().queue.map(|queue| queue.number)
    }

    /// Puts subscriptions into the session and the routes.
    fn enter(&self, granted: &mut [Granted]) {
        for Granted { filter, subscription, is_new, .. } in granted {
            let session = &self.admission.session;
            let old = session.lock().subscriptions.insert(filter.clone(), *subscription);
            *is_new = old.is_none();
            self.shared.routes.subscribe(session, filter, *subscription);
        }
    }

    /// Retained messages go out after the SUBACK [MQTT-3.8.4-4 allows both], through the queue of
    /// a persistent session so that they are not lost either.
    async fn send_retained(&mut self, granted: &[Granted]) {
        let is_aws = self.shared.settings.profile == Profile::Aws;
        for grant in granted {
            let wanted = match grant.retain_handling {
                RetainHandling::Send => true,
                RetainHandling::SendIfNew => grant.is_new,
                RetainHandling::DoNotSend => false,
            };
            // Shared subscriptions get none [MQTT-4.8.2-25]; on AWS IoT wildcards get none.
            let excluded =
                grant.filter.share_name().is_some() || (is_aws && grant.filter.has_wildcard());
            if wanted && !excluded {
                self.send_retained_of(grant).await;
            }
        }
    }

    async fn send_retained_of(&mut self, grant: &Granted) {
        let now = self.shared.now();
        let retained = match self.shared.sessions.retained(&grant.filter, now) {
            Ok(retained) => retained,
            Err(error) => {
                tracing::error!(%error, "retained messages could not be read");
                return;
            }
        };
        for stored in retained {
            let topic = stored.message.topic.as_str();
            if !self.admission.authority.may_receive(topic) {
                continue;
            }
            let message = Arc::new(stored.message);
            let address = Address {
                qos: grant.subscription.qos.min(message.qos),
                retain: true,
                subscription_ids: grant.subscription.id.into_iter().collect(),
                allowed: self.admission.generation,
            };
            if address.qos > Qos::AtMostOnce && self.admission.session.is_persistent() {
                let target = Target::retained(&self.admission.session, &address);
                let publish = Publish::to_one(message, stored.published_at, now, target);
                let draft = Draft { publishes: vec![publish], ..Draft::default() };
                self.shared.flow.submit(draft, None).await;
            } else {
                let parcel = Parcel::of(&message, stored.published_at, now);
                self.admission.session.deliver(&parcel, &address, None);
            }
        }
    }

    async fn unsubscribe(&mut self, unsubscribe: &Unsubscribe<'_>) -> Result<(), Ending> {
        let mut batch = Batch::new();
        let mut gone = Vec::new();
        let mut reasons = Vec::with_capacity(unsubscribe.filters.len());
        let number = self.queue_number();
        for text in &unsubscribe.filters {
            let filter = TopicFilter::new(text);
            let removed = filter
                .as_ref()
                .ok()
                .and_then(|filter| self.admission.session.lock().subscriptions.remove(filter));
            reasons.push(match (&filter, removed) {
                (Err(_), _) => ReasonCode::TopicFilterInvalid,
                (Ok(_), None) => ReasonCode::NoSubscriptionExisted,
                (Ok(_), Some(_)) => ReasonCode::Success,
            });
            if let (Ok(filter), Some(_)) = (filter, removed) {
                self.shared.routes.unsubscribe(self.admission.session.key, &filter);
                if let Some(number) = number {
                    Sessions::delete_subscription(&mut batch, number, &filter);
                }
                gone.push(filter);
            }
        }
        if !batch.is_empty() && self.shared.commit(batch).await.is_err() {
            return Err(Ending::of(Farewell::ServerError));
        }
        let packet_id = unsubscribe.packet_id;
        let unsuback = UnsubAck { packet_id, properties: Properties::NONE, reasons };
        self.send(&Packet::UnsubAck(unsuback));
        self.notice_filters(gone.iter().map(TopicFilter::as_str), |filters| {
            EventKind::Unsubscribed(filters)
        });
        Ok(())
    }

    fn notice_filters<'f>(
        &self,
        filters: impl Iterator<Item = &'f str>,
        kind: impl for<'a> FnOnce(&'a [&'a str]) -> EventKind<'a>,
    ) {
        let filters: Vec<&str> = filters.collect();
        if !filters.is_empty() {
            self.notice(kind(&filters));
        }
    }

    /// DISCONNECT: how the client wants to be parted from.
    fn disconnect(&mut self, disconnect: &Disconnect<'_>) -> Ending {
        if let Some(asked) = disconnect.properties.session_expiry_secs() {
            let mut state = self.admission.session.lock();
            // A session that was to end with its connection cannot be kept [MQTT-3.14.2-2].
            if state.expiry_secs == 0 && asked > 0 {
                return Ending::client_error(ReasonCode::ProtocolError);
            }
            let most = self.shared.settings.limits.announced.session_expiry_max_secs;
            state.expiry_secs = asked.min(most);
        }
        match (self.admission.version, disconnect.reason) {
            (Version::V5, reason) if reason != ReasonCode::Success => {
                Ending::of(Farewell::ByClientWithWill)
            }
            _ => Ending::of(Farewell::ByClient),
        }
    }
}

fn granted_reason(qos: Qos) -> ReasonCode {
    match qos {
        Qos::AtMostOnce => ReasonCode::Success,
        Qos::AtLeastOnce => ReasonCode::GrantedQos1,
        Qos::ExactlyOnce => ReasonCode::GrantedQos2,
    }
}
