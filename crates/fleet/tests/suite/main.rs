//! The fleet on a store in memory, one file for each noun, one program.

mod asking;
mod authority;
mod authorizer;
mod ca_certificate;
mod certificate;
mod device;
mod explain;
mod far;
mod functions;
mod hall;
mod house;
mod jobs;
mod letter;
mod outward;
mod provisioning;
mod replay;
mod secret;
mod shadow;
