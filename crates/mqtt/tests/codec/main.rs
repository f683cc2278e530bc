//! The codec as its users see it, on generated packets.

mod exact;
mod limits;
mod oracle;
mod refusals;
mod round_trip;
mod strategies;
