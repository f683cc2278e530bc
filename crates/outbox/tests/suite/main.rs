//! The outbox from outside: order, room, and what is left when the power fails.

mod common;
mod crash;
mod order;
