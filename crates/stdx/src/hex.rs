//! Bytes as lower-case hexadecimal digits.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// `[0xab, 0x01]` becomes `"ab01"`.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The same, into a place that is at least twice as long.
pub fn encode_into(bytes: &[u8], into: &mut [u8]) {
    for (byte, pair) in bytes.iter().zip(into.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn writes_two_digits_a_byte() {
        assert_eq!(super::encode(&[0xab, 0x01, 0xff]), "ab01ff");
        let mut place = [b' '; 7];
        super::encode_into(&[0xab, 0x01, 0xff], &mut place);
        assert_eq!(&place, b"ab01ff ");
    }
}
