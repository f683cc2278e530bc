//! The words that are not names unless they stand where only a name can.

const RESERVED: [&str; 15] = [
    "select", "from", "where", "as", "and", "or", "not", "in", "case", "when", "then", "else",
    "end", "true", "false",
];

pub(crate) fn is_reserved(word: &str) -> bool {
    word.eq_ignore_ascii_case("null") || RESERVED.iter().any(|held| word.eq_ignore_ascii_case(held))
}

/// Whether a name can be written as it is, wherever a name may stand.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let is_other = ["value", "exists", "cast"].iter().any(|word| name.eq_ignore_ascii_case(word));
    name.chars().all(is_word)
        && name.starts_with(|c: char| !c.is_ascii_digit())
        && !is_reserved(name)
        && !is_other
}
