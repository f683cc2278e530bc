//! The registry on a store in memory, one file for each noun. One program, since linking a store
//! five times takes longer than testing it.

mod billing_group;
mod ca_certificate;
mod certificate;
mod common;
mod destination;
mod policy;
mod provisioning;
mod tags;
mod thing;
mod thing_group;
mod thing_principal;
mod thing_type;
mod together;
