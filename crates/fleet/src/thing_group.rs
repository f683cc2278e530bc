//! Thing groups and what is in them, and what is told of it.

use model::{ThingGroupName, ThingName};
use registry::{
    CreateThingGroupError, DeleteThingGroupError, EventType, MembershipError, NewThingGroup,
    PAGE_ITEMS_MAX, ThingGroup, ThingGroupUpdate, UpdateThingGroupError,
};
use serde_json::{Value, json};

use crate::events::{Event, Operation};
use crate::fleet::Fleet;
use crate::ids::{thing_group_id, thing_id};

impl Fleet {
    pub async fn create_thing_group(
        &self,
        new: NewThingGroup,
    ) -> Result<ThingGroup, CreateThingGroupError> {
        let was_there = self.registry().thing_group(&new.name)?.is_some();
        let created = self.registry().create_thing_group(new, self.0.clock.now()).await?;
        if !was_there {
            let events = [self.group_event(&created, Operation::Created)];
            let below = hierarchy_event(&created, Operation::Added, self.account());
            self.tell(events.into_iter().chain(below)).await;
        }
        Ok(created)
    }

    pub async fn update_thing_group(
        &self,
        name: &ThingGroupName,
        update: &ThingGroupUpdate,
    ) -> Result<ThingGroup, UpdateThingGroupError> {
        let updated = self.registry().update_thing_group(name, update).await?;
        self.tell([self.group_event(&updated, Operation::Updated)]).await;
        Ok(updated)
    }

    /// Its things leave it without an event for each: there may be any number of them.
    pub async fn delete_thing_group(
        &self,
        name: &ThingGroupName,
        expected_version: Option<u64>,
    ) -> Result<(), DeleteThingGroupError> {
        let before = self.registry().thing_group(name)?;
        self.registry().delete_thing_group(name, expected_version).await?;
        let Some(group) = before else { return Ok(()) };
        let events = [self.group_event(&group, Operation::Deleted)];
        let below = hierarchy_event(&group, Operation::Removed, self.account());
        self.tell(events.into_iter().chain(below)).await;
        Ok(())
    }

    /// Takes a thing out of some groups and puts it into others, all or nothing.
    pub async fn change_thing_groups(
        &self,
        thing: &ThingName,
        leave: &[ThingGroupName],
        join: &[ThingGroupName],
    ) -> Result<(), MembershipError> {
        let before = self.registry().groups_of_thing(thing, None, PAGE_ITEMS_MAX)?.items;
        self.registry().change_thing_groups(thing, leave, join).await?;
        let left = leave.iter().filter(|group| before.contains(group));
        let joined = join.iter().filter(|group| !before.contains(group) || leave.contains(group));
        let left = left.map(|group| self.membership_event(thing, group, false));
        self.tell(left.chain(joined.map(|group| self.membership_event(thing, group, true)))).await;
        Ok(())
    }

    fn account(&self) -> &str {
        &self.registry().home().account
    }

    fn group_event(&self, group: &ThingGroup, operation: Operation) -> Event {
        let topic = format!("thingGroup/{}/{}", group.name, operation.part());
        let above = |name: &ThingGroupName| {
            let arn = self.registry().thing_group_arn(name);
            json!({ "groupArn": arn.as_str(), "groupId": thing_group_id(name) })
        };
        let path: Vec<Value> = group.ancestors.iter().map(above).collect();
        let payload = json!({
            "eventType": "THING_GROUP_EVENT",
            "operation": operation.word(),
            "accountId": self.account(),
            "thingGroupId": thing_group_id(&group.name),
            "thingGroupName": group.name,
            "versionNumber": group.version,
            "parentGroupName": group.parent(),
            "parentGroupId": group.parent().map(thing_group_id),
            "description": group.description,
            "rootToParentThingGroups": path,
            "attributes": group.attributes,
            "dynamicGroupMappingId": null,
        });
        Event { kind: EventType::ThingGroup, topic, payload }
    }

    pub(crate) fn membership_event(
        &self,
        thing: &ThingName,
        group: &ThingGroupName,
        is_member: bool,
    ) -> Event {
        let operation = if is_member { Operation::Added } else { Operation::Removed };
        let part = operation.part();
        let topic = format!("thingGroupMembership/thingGroup/{group}/thing/{thing}/{part}");
        let (group_id, thing_id) = (thing_group_id(group), thing_id(thing));
        let membership = pki::digest_digits(format!("{group_id}/{thing_id}").as_bytes());
        let payload = json!({
            "eventType": "THING_GROUP_MEMBERSHIP_EVENT",
            "operation": operation.word(),
            "accountId": self.account(),
            "groupArn": self.registry().thing_group_arn(group).as_str(),
            "groupId": group_id,
            "thingArn": self.registry().thing_arn(thing).as_str(),
            "thingId": thing_id,
            "membershipId": crate::ids::uuid(&membership),
        });
        Event { kind: EventType::ThingGroupMembership, topic, payload }
    }
}

fn hierarchy_event(child: &ThingGroup, operation: Operation, account: &str) -> Option<Event> {
    let parent = child.parent()?;
    let part = operation.part();
    let topic =
        format!("thingGroupHierarchy/thingGroup/{parent}/childThingGroup/{}/{part}", child.name);
    let payload = json!({
        "eventType": "THING_GROUP_HIERARCHY_EVENT",
        "operation": operation.word(),
        "accountId": account,
        "thingGroupId": thing_group_id(parent),
        "thingGroupName": parent,
        "childGroupId": thing_group_id(&child.name),
        "childGroupName": child.name,
    });
    Some(Event { kind: EventType::ThingGroupHierarchy, topic, payload })
}
