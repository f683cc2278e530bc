//! TransactWriteItems

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use items::{Condition, Item, Names, Values};
use serde::{Deserialize, Serialize};
use sigv4::sha256_hex;
use tables::{ItemChange, ItemWrite, Table, Token, TransactWriteRefused, Transacted};

use super::transact_get_items::check_count;
use super::write::OnConditionFailure;
use crate::caller::Caller;
use crate::dynamodb::arguments::{arguments, check_styles, condition};
use crate::dynamodb::capacity::{
    ConsumedCapacity, Direction, Meter, ReturnConsumedCapacity, ReturnItemCollectionMetrics,
    is_asked,
};
use crate::dynamodb::collection::{Collection, MetricsOfTables, measure_all};
use crate::dynamodb::input::TableRef;
use crate::dynamodb::permit::Touch;
use crate::dynamodb::words::{canceled, cancellation_reason, validation};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TransactWriteItems;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    transact_items: Vec<TransactWriteItem>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
    return_item_collection_metrics: Option<ReturnItemCollectionMetrics>,
    client_request_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct TransactWriteItem {
    condition_check: Option<Write>,
    put: Option<Write>,
    delete: Option<Write>,
    update: Option<Write>,
}

/// Any of the four: each has some of the members.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Write {
    table_name: TableRef,
    item: Option<Item>,
    key: Option<Item>,
    update_expression: Option<String>,
    condition_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<Values>,
    return_values_on_condition_check_failure: Option<OnConditionFailure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Check,
    Put,
    Delete,
    Update,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consumed_capacity: Vec<ConsumedCapacity>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    item_collection_metrics: MetricsOfTables,
}

impl Operation for TransactWriteItems {
    const NAME: &'static str = "TransactWriteItems";
    // Asked for each of the items, as the operation that would write it alone.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_count(input.transact_items.len())?;
        let asked = input.return_consumed_capacity;
        let token = token(input.client_request_token, &caller)?;
        let (mut writes, mut tables, mut tell) = (Vec::new(), Vec::new(), Vec::new());
        let mut collections = Vec::new();
        for item in input.transact_items {
            let (kind, write) = item.one()?;
            let on_failure = write.return_values_on_condition_check_failure;
            tell.push(on_failure == Some(OnConditionFailure::AllOld));
            let name = write.table_name.clone();
            let (change, condition) = write.plan(kind)?;
            let touched = change.touched();
            let table = Touch::of(&state, &caller, &name, None)?
                .items([&*touched])
                .attributes(names(&change, &touched, condition.as_ref()))
                .within(Self::NAME)
                .permit(&state, &caller, kind.action())?;
            let metrics = input.return_item_collection_metrics;
            collections.extend(Collection::asked(metrics, &table, &change));
            tables.push(table.clone());
            writes.push(ItemWrite { table, change, condition, wants_old: is_asked(asked) });
        }
        match state.tables.transact_write(writes, token).await {
            Ok(transacted) => Ok(Output {
                consumed_capacity: capacity(&transacted, &tables, asked)?,
                item_collection_metrics: measure_all(&state, collections)?,
            }),
            Err(TransactWriteRefused::Cancelled { reasons }) => {
                let reasons = reasons.iter().zip(tell);
                let told =
                    reasons.map(|(refused, tell)| cancellation_reason(refused.as_ref(), tell));
                Err(canceled(&told.collect::<Vec<_>>()))
            }
            Err(refused) => Err(refused.into()),
        }
    }
}

/// The attributes that a change writes or asks about; `touched` is what it touches.
pub(crate) fn names<'a>(
    change: &'a ItemChange,
    touched: &'a Item,
    condition: Option<&'a Condition>,
) -> Vec<&'a str> {
    let mut names: Vec<&str> = touched.iter().map(|(name, _)| name).collect();
    if let ItemChange::Update { update, .. } = change {
        names.extend(update.read_and_written());
    }
    names.extend(condition.iter().flat_map(|it| it.names().iter().map(String::as_str)));
    names
}

/// AWS's limit.
const TOKEN_MAX: usize = 36;

/// The same token with another body is another transaction.
pub(crate) fn token(text: Option<String>, caller: &Caller) -> Result<Option<Token>, AwsError> {
    let Some(text) = text else { return Ok(None) };
    if !(1..=TOKEN_MAX).contains(&text.len()) {
        let what = "Member must have length less than or equal to 36";
        let message = crate::dynamodb::words::constraint(&text, "clientRequestToken", what);
        return Err(validation(message));
    }
    let fingerprint = sha256_hex(&Bytes::clone(&caller.body)).into_bytes();
    Ok(Some(Token { text, fingerprint }))
}

