//! Operators, by AWS's tables.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::ast::{Expression, Operator};
use crate::compare::{equal, order};
use crate::convert::{to_boolean, to_number, to_text};
use crate::evaluate::{Evaluated, Evaluator, Halt, Row, boolean};
use crate::function::{Fault, Reply};
use crate::number::Number;
use crate::scene::{Scene, VALUE_BYTES_MAX};
use crate::value::Value;

impl<'v> Evaluator<'v> {
    /// AND and OR. A term that is no Boolean makes the whole Undefined, whatever the others are.
    pub(super) fn connect(
        &self,
        terms: &'v [Expression],
        row: &Row<'v>,
        connect: fn(bool, bool) -> bool,
    ) -> Evaluated<'v> {
        let mut whole = None;
        for term in terms {
            let Some(term) = to_boolean(&self.evaluate(term, row)?) else {
                return Ok(Value::Undefined);
            };
            whole = Some(whole.map_or(term, |whole| connect(whole, term)));
        }
        Ok(boolean(whole))
    }

    /// Whether a list has an element that equals the value; `None` if there is no value or no list.
    pub(super) fn is_in(
        &self,
        value: &'v Expression,
        list: &'v Expression,
        row: &Row<'v>,
    ) -> Result<Option<bool>, Halt> {
        let version = self.scene.version;
        let value = self.evaluate(value, row)?;
        if value.is_undefined() {
            return Ok(None);
        }
        let elements = self.evaluate(list, row)?.elements(version);
        let is_it = |element: &Value<'v>| equal(&value, element, version) == Some(true);
        Ok(elements.map(|elements| elements.iter().any(is_it)))
    }
}

pub(super) fn operate<'v>(
    scene: &Scene<'v>,
    operator: Operator,
    left: &Value<'v>,
    right: &Value<'v>,
) -> Reply<'v> {
    let compared = |holds: fn(Ordering) -> bool| Ok(boolean(order(left, right).map(holds)));
    let computed = |compute: fn(Number, Number) -> Option<Number>| {
        let numbers = to_number(left).zip(to_number(right));
        let number = numbers.and_then(|(one, two)| compute(one, two)).ok_or(Fault::Undefined)?;
        Ok(Value::Number(number.in_version(scene.version)))
    };
    match operator {
        Operator::Equal => Ok(boolean(equal(left, right, scene.version))),
        Operator::Unequal => {
            Ok(boolean(equal(left, right, scene.version).map(|is_equal| !is_equal)))
        }
        Operator::Less => compared(Ordering::is_lt),
        Operator::LessOrEqual => compared(Ordering::is_le),
        Operator::Greater => compared(Ordering::is_gt),
        Operator::GreaterOrEqual => compared(Ordering::is_ge),
        Operator::Plus => match (left, right) {
            (Value::String(_), _) | (_, Value::String(_)) => joined(scene, left, right),
            _ => computed(Number::plus),
        },
        Operator::Minus => computed(Number::minus),
        Operator::Times => computed(Number::times),
        Operator::Divide => computed(Number::divided_by),
        Operator::Remainder => computed(Number::remainder),
    }
}

/// Two texts, one after the other.
fn joined<'v>(scene: &Scene<'v>, left: &Value<'v>, right: &Value<'v>) -> Reply<'v> {
    let text = |value| to_text(value, scene.version).ok_or(Fault::Undefined);
    let (left, right): (Cow<'v, str>, Cow<'v, str>) = (text(left)?, text(right)?);
    if left.len() + right.len() > VALUE_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    Ok(Value::String(Cow::Owned(left.into_owned() + &right)))
}
