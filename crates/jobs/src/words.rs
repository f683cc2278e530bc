//! What people write about jobs.

/// AWS's limits, in characters.
const TEXT_MAX: usize = 2_028;
const REASON_CODE_MAX: usize = 128;

/// Why a text is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    #[error("{field} must have 1 to 2028 printable characters")]
    Text { field: &'static str },
    #[error("reasonCode must have 1 to 128 of upper-case letters, digits and '_', unlike {text:?}")]
    ReasonCode { text: String },
}

/// A description or a comment.
pub fn check_text(field: &'static str, text: Option<&str>) -> Result<(), WordsError> {
    let is_good = |text: &str| {
        (1..=TEXT_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    match text {
        Some(text) if !is_good(text) => Err(WordsError::Text { field }),
        _ => Ok(()),
    }
}

pub(crate) fn check_reason_code(text: Option<&str>) -> Result<(), WordsError> {
    let is_plain = |c: char| c.is_uppercase() || c.is_numeric() || c == '_';
    let is_good = |text: &str| {
        (1..=REASON_CODE_MAX).contains(&text.chars().count()) && text.chars().all(is_plain)
    };
    match text {
        Some(text) if !is_good(text) => Err(WordsError::ReasonCode { text: text.to_owned() }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_limits() {
        let long = "é".repeat(TEXT_MAX);
        assert_eq!(check_text("comment", Some(&long)), Ok(()));
        let longer = format!("{long}é");
        for text in ["", "a\nb", &longer] {
            assert_eq!(
                check_text("comment", Some(text)),
                Err(WordsError::Text { field: "comment" })
            );
        }
        assert_eq!(check_reason_code(Some("NO_LONGER_2")), Ok(()));
        for text in ["", "no", "A B"] {
            assert!(check_reason_code(Some(text)).is_err(), "{text}");
        }
    }
}
