//! AWS STS: who am I, and credentials that end. The service `sts`.

mod assume_role;
mod credentials;
mod get_access_key_info;
mod get_caller_identity;
mod get_session_token;

use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "sts",
    action_prefix: "sts",
    protocol: Protocol::Query { namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
    operations: &[
        Row::of::<assume_role::AssumeRole>(),
        Row::of::<get_access_key_info::GetAccessKeyInfo>(),
        Row::of::<get_caller_identity::GetCallerIdentity>(),
        Row::of::<get_session_token::GetSessionToken>(),
    ],
};
