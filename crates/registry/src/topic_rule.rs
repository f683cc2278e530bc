//! Topic rules: what is done with messages, as their owner wrote it. What an action means is not
//! known here: it is kept as it came, so that it is given back as it came.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, RuleName};
use records::{Page, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::change::Change;
use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};

pub(crate) const TOPIC_RULES: Space = Space::new("topic-rules");

/// AWS's limit.
const TOPIC_RULES_MAX: usize = 1_000;

/// What its owner says of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRuleText {
    pub sql: String,
    /// As it was named, if it was.
    pub sql_version: Option<String>,
    pub description: Option<String>,
    /// A list, in JSON.
    pub actions: String,
    /// One action, in JSON.
    pub error_action: Option<String>,
    pub is_disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicRule {
    pub name: RuleName,
    pub text: TopicRuleText,
    pub created_at: UnixMillis,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateTopicRuleError {
    #[error("the rule {name} already exists")]
    AlreadyExists { name: RuleName },
    #[error("an account has at most {TOPIC_RULES_MAX} rules")]
    TooMany,
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum TopicRuleError {
    #[error("the rule {name} does not exist")]
    NotFound { name: RuleName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub fn topic_rule_arn(&self, name: &RuleName) -> Arn {
        self.home().iot("rule", name.as_str())
    }

    pub async fn create_topic_rule(
        &self,
        name: &RuleName,
        text: TopicRuleText,
        tags: &Tags,
        now: UnixMillis,
    ) -> Result<TopicRule, CreateTopicRuleError> {
        check_tags(tags)?;
        let rule = TopicRule { name: name.clone(), text, created_at: now };
        self.mutate(|snapshot| {
            if topic_rule(snapshot, name)?.is_some() {
                return Err(CreateTopicRuleError::AlreadyExists { name: name.clone() });
            }
            let known = snapshot.scan(TOPIC_RULES, b"").map_err(StoreError::from)?;
            if known.count() >= TOPIC_RULES_MAX {
                return Err(CreateTopicRuleError::TooMany);
            }
            let mut batch = Batch::new();
            batch.require(TOPIC_RULES, name.as_str(), Expect::Absent);
            batch.put(TOPIC_RULES, name.as_str(), encode(&rule));
            put_tags(&mut batch, &Taggable::TopicRule(name.clone()), tags);
            Ok(Decision { batch, changes: told(name), outcome: rule.clone() })
        })
        .await
    }

    /// Says another thing of a rule. Name and time of creation stay.
    pub async fn replace_topic_rule(
        &self,
        name: &RuleName,
        text: TopicRuleText,
    ) -> Result<(), TopicRuleError> {
        self.change_topic_rule(name, |rule| rule.text = text.clone()).await
    }

    pub async fn switch_topic_rule(
        &self,
        name: &RuleName,
        is_disabled: bool,
    ) -> Result<(), TopicRuleError> {
        self.change_topic_rule(name, |rule| rule.text.is_disabled = is_disabled).await
    }

    async fn change_topic_rule(
        &self,
        name: &RuleName,
        change: impl Fn(&mut TopicRule),
    ) -> Result<(), TopicRuleError> {
        self.mutate(|snapshot| {
            let missing = || TopicRuleError::NotFound { name: name.clone() };
            let (mut rule, bytes) = topic_rule(snapshot, name)?.ok_or_else(missing)?;
            change(&mut rule);
            let mut batch = Batch::new();
            batch.require(TOPIC_RULES, name.as_str(), Expect::Value(bytes));
            batch.put(TOPIC_RULES, name.as_str(), encode(&rule));
            Ok(Decision { batch, changes: told(name), outcome: () })
        })
        .await
    }

    /// Deleting what is not there is no error, as with AWS.
    pub async fn delete_topic_rule(&self, name: &RuleName) -> Result<(), StoreError> {
        self.mutate(|snapshot| {
            let Some((_, bytes)) = topic_rule(snapshot, name)? else {
                return Ok(Decision::nothing(()));
            };
            let mut batch = Batch::new();
            batch.require(TOPIC_RULES, name.as_str(), Expect::Value(bytes));
            batch.delete(TOPIC_RULES, name.as_str());
            forget_tags(&mut batch, &Taggable::TopicRule(name.clone()));
            Ok(Decision { batch, changes: told(name), outcome: () })
        })
        .await
    }

    pub fn topic_rule(&self, name: &RuleName) -> Result<Option<TopicRule>, StoreError> {
        Ok(topic_rule(&self.snapshot(), name)?.map(|(rule, _)| rule))
    }

    /// Rules in the order of their names.
    pub fn topic_rules(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<TopicRule>, StoreError> {
        page(&self.snapshot(), TOPIC_RULES, "", after, limit, |name, bytes| {
            let name = RuleName::new(name).map_err(|_| RecordError::Key)?;
            Ok(record::decode::<StoredTopicRule>(bytes)?.into_rule(name))
        })
    }

    /// All of them.
    pub fn all_topic_rules(&self) -> Result<Vec<TopicRule>, StoreError> {
        Ok(self.topic_rules(None, TOPIC_RULES_MAX)?.items)
    }
}

fn told(name: &RuleName) -> Vec<Change> {
    vec![Change::TopicRule(name.clone())]
}

fn topic_rule(
    snapshot: &Snapshot,
    name: &RuleName,
) -> Result<Option<(TopicRule, Bytes)>, StoreError> {
    let found = find::<StoredTopicRule>(snapshot, TOPIC_RULES, name.as_str())?;
    Ok(found.map(|found| (found.record.into_rule(name.clone()), found.bytes)))
}

/// A rule as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredTopicRule {
    text: TopicRuleText,
    created_at: UnixMillis,
}

impl Record for StoredTopicRule {
    const VERSION: u8 = 1;
}

impl StoredTopicRule {
    fn into_rule(self, name: RuleName) -> TopicRule {
        let StoredTopicRule { text, created_at } = self;
        TopicRule { name, text, created_at }
    }
}

fn encode(rule: &TopicRule) -> Bytes {
    let TopicRule { text, created_at, .. } = rule.clone();
    record::encode(&StoredTopicRule { text, created_at }).into()
}

#[cfg(test)]
mod tests {
    use kv::Store;
    use model::Home;
    use stdx::task::block_on;

    use super::*;

    fn text(sql: &str) -> TopicRuleText {
        TopicRuleText {
            sql: sql.to_owned(),
            sql_version: Some("2016-03-23".to_owned()),
            description: None,
            actions: "[]".to_owned(),
            error_action: None,
            is_disabled: false,
        }
    }

    #[test]
    fn a_rule_is_created_once_replaced_switched_and_deleted() {
        let registry = Registry::new(Store::in_memory(), Home::default());
        let name = RuleName::new("hot").expect("a name");
        let no_tags = Tags::new();
        let create = || registry.create_topic_rule(&name, text("SELECT *"), &no_tags, 7);
        let created = block_on(create()).expect("created");
        assert_eq!(registry.topic_rule(&name).expect("read"), Some(created));
        let again = block_on(create()).expect_err("a name is given once");
        assert!(matches!(again, CreateTopicRuleError::AlreadyExists { .. }), "{again:?}");

        let epoch = registry.epoch();
        block_on(registry.replace_topic_rule(&name, text("SELECT a"))).expect("replaced");
        block_on(registry.switch_topic_rule(&name, true)).expect("switched");
        assert!(registry.epoch() > epoch, "changes are told");
        let rules = registry.all_topic_rules().expect("read");
        let [rule] = &rules[..] else { panic!("one rule, not {rules:?}") };
        assert_eq!((rule.text.sql.as_str(), rule.text.is_disabled), ("SELECT a", true));
        assert_eq!(rule.created_at, 7);

        for _ in 0..2 {
            block_on(registry.delete_topic_rule(&name)).expect("deleted");
        }
        assert_eq!(registry.all_topic_rules().expect("read"), []);
        let missing = block_on(registry.switch_topic_rule(&name, false)).expect_err("gone");
        assert!(matches!(missing, TopicRuleError::NotFound { .. }), "{missing:?}");
    }
}
