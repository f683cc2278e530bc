//! How much a recording keeps, counted at each commit.

use kv::{Declined, Present, Snapshot};
use records::{RecordError, StoreError};

use crate::definition::{RECORDINGS, RecordingNumber};

const VERSION: u8 = 1;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    pub messages: u64,
    pub bytes: u64,
}

impl Size {
    pub(crate) fn of(snapshot: &Snapshot, number: RecordingNumber) -> Result<Size, StoreError> {
        match snapshot.get(RECORDINGS, &number.size_key())? {
            None => Ok(Size::default()),
            Some(bytes) => Ok(Size::read(&bytes)?),
        }
    }

    /// Changes what is counted, at the moment of a commit.
    pub(crate) fn change(
        present: &mut Present<'_>,
        number: RecordingNumber,
        change: impl FnOnce(&mut Size),
    ) -> Result<(), Declined> {
        let stored = present.get(RECORDINGS, &number.size_key())?;
        // A count that a later program wrote is not counted on.
        let read = stored.as_deref().map_or(Ok(Size::default()), Size::read);
        let mut size = read.map_err(|_| Declined::ByChoice)?;
        change(&mut size);
        present.put(RECORDINGS, number.size_key(), size.written());
        Ok(())
    }

    fn written(self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.messages.to_be_bytes());
        bytes.extend(self.bytes.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Size, RecordError> {
        let (&version, rest) = bytes.split_first().ok_or(RecordError::Empty)?;
        if version != VERSION {
            return Err(RecordError::Version { version, newest: VERSION });
        }
        let (messages, bytes) = rest.split_at_checked(8).ok_or(RecordError::Key)?;
        let number = |bytes: &[u8]| bytes.try_into().map(u64::from_be_bytes);
        let wrong = |_| RecordError::Key;
        Ok(Size {
            messages: number(messages).map_err(wrong)?,
            bytes: number(bytes).map_err(wrong)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_it_is_written() {
        let size = Size { messages: 7, bytes: 1 << 40 };
        assert_eq!(Size::read(&size.written()).unwrap(), size);
        for wrong in [&b""[..], b"\x02", b"\x01\0\0"] {
            Size::read(wrong).unwrap_err();
        }
    }
}
