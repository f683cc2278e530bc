//! What callers act on.

/// A stack, by its name or its ARN.
pub(crate) fn stack(name: &str) -> String {
    match name.starts_with("arn:") {
        true => name.to_owned(),
        false => format!("stack/{name}/*"),
    }
}
