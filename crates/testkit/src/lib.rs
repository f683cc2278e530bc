//! What tests need: a broker of their own on a port of their own, and a client that can say
//! anything, right or wrong.
//!
//! Nothing here is linked into the product.

mod house;

pub use crate::house::OpenHouse;
