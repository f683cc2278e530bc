//! The head of an answer, as bytes.

use http::StatusCode;

use crate::answer::{Answered, Text};

/// Appends the head, up to where the body begins.
pub(super) fn push_head(answered: &Answered, is_last: bool, date: &str, into: &mut Vec<u8>) {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    into.extend_from_slice(b"HTTP/1.1 ");
    into.extend_from_slice(status.as_str().as_bytes());
    into.push(b' ');
    into.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    into.extend_from_slice(b"\r\n");
    for (name, value) in answered.headers.iter() {
        match value {
            Text::Known(text) => push_line(name, text, into),
            Text::Made(text) => push_line(name, text, into),
            Text::Number(number) => push_number(name, u64::from(*number), into),
        }
    }
    // RFC 9110 §8.6: an answer that never has a body does not say how long it is.
    if status != StatusCode::NO_CONTENT {
        push_number("content-length", answered.body.len() as u64, into);
    }
    if is_last {
        push_line("connection", "close", into);
    }
    push_line("date", date, into);
    into.extend_from_slice(b"\r\n");
}

fn push_line(name: &str, value: &str, into: &mut Vec<u8>) {
    into.extend_from_slice(name.as_bytes());
    into.extend_from_slice(b": ");
    into.extend_from_slice(value.as_bytes());
    into.extend_from_slice(b"\r\n");
}

fn push_number(name: &str, mut number: u64, into: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    push_line(name, std::str::from_utf8(&digits[at..]).expect("digits are ASCII"), into);
}
