//! A body on its way in.

use bytes::Bytes;

use crate::blob::NewBlob;
use crate::error::ObjectsError;
use crate::file_writer::FileWriter;
use crate::hashes::{Digests, Hasher, Wanted};
use crate::store::Objects;

/// Up to here a body stays in the store: its sync is shared with others, where a file needs two of its
/// own. What one MQTT message may hold fits, so what a rule writes joins the batch of its message.
pub const INLINE_BYTES_MAX: usize = 128 * 1024;

/// AWS's limit for what is put at once.
pub const OBJECT_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// Takes a body as it comes.
#[derive(Debug)]
pub struct BodyWriter {
    objects: Objects,
    wanted: Wanted,
    bytes: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Small(Vec<Bytes>),
    Large(Box<FileWriter>),
}

/// A whole body that no object has yet.
#[derive(Debug)]
pub struct Written {
    pub bytes: u64,
    pub digests: Digests,
    pub(crate) body: NewBody,
}

#[derive(Debug)]
pub(crate) enum NewBody {
    Inline(Bytes),
    File(NewBlob),
}

impl Objects {
    pub fn writer(&self, wanted: Wanted) -> BodyWriter {
        BodyWriter { objects: self.clone(), wanted, bytes: 0, state: State::Small(Vec::new()) }
    }
}

impl Written {
    /// A small body that is at hand.
    pub fn of(data: Bytes, wanted: &Wanted) -> Written {
        let mut hasher = Hasher::new(wanted);
        hasher.update(&data);
        let bytes = data.len() as u64;
        Written { bytes, digests: hasher.finish(), body: NewBody::Inline(data) }
    }
}

impl BodyWriter {
    pub async fn write(&mut self, data: Bytes) -> Result<(), ObjectsError> {
        self.bytes += data.len() as u64;
        if self.bytes > OBJECT_BYTES_MAX {
            return Err(ObjectsError::TooLarge { most: OBJECT_BYTES_MAX });
        }
        match &mut self.state {
            State::Small(pieces) if self.bytes <= INLINE_BYTES_MAX as u64 => pieces.push(data),
            State::Small(pieces) => {
                let mut file = FileWriter::new(self.objects.blobs.clone(), &self.wanted);
                for piece in std::mem::take(pieces) {
                    file.write(piece).await?;
                }
                file.write(data).await?;
                self.state = State::Large(Box::new(file));
            }
            State::Large(file) => file.write(data).await?,
        }
        Ok(())
    }

    /// Answers when the body is whole: on disk if it is a file.
    pub async fn finish(self) -> Result<Written, ObjectsError> {
        match self.state {
            State::Small(mut pieces) => {
                let data = match pieces.len() {
                    1 => pieces.remove(0),
                    _ => pieces.concat().into(),
                };
                Ok(Written::of(data, &self.wanted))
            }
            State::Large(file) => {
                let (blob, digests) = file.finish().await?;
                Ok(Written { bytes: self.bytes, digests, body: NewBody::File(blob) })
            }
        }
    }
}
