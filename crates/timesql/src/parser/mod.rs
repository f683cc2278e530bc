//! From tokens to statements: by descent, and for expressions by precedence.

mod expression;
mod primary;
mod query;
mod relation;
mod statement;
mod types;
mod window;

use crate::ast::{Name, QualifiedName, Statement};
use crate::error::{Position, QueryError};
use crate::lexer::{self, Kind, Token};

/// How deep expressions and queries may nest: each level takes some of the stack.
const DEPTH_MAX: usize = 64;

/// How many operators may stand in a row, AND and OR apart: each makes the tree deeper by one.
const LINKS_MAX: usize = 100;

/// How many joins and sets a query may have, for the same reason.
const CHAINED_MAX: usize = 64;

/// Words that are no names where an alias may stand.
const RESERVED: &[&str] = &[
    "alter",
    "and",
    "as",
    "between",
    "by",
    "case",
    "cast",
    "constraint",
    "create",
    "cross",
    "cube",
    "current_date",
    "current_time",
    "current_timestamp",
    "deallocate",
    "delete",
    "describe",
    "distinct",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "execute",
    "exists",
    "extract",
    "false",
    "for",
    "from",
    "full",
    "group",
    "grouping",
    "having",
    "in",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "join",
    "left",
    "like",
    "localtime",
    "localtimestamp",
    "natural",
    "normalize",
    "not",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "prepare",
    "recursive",
    "right",
    "rollup",
    "select",
    "table",
    "then",
    "true",
    "uescape",
    "union",
    "unnest",
    "using",
    "values",
    "when",
    "where",
    "with",
    "limit",
    "offset",
    "fetch",
];

/// A statement, and what it names.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub(crate) statement: Statement,
    /// Each once; names of common tables are among them.
    pub(crate) tables: Vec<QualifiedName>,
    pub(crate) parameters: Vec<String>,
}

/// Reads one statement.
pub(crate) fn parse(text: &str) -> Result<Parsed, QueryError> {
    let tokens = lexer::tokens(text)?;
    let mut parser = Parser {
        tokens,
        next: 0,
        depth: 0,
        links: 0,
        chained: 0,
        tables: Vec::new(),
        parameters: Vec::new(),
    };
    let statement = parser.statement()?;
    parser.take_symbol(";");
    let Parser { tables, parameters, .. } = &parser;
    match parser.peek().kind {
        Kind::End => {
            let (tables, parameters) = (tables.clone(), parameters.clone());
            Ok(Parsed { statement, tables, parameters })
        }
        _ => Err(parser.mismatch(&["<EOF>"])),
    }
}

struct Parser<'s> {
    tokens: Vec<Token<'s>>,
    next: usize,
    depth: usize,
    /// How deep the expression that is being read is already, counted in operators.
    links: usize,
    /// Joins and sets so far.
    chained: usize,
    tables: Vec<QualifiedName>,
    parameters: Vec<String>,
}

