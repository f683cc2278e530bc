//! The words of an expression.

use super::fault::Fault;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word,
    /// `#name`
    Name,
    /// `:value`
    Value,
    /// Digits.
    Number,
    /// Of one character or two.
    Symbol,
    End,
}

/// A word, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_symbol(self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// Keywords are written in any case.
    pub(super) fn is_word(self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

const SYMBOLS: [&str; 14] =
    ["<>", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", ".", "+", "-"];

/// All words, the last of them the end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut tokens = Vec::new();
    let mut start = 0;
    loop {
        let rest = &text[start..];
        let rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        start = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { kind: Kind::End, text: "", start });
            return Ok(tokens);
        };
        let (kind, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => (Kind::Word, word_length(rest)),
            '#' => (Kind::Name, 1 + word_length(&rest[1..])),
            ':' => (Kind::Value, 1 + word_length(&rest[1..])),
            '0'..='9' => (Kind::Number, number_length(rest)),
            other => {
                let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
                match symbol {
                    Some(symbol) => (Kind::Symbol, symbol.len()),
                    None => return Err(unknown(text, &tokens, start, other)),
                }
            }
        };
        tokens.push(Token { kind, text: &rest[..length], start });
        start += length;
    }
}

fn word_length(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

fn number_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())
}

fn unknown(text: &str, before: &[Token<'_>], start: usize, character: char) -> Fault {
    let from = before.last().map_or(start, |token| token.start);
    let end = start + character.len_utf8();
    Fault::Syntax { token: character.to_string(), near: text[from..end].to_owned() }
}
