//! Errors as DynamoDB words them, and the one place that knows which of the stores' is which of its.

use serde_json::{Map, Value, json};
use tables::{
    BatchWriteRefused, CreateTableRefused, DeleteTableRefused, ItemDamaged, ReadRefused,
    StoredItem, StreamRefused, TransactWriteRefused, UpdateTableRefused, WriteRefused,
};

use crate::error::AwsError;

macro_rules! of_dynamodb {
    ($name:literal) => {
        concat!("com.amazonaws.dynamodb.v20120810#", $name)
    };
}

const VALIDATION: &str = "com.amazon.coral.validate#ValidationException";
const SERIALIZATION: &str = "com.amazon.coral.service#SerializationException";
const NOT_FOUND: &str = of_dynamodb!("ResourceNotFoundException");
const IN_USE: &str = of_dynamodb!("ResourceInUseException");
const LIMIT: &str = of_dynamodb!("LimitExceededException");
const CONDITION: &str = of_dynamodb!("ConditionalCheckFailedException");
const CANCELED: &str = of_dynamodb!("TransactionCanceledException");
const MISMATCH: &str = of_dynamodb!("IdempotentParameterMismatchException");
const DUPLICATE: &str = of_dynamodb!("DuplicateItemException");
const INTERNAL: &str = of_dynamodb!("InternalServerError");
const TRIMMED: &str = of_dynamodb!("TrimmedDataAccessException");
const EXPIRED_ITERATOR: &str = of_dynamodb!("ExpiredIteratorException");

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn validation(message: impl ToString) -> AwsError {
    AwsError::new(400, VALIDATION, message.to_string())
}

#[allow(clippy::needless_pass_by_value, reason = "texts of both kinds")]
pub(crate) fn serialization(message: impl ToString) -> AwsError {
    AwsError::new(400, SERIALIZATION, message.to_string())
}

/// A member that does not meet its constraint: `at` as DynamoDB writes places, `tableName`.
pub(crate) fn constraint(value: &str, at: &str, what: &str) -> String {
    format!(
        "1 validation error detected: Value '{value}' at '{at}' failed to satisfy constraint: {what}"
    )
}

#[allow(clippy::needless_pass_by_value, reason = "texts and refusals")]
pub(crate) fn not_found(message: impl ToString) -> AwsError {
    AwsError::new(400, NOT_FOUND, message.to_string())
}

/// As the operations on tables say it.
pub(crate) fn table_not_found(name: &str) -> AwsError {
    not_found(format!("Requested resource not found: Table: {name} not found"))
}

/// As the operations on items say it.
pub(crate) fn no_such_table() -> AwsError {
    not_found("Requested resource not found")
}

pub(crate) fn condition_failed(item: Option<&StoredItem>) -> AwsError {
    let error = AwsError::new(400, CONDITION, "The conditional request failed");
    let item = item.and_then(|item| serde_json::to_value(item.encoded()).ok());
    let details = item.map(|item| ("Item".to_owned(), item)).into_iter().collect();
    AwsError { details, ..error }
}

pub(crate) fn is_condition_failed(error: &AwsError) -> bool {
    error.code == CONDITION
}

/// A code as the answers of batches have it: `ConditionalCheckFailed`.
pub(crate) fn batch_code(code: &str) -> String {
    let name = code.rsplit_once('#').map_or(code, |(_, name)| name);
    match name.strip_suffix("Exception").unwrap_or(name) {
        "Validation" => "ValidationError".to_owned(),
        name => name.to_owned(),
    }
}

