//! A body on its way out, block by block.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use records::decode;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::blob::{Blobs, Pin};
use crate::body::{Manifest, PartInfo, Piece};
use crate::error::ObjectsError;
use crate::find::{Found, FoundBody};
use crate::key::{DATA, MANIFESTS, Place};
use crate::store::Objects;
use crate::version::Body;

/// Large enough that the hand-over to a thread costs nothing beside the read. Two are in memory for one
/// reader: the one that is sent and the one that is read.
pub const READ_BLOCK_BYTES: usize = 512 * 1024;

/// Gives a stretch of a body in blocks. It reads ahead by one.
#[derive(Debug)]
pub struct BodyReader {
    blobs: Blobs,
    /// What is left to read.
    stretches: VecDeque<Stretch>,
    file: Option<File>,
    ahead: Option<JoinHandle<io::Result<(Bytes, File)>>>,
    _pin: Option<Pin>,
}

#[derive(Debug)]
enum Stretch {
    Data(Bytes),
    File { name: String, range: Range<u64>, is_open: bool },
}

impl Objects {
    /// Reads these bytes of a version that was found.
    pub fn read(&self, found: Found, range: Range<u64>) -> Result<BodyReader, ObjectsError> {
        let mut stretches = VecDeque::new();
        let pin = match found.body {
            FoundBody::Data(data) => {
                stretches.push_back(Stretch::Data(data.slice(within(range, data.len()))));
                None
            }
            FoundBody::File { name, pin } => {
                stretches.push_back(Stretch::File { name, range, is_open: false });
                Some(pin)
            }
            FoundBody::Manifest { place, pin } => {
                stretches = self.stretches(place, &range)?;
                Some(pin)
            }
        };
        Ok(BodyReader { blobs: self.blobs.clone(), stretches, file: None, ahead: None, _pin: pin })
    }

    /// The parts of a version that was made of some.
    pub fn parts_of(&self, found: &Found) -> Result<Vec<PartInfo>, ObjectsError> {
        match &found.body {
            FoundBody::Manifest { place, .. } => {
                Ok(self.manifest(*place)?.pieces.iter().map(Piece::info).collect())
            }
            FoundBody::Data(_) | FoundBody::File { .. } => Ok(Vec::new()),
        }
    }

    pub(crate) fn manifest(&self, place: Place) -> Result<Manifest, ObjectsError> {
        let value = self.store.get(MANIFESTS, place.as_ref())?;
        Ok(decode(&value.ok_or(records::RecordError::Empty)?)?)
    }

    fn stretches(
        &self,
        place: Place,
        range: &Range<u64>,
    ) -> Result<VecDeque<Stretch>, ObjectsError> {
        let (mut stretches, mut begin) = (VecDeque::new(), 0);
        for piece in self.manifest(place)?.pieces {
            let end = begin + piece.bytes;
            let inside = range.start.max(begin)..range.end.min(end);
            if inside.start < inside.end {
                let own = inside.start - begin..inside.end - begin;
                stretches.extend(match piece.body()? {
                    Body::File(name) => Some(Stretch::File { name, range: own, is_open: false }),
                    Body::Inline(place) => {
                        let data = self.store.get(DATA, place.as_ref())?;
                        let data = data.ok_or(records::RecordError::Empty)?;
                        Some(Stretch::Data(data.slice(within(own, data.len()))))
                    }
                    Body::Empty | Body::Manifest(_) => None,
                });
            }
            begin = end;
        }
        Ok(stretches)
    }
}

fn within(range: Range<u64>, length: usize) -> Range<usize> {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(length);
    place(range.start)..place(range.end)
}

impl BodyReader {
    /// The whole of what is read, if it is at hand.
    pub fn at_hand(&self) -> Option<Bytes> {
        match (self.stretches.len(), self.stretches.front()) {
            (0, _) => Some(Bytes::new()),
            (1, Some(Stretch::Data(data))) => Some(data.clone()),
            _ => None,
        }
    }

    /// The next block; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ObjectsError> {
        self.read_ahead();
        let Some(ahead) = self.ahead.take() else {
            return Ok(match self.stretches.pop_front() {
                Some(Stretch::Data(data)) => Some(data),
                _ => None,
            });
        };
        let read = ahead.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        let (block, file) = read.map_err(ObjectsError::io("a body cannot be read"))?;
        self.file = Some(file);
        self.read_ahead();
        Ok(Some(block))
    }

    /// Starts to read the next block, if it is in a file and none is read.
    fn read_ahead(&mut self) {
        let (None, Some(Stretch::File { name, range, is_open })) =
            (&self.ahead, self.stretches.front_mut())
        else {
            return;
        };
        let file = self.file.take().filter(|_| *is_open);
        let (blobs, name, start) = (self.blobs.clone(), name.clone(), range.start);
        let bytes = (range.end - range.start).min(READ_BLOCK_BYTES as u64);
        *is_open = true;
        range.start += bytes;
        if range.is_empty() {
            self.stretches.pop_front();
        }
        self.ahead = Some(spawn_blocking(move || {
            let mut file = match file {
                Some(file) => file,
                None => {
                    let mut file = blobs.open(&name)?;
                    file.seek(SeekFrom::Start(start))?;
                    file
                }
            };
            let mut block = Vec::with_capacity(usize::try_from(bytes).unwrap_or(READ_BLOCK_BYTES));
            (&mut file).take(bytes).read_to_end(&mut block)?;
            match block.len() as u64 == bytes {
                true => Ok((block.into(), file)),
                false => Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }));
    }
}
