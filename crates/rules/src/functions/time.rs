//! Moments as people write them.

use std::borrow::Cow;

use crate::function::{Fault, Reply};
use crate::functions::{int, int_reply, text, text_reply};
use crate::scene::Scene;
use crate::time::{Zone, read, write};
use crate::value::Value;

/// Milliseconds as far from 1970 as JavaScript's dates go: some 270,000 years.
const UNIX_MS_MAX: i128 = 8_640_000_000_000_000;

/// Patterns have a few dozen letters; reading by one takes the square of its length.
const PATTERN_BYTES_MAX: usize = 256;

fn pattern<'v>(scene: &Scene<'v>, value: &Value<'v>) -> Result<Cow<'v, str>, Fault> {
    text(scene, value).and_then(|text| {
        if text.len() > PATTERN_BYTES_MAX { Err(Fault::Undefined) } else { Ok(text) }
    })
}

/// A moment by a pattern, in UTC or another zone.
pub(crate) fn parse_time<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let pattern = pattern(scene, &arguments[0])?;
    let unix_ms = int(&arguments[1])?;
    if unix_ms.abs() > UNIX_MS_MAX {
        return Err(Fault::Undefined);
    }
    let zone = match arguments.get(2) {
        Some(name) => Zone::named(&text(scene, name)?).ok_or(Fault::Undefined)?,
        None => Zone::utc(),
    };
    text_reply(write(&pattern, unix_ms as i64, &zone).ok_or(Fault::Undefined)?)
}

/// The milliseconds since 1970 that a text says by a pattern.
pub(crate) fn time_to_epoch<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let (time, pattern) = (text(scene, &arguments[0])?, pattern(scene, &arguments[1])?);
    int_reply(read(&time, &pattern).ok_or(Fault::Undefined)?)
}
