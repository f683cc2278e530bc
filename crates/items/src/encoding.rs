//! Items as bytes for the store, and what can be read of them without building the item: one
//! attribute, the size, the whole as JSON.
//!
//! An item is its attributes in the order of their names, each a name and a value; a value is a mark
//! of its type and, but for those that are their mark, its length and content. Lengths of texts are
//! varints, those of containers four bytes, which are filled in when the content is written. A number
//! is its text in the normal form: it is read far more often than computed with. The record that
//! holds an item says which version of this it is.

use std::str;

use crate::item::Item;
use crate::number::Number;
use crate::size;
use crate::value::{Kind, Value};

mod write;

pub use write::encode;
pub(crate) use write::{push_chunk, push_number, push_value};

pub(crate) mod mark {
    pub(crate) const S: u8 = 0;
    pub(crate) const N: u8 = 1;
    pub(crate) const B: u8 = 2;
    pub(crate) const FALSE: u8 = 3;
    pub(crate) const TRUE: u8 = 4;
    pub(crate) const NULL: u8 = 5;
    pub(crate) const M: u8 = 6;
    pub(crate) const L: u8 = 7;
    pub(crate) const SS: u8 = 8;
    pub(crate) const NS: u8 = 9;
    pub(crate) const BS: u8 = 10;
}

/// The bytes are no item: the store is damaged, or they were written by another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stored bytes are no item")]
pub struct EncodingError;

/// An item as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct EncodedItem<'a> {
    bytes: &'a [u8],
}

