//! Reading items from JSON.

use std::fmt::{self, Formatter};

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::NESTING_MAX;
use super::refusal::Refusal;
use super::write::from_base64;
use crate::item::Item;
use crate::number::Number;
use crate::value::{Kind, Value};

pub(super) const NO_TYPE: &str =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
pub(super) const MANY_TYPES: &str = "Supplied AttributeValue has more than one datatypes set, must contain \
                          exactly one of the supported datatypes";
const PARAMETER: &str = "One or more parameter values were invalid:";

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Item, D::Error> {
        ItemSeed { depth: 0 }.deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        ValueSeed { depth: 0 }.deserialize(deserializer)
    }
}

/// Reads a map of values that is this deep in others.
#[derive(Clone, Copy)]
struct ItemSeed {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ItemSeed {
    type Value = Item;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Item, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ItemSeed {
    type Value = Item;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a map of attribute values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
        let mut attributes = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(ValueSeed { depth: self.depth })?;
            attributes.push((name, value));
        }
        Item::from_unsorted(attributes)
            .map_err(|name| A::Error::custom(format_args!("the attribute {name} comes twice")))
    }
}

/// Reads a value that is this deep in documents.
#[derive(Clone, Copy)]
pub(crate) struct ValueSeed {
    pub(crate) depth: usize,
}

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut value = None;
        while let Some(kind) = map.next_key::<KindName>()? {
            let Some(kind) = kind.0 else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let Some(read) = map.next_value_seed(Content { kind, depth: self.depth })? else {
                continue;
            };
            if value.replace(read).is_some() {
                return Err(Refusal::new(MANY_TYPES).carried());
            }
        }
        value.ok_or_else(|| Refusal::new(NO_TYPE).carried())
    }
}

/// The name of a type; `None` for one that is not known, which says nothing of the value.
pub(super) struct KindName(pub(super) Option<Kind>);

impl<'de> Deserialize<'de> for KindName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<KindName, D::Error> {
        deserializer.deserialize_identifier(Text(|name: &str| Ok(KindName(Kind::parse(name)))))
    }
}

/// Reads what follows the name of a type; `null` is as if it were not there.
pub(super) struct Content {
    pub(super) kind: Kind,
    pub(super) depth: usize,
}

impl<'de> DeserializeSeed<'de> for Content {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Content {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "the content of a value of type {}", self.kind.as_str())
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        let value = match self.kind {
            Kind::S => Value::S(String::deserialize(from)?),
            Kind::N => Value::N(NumberText::deserialize(from)?.0),
            Kind::B => Value::B(BinaryText::deserialize(from)?.0),
            Kind::Bool => Value::Bool(bool::deserialize(from)?),
            Kind::Null => null(bool::deserialize(from)?).map_err(|it| it.carried())?,
            Kind::M => Value::M(ItemSeed { depth: self.deeper()? }.deserialize(from)?),
            Kind::L => Value::L(ListSeed { depth: self.deeper()? }.deserialize(from)?),
            Kind::Ss => strings(Vec::deserialize(from)?).map_err(|it| it.carried())?,
            Kind::Ns => numbers(Vec::deserialize(from)?).map_err(|it| it.carried())?,
            Kind::Bs => binaries(Vec::deserialize(from)?).map_err(|it| it.carried())?,
        };
        Ok(Some(value))
    }
}

impl Content {
    fn deeper<E: Error>(&self) -> Result<usize, E> {
        if self.depth >= NESTING_MAX {
            let message = "Nesting Levels have exceeded supported limits";
            return Err(Refusal::new(message).carried());
        }
        Ok(self.depth + 1)
    }
}

struct ListSeed {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ListSeed {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a list of attribute values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(ValueSeed { depth: self.depth })? {
            values.push(value);
        }
        Ok(values)
    }
}

struct NumberText(Number);

impl<'de> Deserialize<'de> for NumberText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NumberText, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| match Number::parse(text) {
            Ok(number) => Ok(NumberText(number)),
            Err(error) => Err(Refused::Value(Refusal::new(error.to_string()))),
        }))
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct BinaryText(Vec<u8>);

impl<'de> Deserialize<'de> for BinaryText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<BinaryText, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| match from_base64(text) {
            Ok(bytes) => Ok(BinaryText(bytes)),
            Err(error) => Err(Refused::Json(format!("a binary is no base64: {error}"))),
        }))
    }
}

/// Why a text is refused: it can be no value, or it is not what the wire has there.
pub(super) enum Refused {
    Value(Refusal),
    Json(String),
}

/// Reads a text where it stands, without a copy.
pub(super) struct Text<F>(pub(super) F);

impl<'de, T, F: FnOnce(&str) -> Result<T, Refused>> Visitor<'de> for Text<F> {
    type Value = T;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(|refused| match refused {
            Refused::Value(refusal) => refusal.carried(),
            Refused::Json(message) => E::custom(message),
        })
    }
}

fn null(is_true: bool) -> Result<Value, Refusal> {
    match is_true {
        true => Ok(Value::Null),
        false => Err(Refusal::new(format!(
            "{PARAMETER} Null attribute value types must have the value of true"
        ))),
    }
}

fn strings(set: Vec<String>) -> Result<Value, Refusal> {
    if set.is_empty() {
        return Err(Refusal::new(format!("{PARAMETER} An string set  may not be empty")));
    }
    let listed = |set: &[String]| set.join(", ");
    let shown = has_duplicates(&set).then(|| listed(&set));
    match shown {
        Some(shown) => Err(Refusal::new(format!(
            "{PARAMETER} Input collection [{shown}] contains duplicates."
        ))),
        None => Ok(Value::Ss(sorted(set))),
    }
}

fn numbers(set: Vec<NumberText>) -> Result<Value, Refusal> {
    if set.is_empty() {
        return Err(Refusal::new(format!("{PARAMETER} An number set  may not be empty")));
    }
    let set: Vec<Number> = set.into_iter().map(|text| text.0).collect();
    if has_duplicates(&set) {
        return Err(Refusal::new("Input collection contains duplicates"));
    }
    Ok(Value::Ns(sorted(set)))
}

fn binaries(set: Vec<BinaryText>) -> Result<Value, Refusal> {
    if set.is_empty() {
        return Err(Refusal::new(format!("{PARAMETER} Binary sets should not be empty")));
    }
    if has_duplicates(&set) {
        return Err(Refusal::new(format!(
            "{PARAMETER} Input collection of type BS contains duplicates."
        )));
    }
    Ok(Value::Bs(sorted(set).into_iter().map(|text| text.0).collect()))
}

fn has_duplicates<T: Ord>(set: &[T]) -> bool {
    let mut members: Vec<&T> = set.iter().collect();
    members.sort_unstable();
    members.windows(2).any(|pair| pair[0] == pair[1])
}

fn sorted<T: Ord>(mut set: Vec<T>) -> Vec<T> {
    set.sort_unstable();
    set
}
