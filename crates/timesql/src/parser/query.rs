//! Queries: WITH, SELECT, VALUES, UNION, ORDER BY, LIMIT.

use super::Parser;
use crate::ast::{
    Body, CommonTable, Expr, GroupItem, Query, Select, SelectItem, SetOperator, SortItem,
};
use crate::error::QueryError;
use crate::lexer::Kind;

/// CUBE means twice as many sets with each expression.
const CUBE_MAX: usize = 8;

impl Parser<'_> {
    pub(super) fn query(&mut self) -> Result<Query, QueryError> {
        self.nested(Self::whole_query)
    }

    fn whole_query(&mut self) -> Result<Query, QueryError> {
        let with = if self.take_word("with") { self.list(Self::common_table)? } else { Vec::new() };
        let body = self.body()?;
        let order_by = self.order_by()?;
        let mut query = Query { with, body, order_by, offset: None, limit: None };
        if self.take_word("offset") {
            query.offset = Some(self.count()?);
            if !self.take_word("rows") {
                self.take_word("row");
            }
        }
        if self.take_word("limit") {
            query.limit = if self.take_word("all") { None } else { Some(self.count()?) };
            // Some dialects have it in the other order.
            if query.offset.is_none() && self.take_word("offset") {
                query.offset = Some(self.count()?);
            }
        } else if self.take_words(&["fetch", "first"]) || self.take_words(&["fetch", "next"]) {
            query.limit = Some(if self.is_word("row") { 1 } else { self.count()? });
            if !self.take_word("rows") {
                self.word("row")?;
            }
            self.word("only")?;
        }
        Ok(query)
    }

    fn common_table(&mut self) -> Result<CommonTable, QueryError> {
        let name = self.name()?;
        let columns =
            if self.is_symbol("(") { self.in_parentheses(Self::name)? } else { Vec::new() };
        self.word("as")?;
        self.symbol("(")?;
        let query = self.query()?;
        self.symbol(")")?;
        Ok(CommonTable { name, columns, query })
    }

    fn count(&mut self) -> Result<u64, QueryError> {
        let count = match self.peek().kind {
            Kind::Whole(digits) => digits.parse().ok(),
            _ => None,
        };
        let count = count.ok_or_else(|| self.mismatch(&["<integer>"]))?;
        self.next += 1;
        Ok(count)
    }

    pub(super) fn order_by(&mut self) -> Result<Vec<SortItem>, QueryError> {
        if !self.take_words(&["order", "by"]) {
            return Ok(Vec::new());
        }
        self.list(Self::sort_item)
    }

    fn sort_item(&mut self) -> Result<SortItem, QueryError> {
        let expr = self.expression()?;
        let descending = self.take_word("desc");
        if !descending {
            self.take_word("asc");
        }
        let nulls_first = self.take_words(&["nulls", "first"]);
        if !nulls_first {
            self.take_words(&["nulls", "last"]);
        }
        Ok(SortItem { expr, descending, nulls_first })
    }

    fn body(&mut self) -> Result<Body, QueryError> {
        let mut left = self.intersection()?;
        loop {
            let at = self.at();
            let operator = if self.take_word("union") {
                SetOperator::Union
            } else if self.take_word("except") {
                SetOperator::Except
            } else {
                return Ok(left);
            };
            self.chain()?;
            let all = self.all_or_distinct();
            let right = Box::new(self.intersection()?);
            left = Body::Set { operator, all, left: Box::new(left), right, at };
        }
    }

    /// INTERSECT binds tighter than the others.
    fn intersection(&mut self) -> Result<Body, QueryError> {
        let mut left = self.simple_body()?;
        loop {
            let at = self.at();
            if !self.take_word("intersect") {
                return Ok(left);
            }
            self.chain()?;
            let all = self.all_or_distinct();
            let right = Box::new(self.simple_body()?);
            let operator = SetOperator::Intersect;
            left = Body::Set { operator, all, left: Box::new(left), right, at };
        }
    }

    fn all_or_distinct(&mut self) -> bool {
        let all = self.take_word("all");
        if !all {
            self.take_word("distinct");
        }
        all
    }

    fn simple_body(&mut self) -> Result<Body, QueryError> {
        let at = self.at();
        if self.take_symbol("(") {
            let query = self.query()?;
            self.symbol(")")?;
            return Ok(Body::Nested(Box::new(query)));
        }
        if self.take_word("values") {
            let rows = self.list(Self::values_row)?;
            return Ok(Body::Values { rows, at });
        }
        self.select().map(|select| Body::Select(Box::new(select)))
    }

    fn values_row(&mut self) -> Result<Vec<Expr>, QueryError> {
        if self.is_symbol("(") {
            return self.in_parentheses(Self::expression);
        }
        Ok(vec![self.expression()?])
    }

    fn select(&mut self) -> Result<Select, QueryError> {
        let at = self.at();
        self.word("select")?;
        let distinct = self.take_word("distinct");
        if !distinct {
            self.take_word("all");
        }
        let items = self.list(Self::select_item)?;
        let from = if self.take_word("from") { Some(self.relations()?) } else { None };
        let condition = if self.take_word("where") { Some(self.expression()?) } else { None };
        let group_by = if self.take_words(&["group", "by"]) {
            self.list(Self::group_item)?
        } else {
            Vec::new()
        };
        let having = if self.take_word("having") { Some(self.expression()?) } else { None };
        Ok(Select { at, distinct, items, from, condition, group_by, having })
    }

    fn select_item(&mut self) -> Result<SelectItem, QueryError> {
        let at = self.at();
        if self.take_symbol("*") {
            return Ok(SelectItem::All { of: None, at });
        }
        if let Some(item) = self.all_of()? {
            return Ok(item);
        }
        let expr = self.expression()?;
        let alias = if self.take_word("as") || self.is_name() { Some(self.name()?) } else { None };
        Ok(SelectItem::Expr { expr, alias })
    }

    /// `t.*`, if that is what comes.
    fn all_of(&mut self) -> Result<Option<SelectItem>, QueryError> {
        let (start, at) = (self.next, self.at());
        if !self.is_name() {
            return Ok(None);
        }
        let mut parts = vec![self.name()?];
        while self.take_symbol(".") {
            if self.take_symbol("*") {
                let of = Some(crate::ast::QualifiedName { parts });
                return Ok(Some(SelectItem::All { of, at }));
            }
            if !self.is_name() {
                break;
            }
            parts.push(self.name()?);
        }
        self.next = start;
        Ok(None)
    }

    fn group_item(&mut self) -> Result<GroupItem, QueryError> {
        if self.take_words(&["grouping", "sets"]) {
            return self.in_parentheses(Self::grouping_set).map(GroupItem::Sets);
        }
        if self.is_word("rollup") && self.is_symbol_at(1, "(") {
            self.next += 1;
            let all = self.in_parentheses(Self::expression)?;
            return Ok(GroupItem::Sets((0..=all.len()).rev().map(|n| all[..n].to_vec()).collect()));
        }
        if self.is_word("cube") && self.is_symbol_at(1, "(") {
            self.next += 1;
            let at = self.at();
            let all = self.in_parentheses(Self::expression)?;
            if all.len() > CUBE_MAX {
                let what = format!("CUBE has more than {CUBE_MAX} expressions");
                return Err(QueryError::Syntax { at, what });
            }
            return Ok(GroupItem::Sets(cube(&all)));
        }
        self.expression().map(GroupItem::Expr)
    }

    fn grouping_set(&mut self) -> Result<Vec<Expr>, QueryError> {
        if self.is_symbol("(") && self.is_symbol_at(1, ")") {
            self.next += 2;
            return Ok(Vec::new());
        }
        if self.is_symbol("(") {
            return self.in_parentheses(Self::expression);
        }
        Ok(vec![self.expression()?])
    }
}

/// All subsets, those with more first.
fn cube(all: &[Expr]) -> Vec<Vec<Expr>> {
    let subset = |mask: usize| {
        let of = all.iter().enumerate().filter(|(place, _)| mask >> place & 1 == 1);
        of.map(|(_, expr)| expr.clone()).collect()
    };
    (0..1 << all.len()).rev().map(subset).collect()
}
