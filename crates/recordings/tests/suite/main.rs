//! Recordings, by their public face.

mod common;
mod crash;
mod keep;
mod trim;
