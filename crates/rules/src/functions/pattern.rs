//! Functions of regular expressions.

use regex::{Captures, Regex};

use crate::function::{Fault, Reply};
use crate::functions::{check_length, text, text_reply};
use crate::scene::Scene;
use crate::value::Value;

/// Whether any part of the text matches.
pub(crate) fn matches<'v>(scene: &Scene<'v>, regex: &Regex, arguments: &[Value<'v>]) -> Reply<'v> {
    Ok(Value::Boolean(regex.is_match(&text(scene, &arguments[0])?)))
}

/// The first part that matches; Undefined if none does.
pub(crate) fn substring<'v>(
    scene: &Scene<'v>,
    regex: &Regex,
    arguments: &[Value<'v>],
) -> Reply<'v> {
    let text = text(scene, &arguments[0])?;
    text_reply(regex.find(&text).ok_or(Fault::Undefined)?.as_str().to_owned())
}

pub(crate) fn replace<'v>(scene: &Scene<'v>, regex: &Regex, arguments: &[Value<'v>]) -> Reply<'v> {
    let (text, with) = (text(scene, &arguments[0])?, text(scene, &arguments[2])?);
    let parts = parts(&with, regex).ok_or(Fault::Undefined)?;
    let (mut out, mut end) = (String::new(), 0);
    for captures in regex.captures_iter(&text) {
        let whole = captures.get_match();
        out.push_str(&text[end..whole.start()]);
        parts.iter().for_each(|part| part.write(&captures, &mut out));
        check_length(out.len())?;
        end = whole.end();
    }
    out.push_str(&text[end..]);
    text_reply(out)
}

/// A part of what a match is replaced with.
enum Part<'a> {
    Text(&'a str),
    Group(usize),
}

impl Part<'_> {
    fn write(&self, captures: &Captures<'_>, out: &mut String) {
        match self {
            Part::Text(text) => out.push_str(text),
            Part::Group(group) => {
                out.push_str(captures.get(*group).map_or("", |found| found.as_str()));
            }
        }
    }
}

/// Java's syntax: `$1`, `${name}`, and a backslash before what stands for itself. `None` if it is
/// none, or names a group that is not there.
fn parts<'a>(with: &'a str, regex: &Regex) -> Option<Vec<Part<'a>>> {
    let (mut parts, mut rest) = (Vec::new(), with);
    while let Some(at) = rest.find(['$', '\\']) {
        parts.push(Part::Text(&rest[..at]));
        let is_group = rest[at..].starts_with('$');
        let after = &rest[at + 1..];
        if is_group {
            let (group, length) = group(after, regex)?;
            parts.push(Part::Group(group));
            rest = &after[length..];
        } else {
            let length = after.chars().next()?.len_utf8();
            parts.push(Part::Text(&after[..length]));
            rest = &after[length..];
        }
    }
    parts.push(Part::Text(rest));
    Some(parts)
}

/// The group that a reference names, and how long the reference is. Digits are taken as long as
/// there is such a group: with one group, `$10` is the group and a zero.
fn group(text: &str, regex: &Regex) -> Option<(usize, usize)> {
    if let Some(name) = text.strip_prefix('{') {
        let (name, _) = name.split_once('}')?;
        let index = regex.capture_names().position(|held| held == Some(name))?;
        return Some((index, name.len() + 2));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = |length: usize| text[..length].parse::<usize>().ok();
    let exists = |length: &usize| number(*length).is_some_and(|n| n < regex.captures_len());
    let length = (1..=digits).rev().find(exists)?;
    Some((number(length)?, length))
}
