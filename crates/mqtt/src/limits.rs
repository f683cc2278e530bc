//! What a server allows its clients, tells them in CONNACK, and holds them to.

use std::num::{NonZeroU16, NonZeroU32};

use model::{Qos, TopicFilter};

use crate::error::EncodeError;
use crate::packet::{Connect, Publish, Will};
use crate::properties::PropertiesBuf;
use crate::property::Property;
use crate::protocol::ProtocolError;
use crate::reason::ReasonCode;
use crate::version::Version;

/// Session expiry that means never (MQTT 5.0 §3.1.2.11.2).
pub const SESSION_NEVER_EXPIRES: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub packet_size_max: NonZeroU32,
    /// QoS 1 and 2 messages that a client may have unacknowledged.
    pub receive_maximum: NonZeroU16,
    pub topic_alias_maximum: u16,
    pub qos_max: Qos,
    pub retain_available: bool,
    pub wildcard_subscription_available: bool,
    pub shared_subscription_available: bool,
    pub subscription_ids_available: bool,
    /// The longest keep-alive; `None` lets a client have none at all.
    pub keep_alive_max_secs: Option<NonZeroU16>,
    pub session_expiry_max_secs: u32,
}

/// Everything that the protocol knows, as if nothing were announced.
impl Default for Limits {
    fn default() -> Limits {
        Limits {
            packet_size_max: NonZeroU32::MAX,
            receive_maximum: NonZeroU16::MAX,
            topic_alias_maximum: 0,
            qos_max: Qos::ExactlyOnce,
            retain_available: true,
            wildcard_subscription_available: true,
            shared_subscription_available: true,
            subscription_ids_available: true,
            keep_alive_max_secs: None,
            session_expiry_max_secs: SESSION_NEVER_EXPIRES,
        }
    }
}

impl Limits {
    /// Appends to the properties of a CONNACK what differs from what a client assumes.
    pub fn announce(
        &self,
        connect: &Connect<'_>,
        properties: &mut PropertiesBuf,
    ) -> Result<(), EncodeError> {
        let session_expiry_secs = self.session_expiry_secs(connect);
        let is_shortened =
            connect.properties.session_expiry_secs().unwrap_or(0) != session_expiry_secs;
        let keep_alive_secs = self.keep_alive_secs(connect);
        let announced = [
            is_shortened.then_some(Property::SessionExpirySecs(session_expiry_secs)),
            (self.receive_maximum != NonZeroU16::MAX)
                .then_some(Property::ReceiveMaximum(self.receive_maximum)),
            (self.qos_max != Qos::ExactlyOnce).then_some(Property::MaximumQos(self.qos_max)),
            (!self.retain_available).then_some(Property::RetainAvailable(false)),
            (self.packet_size_max != NonZeroU32::MAX)
                .then_some(Property::MaximumPacketSize(self.packet_size_max)),
            (self.topic_alias_maximum != 0)
                .then_some(Property::TopicAliasMaximum(self.topic_alias_maximum)),
            (!self.wildcard_subscription_available)
                .then_some(Property::WildcardSubscriptionAvailable(false)),
            (!self.subscription_ids_available).then_some(Property::SubscriptionIdsAvailable(false)),
            (!self.shared_subscription_available)
                .then_some(Property::SharedSubscriptionAvailable(false)),
            (keep_alive_secs != connect.keep_alive_secs)
                .then_some(Property::ServerKeepAliveSecs(keep_alive_secs)),
        ];
        announced.into_iter().flatten().try_for_each(|property| properties.push(property))
    }

    /// The keep-alive that holds. A 3.1.1 client cannot be told another than its own.
    pub fn keep_alive_secs(&self, connect: &Connect<'_>) -> u16 {
        let asked = connect.keep_alive_secs;
        match self.keep_alive_max_secs.map(NonZeroU16::get) {
            Some(most) if connect.version == Version::V5 && (asked == 0 || asked > most) => most,
            _ => asked,
        }
    }

    /// How long the session outlives its connection. 3.1.1 knows only whether it does.
    pub fn session_expiry_secs(&self, connect: &Connect<'_>) -> u32 {
        let asked = match connect.version {
            Version::V311 if connect.clean_start => 0,
            Version::V311 => SESSION_NEVER_EXPIRES,
            Version::V5 => connect.properties.session_expiry_secs().unwrap_or(0),
        };
        asked.min(self.session_expiry_max_secs)
    }

    /// Why to refuse a CONNECT for its will.
    pub fn check_will(&self, will: &Will<'_>) -> Result<(), ProtocolError> {
        self.check_flags(will.qos, will.retain)
    }

    pub fn check_publish(&self, publish: &Publish<'_>) -> Result<(), ProtocolError> {
        // [MQTT-3.3.4-6]
        if publish.properties.subscription_id().is_some() {
            return Err(ProtocolError::SubscriptionId);
        }
        self.check_flags(publish.qos, publish.retain)
    }

    /// [MQTT-3.2.2-11, MQTT-3.2.2-12] and [MQTT-3.2.2-13, MQTT-3.2.2-14].
    fn check_flags(&self, qos: Qos, retain: bool) -> Result<(), ProtocolError> {
        if qos > self.qos_max {
            return Err(ProtocolError::Qos);
        }
        if retain && !self.retain_available {
            return Err(ProtocolError::Retain);
        }
        Ok(())
    }

