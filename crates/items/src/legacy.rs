//! What requests said before there were expressions: `Expected`, `QueryFilter`, `ScanFilter`,
//! `KeyConditions`, `AttributeUpdates`, `AttributesToGet`. All become the same compiled forms.

mod conditions;
mod expected;
mod updates;

use crate::projection::Projection;

pub use conditions::{AttributeCondition, AttributeConditions};
pub use expected::{ExpectedAttribute, ExpectedAttributes};
pub use updates::{AttributeUpdate, AttributeUpdates};

/// `ConditionalOperator`: whether all must hold, or one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    #[default]
    And,
    Or,
}

/// Why a parameter of this kind is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LegacyError {
    #[error(
        "1 validation error detected: Value '{name}' at '{at}.comparisonOperator' failed to \
         satisfy constraint: Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, \
         NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"
    )]
    UnknownOperator { at: String, name: String },
    #[error(
        "1 validation error detected: Value '{name}' at 'attributeUpdates.{attribute}.member.action' \
         failed to satisfy constraint: Member must satisfy enum value set: [ADD, PUT, DELETE]"
    )]
    UnknownAction { attribute: String, name: String },
    #[error(
        "One or more parameter values were invalid: Value and AttributeValueList cannot be used \
         together for Attribute: {attribute}"
    )]
    ValueAndList { attribute: String },
    #[error(
        "One or more parameter values were invalid: Exists and ComparisonOperator cannot be used \
         together for Attribute: {attribute}"
    )]
    ExistsAndOperator { attribute: String },
    #[error(
        "One or more parameter values were invalid: Value or AttributeValueList must be used with \
         ComparisonOperator: {operator} for Attribute: {attribute}"
    )]
    NoValue { operator: &'static str, attribute: String },
    #[error(
        "One or more parameter values were invalid: AttributeValueList can only be used with a \
         ComparisonOperator for Attribute: {attribute}"
    )]
    ListWithoutOperator { attribute: String },
    #[error(
        "One or more parameter values were invalid: Value must be provided when Exists is {exists} \
         for Attribute: {attribute}"
    )]
    ValueWanted { exists: &'static str, attribute: String },
    #[error(
        "One or more parameter values were invalid: Value cannot be used when Exists is false for \
         Attribute: {attribute}"
    )]
    ValueWithoutExistence { attribute: String },
    #[error(
        "One or more parameter values were invalid: Invalid number of argument(s) for the \
         {operator} ComparisonOperator"
    )]
    ArgumentCount { operator: &'static str },
    #[error(
        "One or more parameter values were invalid: AttributeValues inside AttributeValueList must \
         be of same type"
    )]
    MixedTypes,
    #[error(
        "One or more parameter values were invalid: ComparisonOperator {operator} is not valid for \
         {kind} AttributeValue type"
    )]
    ArgumentType { operator: &'static str, kind: &'static str },
    #[error(
        "The BETWEEN condition was provided a range where the lower bound is greater than the \
         upper bound"
    )]
    BetweenOrder,
    #[error("Attempted conditional constraint is not an indexable operation")]
    NotIndexable,
    #[error("Conditions can be of length 1 or 2 only")]
    KeyCount,
    #[error(
        "One or more parameter values were invalid: Only DELETE action is allowed when no \
         attribute value is specified"
    )]
    UpdateWithoutValue,
    #[error(
        "One or more parameter values were invalid: DELETE action with value is not supported for \
         the type {kind}"
    )]
    DeleteType { kind: &'static str },
    #[error(
        "One or more parameter values were invalid: ADD action is not supported for the type {kind}"
    )]
    AddType { kind: &'static str },
    #[error("One or more parameter values were invalid: Duplicate value in attribute name: {name}")]
    DuplicateName { name: String },
}

/// `AttributesToGet`: whole attributes.
pub fn attributes_to_get(names: Vec<String>) -> Result<Projection, LegacyError> {
    let mut seen: Vec<&String> = names.iter().collect();
    seen.sort_unstable();
    if let Some(pair) = seen.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(LegacyError::DuplicateName { name: pair[0].clone() });
    }
    Ok(Projection::of_names(names))
}

#[cfg(test)]
mod tests;
