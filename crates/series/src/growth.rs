//! How a table's schema grows with a write: in the same batch as the rows that need it.

use std::sync::{Arc, PoisonError};

use kv::{Batch, Declined, Present};
use records::{decode, encode};
use timesql::Stored;

use crate::commit::Fate;
use crate::error::SeriesError;
use crate::key::SCHEMAS;
use crate::record::Unfit;
use crate::schema::Schema;
use crate::standing::Standing;
use crate::store::{DECISION_BYTES, Series};
use crate::strip::Cell;

/// A schema, and what is new.
#[derive(Debug)]
pub(crate) struct Growth {
    known: Arc<Schema>,
    /// The known one with what was added; nothing, if nothing was.
    grown: Option<Schema>,
}

impl Series {
    /// Whether rows were ever written to a table.
    pub fn has_rows(&self, table: &Standing) -> Result<bool, SeriesError> {
        Ok(!self.schema(table)?.measures.is_empty())
    }

    pub(crate) fn schema(&self, table: &Standing) -> Result<Arc<Schema>, SeriesError> {
        let cell = &table.0.memory.schema;
        if let Some(schema) = &*cell.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(schema));
        }
        self.load_schema(table)
    }

    pub(crate) fn load_schema(&self, table: &Standing) -> Result<Arc<Schema>, SeriesError> {
        let schema = match self.store().get(SCHEMAS, &table.table().number.to_be_bytes())? {
            Some(bytes) => decode(&bytes)?,
            None => Schema::default(),
        };
        let schema = Arc::new(schema);
        let cell = &table.0.memory.schema;
        // A schema only grows: one that is older than another's only makes a write look again.
        *cell.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&schema));
        Ok(schema)
    }
}

impl Standing {
    pub(crate) fn forget_schema(&self) {
        *self.0.memory.schema.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Growth {
    pub(crate) fn of(known: Arc<Schema>) -> Growth {
        Growth { known, grown: None }
    }

    pub(crate) fn has_dimension(&self, name: &str) -> bool {
        self.schema().has_dimension(name)
    }

    /// The type of a measure, if there is one of this name.
    pub(crate) fn known_type(&self, name: &str) -> Option<Stored> {
        self.schema().measure(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.grown.is_none()
    }

    /// Lets the schema grow by what a record needs.
    pub(crate) fn admit(
        &mut self,
        dimensions: &[(&str, &str)],
        cells: &[(&str, Cell<'_>)],
    ) -> Result<(), Unfit> {
        let is_known =
            |(name, cell): &(&str, Cell<'_>)| self.known_type(name) == Some(cell.stored());
        if dimensions.iter().all(|(name, _)| self.has_dimension(name)) && cells.iter().all(is_known)
        {
            return Ok(());
        }
        let before = self.grown.clone();
        let mut admit = || {
            dimensions.iter().try_for_each(|(name, _)| self.dimension(name))?;
            cells.iter().try_for_each(|(name, cell)| self.measure(name, cell.stored()))
        };
        // A record that is not taken leaves nothing behind.
        admit().inspect_err(|_| self.grown = before)
    }

    pub(crate) fn dimension(&mut self, name: &str) -> Result<(), Unfit> {
        if self.schema().has_dimension(name) {
            return Ok(());
        }
        self.grow().add_dimension(name).map_err(reason)
    }

    pub(crate) fn measure(&mut self, name: &str, stored: Stored) -> Result<(), Unfit> {
        match self.schema().measure(name) {
            Some(known) if known == stored => Ok(()),
            Some(_) => self.schema().clone().add_measure(name, stored).map_err(reason),
            None => self.grow().add_measure(name, stored).map_err(reason),
        }
    }

    /// Whether the schema that it grew from is not the newest.
    pub(crate) fn is_of_old_schema(
        &self,
        series: &Series,
        table: &Standing,
    ) -> Result<bool, SeriesError> {
        Ok(self.grown.is_some() && *series.load_schema(table)? != *self.known)
    }

    /// Adds the decision to a batch, if there is anything to decide.
    pub(crate) fn join(&self, batch: &mut Batch, table: &Standing, fate: Fate) {
        let Some(grown) = self.grown.clone() else { return };
        let number = table.table().number;
        let bytes: usize = grown.measures.iter().map(|(name, _)| name.len() + 24).sum();
        batch.decide_by(DECISION_BYTES + bytes, move |present| {
            let decided = decide(present, number, &grown);
            match (decided, fate) {
                (Ok(()), _) => Ok(()),
                (Err(SeriesError::Invalid { .. }), Fate::Joined) => Ok(()),
                (Err(_), _) => Err(Declined::ByChoice),
            }
        });
    }

    fn schema(&self) -> &Schema {
        self.grown.as_ref().unwrap_or(&self.known)
    }

    fn grow(&mut self) -> &mut Schema {
        self.grown.get_or_insert_with(|| (*self.known).clone())
    }
}

/// A write that joined a batch adds what fits; its cells of another type are not shown.
fn decide(present: &mut Present<'_>, number: u32, grown: &Schema) -> Result<(), SeriesError> {
    let stored = present.get(SCHEMAS, &number.to_be_bytes())?;
    let mut schema: Schema = stored.as_ref().map(|it| decode(it)).transpose()?.unwrap_or_default();
    let before = schema.clone();
    let mut outcome = Ok(());
    for name in &grown.dimensions {
        outcome = outcome.and(schema.add_dimension(name));
    }
    for (name, kind) in &grown.measures {
        outcome = outcome.and(schema.add_measure(name, (*kind).into()));
    }
    if schema != before {
        present.put(SCHEMAS, number.to_be_bytes(), encode(&schema));
    }
    outcome
}

fn reason(error: SeriesError) -> Unfit {
    match error {
        SeriesError::Invalid { reason, .. } => reason,
        error => error.to_string(),
    }
}
