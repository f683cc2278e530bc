//! Topic names and topic filters, valid by construction (MQTT 5.0 §4.7).

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest topic that the protocol can carry, in bytes.
const LENGTH_MAX: usize = 65_535;

/// Why a text is no topic name or filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    #[error("a topic may not be empty")]
    Empty,
    #[error("a topic may have at most 65535 bytes, not {0}")]
    TooLong(usize),
    #[error("a topic may not hold the character U+0000")]
    Null,
    #[error("a topic name may not hold the wildcard '{0}'")]
    Wildcard(char),
    #[error("'#' must be the last level of a filter and alone in it")]
    MultiLevel,
    #[error("'+' must be alone in its level")]
    SingleLevel,
    #[error("a shared subscription is $share/NAME/FILTER, with neither '+' nor '#' in the name")]
    Share,
}

/// Topics below this are for one rule alone, which the next level names: AWS's Basic Ingest.
pub const BASIC_INGEST: &str = "$aws/rules/";

/// The name of a topic that a message is published to.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Topic(Arc<str>);

/// A filter that a client subscribes with, `$share/NAME/` and all.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TopicFilter(Arc<str>);

impl Topic {
    pub fn new(text: &str) -> Result<Topic, TopicError> {
        Topic::check(text)?;
        Ok(Topic(Arc::from(text)))
    }

    /// Whether a text is a topic name; for those who need not keep it.
    pub fn check(text: &str) -> Result<(), TopicError> {
        check_text(text)?;
        match text.chars().find(|c| matches!(c, '+' | '#')) {
            Some(wildcard) => Err(TopicError::Wildcard(wildcard)),
            None => Ok(()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TopicFilter {
    pub fn new(text: &str) -> Result<TopicFilter, TopicError> {
        check_text(text)?;
        let levels = match share_of(text)? {
            Some((_, filter)) => filter,
            None => text,
        };
        check_levels(levels)?;
        Ok(TopicFilter(Arc::from(text)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the group of a shared subscription.
    pub fn share_name(&self) -> Option<&str> {
        share_of(&self.0).ok().flatten().map(|(name, _)| name)
    }

    /// The filter without `$share/NAME/`.
    pub fn levels(&self) -> &str {
        share_of(&self.0).ok().flatten().map_or(&self.0, |(_, filter)| filter)
    }

    pub fn has_wildcard(&self) -> bool {
        self.levels().bytes().any(|b| matches!(b, b'+' | b'#'))
    }

    /// Whether a message on `topic` is for this filter [MQTT-4.7.1-1 to 4.7.2-1].
    pub fn matches(&self, topic: &str) -> bool {
        let filter = self.levels();
        if topic.starts_with('$') && filter.starts_with(['+', '#']) {
            return false;
        }
        let mut names = topic.split('/');
        for level in filter.split('/') {
            match (level, names.next()) {
                ("#", _) => return true,
                ("+", Some(_)) => {}
                (level, Some(name)) if level == name => {}
                _ => return false,
            }
        }
        names.next().is_none()
    }
}

fn check_text(text: &str) -> Result<(), TopicError> {
    match text.len() {
        0 => Err(TopicError::Empty),
        length if length > LENGTH_MAX => Err(TopicError::TooLong(length)),
        _ if text.contains('\0') => Err(TopicError::Null),
        _ => Ok(()),
    }
}

fn check_levels(filter: &str) -> Result<(), TopicError> {
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        if level.contains('#') && (level != "#" || levels.peek().is_some()) {
            return Err(TopicError::MultiLevel);
        }
        if level.contains('+') && level != "+" {
            return Err(TopicError::SingleLevel);
        }
    }
    Ok(())
}

/// `$share/NAME/FILTER` as `(NAME, FILTER)` [MQTT-4.8.2-1, MQTT-4.8.2-2].
fn share_of(text: &str) -> Result<Option<(&str, &str)>, TopicError> {
    let Some(rest) = text.strip_prefix("$share/") else { return Ok(None) };
    match rest.split_once('/') {
        Some((name, filter))
            if !name.is_empty() && !filter.is_empty() && !name.contains(['+', '#']) =>
        {
            Ok(Some((name, filter)))
        }
        _ => Err(TopicError::Share),
    }
}

macro_rules! text {
    ($type:ident) => {
        impl TryFrom<String> for $type {
            type Error = TopicError;
            fn try_from(text: String) -> Result<$type, TopicError> {
                $type::new(&text)
            }
        }

        impl From<$type> for String {
            fn from(text: $type) -> String {
                text.0.as_ref().to_owned()
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

text!(Topic);
text!(TopicFilter);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_the_specification_says() {
        let cases = [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
            ("sport/#", "sport", true),
            ("#", "a/b", true),
            ("#", "$SYS/a", false),
            ("+/monitor/Clients", "$SYS/monitor/Clients", false),
            ("$SYS/#", "$SYS/a", true),
            ("sport/tennis/+", "sport/tennis/player1", true),
            ("sport/tennis/+", "sport/tennis/player1/ranking", false),
            ("sport/+", "sport", false),
            ("sport/+", "sport/", true),
            ("+/+", "/finance", true),
            ("/+", "/finance", true),
            ("+", "/finance", false),
            ("$share/group/a/+", "a/b", true),
            ("$share/group/+", "$a", false),
        ];
        for (filter, topic, expected) in cases {
            let filter = TopicFilter::new(filter).expect("valid");
            assert_eq!(filter.matches(topic), expected, "{filter} and {topic}");
        }
    }

    #[test]
    fn invalid_filters_are_refused() {
        for text in
            ["", "a/#/b", "a#", "a/b+", "a\0", "$share/g", "$share//a", "$share/g/", "$share/g+/a"]
        {
            assert!(TopicFilter::new(text).is_err(), "{text:?}");
        }
        assert_eq!(Topic::new("a/+"), Err(TopicError::Wildcard('+')));
    }
}
