//! Receipt handles: what a receiver shows to delete a message or to hide it for longer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::QueueError;
use crate::key::Place;

/// What AWS's handles begin with.
const MARK: &str = "AQEB";

/// Which message of which queue was received, and how often by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(crate) queue: u64,
    pub(crate) place: Place,
    pub(crate) count: u32,
}

impl Handle {
    pub(crate) fn text(&self) -> String {
        let Handle { queue, place, count } = self;
        let bytes = [&queue.to_be_bytes()[..], &place.0, &count.to_be_bytes()].concat();
        format!("{MARK}{}", STANDARD.encode(bytes))
    }

    pub(crate) fn parse(text: &str) -> Result<Handle, QueueError> {
        let read = || {
            let bytes = STANDARD.decode(text.strip_prefix(MARK)?).ok()?;
            let (queue, rest) = bytes.split_first_chunk::<8>()?;
            let (place, rest) = rest.split_first_chunk::<{ Place::BYTES }>()?;
            let count = u32::from_be_bytes(rest.try_into().ok()?);
            Some(Handle { queue: u64::from_be_bytes(*queue), place: Place(*place), count })
        };
        read().ok_or_else(|| QueueError::Handle { handle: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let handle = Handle { queue: 7, place: Place([3; Place::BYTES]), count: 2 };
        assert_eq!(Handle::parse(&handle.text()).expect("a handle"), handle);
        for text in ["", "abc", "AQEB", "AQEBAAAA", &handle.text()[4..]] {
            assert!(Handle::parse(text).is_err(), "{text}");
        }
    }
}
