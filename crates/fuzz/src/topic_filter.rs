//! Topic filters and what they match.

use model::{Topic, TopicFilter};

/// The first line is a filter, the rest a topic.
pub fn topic_filter(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let (filter, topic) = text.split_once('\n').unwrap_or((text, "a/b"));
    let Ok(filter) = TopicFilter::new(filter) else { return };
    let is_match = filter.matches(topic);
    if filter.share_name().is_none() {
        assert_eq!(filter.levels(), filter.as_str());
    }
    if Topic::new(topic).is_ok() && !filter.has_wildcard() {
        assert_eq!(is_match, filter.levels() == topic, "{filter} and {topic}");
    }
    // [MQTT-4.7.2-1]
    if topic.starts_with('$') && filter.levels().starts_with(['+', '#']) {
        assert!(!is_match, "{filter} and {topic}");
    }
}
