//! The MQTT broker: sockets, timers and tasks around the machines of `mqtt` and `router`, and what
//! they must not forget in `sessions`.
//!
//! A message comes in through [`connection`](self), finds its [`route`](self), and goes one of two
//! ways. If it leaves nothing on disk, it is delivered while its bytes still lie in the read
//! buffer. If it does (a persistent session keeps it, it is retained, it is QoS 2), it joins the
//! flow: one commit for all that one read brought, shared with every other connection's, and the
//! PUBACK and the deliveries follow the sync.
//!
//! Who may connect, publish, subscribe and receive is asked through [`House`]; what a message means
//! is not known here.

mod broker;
mod clients;
mod connect;
mod connection;
mod counters;
mod ending;
mod expiry;
mod flow;
mod for_house;
mod hall;
mod handshake;
mod incoming;
mod listener;
mod outbound;
mod parcel;
mod port;
mod route;
mod session;
mod settings;
mod subscribe;
mod websocket;
mod will;
mod wire;

pub use crate::broker::{Broker, Unfit};
pub use crate::clients::{ClientConnection, ClientState, SendAway};
pub use crate::counters::{Counter, Counters};
pub use crate::listener::{Http, Speaks, TlsConfigs};
pub use crate::port::{
    Authority, ClaimedRequest, Claims, Effects, Event, EventKind, Farewell, Hall, House, Identity,
    Judging, Peer, Receipt, Refusal, Sender, Taking, Undone, Visitor,
};
pub use crate::settings::{Limits, Profile, Settings};
pub use crate::websocket::WebSocketAnswer;
