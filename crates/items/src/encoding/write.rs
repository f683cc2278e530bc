//! Writing items for the store.

use std::io::Write;

use super::mark;
use crate::item::Item;
use crate::number::Number;
use crate::value::Value;

/// Appends an item.
pub fn encode(item: &Item, into: &mut Vec<u8>) {
    for (name, value) in item.iter() {
        push_chunk(name.as_bytes(), into);
        push_value(value, into);
    }
}

pub(crate) fn push_value(value: &Value, into: &mut Vec<u8>) {
    match value {
        Value::S(text) => write_marked(mark::S, text.as_bytes(), into),
        Value::N(number) => {
            into.push(mark::N);
            write_number(*number, into);
        }
        Value::B(bytes) => write_marked(mark::B, bytes, into),
        Value::Bool(false) => into.push(mark::FALSE),
        Value::Bool(true) => into.push(mark::TRUE),
        Value::Null => into.push(mark::NULL),
        Value::M(map) => write_container(mark::M, into, |into| encode(map, into)),
        Value::L(list) => {
            write_container(mark::L, into, |into| {
                list.iter().for_each(|value| push_value(value, into));
            });
        }
        Value::Ss(set) => {
            write_container(mark::SS, into, |into| {
                set.iter().for_each(|text| push_chunk(text.as_bytes(), into));
            });
        }
        Value::Ns(set) => {
            write_container(mark::NS, into, |into| {
                set.iter().for_each(|number| write_number(*number, into));
            });
        }
        Value::Bs(set) => {
            write_container(mark::BS, into, |into| {
                set.iter().for_each(|bytes| push_chunk(bytes, into));
            });
        }
    }
}

fn write_marked(mark: u8, content: &[u8], into: &mut Vec<u8>) {
    into.push(mark);
    push_chunk(content, into);
}

pub(crate) fn push_chunk(content: &[u8], into: &mut Vec<u8>) {
    let mut length = content.len();
    while length >= 0x80 {
        into.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    into.push(length as u8);
    into.extend_from_slice(content);
}

/// The longest text of a number: a sign, "0.", 129 zeros and 38 digits.
const NUMBER_TEXT_MAX: usize = 192;

/// Appends the text of a number, its length in front.
fn write_number(number: Number, into: &mut Vec<u8>) {
    let mut text = [0; NUMBER_TEXT_MAX];
    let mut rest = &mut text[..];
    write!(rest, "{number}").expect("the text of any number fits");
    let left = rest.len();
    push_chunk(&text[..NUMBER_TEXT_MAX - left], into);
}

/// Appends a number that was read from a text.
pub(crate) fn push_number(number: Number, text: &str, into: &mut Vec<u8>) {
    into.push(mark::N);
    match is_normal(text) {
        true => push_chunk(text.as_bytes(), into),
        false => write_number(number, into),
    }
}

/// Whether the text of a number is surely the one that it is written with.
fn is_normal(text: &str) -> bool {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "1"));
    let is_whole = whole == "0" || (!whole.is_empty() && !whole.starts_with('0'));
    let is_fraction = !fraction.is_empty() && !fraction.ends_with('0');
    is_whole && is_fraction && is_digits(whole) && is_digits(fraction)
}

fn write_container(mark: u8, into: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    into.push(mark);
    let at = into.len();
    into.extend_from_slice(&[0; 4]);
    content(into);
    let length = (into.len() - at - 4) as u32;
    into[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_normal_texts_are_taken_as_they_are() {
        for text in ["0", "7", "10", "21.5", "0.05", "1234567890123456789012", "100.001"] {
            assert!(is_normal(text), "{text}");
            assert_eq!(Number::parse(text).expect("a number").to_string(), text);
        }
        for text in ["", "00", "07", "1.", ".5", "1.50", "0.0", "-1", "+1", "1e3", "1.2.3", "1 "] {
            assert!(!is_normal(text), "{text}");
        }
    }
}
