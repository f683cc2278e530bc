//! Actions, `SERVICE:NAME`, in any case and with wildcards.

use crate::error::Problem;
use crate::pattern::{Case, Pattern, Reading, Values};

#[derive(Clone, Debug)]
pub(crate) struct ActionPattern(Pattern);

impl ActionPattern {
    pub(crate) fn parse(text: &str) -> Result<ActionPattern, Problem> {
        let named = text.split_once(':').is_some_and(|(service, name)| {
            !service.is_empty() && !name.is_empty() && !service.contains('*')
        });
        if text != "*" && !named {
            return Err(Problem::Action { found: text.to_owned() });
        }
        let reading = Reading { wildcards: true, variables: false };
        Pattern::parse(text, reading).map(ActionPattern)
    }

    pub(crate) fn matches(&self, action: &str) -> bool {
        self.0.matches(action, &Values::new(), Case::Folded)
    }

    pub(crate) fn text(&self) -> &str {
        self.0.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_match_in_any_case() {
        for (pattern, expected) in [
            ("*", true),
            ("iot:*", true),
            ("IOT:publish", true),
            ("iot:Pub*", true),
            ("iot:Publis?", true),
            ("iot:Subscribe", false),
            ("sqs:*", false),
        ] {
            let action = ActionPattern::parse(pattern).expect("an action");
            assert_eq!(action.matches("iot:Publish"), expected, "{pattern}");
        }
        for text in ["", "Publish", "iot:", ":Publish", "*:Publish"] {
            assert!(ActionPattern::parse(text).is_err(), "{text}");
        }
    }
}
