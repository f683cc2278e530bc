//! A rule, read and ready.

use std::collections::BTreeMap;

use actions::{Action, UnfitAction, Uses};
use iam::ServiceCall;
use model::RuleName;
use recordings::RuleReading;
use registry::TopicRuleText;
use rules::{Answers, Event, LookupCall, Outcome, ParseError, Statement, Version};
use serde_json::Value;

use crate::hall::Shared;
use crate::hall::lookup::asked_function;
use crate::hall::permits::Permitted;
use crate::hall::reading::reading_of;
use crate::hall::tally::Tally;

/// The service that roles of rules must trust.
pub(crate) const SERVICE: &str = "iot.amazonaws.com";

#[derive(Debug)]
pub struct Rule {
    pub name: RuleName,
    pub text: TopicRuleText,
    pub version: Version,
    pub statement: Statement,
    pub(crate) actions: Vec<Box<dyn Action>>,
    pub(crate) error_action: Option<Box<dyn Action>>,
    /// The function that templates of its actions ask, if they ask any: it is not known whether they
    /// will before all of them are filled.
    pub(crate) asks_in_actions: Option<String>,
    /// Taking the roles that it names, each once.
    pub(crate) calls: Vec<ServiceCall>,
    pub(crate) permitted: Permitted,
    pub(crate) reading: RuleReading,
    pub tally: Tally,
}

/// Why a rule cannot run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitRule {
    #[error("the SQL version {found:?} is not one of 2015-10-08, 2016-03-23 and beta")]
    Version { found: String },
    #[error(transparent)]
    Sql(#[from] ParseError),
    #[error(transparent)]
    Action(#[from] UnfitAction),
    #[error("{place} is no JSON: {what}")]
    Json { place: &'static str, what: String },
    #[error("errorAction: the function aws_lambda is not supported in an error action")]
    AskingErrorAction,
    #[error("the variable @{name} is not SET by the statement")]
    Variable { name: String },
}

impl UnfitRule {
    /// Whether it is the SQL that is wrong, and not an action.
    pub fn is_in_sql(&self) -> bool {
        matches!(self, UnfitRule::Sql(_) | UnfitRule::Version { .. })
    }
}

impl Rule {
    /// Reads what the owner of a rule wrote. `arn` is the rule's.
    fn read(name: &RuleName, arn: &str, text: &TopicRuleText) -> Result<Rule, UnfitRule> {
        let version = version(text.sql_version.as_deref())?;
        let statement = Statement::parse(&text.sql, version)?;
        let (mut uses, mut error_uses) = (Uses::default(), Uses::default());
        let actions = actions::read_all(&json("actions", &text.actions)?, version, &mut uses)?;
        let asks_in_actions = asked_function(&uses.lookups).map(str::to_owned);
        let error_action = match &text.error_action {
            Some(text) => {
                let written = json("errorAction", text)?;
                Some(actions::read("errorAction", &written, version, &mut error_uses)?)
            }
            None => None,
        };
        if asked_function(&error_uses.lookups).is_some() {
            return Err(UnfitRule::AskingErrorAction);
        }
        uses.lookups.extend(error_uses.lookups);
        uses.variables.extend(error_uses.variables);
        let lookups: Vec<LookupCall> =
            statement.lookups().into_iter().chain(uses.lookups).collect();
        let is_set = |name: &&String| statement.variables().any(|set| set == name.as_str());
        if let Some(name) = uses.variables.iter().find(|name| !is_set(name)) {
            return Err(UnfitRule::Variable { name: name.clone() });
        }
        let of_actions = actions.iter().chain(&error_action).filter_map(|action| action.role_arn());
        let of_lookups = lookups.iter().filter_map(|call| call.role_arn.as_deref());
        let mut roles: Vec<&str> = of_actions.chain(of_lookups).collect();
        roles.sort_unstable();
        roles.dedup();
        let call = |role_arn: &str| ServiceCall {
            service: SERVICE.to_owned(),
            role_arn: role_arn.to_owned(),
            session_name: name.to_string(),
            source_arn: Some(arn.to_owned()),
            keys: BTreeMap::new(),
        };
        let calls = roles.into_iter().map(call).collect();
        Ok(Rule {
            name: name.clone(),
            text: text.clone(),
            version,
            statement,
            tally: Tally::new(&actions, error_action.as_deref()),
            actions,
            error_action,
            asks_in_actions,
            calls,
            permitted: Permitted::default(),
            reading: reading_of(name, text),
        })
    }

    /// What it selects of a message, if it matches, for people to see: without secrets.
    pub(crate) fn output(&self, event: &Event<'_>, answers: &Answers) -> Option<Vec<u8>> {
        // Why there is none is said where the rule was asked.
        let Ok(Outcome::Match(selected)) = self.statement.evaluate(event, answers) else {
            return None;
        };
        let shown = match answers.veiled() {
            None => selected,
            Some(veiled) => self.statement.select(event, &veiled).ok()?,
        };
        Some(shown.output.into_owned())
    }

    /// The roles that it acts with.
    pub fn role_arns(&self) -> impl Iterator<Item = &str> {
        self.calls.iter().map(|call| call.role_arn.as_str())
    }
}

impl Shared {
    /// Reads what the owner of a rule wrote.
    pub(crate) fn read_rule(
        &self,
        name: &RuleName,
        text: &TopicRuleText,
    ) -> Result<Rule, UnfitRule> {
        Rule::read(name, self.registry().topic_rule_arn(name).as_str(), text)
    }
}

/// The version that a rule names; AWS's first if it names none.
pub(crate) fn version(name: Option<&str>) -> Result<Version, UnfitRule> {
    let Some(name) = name else { return Ok(Version::default()) };
    Version::from_name(name).ok_or_else(|| UnfitRule::Version { found: name.to_owned() })
}

fn json(place: &'static str, text: &str) -> Result<Value, UnfitRule> {
    serde_json::from_str(text).map_err(|error| UnfitRule::Json { place, what: error.to_string() })
}
