//! The registry on a store in memory, one file for each noun. One program, since linking a store
//! five times takes longer than testing it.

mod certificate;
mod common;
mod policy;
mod thing;
mod together;