impl<'s> Parser<'s> {
    fn peek(&self) -> &Token<'s> {
        self.peek_at(0)
    }

    /// The token that many places further on.
    fn peek_at(&self, places: usize) -> &Token<'s> {
        // The last token is the end, which stays.
        &self.tokens[(self.next + places).min(self.tokens.len() - 1)]
    }

    fn at(&self) -> Position {
        self.peek().at
    }

    fn advance(&mut self) -> Token<'s> {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn mismatch(&self, expected: &[&str]) -> QueryError {
        let token = self.peek();
        let found = if token.kind == Kind::End { "<EOF>" } else { token.text };
        let expected: Vec<String> = expected.iter().map(|word| shown(word)).collect();
        let what = format!("mismatched input '{found}'. Expecting: {}", expected.join(", "));
        QueryError::Syntax { at: token.at, what }
    }

    /// Runs the reader one level deeper.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let what = format!("the query nests deeper than {DEPTH_MAX} levels");
            return Err(QueryError::Syntax { at: self.at(), what });
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Reads what stands beside others in the tree: the deepest of them counts.
    fn beside<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        let others = std::mem::take(&mut self.links);
        let read = read(self);
        self.links = self.links.max(others);
        read
    }

    /// Counts an operator of an expression.
    fn link(&mut self) -> Result<(), QueryError> {
        self.links += 1;
        if self.links > LINKS_MAX {
            let what = format!("an expression has more than {LINKS_MAX} operators in a row");
            return Err(QueryError::Syntax { at: self.at(), what });
        }
        Ok(())
    }

    /// Counts a join or a set.
    fn chain(&mut self) -> Result<(), QueryError> {
        self.chained += 1;
        if self.chained > CHAINED_MAX {
            let what = format!("a query has more than {CHAINED_MAX} joins and sets");
            return Err(QueryError::Syntax { at: self.at(), what });
        }
        Ok(())
    }

    fn is_word_at(&self, places: usize, word: &str) -> bool {
        matches!(self.peek_at(places).kind, Kind::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn is_word(&self, word: &str) -> bool {
        self.is_word_at(0, word)
    }

    fn is_symbol_at(&self, places: usize, symbol: &str) -> bool {
        matches!(self.peek_at(places).kind, Kind::Symbol(found) if found == symbol)
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        self.is_symbol_at(0, symbol)
    }

    /// Takes the words if all of them come next.
    fn take_words(&mut self, words: &[&str]) -> bool {
        let all = words.iter().enumerate().all(|(places, word)| self.is_word_at(places, word));
        if all {
            self.next += words.len();
        }
        all
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.take_words(&[word])
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let is_next = self.is_symbol(symbol);
        self.next += usize::from(is_next);
        is_next
    }

    fn word(&mut self, word: &str) -> Result<(), QueryError> {
        if self.take_word(word) { Ok(()) } else { Err(self.mismatch(&[word])) }
    }

    fn symbol(&mut self, symbol: &str) -> Result<(), QueryError> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.mismatch(&[symbol])) }
    }

    /// One or more, with commas between them.
    fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, QueryError>,
    ) -> Result<Vec<T>, QueryError> {
        let mut list = vec![read(self)?];
        while self.take_symbol(",") {
            list.push(read(self)?);
        }
        Ok(list)
    }

    /// One or more between parentheses.
    fn in_parentheses<T>(
        &mut self,
        read: impl FnMut(&mut Self) -> Result<T, QueryError>,
    ) -> Result<Vec<T>, QueryError> {
        self.symbol("(")?;
        let list = self.list(read)?;
        self.symbol(")")?;
        Ok(list)
    }

    fn is_name(&self) -> bool {
        match &self.peek().kind {
            Kind::Word(word) => !RESERVED.iter().any(|taken| taken.eq_ignore_ascii_case(word)),
            Kind::Quoted(_) => true,
            _ => false,
        }
    }

    fn name(&mut self) -> Result<Name, QueryError> {
        if !self.is_name() {
            return Err(self.mismatch(&["<identifier>"]));
        }
        let token = self.advance();
        let text = match token.kind {
            Kind::Quoted(text) => text,
            _ => token.text.to_owned(),
        };
        Ok(Name { text, at: token.at })
    }

    fn qualified_name(&mut self) -> Result<QualifiedName, QueryError> {
        let mut parts = vec![self.name()?];
        while self.take_symbol(".") {
            parts.push(self.name()?);
        }
        Ok(QualifiedName { parts })
    }

    /// The name of a table, which is noted.
    fn table_name(&mut self) -> Result<QualifiedName, QueryError> {
        let name = self.qualified_name()?;
        if !self.tables.contains(&name) {
            self.tables.push(name.clone());
        }
        Ok(name)
    }

    fn text(&mut self) -> Result<String, QueryError> {
        match &self.peek().kind {
            Kind::Text(text) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            _ => Err(self.mismatch(&["<string>"])),
        }
    }
}

/// As error texts have what they expect: keywords large, symbols in quotes.
fn shown(word: &str) -> String {
    if word.starts_with('<') && word.len() > 2 {
        word.to_owned()
    } else if word.starts_with(|character: char| character.is_alphabetic()) {
        format!("'{}'", word.to_uppercase())
    } else {
        format!("'{word}'")
    }
}
