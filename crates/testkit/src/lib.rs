//! What tests need: a broker of their own, and clients that can say anything, right or wrong.
//!
//! - [`Server`] is a broker on a store in memory, with a clock that the test moves. It can be
//!   killed and started again on the same store.
//! - [`Raw`] is one connection to it. It sends packets and bytes, and tells what comes back.
//! - [`Caller`] calls the AWS door of a whole server, over a socket.
//! - [`Rules`] is a house whose permissions a test takes and gives; [`OpenHouse`] has no locks.
//!
//! MQTT clients speak through pipes in memory, so that no test depends on ports or on the system's
//! buffers. Nothing here is linked into the product.

mod caller;
mod delivery;
mod hello;
mod house;
mod post;
mod raw;
mod rules;
mod server;

pub use crate::caller::{CallError, Caller, Request};
pub use crate::delivery::Delivery;
pub use crate::hello::{Hello, Welcome};
pub use crate::house::OpenHouse;
pub use crate::post::Post;
pub use crate::raw::Raw;
pub use crate::rules::{HALL_SPACE, Right, Rules};
pub use crate::server::Server;
