//! What can be wrong with a statement, and what can go wrong while one is evaluated.

use std::fmt;

use crate::lookup::Lookup;
use crate::payload::NotJson;

/// Why a text is no statement, or no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Counted in characters, from 1.
    pub column: usize,
    pub problem: Problem,
}

/// What is wrong at a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something else should stand here.
    Unexpected { found: String, expected: Vec<String> },
    /// It can be read, but not used; the text says why.
    Refused(String),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: ", self.column)?;
        match &self.problem {
            Problem::Unexpected { found, expected } => {
                write!(f, "expected {}, found {found}", expected.join(" or "))
            }
            Problem::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ParseError {}

/// Why an evaluation has no outcome.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// Ask the outside, put the answer into the [`Answers`](crate::Answers), evaluate again.
    Needs(Box<Lookup>),
    Failed(EvaluationError),
}

/// What failed, and where in the rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{clause}: {what}")]
pub struct EvaluationError {
    pub clause: Clause,
    pub what: Failure,
}

/// A part of a rule that is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    Set,
    Select,
    Where,
    Template,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Clause::Set => "SET",
            Clause::Select => "SELECT",
            Clause::Where => "WHERE",
            Clause::Template => "substitution template",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("`{name}` cannot be read: {why}")]
    NoNames { name: String, why: NotJson },
    #[error("members can be added only to a JSON object")]
    NotAnObject,
    #[error("a payload that is not JSON can only be selected alone, as `*`, or be encoded")]
    BytesInJson,
    #[error("{lookup} failed: {why}")]
    Lookup { lookup: String, why: String },
    #[error("more than {most} calls of functions that look outside")]
    TooManyLookups { most: usize },
    #[error("a value of more than {most_bytes} bytes")]
    TooLong { most_bytes: usize },
    #[error("more than {most} steps in nested queries and copies of values")]
    TooMuchWork { most: usize },
    #[error("a variable that nests more than {most} levels deep")]
    TooDeep { most: usize },
    #[error("@{name} is not set by the statement")]
    NoVariable { name: String },
}

impl Failure {
    /// Whether get_or_default() can stand in: for what is not there, not for what is too much.
    pub(crate) fn has_default(&self) -> bool {
        matches!(self, Failure::Lookup { .. } | Failure::NoNames { .. })
    }
}
