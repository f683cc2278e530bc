//! What tells one wording of a rule from another.

use aws_lc_rs::digest::{Context, SHA256};
use model::RuleName;
use recordings::RuleReading;
use registry::TopicRuleText;

/// Half of a SHA-256: nobody gains from two wordings of a rule of his own with one digest.
const DIGEST_BYTES: usize = 16;

/// The rule as it reads now. Its description says nothing of what it does, nor whether it is on.
pub(crate) fn reading_of(name: &RuleName, text: &TopicRuleText) -> RuleReading {
    let TopicRuleText { sql, sql_version, actions, error_action, .. } = text;
    let mut digest = Context::new(&SHA256);
    for part in [Some(sql), sql_version.as_ref(), Some(actions), error_action.as_ref()] {
        // With its length, so that no two texts run together to the same; none is not an empty one.
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        digest.update(&length.to_be_bytes());
        digest.update(part.map_or(b"", |part| part.as_bytes()));
    }
    let digest = stdx::hex::encode(&digest.finish().as_ref()[..DIGEST_BYTES]);
    RuleReading { rule: name.to_string(), digest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_of_all_that_a_rule_does_and_of_nothing_else() {
        let name = RuleName::new("hot").expect("a name");
        let text = TopicRuleText {
            sql: "SELECT * FROM 'a'".to_owned(),
            sql_version: None,
            description: None,
            actions: "[]".to_owned(),
            error_action: None,
            is_disabled: false,
        };
        let digest = |text: TopicRuleText| reading_of(&name, &text).digest;
        let same = digest(text.clone());
        let described = Some("what it is for".to_owned());
        assert_eq!(digest(TopicRuleText { description: described, ..text.clone() }), same);
        assert_eq!(digest(TopicRuleText { is_disabled: true, ..text.clone() }), same);
        for other in [
            TopicRuleText { sql: "SELECT 1 FROM 'a'".to_owned(), ..text.clone() },
            TopicRuleText { sql_version: Some(String::new()), ..text.clone() },
            TopicRuleText { actions: "[{}]".to_owned(), ..text.clone() },
            TopicRuleText { error_action: Some(String::new()), ..text },
        ] {
            assert_ne!(digest(other), same);
        }
    }
}
