//! How many there are of what the house holds, and how far its owner came.

use registry::{PAGE_ITEMS_MAX, Page};
use serde::Serialize;

use crate::error::AwsError;
use crate::s3::words::worded;
use crate::state::State;

/// Nobody counts further at one glance, and counting reads what it counts.
const COUNT_MAX: usize = 1_000;

/// How many tables are looked into for a first row.
const LOOKED_INTO: usize = 10;

/// Up to [`COUNT_MAX`].
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counts {
    things: usize,
    topic_rules: usize,
    tables: usize,
    series_tables: usize,
    buckets: usize,
    queues: usize,
    functions: usize,
    schedules: usize,
    stacks: usize,
    /// A count that is as high may be higher.
    at_most: usize,
}

/// What somebody who is new here does first, and whether it is done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FirstSteps {
    device_connected: bool,
    message_received: bool,
    rule_made: bool,
    row_landed: bool,
}

impl Counts {
    pub(crate) fn of(state: &State) -> Result<Counts, AwsError> {
        let registry = state.fleet.registry();
        let blueprints = state.functions.blueprints();
        Ok(Counts {
            things: count(|after| Ok(size(registry.things(after, PAGE_ITEMS_MAX)?)))?,
            topic_rules: registry.all_topic_rules()?.len().min(COUNT_MAX),
            tables: count(|after| Ok(size(state.tables.tables(after, PAGE_ITEMS_MAX)?)))?,
            series_tables: count(|after| {
                Ok(size(state.series.tables(None, after, PAGE_ITEMS_MAX)?))
            })?,
            buckets: state
                .objects
                .buckets("", None, COUNT_MAX)
                .map_err(|error| worded(error, None, None))?
                .len(),
            queues: count(|after| Ok(size(state.queues.list("", after, PAGE_ITEMS_MAX)?)))?,
            functions: count(|after| Ok(size(blueprints.functions(after, PAGE_ITEMS_MAX)?)))?,
            schedules: count(|after| {
                Ok(size(state.schedules.schedules(None, after, PAGE_ITEMS_MAX, |_| true)?))
            })?,
            stacks: count(|after| {
                let page = state.stacks.list(after, PAGE_ITEMS_MAX)?;
                // Those that are deleted are remembered for a while.
                let is_there = |stack: &&stacks::Stack| !stack.status.is_gone();
                Ok((page.items.iter().filter(is_there).count(), page.next))
            })?,
            at_most: COUNT_MAX,
        })
    }
}

impl FirstSteps {
    pub(crate) fn of(state: &State, counts: &Counts) -> Result<FirstSteps, AwsError> {
        let has_visitors = state.fleet.visits().count() > 0 || state.broker.session_count() > 0;
        let row_landed = state.chronicle.has_rows() || has_rows(state)?;
        if row_landed {
            state.chronicle.rows_landed();
        }
        Ok(FirstSteps {
            // What is counted in this run alone was done in an earlier one where rows are.
            device_connected: has_visitors || row_landed,
            message_received: state.broker.counters().received.get() > 0 || row_landed,
            rule_made: counts.topic_rules > 0,
            row_landed,
        })
    }
}

fn has_rows(state: &State) -> Result<bool, AwsError> {
    for name in state.tables.tables(None, LOOKED_INTO)?.items {
        if let Some(table) = state.tables.table(name.as_str())?
            && state.tables.table_size(&table)?.table.items > 0
        {
            return Ok(true);
        }
    }
    for table in state.series.tables(None, None, LOOKED_INTO)?.items {
        let standing = state.series.table(table.database.as_str(), table.name.as_str())?;
        if let Some(standing) = standing
            && state.series.has_rows(&standing)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Pages are asked for until there are enough.
fn count(
    page: impl Fn(Option<&str>) -> Result<(usize, Option<String>), AwsError>,
) -> Result<usize, AwsError> {
    let (mut count, mut after) = (0, None);
    loop {
        let (found, next) = page(after.as_deref())?;
        count += found;
        if next.is_none() || count >= COUNT_MAX {
            return Ok(count.min(COUNT_MAX));
        }
        after = next;
    }
}

#[allow(clippy::needless_pass_by_value, reason = "a page is read for its size alone")]
fn size<T>(page: Page<T>) -> (usize, Option<String>) {
    (page.items.len(), page.next)
}
