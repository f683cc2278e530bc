//! Base64, there and back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ast::Expression;
use crate::function::{Fault, Function, Reply};
use crate::functions::{check_length, text, text_reply};
use crate::json::Json;
use crate::scene::Scene;
use crate::value::Value;

pub(crate) fn check_encode(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    scheme(function, arguments)?;
    if arguments.len() == 2 { Ok(()) } else { Err("encode takes a value and a scheme".to_owned()) }
}

pub(crate) fn check_decode(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    if let Some(Expression::Text(scheme)) = arguments.get(1)
        && scheme.eq_ignore_ascii_case("proto")
    {
        return Err("decode of protobuf ('proto') is not supported".to_owned());
    }
    scheme(function, arguments)?;
    if arguments.len() == 2 { Ok(()) } else { Err("decode takes a value and a scheme".to_owned()) }
}

fn scheme(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    match arguments.get(1) {
        Some(Expression::Text(scheme)) if &**scheme == "base64" => Ok(()),
        _ => Err(format!("the second argument of {} must be 'base64'", function.name)),
    }
}

/// A text that says JSON becomes what it says; one that is no base64 becomes Null.
pub(crate) fn decode<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let decoded = match &arguments[0] {
        Value::Bytes(bytes) => STANDARD.decode(bytes),
        value => STANDARD.decode(text(scene, value)?.as_bytes()),
    };
    let Ok(bytes) = decoded else { return Ok(Value::Null) };
    let decoded = String::from_utf8_lossy(&bytes).into_owned();
    match Json::from_text(&decoded) {
        Ok(json) => Ok(Value::from_json(json, scene.version).into_owned(scene.version)),
        Err(_) => text_reply(decoded),
    }
}

/// The bytes of a payload, whatever they are.
pub(crate) fn encode_bytes<'v>(bytes: &[u8]) -> Reply<'v> {
    check_length(bytes.len() / 3 * 4)?;
    text_reply(STANDARD.encode(bytes))
}

pub(crate) fn encode<'v>(scene: &Scene<'v>, value: &Value<'v>) -> Reply<'v> {
    match value {
        Value::Bytes(bytes) => encode_bytes(bytes),
        Value::Undefined => Err(Fault::Undefined),
        value => encode_bytes(text(scene, value)?.as_bytes()),
    }
}
