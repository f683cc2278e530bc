//! Identifiers.

/// `0f8f6c3e-…`, of no meaning.
pub(crate) fn random() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    stdx::uuid::version_4(bytes)
}

/// The same for others.
pub fn random_uuid() -> String {
    random()
}

/// The end of a name, as `1A2B3C4D5E6F`.
pub fn random_suffix() -> String {
    random().replace('-', "").to_ascii_uppercase()
}
