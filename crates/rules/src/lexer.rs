//! Statements cut into tokens.

use crate::error::{ParseError, Problem};

/// A token and where it begins, in bytes of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: Kind<'s>,
    pub(crate) at: usize,
    pub(crate) end: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind<'s> {
    /// A name or a keyword; which of them depends on where it stands.
    Word(&'s str),
    /// A name between backquotes, which is never a keyword.
    Quoted(&'s str),
    /// `@name`, without the sign.
    Variable(&'s str),
    /// A text between quotes, with doubled quotes made single.
    Text(String),
    /// Digits, point and exponent, unsigned.
    Number(&'s str),
    Symbol(Symbol),
    End,
}

macro_rules! symbols {
    ($($name:ident $text:literal,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Symbol { $($name,)* }

        impl Symbol {
            /// Longer ones before those that they begin with.
            const ALL: &[Symbol] = &[$(Symbol::$name,)*];

            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Symbol::$name => $text,)* }
            }
        }
    };
}

symbols! {
    LessOrEqual "<=", GreaterOrEqual ">=", Unequal "<>", BangEqual "!=",
    Less "<", Greater ">", Equal "=", Plus "+", Minus "-", Star "*", Slash "/", Percent "%",
    Comma ",", Dot ".", Colon ":",
    OpenParen "(", CloseParen ")", OpenBracket "[", CloseBracket "]", OpenBrace "{", CloseBrace "}",
}

impl Kind<'_> {
    /// How an error names it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Kind::Word(word) => format!("`{word}`"),
            Kind::Quoted(name) => format!("`{name}`"),
            Kind::Variable(name) => format!("`@{name}`"),
            Kind::Text(text) => format!("the string '{text}'"),
            Kind::Number(digits) => format!("the number {digits}"),
            Kind::Symbol(symbol) => format!("`{}`", symbol.as_str()),
            Kind::End => "the end".to_owned(),
        }
    }
}

/// Reads tokens one by one, so that what a template holds may end before its text does.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(text: &'s str, at: usize) -> Lexer<'s> {
        Lexer { text, at }
    }

    fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    pub(crate) fn next(&mut self) -> Result<Token<'s>, ParseError> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let at = self.at;
        let kind = self.kind()?;
        Ok(Token { kind, at, end: self.at })
    }

    fn kind(&mut self) -> Result<Kind<'s>, ParseError> {
        let rest = self.rest();
        if rest.starts_with("--") || rest.starts_with("/*") {
            let why = "AWS IoT SQL has no comments".to_owned();
            return Err(error(self.text, self.at, Problem::Refused(why)));
        }
        match rest.chars().next() {
            None => Ok(Kind::End),
            Some(quote @ ('\'' | '"')) => self.string(quote).map(Kind::Text),
            Some('`') => self.quoted(),
            Some('@') => Ok(Kind::Variable(&self.run(1, is_name)[1..])),
            Some(first) if first.is_ascii_digit() => Ok(Kind::Number(self.number())),
            Some(first) if is_name(first) => Ok(Kind::Word(self.run(0, is_name))),
            Some(other) => self.symbol().ok_or_else(|| self.unexpected(other)),
        }
    }

    fn unexpected(&self, character: char) -> ParseError {
        let expected = vec!["a name, a value or an operator".to_owned()];
        let found = format!("`{character}`");
        error(self.text, self.at, Problem::Unexpected { found, expected })
    }

    /// So many bytes, and then all that belongs to it.
    fn run(&mut self, skip: usize, belongs: fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest[skip..].find(|c| !belongs(c)).map_or(rest.len(), |end| skip + end);
        self.at += length;
        &rest[..length]
    }

    fn number(&mut self) -> &'s str {
        let start = self.at;
        let is_digit = |c: char| c.is_ascii_digit();
        self.run(0, is_digit);
        let after = |text: &str, skip: usize| text[skip..].starts_with(is_digit);
        if self.rest().starts_with('.') && after(self.rest(), 1) {
            self.run(1, is_digit);
        }
        if self.rest().starts_with(['e', 'E']) {
            let signed = 1 + usize::from(self.rest()[1..].starts_with(['+', '-']));
            if after(self.rest(), signed) {
                self.run(signed, is_digit);
            }
        }
        &self.text[start..self.at]
    }

    /// Between quotes of either kind; a quote of its own kind is doubled inside.
    fn string(&mut self, quote: char) -> Result<String, ParseError> {
        let mut out = String::new();
        let mut rest = &self.rest()[1..];
        while let Some(end) = rest.find(quote) {
            out.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            if !rest.starts_with(quote) {
                self.at = self.text.len() - rest.len();
                return Ok(out);
            }
            out.push(quote);
            rest = &rest[1..];
        }
        Err(self.unterminated(quote))
    }

    fn quoted(&mut self) -> Result<Kind<'s>, ParseError> {
        let rest = &self.rest()[1..];
        let end = rest.find('`').ok_or_else(|| self.unterminated('`'))?;
        self.at += end + 2;
        Ok(Kind::Quoted(&rest[..end]))
    }

    fn unterminated(&self, quote: char) -> ParseError {
        let expected = vec![format!("a closing {quote}")];
        error(self.text, self.at, Problem::Unexpected { found: "the end".to_owned(), expected })
    }

    fn symbol(&mut self) -> Option<Kind<'s>> {
        let symbol = Symbol::ALL.iter().find(|symbol| self.rest().starts_with(symbol.as_str()))?;
        self.at += symbol.as_str().len();
        Some(Kind::Symbol(*symbol))
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// An error at a byte of a text.
pub(crate) fn error(text: &str, at: usize, problem: Problem) -> ParseError {
    ParseError { column: text[..at].chars().count() + 1, problem }
}
