//! What changed that may change who may do what, or what is done with messages.

use model::{CertificateId, PolicyName, RuleName, ThingGroupName, ThingName};

use crate::edge::Target;

/// A change of authority or of rules. The new state is in the store when it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A policy has another default document, or is gone.
    Policy(PolicyName),
    /// A certificate is new, gone, or of another status.
    Certificate(CertificateId),
    /// A policy was attached to or detached from this, or a group that had policies is gone.
    Attachment(Target),
    /// A thing has another type or other attributes. One that is new or gone has no principals, and
    /// changes no authority.
    Thing(ThingName),
    /// A certificate was attached to or detached from a thing.
    ThingPrincipal(ThingName, CertificateId),
    /// A thing joined or left a group. A group that is deleted is left by its things first, and a
    /// thing that is deleted leaves its groups.
    Membership { thing: ThingName, group: ThingGroupName, is_member: bool },
    /// A topic rule is new, gone, or says another thing.
    TopicRule(RuleName),
}
