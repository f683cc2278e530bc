//! Jobs on virtual time, driven by hand: fleets of devices that succeed, fail and vanish, and power
//! that goes between any two commits.

mod administer;
mod anything;
mod crash;
mod device;
mod groups;
mod rollout;
mod together;
mod works;
