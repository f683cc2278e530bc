//! Why a text is not a policy document.

/// What is wrong with a policy document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("the document has {length} characters without white space; at most {most} are allowed")]
    TooLong { length: usize, most: usize },
    #[error("the document is not valid JSON: {0}")]
    Json(String),
    #[error("document: {0}")]
    Document(Problem),
    /// Statements are counted from 1.
    #[error("statement {number}: {problem}")]
    Statement { number: usize, problem: Problem },
}

/// What is wrong with one field of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("the field {field:?} is not known")]
    UnknownField { field: String },
    #[error("{field} must be {expected}, not {found}")]
    Type { field: String, expected: &'static str, found: &'static str },
    #[error("{field} may not be empty")]
    Empty { field: String },
    #[error("Version must be 2012-10-17 or 2008-10-17, not {found:?}")]
    Version { found: String },
    #[error("Effect must be Allow or Deny, not {found:?}")]
    Effect { found: String },
    #[error("{one} and {other} exclude each other")]
    Both { one: &'static str, other: &'static str },
    #[error("Action must be * or SERVICE:NAME, not {found:?}")]
    Action { found: String },
    #[error("Resource must be * or arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, not {found:?}")]
    Resource { found: String },
    #[error("Principal.{kind} may not be {found:?}")]
    Principal { kind: String, found: String },
    #[error("a trust policy has no Resource")]
    ResourceOfTrust,
    #[error("the condition operator {operator:?} is not known")]
    Operator { operator: String },
    #[error("the condition key or variable {key:?} is not supported")]
    Key { key: String },
    #[error("the variable in {text:?} is not closed or has no name")]
    Variable { text: String },
    #[error("the condition {operator} on {key} needs {expected}, not {found:?}")]
    Value { operator: String, key: String, expected: &'static str, found: String },
}
