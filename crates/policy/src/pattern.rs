//! Text with wildcards and variables, as in `topic/${iot:ClientId}/*`.
//!
//! A pattern is cut at its `*` into segments. What a segment matches has a length that does not
//! depend on a choice, so the first is held against the start of a text, the last against its end,
//! and each between is found at the leftmost place: no backtracking, and at most length of text
//! times length of pattern steps, whatever a client sends.

use std::borrow::Cow;

use crate::context::Context;
use crate::error::Problem;
use crate::key::Key;

#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: Box<str>,
    segments: Box<[Segment]>,
    variables: Box<[Variable]>,
}

type Segment = Box<[Part]>;

#[derive(Clone, Debug)]
enum Part {
    Literal(Box<str>),
    /// `?`
    AnyOne,
    /// The place of the variable among the variables of the pattern.
    Variable(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// As written, between the braces.
    pub(crate) name: Box<str>,
    pub(crate) key: Key,
    /// `${aws:username, 'nobody'}`
    default: Option<Box<str>>,
}

/// How the text of a pattern is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// Whether `${…}` is a variable: not so in documents of version 2008-10-17.
    pub(crate) variables: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Exact,
    Folded,
}

/// The values of a pattern's variables for one request.
pub(crate) type Values<'a> = Vec<Cow<'a, str>>;

impl Pattern {
    pub(crate) fn parse(text: &str, reading: Reading) -> Result<Pattern, Problem> {
        let mut builder = Builder::default();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            if reading.variables && rest.starts_with("${") {
                let unclosed = || Problem::Variable { text: text.to_owned() };
                let (inside, after) = rest[2..].split_once('}').ok_or_else(unclosed)?;
                builder.variable(inside, text)?;
                rest = after;
                continue;
            }
            match next {
                '*' if reading.wildcards => builder.end_segment(),
                '?' if reading.wildcards => builder.part(Part::AnyOne),
                literal => builder.literal.push(literal),
            }
            rest = &rest[next.len_utf8()..];
        }
        Ok(builder.finish(text))
    }

    /// The pattern as written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The values of the variables, or the first variable that has none.
    pub(crate) fn resolve<'a>(&'a self, context: &Context<'a>) -> Result<Values<'a>, &'a Variable> {
        self.variables.iter().map(|variable| variable.value(context).ok_or(variable)).collect()
    }

    /// Whether the whole of a text matches, with variables standing for exactly their values.
    pub(crate) fn matches(&self, text: &str, values: &Values<'_>, case: Case) -> bool {
        let held = Held { values, case };
        let [first, between @ .., last] = &*self.segments else {
            return self.segments.iter().all(|only| held.start(only, text) == Some(""));
        };
        let Some(mut rest) = held.start(first, text) else { return false };
        for segment in between {
            let Some(after) = held.find(segment, rest) else { return false };
            rest = after;
        }
        held.end(last, rest)
    }

    /// The pattern with the values of its variables in place, for people to read.
    pub(crate) fn expand(&self, values: &Values<'_>) -> String {
        let mut text = String::with_capacity(self.text.len());
        for (place, segment) in self.segments.iter().enumerate() {
            if place > 0 {
                text.push('*');
            }
            for part in segment {
                match part {
                    Part::Literal(literal) => text.push_str(literal),
                    Part::AnyOne => text.push('?'),
                    Part::Variable(place) => text.push_str(&values[*place]),
                }
            }
        }
        text
    }
}

impl Variable {
    pub(crate) fn value<'a>(&'a self, context: &Context<'a>) -> Option<Cow<'a, str>> {
        context.value(&self.key).or_else(|| self.default.as_deref().map(Cow::from))
    }
}

/// A request's values held against segments.
struct Held<'a> {
    values: &'a Values<'a>,
    case: Case,
}

