use proptest::prelude::*;

use super::*;
use crate::samples;

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    assert!(encode(value, &mut bytes));
    bytes
}

fn number(text: &str) -> Value {
    Value::N(Number::parse(text).expect("a number"))
}

#[test]
fn numbers_sort_by_their_worth() {
    let sorted = [
        "-9.9E125", "-1E125", "-100", "-99.5", "-99.1", "-99", "-10", "-9.95", "-9", "-1", "-0.1",
        "-1E-130", "0", "1E-130", "0.001", "0.1", "0.11", "0.12", "1", "9", "10", "10.01", "99",
        "100", "1E125",
    ];
    let keys: Vec<Vec<u8>> = sorted.iter().map(|text| encoded(&number(text))).collect();
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
}

#[test]
fn a_text_may_hold_any_character_and_sorts_before_those_that_it_begins() {
    let sorted = ["", "\0", "\0\0", "\0a", "a", "a\0", "a\0b", "ab", "b", "é", "\u{10ffff}"];
    let keys: Vec<Vec<u8>> = sorted.iter().map(|text| encoded(&Value::from(*text))).collect();
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
}

#[test]
fn other_types_are_no_keys_and_other_bytes_no_values() {
    assert!(!encode(&Value::Null, &mut Vec::new()));
    assert!(!encode_prefix(&Value::from(1), &mut Vec::new()));
    for (kind, bytes) in [
        (Kind::S, &b"no end"[..]),
        (Kind::S, b"a\0\x01"),
        (Kind::S, b"\xff\0\0"),
        (Kind::N, b""),
        (Kind::N, b"\x04"),
        (Kind::N, b"\x03\x80\x01"),
        (Kind::Bool, b"\0\0"),
    ] {
        assert_eq!(decode(kind, bytes), Err(KeyError { kind }), "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn keys_are_read_as_they_were_written(value in samples::key(), rest in any::<Vec<u8>>()) {
        let mut bytes = encoded(&value);
        bytes.extend_from_slice(&rest);
        prop_assert_eq!(decode(value.kind(), &bytes), Ok((value, &rest[..])));
    }

    #[test]
    fn keys_sort_as_values(a in samples::number(), b in samples::number(), s in ".*", t in ".*") {
        let keys = [encoded(&Value::N(a)), encoded(&Value::N(b))];
        prop_assert_eq!(keys[0].cmp(&keys[1]), a.cmp(&b));
        let keys = [encoded(&Value::S(s.clone())), encoded(&Value::S(t.clone()))];
        prop_assert_eq!(keys[0].cmp(&keys[1]), s.cmp(&t));
    }

    #[test]
    fn a_beginning_is_the_beginning_of_its_keys(a in any::<Vec<u8>>(), b in any::<Vec<u8>>()) {
        let (mut prefix, mut bytes) = (Vec::new(), Vec::new());
        prop_assert!(encode_prefix(&Value::B(a.clone()), &mut prefix));
        prop_assert!(encode(&Value::B([a, b].concat()), &mut bytes));
        prop_assert!(bytes.starts_with(&prefix));
    }
}
