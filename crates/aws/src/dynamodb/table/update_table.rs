//! UpdateTable

use std::sync::Arc;

use model::IndexName;
use serde::Deserialize;
use stdx::clock::UnixMillis;
use tables::{
    Billing, BillingMode, Definition, IndexBilling, IndexChange, Scope, StreamChange, TableUpdate,
};

use super::billing::{
    BillingModeWord, OnDemandThroughput, ProvisionedThroughput, WarmThroughput, billing,
    index_billing,
};
use super::create_table::{Output, SseSpecification, TableClassWord, class};
use super::description::TableDescription;
use super::schema::{AttributeDefinition, IndexInput, StreamSpecification, attributes};
use crate::caller::Caller;
use crate::dynamodb::input::TableRef;
use crate::dynamodb::words::{constraint, table_not_found, validation};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
    #[serde(default)]
    attribute_definitions: Vec<AttributeDefinition>,
    billing_mode: Option<BillingModeWord>,
    provisioned_throughput: Option<ProvisionedThroughput>,
    #[serde(default)]
    global_secondary_index_updates: Vec<IndexUpdate>,
    stream_specification: Option<StreamSpecification>,
    #[serde(rename = "SSESpecification")]
    sse_specification: Option<SseSpecification>,
    table_class: Option<TableClassWord>,
    deletion_protection_enabled: Option<bool>,
    warm_throughput: Option<WarmThroughput>,
    on_demand_throughput: Option<OnDemandThroughput>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct IndexUpdate {
    create: Option<IndexInput>,
    update: Option<Throughputs>,
    delete: Option<Named>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Throughputs {
    index_name: String,
    provisioned_throughput: Option<ProvisionedThroughput>,
    on_demand_throughput: Option<OnDemandThroughput>,
    warm_throughput: Option<WarmThroughput>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Named {
    index_name: String,
}

impl Operation for UpdateTable {
    const NAME: &'static str = "UpdateTable";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.table_name.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.table_name.clone();
        let table = state.tables.table(name.as_str())?;
        let table = table.ok_or_else(|| table_not_found(name.as_str()))?;
        let update = input.update(table.definition(), state.clock.now())?;
        let updated = state.tables.update_table(&name.0, update).await?;
        let size = state.tables.table_size(&table)?;
        let table_description = TableDescription::of(&state, &updated, "ACTIVE", &size);
        Ok(Output { table_description })
    }
}

impl Input {
    fn update(self, table: &Definition, now: UnixMillis) -> Result<TableUpdate, AwsError> {
        SseSpecification::check(self.sse_specification.as_ref())?;
        let billing = self.billing(table, now)?;
        let attributes = attributes(&self.attribute_definitions)?;
        let stream = match self.stream_specification.as_ref().map(StreamSpecification::view) {
            None => None,
            Some(view) => Some(view?.map_or(StreamChange::Disable, StreamChange::Enable)),
        };
        let known: Vec<_> = attributes.iter().chain(&table.attributes).cloned().collect();
        let mut changes = self.global_secondary_index_updates.into_iter();
        let index = changes.next().map(|change| change.change(table, &known)).transpose()?;
        if changes.next().is_some() {
            return Err(validation(
                "GlobalSecondaryIndexUpdates is not supported with more than one element: change \
                 one index after the other",
            ));
        }
        let update = TableUpdate {
            attributes,
            billing,
            class: self.table_class.map(class),
            deletion_protected: self.deletion_protection_enabled,
            warm: self.warm_throughput.map(WarmThroughput::throughput).transpose()?,
            stream,
            index,
        };
        Ok(update)
    }

    fn billing(&self, table: &Definition, now: UnixMillis) -> Result<Option<Billing>, AwsError> {
        let (mode, provisioned) = (self.billing_mode, self.provisioned_throughput);
        if mode.is_none() && provisioned.is_none() && self.on_demand_throughput.is_none() {
            return Ok(None);
        }
        let before = &table.billing;
        let mode = mode.unwrap_or(match before.mode {
            BillingMode::Provisioned => BillingModeWord::Provisioned,
            BillingMode::PayPerRequest => BillingModeWord::PayPerRequest,
        });
        let mut after = match (mode, provisioned) {
            // Only what is said of requests on demand changes.
            (BillingModeWord::Provisioned, None) if before.mode == BillingMode::Provisioned => {
                before.clone()
            }
            _ => billing(Some(mode), provisioned, None, None)?,
        };
        after.on_demand =
            self.on_demand_throughput.map_or(before.on_demand, |it| Some(it.on_demand()));
        after.warm = before.warm;
        let is_switched = after.mode != before.mode && after.mode == BillingMode::PayPerRequest;
        after.on_demand_since = if is_switched { Some(now) } else { before.on_demand_since };
        let (old, new) = (before.throughput, after.throughput);
        let is_more = new.read_units > old.read_units || new.write_units > old.write_units;
        let is_less = new.read_units < old.read_units || new.write_units < old.write_units;
        after.increased_at = if is_more { Some(now) } else { before.increased_at };
        after.decreased_at = if is_less { Some(now) } else { before.decreased_at };
        Ok(Some(after))
    }
}

impl IndexUpdate {
    fn change(
        self,
        table: &Definition,
        attributes: &[tables::KeyAttribute],
    ) -> Result<IndexChange, AwsError> {
        match (self.create, self.update, self.delete) {
            (Some(create), None, None) => {
                Ok(IndexChange::Create(create.index(Scope::Global, attributes)?))
            }
            (None, Some(update), None) => {
                let before = table.index(&update.index_name).map(|index| &index.billing);
                let billing = index_billing(
                    update.provisioned_throughput,
                    update.on_demand_throughput,
                    update.warm_throughput,
                )?;
                let kept = before.cloned().unwrap_or_default();
                let is_given = update.provisioned_throughput.is_some();
                let billing = IndexBilling {
                    throughput: if is_given { billing.throughput } else { kept.throughput },
                    on_demand: billing.on_demand.or(kept.on_demand),
                    warm: billing.warm.or(kept.warm),
                };
                Ok(IndexChange::Update(index_name(&update.index_name)?, billing))
            }
            (None, None, Some(delete)) => Ok(IndexChange::Delete(index_name(&delete.index_name)?)),
            _ => Err(validation(
                "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.\
                 Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must \
                 not be null",
            )),
        }
    }
}

fn index_name(text: &str) -> Result<IndexName, AwsError> {
    IndexName::new(text).map_err(|_| {
        let what = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
        validation(constraint(text, "indexName", what))
    })
}
