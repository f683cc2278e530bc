//! Descriptions of groups and types.

const CHARACTERS_MAX: usize = 2028;

/// Why a description is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    #[error("a description has at most {CHARACTERS_MAX} characters, not {count}")]
    TooLong { count: usize },
    #[error("a description holds printable characters and spaces, not {character:?}")]
    Character { character: char },
}

pub(crate) fn check_description(text: Option<&str>) -> Result<(), DescriptionError> {
    let text = text.unwrap_or_default();
    let count = text.chars().count();
    if count > CHARACTERS_MAX {
        return Err(DescriptionError::TooLong { count });
    }
    let is_odd = |c: &char| c.is_control() || (c.is_whitespace() && *c != ' ');
    match text.chars().find(is_odd) {
        Some(character) => Err(DescriptionError::Character { character }),
        None => Ok(()),
    }
}
