//! Databases and tables as Timestream shows them, and as it takes what they are to be.

use model::Home;
use serde::{Deserialize, Serialize};
use series::{Database, MagneticWrites, PartitionKey, RejectedData, Retention, Table, Tags};

use super::words::{arn, of_database, of_table, seconds, validation};
use crate::error::AwsError;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DatabaseOutput {
    pub(super) database: DatabaseShown,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DatabaseShown {
    arn: String,
    database_name: String,
    table_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
    creation_time: f64,
    last_updated_time: f64,
}

impl DatabaseShown {
    pub(super) fn of(database: Database, home: &Home) -> DatabaseShown {
        DatabaseShown {
            arn: arn(home, &of_database(database.name.as_str())),
            database_name: database.name.as_str().to_owned(),
            table_count: database.table_count,
            kms_key_id: database.key_id,
            creation_time: seconds(database.created_at),
            last_updated_time: seconds(database.updated_at),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TableOutput {
    pub(super) table: TableShown,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TableShown {
    arn: String,
    table_name: String,
    database_name: String,
    table_status: &'static str,
    retention_properties: RetentionProperties,
    creation_time: f64,
    last_updated_time: f64,
    magnetic_store_write_properties: MagneticStoreWriteProperties,
    schema: Schema,
}

impl TableShown {
    pub(super) fn of(table: &Table, home: &Home) -> TableShown {
        let (database, name) = (table.database.as_str(), table.name.as_str());
        let key = table.partition_key.clone().unwrap_or(PartitionKey::Measure);
        TableShown {
            arn: arn(home, &of_table(database, name)),
            table_name: name.to_owned(),
            database_name: database.to_owned(),
            table_status: "ACTIVE",
            retention_properties: table.retention.into(),
            creation_time: seconds(table.created_at),
            last_updated_time: seconds(table.updated_at),
            magnetic_store_write_properties: table.magnetic_writes.clone().into(),
            schema: Schema { composite_partition_key: Some(vec![key.into()]) },
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RetentionProperties {
    memory_store_retention_period_in_hours: u64,
    magnetic_store_retention_period_in_days: u64,
}

impl From<Retention> for RetentionProperties {
    fn from(retention: Retention) -> RetentionProperties {
        RetentionProperties {
            memory_store_retention_period_in_hours: retention.memory_hours,
            magnetic_store_retention_period_in_days: retention.magnetic_days,
        }
    }
}

impl From<RetentionProperties> for Retention {
    fn from(properties: RetentionProperties) -> Retention {
        Retention {
            memory_hours: properties.memory_store_retention_period_in_hours,
            magnetic_days: properties.magnetic_store_retention_period_in_days,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct MagneticStoreWriteProperties {
    enable_magnetic_store_writes: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    magnetic_store_rejected_data_location: Option<RejectedDataLocation>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RejectedDataLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    s3_configuration: Option<S3Configuration>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct S3Configuration {
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_key_prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_option: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
}

impl From<MagneticWrites> for MagneticStoreWriteProperties {
    fn from(writes: MagneticWrites) -> MagneticStoreWriteProperties {
        let location = writes.rejected_data.map(|data| RejectedDataLocation {
            s3_configuration: Some(S3Configuration {
                bucket_name: data.bucket,
                object_key_prefix: data.prefix,
                encryption_option: data.encryption,
                kms_key_id: data.key_id,
            }),
        });
        MagneticStoreWriteProperties {
            enable_magnetic_store_writes: writes.enabled,
            magnetic_store_rejected_data_location: location,
        }
    }
}

impl From<MagneticStoreWriteProperties> for MagneticWrites {
    fn from(properties: MagneticStoreWriteProperties) -> MagneticWrites {
        let location = properties.magnetic_store_rejected_data_location;
        let data = location.and_then(|location| location.s3_configuration);
        MagneticWrites {
            enabled: properties.enable_magnetic_store_writes,
            rejected_data: data.map(|data| RejectedData {
                bucket: data.bucket_name,
                prefix: data.object_key_prefix,
                encryption: data.encryption_option,
                key_id: data.kms_key_id,
            }),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Schema {
    #[serde(skip_serializing_if = "Option::is_none")]
    composite_partition_key: Option<Vec<PartitionKeyShown>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PartitionKeyShown {
    #[serde(rename = "Type")]
    kind: KeyType,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforcement_in_record: Option<Enforcement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum KeyType {
    Dimension,
    Measure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Enforcement {
    Required,
    Optional,
}

impl From<PartitionKey> for PartitionKeyShown {
    fn from(key: PartitionKey) -> PartitionKeyShown {
        let (kind, name, is_required) = match key {
            PartitionKey::Measure => (KeyType::Measure, None, None),
            PartitionKey::Dimension { name, is_required } => {
                (KeyType::Dimension, Some(name), Some(is_required))
            }
        };
        let enforced =
            |required| if required { Enforcement::Required } else { Enforcement::Optional };
        PartitionKeyShown { kind, name, enforcement_in_record: is_required.map(enforced) }
    }
}

impl Schema {
    pub(super) fn partition_key(self) -> Result<Option<PartitionKey>, AwsError> {
        let Some(keys) = self.composite_partition_key else { return Ok(None) };
        let [key] = &keys[..] else {
            return Err(validation("Schema.CompositePartitionKey: exactly one key is to be given"));
        };
        match (key.kind, &key.name) {
            (KeyType::Measure, None) => Ok(Some(PartitionKey::Measure)),
            (KeyType::Dimension, Some(name)) => Ok(Some(PartitionKey::Dimension {
                name: name.clone(),
                is_required: key.enforcement_in_record == Some(Enforcement::Required),
            })),
            (KeyType::Measure, Some(_)) => {
                Err(validation("Schema.CompositePartitionKey.Name: a key of type MEASURE has none"))
            }
            (KeyType::Dimension, None) => {
                Err(validation("Schema.CompositePartitionKey.Name: a DIMENSION must be named"))
            }
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

pub(super) fn tags(list: Vec<Tag>) -> Tags {
    list.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
