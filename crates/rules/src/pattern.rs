//! Regular expressions. AWS has Java's; ours are made to mean the same, and what ours cannot do
//! (look-around, back references, possessive repetition) is refused where it is written.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use regex::{Regex, RegexBuilder};

/// The largest program that a pattern may compile to.
const PROGRAM_BYTES_MAX: usize = 1024 * 1024;

/// The pattern of one call: known when the statement is parsed, or the last one that was met.
#[derive(Default)]
pub(crate) struct Pattern {
    fixed: Option<Regex>,
    last: Mutex<Option<(String, Option<Regex>)>>,
}

impl Pattern {
    /// Of a literal; an error says what is wrong with it.
    pub(crate) fn fixed(text: &str) -> Result<Pattern, String> {
        Ok(Pattern { fixed: Some(compile(text)?), last: Mutex::default() })
    }

    /// The pattern that a text is; `None` if it is none.
    pub(crate) fn of(&self, text: &str) -> Option<Regex> {
        if let Some(fixed) = &self.fixed {
            return Some(fixed.clone());
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((held, regex)) if held == text => regex.clone(),
            _ => {
                let regex = compile(text).ok();
                *last = Some((text.to_owned(), regex.clone()));
                regex
            }
        }
    }
}

/// What a call has met since it was parsed makes no difference to what it is.
impl PartialEq for Pattern {
    fn eq(&self, _: &Pattern) -> bool {
        true
    }
}

impl Clone for Pattern {
    fn clone(&self) -> Pattern {
        Pattern { fixed: self.fixed.clone(), last: Mutex::default() }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.fixed, f)
    }
}

fn compile(java: &str) -> Result<Regex, String> {
    let text = from_java(java)?;
    RegexBuilder::new(&text).size_limit(PROGRAM_BYTES_MAX).build().map_err(|why| {
        // The report of many lines draws the pattern; its last line says what is wrong.
        let report = why.to_string();
        let reason = report.lines().last().unwrap_or_default().trim_start_matches("error: ");
        format!("the regular expression '{java}' cannot be used: {reason}")
    })
}

/// The same pattern for our engine: Java's classes are ASCII, and `\Q…\E` quotes.
fn from_java(java: &str) -> Result<String, String> {
    let mut out = String::with_capacity(java.len() + 16);
    let mut class_depth = 0_usize;
    let mut is_repeated = false;
    let mut rest = java;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let was_repeated = std::mem::replace(&mut is_repeated, false);
        match c {
            '\\' => rest = escape(rest, class_depth > 0, &mut out),
            '[' => {
                class_depth += 1;
                out.push(c);
            }
            ']' => {
                class_depth = class_depth.saturating_sub(1);
                out.push(c);
            }
            '+' if was_repeated && class_depth == 0 => {
                return Err("possessive repetition in regular expressions is not supported".into());
            }
            '*' | '+' | '?' | '}' if class_depth == 0 => {
                is_repeated = !was_repeated || c == '}';
                out.push(c);
            }
            // Java lets these stand in a class as they are; to ours two of them are an operator.
            '~' | '-' if class_depth > 0 && rest.starts_with(c) => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// What follows a backslash. Gives the rest of the pattern.
fn escape<'a>(rest: &'a str, is_in_class: bool, out: &mut String) -> &'a str {
    let Some(c) = rest.chars().next() else {
        out.push('\\');
        return rest;
    };
    let after = &rest[c.len_utf8()..];
    let class = |inner: &str| if is_in_class { inner.to_owned() } else { format!("[{inner}]") };
    match c {
        'd' => out.push_str(&class("0-9")),
        'D' => out.push_str("[^0-9]"),
        'w' => out.push_str(&class("a-zA-Z0-9_")),
        'W' => out.push_str("[^a-zA-Z0-9_]"),
        's' => out.push_str(&class(r" \t\n\x0B\f\r")),
        'S' => out.push_str(r"[^ \t\n\x0B\f\r]"),
        'h' => out.push_str(&class(r" \t\u00A0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000")),
        'Z' => out.push_str(r"(?:\r\n|\n)?\z"),
        'e' => out.push_str(r"\x1B"),
        'Q' => {
            let (quoted, after) = after.split_once("\\E").unwrap_or((after, ""));
            out.push_str(&regex::escape(quoted));
            return after;
        }
        c => out.extend(['\\', c]),
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_patterns_mean_what_they_mean_in_java() {
        let cases = [
            (r"^\d+$", "12", true),
            (r"^\d+$", "١٢", false),
            (r"^[\w.]+$", "a.b_1", true),
            (r"^\w+$", "é", false),
            (r"^\S+\s\S+$", "a b", true),
            (r"\Qa.b*\E+", "a.b**", true),
            (r"^[a-z&&[^b]]+$", "abc", false),
            (r"^(?i)AB?c{2}$", "abCC", true),
            (r"^a{2}?$", "aa", true),
            (r"a\Z", "a\n", true),
            (r"^[+*?]+$", "+*?", true),
            ("", "anything", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(compile(pattern).expect(pattern).is_match(text), expected, "{pattern}");
        }
    }

    #[test]
    fn what_our_engine_cannot_do_is_refused() {
        for pattern in
            ["(?=a)", "(?<!a)b", r"(a)\1", "a*+", "a?+", "a{2}+", "(", "[a", "\\", r"\p{No}"]
        {
            let refused = compile(pattern).err();
            assert_eq!(refused.is_none(), pattern == r"\p{No}", "{pattern}: {refused:?}");
        }
        assert_eq!(
            compile("(?=a)").unwrap_err(),
            "the regular expression '(?=a)' cannot be used: look-around, including look-ahead and \
             look-behind, is not supported"
        );
    }
}
