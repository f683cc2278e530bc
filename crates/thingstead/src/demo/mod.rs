//! `thingstead demo`: an application from nothing to its end, with one command.
//!
//! Nothing here is pretended. A server runs, the application's stack is deployed on it as everybody deploys one,
//! its devices connect by mutual TLS, and its function is invoked. What is shown is asked for as everybody asks.

mod controller;
mod devices;
mod elf;
mod house;
mod machine;
mod place;
mod round;

pub(crate) use controller::{Language, as_function};
pub(crate) use house::{read_length, read_pace, run as house};
