//! What the standard library might have had: time as a value, backoff, small encodings, a future
//! run to its end.
//!
//! Nothing here knows our domain; a type that mentions a device, a topic or a table belongs to
//! `model`. There is no I/O beside reading the system's clock, in [`clock`].

pub mod backoff;
pub mod clock;
pub mod hex;
pub mod task;
pub mod uuid;
