//! Messages by the words and phrases in them.

use super::UnfitPattern;

/// Words that a message must have, must not have, or of which it must have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    wanted: Vec<String>,
    unwanted: Vec<String>,
    any_of: Vec<String>,
}

impl Words {
    /// `ERROR "out of memory" -debug`, or `?ERROR ?WARN`. Case counts.
    pub(super) fn parse(text: &str) -> Result<Words, UnfitPattern> {
        let mut pattern = Words::default();
        let mut rest = text.trim_start();
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

    pub(super) fn matches(&self, message: &str) -> bool {
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
            let parsed = Words::parse(pattern).expect(pattern);
            assert_eq!(parsed.matches(message), matches, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (pattern, refused) in [("\"open", UnfitPattern::Quote), ("?a b", UnfitPattern::Mixed)] {
            assert_eq!(Words::parse(pattern), Err(refused), "{pattern}");
        }
    }
}
