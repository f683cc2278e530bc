//! In whose name a stack is worked on, long after the call that asked for it.

use crate::caller::Caller;
use crate::error::AwsError;

/// The ARN of whoever calls. What a session's own policy takes from its role is not known any more when
/// the work is done, so such a session must give the stack a role.
pub(super) fn of(caller: &Caller, role_arn: Option<&str>) -> Result<String, AwsError> {
    let identity = caller.identity()?;
    if identity.is_narrowed() && role_arn.is_none() {
        let message = "a session with a policy of its own must give the stack a role: RoleARN";
        return Err(AwsError::new(403, "AccessDenied", message));
    }
    Ok(identity.principal_arn.clone())
}
