//! Filter patterns: which events are asked for.
//!
//! | a pattern | asks for messages |
//! | --- | --- |
//! | `ERROR "out of memory" -debug` | by words and phrases |
//! | `{ $.status >= 400 && $.user = "a*" }` | that are JSON, by its properties |
//! | `[ip, ..., status = 4*, bytes > 1000]` | by their words in order |
//! | `%ERROR [0-9]+%` | by a regular expression |

mod condition;
mod cursor;
mod fields;
mod json;
mod words;

use regex::Regex;

use self::fields::Fields;
use self::json::Json;
use self::words::Words;

/// AWS's limit.
const PATTERN_CHARACTERS_MAX: usize = 1_024;

/// What one pattern may make of a regular expression, compiled.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// Why a pattern is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPattern {
    #[error("Invalid filter pattern: a quotation mark is not closed")]
    Quote,
    #[error("Invalid filter pattern: terms with ? stand alone or with others of their kind")]
    Mixed,
    #[error("Invalid filter pattern: at most {PATTERN_CHARACTERS_MAX} characters")]
    TooLong,
    #[error("Invalid filter pattern: the regular expression {0} cannot be read")]
    Regex(String),
    /// `at`: so many characters stand before it.
    #[error("Invalid filter pattern: {expected} expected at character {at}")]
    Expected { expected: &'static str, at: usize },
}

/// Which messages are asked for.
#[derive(Clone, Debug)]
pub struct Pattern(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Words(Words),
    Json(Json),
    Fields(Fields),
    Regex(Regex),
}

impl Default for Pattern {
    /// All messages.
    fn default() -> Pattern {
        Pattern(Kind::Words(Words::default()))
    }
}

impl Pattern {
    pub fn parse(text: &str) -> Result<Pattern, UnfitPattern> {
        if text.chars().count() > PATTERN_CHARACTERS_MAX {
            return Err(UnfitPattern::TooLong);
        }
        let text = text.trim();
        Ok(Pattern(match text.as_bytes().first() {
            Some(b'{') => Kind::Json(Json::parse(text)?),
            Some(b'[') => Kind::Fields(Fields::parse(text)?),
            Some(b'%') => match text.strip_suffix('%').and_then(|text| text.strip_prefix('%')) {
                Some(inner) => Kind::Regex(regex(inner)?),
                None => return Err(UnfitPattern::Regex(text.to_owned())),
            },
            _ => Kind::Words(Words::parse(text)?),
        }))
    }

    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Kind::Words(words) => words.matches(message),
            Kind::Json(json) => json.matches(message),
            Kind::Fields(fields) => fields.matches(message),
            Kind::Regex(regex) => regex.is_match(message),
        }
    }
}

fn regex(text: &str) -> Result<Regex, UnfitPattern> {
    let built = regex::RegexBuilder::new(text).size_limit(REGEX_BYTES_MAX).build();
    built.map_err(|_| UnfitPattern::Regex(text.to_owned()))
}
