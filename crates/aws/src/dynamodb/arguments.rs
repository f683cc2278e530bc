//! Expressions and their older counterparts, as requests bring them.

use items::legacy::{Combine, ExpectedAttributes, LegacyError};
use items::{Arguments, Condition, ExpressionError, Names, Parameter, Projection, Values};
use tables::Definition;

use super::input::wire_words;
use super::words::validation;
use crate::error::AwsError;

wire_words! {
    ConditionalOperator at "conditionalOperator" { Or = "OR", And = "AND" }
}

impl From<ExpressionError> for AwsError {
    fn from(error: ExpressionError) -> AwsError {
        validation(error)
    }
}

impl From<LegacyError> for AwsError {
    fn from(error: LegacyError) -> AwsError {
        validation(error)
    }
}

impl From<items::KeyTestError> for AwsError {
    fn from(error: items::KeyTestError) -> AwsError {
        validation(error)
    }
}

/// Parameters, and whether each is given.
type Given<'a> = &'a [(&'static str, bool)];

fn names(parameters: Given<'_>) -> Vec<&'static str> {
    parameters.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect()
}

/// Refuses expressions beside their older counterparts, and names and values beside neither.
pub(crate) fn check_styles(
    expressions: Given<'_>,
    others: Given<'_>,
    has_names: bool,
    has_values: bool,
) -> Result<(), AwsError> {
    let (given, other) = (names(expressions), names(others));
    if !given.is_empty() && !other.is_empty() {
        return Err(validation(format!(
            "Can not use both expression and non-expression parameters in the same request: \
             Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
            other.join(", "),
            given.join(", ")
        )));
    }
    if has_names && given.is_empty() {
        return Err(validation(
            "ExpressionAttributeNames can only be specified when using expressions",
        ));
    }
    let with_values: Vec<(&str, bool)> =
        expressions.iter().copied().filter(|(name, _)| *name != "ProjectionExpression").collect();
    if has_values && !with_values.is_empty() && with_values.iter().all(|(_, is_given)| !is_given) {
        let names: Vec<&str> = with_values.iter().map(|(name, _)| *name).collect();
        let is = if names.len() > 1 { "are" } else { "is" };
        return Err(validation(format!(
            "ExpressionAttributeValues can only be specified when using expressions: {} {is} null",
            names.join(" and ")
        )));
    }
    Ok(())
}

pub(crate) fn arguments(
    names: Option<Names>,
    values: Option<Values>,
) -> Result<Arguments, AwsError> {
    Ok(Arguments::new(names, values)?)
}

pub(crate) fn combine(operator: Option<ConditionalOperator>) -> Combine {
    match operator {
        Some(ConditionalOperator::Or) => Combine::Or,
        Some(ConditionalOperator::And) | None => Combine::And,
    }
}

/// What a write asks of the item that is there, in whichever way it says so.
pub(crate) fn condition(
    arguments: &mut Arguments,
    expression: Option<&str>,
    expected: Option<ExpectedAttributes>,
    operator: Option<ConditionalOperator>,
) -> Result<Option<Condition>, AwsError> {
    if let Some(expression) = expression {
        return Ok(Some(arguments.condition(Parameter::Condition, expression)?));
    }
    match expected {
        Some(expected) if !expected.is_empty() => {
            Ok(Some(Condition::of_expected(expected, combine(operator))?))
        }
        _ if operator.is_some() => {
            Err(validation("ConditionalOperator cannot be used without Filter or Expected"))
        }
        _ => Ok(None),
    }
}

/// What a read answers of items, in whichever way it says so.
pub(crate) fn projection(
    arguments: &mut Arguments,
    expression: Option<&str>,
    attributes_to_get: Option<Vec<String>>,
) -> Result<Option<Projection>, AwsError> {
    if let Some(expression) = expression {
        return Ok(Some(arguments.projection(expression)?));
    }
    Ok(attributes_to_get.map(items::legacy::attributes_to_get).transpose()?)
}

/// Refuses paths into attributes that keys are made of, which have no parts.
pub(crate) fn check_parts<'n>(
    definition: &Definition,
    names_of_parts: impl IntoIterator<Item = &'n str>,
) -> Result<(), AwsError> {
    for name in names_of_parts {
        let is_of_index = |index: &tables::Index| index.key.contains(name);
        let what = if definition.key.contains(name) {
            "Key"
        } else if definition.indexes.iter().any(is_of_index) {
            "IndexKey"
        } else {
            continue;
        };
        return Err(validation(format!(
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not \
             allowed: {what}: {name}"
        )));
    }
    Ok(())
}

/// The attributes of which a condition asks for parts.
pub(crate) fn parts_of(condition: Option<&Condition>) -> impl Iterator<Item = &str> {
    condition.into_iter().flat_map(|it| it.names_of_parts().iter().map(String::as_str))
}
