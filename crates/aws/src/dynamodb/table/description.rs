//! A table as it is answered.

use serde::Serialize;
use tables::{
    BillingMode, Definition, Index, IndexStatus, KeyAttribute, KeySchema, Projection, Scope, Size,
    StreamView, TableClass, TableSize, Throughput,
};

use super::billing::{OnDemandThroughput, shown_warm};
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TableDescription {
    attribute_definitions: Vec<AttributeDefinition>,
    table_name: String,
    key_schema: Vec<KeySchemaElement>,
    table_status: &'static str,
    creation_date_time: f64,
    provisioned_throughput: ProvisionedThroughput,
    table_size_bytes: u64,
    item_count: u64,
    table_arn: String,
    table_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_mode_summary: Option<BillingModeSummary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    local_secondary_indexes: Vec<IndexDescription>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    global_secondary_indexes: Vec<IndexDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_specification: Option<StreamSpecification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_stream_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_stream_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table_class_summary: Option<TableClassSummary>,
    deletion_protection_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_throughput: Option<OnDemandThroughput>,
    warm_throughput: WarmThroughput,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AttributeDefinition {
    attribute_name: String,
    attribute_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct KeySchemaElement {
    attribute_name: String,
    key_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProvisionedThroughput {
    #[serde(skip_serializing_if = "Option::is_none")]
    last_increase_date_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_decrease_date_time: Option<f64>,
    /// Nothing of ours counts it.
    number_of_decreases_today: u64,
    read_capacity_units: u64,
    write_capacity_units: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BillingModeSummary {
    billing_mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_update_to_pay_per_request_date_time: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct IndexDescription {
    index_name: String,
    key_schema: Vec<KeySchemaElement>,
    projection: ProjectionDescription,
    #[serde(skip_serializing_if = "Option::is_none")]
    index_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backfilling: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_throughput: Option<ProvisionedThroughput>,
    index_size_bytes: u64,
    item_count: u64,
    index_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_throughput: Option<OnDemandThroughput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_throughput: Option<WarmThroughput>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProjectionDescription {
    projection_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    non_key_attributes: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StreamSpecification {
    stream_enabled: bool,
    stream_view_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TableClassSummary {
    table_class: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct WarmThroughput {
    read_units_per_second: u64,
    write_units_per_second: u64,
    status: &'static str,
}

pub(crate) fn seconds(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}

pub(crate) fn key_schema(schema: &KeySchema) -> Vec<KeySchemaElement> {
    let element = |attribute: &KeyAttribute, key_type| KeySchemaElement {
        attribute_name: attribute.name.clone(),
        key_type,
    };
    let sort = schema.sort.iter().map(|sort| element(sort, "RANGE"));
    std::iter::once(element(&schema.partition, "HASH")).chain(sort).collect()
}

pub(crate) fn view(view: StreamView) -> &'static str {
    match view {
        StreamView::KeysOnly => "KEYS_ONLY",
        StreamView::NewImage => "NEW_IMAGE",
        StreamView::OldImage => "OLD_IMAGE",
        StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
    }
}

impl TableDescription {
    /// `status` is that of the table: it is made and deleted at once, so it says what was done.
    pub(crate) fn of(
        state: &State,
        table: &Definition,
        status: &'static str,
        size: &TableSize,
    ) -> TableDescription {
        let (name, billing) = (&table.name, &table.billing);
        let arn = state.tables.table_arn(name).to_string();
        let indexes = |scope| {
            let of_scope = table.indexes.iter().filter(move |index| index.scope == scope);
            of_scope.map(|index| IndexDescription::of(table, index, &arn, size)).collect()
        };
        let stream = table.stream.as_ref();
        let attributes = table.attributes.iter().map(|attribute| AttributeDefinition {
            attribute_name: attribute.name.clone(),
            attribute_type: attribute.kind.as_str(),
        });
        TableDescription {
            attribute_definitions: attributes.collect(),
            table_name: name.to_string(),
            key_schema: key_schema(&table.key),
            table_status: status,
            creation_date_time: seconds(table.created_at),
            provisioned_throughput: ProvisionedThroughput {
                last_increase_date_time: billing.increased_at.map(seconds),
                last_decrease_date_time: billing.decreased_at.map(seconds),
                ..ProvisionedThroughput::of(billing.throughput)
            },
            table_size_bytes: size.table.bytes,
            item_count: size.table.items,
            table_id: table.id.clone(),
            billing_mode_summary: billing_summary(table),
            local_secondary_indexes: indexes(Scope::Local),
            global_secondary_indexes: indexes(Scope::Global),
            stream_specification: stream.map(|stream| StreamSpecification {
                stream_enabled: true,
                stream_view_type: view(stream.view),
            }),
            latest_stream_label: stream.map(|stream| stream.label.clone()),
            latest_stream_arn: stream
                .map(|stream| state.tables.stream_arn(name, &stream.label).to_string()),
            table_class_summary: (table.class == TableClass::StandardInfrequentAccess)
                .then_some(TableClassSummary { table_class: "STANDARD_INFREQUENT_ACCESS" }),
            deletion_protection_enabled: table.deletion_protected,
            on_demand_throughput: billing.on_demand.map(OnDemandThroughput::of),
            warm_throughput: WarmThroughput::of(shown_warm(
                billing.mode,
                billing.throughput,
                billing.warm,
            )),
            table_arn: arn,
        }
    }
}

/// AWS leaves it out of tables that never were anything but provisioned.
fn billing_summary(table: &Definition) -> Option<BillingModeSummary> {
    let billing = &table.billing;
    let since = billing.on_demand_since.map(seconds);
    match billing.mode {
        BillingMode::PayPerRequest => Some(BillingModeSummary {
            billing_mode: "PAY_PER_REQUEST",
            last_update_to_pay_per_request_date_time: since.or(Some(seconds(table.created_at))),
        }),
        BillingMode::Provisioned => since.map(|since| BillingModeSummary {
            billing_mode: "PROVISIONED",
            last_update_to_pay_per_request_date_time: Some(since),
        }),
    }
}

impl ProvisionedThroughput {
    fn of(throughput: Throughput) -> ProvisionedThroughput {
        ProvisionedThroughput {
            last_increase_date_time: None,
            last_decrease_date_time: None,
            number_of_decreases_today: 0,
            read_capacity_units: throughput.read_units,
            write_capacity_units: throughput.write_units,
        }
    }
}

impl WarmThroughput {
    fn of(throughput: Throughput) -> WarmThroughput {
        WarmThroughput {
            read_units_per_second: throughput.read_units,
            write_units_per_second: throughput.write_units,
            status: "ACTIVE",
        }
    }
}

impl IndexDescription {
    fn of(
        table: &Definition,
        index: &Index,
        table_arn: &str,
        size: &TableSize,
    ) -> IndexDescription {
        let counted = size.indexes.iter().find(|(name, _)| *name == index.name);
        let counted = counted.map_or(Size::default(), |(_, counted)| *counted);
        let is_global = index.scope == Scope::Global;
        let is_backfilling = index.status == IndexStatus::Backfilling;
        let status = if is_backfilling { "CREATING" } else { "ACTIVE" };
        let billing = &index.billing;
        let warm = shown_warm(table.billing.mode, billing.throughput, billing.warm);
        IndexDescription {
            index_name: index.name.to_string(),
            key_schema: key_schema(&index.key),
            projection: ProjectionDescription::of(&index.projection),
            index_status: is_global.then_some(status),
            backfilling: is_backfilling.then_some(true),
            provisioned_throughput: is_global
                .then(|| ProvisionedThroughput::of(billing.throughput)),
            index_size_bytes: counted.bytes,
            item_count: counted.items,
            index_arn: format!("{table_arn}/index/{}", index.name),
            on_demand_throughput: billing.on_demand.map(OnDemandThroughput::of),
            warm_throughput: is_global.then(|| WarmThroughput::of(warm)),
        }
    }
}

impl ProjectionDescription {
    fn of(projection: &Projection) -> ProjectionDescription {
        let (projection_type, non_key_attributes) = match projection {
            Projection::All => ("ALL", None),
            Projection::KeysOnly => ("KEYS_ONLY", None),
            Projection::Include(names) => ("INCLUDE", Some(names.clone())),
        };
        ProjectionDescription { projection_type, non_key_attributes }
    }
}
