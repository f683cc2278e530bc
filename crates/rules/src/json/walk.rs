//! Walking JSON that was checked before: nothing here looks for faults.

use std::borrow::Cow;

use crate::decimal::Decimal;
use crate::json::{Json, Kind, unescape};

/// A key as it is written, between its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'a> {
    pub(crate) text: &'a str,
    pub(crate) is_escaped: bool,
}

impl<'a> Key<'a> {
    pub(crate) fn is(&self, name: &str) -> bool {
        if self.is_escaped { unescape(self.text) == name } else { self.text == name }
    }

    pub(crate) fn to_text(self) -> Cow<'a, str> {
        if self.is_escaped { unescape(self.text) } else { Cow::Borrowed(self.text) }
    }
}

/// A place in a text.
#[derive(Clone, Debug)]
struct Walker<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walker<'a> {
    fn inside(json: Json<'a>, kind: Kind) -> Walker<'a> {
        // At the end of what is of another kind there is nothing.
        let at = if json.kind() == kind { 1 } else { json.as_str().len() };
        Walker { text: json.as_str(), at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Over whitespace, and commas and colons: what separates was checked.
    fn separators(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t' | b',' | b':') = self.peek() {
            self.at += 1;
        }
    }

    /// A string, from its quote on; what is between the quotes.
    fn string(&mut self) -> Key<'a> {
        let start = self.at + 1;
        let mut is_escaped = false;
        self.at = start;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => break,
                b'\\' => {
                    is_escaped = true;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        let text = &self.text[start..self.at];
        self.at += 1;
        Key { text, is_escaped }
    }

    fn value(&mut self) -> Json<'a> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => drop(self.string()),
            Some(b'{' | b'[') => self.container(),
            _ => {
                let is_end =
                    |byte: u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
                while self.peek().is_some_and(|byte| !is_end(byte)) {
                    self.at += 1;
                }
            }
        }
        Json::from_checked(&self.text[start..self.at])
    }

    fn container(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
    }
}

/// See [`Json::entries`].
#[derive(Clone, Debug)]
pub(crate) struct Entries<'a>(Walker<'a>);

impl<'a> Entries<'a> {
    pub(crate) fn new(json: Json<'a>) -> Entries<'a> {
        Entries(Walker::inside(json, Kind::Object))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Key<'a>, Json<'a>);

    fn next(&mut self) -> Option<(Key<'a>, Json<'a>)> {
        self.0.separators();
        if self.0.peek()? == b'}' {
            return None;
        }
        let key = self.0.string();
        self.0.separators();
        Some((key, self.0.value()))
    }
}

/// See [`Json::items`].
#[derive(Clone, Debug)]
pub(crate) struct Items<'a>(Walker<'a>);

impl<'a> Items<'a> {
    pub(crate) fn new(json: Json<'a>) -> Items<'a> {
        Items(Walker::inside(json, Kind::Array))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        self.0.separators();
        if self.0.peek()? == b']' { None } else { Some(self.0.value()) }
    }
}

/// Copies a value, and writes as Ints the numbers that are whole but written with a point or an
/// exponent.
pub(crate) fn write_whole_as_ints(json: Json<'_>, out: &mut Vec<u8>) {
    let text = json.as_str();
    let mut walker = Walker { text, at: 0 };
    let mut copied = 0;
    while let Some(byte) = walker.peek() {
        let start = walker.at;
        match byte {
            b'"' => drop(walker.string()),
            b'-' | b'0'..=b'9' => {
                if let Some(int) = whole(walker.value().as_str()) {
                    out.extend_from_slice(&text.as_bytes()[copied..start]);
                    out.extend_from_slice(int.to_string().as_bytes());
                    copied = walker.at;
                }
            }
            _ => walker.at += 1,
        }
    }
    out.extend_from_slice(&text.as_bytes()[copied..]);
}

/// The Int that a number is which is not written as one.
pub(crate) fn whole(text: &str) -> Option<i128> {
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    Decimal::from_text(text)?.to_int()
}
