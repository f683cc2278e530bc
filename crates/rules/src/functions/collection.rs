//! Arrays and objects, and what tells values from no values.

use std::borrow::Cow;

use crate::ast::Expression;
use crate::convert::to_int;
use crate::function::{Fault, Function, Reply};
use crate::functions::{check_length, text, text_reply};
use crate::scene::Scene;
use crate::value::{Value, put};

/// Texts one after another; or, if any argument is an array, one array of all.
pub(crate) fn concat<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    if arguments.len() < 2 {
        return arguments.first().cloned().ok_or(Fault::Undefined);
    }
    if arguments.iter().any(|value| value.kind() == "Array") {
        return Ok(Value::Array(joined(scene, arguments)));
    }
    if !arguments.iter().any(|value| matches!(value, Value::String(_))) {
        return Err(Fault::Undefined);
    }
    let mut whole = String::new();
    for argument in arguments {
        let part = text(scene, argument)?;
        check_length(whole.len() + part.len())?;
        whole.push_str(&part);
    }
    text_reply(whole)
}

fn joined<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Vec<Value<'v>> {
    let mut elements = Vec::new();
    for argument in arguments {
        match argument.elements(scene.version) {
            Some(own) => elements.extend(own),
            None => elements.push(argument.clone()),
        }
    }
    elements
}

/// An element of an array, a character of a text, a member of an object.
pub(crate) fn get<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let (of, which) = (&arguments[0], &arguments[1]);
    if of.kind() == "Object" {
        let Value::String(name) = which else { return Err(Fault::Undefined) };
        return Ok(of.member(name, scene.version));
    }
    let index = to_int(which).and_then(|index| usize::try_from(index).ok());
    let index = index.ok_or(Fault::Undefined)?;
    match of {
        Value::String(text) => {
            let character = text.chars().nth(index).ok_or(Fault::Undefined)?;
            text_reply(character.to_string())
        }
        of => Ok(of.element(index, scene.version)),
    }
}

pub(crate) fn is_null<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    Ok(Value::Boolean(matches!(arguments[0], Value::Null)))
}

pub(crate) fn is_undefined<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    Ok(Value::Boolean(arguments[0].is_undefined()))
}

/// The second argument in place of a first that is no value. No number of ours is NaN.
pub(crate) fn nanvl<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let is_value = !matches!(arguments[0], Value::Undefined | Value::Null);
    Ok(arguments[usize::from(!is_value)].clone())
}

/// The mode must be written out: it says what the function does.
pub(crate) fn check_transform(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    match arguments.first() {
        Some(Expression::Text(_)) | None => Ok(()),
        Some(_) => Err(format!("the first argument of {} must be a literal string", function.name)),
    }
}

/// `enrichArray`: each object of an array with the members of another object added.
pub(crate) fn transform<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    /// As AWS limits the array that this makes.
    const BYTES_MAX: usize = 128 * 1024;
    let is_known = matches!(&arguments[0], Value::String(mode) if mode == "enrichArray");
    if !is_known {
        return Err(Fault::Undefined);
    }
    let added = arguments[1].members(scene.version).ok_or(Fault::Undefined)?;
    let elements = arguments[2].elements(scene.version).ok_or(Fault::Undefined)?;
    let added_bytes = arguments[1].to_json(scene.version).len();
    let mut left = BYTES_MAX;
    let mut enriched = Vec::new();
    for element in elements {
        let mut members = element.members(scene.version).ok_or(Fault::Undefined)?;
        let bytes = element.to_json(scene.version).len() + added_bytes;
        left = left.checked_sub(bytes).ok_or(Fault::TooLong)?;
        for (name, value) in &added {
            put(&mut members, Cow::clone(name), value.clone());
        }
        enriched.push(Value::Object(members));
    }
    Ok(Value::Array(enriched))
}
