//! Identifiers.

/// `0f8f6c3e-…`, of no meaning.
pub(crate) fn random() -> String {
    let [high, low] = [0; 2]
        .map(|_: u8| getrandom::u64().expect("the system has randomness, or no TLS would start"));
    let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
    let (d, e) = (low >> 48 & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

/// The end of a name, as `1A2B3C4D5E6F`.
pub fn random_suffix() -> String {
    random().replace('-', "").to_ascii_uppercase()
}
