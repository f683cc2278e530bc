//! What Query and Scan have in common: which source is read, what is taken of it, and the answer.

use items::{Condition, Item, Projection};
use serde::Serialize;
use tables::{Definition, Index, Page, Scope, StoredItem};

use crate::dynamodb::arguments::{check_parts, parts_of};
use crate::dynamodb::capacity::{ConsumedCapacity, Meter, ReturnConsumedCapacity};
use crate::dynamodb::input::wire_words;
use crate::dynamodb::permit::Touch;
use crate::dynamodb::shown::{Answer, Shown};
use crate::dynamodb::words::validation;
use crate::error::AwsError;
use crate::reply::{Reply, Respond};
use crate::service::Protocol;

wire_words! {
    Select at "select" {
        SpecificAttributes = "SPECIFIC_ATTRIBUTES",
        Count = "COUNT",
        AllAttributes = "ALL_ATTRIBUTES",
        AllProjectedAttributes = "ALL_PROJECTED_ATTRIBUTES",
    }
}

#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) items: Option<Vec<Shown>>,
    pub(crate) rest: Rest,
}

/// What is told beside the items.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rest {
    count: usize,
    scanned_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_evaluated_key: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) consumed_capacity: Option<ConsumedCapacity>,
}

impl Respond for Output {
    fn respond(self, _protocol: Protocol) -> Result<Reply, AwsError> {
        let mut answer = Answer::new();
        if let Some(items) = &self.items {
            answer.items("Items", items)?;
        }
        answer.end(&self.rest)
    }
}

/// What is taken of what is read.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) select: Option<Select>,
    pub(crate) projection: Option<Projection>,
    pub(crate) filter: Option<Condition>,
    pub(crate) is_consistent: bool,
    pub(crate) capacity: Option<ReturnConsumedCapacity>,
}

impl Taken {
    /// What it tells of what the request touches.
    pub(crate) fn touch<'a>(&self, touch: Touch<'a>, index: Option<&str>) -> Touch<'a> {
        let select = self.select.unwrap_or(match (&self.projection, index) {
            (Some(_), _) => Select::SpecificAttributes,
            (None, Some(_)) => Select::AllProjectedAttributes,
            (None, None) => Select::AllAttributes,
        });
        let touch = touch.select(select.as_str()).capacity(self.capacity);
        let projected = self.projection.iter().flat_map(Projection::names);
        let filtered = self.filter.iter().flat_map(|it| it.names().iter().map(String::as_str));
        let names: Vec<&str> = projected.chain(filtered).collect();
        if names.is_empty() { touch } else { touch.attributes(names) }
    }

    /// Refuses what the table or index cannot give; says whether whole items must be read for an
    /// index that does not hold all of what is taken.
    pub(crate) fn check(
        &self,
        definition: &Definition,
        index: Option<&str>,
    ) -> Result<bool, AwsError> {
        self.check_select(index)?;
        let projected = self.projection.iter().flat_map(Projection::names_of_parts);
        check_parts(definition, projected.chain(parts_of(self.filter.as_ref())))?;
        let Some(index) = index.and_then(|name| definition.index(name)) else { return Ok(false) };
        if index.scope == Scope::Global && self.is_consistent {
            let message = "Consistent reads are not supported on global secondary indexes";
            return Err(validation(message));
        }
        let name = &index.name;
        let holds_all = index.projection == tables::Projection::All;
        if self.select == Some(Select::AllAttributes) && !holds_all {
            return match index.scope {
                Scope::Local => Ok(true),
                Scope::Global => Err(validation(format!(
                    "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not \
                     supported for global secondary index {name} because its projection type is \
                     not ALL"
                ))),
            };
        }
        let missing = self.not_held(definition, index);
        match (missing.is_empty(), index.scope) {
            (true, _) => Ok(false),
            (false, Scope::Local) => Ok(true),
            (false, Scope::Global) => Err(validation(format!(
                "One or more parameter values were invalid: Global secondary index {name} does not \
                 project [{}]",
                missing.join(", ")
            ))),
        }
    }

    fn check_select(&self, index: Option<&str>) -> Result<(), AwsError> {
        let has_projection = self.projection.is_some();
        match self.select {
            Some(Select::AllProjectedAttributes) if index.is_none() => Err(validation(
                "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
            )),
            Some(Select::SpecificAttributes) if !has_projection => Err(validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get \
                 SPECIFIC_ATTRIBUTES",
            )),
            Some(Select::SpecificAttributes) | None => Ok(()),
            Some(select) if has_projection => Err(validation(format!(
                "Cannot specify the AttributesToGet or ProjectionExpression when choosing to get {}",
                select.as_str()
            ))),
            Some(_) => Ok(()),
        }
    }

    /// Attributes that are asked for and that the index does not hold.
    fn not_held(&self, definition: &Definition, index: &Index) -> Vec<String> {
        let is_held = |name: &str| match &index.projection {
            tables::Projection::All => true,
            _ if index.key.contains(name) || definition.key.contains(name) => true,
            tables::Projection::KeysOnly => false,
            tables::Projection::Include(names) => names.iter().any(|held| held == name),
        };
        let projected = self.projection.iter().flat_map(Projection::names);
        let filtered = self.filter.iter().flat_map(|it| it.names().iter().map(String::as_str));
        let asked = projected.chain(filtered).filter(|name| !is_held(name));
        asked.map(str::to_owned).collect()
    }

    pub(crate) fn answer(
        &self,
        definition: &Definition,
        index: Option<&str>,
        page: Page,
    ) -> Result<Output, AwsError> {
        let Page { items, item_bytes, last } = page;
        let mut meter = Meter::default();
        match index.and_then(|name| definition.index(name)) {
            Some(index) => meter.read_index(index, item_bytes, self.is_consistent),
            None => meter.read(item_bytes, self.is_consistent),
        }
        let scanned_count = items.len();
        let is_counted = self.select == Some(Select::Count);
        let (mut count, mut shown) = (0, Vec::with_capacity(items.len()));
        for item in items {
            if !self.passes(&item)? {
                continue;
            }
            count += 1;
            if !is_counted {
                shown.push(Shown::of(item, self.projection.as_ref())?);
            }
        }
        let rest = Rest {
            count,
            scanned_count,
            last_evaluated_key: last,
            consumed_capacity: meter.told(definition.name.as_str(), self.capacity),
        };
        Ok(Output { items: (!is_counted).then_some(shown), rest })
    }

    fn passes(&self, item: &StoredItem) -> Result<bool, AwsError> {
        let Some(filter) = &self.filter else { return Ok(true) };
        Ok(filter.evaluate_encoded(item.encoded()).map_err(|_| tables::ItemDamaged)?)
    }
}
