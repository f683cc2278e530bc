//! Numbers as lines and records hold them, read fast where they are short.

const POWERS: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19,
];

/// So many digits are a whole number of 53 bits: divided by a power of ten, they are rounded once,
/// which is what reading a decimal means.
const EXACT_DIGITS: usize = 15;

/// As lines have them.
pub(crate) fn double(text: &[u8]) -> Option<f64> {
    short(text).or_else(|| long(text))
}

/// A decimal of few digits; nothing, if it is another number or none at all.
pub(crate) fn short(text: &[u8]) -> Option<f64> {
    let (is_negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    if digits.len() > EXACT_DIGITS + 1 {
        return None;
    }
    let (mut whole, mut decimals, mut seen, mut has_point) = (0u64, 0usize, 0usize, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                seen += 1;
                decimals += usize::from(has_point);
            }
            b'.' if !has_point => has_point = true,
            _ => return None,
        }
    }
    if seen == 0 || seen > EXACT_DIGITS {
        return None;
    }
    let value = whole as f64 / POWERS[decimals];
    Some(if is_negative { -value } else { value })
}

/// What is no number by its letters was told apart before.
fn long(text: &[u8]) -> Option<f64> {
    let is_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.iter().all(is_number) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok().filter(|value: &f64| value.is_finite())
}

/// What the standard's reader takes for an `i64`.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    // What has no more digits than these cannot overflow.
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let value = digits.iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    Some(if is_negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", ".", "1.2.3", "nan", "inf", "1x", "1e999", "0x1"] {
            assert_eq!(double(text.as_bytes()), None, "{text}");
        }
        for text in ["", "-", "1.0", "9223372036854775808", "x"] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
        assert_eq!(integer(b"-9223372036854775808"), Some(i64::MIN));
    }

    proptest! {
        #[test]
        fn doubles_are_those_of_the_standard(text in "-?[0-9]{1,18}(\\.[0-9]{0,9})?(e-?[0-9]{1,2})?") {
            let expected: f64 = text.parse().unwrap();
            prop_assert_eq!(double(text.as_bytes()).unwrap().to_bits(), expected.to_bits());
        }

        #[test]
        fn integers_are_those_of_the_standard(value in any::<i64>()) {
            prop_assert_eq!(integer(value.to_string().as_bytes()), Some(value));
        }
    }
}
