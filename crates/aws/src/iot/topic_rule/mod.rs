//! Topic rules.

pub(crate) mod create_topic_rule;
pub(crate) mod delete_topic_rule;
pub(crate) mod disable_topic_rule;
pub(crate) mod enable_topic_rule;
pub(crate) mod get_topic_rule;
pub(crate) mod list_topic_rules;
pub(crate) mod replace_topic_rule;
mod shape;

pub(crate) use self::shape::check;
