//! Statements: queries, SHOW, DESCRIBE.

use super::Parser;
use crate::ast::Statement;
use crate::error::QueryError;

impl Parser<'_> {
    pub(super) fn statement(&mut self) -> Result<Statement, QueryError> {
        if self.take_word("show") {
            return self.show();
        }
        if self.take_word("describe") || self.take_word("desc") {
            return self.table_name().map(Statement::Describe);
        }
        let begins = ["select", "with", "values", "table"].iter().any(|word| self.is_word(word));
        if !begins && !self.is_symbol("(") {
            return Err(self.mismatch(&["DESCRIBE", "SELECT", "SHOW", "VALUES", "WITH"]));
        }
        Ok(Statement::Query(Box::new(self.query()?)))
    }

    fn show(&mut self) -> Result<Statement, QueryError> {
        if self.take_word("databases") {
            return Ok(Statement::ShowDatabases { like: self.like()? });
        }
        if self.take_word("tables") {
            let has_from = self.take_word("from") || self.take_word("in");
            let from = if has_from { Some(self.name()?) } else { None };
            return Ok(Statement::ShowTables { from, like: self.like()? });
        }
        if self.take_word("measures") {
            if !self.take_word("in") {
                self.word("from")?;
            }
            let from = self.table_name()?;
            return Ok(Statement::ShowMeasures { from, like: self.like()? });
        }
        Err(self.mismatch(&["DATABASES", "MEASURES", "TABLES"]))
    }

    fn like(&mut self) -> Result<Option<String>, QueryError> {
        if self.take_word("like") { self.text().map(Some) } else { Ok(None) }
    }
}
