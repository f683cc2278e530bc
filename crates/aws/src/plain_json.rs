//! JSON as programs write it, read without a copy of any text.
//!
//! What is not plain is not judged here: a text with an escape or a control character, a number that is
//! not whole, and whatever is no JSON. Each is answered with nothing, and the reader that knows all of
//! JSON is to be asked. So what is answered here is what that would answer.

/// A place in a text.
#[derive(Debug)]
pub(crate) struct Plain<'a> {
    text: &'a str,
    at: usize,
}

/// More digits may not fit.
const DIGITS_MAX: usize = 18;

impl<'a> Plain<'a> {
    pub(crate) fn new(text: &'a str) -> Plain<'a> {
        Plain { text, at: 0 }
    }

    /// Whether nothing is left.
    pub(crate) fn is_over(&mut self) -> bool {
        self.peek().is_none()
    }

    /// The members of an object: `take` is called where one begins, finds out by [`Plain::is`] which it
    /// is, and reads its value.
    #[inline]
    pub(crate) fn object(&mut self, mut take: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.skip(b'}') {
            return Some(());
        }
        loop {
            self.peek()?;
            take(self)?;
            if !self.skip(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Whether the member that begins here has this name, which is given with its quotes: compared as it
    /// stands, it need not be looked for. Then its value is next.
    #[inline]
    pub(crate) fn is<const LENGTH: usize>(&mut self, name: &[u8; LENGTH]) -> bool {
        if self.rest().first_chunk() != Some(name) {
            return false;
        }
        self.at += LENGTH;
        if !self.skip(b':') {
            // No other name may be found behind this one.
            self.at = self.text.len();
            return false;
        }
        true
    }

    /// The items of a list, each read by `take`.
    #[inline]
    pub(crate) fn list(&mut self, mut take: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'[')?;
        if self.skip(b']') {
            return Some(());
        }
        loop {
            take(self)?;
            if !self.skip(b',') {
                return self.expect(b']');
            }
        }
    }

    #[inline]
    pub(crate) fn string(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let length = plain_length(self.rest())?;
        let text = self.text.get(self.at..self.at + length)?;
        self.at += length + 1;
        Some(text)
    }

    pub(crate) fn whole(&mut self) -> Option<i64> {
        let is_negative = self.skip(b'-');
        let rest = self.rest();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let has_more = matches!(rest.get(count), Some(b'.' | b'e' | b'E'));
        // Less than nothing is no whole number, and none but nothing begins with it.
        let is_odd = rest.first() == Some(&b'0') && (count > 1 || is_negative);
        if !(1..=DIGITS_MAX).contains(&count) || has_more || is_odd {
            return None;
        }
        let digits = rest[..count].iter();
        let value = digits.fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
        self.at += count;
        Some(if is_negative { -value } else { value })
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    #[inline]
    fn peek(&mut self) -> Option<u8> {
        match self.text.as_bytes().get(self.at) {
            Some(byte @ ..=b' ') => self.behind_blanks(*byte),
            found => found.copied(),
        }
    }

    /// Programs leave hardly any.
    #[cold]
    fn behind_blanks(&mut self, mut byte: u8) -> Option<u8> {
        while matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
            byte = *self.text.as_bytes().get(self.at)?;
        }
        Some(byte)
    }

    #[inline]
    fn skip(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.skip(byte).then_some(())
    }
}

/// How many bytes stand before the quotes that end a text, if none of them needs another look.
#[inline]
fn plain_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(eight) = bytes[at..].first_chunk() {
        let found = special(u64::from_le_bytes(*eight));
        if found != 0 {
            at += found.trailing_zeros() as usize / 8;
            return (bytes[at] == b'"').then_some(at);
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ');
    let found = at + bytes[at..].iter().position(is_special)?;
    (bytes[found] == b'"').then_some(found)
}

/// Bits of bytes that are quotes, backslashes or control characters. The lowest that is set is right; what
/// it borrowed from those above it may set theirs.
const fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let (quotes, backslash) = (word ^ (ONES * b'"' as u64), word ^ (ONES * b'\\' as u64));
    let found = (quotes.wrapping_sub(ONES) & !quotes)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * b' ' as u64) & !word);
    found & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// All of a text, as another reader would have it.
    fn read(text: &str) -> Option<Value> {
        let mut plain = Plain::new(text);
        let value = value(&mut plain)?;
        plain.is_over().then_some(value)
    }

    fn value(plain: &mut Plain<'_>) -> Option<Value> {
        match plain.peek()? {
            b'{' => {
                let mut members = serde_json::Map::new();
                plain.object(|plain| {
                    let name = plain.string()?;
                    plain.expect(b':')?;
                    members.insert(name.to_owned(), value(plain)?);
                    Some(())
                })?;
                Some(members.into())
            }
            b'[' => {
                let mut items = Vec::new();
                plain.list(|plain| {
                    items.push(value(plain)?);
                    Some(())
                })?;
                Some(items.into())
            }
            b'"' => plain.string().map(Value::from),
            _ => plain.whole().map(Value::from),
        }
    }

    #[test]
    fn what_is_plain_is_read() {
        let text = r#" { "a" : [ 1 , -20, "" ,"älter als acht"],"b":{},"c":[] } "#;
        assert_eq!(read(text), serde_json::from_str(text).ok());
    }

    #[test]
    fn members_are_known_by_their_names() {
        let member = |text: &str| {
            let mut found = Vec::new();
            let mut plain = Plain::new(text);
            plain.object(|plain| {
                for name in [b"\"a\"", b"\"b\""] {
                    if plain.is(name) {
                        found.push((name[1], plain.whole()?));
                        return Some(());
                    }
                }
                None
            })?;
            Some(found)
        };
        assert_eq!(member(r#"{ "b" : 1,"a":2}"#), Some(vec![(b'b', 1), (b'a', 2)]));
        for text in [r#"{"c":1}"#, r#"{"a""b":1}"#, r#"{"a" 1}"#, r#"{"a"}"#, r#"{"a"#] {
            assert_eq!(member(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_another() {
        for text in [
            "",
            "{",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "\"a",
            "\"a\\n\"",
            "\"a\tb\"",
            "01",
            "1.0",
            "1e3",
            "- 1",
            "-",
            "-0",
            "1 2",
            "null",
            "true",
            "12345678901234567890",
            "\"12345678\\\"",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_answered_is_what_it_says(text in r#"[\[\]{}",:0-9 a\\\n\u{1f}ä-]{0,40}"#) {
            if let Some(value) = read(&text) {
                prop_assert_eq!(Some(value), serde_json::from_str(&text).ok());
            }
        }

        #[test]
        fn texts_are_found(text in r#"[a-zä"\\ \n]{0,30}"#) {
            let written = serde_json::to_string(&text).unwrap();
            let is_plain = !text.contains(['"', '\\', '\n']);
            prop_assert_eq!(read(&written), is_plain.then(|| Value::from(text)));
        }
    }
}
