//! Topic aliases (MQTT 5.0 §3.3.2.3.4): small numbers that stand for topics during a connection.

use std::num::NonZeroU16;

use model::Topic;

use crate::packet::Publish;
use crate::protocol::ProtocolError;

/// What the peer's aliases stand for.
#[derive(Clone, Debug, Default)]
pub struct ReceivedAliases {
    /// Grows with the aliases used, up to `most`.
    topics: Vec<Option<Topic>>,
    most: u16,
}

impl ReceivedAliases {
    /// `most` is the topic alias maximum that we announced.
    pub fn new(most: u16) -> ReceivedAliases {
        ReceivedAliases { topics: Vec::new(), most }
    }

    /// The topic that a packet is for. A packet with both topic and alias sets the alias.
    pub fn resolve(&mut self, publish: &Publish<'_>) -> Result<Topic, ProtocolError> {
        match publish.properties.topic_alias() {
            None => Topic::new(publish.topic).map_err(ProtocolError::Topic),
            Some(alias) if publish.topic.is_empty() => self.look_up(alias.get()),
            Some(alias) => self.set(alias.get(), publish.topic),
        }
    }

    fn look_up(&self, alias: u16) -> Result<Topic, ProtocolError> {
        self.check(alias)?;
        let topic = self.topics.get(usize::from(alias) - 1).cloned().flatten();
        topic.ok_or(ProtocolError::AliasUnknown { alias })
    }

    fn set(&mut self, alias: u16, topic: &str) -> Result<Topic, ProtocolError> {
        self.check(alias)?;
        let place = usize::from(alias) - 1;
        let known = self.topics.get(place).and_then(Option::as_ref);
        if let Some(known) = known.filter(|known| known.as_str() == topic) {
            return Ok(known.clone());
        }
        let topic = Topic::new(topic).map_err(ProtocolError::Topic)?;
        if self.topics.len() <= place {
            self.topics.resize(place + 1, None);
        }
        self.topics[place] = Some(topic.clone());
        Ok(topic)
    }

    /// [MQTT-3.3.2-9]
    fn check(&self, alias: u16) -> Result<(), ProtocolError> {
        if alias > self.most {
            return Err(ProtocolError::AliasTooLarge { alias, most: self.most });
        }
        Ok(())
    }
}

/// Aliases that one connection gives out: they are searched one by one, and a client that is sent
/// messages on many topics gains little from them.
const SENT_ALIASES_MAX: u16 = 16;

/// The aliases that we gave out. When all are taken, the one longest not used gets a new topic.
#[derive(Clone, Debug, Default)]
pub struct SentAliases {
    given: Vec<Given>,
    most: u16,
    /// Counts uses, to know the oldest.
    uses: u64,
}

#[derive(Clone, Debug)]
struct Given {
    topic: Topic,
    used: u64,
}

/// How to name the topic of the next packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alias {
    /// By the topic alone: the peer takes no aliases.
    None,
    /// By topic and alias, so that the peer learns the alias.
    New(NonZeroU16),
    /// By the alias alone.
    Known(NonZeroU16),
}

impl SentAliases {
    /// `most` is the topic alias maximum that the peer announced.
    pub fn new(most: u16) -> SentAliases {
        SentAliases { given: Vec::new(), most: most.min(SENT_ALIASES_MAX), uses: 0 }
    }

    /// The alias of a topic. The packet must then be sent: the peer learns from it.
    pub fn name(&mut self, topic: &Topic) -> Alias {
        if self.most == 0 {
            return Alias::None;
        }
        self.uses += 1;
        let used = self.uses;
        if let Some(place) = self.given.iter().position(|given| given.topic == *topic) {
            self.given[place].used = used;
            return Alias::Known(alias_at(place));
        }
        let given = Given { topic: topic.clone(), used };
        if self.given.len() < usize::from(self.most) {
            self.given.push(given);
            return Alias::New(alias_at(self.given.len() - 1));
        }
        let places = 0..self.given.len();
        let oldest = places.min_by_key(|place| self.given[*place].used);
        let oldest = oldest.expect("one alias at least is allowed, and all are given");
        self.given[oldest] = given;
        Alias::New(alias_at(oldest))
    }
}

fn alias_at(place: usize) -> NonZeroU16 {
    let alias = u16::try_from(place + 1).ok().and_then(NonZeroU16::new);
    alias.expect("places are below the maximum of a u16")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::properties::{Properties, PropertiesBuf};
    use crate::property::Property;
    use model::Qos;

    fn alias(number: u16) -> NonZeroU16 {
        NonZeroU16::new(number).expect("not zero")
    }

    fn topic(text: &str) -> Topic {
        Topic::new(text).expect("valid")
    }

    fn resolve(
        aliases: &mut ReceivedAliases,
        topic: &str,
        number: Option<u16>,
    ) -> Result<String, ProtocolError> {
        let mut properties = PropertiesBuf::new();
        if let Some(number) = number {
            properties.push(Property::TopicAlias(alias(number))).expect("short");
        }
        let properties = properties.as_properties();
        let (dup, retain, qos, packet_id) = (false, false, Qos::AtMostOnce, 0);
        let publish = Publish { dup, qos, retain, topic, packet_id, properties, payload: &[] };
        aliases.resolve(&publish).map(String::from)
    }

    #[test]
    fn an_alias_stands_for_the_topic_that_it_last_came_with() {
        let mut aliases = ReceivedAliases::new(2);
        assert_eq!(resolve(&mut aliases, "a", None).as_deref(), Ok("a"));
        let unknown = ProtocolError::AliasUnknown { alias: 2 };
        assert_eq!(resolve(&mut aliases, "", Some(2)), Err(unknown));
        assert_eq!(resolve(&mut aliases, "a", Some(2)).as_deref(), Ok("a"));
        assert_eq!(resolve(&mut aliases, "", Some(2)).as_deref(), Ok("a"));
        assert_eq!(resolve(&mut aliases, "b", Some(2)).as_deref(), Ok("b"));
        assert_eq!(resolve(&mut aliases, "", Some(2)).as_deref(), Ok("b"));
        let unknown = ProtocolError::AliasUnknown { alias: 1 };
        assert_eq!(resolve(&mut aliases, "", Some(1)), Err(unknown));
    }

    #[test]
    fn an_alias_above_the_maximum_is_refused_and_takes_no_room() {
        let mut aliases = ReceivedAliases::new(2);
        let refused = ProtocolError::AliasTooLarge { alias: 65_535, most: 2 };
        assert_eq!(refused.reason_code(), crate::ReasonCode::TopicAliasInvalid);
        assert_eq!(resolve(&mut aliases, "a", Some(65_535)), Err(refused));
        assert!(aliases.topics.is_empty());
        assert_eq!(Properties::NONE.topic_alias(), None);
    }

    #[test]
    fn the_alias_longest_not_used_is_given_anew() {
        let mut aliases = SentAliases::new(2);
        assert_eq!(aliases.name(&topic("a")), Alias::New(alias(1)));
        assert_eq!(aliases.name(&topic("b")), Alias::New(alias(2)));
        assert_eq!(aliases.name(&topic("a")), Alias::Known(alias(1)));
        assert_eq!(aliases.name(&topic("c")), Alias::New(alias(2)));
        assert_eq!(aliases.name(&topic("b")), Alias::New(alias(1)));
    }

    #[test]
    fn a_peer_that_takes_no_aliases_gets_none() {
        assert_eq!(SentAliases::new(0).name(&topic("a")), Alias::None);
    }
}
