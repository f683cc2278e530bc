//! Moments and how people write them: dates, time zones, and the two pattern languages of AWS.

mod civil;
mod names;
mod posix;
mod read;
mod tzif;
mod write;
mod zone;

pub(crate) use read::read;
pub(crate) use write::write;
pub(crate) use zone::Zone;
