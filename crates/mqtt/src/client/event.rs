//! What a client has to tell.

use model::Message;

use crate::error::DecodeError;
use crate::protocol::ProtocolError;
use crate::reason::ReasonCode;

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Connected {
        session_present: bool,
        /// The name that the server chose, if it was asked to.
        assigned_client_id: Option<String>,
    },
    Message {
        message: Message,
        /// 0 exactly when the message came with QoS 0.
        packet_id: u16,
        dup: bool,
        /// The identifiers of the subscriptions that it came for.
        subscription_ids: Vec<u32>,
    },
    /// The server has taken a QoS 1 or 2 message, or refused it.
    Published {
        packet_id: u16,
        reason: ReasonCode,
    },
    Subscribed {
        packet_id: u16,
        reasons: Vec<ReasonCode>,
    },
    /// In 3.1.1 a server gives no reasons.
    Unsubscribed {
        packet_id: u16,
        reasons: Vec<ReasonCode>,
    },
    /// The connection is over: write what is left of the output and close the transport.
    Closed(Cause),
}

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// CONNACK with a failure.
    Refused {
        reason: ReasonCode,
        reason_string: Option<String>,
    },
    /// The server sent DISCONNECT.
    ByServer {
        reason: ReasonCode,
        reason_string: Option<String>,
    },
    ByUs,
    /// Nothing was heard for as long as the keep-alive allows.
    KeepAlive,
    /// The transport closed first.
    Transport,
    Malformed(DecodeError),
    Protocol(ProtocolError),
    /// An answer came that nothing had asked for, or that answers something else.
    Unasked,
}
