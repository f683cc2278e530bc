//! Expressions row by row: slow, and right by being plain. What is done by columns falls back to it.

use std::collections::HashSet;
use std::sync::Arc;

use crate::bound::{Bound, Comparison, Node};
use crate::cast::cast;
use crate::column::Batch;
use crate::error::Failure;
use crate::functions::{Regexes, Site, checked, like};
use crate::value::{Compared, Value};

/// What expressions find beside their rows.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// Nanoseconds since 1970.
    pub(crate) now: i64,
    pub(crate) regexes: Regexes,
    /// What the queries within the query have answered.
    pub(crate) answers: Vec<Answer>,
}

/// What a query within a query has answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    One(Value),
    Set { values: Arc<HashSet<Value>>, has_null: bool },
}

/// A row, and the parameters of the lambdas around.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r> {
    pub(crate) batch: &'r Batch<'r>,
    pub(crate) row: usize,
    pub(crate) locals: &'r [Value],
}

impl Context {
    /// The value of an expression that reads no column.
    pub(crate) fn fixed(&self, bound: &Bound) -> Result<Value, Failure> {
        let batch = Batch { rows: 1, columns: Vec::new() };
        self.value(bound, Row { batch: &batch, row: 0, locals: &[] })
    }

    pub(crate) fn value(&self, bound: &Bound, row: Row<'_>) -> Result<Value, Failure> {
        let value = |bound: &Bound| self.value(bound, row);
        Ok(match &bound.node {
            Node::Constant(constant) => constant.clone(),
            Node::Column(place) => row.batch.columns[*place].get(row.row),
            Node::Local(place) => row.locals[*place].clone(),
            Node::Call { .. } => return self.call(bound, row),
            Node::Compare(comparison, one, two) => {
                compared(*comparison, &value(one)?, &value(two)?)
            }
            Node::IsDistinct(one, two) => Value::Boolean(value(one)? != value(two)?),
            Node::And(parts) => return self.connected(parts, false, row),
            Node::Or(parts) => return self.connected(parts, true, row),
            Node::Not(inner) => {
                value(inner)?.as_bool().map_or(Value::Null, |inner| Value::Boolean(!inner))
            }
            Node::IsNull(inner) => Value::Boolean(value(inner)?.is_null()),
            Node::Case { whens, otherwise } => {
                for (when, then) in whens {
                    if value(when)?.as_bool() == Some(true) {
                        return value(then);
                    }
                }
                return otherwise.as_ref().map_or(Ok(Value::Null), |otherwise| value(otherwise));
            }
            Node::Coalesce(parts) => {
                for part in parts {
                    let found = value(part)?;
                    if !found.is_null() {
                        return Ok(found);
                    }
                }
                Value::Null
            }
            Node::Try(inner) => value(inner).unwrap_or_default(),
            Node::InSet { inner, values, has_null } => within(&value(inner)?, values, *has_null),
            Node::InList { inner, list } => return self.in_list(inner, list, row),
            Node::InQuery { inner, query } => match &self.answers[*query] {
                Answer::Set { values, has_null } => within(&value(inner)?, values, *has_null),
                Answer::One(_) => Value::Null,
            },
            Node::Query(query) => match &self.answers[*query] {
                Answer::One(answer) => answer.clone(),
                Answer::Set { .. } => Value::Null,
            },
            Node::Like { text, pattern, escape } => {
                let escape = escape.as_ref().map(|escape| value(escape)).transpose()?;
                return is_like(&value(text)?, &value(pattern)?, escape.as_ref());
            }
            Node::Cast { inner, is_try } => {
                let made = value(inner).and_then(|found| cast(&found, &inner.of, &bound.of));
                return if *is_try { Ok(made.unwrap_or_default()) } else { made };
            }
            Node::Make(parts) => {
                Value::list(parts.iter().map(value).collect::<Result<_, Failure>>()?)
            }
            Node::Field(inner, place) => {
                value(inner)?.items().get(*place).cloned().unwrap_or_default()
            }
            // Called by the function that it is an argument of.
            Node::Lambda { .. } => Value::Null,
        })
    }

    fn call(&self, bound: &Bound, row: Row<'_>) -> Result<Value, Failure> {
        let Node::Call { function, arguments, types } = &bound.node else { return Ok(Value::Null) };
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.value(argument, row)?;
            let is_lambda = matches!(argument.node, Node::Lambda { .. });
            if value.is_null() && !function.takes_nulls && !is_lambda && !may_be_null(function.name)
            {
                return Ok(Value::Null);
            }
            values.push(value);
        }
        let apply = |place: usize, given: &[Value]| {
            let Some(Node::Lambda { first, body }) = arguments.get(place).map(|a| &a.node) else {
                return Ok(Value::Null);
            };
            let mut locals = row.locals[..*first].to_vec();
            locals.extend_from_slice(given);
            self.value(body, Row { locals: &locals, ..row })
        };
        let site = Site { now: self.now, types, regexes: &self.regexes, apply: &apply };
        (function.call)(&site, &values).and_then(checked)
    }

    /// AND is decided by the first false, OR by the first true; a null makes an undecided one null.
    fn connected(&self, parts: &[Bound], decisive: bool, row: Row<'_>) -> Result<Value, Failure> {
        let mut has_null = false;
        for part in parts {
            match self.value(part, row)?.as_bool() {
                Some(found) if found == decisive => return Ok(Value::Boolean(decisive)),
                Some(_) => {}
                None => has_null = true,
            }
        }
        Ok(if has_null { Value::Null } else { Value::Boolean(!decisive) })
    }

    fn in_list(&self, inner: &Bound, list: &[Bound], row: Row<'_>) -> Result<Value, Failure> {
        let sought = self.value(inner, row)?;
        let mut has_null = sought.is_null();
        for item in list {
            let found = compared(Comparison::Equal, &sought, &self.value(item, row)?);
            match found.as_bool() {
                Some(true) => return Ok(found),
                Some(false) => {}
                None => has_null = true,
            }
        }
        Ok(if has_null { Value::Null } else { Value::Boolean(false) })
    }
}

/// The start of a reduction may be null, and so may what is sought.
fn may_be_null(function: &str) -> bool {
    function == "reduce"
}

fn compared(comparison: Comparison, one: &Value, two: &Value) -> Value {
    match one.compare(two) {
        None => Value::Null,
        Some(Compared::Apart) => Value::Boolean(comparison == Comparison::Unequal),
        Some(Compared::Ordered(order)) => Value::Boolean(comparison.holds(order)),
    }
}

fn within(sought: &Value, values: &HashSet<Value>, has_null: bool) -> Value {
    if values.is_empty() && !has_null {
        return Value::Boolean(false);
    }
    match sought {
        Value::Null => Value::Null,
        sought if values.contains(sought) => Value::Boolean(true),
        _ if has_null => Value::Null,
        _ => Value::Boolean(false),
    }
}

fn is_like(text: &Value, pattern: &Value, escape: Option<&Value>) -> Result<Value, Failure> {
    if text.is_null() || pattern.is_null() || escape.is_some_and(Value::is_null) {
        return Ok(Value::Null);
    }
    let escape = match escape.map(|escape| escape.str().chars().collect::<Vec<char>>()) {
        None => None,
        Some(letters) if letters.len() == 1 => Some(letters[0]),
        Some(_) => return Err(Failure::new("Escape string must be a single character")),
    };
    like(text.str(), pattern.str(), escape).map(Value::Boolean)
}
