//! Things, and their principals, which callers name by ARN.

use model::{Arn, CertificateId, ThingName};
use registry::{
    AttachThingPrincipalError, CreateThingError, DeleteThingError, EventType, NewThing,
    PAGE_ITEMS_MAX, StoreError, Thing, ThingPrincipalType, ThingUpdate, UpdateThingError,
};
use serde_json::json;

use crate::events::{Event, Operation};
use crate::fleet::Fleet;
use crate::ids::thing_id;

/// A text names no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the ARN of a certificate")]
pub struct NotAPrincipal(pub String);

#[derive(Debug, thiserror::Error)]
pub enum ThingPrincipalError {
    #[error(transparent)]
    Principal(#[from] NotAPrincipal),
    #[error(transparent)]
    Attach(#[from] AttachThingPrincipalError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    pub async fn create_thing(&self, new: NewThing) -> Result<Thing, CreateThingError> {
        let was_there = self.registry().thing(&new.name)?.is_some();
        let thing = self.registry().create_thing(new).await?;
        if !was_there {
            let events = [self.thing_event(&thing, Operation::Created)];
            self.tell(events.into_iter().chain(self.type_events(None, Some(&thing)))).await;
        }
        Ok(thing)
    }

    pub async fn update_thing(
        &self,
        name: &ThingName,
        update: &ThingUpdate,
    ) -> Result<Thing, UpdateThingError> {
        let before = self.registry().thing(name)?;
        let thing = self.registry().update_thing(name, update).await?;
        let events = [self.thing_event(&thing, Operation::Updated)];
        self.tell(events.into_iter().chain(self.type_events(before.as_ref(), Some(&thing)))).await;
        Ok(thing)
    }

    pub async fn delete_thing(
        &self,
        name: &ThingName,
        expected_version: Option<u64>,
    ) -> Result<(), DeleteThingError> {
        let before = self.registry().thing(name)?;
        let groups = self.registry().groups_of_thing(name, None, PAGE_ITEMS_MAX)?.items;
        self.registry().delete_thing(name, expected_version).await?;
        // What it was to do is over.
        self.0.jobs.ring();
        let Some(thing) = before else { return Ok(()) };
        let mut events = vec![self.thing_event(&thing, Operation::Deleted)];
        events.extend(self.type_events(Some(&thing), None));
        events.extend(groups.iter().map(|group| self.membership_event(name, group, false)));
        self.tell(events).await;
        Ok(())
    }

    fn thing_event(&self, thing: &Thing, operation: Operation) -> Event {
        let topic = format!("thing/{}/{}", thing.name, operation.part());
        let payload = json!({
            "eventType": "THING_EVENT",
            "operation": operation.word(),
            "accountId": self.registry().home().account,
            "thingId": thing_id(&thing.name),
            "thingName": thing.name,
            "versionNumber": thing.version,
            "thingTypeName": thing.type_name,
            "attributes": thing.attributes,
        });
        Event { kind: EventType::Thing, topic, payload }
    }

    /// That a thing lost its type or got one.
    fn type_events(&self, before: Option<&Thing>, after: Option<&Thing>) -> Vec<Event> {
        let type_of = |thing: Option<&Thing>| thing.and_then(|thing| thing.type_name.clone());
        let (old, new) = (type_of(before), type_of(after));
        let Some(thing) = before.or(after).filter(|_| old != new) else { return Vec::new() };
        let changes = [(old, Operation::Removed), (new, Operation::Added)].into_iter();
        let changes = changes.filter_map(|(name, operation)| Some((name?, operation)));
        let event = |(type_name, operation): (_, Operation)| {
            let Thing { name, .. } = thing;
            let part = operation.part();
            let topic = format!("thingTypeAssociation/thing/{name}/thingType/{type_name}/{part}");
            let payload = json!({
                "eventType": "THING_TYPE_ASSOCIATION_EVENT",
                "operation": operation.word(),
                "thingId": thing_id(name),
                "thingName": name,
                "thingTypeName": type_name,
            });
            Event { kind: EventType::ThingTypeAssociation, topic, payload }
        };
        changes.map(event).collect()
    }
}

// === principals ===

impl Fleet {
    /// The certificate that an ARN names, of whichever region and account: people copy ARNs from
    /// scripts that were written for another home.
    pub fn principal(arn: &str) -> Result<CertificateId, NotAPrincipal> {
        let named = Arn::from_text(arn);
        let certificate = match named.iot_resource() {
            Some(("cert", id)) => CertificateId::new(id).ok(),
            _ => None,
        };
        certificate.ok_or_else(|| NotAPrincipal(arn.to_owned()))
    }

    pub async fn attach_thing_principal(
        &self,
        thing: &ThingName,
        principal: &str,
        kind: Option<ThingPrincipalType>,
    ) -> Result<(), ThingPrincipalError> {
        let id = Fleet::principal(principal)?;
        Ok(self.registry().attach_thing_principal(thing, &id, kind).await?)
    }

    pub async fn detach_thing_principal(
        &self,
        thing: &ThingName,
        principal: &str,
    ) -> Result<(), ThingPrincipalError> {
        let id = Fleet::principal(principal)?;
        Ok(self.registry().detach_thing_principal(thing, &id).await?)
    }
}
