//! Why a text is no pattern.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPattern {
    #[error("it is no JSON: {0}")]
    Json(String),
    #[error("it must be an object that is not empty")]
    NoObject,
    #[error("{at}: must be an object or an array")]
    Leaf { at: String },
    #[error("{at}: must not be empty")]
    Empty { at: String },
    #[error("{at}: {what}")]
    Matcher { at: String, what: String },
    #[error("'$or' must be an array of at least two objects")]
    Or,
}