pub(crate) fn capacity(
    transacted: &Transacted,
    tables: &[Table],
    asked: Option<ReturnConsumedCapacity>,
) -> Result<Vec<ConsumedCapacity>, AwsError> {
    if !is_asked(asked) {
        return Ok(Vec::new());
    }
    // What was done before is only read again, to know that it was.
    let direction = match transacted {
        Transacted::Written(_) => Direction::Write,
        Transacted::Before => Direction::Read,
    };
    let mut meters: BTreeMap<_, Meter> = BTreeMap::new();
    for (at, table) in tables.iter().enumerate() {
        let definition = table.definition();
        let meter = || Meter::of_transaction(direction);
        let meter = meters.entry(definition.name.clone()).or_insert_with(meter);
        match transacted {
            Transacted::Written(written) => {
                let written = &written[at];
                meter.write(definition, written.old.as_ref(), written.new.as_ref())?;
            }
            Transacted::Before => meter.read(0, true),
        }
    }
    Ok(meters.into_iter().filter_map(|(name, meter)| meter.told(name.as_str(), asked)).collect())
}

impl TransactWriteItem {
    fn one(self) -> Result<(Kind, Write), AwsError> {
        let TransactWriteItem { condition_check, put, delete, update } = self;
        let given = [
            (Kind::Check, condition_check),
            (Kind::Put, put),
            (Kind::Delete, delete),
            (Kind::Update, update),
        ];
        let mut given = given.into_iter().filter_map(|(kind, write)| Some((kind, write?)));
        match (given.next(), given.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(validation(
                "TransactItems can only contain one of Check, Put, Update or Delete",
            )),
        }
    }
}

impl Kind {
    fn action(self) -> &'static str {
        match self {
            Kind::Check => "ConditionCheckItem",
            Kind::Put => "PutItem",
            Kind::Delete => "DeleteItem",
            Kind::Update => "UpdateItem",
        }
    }

    fn member(self) -> &'static str {
        match self {
            Kind::Check => "conditionCheck",
            Kind::Put => "put",
            Kind::Delete => "delete",
            Kind::Update => "update",
        }
    }
}

impl Write {
    fn plan(self, kind: Kind) -> Result<(ItemChange, Option<Condition>), AwsError> {
        check_styles(
            &[
                ("UpdateExpression", self.update_expression.is_some()),
                ("ConditionExpression", self.condition_expression.is_some()),
            ],
            &[],
            self.expression_attribute_names.is_some(),
            self.expression_attribute_values.is_some(),
        )?;
        self.check_members(kind)?;
        let mut arguments =
            arguments(self.expression_attribute_names, self.expression_attribute_values)?;
        let update = self.update_expression.map(|text| arguments.update(&text)).transpose()?;
        let expression = self.condition_expression.as_deref();
        let condition = condition(&mut arguments, expression, None, None)?;
        arguments.finish()?;
        let missing = || missing(kind, if kind == Kind::Put { "item" } else { "key" });
        let key = || self.key.ok_or_else(missing);
        let change = match (kind, update) {
            (Kind::Put, _) => ItemChange::Put(self.item.ok_or_else(missing)?),
            (Kind::Check, _) => ItemChange::Check { key: key()? },
            (Kind::Delete, _) => ItemChange::Delete { key: key()? },
            (Kind::Update, Some(update)) => ItemChange::Update { key: key()?, update },
            (Kind::Update, None) => return Err(self::missing(kind, "updateExpression")),
        };
        Ok((change, condition))
    }

    fn check_members(&self, kind: Kind) -> Result<(), AwsError> {
        let strange = [
            ("Item", self.item.is_some() && kind != Kind::Put),
            ("Key", self.key.is_some() && kind == Kind::Put),
            ("UpdateExpression", self.update_expression.is_some() && kind != Kind::Update),
        ];
        if let Some((name, _)) = strange.iter().find(|(_, is_strange)| *is_strange) {
            let member = kind.member();
            return Err(validation(format!("transactItems.{member}: unknown field `{name}`")));
        }
        if kind == Kind::Check && self.condition_expression.is_none() {
            return Err(missing(kind, "conditionExpression"));
        }
        Ok(())
    }
}

fn missing(kind: Kind, member: &str) -> AwsError {
    let of = kind.member();
    validation(format!(
        "1 validation error detected: Value null at 'transactItems.member.{of}.{member}' failed to \
         satisfy constraint: Member must not be null"
    ))
}
