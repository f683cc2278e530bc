//! Well-formed packets that break the rules of the connection.

use model::topic::TopicError;

use crate::packet_type::PacketType;
use crate::reason::ReasonCode;

/// The connection must be closed; in MQTT 5 the peer is told [`ProtocolError::reason_code`] first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    #[error("{packet} may not come now")]
    Unexpected { packet: PacketType },
    #[error("more than {most} messages wait for their acknowledgement")]
    ReceiveMaximum { most: u16 },
    #[error("topic alias {alias} is above the maximum of {most}")]
    AliasTooLarge { alias: u16, most: u16 },
    #[error("topic alias {alias} stands for nothing yet")]
    AliasUnknown { alias: u16 },
    #[error("topic name is not valid")]
    Topic(#[source] TopicError),
    #[error("quality of service is above the maximum")]
    Qos,
    #[error("retained messages are not available")]
    Retain,
    #[error("client sent a subscription identifier in a PUBLISH")]
    SubscriptionId,
}

impl ProtocolError {
    pub fn reason_code(&self) -> ReasonCode {
        match self {
            ProtocolError::Unexpected { .. }
            // MQTT 5.0 §3.3.4: only topics of aliases beyond the maximum have a code of their own.
            | ProtocolError::AliasUnknown { .. }
            | ProtocolError::SubscriptionId => ReasonCode::ProtocolError,
            ProtocolError::ReceiveMaximum { .. } => ReasonCode::ReceiveMaximumExceeded,
            ProtocolError::AliasTooLarge { .. } => ReasonCode::TopicAliasInvalid,
            ProtocolError::Topic(_) => ReasonCode::TopicNameInvalid,
            ProtocolError::Qos => ReasonCode::QosNotSupported,
            ProtocolError::Retain => ReasonCode::RetainNotSupported,
        }
    }
}
