//! Texts. Characters are counted as Unicode counts them.

use std::borrow::Cow;

use crate::function::{Fault, Reply};
use crate::functions::{check_length, int, int_reply, text, text_reply};
use crate::scene::Scene;
use crate::value::Value;

/// The character of an ASCII code.
pub(crate) fn chr<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let code = u8::try_from(int(&arguments[0])?).map_err(|_| Fault::Undefined)?;
    if !code.is_ascii() {
        return Err(Fault::Undefined);
    }
    text_reply(char::from(code).to_string())
}

pub(crate) fn ends_with<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let end = text(scene, &arguments[1])?;
    Ok(Value::Boolean(text(scene, &arguments[0])?.ends_with(&*end)))
}

pub(crate) fn starts_with<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let start = text(scene, &arguments[1])?;
    Ok(Value::Boolean(text(scene, &arguments[0])?.starts_with(&*start)))
}

/// Counted from 0; -1 if it is not there, as Java says it.
pub(crate) fn index_of<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let (text, part) = (text(scene, &arguments[0])?, text(scene, &arguments[1])?);
    match text.find(&*part) {
        Some(at) => int_reply(text[..at].chars().count()),
        None => int_reply(-1),
    }
}

pub(crate) fn length<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    int_reply(text(scene, &arguments[0])?.chars().count())
}

pub(crate) fn byte_length<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    int_reply(text(scene, &arguments[0])?.len())
}

pub(crate) fn lower<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    text_reply(text(scene, &arguments[0])?.to_lowercase())
}

pub(crate) fn upper<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    text_reply(text(scene, &arguments[0])?.to_uppercase())
}

/// A text, and as many spaces as the second argument says: 0 to 1000, cut to that.
fn padded<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Result<(Cow<'v, str>, String), Fault> {
    const SPACES_MAX: i128 = 1_000;
    let count = int(&arguments[1])?.clamp(0, SPACES_MAX) as usize;
    Ok((text(scene, &arguments[0])?, " ".repeat(count)))
}

pub(crate) fn pad_left<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let (text, spaces) = padded(scene, arguments)?;
    text_reply(spaces + &text)
}

pub(crate) fn pad_right<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let (text, spaces) = padded(scene, arguments)?;
    text_reply(text.into_owned() + &spaces)
}

/// What Java calls white space when it trims: all up to the space.
fn is_blank(c: char) -> bool {
    c <= ' '
}

/// A part of a text, borrowed if the text is.
fn part<'v>(text: Cow<'v, str>, cut: fn(&str) -> &str) -> Reply<'v> {
    match text {
        Cow::Borrowed(text) => text_reply(cut(text)),
        Cow::Owned(text) => text_reply(cut(&text).to_owned()),
    }
}

pub(crate) fn trim<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    part(text(scene, &arguments[0])?, |text| text.trim_matches(is_blank))
}

pub(crate) fn trim_left<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    part(text(scene, &arguments[0])?, |text| text.trim_start_matches(is_blank))
}

pub(crate) fn trim_right<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    part(text(scene, &arguments[0])?, |text| text.trim_end_matches(is_blank))
}

pub(crate) fn replace<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let (text, from) = (text(scene, &arguments[0])?, text(scene, &arguments[1])?);
    let to = self::text(scene, &arguments[2])?;
    let count = text.matches(&*from).count();
    check_length(text.len().saturating_add(count.saturating_mul(to.len())))?;
    text_reply(text.replace(&*from, &to))
}

/// From an index, counted from 0, to before another or to the end; both are cut to the text.
pub(crate) fn substring<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let text = text(scene, &arguments[0])?;
    let length = text.chars().count();
    let index = |value: &Value<'v>| -> Result<usize, Fault> {
        let number = super::number(value)?.to_decimal().floor();
        // Beyond 34 digits it is far beyond any text, on one side or the other.
        let beyond = if number.signum() < 0 { 0 } else { length as i128 };
        Ok(number.to_int().unwrap_or(beyond).clamp(0, length as i128) as usize)
    };
    let start = index(&arguments[1])?;
    let end = arguments.get(2).map_or(Ok(length), index)?;
    text_reply(text.chars().skip(start).take(end.saturating_sub(start)).collect::<String>())
}
