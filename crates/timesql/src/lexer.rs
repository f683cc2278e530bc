//! Queries cut into tokens.

use crate::error::{Position, QueryError};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: Kind<'s>,
    pub(crate) at: Position,
    /// As it stands in the query, for error texts.
    pub(crate) text: &'s str,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind<'s> {
    /// A name or a keyword; which of them depends on where it stands.
    Word(&'s str),
    /// A name in double quotes, doubled ones made single.
    Quoted(String),
    /// A text in quotes, doubled ones made single.
    Text(String),
    Whole(&'s str),
    /// With a point or an exponent.
    Decimal(&'s str),
    /// `15m`: digits and a unit.
    Duration(&'s str, &'s str),
    /// `@name`.
    Parameter(&'s str),
    Symbol(&'static str),
    End,
}

/// Longer ones before those that they begin with.
const SYMBOLS: &[&str] = &[
    "<>", "!=", "<=", ">=", "||", "->", "=>", "(", ")", "[", "]", ",", ".", ";", "+", "-", "*",
    "/", "%", "=", "<", ">", "?", ":",
];

/// All tokens of a query, the end included.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token<'_>>, QueryError> {
    let mut lexer = Lexer { text, at: 0, position: Position { line: 1, column: 1 } };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let ends = token.kind == Kind::End;
        tokens.push(token);
        if ends {
            return Ok(tokens);
        }
    }
}

struct Lexer<'s> {
    text: &'s str,
    at: usize,
    position: Position,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    fn skip(&mut self, bytes: usize) -> &'s str {
        let skipped = &self.rest()[..bytes];
        for character in skipped.chars() {
            if character == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
        }
        self.at += bytes;
        skipped
    }

    /// Skips what the predicate holds of.
    fn skip_while(&mut self, is_part: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let bytes = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        self.skip(bytes)
    }

    fn skip_blanks(&mut self) {
        loop {
            self.skip_while(char::is_whitespace);
            let rest = self.rest();
            let bytes = if rest.starts_with("--") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.skip(bytes);
        }
    }

    fn next(&mut self) -> Result<Token<'s>, QueryError> {
        self.skip_blanks();
        let (start, at) = (self.at, self.position);
        let kind = self.kind(at)?;
        Ok(Token { kind, at, text: &self.text[start..self.at] })
    }

    fn kind(&mut self, at: Position) -> Result<Kind<'s>, QueryError> {
        let rest = self.rest();
        let mut characters = rest.chars();
        let Some(first) = characters.next() else { return Ok(Kind::End) };
        let second = characters.next();
        match first {
            '\'' => self.quoted('\'', at).map(Kind::Text),
            '"' => self.quoted('"', at).map(Kind::Quoted),
            '@' => {
                self.skip(1);
                Ok(Kind::Parameter(self.skip_while(is_of_word)))
            }
            '0'..='9' => Ok(self.number()),
            '.' if second.is_some_and(|second| second.is_ascii_digit()) => Ok(self.number()),
            _ if first.is_alphabetic() || first == '_' => Ok(Kind::Word(self.word())),
            _ => {
                let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
                let Some(symbol) = symbol else {
                    let what = format!("extraneous input '{first}'");
                    return Err(QueryError::Syntax { at, what });
                };
                self.skip(symbol.len());
                Ok(Kind::Symbol(symbol))
            }
        }
    }

    /// `measure_value::double` is one name.
    fn word(&mut self) -> &'s str {
        let start = self.at;
        self.skip_while(is_of_word);
        if self.rest().starts_with("::") {
            self.skip(2);
            self.skip_while(is_of_word);
        }
        &self.text[start..self.at]
    }

    fn quoted(&mut self, quote: char, at: Position) -> Result<String, QueryError> {
        self.skip(1);
        let mut text = String::new();
        loop {
            text.push_str(self.skip_while(|character| character != quote));
            if self.rest().is_empty() {
                let what = format!("a {quote} has no end");
                return Err(QueryError::Syntax { at, what });
            }
            self.skip(1);
            if !self.rest().starts_with(quote) {
                return Ok(text);
            }
            text.push(quote);
            self.skip(1);
        }
    }

    fn number(&mut self) -> Kind<'s> {
        let start = self.at;
        let digits = self.skip_while(|character| character.is_ascii_digit());
        let mut is_decimal = false;
        let rest = self.rest();
        // A range of a name's parts (`1.x`) does not occur, so a point belongs to the number.
        if rest.starts_with('.') {
            is_decimal = true;
            self.skip(1);
            self.skip_while(|character| character.is_ascii_digit());
        }
        if let Some(bytes) = exponent_bytes(self.rest()) {
            is_decimal = true;
            self.skip(bytes);
        }
        if is_decimal {
            return Kind::Decimal(&self.text[start..self.at]);
        }
        if self.rest().starts_with(|character: char| character.is_ascii_alphabetic()) {
            return Kind::Duration(digits, self.skip_while(is_of_word));
        }
        Kind::Whole(digits)
    }
}

/// How long an exponent is that the text begins with: `e10`, `E-3`.
fn exponent_bytes(text: &str) -> Option<usize> {
    let after = text.strip_prefix(['e', 'E'])?;
    let digits = after.strip_prefix(['+', '-']).unwrap_or(after);
    let count = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    (count > 0).then(|| text.len() - digits.len() + count)
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        let tokens = tokens(text).expect("tokens");
        tokens.into_iter().map(|token| token.kind).filter(|kind| *kind != Kind::End).collect()
    }

    #[test]
    fn names_durations_and_numbers_are_told_apart() {
        assert_eq!(
            kinds("bin(time, 15m) measure_value::double \"a\"\"b\" 1.5e3 2e1 'it''s' -- end"),
            [
                Kind::Word("bin"),
                Kind::Symbol("("),
                Kind::Word("time"),
                Kind::Symbol(","),
                Kind::Duration("15", "m"),
                Kind::Symbol(")"),
                Kind::Word("measure_value::double"),
                Kind::Quoted("a\"b".to_owned()),
                Kind::Decimal("1.5e3"),
                Kind::Decimal("2e1"),
                Kind::Text("it's".to_owned()),
            ]
        );
    }

    #[test]
    fn positions_count_lines_and_characters() {
        let tokens = tokens("SELECT\n  'é' /* \n */ x").expect("tokens");
        let at: Vec<String> = tokens.iter().map(|token| token.at.to_string()).collect();
        assert_eq!(at, ["1:1", "2:3", "3:5", "3:6"]);
        let error = super::tokens("SELECT 'x").expect_err("no end");
        assert_eq!(error.to_string(), "The query syntax is invalid at line 1:8: a ' has no end");
    }
}
