//! Destinations of topic rules.

pub(crate) mod confirm_topic_rule_destination;
pub(crate) mod create_topic_rule_destination;
pub(crate) mod delete_topic_rule_destination;
pub(crate) mod get_topic_rule_destination;
pub(crate) mod list_topic_rule_destinations;
pub(crate) mod shape;
pub(crate) mod update_topic_rule_destination;