/// A value as it is stored: its type, and its content.
#[derive(Clone, Copy, Debug)]
pub enum EncodedValue<'a> {
    S(&'a str),
    /// In its normal form.
    N(&'a str),
    B(&'a [u8]),
    Bool(bool),
    Null,
    M(EncodedItem<'a>),
    L(EncodedList<'a>),
    Ss(EncodedSet<'a>),
    Ns(EncodedSet<'a>),
    Bs(EncodedSet<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct EncodedList<'a> {
    bytes: &'a [u8],
}

/// The members of a set, as bytes.
#[derive(Clone, Copy, Debug)]
pub struct EncodedSet<'a> {
    bytes: &'a [u8],
}

impl<'a> EncodedItem<'a> {
    pub fn new(bytes: &'a [u8]) -> EncodedItem<'a> {
        EncodedItem { bytes }
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Its attributes in the order of their names.
    pub fn attributes(
        self,
    ) -> impl Iterator<Item = Result<(&'a str, EncodedValue<'a>), EncodingError>> {
        Reader(self.bytes).until_the_end(|reader| Ok((reader.text()?, reader.value()?)))
    }

    pub fn get(self, name: &str) -> Result<Option<EncodedValue<'a>>, EncodingError> {
        for attribute in self.attributes() {
            let (there, value) = attribute?;
            match there.cmp(name) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Ok(Some(value)),
                std::cmp::Ordering::Greater => break,
            }
        }
        Ok(None)
    }

    pub fn decode(self) -> Result<Item, EncodingError> {
        let mut attributes = Vec::new();
        for attribute in self.attributes() {
            let (name, value) = attribute?;
            attributes.push((name.to_owned(), value.decode()?));
        }
        Item::from_unsorted(attributes).map_err(|_| EncodingError)
    }

    /// The same as [`size::item_bytes`] of the item.
    pub fn item_bytes(self) -> Result<usize, EncodingError> {
        let mut sum = 0;
        for attribute in self.attributes() {
            let (name, value) = attribute?;
            sum += name.len() + value.value_bytes()?;
        }
        Ok(sum)
    }
}

impl<'a> EncodedValue<'a> {
    pub fn kind(self) -> Kind {
        match self {
            EncodedValue::S(_) => Kind::S,
            EncodedValue::N(_) => Kind::N,
            EncodedValue::B(_) => Kind::B,
            EncodedValue::Bool(_) => Kind::Bool,
            EncodedValue::Null => Kind::Null,
            EncodedValue::M(_) => Kind::M,
            EncodedValue::L(_) => Kind::L,
            EncodedValue::Ss(_) => Kind::Ss,
            EncodedValue::Ns(_) => Kind::Ns,
            EncodedValue::Bs(_) => Kind::Bs,
        }
    }

    pub fn decode(self) -> Result<Value, EncodingError> {
        Ok(match self {
            EncodedValue::S(text) => Value::S(text.to_owned()),
            EncodedValue::N(text) => Value::N(number(text)?),
            EncodedValue::B(bytes) => Value::B(bytes.to_owned()),
            EncodedValue::Bool(is_true) => Value::Bool(is_true),
            EncodedValue::Null => Value::Null,
            EncodedValue::M(map) => Value::M(map.decode()?),
            EncodedValue::L(list) => {
                let values = list.values().map(|value| value?.decode());
                Value::L(values.collect::<Result<_, _>>()?)
            }
            EncodedValue::Ss(set) => {
                let texts = set.members().map(|member| Ok(text(member?)?.to_owned()));
                Value::Ss(texts.collect::<Result<_, _>>()?)
            }
            EncodedValue::Ns(set) => {
                let numbers = set.members().map(|member| number(text(member?)?));
                Value::Ns(numbers.collect::<Result<_, _>>()?)
            }
            EncodedValue::Bs(set) => {
                let members = set.members().map(|member| Ok(member?.to_owned()));
                Value::Bs(members.collect::<Result<_, _>>()?)
            }
        })
    }

    fn value_bytes(self) -> Result<usize, EncodingError> {
        Ok(match self {
            EncodedValue::S(text) => text.len(),
            EncodedValue::N(text) => size::number_bytes(number(text)?),
            EncodedValue::B(bytes) => bytes.len(),
            EncodedValue::Bool(_) | EncodedValue::Null => 1,
            // Seldom large where this is asked, and counted in one place.
            EncodedValue::M(_)
            | EncodedValue::L(_)
            | EncodedValue::Ss(_)
            | EncodedValue::Ns(_)
            | EncodedValue::Bs(_) => size::value_bytes(&self.decode()?),
        })
    }
}

impl<'a> EncodedList<'a> {
    pub fn values(self) -> impl Iterator<Item = Result<EncodedValue<'a>, EncodingError>> {
        Reader(self.bytes).until_the_end(Reader::value)
    }
}

impl<'a> EncodedSet<'a> {
    pub fn members(self) -> impl Iterator<Item = Result<&'a [u8], EncodingError>> {
        Reader(self.bytes).until_the_end(Reader::chunk)
    }
}

pub(crate) fn text(bytes: &[u8]) -> Result<&str, EncodingError> {
    str::from_utf8(bytes).map_err(|_| EncodingError)
}

fn number(text: &str) -> Result<Number, EncodingError> {
    Number::parse(text).map_err(|_| EncodingError)
}

/// What is left to read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// Reads until nothing is left, or what is left cannot be read.
    fn until_the_end<T, F>(self, read: F) -> impl Iterator<Item = Result<T, EncodingError>>
    where
        F: Fn(&mut Reader<'a>) -> Result<T, EncodingError>,
    {
        let mut reader = self;
        std::iter::from_fn(move || {
            if reader.0.is_empty() {
                return None;
            }
            let it = read(&mut reader);
            if it.is_err() {
                reader.0 = &[];
            }
            Some(it)
        })
    }

    pub(crate) fn byte(&mut self) -> Result<u8, EncodingError> {
        let (byte, rest) = self.0.split_first().ok_or(EncodingError)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], EncodingError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(EncodingError)?;
        self.0 = rest;
        Ok(taken)
    }

    fn length(&mut self) -> Result<usize, EncodingError> {
        let mut length = 0usize;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(length);
            }
        }
        Err(EncodingError)
    }

    pub(crate) fn chunk(&mut self) -> Result<&'a [u8], EncodingError> {
        let length = self.length()?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, EncodingError> {
        text(self.chunk()?)
    }

    pub(crate) fn container(&mut self) -> Result<&'a [u8], EncodingError> {
        let length = self.take(4)?.try_into().map_err(|_| EncodingError)?;
        self.take(u32::from_le_bytes(length) as usize)
    }

    pub(crate) fn value(&mut self) -> Result<EncodedValue<'a>, EncodingError> {
        Ok(match self.byte()? {
            mark::S => EncodedValue::S(self.text()?),
            mark::N => EncodedValue::N(self.text()?),
            mark::B => EncodedValue::B(self.chunk()?),
            mark::FALSE => EncodedValue::Bool(false),
            mark::TRUE => EncodedValue::Bool(true),
            mark::NULL => EncodedValue::Null,
            mark::M => EncodedValue::M(EncodedItem { bytes: self.container()? }),
            mark::L => EncodedValue::L(EncodedList { bytes: self.container()? }),
            mark::SS => EncodedValue::Ss(EncodedSet { bytes: self.container()? }),
            mark::NS => EncodedValue::Ns(EncodedSet { bytes: self.container()? }),
            mark::BS => EncodedValue::Bs(EncodedSet { bytes: self.container()? }),
            _ => return Err(EncodingError),
        })
    }
}

#[cfg(test)]
mod tests;
