//! What a statement selects, written straight to bytes where that can be.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ast::{Expression, Item, Named, Projection};
use crate::error::Failure;
use crate::evaluate::{Evaluator, Halt, Row};
use crate::json::{self, Json, Kind};
use crate::payload::{Document, Payload};
use crate::value::{Value, write_json};
use crate::version::Version;

/// How an output is made, known from the projection alone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plan {
    /// `*`: the payload as it is.
    Whole,
    Value,
    /// Members under names of their own, perhaps after all of the payload's.
    Flat {
        is_after_all: bool,
    },
    /// Through an object in memory.
    Made,
}

/// Outputs mostly fit.
const OUTPUT_BYTES: usize = 256;

impl Plan {
    pub(crate) fn of(projection: &Projection) -> Plan {
        let items = match projection {
            Projection::Value(Expression::Whole) => return Plan::Whole,
            Projection::Value(_) => return Plan::Value,
            Projection::Items(items) => items,
        };
        let is_after_all = matches!(items.first(), Some(Item::All(None)));
        let mut names = HashSet::new();
        let mut is_flat = |item: &Item| match item {
            Item::One(named) => named.alias.len() == 1 && names.insert(named.alias[0].clone()),
            Item::All(_) => false,
        };
        match &items[usize::from(is_after_all)..] {
            [] => Plan::Whole,
            rest if rest.iter().all(&mut is_flat) => Plan::Flat { is_after_all },
            _ => Plan::Made,
        }
    }
}

/// The output, and whether it is JSON.
pub(crate) fn project<'a, 'v>(
    evaluator: &Evaluator<'v>,
    plan: &Plan,
    projection: &'v Projection,
    payload: &Payload<'a>,
) -> Result<(Cow<'a, [u8]>, bool), Halt> {
    let version = evaluator.scene.version;
    match (plan, projection, payload.json()) {
        (Plan::Whole, _, Err(_)) => Ok((Cow::Borrowed(payload.bytes()), false)),
        (Plan::Whole, _, Ok(document)) => Ok((whole(document, payload.bytes(), version), true)),
        (Plan::Flat { is_after_all: true }, Projection::Items(items), Ok(document)) => {
            match after_all(evaluator, &items[1..], document)? {
                Some(output) => Ok((Cow::Owned(output), true)),
                None => made(evaluator, projection, payload),
            }
        }
        (Plan::Flat { is_after_all: false }, Projection::Items(items), document) => {
            let mut out = Vec::with_capacity(OUTPUT_BYTES);
            out.push(b'{');
            write_members(evaluator, items, document.ok(), &mut out)?;
            out.push(b'}');
            Ok((Cow::Owned(out), true))
        }
        (_, projection, _) => made(evaluator, projection, payload),
    }
}

fn whole<'a>(document: Document<'a, '_>, bytes: &'a [u8], version: Version) -> Cow<'a, [u8]> {
    if !document.has_whole() || !version.makes_whole_numbers_int() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    write_json(document.whole(), &mut out, version);
    Cow::Owned(out)
}

/// The payload's text, with members added before its closing brace. `None` if one of them is there
/// already, or there is no brace.
fn after_all<'v>(
    evaluator: &Evaluator<'v>,
    items: &'v [Item],
    document: Document<'_, '_>,
) -> Result<Option<Vec<u8>>, Halt> {
    let names = items.iter().filter_map(one).map(|named| &*named.alias[0]);
    let is_there = names.into_iter().any(|name| document.member(name).is_some());
    if !document.is_object() || is_there {
        return Ok(None);
    }
    let mut out = Vec::with_capacity(document.whole().as_str().len() + OUTPUT_BYTES);
    write_part(document.whole(), document, evaluator.scene.version, &mut out);
    out.pop();
    write_members(evaluator, items, Some(document), &mut out)?;
    out.push(b'}');
    Ok(Some(out))
}

fn one(item: &Item) -> Option<&Named> {
    match item {
        Item::One(named) => Some(named),
        Item::All(_) => None,
    }
}

/// Appends members after what is there of an object.
fn write_members<'v>(
    evaluator: &Evaluator<'v>,
    items: &'v [Item],
    document: Option<Document<'_, '_>>,
    out: &mut Vec<u8>,
) -> Result<(), Halt> {
    let version = evaluator.scene.version;
    let is_json_space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    let mut is_first = out.iter().rev().find(|byte| !is_json_space(byte)) == Some(&b'{');
    for named in items.iter().filter_map(one) {
        let start = out.len();
        if !is_first {
            out.push(b',');
        }
        out.extend_from_slice(&named.key);
        match (document, &named.expression) {
            (Some(document), path) if is_path(path) => match at(document, path) {
                Some(json) => write_part(json, document, version, out),
                None => {
                    out.truncate(start);
                    continue;
                }
            },
            (_, expression) => match evaluator.evaluate(expression, &Row::Payload)? {
                Value::Undefined => {
                    out.truncate(start);
                    continue;
                }
                value if value.holds_bytes() => return Err(Failure::BytesInJson.into()),
                value => value.write(out, version),
            },
        }
        is_first = false;
    }
    Ok(())
}

/// Whether an expression is a member of the payload, or of one of its members.
fn is_path(expression: &Expression) -> bool {
    match expression {
        Expression::Name(_) => true,
        Expression::Member(base, _) => is_path(base),
        _ => false,
    }
}

fn at<'a>(document: Document<'a, '_>, path: &Expression) -> Option<Json<'a>> {
    match path {
        Expression::Name(name) => document.member(name),
        Expression::Member(base, name) => at(document, base)?.member(name),
        _ => None,
    }
}

/// Copies a part of the payload as it was written, if numbers need not be written anew.
fn write_part(json: Json<'_>, document: Document<'_, '_>, version: Version, out: &mut Vec<u8>) {
    let text = json.as_str();
    let is_copied = !document.has_whole() || !version.makes_whole_numbers_int();
    match json.kind() {
        Kind::Object | Kind::Array if !is_copied => write_json(json, out, version),
        Kind::Number if !is_copied => match json::whole(text) {
            Some(int) => out.extend_from_slice(int.to_string().as_bytes()),
            None => out.extend_from_slice(text.as_bytes()),
        },
        _ => out.extend_from_slice(text.as_bytes()),
    }
}

/// By making a value and writing that.
fn made<'a, 'v>(
    evaluator: &Evaluator<'v>,
    projection: &'v Projection,
    payload: &Payload<'a>,
) -> Result<(Cow<'a, [u8]>, bool), Halt> {
    let takes_all = |items: &[Item]| items.iter().any(|item| matches!(item, Item::All(None)));
    if let Projection::Items(items) = projection
        && takes_all(items)
    {
        match payload.json() {
            Ok(document) if !document.is_object() => return Err(Failure::NotAnObject.into()),
            Ok(_) => {}
            Err(_) => return Err(Failure::BytesInJson.into()),
        }
    }
    let value = evaluator.project(projection, &Row::Payload)?;
    match value {
        // Undefined alone is written as nothing.
        Value::Undefined => Ok((Cow::Borrowed(&[]), false)),
        Value::Bytes(_) => Ok((Cow::Borrowed(payload.bytes()), false)),
        value if value.holds_bytes() => Err(Failure::BytesInJson.into()),
        value => {
            let mut out = Vec::with_capacity(OUTPUT_BYTES);
            value.write(&mut out, evaluator.scene.version);
            Ok((Cow::Owned(out), true))
        }
    }
}
