//! What the broker asks of the rest of the house. The roof joins these ports to `fleet`; tests and
//! the simulator bring their own.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use kv::Batch;
use model::{ClientId, Message, Principal, Topic};

/// What became of a message for the house, to be awaited. The messages are for its sender alone, who
/// gets them without having subscribed.
pub type Taking = Pin<Box<dyn Future<Output = Result<Vec<Message>, Undone>> + Send>>;

/// Whether a client may connect, to be awaited.
pub type Judging<'a> =
    Pin<Box<dyn Future<Output = Result<Arc<dyn Authority>, Refusal>> + Send + 'a>>;

/// The house could not do what a message asks for, so nothing may say that it is done: its sender
/// is to send it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone;

/// Decides who may do what, and hears what happens to connections.
pub trait House: Send + Sync + fmt::Debug + 'static {
    /// May this client connect? The answer decides for as long as it lasts.
    fn admit(&self, visitor: &Visitor) -> Result<Arc<dyn Authority>, Refusal>;

    /// The same of a client that has proved nothing and only says things: whoever is to judge them may
    /// take a while.
    fn judge<'a>(&'a self, _visitor: &'a Visitor<'a>, _claims: &'a Claims) -> Judging<'a> {
        Box::pin(std::future::ready(Err(Refusal::NotAuthorized)))
    }

    /// Rises whenever an authority may decide otherwise than before. Decisions that were made at
    /// an older epoch are made again.
    fn epoch(&self) -> u64;

    /// A peer did not get as far as to say who it is.
    fn refused_handshake(&self, address: SocketAddr, why: &str);

    /// Whether messages of this topic, which begins with `$`, are for the house itself. All other
    /// such topics are nobody's to publish to.
    fn takes(&self, _topic: &str) -> bool {
        false
    }

    /// Does what a message for the house asks for, and is done when that is on disk.
    fn take(&self, message: Arc<Message>, _sender: &Sender<'_>) -> Taking {
        Box::pin(async move {
            tracing::warn!(topic = %message.topic, "nobody takes messages for the house");
            Err(Undone)
        })
    }

    /// What the house does with messages of a topic beside delivering them: nothing, with most. Asked
    /// once for many messages, and again when the epoch has risen.
    fn hall(&self, _topic: &Topic) -> Option<Arc<dyn Hall>> {
        None
    }

    /// Something happened to a client. Called in order for each client; must not block.
    fn notice(&self, event: &Event<'_>);
}

/// What the house does with the messages of one topic.
pub trait Hall: Send + Sync + fmt::Debug {
    /// What follows from a message. It is called on the way of the message, so it may read the store
    /// and wait for nothing else.
    fn work(&self, message: &Arc<Message>, sender: &Sender<'_>) -> Effects;
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// The client that it came from; `None` if it came from the house, or by another way than MQTT.
    pub client_id: Option<&'a ClientId>,
    pub principal: &'a Principal,
    pub source_ip: Option<IpAddr>,
    pub at: u64,
    /// How many messages are between this one and what a client sent.
    pub hops: u8,
    /// How many messages may follow from it.
    pub room: usize,
}

impl Sender<'_> {
    /// The house itself.
    pub fn house(at: u64) -> Sender<'static> {
        Sender {
            client_id: None,
            principal: &Principal::Server,
            source_ip: None,
            at,
            hops: 0,
            room: 0,
        }
    }
}

/// What follows from a message: it is on disk when the message is acknowledged.
#[derive(Debug, Default)]
pub struct Effects {
    pub batch: Batch,
    pub messages: Vec<Message>,
    /// Told what became of them.
    pub receipt: Option<Box<dyn Receipt>>,
}

/// Wants to know what became of effects.
pub trait Receipt: Send + Sync + fmt::Debug {
    /// They are on disk, or none of them is. Called once, on the way of other messages: it must not
    /// block.
    fn settle(self: Box<Self>, is_kept: bool);
}

/// What one connected principal may do. Each refusal is the house's to record and explain.
pub trait Authority: Send + Sync + fmt::Debug {
    fn principal(&self) -> &Principal;
    /// False once the principal lost the right to be connected at all.
    fn is_valid(&self) -> bool;
    fn may_publish(&self, topic: &str) -> bool;
    fn may_retain(&self, topic: &str) -> bool;
    fn may_subscribe(&self, filter: &str) -> bool;
    /// Asked for each topic that a session is about to be sent a message of.
    fn may_receive(&self, topic: &str) -> bool;
}

/// Someone who asks to be connected.
#[derive(Debug)]
pub struct Visitor<'a> {
    pub client_id: &'a ClientId,
    pub peer: &'a Peer,
    pub user_name: Option<&'a str>,
    pub password: Option<&'a [u8]>,
    /// The topic of the will, whether it is retained: the visitor must be allowed to publish it.
    pub will: Option<(&'a str, bool)>,
}

/// The other end of a connection, as the listener knows it.
#[derive(Clone, Debug)]
pub struct Peer {
    pub address: SocketAddr,
    pub identity: Identity,
}

/// What a connection proved before its first packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The plain listener: nothing.
    None,
    /// A pipe inside the server, whose other end is the server itself.
    Server,
    /// TLS: this certificate, in DER, and its private key.
    Certificate(Bytes),
    /// A signature: this access key's secret, and the token of its session if it has one.
    AccessKey { id: Arc<str>, session_token: Option<Arc<str>> },
    /// TLS or HTTP with neither: what the client said of itself.
    Claims(Arc<Claims>),
}

/// What a client said on its way in, proved by nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The name that it asked for in the TLS handshake.
    pub server_name: Option<String>,
    /// Of the request that asked for a WebSocket; nothing if there was none.
    pub request: Option<ClaimedRequest>,
}

/// A request over HTTP, as far as it tells of its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimedRequest {
    pub headers: Vec<(String, String)>,
    /// Without the question mark.
    pub query: String,
}

/// Why a visitor is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The certificate is unknown or not active, or a policy does not allow it.
    NotAuthorized,
    /// The client identifier is not one that may be used here.
    BadClientId,
    /// The store could not be read.
    Unavailable,
}

/// What happened to a client.
#[derive(Debug)]
pub struct Event<'a> {
    pub client_id: &'a ClientId,
    pub principal: &'a Principal,
    pub peer: &'a Peer,
    /// Tells the sessions of one client apart.
    pub session: u64,
    /// Rises with each connection of one client.
    pub version: u64,
    pub at: u64,
    pub kind: EventKind<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum EventKind<'a> {
    Connected,
    Disconnected(Farewell),
    Subscribed(&'a [&'a str]),
    Unsubscribed(&'a [&'a str]),
    /// A packet that could not be accepted: the connection's, the session's or the server's limits.
    Refused(&'a str),
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// DISCONNECT came.
    ByClient,
    /// DISCONNECT came and asked for the will [MQTT-3.14.2-1].
    ByClientWithWill,
    /// The connection broke.
    Lost,
    /// Nothing came for one and a half times the keep-alive.
    KeepAliveTimeout,
    /// The same client id connected anew.
    DuplicateClientId,
    /// The client broke the protocol or a limit.
    ClientError,
    /// The client did what its policy does not allow.
    Forbidden,
    /// The principal lost its right to be connected.
    AuthorityRevoked,
    /// The client did not take what was sent to it.
    TooSlow,
    /// The API ended it.
    ByAdministrator,
    /// The server ends.
    ServerShutdown,
    /// The store failed.
    ServerError,
}

impl Farewell {
    /// Whether the client's will is published.
    pub fn sends_will(self) -> bool {
        self != Farewell::ByClient
    }
}
