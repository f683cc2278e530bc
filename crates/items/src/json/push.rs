//! Writing stored items as JSON, from bytes to bytes: nearly all of what is answered is that. The same
//! as `write.rs` writes for any serializer, but texts are copied in stretches and not looked at again,
//! as they were texts when they were stored.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::encoding::{EncodedItem, EncodingError, Reader, mark};
use crate::value::Kind;

/// Texts with something to escape are searched and copied in pieces of this size.
const STRETCH_BYTES: usize = 32;

const HEX: &[u8; 16] = b"0123456789abcdef";

impl EncodedItem<'_> {
    /// Appends the item as JSON. If it cannot be read, what was appended is no JSON.
    pub fn push_json(self, into: &mut Vec<u8>) -> Result<(), EncodingError> {
        push_item(self.bytes(), into)
    }
}

fn push_item(bytes: &[u8], into: &mut Vec<u8>) -> Result<(), EncodingError> {
    push_each(bytes, *b"{}", into, |reader, into| {
        push_text(reader.chunk()?, into);
        into.push(b':');
        push_value(reader, into)
    })
}

fn push_value(reader: &mut Reader<'_>, into: &mut Vec<u8>) -> Result<(), EncodingError> {
    let mark = reader.byte()?;
    into.extend_from_slice(b"{\"");
    into.extend_from_slice(kind(mark)?.as_str().as_bytes());
    into.extend_from_slice(b"\":");
    match mark {
        mark::S | mark::N => push_text(reader.chunk()?, into),
        mark::B => push_base64(reader.chunk()?, into),
        mark::FALSE => into.extend_from_slice(b"false"),
        mark::M => push_item(reader.container()?, into)?,
        mark::L => push_each(reader.container()?, *b"[]", into, push_value)?,
        mark::SS | mark::NS => push_each(reader.container()?, *b"[]", into, |reader, into| {
            push_text(reader.chunk()?, into);
            Ok(())
        })?,
        mark::BS => push_each(reader.container()?, *b"[]", into, |reader, into| {
            push_base64(reader.chunk()?, into);
            Ok(())
        })?,
        // TRUE and NULL, as `kind` knows no other.
        _ => into.extend_from_slice(b"true"),
    }
    into.push(b'}');
    Ok(())
}

fn kind(mark: u8) -> Result<Kind, EncodingError> {
    Ok(match mark {
        mark::S => Kind::S,
        mark::N => Kind::N,
        mark::B => Kind::B,
        mark::FALSE | mark::TRUE => Kind::Bool,
        mark::NULL => Kind::Null,
        mark::M => Kind::M,
        mark::L => Kind::L,
        mark::SS => Kind::Ss,
        mark::NS => Kind::Ns,
        mark::BS => Kind::Bs,
        _ => return Err(EncodingError),
    })
}

/// Writes all that the bytes hold, with commas between, in a pair of brackets.
fn push_each(
    bytes: &[u8],
    [open, close]: [u8; 2],
    into: &mut Vec<u8>,
    push: impl Fn(&mut Reader<'_>, &mut Vec<u8>) -> Result<(), EncodingError>,
) -> Result<(), EncodingError> {
    into.push(open);
    let mut reader = Reader(bytes);
    let mut is_first = true;
    while !reader.0.is_empty() {
        if !std::mem::take(&mut is_first) {
            into.push(b',');
        }
        push(&mut reader, into)?;
    }
    into.push(close);
    Ok(())
}

fn push_text(text: &[u8], into: &mut Vec<u8>) {
    into.reserve(text.len() + 2);
    into.push(b'"');
    if has_any_to_escape(text) {
        for stretch in text.chunks(STRETCH_BYTES) {
            match has_any_to_escape(stretch) {
                true => stretch.iter().for_each(|byte| push_escaped(*byte, into)),
                false => into.extend_from_slice(stretch),
            }
        }
    } else {
        into.extend_from_slice(text);
    }
    into.push(b'"');
}

/// Looks at all of them, which the compiler does for many at once.
fn has_any_to_escape(text: &[u8]) -> bool {
    text.iter().fold(false, |found, byte| found | must_be_escaped(*byte))
}

/// RFC 8259 §7.
fn must_be_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn push_escaped(byte: u8, into: &mut Vec<u8>) {
    if !must_be_escaped(byte) {
        return into.push(byte);
    }
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x0c => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            into.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            return;
        }
    };
    into.extend_from_slice(&[b'\\', short]);
}

fn push_base64(bytes: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    into.extend_from_slice(STANDARD.encode(bytes).as_bytes());
    into.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::item::Item;
    use crate::{encoding, samples};

    fn encoded(item: &Item) -> Vec<u8> {
        let mut bytes = Vec::new();
        encoding::encode(item, &mut bytes);
        bytes
    }

    fn pushed(item: &Item) -> String {
        let mut json = Vec::new();
        EncodedItem::new(&encoded(item)).push_json(&mut json).expect("just encoded");
        String::from_utf8(json).expect("JSON is text")
    }

    #[test]
    fn every_character_is_written_as_serde_does() {
        let every: String = ('\0'..='\u{2030}').chain(['\u{1f600}']).collect();
        let item: Item = [(every.as_str(), every.as_str()), ("", "")].into_iter().collect();
        assert_eq!(pushed(&item), serde_json::to_string(&item).expect("JSON"));
    }

    #[test]
    fn what_is_no_item_is_refused_wherever_it_is_cut() {
        let item: Item = [("id", "lamp"), ("state", "on")].into_iter().collect();
        let bytes = encoded(&item);
        for end in 1..bytes.len() {
            let cut = EncodedItem::new(&bytes[..end]);
            let read = cut.decode().is_ok();
            assert_eq!(cut.push_json(&mut Vec::new()).is_ok(), read, "cut at {end}");
        }
        let unknown = [&bytes[..3], &[99], &bytes[4..]].concat();
        assert_eq!(EncodedItem::new(&unknown).push_json(&mut Vec::new()), Err(EncodingError));
    }

    proptest! {
        #[test]
        fn items_are_written_as_serde_writes_them(item in samples::item()) {
            prop_assert_eq!(pushed(&item), serde_json::to_string(&item).expect("JSON"));
        }
    }
}
