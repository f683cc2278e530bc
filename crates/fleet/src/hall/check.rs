//! Whether a rule may be made of what its owner wrote.

use model::{RuleName, TopicFilter};
use registry::TopicRuleText;
use rules::Statement;

use crate::hall::Hall;
use crate::hall::rule::{UnfitRule, version};

/// A rule that can run.
#[derive(Debug)]
pub struct CheckedRule {
    pub role_arns: Vec<String>,
    /// What must be confirmed before its requests go out.
    pub confirmation_urls: Vec<String>,
}

impl Hall {
    /// Looks at a rule before it is made. What could not run is refused here.
    pub fn check_rule(
        &self,
        name: &RuleName,
        text: &TopicRuleText,
    ) -> Result<CheckedRule, UnfitRule> {
        let rule = self.0.read_rule(name, text)?;
        let actions = rule.actions.iter().chain(&rule.error_action);
        let confirmation_urls = actions.filter_map(|action| action.confirmation_url());
        Ok(CheckedRule {
            role_arns: rule.role_arns().map(str::to_owned).collect(),
            confirmation_urls: confirmation_urls.map(str::to_owned).collect(),
        })
    }
}

/// The topics that a rule listens to; `None` if it has no FROM.
pub fn filter_of(text: &TopicRuleText) -> Option<TopicFilter> {
    let version = version(text.sql_version.as_deref()).ok()?;
    Statement::parse(&text.sql, version).ok()?.filter().cloned()
}
