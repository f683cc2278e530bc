//! Texts of a body that are not there as they are, since something in them is escaped.
//!
//! A body is read twice if it holds a backslash: once to find such texts, and once to borrow them. So
//! all others, which is nearly all, are borrowed from the body.

use crate::lines::error::LineError;
use crate::lines::parse;

/// The unescaped texts of a body, in the order in which they stand.
#[derive(Debug, Default)]
pub struct Unescaped(Vec<Box<str>>);

/// Takes texts for unescaped ones, or gives them.
#[derive(Debug)]
pub(super) enum Escapes<'a> {
    Find(Vec<Box<str>>),
    Give(std::slice::Iter<'a, Box<str>>),
}

impl Unescaped {
    pub fn of(body: &str) -> Result<Unescaped, LineError> {
        if memchr::memchr(b'\\', body.as_bytes()).is_none() {
            return Ok(Unescaped::default());
        }
        parse::find_escapes(body).map(Unescaped)
    }

    pub(super) fn give(&self) -> Escapes<'_> {
        Escapes::Give(self.0.iter())
    }
}

impl<'a> Escapes<'a> {
    /// A text with backslashes: each before one of these bytes is left out.
    pub(super) fn unescape(&mut self, text: &'a str, escaped: &[u8]) -> &'a str {
        match self {
            Escapes::Give(texts) => texts.next().map_or(text, |text| text),
            Escapes::Find(texts) => {
                let mut plain = String::with_capacity(text.len());
                let mut rest = text.chars().peekable();
                while let Some(character) = rest.next() {
                    let is_escape = character == '\\'
                        && rest.peek().is_some_and(|next| {
                            u8::try_from(*next).is_ok_and(|next| escaped.contains(&next))
                        });
                    plain.push(if is_escape {
                        rest.next().unwrap_or(character)
                    } else {
                        character
                    });
                }
                texts.push(plain.into());
                text
            }
        }
    }
}
