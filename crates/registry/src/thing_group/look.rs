//! Finding groups and what is in them.

use model::{ThingGroupName, ThingName};

use crate::record::{self, RecordError};
use crate::registry::{Registry, StoreError};
use crate::thing_group::record::{
    GroupPath, MEMBERS, StoredThingGroup, THING_GROUPS, ThingGroup, group, thing_name,
};
use records::{Page, page_where};

/// A group that is looked into is not there.
#[derive(Debug, thiserror::Error)]
pub enum ThingGroupNotFound {
    #[error("the thing group {name} does not exist")]
    NotFound { name: ThingGroupName },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which groups to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupFilter {
    pub name_prefix: Option<ThingGroupName>,
    /// Only groups below this one.
    pub parent: Option<ThingGroupName>,
    /// Only groups directly below the parent; without a parent, only those at the top.
    pub only_direct: bool,
}

impl GroupFilter {
    fn takes(&self, group: &ThingGroup) -> bool {
        match (&self.parent, self.only_direct) {
            (parent, true) => group.parent() == parent.as_ref(),
            (Some(parent), false) => group.ancestors.contains(parent),
            (None, false) => true,
        }
    }
}

impl Registry {
    pub fn thing_group(&self, name: &ThingGroupName) -> Result<Option<ThingGroup>, StoreError> {
        Ok(group(&self.snapshot(), name)?.map(|(group, _)| group))
    }

    /// Groups in the order of their names.
    pub fn thing_groups(
        &self,
        filter: &GroupFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingGroup>, ThingGroupNotFound> {
        let snapshot = self.snapshot();
        if let Some(name) = &filter.parent
            && group(&snapshot, name)?.is_none()
        {
            return Err(ThingGroupNotFound::NotFound { name: name.clone() });
        }
        let prefix = filter.name_prefix.as_ref().map_or("", ThingGroupName::as_str);
        let read = |rest: &str, bytes: &bytes::Bytes| {
            let name = ThingGroupName::new(&format!("{prefix}{rest}"));
            let name = name.map_err(|_| RecordError::Key)?;
            let group = record::decode::<StoredThingGroup>(bytes)?.into_group(name);
            Ok(filter.takes(&group).then_some(group))
        };
        Ok(page_where(&snapshot, THING_GROUPS, prefix, after, limit, read)?)
    }

    /// The things of a group; with `recursive`, also those of the groups below it. They come in the
    /// order of their groups, then of their names.
    pub fn things_of_group(
        &self,
        name: &ThingGroupName,
        recursive: bool,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingName>, ThingGroupNotFound> {
        let snapshot = self.snapshot();
        let missing = || ThingGroupNotFound::NotFound { name: name.clone() };
        let path = group(&snapshot, name)?.ok_or_else(missing)?.0.path();
        if !recursive {
            return Ok(MEMBERS.from(&snapshot, path.as_str(), after, limit, thing_name)?);
        }
        // What follows the path is `/thing`, or `child//thing`.
        let read = |rest: &str, _: &bytes::Bytes| {
            let thing = rest.rsplit('/').next().unwrap_or_default();
            thing_name(thing).map(Some)
        };
        Ok(page_where(&snapshot, MEMBERS.forward, path.as_str(), after, limit, read)?)
    }

    /// The groups that a thing is in, and not those above them.
    pub fn groups_of_thing(
        &self,
        thing: &ThingName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingGroupName>, StoreError> {
        let read = |path: &str| GroupPath::parse(path).map(|path| path.name());
        MEMBERS.to(&self.snapshot(), thing.as_str(), after, limit, read)
    }

    /// Whether a thing is in a group or, with `recursive`, in one below it.
    pub fn is_in_group(
        &self,
        thing: &ThingName,
        group: &ThingGroupName,
        recursive: bool,
    ) -> Result<bool, StoreError> {
        let paths = super::paths_of(&self.snapshot(), thing)?;
        Ok(paths.iter().any(|path| match recursive {
            true => path.names().any(|name| name == *group),
            false => path.name() == *group,
        }))
    }
}
