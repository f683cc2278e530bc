//! Walks over one line.

use memchr::{memchr, memchr2, memchr3};

/// What is left of a line. It is cut at bytes of ASCII only, so that its parts are texts again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(pub(super) &'a str);

/// A part of a line, and whether a backslash is in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) is_escaped: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn first(&self) -> Option<u8> {
        self.0.as_bytes().first().copied()
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.0 = &self.0[bytes..];
    }

    /// What stands before the first of up to three bytes that no backslash escapes; that byte is left.
    pub(super) fn until(&mut self, ends: &[u8]) -> Part<'a> {
        let bytes = self.0.as_bytes();
        let find = |from: usize| match *ends {
            [one] => memchr(one, &bytes[from..]),
            [one, two] => memchr2(one, two, &bytes[from..]),
            [one, two, three] => memchr3(one, two, three, &bytes[from..]),
            _ => None,
        };
        let mut from = 0;
        let end = loop {
            match find(from) {
                None => break bytes.len(),
                Some(at) if is_escaped(bytes, from + at) => from += at + 1,
                Some(at) => break from + at,
            }
        };
        let (text, rest) = self.0.split_at(end);
        self.0 = rest;
        Part { text, is_escaped: memchr(b'\\', text.as_bytes()).is_some() }
    }

    /// A text behind its opening quote; `None` if it is not closed.
    pub(super) fn quoted(&mut self) -> Option<Part<'a>> {
        let bytes = self.0.as_bytes();
        let (mut at, mut has_escapes) = (0, false);
        loop {
            at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                break;
            }
            has_escapes = true;
            // The byte behind it stands for itself, whatever it is.
            at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'"' | b'\\')));
        }
        let part = Part { text: &self.0[..at], is_escaped: has_escapes };
        self.skip(at + 1);
        Some(part)
    }
}

/// Whether an odd number of backslashes stands before it.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}
