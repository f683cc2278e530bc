//! A policy document, compiled.

use std::str::FromStr;

use crate::context::Context;
use crate::error::PolicyError;
use crate::parse::{self, Form};
use crate::statement::{Effect, Statement};

/// AWS's limit for an IoT policy document, white space not counted.
pub const IOT_DOCUMENT_CHARACTERS_MAX: usize = 2048;

/// The statements of a policy, ready to be held against requests.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) statements: Box<[Statement]>,
}

/// A variable of a document and what it stands for in some context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expansion {
    /// `iot:ClientId`
    pub variable: String,
    /// Nothing where the variable is undefined.
    pub value: Option<String>,
}

impl Document {
    /// Reads an IoT policy document within AWS's limit.
    pub fn parse(json: &str) -> Result<Document, PolicyError> {
        Document::parse_within(json, IOT_DOCUMENT_CHARACTERS_MAX)
    }

    /// Reads a document of at most so many characters, white space not counted. Everything is
    /// strict: a field, an operator or a version that is not known is refused, since what is
    /// accepted and then not enforced is worse than an error.
    pub fn parse_within(json: &str, characters_max: usize) -> Result<Document, PolicyError> {
        parse::document(json, characters_max, Form::Identity)
    }

    /// Whether a decision can change while only time passes; if not, it may be kept.
    pub fn depends_on_time(&self) -> bool {
        self.statements.iter().any(Statement::depends_on_time)
    }

    /// Whether some statement allows everything in a service, whoever asks and when. If no document
    /// of a principal [denies](Document::denies) anything, there is nothing to evaluate then.
    pub fn allows_all_of(&self, service: &str) -> bool {
        self.statements.iter().any(|statement| statement.allows_all_of(service))
    }

    /// Whether some statement denies something.
    pub fn denies(&self) -> bool {
        self.statements.iter().any(|statement| statement.effect == Effect::Deny)
    }

    /// The variables of the document and their values, each once, by name.
    pub fn expansions(&self, context: &Context<'_>) -> Vec<Expansion> {
        let variables = self.statements.iter().flat_map(Statement::variables);
        let mut expansions: Vec<Expansion> = variables
            .map(|variable| Expansion {
                variable: variable.name.to_string(),
                value: variable.value(context).map(String::from),
            })
            .collect();
        expansions.sort();
        expansions.dedup();
        expansions
    }
}

impl FromStr for Document {
    type Err = PolicyError;

    fn from_str(json: &str) -> Result<Document, PolicyError> {
        Document::parse(json)
    }
}
