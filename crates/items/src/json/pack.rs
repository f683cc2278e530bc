//! Reading values from JSON straight into the form in which they are stored. Texts, numbers and other
//! plain values, of which most items consist, are never values in between.

use std::fmt::{self, Formatter};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::read::{Content, KindName, MANY_TYPES, NO_TYPE, Refused, Text};
use super::refusal::Refusal;
use super::write::from_base64;
use crate::encoding::{mark, push_chunk, push_number, push_value};
use crate::number::Number;
use crate::size;
use crate::value::Kind;

/// Appends an attribute's value, and answers its size as DynamoDB counts.
pub(crate) struct PackedValue<'b> {
    pub(crate) into: &'b mut Vec<u8>,
}

impl<'de> DeserializeSeed<'de> for PackedValue<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PackedValue<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
        let mut size = None;
        while let Some(KindName(kind)) = map.next_key()? {
            let Some(kind) = kind else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let content = PackedContent { content: Content { kind, depth: 0 }, into: self.into };
            let Some(read) = map.next_value_seed(content)? else { continue };
            if size.replace(read).is_some() {
                return Err(Refusal::new(MANY_TYPES).carried());
            }
        }
        size.ok_or_else(|| Refusal::new(NO_TYPE).carried())
    }
}

/// The same of what follows the name of a type; nothing for `null`.
struct PackedContent<'b> {
    content: Content,
    into: &'b mut Vec<u8>,
}

impl<'de> DeserializeSeed<'de> for PackedContent<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for PackedContent<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.content.expecting(f)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        let PackedContent { content, into } = self;
        let size = match content.kind {
            Kind::S => from.deserialize_str(Text(|text: &str| Ok(text_into(text, into)))),
            Kind::N => from.deserialize_str(Text(|text: &str| number_into(text, into))),
            Kind::B => from.deserialize_str(Text(|text: &str| binary_into(text, into))),
            _ => {
                let Some(value) = content.visit_some(from)? else { return Ok(None) };
                push_value(&value, into);
                Ok(size::value_bytes(&value))
            }
        };
        size.map(Some)
    }
}

fn text_into(text: &str, into: &mut Vec<u8>) -> usize {
    into.push(mark::S);
    push_chunk(text.as_bytes(), into);
    text.len()
}

fn number_into(text: &str, into: &mut Vec<u8>) -> Result<usize, Refused> {
    let number =
        Number::parse(text).map_err(|error| Refused::Value(Refusal::new(error.to_string())))?;
    push_number(number, text, into);
    Ok(size::number_bytes(number))
}

fn binary_into(text: &str, into: &mut Vec<u8>) -> Result<usize, Refused> {
    let bytes = from_base64(text)
        .map_err(|error| Refused::Json(format!("a binary is no base64: {error}")))?;
    into.push(mark::B);
    push_chunk(&bytes, into);
    Ok(bytes.len())
}