    /// Why to refuse a subscription in the SUBACK, or the QoS that it gets at most.
    pub fn check_subscription(
        &self,
        filter: &TopicFilter,
        has_id: bool,
        asked: Qos,
    ) -> Result<Qos, ReasonCode> {
        if filter.share_name().is_some() && !self.shared_subscription_available {
            return Err(ReasonCode::SharedSubscriptionsNotSupported);
        }
        if filter.has_wildcard() && !self.wildcard_subscription_available {
            return Err(ReasonCode::WildcardSubscriptionsNotSupported);
        }
        if has_id && !self.subscription_ids_available {
            return Err(ReasonCode::SubscriptionIdentifiersNotSupported);
        }
        Ok(asked.min(self.qos_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::properties::Properties;
    use crate::property::SubscriptionId;

    fn connect(properties: Properties<'_>) -> Connect<'_> {
        Connect {
            version: Version::V5,
            clean_start: true,
            keep_alive_secs: 0,
            client_id: "c",
            will: None,
            user_name: None,
            password: None,
            properties,
        }
    }

    fn narrow() -> Limits {
        Limits {
            packet_size_max: NonZeroU32::new(149_504).expect("not zero"),
            receive_maximum: NonZeroU16::new(100).expect("not zero"),
            topic_alias_maximum: 8,
            qos_max: Qos::AtLeastOnce,
            retain_available: false,
            wildcard_subscription_available: false,
            shared_subscription_available: false,
            subscription_ids_available: false,
            keep_alive_max_secs: NonZeroU16::new(1200),
            session_expiry_max_secs: 3600,
        }
    }

    fn announced(limits: &Limits, connect: &Connect<'_>) -> Vec<String> {
        let mut properties = PropertiesBuf::new();
        limits.announce(connect, &mut properties).expect("short");
        properties.as_properties().iter().map(|property| format!("{property:?}")).collect()
    }

    #[test]
    fn what_a_client_assumes_anyway_is_not_announced() {
        assert_eq!(announced(&Limits::default(), &connect(Properties::NONE)), [""; 0]);
    }

    #[test]
    fn every_restriction_is_announced() {
        let mut asked = PropertiesBuf::new();
        asked.push(Property::SessionExpirySecs(u32::MAX)).expect("short");
        let expected = [
            "SessionExpirySecs(3600)",
            "ReceiveMaximum(100)",
            "MaximumQos(AtLeastOnce)",
            "RetainAvailable(false)",
            "MaximumPacketSize(149504)",
            "TopicAliasMaximum(8)",
            "WildcardSubscriptionAvailable(false)",
            "SubscriptionIdsAvailable(false)",
            "SharedSubscriptionAvailable(false)",
            "ServerKeepAliveSecs(1200)",
        ];
        assert_eq!(announced(&narrow(), &connect(asked.as_properties())), expected);
    }

    #[test]
    fn version_3_1_1_keeps_its_keep_alive_and_its_session() {
        let old = Connect { version: Version::V311, ..connect(Properties::NONE) };
        assert_eq!(narrow().keep_alive_secs(&old), 0);
        assert_eq!(narrow().session_expiry_secs(&old), 0);
        let kept = Connect { clean_start: false, ..old };
        assert_eq!(narrow().session_expiry_secs(&kept), 3600);
        assert_eq!(Limits::default().session_expiry_secs(&kept), SESSION_NEVER_EXPIRES);
    }

    #[test]
    fn subscriptions_are_refused_one_by_one() {
        let filter = |text: &str| TopicFilter::new(text).expect("valid");
        let check =
            |text, has_id| narrow().check_subscription(&filter(text), has_id, Qos::ExactlyOnce);
        assert_eq!(check("a", false), Ok(Qos::AtLeastOnce));
        assert_eq!(check("a/+", false), Err(ReasonCode::WildcardSubscriptionsNotSupported));
        assert_eq!(check("a", true), Err(ReasonCode::SubscriptionIdentifiersNotSupported));
        let shared = Err(ReasonCode::SharedSubscriptionsNotSupported);
        assert_eq!(check("$share/g/a", false), shared);
    }

    #[test]
    fn a_publish_that_asks_for_what_is_not_offered_is_refused() {
        let (dup, retain, topic, packet_id) = (false, false, "t", 1);
        let (qos, properties) = (Qos::AtLeastOnce, Properties::NONE);
        let plain = Publish { dup, qos, retain, topic, packet_id, properties, payload: &[] };
        assert_eq!(narrow().check_publish(&plain), Ok(()));
        let exactly_once = Publish { qos: Qos::ExactlyOnce, ..plain };
        assert_eq!(narrow().check_publish(&exactly_once), Err(ProtocolError::Qos));
        let retained = Publish { retain: true, ..plain };
        assert_eq!(narrow().check_publish(&retained), Err(ProtocolError::Retain));
        let mut with_id = PropertiesBuf::new();
        let id = SubscriptionId::new(1).expect("in range");
        with_id.push(Property::SubscriptionId(id)).expect("short");
        let of_a_server = Publish { properties: with_id.as_properties(), ..plain };
        let refused = Err(ProtocolError::SubscriptionId);
        assert_eq!(Limits::default().check_publish(&of_a_server), refused);
    }
}
