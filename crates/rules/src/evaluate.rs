//! The evaluator: walks a tree with an event in hand.

mod call;
mod operate;
mod query;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use crate::ast::{Assignment, Case, CastType, Expression, Operator};
use crate::convert::{to_boolean, to_int, to_number, to_text};
use crate::decimal::Decimal;
use crate::error::Failure;
use crate::function::{Fault, Reply};
use crate::lookup::{Answers, Lookup};
use crate::number::Number;
use crate::scene::{Scene, VALUE_BYTES_MAX};
use crate::value::Value;
use crate::variables::Variables;

/// Why there is no value.
#[derive(Debug)]
pub(crate) enum Halt {
    Needs(Box<Lookup>),
    Failed(Box<Failure>),
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Halt {
        Halt::Failed(Box::new(failure))
    }
}

pub(crate) type Evaluated<'v> = Result<Value<'v>, Halt>;

/// What names are looked up in.
#[derive(Debug)]
pub(crate) enum Row<'v> {
    Payload,
    /// The element that a nested query is at.
    Element(Value<'v>),
}

/// Where variables have their values from.
#[derive(Debug)]
pub(crate) enum Bound<'v> {
    /// From SET, each computed when it is first asked for.
    Set(&'v [Assignment], Vec<OnceCell<Value<'v>>>),
    /// From a statement that was evaluated before.
    Given(&'v Variables),
}

/// Steps that one evaluation may take in what repeats: elements visited, and pieces of values
/// copied. A message of 128 KiB has far fewer; a query of a query of a variable has no end.
const WORK_MAX: usize = 1_000_000;

/// How deep the arrays and objects of a variable may nest. An expression nests only so deep, but
/// each variable could stand on the one before it, and what walks values recurses.
const DEPTH_MAX: usize = 100;

#[derive(Debug)]
pub(crate) struct Evaluator<'v> {
    pub(crate) scene: Scene<'v>,
    answers: &'v Answers,
    bound: Bound<'v>,
    work: Cell<usize>,
}

