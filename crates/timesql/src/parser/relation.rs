//! What queries read from: tables, queries, UNNEST, joins.

use super::Parser;
use crate::ast::{Alias, Join, JoinKind, JoinOn, Name, Relation};
use crate::error::QueryError;

impl Parser<'_> {
    /// What stands after FROM.
    pub(super) fn relations(&mut self) -> Result<Relation, QueryError> {
        let mut left = self.joined()?;
        loop {
            let at = self.at();
            if !self.take_symbol(",") {
                return Ok(left);
            }
            self.chain()?;
            let right = self.joined()?;
            let (kind, on) = (JoinKind::Inner, JoinOn::Nothing);
            left = Relation::Join(Box::new(Join { kind, left, right, on, at }));
        }
    }

    fn joined(&mut self) -> Result<Relation, QueryError> {
        let mut left = self.relation()?;
        loop {
            let at = self.at();
            if self.take_words(&["cross", "join"]) {
                self.chain()?;
                let right = self.relation()?;
                let (kind, on) = (JoinKind::Inner, JoinOn::Nothing);
                left = Relation::Join(Box::new(Join { kind, left, right, on, at }));
                continue;
            }
            let Some(kind) = self.join_kind()? else { return Ok(left) };
            self.chain()?;
            let right = self.relation()?;
            let on = self.join_on()?;
            left = Relation::Join(Box::new(Join { kind, left, right, on, at }));
        }
    }

    fn join_kind(&mut self) -> Result<Option<JoinKind>, QueryError> {
        if self.take_word("join") {
            return Ok(Some(JoinKind::Inner));
        }
        let kinds = [
            ("inner", JoinKind::Inner),
            ("left", JoinKind::Left),
            ("right", JoinKind::Right),
            ("full", JoinKind::Full),
        ];
        let Some((word, kind)) = kinds.into_iter().find(|(word, _)| self.is_word(word)) else {
            return Ok(None);
        };
        self.word(word)?;
        if kind != JoinKind::Inner {
            self.take_word("outer");
        }
        self.word("join")?;
        Ok(Some(kind))
    }

    fn join_on(&mut self) -> Result<JoinOn, QueryError> {
        if self.take_word("on") {
            return self.expression().map(JoinOn::Condition);
        }
        if self.take_word("using") {
            return self.in_parentheses(Self::name).map(JoinOn::Using);
        }
        Err(self.mismatch(&["on", "using"]))
    }

    fn relation(&mut self) -> Result<Relation, QueryError> {
        let at = self.at();
        if self.is_word("unnest") && self.is_symbol_at(1, "(") {
            self.next += 1;
            let arguments = self.in_parentheses(Self::expression)?;
            let ordinality = self.take_words(&["with", "ordinality"]);
            return Ok(Relation::Unnest { arguments, ordinality, alias: self.alias()?, at });
        }
        if self.is_symbol("(") {
            return self.relation_in_parentheses();
        }
        let name = self.table_name()?;
        Ok(Relation::Table { name, alias: self.alias()? })
    }

    fn relation_in_parentheses(&mut self) -> Result<Relation, QueryError> {
        let start = self.next;
        self.symbol("(")?;
        // A second parenthesis may begin either, so a query is tried first.
        let is_query = ["select", "with", "values"].iter().any(|word| self.is_word(word));
        if is_query || self.is_symbol("(") {
            let read = self.query().and_then(|query| self.symbol(")").map(|()| query));
            match read {
                Ok(query) => {
                    let query = Box::new(query);
                    return Ok(Relation::Query { query, alias: self.alias()? });
                }
                Err(error) if is_query => return Err(error),
                Err(_) => self.next = start + 1,
            }
        }
        let inner = self.nested(Self::relations)?;
        self.symbol(")")?;
        Ok(inner)
    }

    fn alias(&mut self) -> Result<Option<Alias>, QueryError> {
        if !self.take_word("as") && !self.is_name() {
            return Ok(None);
        }
        let name = self.name()?;
        let columns: Vec<Name> =
            if self.is_symbol("(") { self.in_parentheses(Self::name)? } else { Vec::new() };
        Ok(Some(Alias { name, columns }))
    }
}
