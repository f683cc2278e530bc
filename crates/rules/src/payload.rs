//! A message's payload, shared by all rules that its topic wakes: scanned once, when first asked.

use std::sync::OnceLock;

use crate::json::{Checked, Fault, Json, Member, Members, Root, scan, unescape};

/// The bytes of a payload, and once somebody asked, where its members are.
#[derive(Debug)]
pub struct Payload<'a> {
    bytes: &'a [u8],
    text: Option<&'a str>,
    form: OnceLock<Form>,
}

/// Why no name can be looked up in a payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotJson {
    #[error("the payload is empty")]
    Empty,
    #[error("the payload is not UTF-8")]
    NotUtf8,
    #[error("the payload is not JSON: {0}")]
    Fault(#[from] Fault),
    /// A lone number or text has no names; AWS takes it for bytes.
    #[error("the payload is neither a JSON object nor an array")]
    Scalar,
}

#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "most payloads are JSON, and one is made per message"
)]
enum Form {
    Json(Index),
    Bytes(NotJson),
}

#[derive(Debug)]
struct Index {
    is_object: bool,
    start: usize,
    end: usize,
    members: Members,
    has_whole: bool,
}

impl<'a> Payload<'a> {
    pub fn new(bytes: &'a [u8]) -> Payload<'a> {
        Payload { bytes, text: str::from_utf8(bytes).ok(), form: OnceLock::new() }
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// As JSON, if it is an object or an array.
    pub fn json(&self) -> Result<Document<'a, '_>, &NotJson> {
        let Some(text) = self.text else { return Err(&NotJson::NotUtf8) };
        match self.form.get_or_init(|| read(text)) {
            Form::Json(index) => Ok(Document { text, index }),
            Form::Bytes(why) => Err(why),
        }
    }
}

fn read(text: &str) -> Form {
    if text.is_empty() {
        return Form::Bytes(NotJson::Empty);
    }
    let document = match scan(text) {
        Ok(document) => document,
        Err(fault) => return Form::Bytes(NotJson::Fault(fault)),
    };
    if document.root == Root::Scalar {
        return Form::Bytes(NotJson::Scalar);
    }
    let is_object = document.root == Root::Object;
    let Checked { start, end, members, has_whole, .. } = document;
    Form::Json(Index { is_object, start, end, members, has_whole })
}

/// A payload that is JSON.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a, 'i> {
    text: &'a str,
    index: &'i Index,
}

impl<'a> Document<'a, '_> {
    pub fn is_object(self) -> bool {
        self.index.is_object
    }

    /// The whole, without whitespace around it.
    pub fn whole(self) -> Json<'a> {
        Json::from_checked(&self.text[self.index.start..self.index.end])
    }

    /// Whether some number in it may be whole, though it is written with a point or an exponent.
    pub(crate) fn has_whole(self) -> bool {
        self.index.has_whole
    }

    /// The member of that name: the last one, if it comes more than once.
    pub(crate) fn member(self, name: &str) -> Option<Json<'a>> {
        let is_it = |member: &&Member| {
            let key = self.slice(member.key);
            match member.is_key_escaped {
                true => unescape(key) == name,
                false => key == name,
            }
        };
        let member = self.index.members.iter().rev().find(is_it)?;
        Some(Json::from_checked(self.slice(member.value)))
    }

    fn slice(self, (from, to): (u32, u32)) -> &'a str {
        &self.text[from as usize..to as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_is_what_serde_takes() {
        let texts = [
            "{}",
            "[]",
            " { } ",
            "[1,2]",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" : [ { \"b\":null } ] }",
            "{\"a\":01}",
            "{\"a\":-}",
            "{\"a\":-0}",
            "{\"a\":1.}",
            "{\"a\":1e+5}",
            "{\"a\":.5}",
            "{\"a\":\"\\u00zz\"}",
            "{\"a\":\"\\u00e9\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\n\"}",
            "{\"a\":tru}",
            "{\"a\":true}x",
            "{a:1}",
            "{\"a\"1}",
            "[}",
            "{]",
            "[[]",
            "{\"a\":}",
            "[\"12345678\\\"\"]",
            "[\"1234567\u{1}\"]",
            "[\"é\u{7f}\"]",
            "[nul]",
            "[\"a\" \"b\"]",
        ];
        for text in texts {
            let ours = Payload::new(text.as_bytes()).json().is_ok();
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn what_is_not_json_says_why() {
        let cases: [(&[u8], &str); 6] = [
            (b"", "the payload is empty"),
            (b"\xff{}", "the payload is not UTF-8"),
            (b"12", "the payload is neither a JSON object nor an array"),
            (b"{\"a\":1", "the payload is not JSON: at byte 6: ',' or '}' expected"),
            (b"{\"a\" 1}", "the payload is not JSON: at byte 5: ':' expected"),
            (b"ON", "the payload is not JSON: at byte 0: a value expected"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Payload::new(bytes).json().unwrap_err().to_string(), expected);
        }
        for depth in [100, 101, 100_000] {
            let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(Payload::new(nested.as_bytes()).json().is_ok(), depth == 100);
        }
    }

    #[test]
    fn members_are_found_by_what_their_keys_say() {
        let text = r#" {"a" : 1 ,"b":{"c":[1,{"d":"x,}"}]},"a":2,"\u0065":3} "#;
        let payload = Payload::new(text.as_bytes());
        let document = payload.json().unwrap();
        let member = |name: &str| document.member(name).map(Json::as_str);
        assert_eq!(member("a"), Some("2"));
        assert_eq!(member("e"), Some("3"));
        assert_eq!(member("b"), Some(r#"{"c":[1,{"d":"x,}"}]}"#));
        assert_eq!(member("x"), None);
        let items = document.member("b").unwrap().member("c").unwrap().items();
        assert_eq!(items.map(Json::as_str).collect::<Vec<_>>(), ["1", r#"{"d":"x,}"}"#]);
        assert_eq!(document.whole().as_str(), text.trim());
    }
}
