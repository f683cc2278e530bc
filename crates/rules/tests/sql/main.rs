//! The language as a whole, from text to output.

mod clauses;
mod functions;
mod limits;
mod lookups;
mod oracle;
mod refused;
mod speed;
mod templates;
mod told;
