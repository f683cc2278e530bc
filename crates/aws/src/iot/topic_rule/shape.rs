//! A rule as operations take and show it: its actions go in and out as they were written.

use fleet::{CheckedRule, Hall, UnfitRule};
use model::RuleName;
use percent_encoding::percent_decode_str;
use registry::{Tags, TopicRule, TopicRuleText};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::seconds;
use crate::state::State;

/// The service that takes the roles of rules.
const SERVICE: &str = "iot.amazonaws.com";

/// What a rule says, beside its name.
#[derive(Debug, Deserialize)]
pub(crate) struct Payload {
    pub(crate) sql: String,
    pub(crate) description: Option<String>,
    pub(crate) actions: Value,
    pub(crate) rule_disabled: Option<bool>,
    pub(crate) aws_iot_sql_version: Option<String>,
    pub(crate) error_action: Option<Value>,
}

impl Payload {
    fn into_text(self) -> TopicRuleText {
        TopicRuleText {
            sql: self.sql,
            sql_version: self.aws_iot_sql_version,
            description: self.description,
            actions: self.actions.to_string(),
            error_action: self.error_action.filter(|it| !it.is_null()).map(|it| it.to_string()),
            is_disabled: self.rule_disabled.unwrap_or(false),
        }
    }

    /// A rule that can run, with roles that the caller may pass.
    pub(crate) fn check(
        self,
        state: &State,
        caller: &Caller,
        name: &RuleName,
    ) -> Result<Checked, AwsError> {
        let text = self.into_text();
        let checked = check(state, caller, name, &text)?;
        Ok(Checked { text, confirmation_urls: checked.confirmation_urls })
    }
}

/// A rule that can run, with roles that the caller may pass: what it comes to may depend on what those may
/// read.
pub(crate) fn check(
    state: &State,
    caller: &Caller,
    name: &RuleName,
    text: &TopicRuleText,
) -> Result<CheckedRule, AwsError> {
    let checked = Hall::check_rule(&state.hall, name, text)?;
    for arn in &checked.role_arns {
        caller.check_pass_role(state, PassedRole { arn, service: SERVICE })?;
    }
    Ok(checked)
}

/// A rule that may be made.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) text: TopicRuleText,
    /// What its requests need a destination for.
    pub(crate) confirmation_urls: Vec<String>,
}

impl From<UnfitRule> for AwsError {
    fn from(error: UnfitRule) -> AwsError {
        let code = match error.is_in_sql() {
            true => "SqlParseException",
            false => "InvalidRequestException",
        };
        AwsError::new(400, code, error.to_string())
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownRule {
    rule_name: RuleName,
    sql: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created_at: f64,
    actions: Value,
    rule_disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_iot_sql_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_action: Option<Value>,
}

impl ShownRule {
    pub(crate) fn of(rule: TopicRule) -> Result<ShownRule, AwsError> {
        let TopicRule { name, text, created_at } = rule;
        let json = |text: &str| {
            serde_json::from_str(text)
                .map_err(|_| AwsError::internal("the rule's actions cannot be read"))
        };
        Ok(ShownRule {
            rule_name: name,
            sql: text.sql,
            description: text.description,
            created_at: seconds(created_at),
            actions: json(&text.actions)?,
            rule_disabled: text.is_disabled,
            aws_iot_sql_version: text.sql_version,
            error_action: text.error_action.as_deref().map(json).transpose()?,
        })
    }
}

/// Tags as a header has them: `a=b&c=d`, percent-encoded.
pub(crate) fn tags_in_header(header: Option<&str>) -> Result<Tags, AwsError> {
    let malformed = |what: &str| AwsError::invalid_request(format!("x-amz-tagging: {what}"));
    let mut tags = Tags::new();
    for pair in header.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8().map(std::borrow::Cow::into_owned)
        };
        let (key, value) = match (decode(key), decode(value)) {
            (Ok(key), Ok(value)) => (key, value),
            _ => return Err(malformed("no UTF-8")),
        };
        if tags.insert(key.clone(), value).is_some() {
            return Err(malformed(&format!("the tag key {key:?} is given twice")));
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_percent_encoded() {
        let tags = tags_in_header(Some("a=b%20c&d=%26&e")).expect("tags");
        let expected = [("a", "b c"), ("d", "&"), ("e", "")];
        assert_eq!(tags, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        assert!(tags_in_header(None).expect("none").is_empty());
        tags_in_header(Some("a=1&a=2")).expect_err("twice");
    }
}
