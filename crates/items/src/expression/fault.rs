//! What may be wrong with an expression, in DynamoDB's words.

use crate::json::Refusal;
use crate::path::Path;

/// The parameter that holds an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    Condition,
    Filter,
    KeyCondition,
    Projection,
    Update,
}

impl Parameter {
    pub fn as_str(self) -> &'static str {
        match self {
            Parameter::Condition => "ConditionExpression",
            Parameter::Filter => "FilterExpression",
            Parameter::KeyCondition => "KeyConditionExpression",
            Parameter::Projection => "ProjectionExpression",
            Parameter::Update => "UpdateExpression",
        }
    }
}

/// Why an expression, or what it refers to, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    #[error("Invalid {}: {fault}", parameter.as_str())]
    Invalid { parameter: Parameter, fault: Fault },
    #[error("ExpressionAttributeNames must not be empty")]
    NoNames,
    #[error("ExpressionAttributeValues must not be empty")]
    NoValues,
    #[error("ExpressionAttributeNames contains invalid key: Syntax error; key: \"{key}\"")]
    NameKey { key: String },
    #[error(
        "ExpressionAttributeNames contains invalid value: Attribute name must not be empty; key: \
         {key}"
    )]
    EmptyName { key: String },
    #[error("ExpressionAttributeValues contains invalid key: Syntax error; key: \"{key}\"")]
    ValueKey { key: String },
    #[error("ExpressionAttributeValues contains invalid value: {refusal} for key {key}")]
    Value { key: String, refusal: Refusal },
    #[error("Value provided in ExpressionAttributeNames unused in expressions: keys: {{{keys}}}")]
    UnusedNames { keys: String },
    #[error("Value provided in ExpressionAttributeValues unused in expressions: keys: {{{keys}}}")]
    UnusedValues { keys: String },
    #[error(transparent)]
    Key(#[from] super::KeyTestError),
}

/// What is wrong with one expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("The expression can not be empty;")]
    Empty,
    #[error("Expression size has exceeded the maximum allowed size; expression size: {bytes}")]
    TooLong { bytes: usize },
    #[error("The expression contains too many operators; operator count: {count}")]
    TooManyOperators { count: usize },
    #[error("The IN operator is provided with too many operands; number of operands: {count}")]
    TooManyOperands { count: usize },
    #[error("The expression is nested too deeply;")]
    TooDeep,
    #[error("Syntax error; token: \"{token}\", near: \"{near}\"")]
    Syntax { token: String, near: String },
    #[error("The expression has redundant parentheses;")]
    Parentheses,
    #[error("Invalid function name; function: {name}")]
    UnknownFunction { name: String },
    #[error("The function is not allowed to be used this way in an expression; function: {name}")]
    Misused { name: String },
    #[error("Attribute name is a reserved keyword; reserved keyword: {name}")]
    Reserved { name: String },
    #[error(
        "An expression attribute name used in the document path is not defined; attribute name: \
         {name}"
    )]
    UndefinedName { name: String },
    #[error(
        "An expression attribute value used in expression is not defined; attribute value: {name}"
    )]
    UndefinedValue { name: String },
    #[error(
        "Incorrect number of operands for operator or function; operator or function: {name}, \
         number of operands: {count}"
    )]
    OperandCount { name: String, count: usize },
    #[error(
        "The first operand must be distinct from the remaining operands for this operator or \
         function; operator: {name}, first operand: {path}"
    )]
    NotDistinct { name: String, path: Path },
    #[error("Operator or function requires a document path; operator or function: {name}")]
    PathRequired { name: String },
    #[error(
        "Incorrect operand type for operator or function; operator or function: {name}, operand \
         type: {kind}"
    )]
    FunctionOperand { name: String, kind: String },
    #[error(
        "Incorrect operand type for operator or function; operator: {name}, operand type: {kind}"
    )]
    OperatorOperand { name: String, kind: String },
    #[error(
        "Invalid attribute type name found; type: {name}, valid types: \
         {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
    )]
    TypeName { name: String },
    #[error(
        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound \
         operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    )]
    BetweenTypes { low: String, high: String },
    #[error(
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; \
         lower bound operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    )]
    BetweenOrder { low: String, high: String },
    #[error("The \"{name}\" section can only be used once in an update expression;")]
    SectionTwice { name: &'static str },
    #[error(
        "Two document paths overlap with each other; must remove or rewrite one of these paths; \
         path one: {one}, path two: {two}"
    )]
    Overlap { one: Path, two: Path },
    #[error(
        "Two document paths conflict with each other; must remove or rewrite one of these paths; \
         path one: {one}, path two: {two}"
    )]
    Conflict { one: Path, two: Path },
}
