//! Thing types, and what is told of them.

use model::ThingTypeName;
use registry::{
    CreateThingTypeError, DeleteThingTypeError, EventType, NewThingType, ThingType,
    ThingTypeUpdate, UpdateThingTypeError,
};
use serde_json::json;

use crate::events::{Event, Operation};
use crate::fleet::Fleet;
use crate::ids::thing_type_id;

impl Fleet {
    pub async fn create_thing_type(
        &self,
        new: NewThingType,
    ) -> Result<ThingType, CreateThingTypeError> {
        let was_there = self.registry().thing_type(&new.name)?.is_some();
        let created = self.registry().create_thing_type(new, self.0.clock.now()).await?;
        if !was_there {
            self.tell([self.type_event(&created, Operation::Created)]).await;
        }
        Ok(created)
    }

    pub async fn update_thing_type(
        &self,
        name: &ThingTypeName,
        update: &ThingTypeUpdate,
    ) -> Result<(), UpdateThingTypeError> {
        let updated = self.registry().update_thing_type(name, update).await?;
        self.tell([self.type_event(&updated, Operation::Updated)]).await;
        Ok(())
    }

    /// Deprecates a type, or takes that back.
    pub async fn deprecate_thing_type(
        &self,
        name: &ThingTypeName,
        undo: bool,
    ) -> Result<(), UpdateThingTypeError> {
        let now = self.0.clock.now();
        let updated = self.registry().deprecate_thing_type(name, undo, now).await?;
        self.tell([self.type_event(&updated, Operation::Updated)]).await;
        Ok(())
    }

    pub async fn delete_thing_type(
        &self,
        name: &ThingTypeName,
    ) -> Result<(), DeleteThingTypeError> {
        let before = self.registry().thing_type(name)?;
        self.registry().delete_thing_type(name, self.0.clock.now()).await?;
        self.tell(before.map(|before| self.type_event(&before, Operation::Deleted))).await;
        Ok(())
    }

    fn type_event(&self, of: &ThingType, operation: Operation) -> Event {
        let topic = format!("thingType/{}/{}", of.name, operation.part());
        let payload = json!({
            "eventType": "THING_TYPE_EVENT",
            "operation": operation.word(),
            "accountId": self.registry().home().account,
            "thingTypeId": thing_type_id(&of.name),
            "thingTypeName": of.name,
            "isDeprecated": of.deprecated_at.is_some(),
            "deprecationDate": of.deprecated_at,
            "searchableAttributes": of.searchable_attributes,
            "description": of.description,
        });
        Event { kind: EventType::ThingType, topic, payload }
    }
}
