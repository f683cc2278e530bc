//! The console's door: pages for people, and their sessions.
//!
//! One origin for everything. What is signed is handed to the AWS door's own handler, so the pages can do
//! what any client of AWS can do and nothing else ([`split`]); `/session` signs people in and gives their
//! browser credentials for a quarter of an hour ([`session`]); the rest are the pages, which `build.rs` has
//! built from `ui` ([`pages`]).
//!
//! What a browser may be tricked into is refused here: requests from other pages and other names
//! ([`guard`]), and objects that would run as a part of the console ([`headers`]).

mod answer;
mod cookie;
mod door;
mod guard;
mod headers;
mod pages;
mod session;
mod split;

pub use door::{Console, serve};
