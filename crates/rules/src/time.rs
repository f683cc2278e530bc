//! Moments as people write them, in the two pattern languages of AWS.

mod read;
mod write;

pub(crate) use calendar::Zone;
pub(crate) use read::read;
pub(crate) use write::write;
