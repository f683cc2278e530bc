//! What is wrong with a line.

/// A line that cannot be read; nothing of its body is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unable to parse line {line}: {fault}")]
pub struct LineError {
    /// Counted from one.
    pub line: usize,
    pub fault: LineFault,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    #[error("missing measurement")]
    NoMeasurement,
    #[error("missing tag key")]
    NoTagKey,
    #[error("missing tag value")]
    NoTagValue,
    #[error("missing fields")]
    NoFields,
    #[error("missing field key")]
    NoFieldKey,
    #[error("missing field value")]
    NoFieldValue,
    #[error("unbalanced quotes")]
    Quotes,
    #[error("invalid number")]
    Number,
    #[error("invalid boolean")]
    Boolean,
    #[error("bad timestamp")]
    Timestamp,
    #[error("{0}")]
    Limit(String),
}
