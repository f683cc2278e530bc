//! Equality and order, as the tables of `=`, `<>`, `<` and `>` have them.

use std::cmp::Ordering;

use crate::convert::to_number;
use crate::value::Value;
use crate::version::Version;

/// Whether two values are equal; `None` if either is Undefined. Values of different types differ:
/// '40' is not 40.
pub(crate) fn equal(one: &Value<'_>, two: &Value<'_>, version: Version) -> Option<bool> {
    match (one, two) {
        (Value::Undefined | Value::Bytes(_), _) | (_, Value::Undefined | Value::Bytes(_)) => None,
        (one, two) => Some(same(one, two, version)),
    }
}

fn same(one: &Value<'_>, two: &Value<'_>, version: Version) -> bool {
    match (one, two) {
        (Value::Null, Value::Null) => true,
        (Value::Boolean(one), Value::Boolean(two)) => one == two,
        (Value::Number(one), Value::Number(two)) => one == two,
        (Value::String(one), Value::String(two)) => one == two,
        _ => {
            same_elements(one, two, version).or_else(|| same_members(one, two, version))
                == Some(true)
        }
    }
}

/// Arrays: in the same order.
fn same_elements(one: &Value<'_>, two: &Value<'_>, version: Version) -> Option<bool> {
    let (one, two) = (one.elements(version)?, two.elements(version)?);
    let pairs = one.iter().zip(&two);
    Some(one.len() == two.len() && pairs.into_iter().all(|(one, two)| same(one, two, version)))
}

/// Objects: in any order.
fn same_members(one: &Value<'_>, two: &Value<'_>, version: Version) -> Option<bool> {
    let (mut one, mut two) = (one.members(version)?, two.members(version)?);
    one.sort_by(|(name, _), (other, _)| name.cmp(other));
    two.sort_by(|(name, _), (other, _)| name.cmp(other));
    let pairs = one.iter().zip(&two);
    let mut pairs = pairs.map(|(one, two)| one.0 == two.0 && same(&one.1, &two.1, version));
    Some(one.len() == two.len() && pairs.all(|is_same| is_same))
}

/// The order of two numbers, or of strings that say numbers.
pub(crate) fn order(one: &Value<'_>, two: &Value<'_>) -> Option<Ordering> {
    Some(to_number(one)?.cmp(&to_number(two)?))
}