pub(crate) fn duplicate_item() -> AwsError {
    AwsError::new(400, DUPLICATE, "Duplicate primary key exists in table")
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn internal(error: impl std::fmt::Display) -> AwsError {
    tracing::error!(%error, "a table could not be read");
    AwsError::new(500, INTERNAL, "The request could not be processed because of an internal error")
}

pub(crate) fn canceled(reasons: &[Map<String, Value>]) -> AwsError {
    let codes: Vec<&str> =
        reasons.iter().map(|reason| reason["Code"].as_str().unwrap_or_default()).collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    let details = [("CancellationReasons".to_owned(), json!(reasons))].into_iter().collect();
    AwsError { details, ..AwsError::new(400, CANCELED, message) }
}

/// Why one item of a transaction was not written; `None` if nothing stood against it.
pub(crate) fn cancellation_reason(
    refused: Option<&WriteRefused>,
    wants_item: bool,
) -> Map<String, Value> {
    let mut reason = Map::new();
    let Some(refused) = refused else {
        reason.insert("Code".to_owned(), json!("None"));
        return reason;
    };
    let code = match refused {
        WriteRefused::ConditionFailed { .. } => "ConditionalCheckFailed",
        _ => "ValidationError",
    };
    reason.insert("Code".to_owned(), json!(code));
    reason.insert("Message".to_owned(), json!(refused.to_string()));
    if let WriteRefused::ConditionFailed { old: Some(item) } = refused
        && wants_item
        && let Ok(item) = serde_json::to_value(item.encoded())
    {
        reason.insert("Item".to_owned(), item);
    }
    reason
}

impl From<WriteRefused> for AwsError {
    fn from(refused: WriteRefused) -> AwsError {
        match refused {
            WriteRefused::TableNotFound => no_such_table(),
            WriteRefused::ConditionFailed { old } => condition_failed(old.as_ref()),
            WriteRefused::Damaged(error) => error.into(),
            WriteRefused::Store(error) => error.into(),
            refused => validation(refused),
        }
    }
}

impl From<ItemDamaged> for AwsError {
    fn from(error: ItemDamaged) -> AwsError {
        internal(error)
    }
}

impl From<TransactWriteRefused> for AwsError {
    fn from(refused: TransactWriteRefused) -> AwsError {
        match refused {
            TransactWriteRefused::Item(refused) => refused.into(),
            TransactWriteRefused::Store(error) => error.into(),
            TransactWriteRefused::TokenMismatch => {
                AwsError::new(400, MISMATCH, refused.to_string())
            }
            TransactWriteRefused::Cancelled { reasons } => {
                let reason = |refused: &Option<_>| cancellation_reason(refused.as_ref(), false);
                canceled(&reasons.iter().map(reason).collect::<Vec<_>>())
            }
            TransactWriteRefused::SameItemTwice | TransactWriteRefused::TooLarge => {
                validation(refused)
            }
        }
    }
}

impl From<CreateTableRefused> for AwsError {
    fn from(refused: CreateTableRefused) -> AwsError {
        match refused {
            CreateTableRefused::AlreadyExists { .. } => {
                AwsError::new(400, IN_USE, refused.to_string())
            }
            CreateTableRefused::Schema(_) => validation(refused),
            CreateTableRefused::Store(error) => error.into(),
        }
    }
}

impl From<DeleteTableRefused> for AwsError {
    fn from(refused: DeleteTableRefused) -> AwsError {
        match refused {
            DeleteTableRefused::NotFound { .. } => not_found(refused),
            DeleteTableRefused::Protected => validation(refused),
            DeleteTableRefused::Store(error) => error.into(),
        }
    }
}

impl From<UpdateTableRefused> for AwsError {
    fn from(refused: UpdateTableRefused) -> AwsError {
        match refused {
            UpdateTableRefused::NotFound { .. } | UpdateTableRefused::IndexNotFound { .. } => {
                not_found(refused)
            }
            UpdateTableRefused::IndexInCreation => AwsError::new(400, LIMIT, refused.to_string()),
            UpdateTableRefused::Store(error) => error.into(),
            refused => validation(refused),
        }
    }
}

impl From<ReadRefused> for AwsError {
    fn from(refused: ReadRefused) -> AwsError {
        match refused {
            ReadRefused::Damaged(error) => error.into(),
            ReadRefused::Store(error) => error.into(),
            refused => validation(refused),
        }
    }
}

impl From<BatchWriteRefused> for AwsError {
    fn from(refused: BatchWriteRefused) -> AwsError {
        match refused {
            BatchWriteRefused::Item(refused) => refused.into(),
            BatchWriteRefused::Duplicates => validation(refused),
        }
    }
}

impl From<StreamRefused> for AwsError {
    fn from(refused: StreamRefused) -> AwsError {
        let code = match refused {
            StreamRefused::NotFound => NOT_FOUND,
            StreamRefused::IteratorExpired => EXPIRED_ITERATOR,
            StreamRefused::Trimmed => TRIMMED,
            StreamRefused::Damaged(error) => return error.into(),
            StreamRefused::Store(error) => return error.into(),
        };
        AwsError::new(400, code, refused.to_string())
    }
}
