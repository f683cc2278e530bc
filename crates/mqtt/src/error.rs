//! Why bytes are no packet, and why a packet cannot be made bytes.

use crate::packet_type::PacketType;
use crate::property;
use crate::reason::ReasonCode;

/// Why bytes are no packet. The connection must be closed; in MQTT 5 the peer is told
/// [`DecodeError::reason_code`] first (MQTT 5.0 §4.13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("packet of {length} bytes is larger than {most}")]
    PacketTooLarge { length: u64, most: u32 },
    #[error("variable byte integer has more than 4 bytes")]
    IntegerTooLong,
    #[error("variable byte integer is longer than it need be")]
    IntegerNotMinimal,
    #[error("packet type 0 is reserved")]
    ReservedType,
    #[error("reserved flags of {packet} are {flags:#06b}")]
    ReservedFlags { packet: PacketType, flags: u8 },
    #[error("packet ends within a field")]
    Truncated,
    #[error("bytes are left after the packet's last field")]
    TrailingBytes,
    #[error("text is not UTF-8")]
    NotUtf8,
    #[error("text holds the character U+0000")]
    NullCharacter,
    #[error("{packet} does not exist in MQTT 3.1.1")]
    NotInVersion { packet: PacketType },
    #[error("packet where CONNECT was expected is {packet}")]
    NotConnect { packet: PacketType },
    #[error("protocol name is not MQTT")]
    ProtocolName,
    #[error("protocol level {0} is not supported")]
    ProtocolLevel(u8),
    #[error("reserved connect flag is set")]
    ConnectFlag,
    #[error("will flags are set without a will")]
    WillFlags,
    #[error("password comes without a user name")]
    PasswordAlone,
    #[error("reserved connack flags are set")]
    ConnAckFlags,
    #[error("session is present in a refusal")]
    SessionInRefusal,
    #[error("quality of service is 3")]
    QosThree,
    #[error("dup is set at QoS 0")]
    DupAtQosZero,
    #[error("packet identifier is 0")]
    ZeroPacketId,
    #[error("topic is empty and no alias stands for it")]
    EmptyTopic,
    #[error("topic name holds a wildcard")]
    TopicWildcard,
    #[error("property {0:#04x} is unknown")]
    UnknownProperty(u8),
    #[error("property {0:#04x} may not stand here")]
    PropertyNotAllowed(u8),
    #[error("property {0:#04x} stands twice")]
    PropertyTwice(u8),
    #[error("value of property {0:#04x} is out of range")]
    PropertyValue(u8),
    #[error("authentication data comes without a method")]
    AuthenticationDataAlone,
    #[error("reason code {code:#04x} may not stand in {packet}")]
    ReasonCode { packet: PacketType, code: u8 },
    #[error("subscription options are reserved ones")]
    SubscriptionOptions,
    #[error("shared subscription asks for no local")]
    SharedNoLocal,
    #[error("list of the packet is empty")]
    EmptyList,
}

impl DecodeError {
    /// What to tell the peer. A packet that cannot be parsed is malformed; one that can, but says
    /// what it may not, is a protocol error (MQTT 5.0 §1.2).
    pub fn reason_code(self) -> ReasonCode {
        match self {
            DecodeError::PacketTooLarge { .. } => ReasonCode::PacketTooLarge,
            DecodeError::ProtocolName | DecodeError::ProtocolLevel(_) => {
                ReasonCode::UnsupportedProtocolVersion
            }
            DecodeError::TopicWildcard => ReasonCode::TopicNameInvalid,
            // [MQTT-3.3.2-8]: an alias of 0 has a code of its own.
            DecodeError::PropertyValue(property::TOPIC_ALIAS) => ReasonCode::TopicAliasInvalid,
            DecodeError::NotInVersion { .. }
            | DecodeError::NotConnect { .. }
            | DecodeError::SessionInRefusal
            | DecodeError::ZeroPacketId
            | DecodeError::EmptyTopic
            | DecodeError::PropertyTwice(_)
            | DecodeError::PropertyValue(_)
            | DecodeError::AuthenticationDataAlone
            | DecodeError::SharedNoLocal
            | DecodeError::EmptyList => ReasonCode::ProtocolError,
            DecodeError::IntegerTooLong
            | DecodeError::IntegerNotMinimal
            | DecodeError::ReservedType
            | DecodeError::ReservedFlags { .. }
            | DecodeError::Truncated
            | DecodeError::TrailingBytes
            | DecodeError::NotUtf8
            | DecodeError::NullCharacter
            | DecodeError::ConnectFlag
            | DecodeError::WillFlags
            | DecodeError::PasswordAlone
            | DecodeError::ConnAckFlags
            | DecodeError::QosThree
            | DecodeError::DupAtQosZero
            | DecodeError::UnknownProperty(_)
            | DecodeError::PropertyNotAllowed(_)
            | DecodeError::ReasonCode { .. }
            | DecodeError::SubscriptionOptions => ReasonCode::MalformedPacket,
        }
    }
}

/// Why a packet cannot be made bytes. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error("field of {0} bytes is longer than 65535")]
    FieldTooLong(usize),
    #[error("packet of {0} bytes is longer than the protocol allows")]
    PacketTooLong(usize),
}
