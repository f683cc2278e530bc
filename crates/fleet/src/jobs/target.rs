//! Whom a job is for.

use jobs::{Job, Target};
use model::{Arn, ThingGroupName, ThingName};
use registry::{JobView, Page, StoreError, ThingGroupNotFound};

use crate::fleet::Fleet;

/// A text names nothing that a job can be for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a job can be for the ARN of a thing or a thing group, not for {0:?}")]
pub struct NotAJobTarget(pub String);

/// Why a target is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error(transparent)]
    Name(#[from] NotAJobTarget),
    #[error("{arn} does not exist")]
    NotFound { arn: Arn },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    pub fn job_target_arn(&self, target: &Target) -> Arn {
        match target {
            Target::Thing(name) => self.registry().thing_arn(name),
            Target::Group(name) => self.registry().home().iot("thinggroup", name.as_str()),
        }
    }

    /// The targets that ARNs name, of whichever region and account. All must be there.
    pub(super) fn job_targets(&self, arns: &[String]) -> Result<Vec<Target>, TargetError> {
        let mut targets = Vec::new();
        for arn in arns {
            let target = parse(arn)?;
            if !self.is_target_there(&target)? {
                return Err(TargetError::NotFound { arn: self.job_target_arn(&target) });
            }
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        Ok(targets)
    }

    /// The things that a target is, in the order of their names.
    pub(super) fn things_of_target(
        &self,
        target: &Target,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingName>, StoreError> {
        match target {
            Target::Thing(name) => {
                let is_first = after.is_none();
                Ok(Page { items: is_first.then(|| name.clone()).into_iter().collect(), next: None })
            }
            Target::Group(name) => {
                match self.registry().things_of_group(name, true, after, limit) {
                    Ok(page) => Ok(page),
                    // Deleted since the job was made: its things have left it.
                    Err(ThingGroupNotFound::NotFound { .. }) => {
                        Ok(Page { items: Vec::new(), next: None })
                    }
                    Err(ThingGroupNotFound::Store(error)) => Err(error),
                }
            }
        }
    }

    fn is_target_there(&self, target: &Target) -> Result<bool, StoreError> {
        match target {
            Target::Thing(name) => Ok(self.registry().thing(name)?.is_some()),
            Target::Group(name) => Ok(self.registry().thing_group(name)?.is_some()),
        }
    }
}

/// Whether a thing is, or is in, a target of a job.
pub(super) fn is_target(view: &JobView, job: &Job, thing: &ThingName) -> Result<bool, StoreError> {
    if job.targets.contains(&Target::Thing(thing.clone())) {
        return Ok(true);
    }
    let around = view.groups_around(thing)?;
    Ok(around.into_iter().any(|group| job.targets.contains(&Target::Group(group))))
}

fn parse(text: &str) -> Result<Target, NotAJobTarget> {
    let arn = Arn::from_text(text);
    let target = match arn.iot_resource() {
        Some(("thing", name)) => ThingName::new(name).ok().map(Target::Thing),
        Some(("thinggroup", name)) => ThingGroupName::new(name).ok().map(Target::Group),
        _ => None,
    };
    target.ok_or_else(|| NotAJobTarget(text.to_owned()))
}