impl<'v> Evaluator<'v> {
    pub(crate) fn new(scene: Scene<'v>, answers: &'v Answers, bound: Bound<'v>) -> Evaluator<'v> {
        Evaluator { scene, answers, bound, work: Cell::new(0) }
    }

    fn charge(&self, steps: usize) -> Result<(), Halt> {
        let work = self.work.get().saturating_add(steps);
        self.work.set(work);
        if work > WORK_MAX { Err(Failure::TooMuchWork { most: WORK_MAX }.into()) } else { Ok(()) }
    }

    /// A copy of a value, which costs as much as it is large.
    fn copied(&self, value: &Value<'v>) -> Evaluated<'v> {
        self.charge(weight(value))?;
        Ok(value.clone())
    }

    /// Whether a condition holds. Of terms that must all hold, those after one that does not are
    /// not looked at: whatever they are, the whole is not true.
    pub(crate) fn holds(&self, condition: &'v Expression, row: &Row<'v>) -> Result<bool, Halt> {
        if let Expression::And(terms) = condition {
            for term in terms {
                if !self.holds(term, row)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        Ok(to_boolean(&self.evaluate(condition, row)?) == Some(true))
    }

    pub(crate) fn evaluate(&self, expression: &'v Expression, row: &Row<'v>) -> Evaluated<'v> {
        match expression {
            Expression::Null => Ok(Value::Null),
            Expression::Boolean(boolean) => Ok(Value::Boolean(*boolean)),
            Expression::Number(number) => Ok(Value::Number(*number)),
            Expression::Text(text) => Ok(Value::String(Cow::Borrowed(text))),
            Expression::Whole => self.whole(row),
            Expression::Name(name) => self.name(name, row),
            Expression::Variable(name) => self.variable(name),
            Expression::Member(base, name) => {
                Ok(self.evaluate(base, row)?.member(name, self.scene.version))
            }
            Expression::Element(base, index) => self.element(base, index, row),
            Expression::Array(elements) => {
                let values = elements.iter().map(|element| self.evaluate(element, row));
                Ok(Value::Array(values.collect::<Result<_, _>>()?))
            }
            Expression::Object(members) => self.object(members, row),
            Expression::Negate(operand) => {
                let number = to_number(&self.evaluate(operand, row)?);
                Ok(number.map_or(Value::Undefined, |number| Value::Number(number.negated())))
            }
            Expression::Not(operand) => {
                Ok(boolean(to_boolean(&self.evaluate(operand, row)?).map(|boolean| !boolean)))
            }
            Expression::And(terms) => self.connect(terms, row, |one, two| one && two),
            Expression::Or(terms) => self.connect(terms, row, |one, two| one || two),
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right, row),
            Expression::In { value, list, is_negated } => self
                .is_in(value, list, row)
                .map(|is_in| boolean(is_in.map(|is_in| is_in != *is_negated))),
            Expression::Case(case) => self.case(case, row),
            Expression::Cast(operand, to) => {
                let value = self.evaluate(operand, row)?;
                self.reply(cast(&self.scene, &value, *to))
            }
            Expression::Call(call) => self.call(call, row),
            Expression::Query(query) => self.query(query, row),
            Expression::Exists(query) => self.exists(query, row),
        }
    }

    /// What a function said, as a value.
    fn reply(&self, reply: Reply<'v>) -> Evaluated<'v> {
        match reply {
            Ok(value) => Ok(value),
            Err(Fault::Undefined) => Ok(Value::Undefined),
            Err(Fault::TooLong) => Err(Failure::TooLong { most_bytes: VALUE_BYTES_MAX }.into()),
        }
    }

    fn whole(&self, row: &Row<'v>) -> Evaluated<'v> {
        match row {
            Row::Element(value) => self.copied(value),
            Row::Payload => Ok(match self.scene.event.payload.json() {
                Ok(document) => Value::Json(document.whole()),
                Err(_) => Value::Bytes(self.scene.event.payload.bytes()),
            }),
        }
    }

    fn name(&self, name: &str, row: &Row<'v>) -> Evaluated<'v> {
        let version = self.scene.version;
        match row {
            Row::Element(value) => Ok(value.member(name, version)),
            Row::Payload => match self.scene.event.payload.json() {
                Ok(document) => Ok(document
                    .member(name)
                    .map_or(Value::Undefined, |json| Value::from_json(json, version))),
                Err(why) => {
                    Err(Failure::NoNames { name: name.to_owned(), why: why.clone() }.into())
                }
            },
        }
    }

    fn variable(&self, name: &str) -> Evaluated<'v> {
        let value = match &self.bound {
            Bound::Given(variables) => variables.get(name),
            Bound::Set(assignments, values) => {
                let is_it = |assignment: &Assignment| *assignment.name == *name;
                match assignments.iter().position(is_it) {
                    Some(place) => {
                        self.set(assignments, values, place)?;
                        values[place].get()
                    }
                    None => None,
                }
            }
        };
        match value {
            Some(value) => self.copied(value),
            None => Err(Failure::NoVariable { name: name.to_owned() }.into()),
        }
    }

    /// Computes a variable and those that it needs, first ones first: so none waits for another,
    /// each on top of the other's stack.
    fn set(
        &self,
        assignments: &'v [Assignment],
        values: &[OnceCell<Value<'v>>],
        place: usize,
    ) -> Result<(), Halt> {
        if values[place].get().is_some() {
            return Ok(());
        }
        let mut needed = 1_u64 << place;
        for at in (0..=place).rev().filter(|at| values[*at].get().is_none()) {
            if needed >> at & 1 == 1 {
                needed |= assignments[at].needs;
            }
        }
        for at in (0..=place).filter(|at| needed >> at & 1 == 1 && values[*at].get().is_none()) {
            let value = self.evaluate(&assignments[at].expression, &Row::Payload)?;
            if depth(&value) > DEPTH_MAX {
                return Err(Failure::TooDeep { most: DEPTH_MAX }.into());
            }
            values[at].get_or_init(|| value);
        }
        Ok(())
    }

    /// The values of all variables, for templates.
    pub(crate) fn variables(&self) -> Result<Variables, Halt> {
        let Bound::Set(assignments, _) = &self.bound else { return Ok(Variables::default()) };
        let mut variables = Variables::default();
        for assignment in *assignments {
            let value = self.variable(&assignment.name)?;
            variables.set(&assignment.name, value.into_owned(self.scene.version));
        }
        Ok(variables)
    }

    /// `a[0]` of an array, `a['b']` of an object.
    fn element(&self, base: &'v Expression, index: &'v Expression, row: &Row<'v>) -> Evaluated<'v> {
        let (base, index) = (self.evaluate(base, row)?, self.evaluate(index, row)?);
        if let (Value::String(name), "Object") = (&index, base.kind()) {
            return Ok(base.member(name, self.scene.version));
        }
        let index = to_int(&index).and_then(|index| usize::try_from(index).ok());
        Ok(index.map_or(Value::Undefined, |index| base.element(index, self.scene.version)))
    }

    fn object(&self, members: &'v [(Box<str>, Expression)], row: &Row<'v>) -> Evaluated<'v> {
        let mut made = Vec::with_capacity(members.len());
        for (name, expression) in members {
            let value = self.evaluate(expression, row)?;
            crate::value::put(&mut made, Cow::Borrowed(name), value);
        }
        Ok(Value::Object(made))
    }

    fn case(&self, case: &'v Case, row: &Row<'v>) -> Evaluated<'v> {
        let subject =
            case.subject.as_ref().map(|subject| self.evaluate(subject, row)).transpose()?;
        if let Some(Value::Undefined) = subject {
            return Ok(Value::Undefined);
        }
        for (when, then) in &case.branches {
            let is_it = match &subject {
                None => self.holds(when, row)?,
                Some(subject) => {
                    let other = self.evaluate(when, row)?;
                    crate::compare::equal(subject, &other, self.scene.version) == Some(true)
                }
            };
            if is_it {
                return self.evaluate(then, row);
            }
        }
        case.otherwise.as_ref().map_or(Ok(Value::Undefined), |other| self.evaluate(other, row))
    }

    fn binary(
        &self,
        operator: Operator,
        left: &'v Expression,
        right: &'v Expression,
        row: &Row<'v>,
    ) -> Evaluated<'v> {
        let (left, right) = (self.evaluate(left, row)?, self.evaluate(right, row)?);
        self.reply(operate::operate(&self.scene, operator, &left, &right))
    }
}

fn boolean<'v>(boolean: Option<bool>) -> Value<'v> {
    boolean.map_or(Value::Undefined, Value::Boolean)
}

/// How deep arrays and objects nest that are in memory.
fn depth(value: &Value<'_>) -> usize {
    let deepest = match value {
        Value::Array(elements) => elements.iter().map(depth).max(),
        Value::Object(members) => members.iter().map(|(_, value)| depth(value)).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}

/// How much there is to copy of a value.
fn weight(value: &Value<'_>) -> usize {
    /// Text is copied so many bytes at a step.
    const BYTES_A_STEP: usize = 64;
    match value {
        Value::String(text) => 1 + text.len() / BYTES_A_STEP,
        Value::Json(json) => 1 + json.as_str().len() / BYTES_A_STEP,
        Value::Array(elements) => 1 + elements.iter().map(weight).sum::<usize>(),
        Value::Object(members) => 1 + members.iter().map(|(_, value)| weight(value)).sum::<usize>(),
        _ => 1,
    }
}

/// As conversions go, and besides from numbers to Booleans and back.
fn cast<'v>(scene: &Scene<'v>, value: &Value<'v>, to: CastType) -> Reply<'v> {
    let number = match value {
        Value::Boolean(boolean) => Some(Number::Int(i128::from(*boolean))),
        value => to_number(value),
    };
    let cast = match to {
        CastType::String => to_text(value, scene.version).map(Value::String),
        CastType::Int => number.and_then(Number::to_int).map(|int| Value::Number(Number::Int(int))),
        CastType::Decimal => {
            let decimal = match (value, number) {
                (Value::Boolean(true), _) => Decimal::from_double(1.0),
                (Value::Boolean(false), _) => Decimal::from_double(0.0),
                (_, number) => number.map(Number::to_decimal),
            };
            let number = decimal.map(|decimal| Number::Decimal(decimal).in_version(scene.version));
            number.map(Value::Number)
        }
        CastType::Boolean => match value {
            Value::Number(number) => Some(Value::Boolean(*number != Number::Int(0))),
            value => to_boolean(value).map(Value::Boolean),
        },
    };
    cast.ok_or(Fault::Undefined)
}
