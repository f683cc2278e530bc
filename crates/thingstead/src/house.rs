//! Joins the broker to the fleet: the fleet decides, the broker asks, and what happens to clients
//! is told as events.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use broker::{
    Broker, Claims, Event, EventKind, Identity, Judging, Refusal, Taking, Undone, Visitor,
};
use fleet::{Fleet, Hall, Posted, Refused, Visit, VisitKind, Writer};
use kv::{Batch, CommitError};
use model::{Message, Principal, Topic};
use stdx::clock::Clock;
use tokio::sync::{Semaphore, mpsc};

use crate::signed::Signers;
use crate::vouched::{Said, Vouched};

/// Events that wait to be published.
pub(crate) const EVENTS_MAX: usize = 10_000;

/// Newcomers that are registered at once. Each costs a few commits; devices that are switched on
/// together come again until it is their turn.
const WELCOMES_MAX: usize = 64;

/// A policy may depend on the time, and certificates expire: no decision is older than this.
const DECISION_AGE_MAX: Duration = Duration::from_secs(10);

/// The broker as the fleet sees it: what carries its messages. The fleet is made first, so the
/// broker moves in later.
#[derive(Debug, Default)]
pub(crate) struct Outlet(OnceLock<Broker>);

impl Outlet {
    pub(crate) fn open(&self, broker: Broker) {
        self.0.set(broker).expect("there is one broker");
    }
}

impl fleet::Post for Outlet {
    fn commit_after(&self, batch: Batch, messages: Vec<Message>, hops: u8) -> Posted {
        let broker = self.0.get().cloned();
        Box::pin(async move {
            let broker = broker.ok_or(CommitError::Closed)?;
            broker.commit_after(batch, messages, hops).await
        })
    }

    fn is_wanted(&self, topic: &Topic) -> bool {
        self.0.get().is_some_and(|broker| broker.has_receivers(topic))
    }
}

/// The fleet as the broker sees it.
#[derive(Debug)]
pub(crate) struct House {
    fleet: Fleet,
    hall: Hall,
    signers: Signers,
    clock: Clock,
    events: mpsc::Sender<Message>,
    welcomes: Arc<Semaphore>,
}

impl House {
    pub(crate) fn new(signers: Signers, hall: Hall, events: mpsc::Sender<Message>) -> House {
        let (fleet, clock) = (signers.fleet.clone(), signers.clock.clone());
        let welcomes = Arc::new(Semaphore::new(WELCOMES_MAX));
        House { fleet, hall, signers, clock, events, welcomes }
    }

    /// Registers who was turned away, if a registered authority signed its certificate. It comes
    /// again; so whoever comes when too many are being registered is not kept.
    fn welcome(&self, certificate: Option<&[u8]>) {
        let Some(newcomer) = certificate.and_then(|der| self.fleet.newcomer(der)) else { return };
        let Ok(place) = Arc::clone(&self.welcomes).try_acquire_owned() else { return };
        let fleet = self.fleet.clone();
        tokio::spawn(async move {
            let id = newcomer.id().clone();
            if let Err(error) = fleet.welcome(newcomer).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, %id, "a newcomer was not provisioned");
            }
            drop(place);
        });
    }
}

impl broker::House for House {
    fn admit(&self, visitor: &Visitor<'_>) -> Result<Arc<dyn broker::Authority>, Refusal> {
        let certificate = match &visitor.peer.identity {
            Identity::Server => return Ok(Arc::new(Server)),
            Identity::None => None,
            // Only `judge` lets them in.
            Identity::Claims(_) => return Err(Refusal::NotAuthorized),
            Identity::Certificate(der) => Some(der.as_ref()),
            Identity::AccessKey { id, session_token } => {
                let signed = self.signers.admit(visitor, id, session_token.as_deref())?;
                return with_will(visitor, Arc::new(signed));
            }
        };
        let asking = fleet::Visitor {
            client_id: visitor.client_id,
            source_ip: Some(visitor.peer.address.ip()),
            certificate,
        };
        let authority = self.fleet.admit(&asking).map_err(|refused| {
            self.welcome(certificate);
            refusal(refused)
        })?;
        with_will(visitor, Arc::new(Device(Arc::new(authority))))
    }

    fn judge<'a>(&'a self, visitor: &'a Visitor<'a>, claims: &'a Claims) -> Judging<'a> {
        Box::pin(async move {
            let said = Said::of(visitor, claims);
            let source_ip = visitor.peer.address.ip();
            let shown = said.shown();
            let judged = self.fleet.judge_visitor(&shown, visitor.client_id, source_ip).await;
            let judged = judged.map_err(refusal)?;
            with_will(visitor, Arc::new(Vouched::new(self.fleet.clone(), judged, said)))
        })
    }

    fn epoch(&self) -> u64 {
        let age = u64::try_from(DECISION_AGE_MAX.as_millis()).expect("a few seconds");
        // All only rise, so their sum is new whenever one of them is.
        self.fleet.epoch() + self.signers.iam.epoch() + self.hall.epoch() + self.clock.now() / age
    }

    fn refused_handshake(&self, address: SocketAddr, why: &str) {
        self.fleet.refused_handshake(address.ip(), why);
    }

    fn takes(&self, topic: &str) -> bool {
        self.fleet.takes(topic)
    }

