//! The devices of the house: four temperature sensors in two zones, and an air conditioner in each zone.
//!
//! [`House`] is what happens in its rooms, pure, from a seed. [`simulate`] lets six devices tell of it on
//! connections of their own, each with its own key and certificate ([`Identity`]), as firmware would: MQTT 3.1.1
//! over mutual TLS.

mod device;
mod house;
mod identity;
mod place;
mod random;
mod simulate;

pub use device::{DEVICES, request_parameter};
pub use house::{FLOOR_DEFAULT, House, Reading, STEP_SECS};
pub use identity::{Identity, IdentityError, Key};
pub use place::{Place, PlaceError};
pub use simulate::{Happening, Pace, Simulation, SimulationError, simulate};
