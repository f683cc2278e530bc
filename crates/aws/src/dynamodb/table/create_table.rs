//! CreateTable

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tables::{NewIndex, NewTable, Scope, Size, TableClass, TableSize};

use super::billing::{
    BillingModeWord, OnDemandThroughput, ProvisionedThroughput, WarmThroughput, billing,
};
use super::description::TableDescription;
use super::schema::{
    AttributeDefinition, IndexInput, KeySchemaElement, StreamSpecification, attributes, key,
};
use super::tags::{Tag, tags};
use crate::caller::Caller;
use crate::dynamodb::input::{TableRef, wire_words};
use crate::dynamodb::words::validation;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

wire_words! {
    TableClassWord at "tableClass" {
        Standard = "STANDARD", StandardInfrequentAccess = "STANDARD_INFREQUENT_ACCESS",
    }
}

/// A table that was just made.
const EMPTY: TableSize = TableSize { table: Size { items: 0, bytes: 0 }, indexes: Vec::new() };

#[derive(Debug)]
pub(crate) struct CreateTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
    attribute_definitions: Vec<AttributeDefinition>,
    key_schema: Vec<KeySchemaElement>,
    local_secondary_indexes: Option<Vec<IndexInput>>,
    global_secondary_indexes: Option<Vec<IndexInput>>,
    billing_mode: Option<BillingModeWord>,
    provisioned_throughput: Option<ProvisionedThroughput>,
    stream_specification: Option<StreamSpecification>,
    #[serde(rename = "SSESpecification")]
    sse_specification: Option<SseSpecification>,
    #[serde(default)]
    tags: Vec<Tag>,
    table_class: Option<TableClassWord>,
    deletion_protection_enabled: Option<bool>,
    warm_throughput: Option<WarmThroughput>,
    on_demand_throughput: Option<OnDemandThroughput>,
}

/// Only that AWS's own key is used, as without it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SseSpecification {
    enabled: Option<bool>,
}

impl SseSpecification {
    pub(super) fn check(specification: Option<&SseSpecification>) -> Result<(), AwsError> {
        match specification {
            Some(SseSpecification { enabled: Some(true) }) => {
                Err(validation("SSESpecification is not supported: there are no KMS keys"))
            }
            _ => Ok(()),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    pub(super) table_description: TableDescription,
}

impl Operation for CreateTable {
    const NAME: &'static str = "CreateTable";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.table_name.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let created = state.tables.create_table(input.table()?).await?;
        // It can be used when it is answered; AWS's clients wait for ACTIVE in any case.
        let table_description = TableDescription::of(&state, &created, "ACTIVE", &EMPTY);
        Ok(Output { table_description })
    }
}

pub(super) fn class(word: TableClassWord) -> TableClass {
    match word {
        TableClassWord::Standard => TableClass::Standard,
        TableClassWord::StandardInfrequentAccess => TableClass::StandardInfrequentAccess,
    }
}

impl Input {
    fn table(mut self) -> Result<NewTable, AwsError> {
        SseSpecification::check(self.sse_specification.as_ref())?;
        let billing = billing(
            self.billing_mode,
            self.provisioned_throughput,
            self.on_demand_throughput,
            self.warm_throughput,
        )?;
        let attributes = attributes(&self.attribute_definitions)?;
        let key = key(&self.key_schema, &attributes)?;
        let has_indexes =
            self.local_secondary_indexes.is_some() || self.global_secondary_indexes.is_some();
        if !has_indexes && self.key_schema.len() != attributes.len() {
            return Err(validation(
                "One or more parameter values were invalid: Number of attributes in KeySchema does \
                 not exactly match number of attributes defined in AttributeDefinitions",
            ));
        }
        let stream = self.stream_specification.as_ref().map(StreamSpecification::view);
        let stream = stream.transpose()?.flatten();
        let mut indexes = Vec::new();
        for (scope, name, given) in [
            (Scope::Local, "LocalSecondaryIndexes", self.local_secondary_indexes.take()),
            (Scope::Global, "GlobalSecondaryIndexes", self.global_secondary_indexes.take()),
        ] {
            let Some(given) = given else { continue };
            if given.is_empty() {
                return Err(validation(format!(
                    "One or more parameter values were invalid: List of {name} is empty"
                )));
            }
            for index in given {
                self.check_index(scope, &index)?;
                let index: NewIndex = index.index(scope, &attributes)?;
                indexes.push(index);
            }
        }
        Ok(NewTable {
            name: self.table_name.0,
            key,
            attributes,
            indexes,
            billing,
            class: class(self.table_class.unwrap_or(TableClassWord::Standard)),
            deletion_protected: self.deletion_protection_enabled.unwrap_or(false),
            stream,
            tags: tags(self.tags)?,
        })
    }

    fn check_index(&self, scope: Scope, index: &IndexInput) -> Result<(), AwsError> {
        if scope == Scope::Local {
            return Ok(());
        }
        let is_on_demand = self.billing_mode == Some(BillingModeWord::PayPerRequest);
        let name = &index.index_name;
        match (is_on_demand, index.provisioned_throughput.is_some()) {
            (true, true) => Err(validation(format!(
                "One or more parameter values were invalid: ProvisionedThroughput should not be \
                 specified for index: {name} when BillingMode is PAY_PER_REQUEST"
            ))),
            (false, false) => Err(validation(format!(
                "One or more parameter values were invalid: ProvisionedThroughput must be \
                 specified for index: {name}"
            ))),
            _ => Ok(()),
        }
    }
}
