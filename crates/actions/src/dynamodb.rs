//! `dynamoDB`: what was selected becomes one attribute of an item, whose key is told apart.

use items::Item;

use crate::action::{Action, Matched};
use crate::desk::Desk;
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};
use crate::payload::{self, document_number};

/// AWS's name for the attribute, unless the rule has another.
const PAYLOAD: &str = "payload";

const OPERATIONS: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

#[derive(Debug)]
pub(crate) struct DynamoDb {
    role_arn: String,
    table: Field,
    hash: KeyField,
    range: Option<KeyField>,
    payload_field: Option<Field>,
    operation: Option<Field>,
}

#[derive(Debug)]
struct KeyField {
    name: Field,
    value: Field,
    is_number: bool,
}

impl DynamoDb {
    pub(crate) fn read(mut fields: Fields) -> Result<DynamoDb, UnfitAction> {
        let hash = KeyField::read(&mut fields, "hash")?
            .ok_or_else(|| fields.unfit("hashKeyField", "this field is required"))?;
        let action = DynamoDb {
            table: fields.template("tableName")?,
            role_arn: fields.text("roleArn")?,
            hash,
            range: KeyField::read(&mut fields, "range")?,
            payload_field: fields.optional_template("payloadField")?,
            operation: fields.optional_template("operation")?,
        };
        let operation = action.operation.as_ref().and_then(|it| it.template.constant());
        if let Some(other) = operation.filter(|it| !OPERATIONS.contains(it)) {
            let what = format!("INSERT, UPDATE or DELETE is expected, not {other}");
            return Err(fields.unfit("operation", what));
        }
        fields.finish()?;
        Ok(action)
    }
}

impl KeyField {
    /// The three fields of the hash or the range key.
    fn read(fields: &mut Fields, which: &str) -> Result<Option<KeyField>, UnfitAction> {
        let name = fields.optional_template(&format!("{which}KeyField"))?;
        let value = fields.optional_template(&format!("{which}KeyValue"))?;
        let kind_field = format!("{which}KeyType");
        let is_number = match fields.optional_text(&kind_field)?.as_deref() {
            None | Some("STRING") => false,
            Some("NUMBER") => true,
            Some(other) => {
                let what = format!("STRING or NUMBER, not {other}");
                return Err(fields.unfit(&kind_field, what));
            }
        };
        match (name, value) {
            (Some(name), Some(value)) => Ok(Some(KeyField { name, value, is_number })),
            (None, None) => Ok(None),
            _ => {
                let what = format!("{which}KeyField and {which}KeyValue belong together");
                Err(fields.unfit(&format!("{which}KeyField"), what))
            }
        }
    }

    fn add_to(&self, item: &mut Item, table: &str, matched: &Matched<'_>) -> Result<(), Failure> {
        let (name, text) = (matched.fill(&self.name)?, matched.fill(&self.value)?);
        let value = match self.is_number {
            false => items::Value::S(text),
            true => document_number(&text).map(items::Value::N).map_err(|_| {
                Failure::of(table, format!("the key {name} is no number: {text:?}"))
            })?,
        };
        item.insert(name, value);
        Ok(())
    }
}

impl Action for DynamoDb {
    fn kind(&self) -> &'static str {
        "DynamoDBAction"
    }

    fn role_arn(&self) -> Option<&str> {
        Some(&self.role_arn)
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let table = matched.fill(&self.table)?;
        let mut item = Item::new();
        self.hash.add_to(&mut item, &table, matched)?;
        if let Some(range) = &self.range {
            range.add_to(&mut item, &table, matched)?;
        }
        let operation = self.operation.as_ref().map(|it| matched.fill(it)).transpose()?;
        match operation.as_deref().unwrap_or("INSERT") {
            "DELETE" => return desk.delete(&self.role_arn, &table, item),
            "UPDATE" => {
                let (name, value) = self.payload(&table, matched)?;
                return desk.update(&self.role_arn, &table, item, name, value);
            }
            "INSERT" => {}
            other => {
                let message = format!("the operation is INSERT, UPDATE or DELETE, not {other:?}");
                return Err(Failure::of(&table, message));
            }
        }
        let (name, value) = self.payload(&table, matched)?;
        item.insert(name, value);
        desk.put(&self.role_arn, &table, item)
    }
}

impl DynamoDb {
    fn payload(
        &self,
        table: &str,
        matched: &Matched<'_>,
    ) -> Result<(String, items::Value), Failure> {
        let name = self.payload_field.as_ref().map(|it| matched.fill(it)).transpose()?;
        let selected = matched.selected.value();
        let value = payload::document_value(&selected, matched.version)
            .map_err(|unfit| Failure::of(table, unfit.to_string()))?
            .ok_or_else(|| Failure::of(table, "the rule selected nothing"))?;
        Ok((name.unwrap_or_else(|| PAYLOAD.to_owned()), value))
    }
}
