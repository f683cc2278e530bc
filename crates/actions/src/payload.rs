//! What a rule selected, as the values of a document.

use std::borrow::Cow;

use items::{Item, Number};
use rules::{Value, Version};

/// Why a value is no value of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("the number {number} has more digits or is larger than a table holds")]
    Number { number: String },
    #[error("the attribute {name} comes twice")]
    Twice { name: String },
}

/// The members of an object as the attributes of an item; those that are Undefined are left out.
pub(crate) fn item<'v>(
    members: impl IntoIterator<Item = (Cow<'v, str>, Value<'v>)>,
    version: Version,
) -> Result<Item, Unfit> {
    let mut attributes = Vec::new();
    for (name, value) in members {
        if let Some(value) = document_value(&value, version)? {
            attributes.push((name.into_owned(), value));
        }
    }
    Item::from_unsorted(attributes).map_err(|name| Unfit::Twice { name })
}

/// The value in a document; `None` for Undefined.
pub(crate) fn document_value(
    value: &Value<'_>,
    version: Version,
) -> Result<Option<items::Value>, Unfit> {
    Ok(Some(match value {
        Value::Undefined => return Ok(None),
        Value::Null => items::Value::Null,
        Value::Boolean(boolean) => items::Value::Bool(*boolean),
        Value::Number(number) => items::Value::N(document_number(&number.to_string())?),
        Value::String(text) => items::Value::S(text.clone().into_owned()),
        Value::Bytes(bytes) => items::Value::B(bytes.to_vec()),
        Value::Json(_) | Value::Array(_) | Value::Object(_) => match value.members(version) {
            Some(members) => items::Value::M(item(members, version)?),
            None => {
                let elements = value.elements(version).unwrap_or_default();
                let mut list = Vec::with_capacity(elements.len());
                for element in &elements {
                    list.extend(document_value(element, version)?);
                }
                items::Value::L(list)
            }
        },
    }))
}

pub(crate) fn document_number(text: &str) -> Result<Number, Unfit> {
    Number::parse(text).map_err(|_| Unfit::Number { number: text.to_owned() })
}
