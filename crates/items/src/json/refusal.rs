//! Refusals of values, on their way through serde.
//!
//! A body may be no JSON of the right shape, or it may be, and hold a value that no item can have.
//! AWS answers the two differently. serde knows one kind of error, a text, so the second kind is put
//! between marks that no other text has.

use serde::de;

const BEGIN: char = '\u{2}';
const END: char = '\u{3}';

/// Why a value is refused, as DynamoDB words it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Refusal {
    pub fn new(message: impl Into<String>) -> Refusal {
        Refusal(message.into())
    }

    /// As an error of serde, from which [`refusal`] takes it again.
    pub fn carried<E: de::Error>(&self) -> E {
        // What callers wrote is quoted in some messages, and must not end them.
        let message = self.0.replace([BEGIN, END], "\u{fffd}");
        E::custom(format_args!("{BEGIN}{message}{END}"))
    }
}

/// The refusal that an error of serde carries; `None` if the JSON itself is wrong.
pub fn refusal(error: &str) -> Option<Refusal> {
    let (_, rest) = error.split_once(BEGIN)?;
    let (message, _) = rest.split_once(END)?;
    Some(Refusal::new(message))
}
