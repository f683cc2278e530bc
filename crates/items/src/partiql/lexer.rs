//! The words of a statement.

use super::StatementError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, or a name that needs no quotes.
    Word(String),
    /// `"name"`
    Quoted(String),
    /// `'text'`
    Text(String),
    Number(String),
    /// `?`
    Parameter,
    Symbol(&'static str),
    End,
}

/// Longer ones first.
const SYMBOLS: [&str; 21] = [
    "<<", ">>", "<=", ">=", "<>", "!=", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":",
    "+", "-", "*",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, StatementError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    // One at the end ends the statement, and says nothing.
    rest = rest.strip_suffix(';').unwrap_or(rest);
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            tokens.push(Token::End);
            return Ok(tokens);
        };
        let (token, length) = match first {
            '?' => (Token::Parameter, 1),
            '\'' => quoted(rest, '\'').map(|(text, length)| (Token::Text(text), length))?,
            '"' => quoted(rest, '"').map(|(text, length)| (Token::Quoted(text), length))?,
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = while_any(rest, |c| c.is_ascii_alphanumeric() || c == '_');
                (Token::Word(rest[..length].to_owned()), length)
            }
            '0'..='9' => {
                let length = number_length(rest);
                (Token::Number(rest[..length].to_owned()), length)
            }
            _ => {
                let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
                let what = format!("unexpected {first:?}");
                let symbol = symbol.ok_or(StatementError::Malformed { what })?;
                (Token::Symbol(symbol), symbol.len())
            }
        };
        tokens.push(token);
        rest = &rest[length..];
    }
}

fn while_any(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

fn number_length(text: &str) -> usize {
    let mut length = while_any(text, |c| c.is_ascii_digit() || c == '.');
    let exponent = &text[length..];
    if exponent.starts_with(['e', 'E']) {
        let sign = usize::from(exponent[1..].starts_with(['+', '-']));
        let digits = while_any(&exponent[1 + sign..], |c| c.is_ascii_digit());
        if digits > 0 {
            length += 1 + sign + digits;
        }
    }
    length
}

/// A mark that comes twice stands for itself.
fn quoted(text: &str, mark: char) -> Result<(String, usize), StatementError> {
    let mut value = String::new();
    let mut rest = &text[1..];
    loop {
        let Some(end) = rest.find(mark) else {
            return Err(StatementError::Malformed { what: format!("a {mark} is not closed") });
        };
        value.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        if !rest.starts_with(mark) {
            return Ok((value, text.len() - rest.len()));
        }
        value.push(mark);
        rest = &rest[1..];
    }
}
