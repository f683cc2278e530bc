//! Writing items for the store.

use std::io::Write;

use super::mark;
use crate::item::Item;
use crate::number::Number;
use crate::value::Value;

/// Appends an item.
pub fn encode(item: &Item, into: &mut Vec<u8>) {
    for (name, value) in item.iter() {
        write_chunk(name.as_bytes(), into);
        write_value(value, into);
    }
}

fn write_value(value: &Value, into: &mut Vec<u8>) {
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
                list.iter().for_each(|value| write_value(value, into));
            });
        }
        Value::Ss(set) => {
            write_container(mark::SS, into, |into| {
                set.iter().for_each(|text| write_chunk(text.as_bytes(), into));
            });
        }
        Value::Ns(set) => {
            write_container(mark::NS, into, |into| {
                set.iter().for_each(|number| write_number(*number, into));
            });
        }
        Value::Bs(set) => {
            write_container(mark::BS, into, |into| {
                set.iter().for_each(|bytes| write_chunk(bytes, into));
            });
        }
    }
}

fn write_marked(mark: u8, content: &[u8], into: &mut Vec<u8>) {
    into.push(mark);
    write_chunk(content, into);
}

fn write_chunk(content: &[u8], into: &mut Vec<u8>) {
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

fn write_number(number: Number, into: &mut Vec<u8>) {
    let mut text = [0; NUMBER_TEXT_MAX];
    let mut rest = &mut text[..];
    write!(rest, "{number}").expect("the text of any number fits");
    let left = rest.len();
    write_chunk(&text[..NUMBER_TEXT_MAX - left], into);
}

fn write_container(mark: u8, into: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    into.push(mark);
    let at = into.len();
    into.extend_from_slice(&[0; 4]);
    content(into);
    let length = (into.len() - at - 4) as u32;
    into[at..at + 4].copy_from_slice(&length.to_le_bytes());
}
