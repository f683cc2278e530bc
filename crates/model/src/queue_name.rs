//! Names of queues, as SQS limits them.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError};

/// What the name of a queue that keeps order ends with.
const FIFO: &str = ".fifo";

const KIND: Kind = Kind {
    what: "queue name",
    most: 80,
    allowed: "letters, digits, '-' and '_', and .fifo at the end",
    allows: |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
};

/// The name of a queue: `[A-Za-z0-9_-]`, at most 80, with `.fifo` at the end for one that keeps order.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QueueName(Arc<str>);

impl QueueName {
    pub fn new(text: &str) -> Result<QueueName, NameError> {
        KIND.check(text.strip_suffix(FIFO).unwrap_or(text))?;
        let length = text.chars().count();
        if length > KIND.most {
            return Err(NameError::TooLong { what: KIND.what, length, most: KIND.most });
        }
        Ok(QueueName(Arc::from(text)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_fifo(&self) -> bool {
        self.0.ends_with(FIFO)
    }
}

impl TryFrom<String> for QueueName {
    type Error = NameError;
    fn try_from(text: String) -> Result<QueueName, NameError> {
        QueueName::new(&text)
    }
}

impl From<QueueName> for String {
    fn from(name: QueueName) -> String {
        name.as_str().to_owned()
    }
}

impl Borrow<str> for QueueName {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_with_fifo_or_holds_no_dot() {
        for (text, is_fifo) in [("jobs", Some(false)), ("jobs.fifo", Some(true))] {
            assert_eq!(QueueName::new(text).ok().map(|name| name.is_fifo()), is_fifo);
        }
        let long = "q".repeat(76) + ".fifo";
        for text in ["", ".fifo", "a.b", "a.fifo.fifo", "a b", &"q".repeat(81), &long] {
            assert!(QueueName::new(text).is_err(), "{text}");
        }
        assert!(QueueName::new(&long[1..]).is_ok());
    }
}
