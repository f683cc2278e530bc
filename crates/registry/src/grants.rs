//! What a certificate brings to a connection, read at one moment.

use std::collections::BTreeSet;

use kv::Snapshot;
use model::{CertificateId, PolicyName, ThingName};
use records::Page;

use crate::certificate::{CERTIFICATES, Certificate, StoredCertificate};
use crate::edge::Target;
use crate::policy::policy;
use crate::policy_target::attached_to;
use crate::registry::{Registry, StoreError, find};
use crate::thing::{StoredThing, THINGS, Thing};
use crate::thing_group::{GroupPath, group, paths_of};
use crate::thing_principal::THING_PRINCIPALS;

/// A certificate and the documents that count for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    pub certificate: Certificate,
    /// In the order of their names; each with its default document. Those of the certificate, and
    /// those of the groups that the thing is in and of the groups above these.
    pub policies: Vec<(PolicyName, String)>,
    /// The thing whose name was asked for, if the certificate is attached to it.
    pub thing: Option<Thing>,
}

impl Registry {
    /// What counts for a certificate that connects under a client id which, if it is the name of a
    /// thing that the certificate is attached to, stands for that thing. As with AWS, policies of
    /// groups count only for who connects under the name of a thing of the group.
    pub fn grants(
        &self,
        id: &CertificateId,
        client_id: &str,
    ) -> Result<Option<Grants>, StoreError> {
        let snapshot = self.snapshot();
        let found = find::<StoredCertificate>(&snapshot, CERTIFICATES, id.as_str())?;
        let Some(found) = found else { return Ok(None) };
        let thing = match ThingName::new(client_id) {
            Ok(name) if THING_PRINCIPALS.exists(&snapshot, client_id, id.as_str())? => {
                let found = find::<StoredThing>(&snapshot, THINGS, client_id)?;
                found.map(|found| found.record.into_thing(name))
            }
            _ => None,
        };
        let name = thing.as_ref().map(|thing| &thing.name);
        let policies = documents(
            &snapshot,
            effective(&snapshot, Some(&Target::Certificate(id.clone())), name)?,
        )?;
        let certificate = found.record.into_certificate(id.clone());
        Ok(Some(Grants { certificate, policies, thing }))
    }

    /// The policies that count for a target and a thing, and their default documents. Whether the
    /// two belong together is not asked.
    pub fn effective_policies(
        &self,
        target: Option<&Target>,
        thing: Option<&ThingName>,
    ) -> Result<Vec<(PolicyName, String)>, StoreError> {
        let snapshot = self.snapshot();
        documents(&snapshot, effective(&snapshot, target, thing)?)
    }

    /// The policies of a target, and those that it inherits: a group has those of the groups above
    /// it, too.
    pub fn inherited_policies(
        &self,
        target: &Target,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<PolicyName>, StoreError> {
        let snapshot = self.snapshot();
        let names = effective(&snapshot, Some(target), None)?;
        let mut names = names.into_iter().filter(|name| after.is_none_or(|a| name.as_str() > a));
        let items: Vec<PolicyName> = names.by_ref().take(limit.max(1)).collect();
        let next = names.next().and(items.last()).map(ToString::to_string);
        Ok(Page { items, next })
    }
}

/// At most ten of each target; a thing has ten groups, seven levels deep.
fn effective(
    snapshot: &Snapshot,
    target: Option<&Target>,
    thing: Option<&ThingName>,
) -> Result<BTreeSet<PolicyName>, StoreError> {
    let mut targets: Vec<Target> = target.cloned().into_iter().collect();
    if let Some(Target::ThingGroup(name)) = target
        && let Some((group, _)) = group(snapshot, name)?
    {
        targets.extend(group.ancestors.into_iter().map(Target::ThingGroup));
    }
    if let Some(thing) = thing {
        let groups = paths_of(snapshot, thing)?;
        targets.extend(groups.iter().flat_map(GroupPath::names).map(Target::ThingGroup));
    }
    let mut names = BTreeSet::new();
    for target in &targets {
        names.extend(attached_to(snapshot, target)?);
    }
    Ok(names)
}

fn documents(
    snapshot: &Snapshot,
    names: BTreeSet<PolicyName>,
) -> Result<Vec<(PolicyName, String)>, StoreError> {
    let mut documents = Vec::new();
    for name in names {
        // An edge without its policy cannot be: deleting a policy requires that it has none.
        if let Some((policy, _)) = policy(snapshot, &name)? {
            documents.push((name, policy.default().document.clone()));
        }
    }
    Ok(documents)
}
