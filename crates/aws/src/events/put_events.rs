//! PutEvents

use std::sync::Arc;

use schedules::{EVENTS_MAX, NewEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::{BusRef, bus_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutEvents;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    entries: Vec<EntryIn>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    failed_entry_count: usize,
    entries: Vec<EntryOut>,
}

impl Operation for PutEvents {
    const NAME: &'static str = "PutEvents";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        let bus =
            input.entries.first().map_or_else(BusRef::default, |one| one.event_bus_name.clone());
        bus_path(&bus)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if !(1..=EVENTS_MAX).contains(&input.entries.len()) {
            let found = input.entries.len();
            let message = format!("Entries: 1 to {EVENTS_MAX}, not {found}");
            return Err(AwsError::new(400, "ValidationException", message));
        }
        let read: Vec<Result<NewEvent, EntryOut>> =
            input.entries.into_iter().map(EntryIn::read).collect::<Result<_, _>>()?;
        let events = read.iter().filter_map(|entry| entry.as_ref().ok()).cloned().collect();
        let mut ids = state.schedules.put_events(events).await?.into_iter();
        let told = |entry: Result<NewEvent, EntryOut>| match entry {
            Ok(_) => EntryOut { event_id: ids.next(), ..EntryOut::default() },
            Err(refused) => refused,
        };
        let entries: Vec<EntryOut> = read.into_iter().map(told).collect();
        let failed_entry_count = entries.iter().filter(|entry| entry.event_id.is_none()).count();
        Ok(Output { failed_entry_count, entries })
    }
}

/// AWS's limit of an event with all its fields.
const EVENT_BYTES_MAX: usize = 1_048_576;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct EntryIn {
    /// Seconds since 1970.
    time: Option<f64>,
    source: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    #[serde(default)]
    event_bus_name: BusRef,
    /// For X-Ray, which follows nothing here.
    #[serde(rename = "TraceHeader")]
    _trace_header: Option<String>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EntryOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

impl EntryIn {
    /// An entry that is refused is told of in its place; others are taken.
    fn read(self) -> Result<Result<NewEvent, EntryOut>, AwsError> {
        let refuse = |code, message: &str| {
            let error_message = Some(message.to_owned());
            Ok(Err(EntryOut { event_id: None, error_code: Some(code), error_message }))
        };
        let missing = |field| {
            refuse(
                "InvalidArgument",
                &format!("Parameter {field} is not valid. Reason: {field} is a required argument."),
            )
        };
        let Some(source) = self.source.filter(|text| !text.is_empty()) else {
            return missing("Source");
        };
        let Some(detail_type) = self.detail_type.filter(|text| !text.is_empty()) else {
            return missing("DetailType");
        };
        let Some(detail) = self.detail else { return missing("Detail") };
        if source.starts_with("aws.") {
            return refuse("NotAuthorizedForSourceException", "Not authorized for the source.");
        }
        let bytes = source.len()
            + detail_type.len()
            + detail.len()
            + self.resources.iter().map(String::len).sum::<usize>();
        if bytes > EVENT_BYTES_MAX {
            return Err(AwsError::new(
                400,
                "ValidationException",
                format!(
                    "Total size of the entries in the request is over the limit of {EVENT_BYTES_MAX}."
                ),
            ));
        }
        let detail = match serde_json::from_str(&detail) {
            Ok(detail @ Value::Object(_)) => detail,
            _ => return refuse("MalformedDetail", "Detail is malformed."),
        };
        let at = self.time.map(|secs| (secs * 1_000.0) as u64);
        let (resources, bus) = (self.resources, self.event_bus_name.name()?);
        Ok(Ok(NewEvent { source, detail_type, detail, resources, at, bus }))
    }
}
