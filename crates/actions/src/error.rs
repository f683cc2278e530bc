//! Why an action is not accepted, and why one failed.

use rules::{ParseError, Stop};

/// Why a rule's action is not accepted, when the rule is made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitAction {
    #[error("{place}: {what}")]
    Field { place: String, what: String },
    #[error("{place}: {source}")]
    Template {
        place: String,
        #[source]
        source: ParseError,
    },
    /// An action of AWS's that is not served.
    #[error("the action {name} is not supported yet")]
    NotServed { name: String },
    #[error("an action is an object with one member, the action's name; found {found}")]
    Shape { found: String },
    #[error("there is no action {name}")]
    Unknown { name: String },
    #[error("a rule has at most {most} actions")]
    TooMany { most: usize },
}

/// What stops an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Something must be looked up first; then the action is asked again.
    Needs(Box<rules::Lookup>),
    /// It does not come about; the rule's error action is told.
    Failed {
        /// The table, topic, URL that it was for, as far as that is known.
        resource: Option<String>,
        message: String,
    },
}

impl Failure {
    pub(crate) fn of(resource: &str, message: impl Into<String>) -> Failure {
        Failure::Failed { resource: Some(resource.to_owned()), message: message.into() }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Failure {
        match stop {
            Stop::Needs(lookup) => Failure::Needs(lookup),
            Stop::Failed(error) => Failure::Failed { resource: None, message: error.to_string() },
        }
    }
}
