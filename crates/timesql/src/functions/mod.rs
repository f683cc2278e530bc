//! Scalar functions and operators: one table of signatures, and which of them a call means.

mod arithmetic;
mod array;
mod math;
mod pattern;
mod regexp;
mod series;
mod signature;
mod text;
mod text_format;
mod time;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use regex::Regex;

pub(crate) use pattern::like;
pub(crate) use signature::{Pattern, Signature, Variables};

use crate::error::Failure;
use crate::types::Type;
use crate::value::Value;

/// What functions find beside their arguments.
pub(crate) struct Site<'a> {
    /// Nanoseconds since 1970, the same for the whole query.
    pub(crate) now: i64,
    /// The types of the arguments.
    pub(crate) types: &'a [Type],
    pub(crate) regexes: &'a Regexes,
    /// Calls the argument of that place, which is a lambda.
    pub(crate) apply: &'a Apply<'a>,
}

/// Calls a lambda: the place of the argument that it is, and what it is given.
pub(crate) type Apply<'a> = dyn Fn(usize, &[Value]) -> Result<Value, Failure> + 'a;

pub(crate) type Call = fn(&Site<'_>, &[Value]) -> Result<Value, Failure>;

type Table = &'static [(&'static str, Call)];

/// `name(types) type`; with `!` before it the function is called with nulls too, else a null makes null.
const TABLES: &[Table] = &[
    arithmetic::TABLE,
    array::TABLE,
    math::TABLE,
    regexp::TABLE,
    series::TABLE,
    text::TABLE,
    text_format::TABLE,
    time::FIELDS,
    time::TABLE,
];

/// All functions by name.
fn functions() -> &'static HashMap<&'static str, Vec<Signature>> {
    static FUNCTIONS: OnceLock<HashMap<&'static str, Vec<Signature>>> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let mut functions: HashMap<&str, Vec<Signature>> = HashMap::new();
        for (text, call) in TABLES.iter().flat_map(|table| table.iter()) {
            let signature = Signature::read(text, *call);
            functions.entry(signature.name).or_default().push(signature);
        }
        functions
    })
}

/// The functions of a name; none if there is no such function.
pub(crate) fn named(name: &str) -> &'static [Signature] {
    functions().get(name).map_or(&[], Vec::as_slice)
}

/// Which of some signatures these arguments mean, and the types that its variables stand for. Lambdas
/// are `None`: they fit wherever one is taken.
pub(crate) fn resolve<'s>(
    signatures: &'s [Signature],
    arguments: &[Option<Type>],
) -> Option<(&'s Signature, Variables)> {
    let exact = signatures.iter().find_map(|signature| signature.fits(arguments, true));
    exact.or_else(|| signatures.iter().find_map(|signature| signature.fits(arguments, false)))
}

/// Compiled patterns of one query.
#[derive(Debug, Default)]
pub(crate) struct Regexes(Mutex<HashMap<Arc<str>, Regex>>);

/// Patterns that come from columns may be many; the usual query has one.
const REGEXES_MAX: usize = 64;
/// A compiled pattern is bounded, since it comes from outside.
const REGEX_BYTES_MAX: usize = 1 << 20;

impl Regexes {
    pub(crate) fn get(&self, pattern: &str) -> Result<Regex, Failure> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regex) = known.get(pattern) {
            return Ok(regex.clone());
        }
        let built = regex::RegexBuilder::new(pattern).size_limit(REGEX_BYTES_MAX).build();
        let regex = built.map_err(|error| Failure::new(format!("invalid pattern: {error}")))?;
        if known.len() >= REGEXES_MAX {
            known.clear();
        }
        known.insert(Arc::from(pattern), regex.clone());
        Ok(regex)
    }
}

/// What one value may be at most: whatever is larger was made to be.
pub(crate) const TEXT_BYTES_MAX: usize = 4 << 20;
pub(crate) const LIST_ITEMS_MAX: usize = 1 << 20;

/// Fails if a text of that length is to be made.
fn check_text(bytes: usize) -> Result<(), Failure> {
    if bytes > TEXT_BYTES_MAX {
        return Err(Failure::new(format!("a text would be longer than {TEXT_BYTES_MAX} bytes")));
    }
    Ok(())
}

/// The same of a list.
fn check_list(items: usize) -> Result<(), Failure> {
    if items > LIST_ITEMS_MAX {
        return Err(Failure::new(format!("an array would have more than {LIST_ITEMS_MAX} items")));
    }
    Ok(())
}

/// What a function made is within bounds; those that can leap beyond them ask before.
pub(crate) fn checked(value: Value) -> Result<Value, Failure> {
    match &value {
        Value::Text(text) => check_text(text.len())?,
        Value::List(items) => check_list(items.len())?,
        _ => {}
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_signature_can_be_read() {
        assert!(functions().values().flatten().count() > 150);
    }

    #[test]
    fn the_nearest_signature_is_taken() {
        let of = |name, types: &[Type]| {
            let arguments: Vec<Option<Type>> = types.iter().cloned().map(Some).collect();
            let (signature, variables) = resolve(named(name), &arguments)?;
            signature.returns.with(&variables)
        };
        assert_eq!(of("abs", &[Type::Integer]), Some(Type::Integer));
        assert_eq!(of("abs", &[Type::Double]), Some(Type::Double));
        assert_eq!(of("sqrt", &[Type::Integer]), Some(Type::Double));
        assert_eq!(of("greatest", &[Type::Integer, Type::Double]), Some(Type::Double));
        assert_eq!(
            of("element_at", &[Type::array(Type::Varchar), Type::Integer]),
            Some(Type::Varchar)
        );
        assert_eq!(of("sqrt", &[Type::Varchar]), None);
    }
}