impl Held<'_> {
    /// What is left of a text that starts with a segment.
    fn start<'t>(&self, segment: &Segment, text: &'t str) -> Option<&'t str> {
        segment.iter().try_fold(text, |rest, part| match part {
            Part::Literal(literal) => self.strip(rest, literal),
            Part::Variable(place) => self.strip(rest, &self.values[*place]),
            Part::AnyOne => {
                let mut chars = rest.chars();
                chars.next().map(|_| chars.as_str())
            }
        })
    }

    /// What is left of a text after the leftmost place where a segment matches. Without a `?` this
    /// is a search for a text, which is linear even if a client chose both texts to make it slow.
    fn find<'t>(&self, segment: &Segment, text: &'t str) -> Option<&'t str> {
        if let (Some(needle), Case::Exact) = (self.text_of(segment), self.case) {
            return text.find(&*needle).map(|place| &text[place + needle.len()..]);
        }
        let places = text.char_indices().map(|(place, _)| place).chain([text.len()]);
        places.map(|place| &text[place..]).find_map(|rest| self.start(segment, rest))
    }

    /// The one text that a segment matches, if there is only one.
    fn text_of<'s>(&'s self, segment: &'s Segment) -> Option<Cow<'s, str>> {
        let text = |part: &'s Part| match part {
            Part::Literal(literal) => Some(&**literal),
            Part::Variable(place) => Some(&*self.values[*place]),
            Part::AnyOne => None,
        };
        match &**segment {
            [part] => text(part).map(Cow::Borrowed),
            parts => parts.iter().map(text).collect::<Option<String>>().map(Cow::Owned),
        }
    }

    fn end(&self, segment: &Segment, text: &str) -> bool {
        let rest = segment.iter().rev().try_fold(text, |rest, part| match part {
            Part::Literal(literal) => self.strip_end(rest, literal),
            Part::Variable(place) => self.strip_end(rest, &self.values[*place]),
            Part::AnyOne => {
                let mut chars = rest.chars();
                chars.next_back().map(|_| chars.as_str())
            }
        });
        rest.is_some()
    }

    fn strip<'t>(&self, text: &'t str, literal: &str) -> Option<&'t str> {
        match self.case {
            Case::Exact => text.strip_prefix(literal),
            Case::Folded => {
                let start = text.get(..literal.len())?;
                start.eq_ignore_ascii_case(literal).then(|| &text[literal.len()..])
            }
        }
    }

    fn strip_end<'t>(&self, text: &'t str, literal: &str) -> Option<&'t str> {
        match self.case {
            Case::Exact => text.strip_suffix(literal),
            Case::Folded => {
                let cut = text.len().checked_sub(literal.len())?;
                let end = text.get(cut..)?;
                end.eq_ignore_ascii_case(literal).then(|| &text[..cut])
            }
        }
    }
}

#[derive(Default)]
struct Builder {
    literal: String,
    parts: Vec<Part>,
    segments: Vec<Segment>,
    variables: Vec<Variable>,
}

impl Builder {
    fn part(&mut self, part: Part) {
        if !self.literal.is_empty() {
            let literal = std::mem::take(&mut self.literal);
            self.parts.push(Part::Literal(literal.into()));
        }
        self.parts.push(part);
    }

