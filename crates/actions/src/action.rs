//! What every action is.

use std::fmt;

use rules::{Answers, Event, Selected, Version};

use crate::desk::Desk;
use crate::error::Failure;
use crate::field::Field;

/// An action of a rule, read and ready.
pub trait Action: fmt::Debug + Send + Sync {
    /// What error documents call it.
    fn kind(&self) -> &'static str;

    /// The role that it acts with, if it needs one.
    fn role_arn(&self) -> Option<&str>;

    /// What its owner must confirm before anything goes there, if that is known before the message.
    fn confirmation_url(&self) -> Option<&str> {
        None
    }

    /// Puts on the desk what is to be written or sent.
    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure>;
}

/// A message that a rule matched, and what it selected.
#[derive(Clone, Copy, Debug)]
pub struct Matched<'a> {
    /// The name of the rule.
    pub rule: &'a str,
    pub event: &'a Event<'a>,
    pub answers: &'a Answers,
    pub selected: &'a Selected<'a>,
    pub version: Version,
}

impl Matched<'_> {
    /// What a field says for this message.
    pub(crate) fn fill(&self, field: &Field) -> Result<String, Failure> {
        Ok(field.template.render(self.event, self.answers, &self.selected.variables)?)
    }
}
