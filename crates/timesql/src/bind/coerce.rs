//! Expressions made to be of a type, and compared with one another.

use crate::bound::{Bound, Comparison, Node};
use crate::cast::cast;
use crate::error::{Position, QueryError, meaning};
use crate::functions;
use crate::time::text;
use crate::types::Type;
use crate::value::Value;

/// What is wrong with a call: no such function, or not for these arguments.
pub(super) fn unfit(name: &str, types: &[String], at: Position) -> QueryError {
    let known = functions::named(name);
    let types = types.join(", ");
    let what = if known.is_empty() {
        format!("Function {name} not registered")
    } else {
        let expected: Vec<String> = known.iter().map(ToString::to_string).collect();
        format!(
            "Unexpected parameters ({types}) for function {name}. Expected: {}",
            expected.join(", ")
        )
    };
    QueryError::Meaning { at, what }
}

pub(super) fn boolean(node: Node) -> Bound {
    Bound { node, of: Type::Boolean }
}

pub(super) fn truth(bound: Bound, at: Position, clause: &str) -> Result<Bound, QueryError> {
    if !bound.of.becomes(&Type::Boolean) {
        let what = format!("{clause} clause must evaluate to a boolean: actual type {}", bound.of);
        return meaning(at, what);
    }
    Ok(coerce(bound, &Type::Boolean))
}

/// The expression as one of a type that its own becomes.
pub(super) fn coerce(bound: Bound, to: &Type) -> Bound {
    if bound.of == *to {
        return bound;
    }
    if let Node::Constant(value) = &bound.node
        && let Ok(value) = cast(value, &bound.of, to)
    {
        return Bound::constant(value, to.clone());
    }
    Bound { node: Node::Cast { inner: Box::new(bound), is_try: false }, of: to.clone() }
}

/// A text that is compared with a time is read as one.
pub(super) fn as_time(bound: Bound, of: &Type) -> Bound {
    if bound.of == Type::Varchar && matches!(of, Type::Timestamp | Type::Date | Type::Time) {
        return coerce(bound, of);
    }
    bound
}

pub(super) fn alike(
    one: Bound,
    two: Bound,
    sign: &str,
    at: Position,
) -> Result<(Bound, Bound), QueryError> {
    let (one_of, two_of) = (one.of.clone(), two.of.clone());
    let (one, two) = (as_time(one, &two_of), as_time(two, &one_of));
    let Some(common) = one.of.common(&two.of) else {
        return meaning(at, format!("'{sign}' cannot be applied to {one_of}, {two_of}"));
    };
    Ok((coerce(one, &common), coerce(two, &common)))
}

pub(super) fn compared(
    comparison: Comparison,
    one: Bound,
    two: Bound,
    at: Position,
) -> Result<Bound, QueryError> {
    let sign = match comparison {
        Comparison::Equal => "=",
        Comparison::Unequal => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    };
    let (one, two) = alike(one, two, sign, at)?;
    let needs_order = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
    if needs_order && !one.of.is_orderable() {
        return meaning(at, format!("'{sign}' cannot be applied to {}, {}", one.of, two.of));
    }
    Ok(boolean(Node::Compare(comparison, Box::new(one), Box::new(two))))
}

/// The expressions as those of the one type that all become.
pub(super) fn common(
    values: Vec<Bound>,
    what: &str,
    at: Position,
) -> Result<(Vec<Bound>, Type), QueryError> {
    let mut of = Type::Unknown;
    for value in &values {
        of = match of.common(&value.of) {
            Some(common) => common,
            None => {
                return meaning(at, format!("{what} must be the same type: {of}, {}", value.of));
            }
        };
    }
    Ok((values.into_iter().map(|value| coerce(value, &of)).collect(), of))
}

pub(super) fn typed(of: &Type, written: &str, at: Position) -> Result<Bound, QueryError> {
    let value = match of {
        Type::Timestamp => text::parse_timestamp(written),
        Type::Date => text::parse_date(written),
        _ => text::parse_time(written),
    };
    match value {
        Some(value) => Ok(Bound::constant(Value::Int(value), of.clone())),
        None => meaning(at, format!("'{written}' is not a valid {of} literal")),
    }
}
