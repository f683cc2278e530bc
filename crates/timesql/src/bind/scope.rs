//! Which names can be said at a place of a query.

use crate::ast::{Name, QualifiedName, same_name};
use crate::bound::{Bound, Node};
use crate::error::{QueryError, meaning};
use crate::types::Type;

/// The columns of a relation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// The alias of its table, or database and table.
    pub(crate) qualifier: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) of: Type,
}

impl Scope {
    pub(crate) fn types(&self) -> Vec<Type> {
        self.fields.iter().map(|field| field.of.clone()).collect()
    }

    pub(crate) fn and(mut self, other: Scope) -> Scope {
        self.fields.extend(other.fields);
        self
    }

    /// The places of the columns that a star stands for.
    pub(crate) fn all_of(&self, qualifier: Option<&QualifiedName>) -> Vec<usize> {
        let is_of = |field: &Field| match qualifier {
            None => true,
            Some(name) => field.is_qualified_by(&name.parts),
        };
        (0..self.fields.len()).filter(|place| is_of(&self.fields[*place])).collect()
    }

    /// The column that a name means; what follows its own name are fields of rows.
    pub(crate) fn find(&self, name: &QualifiedName) -> Result<Option<Bound>, QueryError> {
        // The longest qualifier is tried first: `db.table.column` before a row's field.
        for own in (0..name.parts.len()).rev() {
            let places = self.named(&name.parts[..own], &name.parts[own]);
            let place = match places[..] {
                [] => continue,
                [only] => only,
                _ => {
                    let what = format!("Column '{}' is ambiguous", shown(name));
                    return meaning(name.at(), what);
                }
            };
            let mut found = Bound::column(place, self.fields[place].of.clone());
            for part in &name.parts[own + 1..] {
                found = field(found, part)?;
            }
            return Ok(Some(found));
        }
        Ok(None)
    }

    fn named(&self, qualifier: &[Name], name: &Name) -> Vec<usize> {
        let is_meant = |field: &Field| {
            field.name.as_ref().is_some_and(|known| name.is(known))
                && field.is_qualified_by(qualifier)
        };
        (0..self.fields.len()).filter(|place| is_meant(&self.fields[*place])).collect()
    }
}

impl Field {
    fn is_qualified_by(&self, parts: &[Name]) -> bool {
        let Some(skipped) = self.qualifier.len().checked_sub(parts.len()) else { return false };
        let own = &self.qualifier[skipped..];
        own.iter().zip(parts).all(|(own, part)| same_name(own, &part.text))
    }
}

/// A field of a row.
pub(crate) fn field(row: Bound, name: &Name) -> Result<Bound, QueryError> {
    let Type::Row(fields) = &row.of else {
        return meaning(name.at, format!("Expression of type {} has no fields", row.of));
    };
    let place = fields.iter().position(|(known, _)| known.as_ref().is_some_and(|k| name.is(k)));
    let Some(place) = place else {
        return meaning(name.at, format!("Column '{}' does not exist", name.text));
    };
    let of = fields[place].1.clone();
    Ok(Bound { node: Node::Field(Box::new(row), place), of })
}

pub(crate) fn shown(name: &QualifiedName) -> String {
    let parts: Vec<&str> = name.parts.iter().map(|part| part.text.as_str()).collect();
    parts.join(".")
}
