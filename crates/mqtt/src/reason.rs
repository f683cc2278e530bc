//! Reason codes (MQTT 5.0 §2.4), and what MQTT 3.1.1 has in their place.

use std::fmt;

use crate::error::DecodeError;
use crate::packet_type::PacketType::{
    self, Auth, ConnAck, Disconnect, PubAck, PubComp, PubRec, PubRel, SubAck, UnsubAck,
};
use crate::packet_type::Places;

/// One row for each code: its value, its name, its words, and the packets it may stand in.
macro_rules! reason_codes {
    ($($(#[$doc:meta])* $code:literal $name:ident, $text:literal, [$($packet:ident),*];)*) => {
        /// How something went. Codes from 0x80 on are failures.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum ReasonCode {
            $($(#[$doc])* $name = $code,)*
        }

        impl ReasonCode {
            pub fn from_code(code: u8) -> Option<ReasonCode> {
                match code {
                    $($code => Some(ReasonCode::$name),)*
                    _ => None,
                }
            }

            /// The code in words.
            pub fn text(self) -> &'static str {
                match self {
                    $(ReasonCode::$name => $text,)*
                }
            }

            fn places(self) -> Places {
                match self {
                    $(ReasonCode::$name => const { Places::of(&[$($packet),*]) },)*
                }
            }
        }
    };
}

reason_codes! {
    /// Also a normal disconnection, and QoS 0 granted.
    #[default]
    0x00 Success, "success",
        [ConnAck, PubAck, PubRec, PubRel, PubComp, SubAck, UnsubAck, Disconnect, Auth];
    0x01 GrantedQos1, "QoS 1 granted", [SubAck];
    0x02 GrantedQos2, "QoS 2 granted", [SubAck];
    0x04 DisconnectWithWill, "disconnect with will", [Disconnect];
    0x10 NoMatchingSubscribers, "no matching subscribers", [PubAck, PubRec];
    0x11 NoSubscriptionExisted, "no subscription existed", [UnsubAck];
    0x18 ContinueAuthentication, "continue authentication", [Auth];
    0x19 ReAuthenticate, "re-authenticate", [Auth];
    0x80 UnspecifiedError, "unspecified error",
        [ConnAck, PubAck, PubRec, SubAck, UnsubAck, Disconnect];
    0x81 MalformedPacket, "malformed packet", [ConnAck, Disconnect];
    0x82 ProtocolError, "protocol error", [ConnAck, Disconnect];
    0x83 ImplementationSpecificError, "implementation specific error",
        [ConnAck, PubAck, PubRec, SubAck, UnsubAck, Disconnect];
    0x84 UnsupportedProtocolVersion, "unsupported protocol version", [ConnAck];
    0x85 ClientIdentifierNotValid, "client identifier not valid", [ConnAck];
    0x86 BadUserNameOrPassword, "bad user name or password", [ConnAck];
    0x87 NotAuthorized, "not authorized",
        [ConnAck, PubAck, PubRec, SubAck, UnsubAck, Disconnect];
    0x88 ServerUnavailable, "server unavailable", [ConnAck];
    0x89 ServerBusy, "server busy", [ConnAck, Disconnect];
    0x8A Banned, "banned", [ConnAck];
    0x8B ServerShuttingDown, "server shutting down", [Disconnect];
    0x8C BadAuthenticationMethod, "bad authentication method", [ConnAck, Disconnect];
    0x8D KeepAliveTimeout, "keep alive timeout", [Disconnect];
    0x8E SessionTakenOver, "session taken over", [Disconnect];
    0x8F TopicFilterInvalid, "topic filter invalid", [SubAck, UnsubAck, Disconnect];
    0x90 TopicNameInvalid, "topic name invalid", [ConnAck, PubAck, PubRec, Disconnect];
    0x91 PacketIdentifierInUse, "packet identifier in use", [PubAck, PubRec, SubAck, UnsubAck];
    0x92 PacketIdentifierNotFound, "packet identifier not found", [PubRel, PubComp];
    0x93 ReceiveMaximumExceeded, "receive maximum exceeded", [Disconnect];
    0x94 TopicAliasInvalid, "topic alias invalid", [Disconnect];
    0x95 PacketTooLarge, "packet too large", [ConnAck, Disconnect];
    0x96 MessageRateTooHigh, "message rate too high", [Disconnect];
    0x97 QuotaExceeded, "quota exceeded", [ConnAck, PubAck, PubRec, SubAck, Disconnect];
    0x98 AdministrativeAction, "administrative action", [Disconnect];
    0x99 PayloadFormatInvalid, "payload format invalid", [ConnAck, PubAck, PubRec, Disconnect];
    0x9A RetainNotSupported, "retain not supported", [ConnAck, Disconnect];
    0x9B QosNotSupported, "QoS not supported", [ConnAck, Disconnect];
    0x9C UseAnotherServer, "use another server", [ConnAck, Disconnect];
    0x9D ServerMoved, "server moved", [ConnAck, Disconnect];
    0x9E SharedSubscriptionsNotSupported, "shared subscriptions not supported",
        [SubAck, Disconnect];
    0x9F ConnectionRateExceeded, "connection rate exceeded", [ConnAck, Disconnect];
    0xA0 MaximumConnectTime, "maximum connect time", [Disconnect];
    0xA1 SubscriptionIdentifiersNotSupported, "subscription identifiers not supported",
        [SubAck, Disconnect];
    0xA2 WildcardSubscriptionsNotSupported, "wildcard subscriptions not supported",
        [SubAck, Disconnect];
}

impl ReasonCode {
    pub fn code(self) -> u8 {
        self as u8
    }

    pub fn is_failure(self) -> bool {
        self.code() >= 0x80
    }

    /// A code that may stand in `packet`.
    pub(crate) fn decode(code: u8, packet: PacketType) -> Result<ReasonCode, DecodeError> {
        ReasonCode::from_code(code)
            .filter(|reason| reason.is_allowed_in(packet))
            .ok_or(DecodeError::ReasonCode { packet, code })
    }

    pub fn is_allowed_in(self, packet: PacketType) -> bool {
        self.places().holds(Places::of(&[packet]))
    }

    /// The return code of a 3.1.1 CONNACK (3.1.1 §3.2.2.3). It has but five failures; one that is
    /// none of them is "server unavailable", after which a client comes back later.
    pub fn to_connack_v311(self) -> u8 {
        match self {
            reason if !reason.is_failure() => 0,
            ReasonCode::UnsupportedProtocolVersion => 1,
            ReasonCode::ClientIdentifierNotValid => 2,
            ReasonCode::BadUserNameOrPassword | ReasonCode::BadAuthenticationMethod => 4,
            ReasonCode::NotAuthorized | ReasonCode::Banned => 5,
            _ => 3,
        }
    }

    /// What a return code of a 3.1.1 CONNACK says. Servers do send reserved ones; whatever they
    /// mean by them, it is a refusal.
    pub fn from_connack_v311(code: u8) -> ReasonCode {
        match code {
            0 => ReasonCode::Success,
            1 => ReasonCode::UnsupportedProtocolVersion,
            2 => ReasonCode::ClientIdentifierNotValid,
            3 => ReasonCode::ServerUnavailable,
            4 => ReasonCode::BadUserNameOrPassword,
            5 => ReasonCode::NotAuthorized,
            _ => ReasonCode::UnspecifiedError,
        }
    }

    /// The return code of a 3.1.1 SUBACK, which knows one failure [MQTT-3.9.3-2].
    pub fn to_suback_v311(self) -> u8 {
        if self.is_failure() { ReasonCode::UnspecifiedError.code() } else { self.code() }
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:#04x})", self.text(), self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbers_and_numbers_codes() {
        let known = (0..=u8::MAX).filter_map(ReasonCode::from_code);
        assert!(known.clone().all(|reason| ReasonCode::from_code(reason.code()) == Some(reason)));
        assert_eq!(known.count(), 43);
    }

    #[test]
    fn a_code_stands_only_where_the_specification_puts_it() {
        assert_eq!(ReasonCode::decode(0x92, PubRel), Ok(ReasonCode::PacketIdentifierNotFound));
        let refused = DecodeError::ReasonCode { packet: PubAck, code: 0x92 };
        assert_eq!(ReasonCode::decode(0x92, PubAck), Err(refused));
        let unknown = DecodeError::ReasonCode { packet: PubAck, code: 0x03 };
        assert_eq!(ReasonCode::decode(0x03, PubAck), Err(unknown));
    }

    #[test]
    fn the_return_codes_of_version_3_1_1_survive_a_round_trip() {
        for code in 0..=5 {
            assert_eq!(ReasonCode::from_connack_v311(code).to_connack_v311(), code);
        }
        assert_eq!(ReasonCode::from_connack_v311(7), ReasonCode::UnspecifiedError);
        assert_eq!(ReasonCode::QuotaExceeded.to_connack_v311(), 3);
        assert_eq!(ReasonCode::NotAuthorized.to_suback_v311(), 0x80);
        assert_eq!(ReasonCode::GrantedQos1.to_suback_v311(), 1);
    }

    #[test]
    fn a_code_reads_as_words() {
        assert_eq!(ReasonCode::KeepAliveTimeout.to_string(), "keep alive timeout (0x8d)");
    }
}
