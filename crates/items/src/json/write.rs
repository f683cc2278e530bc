//! Writing items as JSON, from values and from stored bytes alike.

use base64::Engine;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use crate::encoding::{self, EncodedItem, EncodedList, EncodedSet, EncodedValue, EncodingError};
use crate::item::Item;
use crate::value::Value;

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        let kind = self.kind().as_str();
        match self {
            Value::S(text) => map.serialize_entry(kind, text),
            Value::N(number) => map.serialize_entry(kind, &Shown(number)),
            Value::B(bytes) => map.serialize_entry(kind, &Base64(bytes)),
            Value::Bool(is_true) => map.serialize_entry(kind, is_true),
            Value::Null => map.serialize_entry(kind, &true),
            Value::M(item) => map.serialize_entry(kind, item),
            Value::L(list) => map.serialize_entry(kind, list),
            Value::Ss(set) => map.serialize_entry(kind, set),
            Value::Ns(set) => map.serialize_entry(kind, &Each(|| set.iter().map(Shown))),
            Value::Bs(set) => {
                map.serialize_entry(kind, &Each(|| set.iter().map(|bytes| Base64(bytes))))
            }
        }?;
        map.end()
    }
}

impl Serialize for EncodedItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for attribute in self.attributes() {
            let (name, value) = attribute.map_err(S::Error::custom)?;
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

impl Serialize for EncodedValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        let kind = self.kind().as_str();
        match self {
            EncodedValue::S(text) | EncodedValue::N(text) => map.serialize_entry(kind, text),
            EncodedValue::B(bytes) => map.serialize_entry(kind, &Base64(bytes)),
            EncodedValue::Bool(is_true) => map.serialize_entry(kind, is_true),
            EncodedValue::Null => map.serialize_entry(kind, &true),
            EncodedValue::M(item) => map.serialize_entry(kind, item),
            EncodedValue::L(list) => map.serialize_entry(kind, list),
            EncodedValue::Ss(set) | EncodedValue::Ns(set) => {
                map.serialize_entry(kind, &Texts(*set))
            }
            EncodedValue::Bs(set) => map.serialize_entry(kind, &Binaries(*set)),
        }?;
        map.end()
    }
}

impl Serialize for EncodedList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        collect(self.values(), serializer)
    }
}

struct Texts<'a>(EncodedSet<'a>);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        collect(self.0.members().map(|member| encoding::text(member?)), serializer)
    }
}

struct Binaries<'a>(EncodedSet<'a>);

impl Serialize for Binaries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        collect(self.0.members().map(|member| member.map(Base64)), serializer)
    }
}

fn collect<T: Serialize, S: Serializer>(
    elements: impl Iterator<Item = Result<T, EncodingError>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeSeq;
    let mut list = serializer.serialize_seq(None)?;
    for element in elements {
        list.serialize_element(&element.map_err(S::Error::custom)?)?;
    }
    list.end()
}

struct Each<F>(F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

struct Shown<T>(T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

struct Base64<'a>(&'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &STANDARD))
    }
}

/// The standard alphabet with padding, as the wire has binaries.
pub(super) fn from_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    STANDARD.decode(text)
}