    /// `${*}`, `${?}` and `${$}` are these characters, never wildcards.
    fn variable(&mut self, inside: &str, text: &str) -> Result<(), Problem> {
        if matches!(inside, "*" | "?" | "$") {
            self.literal.push_str(inside);
            return Ok(());
        }
        let (name, default) = match inside.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default)),
            None => (inside.trim(), None),
        };
        let broken = || Problem::Variable { text: text.to_owned() };
        let unquote = |quoted: &str| {
            let inner = quoted.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            Some(Box::from(inner))
        };
        let default = default.map(|quoted| unquote(quoted).ok_or_else(broken)).transpose()?;
        if name.is_empty() {
            return Err(broken());
        }
        self.variables.push(Variable { name: name.into(), key: Key::parse(name)?, default });
        self.part(Part::Variable(self.variables.len() - 1));
        Ok(())
    }

    fn end_segment(&mut self) {
        if !self.literal.is_empty() {
            let literal = std::mem::take(&mut self.literal);
            self.parts.push(Part::Literal(literal.into()));
        }
        self.segments.push(std::mem::take(&mut self.parts).into());
    }

    fn finish(mut self, text: &str) -> Pattern {
        self.end_segment();
        Pattern {
            text: text.into(),
            segments: self.segments.into(),
            variables: self.variables.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GLOB: Reading = Reading { wildcards: true, variables: true };

    fn glob(pattern: &str, text: &str) -> bool {
        let pattern = Pattern::parse(pattern, GLOB).expect("a pattern");
        pattern.matches(text, &Values::new(), Case::Exact)
    }

    fn matches_with_client(pattern: &str, client_id: &str, text: &str) -> bool {
        let pattern = Pattern::parse(pattern, GLOB).expect("a pattern");
        let context = Context { client_id: Some(client_id), ..Context::default() };
        let values = pattern.resolve(&context).expect("defined");
        pattern.matches(text, &values, Case::Exact)
    }

    #[test]
    fn wildcards_cross_levels_and_mqtt_wildcards_are_literal() {
        for (pattern, text, expected) in [
            ("topic/*", "topic/a/b/c", true),
            ("topic/*", "topic/", true),
            ("topic/*", "topic", false),
            ("a?c", "abc", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("ab*ba", "aba", false),
            ("*aab", "aaaab", true),
            ("**?", "", false),
            ("topic/+/x", "topic/a/x", false),
            ("topic/#", "topic/a", false),
            ("topic/a/#", "topic/a/#", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn the_value_of_a_variable_is_never_a_wildcard() {
        // CVE-2017-7650: a client called `#` or `+` was let into every other's topics.
        for client_id in ["*", "?", "#", "+", "${iot:ClientId}", "a*"] {
            let pattern = "topic/${iot:ClientId}/*";
            assert!(!matches_with_client(pattern, client_id, "topic/victim/x"), "{client_id}");
            let own = format!("topic/{client_id}/x");
            assert!(matches_with_client(pattern, client_id, &own), "{client_id}");
        }
    }

    #[test]
    fn escapes_and_defaults_are_read() {
        assert!(glob("a${*}b", "a*b") && !glob("a${*}b", "axb"));
        assert!(glob("${?}", "?") && !glob("${?}", "x"));
        assert!(glob("${$}{x}", "${x}"));
        let pattern = Pattern::parse("${aws:username, 'nobody'}", GLOB).expect("a pattern");
        let values = pattern.resolve(&Context::default()).expect("a default");
        assert_eq!(pattern.expand(&values), "nobody");
    }

    #[test]
    fn an_undefined_variable_is_named() {
        let pattern = Pattern::parse("client/${iot:ClientId}", GLOB).expect("a pattern");
        let undefined = pattern.resolve(&Context::default()).expect_err("no client id");
        assert_eq!(&*undefined.name, "iot:ClientId");
        for text in ["${", "${}", "a${iot:ClientId", "${a, b}"] {
            let refused = Pattern::parse(text, GLOB).expect_err(text);
            assert_eq!(refused, Problem::Variable { text: text.to_owned() });
        }
        let old = Reading { wildcards: true, variables: false };
        assert!(Pattern::parse("${", old).is_ok(), "documents of 2008 have no variables");
    }

    /// The textbook definition, exponential and obviously right.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', after)), _) => {
                (0..=text.len()).any(|skipped| reference(after, &text[skipped..]))
            }
            (Some(('?', after)), Some((_, rest))) => reference(after, rest),
            (Some((one, after)), Some((other, rest))) => one == other && reference(after, rest),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn matches_what_the_definition_matches(pattern in "[ab*?]{0,8}", text in "[abc]{0,8}") {
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = reference(&characters(&pattern), &characters(&text));
            prop_assert_eq!(glob(&pattern, &text), expected);
            let parsed = Pattern::parse(&pattern, GLOB).expect("a pattern");
            let folded = parsed.matches(&text.to_uppercase(), &Values::new(), Case::Folded);
            prop_assert_eq!(folded, expected);
        }

        #[test]
        fn a_variable_between_wildcards_is_found_as_text(
            value in "[ab]{0,3}",
            text in "[abc]{0,8}",
        ) {
            let expected = text.contains(&format!("{value}c"));
            prop_assert_eq!(matches_with_client("*${iot:ClientId}c*", &value, &text), expected);
            let expected = text.contains(&value);
            prop_assert_eq!(matches_with_client("*${iot:ClientId}*", &value, &text), expected);
        }

        #[test]
        fn a_variable_matches_exactly_its_value(value in "[a*?+#/$]{0,6}", text in "[a*?+#/$]{0,6}") {
            prop_assert_eq!(matches_with_client("${iot:ClientId}", &value, &text), value == text);
        }
    }
}
