//! Filter patterns: which events are asked for, by words in their messages.

/// Why a pattern is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPattern {
    #[error("Invalid filter pattern: a quotation mark is not closed")]
    Quote,
    #[error("Invalid filter pattern: terms with ? stand alone or with others of their kind")]
    Mixed,
    #[error("Invalid filter pattern: {found} is not supported; words and phrases are")]
    NotServed { found: &'static str },
}

/// Words that a message must have, must not have, or of which it must have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    wanted: Vec<String>,
    unwanted: Vec<String>,
    any_of: Vec<String>,
}

impl Pattern {
    /// `ERROR "out of memory" -debug`, or `?ERROR ?WARN`. Case counts.
    pub fn parse(text: &str) -> Result<Pattern, UnfitPattern> {
        let mut pattern = Pattern::default();
        let mut rest = text.trim_start();
        let others = [('{', "{ JSON }"), ('[', "[fields]"), ('%', "%a regular expression%")];
        let other = others.iter().find(|(begin, _)| rest.starts_with(*begin));
        if let Some((_, found)) = other {
            return Err(UnfitPattern::NotServed { found });
        }
        while !rest.is_empty() {
            let (to, after) = match rest.as_bytes()[0] {
                b'-' => (&mut pattern.unwanted, &rest[1..]),
                b'?' => (&mut pattern.any_of, &rest[1..]),
                _ => (&mut pattern.wanted, rest),
            };
            let (term, left) = term(after)?;
            if !term.is_empty() {
                to.push(term.to_owned());
            }
            rest = left.trim_start();
        }
        let has_others = !pattern.wanted.is_empty() || !pattern.unwanted.is_empty();
        match has_others && !pattern.any_of.is_empty() {
            true => Err(UnfitPattern::Mixed),
            false => Ok(pattern),
        }
    }

    pub fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        self.wanted.iter().all(has)
            && !self.unwanted.iter().any(has)
            && (self.any_of.is_empty() || self.any_of.iter().any(has))
    }
}

/// A word or a phrase, and what is behind it.
fn term(text: &str) -> Result<(&str, &str), UnfitPattern> {
    match text.strip_prefix('"') {
        Some(phrase) => phrase.split_once('"').ok_or(UnfitPattern::Quote),
        None => Ok(text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand() {
        let message = "ERROR the disk is full at 12:00";
        for (pattern, matches) in [
            ("", true),
            ("ERROR", true),
            ("error", false),
            ("ERROR full", true),
            ("ERROR WARN", false),
            ("\"disk is full\"", true),
            ("\"is disk\"", false),
            ("ERROR -full", false),
            ("-WARN", true),
            ("?WARN ?ERROR", true),
            ("?WARN ?INFO", false),
            ("-\"disk is\"", false),
        ] {
            let parsed = Pattern::parse(pattern).expect(pattern);
            assert_eq!(parsed.matches(message), matches, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (pattern, refused) in [
            ("\"open", UnfitPattern::Quote),
            ("?a b", UnfitPattern::Mixed),
            ("{ $.a = 1 }", UnfitPattern::NotServed { found: "{ JSON }" }),
            ("[a, b]", UnfitPattern::NotServed { found: "[fields]" }),
            ("%a.b%", UnfitPattern::NotServed { found: "%a regular expression%" }),
        ] {
            assert_eq!(Pattern::parse(pattern), Err(refused), "{pattern}");
        }
    }
}