    fn take(&self, message: Arc<Message>, sender: &broker::Sender<'_>) -> Taking {
        let fleet = self.fleet.clone();
        let (client_id, principal) = (sender.client_id.cloned(), sender.principal.clone());
        let writer = Writer { client_id, principal };
        Box::pin(async move {
            fleet.take(&message, &writer).await.map_err(|error| {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, topic = %message.topic, "a message could not be worked on");
                Undone
            })
        })
    }

    fn hall(&self, topic: &Topic) -> Option<Arc<dyn broker::Hall>> {
        let hall = self.hall.of_topic(topic)?;
        Some(Arc::new(TopicRules(hall)))
    }

    fn notice(&self, event: &Event<'_>) {
        if event.peer.identity == Identity::Server {
            return;
        }
        if let Some(what) = trouble(event) {
            let ip = event.peer.address.ip();
            self.fleet.closed_connection(event.principal, event.client_id, ip, &what);
        }
        if let Some(kind) = visit(event) {
            self.fleet.visits().keep(Visit {
                id: 0,
                at: event.at,
                client_id: event.client_id.clone(),
                kind,
                source_ip: Some(event.peer.address.ip()),
                principal: event.principal.to_string(),
            });
        }
        if let Some(message) = aws::message_of(event)
            && self.events.try_send(message).is_err()
        {
            tracing::warn!(client_id = %event.client_id, "an event was lost: too many at once");
        }
    }
}

fn refusal(refused: Refused) -> Refusal {
    match refused.is_unavailable {
        true => Refusal::Unavailable,
        false => Refusal::NotAuthorized,
    }
}

/// Whoever may connect, may only do so if it may publish its will, too.
fn with_will(
    visitor: &Visitor<'_>,
    authority: Arc<dyn broker::Authority>,
) -> Result<Arc<dyn broker::Authority>, Refusal> {
    let may = visitor.will.is_none_or(|(topic, retain)| {
        authority.may_publish(topic) && (!retain || authority.may_retain(topic))
    });
    if may { Ok(authority) } else { Err(Refusal::NotAuthorized) }
}

/// What the owner of a client would want to know of the end of its connection.
fn trouble(event: &Event<'_>) -> Option<String> {
    use broker::Farewell;
    let text = match event.kind {
        EventKind::Refused(detail) => return Some(detail.to_owned()),
        EventKind::Disconnected(farewell) => match farewell {
            Farewell::DuplicateClientId => {
                "another connection came with the same client id; give each device its own"
            }
            Farewell::KeepAliveTimeout => {
                "nothing was heard from it for one and a half times its keep-alive"
            }
            Farewell::TooSlow => "it did not take what was sent to it",
            Farewell::AuthorityRevoked => {
                "its certificate, its authorizer or its policy no longer allows it to be connected"
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(text.to_owned())
}

/// What the owner of a client wants to find in its history.
fn visit(event: &Event<'_>) -> Option<VisitKind> {
    match event.kind {
        EventKind::Connected => Some(VisitKind::Connected),
        EventKind::Disconnected(farewell) => Some(VisitKind::Disconnected(aws::reason(farewell))),
        EventKind::Subscribed(_) | EventKind::Unsubscribed(_) | EventKind::Refused(_) => None,
    }
}

/// The rules of a topic, as the broker sees them.
#[derive(Debug)]
struct TopicRules(fleet::TopicHall);

impl broker::Hall for TopicRules {
    fn work(&self, message: &Arc<Message>, sender: &broker::Sender<'_>) -> broker::Effects {
        let broker::Sender { client_id, principal, source_ip, at, hops, room } = *sender;
        let sender = fleet::Sender { client_id, principal, source_ip, at, hops, room };
        let fleet::Effects { batch, messages, receipt } = self.0.work(message, &sender);
        broker::Effects { batch, messages, receipt: Some(Box::new(Receipt(receipt))) }
    }
}

#[derive(Debug)]
struct Receipt(fleet::Receipt);

impl broker::Receipt for Receipt {
    fn settle(self: Box<Self>, is_kept: bool) {
        self.0.settle(is_kept);
    }
}

/// What a connected client may do.
#[derive(Debug)]
pub(crate) struct Device(pub(crate) Arc<fleet::Authority>);

impl broker::Authority for Device {
    fn principal(&self) -> &Principal {
        self.0.principal()
    }

    fn is_valid(&self) -> bool {
        self.0.is_valid()
    }

    fn may_publish(&self, topic: &str) -> bool {
        self.0.may_publish(topic).is_allowed()
    }

    fn may_retain(&self, topic: &str) -> bool {
        self.0.may_retain(topic).is_allowed()
    }

    fn may_subscribe(&self, filter: &str) -> bool {
        self.0.may_subscribe(filter).is_allowed()
    }

    fn may_receive(&self, topic: &str) -> bool {
        self.0.may_receive(topic).is_allowed()
    }
}

/// The server itself, on a pipe of its own.
#[derive(Debug)]
struct Server;

impl broker::Authority for Server {
    fn principal(&self) -> &Principal {
        &Principal::Server
    }

    fn is_valid(&self) -> bool {
        true
    }

    fn may_publish(&self, _topic: &str) -> bool {
        false
    }

    fn may_retain(&self, _topic: &str) -> bool {
        false
    }

    fn may_subscribe(&self, _filter: &str) -> bool {
        true
    }

    fn may_receive(&self, _topic: &str) -> bool {
        true
    }
}

/// Publishes events, in order, for as long as the house stands.
pub(crate) async fn publish_events(mut events: mpsc::Receiver<Message>, broker: Broker) {
    while let Some(message) = events.recv().await {
        broker.publish(message).await;
    }
}

/// Ends the connections of those who lost their right to be connected: at once when the registry
/// changes, and now and then for certificates that expire.
pub(crate) async fn watch_authority(changes: Arc<tokio::sync::Notify>, broker: Broker) {
    loop {
        drop(tokio::time::timeout(DECISION_AGE_MAX, changes.notified()).await);
        broker.recheck();
    }
}
