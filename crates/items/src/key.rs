//! Key values as bytes that sort as DynamoDB sorts the values: texts by their UTF-8, binaries by
//! their bytes without sign, numbers by their worth. Each says where it ends, so a partition key
//! followed by a sort key is a key too, and the first alone a prefix of it.

use crate::number::Number;
use crate::value::{Kind, Value};

/// In texts and binaries, a zero byte is followed by one of these.
const ESCAPED: u8 = 0xff;
const END: u8 = 0x00;

/// What a number begins with. The marks of negatives sort below zero's, those of positives above.
const NEGATIVE: u8 = 1;
const ZERO: u8 = 2;
const POSITIVE: u8 = 3;
/// Added to the place of the leading digit, which makes it a byte.
const LEADING_BIAS: i32 = 130;

/// Why bytes are no key of a type. They were written by [`encode`], so the store is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no key of type {}", kind.as_str())]
pub struct KeyError {
    pub kind: Kind,
}

/// Appends a key value; `false` if its type is none that keys have.
#[must_use]
pub fn encode(value: &Value, into: &mut Vec<u8>) -> bool {
    match value {
        Value::S(text) => encode_bytes(text.as_bytes(), into),
        Value::B(bytes) => encode_bytes(bytes, into),
        Value::N(number) => encode_number(*number, into),
        _ => return false,
    }
    true
}

/// Appends what every key begins with whose text or binary begins with this one: the lower bound of
/// `begins_with`, and its prefix. `false` for a value that has no beginning.
#[must_use]
pub fn encode_prefix(value: &Value, into: &mut Vec<u8>) -> bool {
    match value {
        Value::S(text) => escape(text.as_bytes(), into),
        Value::B(bytes) => escape(bytes, into),
        _ => return false,
    }
    true
}

/// Reads a key value of a type, and says what follows it.
pub fn decode(kind: Kind, bytes: &[u8]) -> Result<(Value, &[u8]), KeyError> {
    let read = match kind {
        Kind::S => decode_bytes(bytes)
            .and_then(|(text, rest)| Some((Value::S(String::from_utf8(text).ok()?), rest))),
        Kind::B => decode_bytes(bytes).map(|(bytes, rest)| (Value::B(bytes), rest)),
        Kind::N => decode_number(bytes).map(|(number, rest)| (Value::N(number), rest)),
        _ => None,
    };
    read.ok_or(KeyError { kind })
}

fn encode_bytes(bytes: &[u8], into: &mut Vec<u8>) {
    escape(bytes, into);
    into.extend_from_slice(&[0, END]);
}

fn escape(bytes: &[u8], into: &mut Vec<u8>) {
    into.reserve(bytes.len() + 2);
    let mut pieces = bytes.split(|byte| *byte == 0);
    into.extend_from_slice(pieces.next().unwrap_or_default());
    for piece in pieces {
        into.extend_from_slice(&[0, ESCAPED]);
        into.extend_from_slice(piece);
    }
}

fn decode_bytes(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut value = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let zero = rest.iter().position(|byte| *byte == 0)?;
        value.extend_from_slice(&rest[..zero]);
        let mark = *rest.get(zero + 1)?;
        rest = &rest[zero + 2..];
        match mark {
            END => return Some((value, rest)),
            ESCAPED => value.push(0),
            _ => return None,
        }
    }
}

/// Sign, place of the leading digit, digits in pairs, end; all but the sign inverted where the
/// number is negative, so that the larger magnitude sorts first.
fn encode_number(number: Number, into: &mut Vec<u8>) {
    if number.is_zero() {
        return into.push(ZERO);
    }
    let is_negative = number.is_negative();
    into.push(if is_negative { NEGATIVE } else { POSITIVE });
    let start = into.len();
    let place = u8::try_from(number.leading() + LEADING_BIAS).expect("from -130 to 125");
    into.push(place);
    let count = number.significant_digits();
    let mut rest = number.magnitude();
    if !count.is_multiple_of(2) {
        rest *= 10;
    }
    let digits = into.len();
    into.resize(digits + count.div_ceil(2) as usize, 0);
    let pairs = into[digits..].iter_mut().rev();
    match u64::try_from(rest) {
        // Far cheaper for those that fit, which nearly all do.
        Ok(mut rest) => pairs.for_each(|pair| {
            *pair = (rest % 100) as u8 + 1;
            rest /= 100;
        }),
        Err(_) => pairs.for_each(|pair| {
            *pair = (rest % 100) as u8 + 1;
            rest /= 100;
        }),
    }
    into.push(END);
    if is_negative {
        into[start..].iter_mut().for_each(|byte| *byte = !*byte);
    }
}

fn decode_number(bytes: &[u8]) -> Option<(Number, &[u8])> {
    let (sign, rest) = bytes.split_first()?;
    let flip = match *sign {
        ZERO => return Some((Number::ZERO, rest)),
        POSITIVE => 0x00,
        NEGATIVE => 0xff,
        _ => return None,
    };
    let (place, rest) = rest.split_first()?;
    let leading = i32::from(place ^ flip) - LEADING_BIAS;
    let end = rest.iter().position(|byte| byte ^ flip == END)?;
    let mut magnitude = 0u128;
    for pair in &rest[..end] {
        let digits = (pair ^ flip).checked_sub(1).filter(|digits| *digits < 100)?;
        magnitude = magnitude.checked_mul(100)?.checked_add(u128::from(digits))?;
    }
    let number = Number::from_leading(flip != 0, magnitude, leading).ok()?;
    Some((number, &rest[end + 1..]))
}

#[cfg(test)]
mod tests;
