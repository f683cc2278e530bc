//! What is known of the message besides its payload, and chance.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::function::{Fault, Reply};
use crate::functions::math::double_reply;
use crate::functions::{int, int_reply, text_reply};
use crate::scene::Scene;
use crate::value::Value;

pub(crate) fn account_id<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    text_reply(scene.event.account)
}

pub(crate) fn client_id<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    text_reply(scene.event.client_id.unwrap_or("n/a"))
}

pub(crate) fn principal<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    text_reply(scene.event.principal.ok_or(Fault::Undefined)?)
}

pub(crate) fn source_ip<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    text_reply(scene.event.source_ip.ok_or(Fault::Undefined)?.to_string())
}

pub(crate) fn sql_version<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    text_reply(scene.version.as_str())
}

pub(crate) fn timestamp<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    int_reply(scene.event.timestamp_ms)
}

pub(crate) fn trace_id<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    text_reply(scene.event.trace_id.ok_or(Fault::Undefined)?)
}

/// The topic, or one of its levels, counted from 1.
pub(crate) fn topic<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let topic = scene.event.topic;
    let Some(level) = arguments.first() else { return text_reply(topic) };
    let level = usize::try_from(int(level)?).map_err(|_| Fault::Undefined)?;
    let index = level.checked_sub(1).ok_or(Fault::Undefined)?;
    text_reply(topic.split('/').nth(index).ok_or(Fault::Undefined)?)
}

/// From 0 to below 1, of 53 bits.
pub(crate) fn rand<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    double_reply(scene, (scene.throw() >> 11) as f64 / (1_u64 << 53) as f64)
}

/// A UUID of version 4 (RFC 9562 §5.4).
pub(crate) fn new_uuid<'v>(scene: &Scene<'v>, _: &[Value<'v>]) -> Reply<'v> {
    let bits = u128::from(scene.throw()) << 64 | u128::from(scene.throw());
    let bits = bits & !(0xF000 << 64) & !(0b11 << 62) | 0x4000 << 64 | 0b10 << 62;
    let hex = format!("{bits:032x}");
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    text_reply(parts.join("-"))
}

/// A property of a PUBLISH of MQTT 5.
pub(crate) fn mqtt_property<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let properties = scene.event.properties.ok_or(Fault::Undefined)?;
    let Value::String(name) = &arguments[0] else { return Err(Fault::Undefined) };
    let found: Option<Cow<'v, str>> = match name.as_ref() {
        "content_type" => properties.content_type.as_deref().map(Cow::Borrowed),
        "response_topic" => properties.response_topic.as_deref().map(Cow::Borrowed),
        "correlation_data" => {
            properties.correlation_data.as_ref().map(|data| Cow::Owned(STANDARD.encode(data)))
        }
        "format_indicator" => Some(Cow::Borrowed(match properties.payload_is_utf8 {
            Some(true) => "UTF8_DATA",
            Some(false) | None => "UNSPECIFIED_BYTES",
        })),
        _ => None,
    };
    text_reply(found.ok_or(Fault::Undefined)?)
}

/// All values of one user property, or all user properties, each as an object of its own: MQTT lets
/// one come more than once.
pub(crate) fn user_properties<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let properties = &scene.event.properties.ok_or(Fault::Undefined)?.user_properties;
    let string = |text: &'v String| Value::String(Cow::Borrowed(text.as_str()));
    let Some(name) = arguments.first() else {
        let each = properties.iter().map(|(name, value)| {
            Value::Object(vec![(Cow::Borrowed(name.as_str()), string(value))])
        });
        return Ok(Value::Array(each.collect()));
    };
    let Value::String(name) = name else { return Err(Fault::Undefined) };
    let own = properties.iter().filter(|(held, _)| held == name);
    let values: Vec<Value<'v>> = own.map(|(_, value)| string(value)).collect();
    if values.is_empty() { Err(Fault::Undefined) } else { Ok(Value::Array(values)) }
}
