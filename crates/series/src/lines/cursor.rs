//! Walks over one line.

use memchr::memchr2;

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

    /// What stands before the first of these bytes that no backslash escapes; that byte is left. Names
    /// and numbers are short, so they are looked at byte by byte.
    pub(super) fn until<const ENDS: usize>(&mut self, ends: [u8; ENDS]) -> Part<'a> {
        let bytes = self.0.as_bytes();
        let (mut at, mut is_escaped) = (0, false);
        while let Some(byte) = bytes.get(at) {
            if *byte == b'\\' {
                // The byte behind it ends nothing, but it may be the first of several.
                is_escaped = true;
                at += 1 + usize::from(bytes.get(at + 1).is_some_and(u8::is_ascii));
                continue;
            }
            if ends.contains(byte) {
                break;
            }
            at += 1;
        }
        self.cut(at, is_escaped)
    }

    /// What stands before the first space that no backslash escapes: long, and mostly without any.
    pub(super) fn head(&mut self) -> Part<'a> {
        let bytes = self.0.as_bytes();
        match memchr2(b' ', b'\\', bytes) {
            Some(at) if bytes[at] == b'\\' => self.until([b' ']),
            Some(at) => self.cut(at, false),
            None => self.cut(bytes.len(), false),
        }
    }

    pub(super) fn skip_spaces(&mut self) {
        while matches!(self.first(), Some(b' ' | b'\t')) {
            self.skip(1);
        }
    }

    fn cut(&mut self, at: usize, is_escaped: bool) -> Part<'a> {
        let (text, rest) = self.0.split_at(at);
        self.0 = rest;
        Part { text, is_escaped }
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
