//! Stacks, as the command line makes, follows and takes them away: calls of CloudFormation, and of S3 for the
//! code of functions.

mod archive;
mod artefacts;
mod calls;
mod deploy;
mod destroy;
mod follow;
mod package;
mod template;
mod xml;

pub(crate) use archive::program;
pub(crate) use deploy::{Deployment, deploy};
pub(crate) use destroy::destroy;
pub(crate) use package::{Code, Codes, read_code};
pub(crate) use template::{read as read_template, stack_name};
