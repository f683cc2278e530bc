//! Chance, which nobody foresees.

use crate::id::SUFFIX_CHARS;

const ALPHANUMERIC: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The end of the ARN of a new secret.
pub(crate) fn suffix() -> String {
    let characters = (0..SUFFIX_CHARS).map(|_| char::from(ALPHANUMERIC[below(ALPHANUMERIC.len())]));
    characters.collect()
}

/// A token for who has none, in the form of a UUID.
pub fn new_token() -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |at: usize| match at {
        8 | 13 | 18 | 23 => '-',
        14 => '4',
        19 => char::from(DIGITS[8 + below(4)]),
        _ => char::from(DIGITS[below(16)]),
    };
    (0..36).map(digit).collect()
}

/// One of the numbers below, each as likely as the others.
pub(crate) fn below(limit: usize) -> usize {
    let limit = u32::try_from(limit).expect("lists of characters are short");
    // The numbers above the last multiple would make the first ones likelier.
    let usable = u32::MAX - u32::MAX % limit;
    loop {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
        let drawn = u32::from_ne_bytes(bytes);
        if drawn < usable {
            return (drawn % limit) as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_form_of_uuids() {
        let token = new_token();
        assert_ne!(token, new_token());
        let parts: Vec<usize> = token.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert!(token[14..].starts_with('4') && "89ab".contains(&token[19..20]), "{token}");
        assert_eq!(suffix().len(), SUFFIX_CHARS);
    }
}
