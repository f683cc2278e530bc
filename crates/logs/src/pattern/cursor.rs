//! A place in the text of a pattern.

use super::UnfitPattern;

#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes this if it comes next, behind spaces.
    pub(super) fn take(&mut self, expected: &str) -> bool {
        self.skip_spaces();
        let is_next = self.rest().starts_with(expected);
        if is_next {
            self.at += expected.len();
        }
        is_next
    }

    /// Takes a word in capitals: `IS`, `NOT`.
    pub(super) fn take_word(&mut self, expected: &str) -> bool {
        self.skip_spaces();
        let behind = self.rest().strip_prefix(expected);
        let is_whole = behind.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        if is_whole {
            self.at += expected.len();
        }
        is_whole
    }

    /// Takes characters as long as they are such.
    pub(super) fn take_while(&mut self, is: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|character| !is(character)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Takes what stands between two of these marks, the first of which comes next.
    pub(super) fn take_between(&mut self, mark: char) -> Option<&'t str> {
        let inner = self.rest().strip_prefix(mark)?;
        let end = inner.find(mark)?;
        self.at += end + 2 * mark.len_utf8();
        Some(&inner[..end])
    }

    pub(super) fn is_done(&mut self) -> bool {
        self.skip_spaces();
        self.rest().is_empty()
    }

    pub(super) fn expected<T>(&self, expected: &'static str) -> Result<T, UnfitPattern> {
        let at = self.text[..self.at].chars().count();
        Err(UnfitPattern::Expected { expected, at })
    }
}
