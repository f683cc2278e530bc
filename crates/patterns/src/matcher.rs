//! What is wanted of one value.

use std::net::IpAddr;

use serde_json::{Number, Value};

use crate::error::UnfitPattern;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Matcher {
    Is(Value),
    Exists(bool),
    Text(Text),
    /// None of these values.
    AnythingBut(Vec<Value>),
    /// A text that none of these fits.
    NoneOf(Vec<Text>),
    /// All must hold.
    Numeric(Vec<(Comparison, f64)>),
    Cidr {
        network: IpAddr,
        bits: u8,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Text {
    Prefix(String),
    Suffix(String),
    /// These are in lower case.
    PrefixOfAnyCase(String),
    SuffixOfAnyCase(String),
    EqualOfAnyCase(String),
    /// The parts between asterisks.
    Wildcard(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Matcher {
    pub(crate) fn read(value: &Value, at: &str) -> Result<Matcher, UnfitPattern> {
        let unfit = |what: &str| UnfitPattern::Matcher { at: at.to_owned(), what: what.to_owned() };
        let object = match value {
            Value::Object(object) => object,
            Value::Array(_) => return Err(unfit("an array must not hold an array")),
            plain => return Ok(Matcher::Is(plain.clone())),
        };
        let mut kinds = object.iter();
        let (Some((kind, wanted)), None) = (kinds.next(), kinds.next()) else {
            return Err(unfit("a match has one kind"));
        };
        let read = match kind.as_str() {
            "exists" => wanted.as_bool().map(Matcher::Exists),
            "numeric" => comparisons(wanted).map(Matcher::Numeric),
            "cidr" => wanted.as_str().and_then(cidr),
            "anything-but" => anything_but(wanted),
            "prefix" | "suffix" | "equals-ignore-case" | "wildcard" => {
                Text::read(kind, wanted).map(Matcher::Text)
            }
            _ => return Err(unfit(&format!("'{kind}' is no kind of match"))),
        };
        read.ok_or_else(|| unfit(&format!("{wanted} is nothing that '{kind}' knows")))
    }

    /// Whether a value fits that is neither an array nor an object.
    pub(crate) fn fits(&self, value: &Value) -> bool {
        match self {
            Matcher::Is(wanted) => wanted == value,
            Matcher::Exists(is_wanted) => *is_wanted,
            Matcher::Text(text) => value.as_str().is_some_and(|value| text.fits(value)),
            Matcher::AnythingBut(values) => !values.contains(value),
            Matcher::NoneOf(texts) => {
                value.as_str().is_some_and(|value| !texts.iter().any(|text| text.fits(value)))
            }
            Matcher::Numeric(comparisons) => value.as_f64().is_some_and(|value| {
                comparisons.iter().all(|(comparison, bound)| comparison.holds(value, *bound))
            }),
            Matcher::Cidr { network, bits } => {
                let address = value.as_str().and_then(|text| text.parse().ok());
                address.is_some_and(|address| is_within(address, *network, *bits))
            }
        }
    }
}

impl Text {
    fn read(kind: &str, wanted: &Value) -> Option<Text> {
        if let Some(inner) = wanted.as_object() {
            let text = inner.get("equals-ignore-case").filter(|_| inner.len() == 1)?.as_str()?;
            return match kind {
                "prefix" => Some(Text::PrefixOfAnyCase(text.to_lowercase())),
                "suffix" => Some(Text::SuffixOfAnyCase(text.to_lowercase())),
                _ => None,
            };
        }
        let text = wanted.as_str()?.to_owned();
        match kind {
            "prefix" => Some(Text::Prefix(text)),
            "suffix" => Some(Text::Suffix(text)),
            "equals-ignore-case" => Some(Text::EqualOfAnyCase(text.to_lowercase())),
            "wildcard" => wildcard(&text),
            _ => None,
        }
    }

    fn fits(&self, value: &str) -> bool {
        match self {
            Text::Prefix(prefix) => value.starts_with(prefix.as_str()),
            Text::Suffix(suffix) => value.ends_with(suffix.as_str()),
            Text::PrefixOfAnyCase(prefix) => value.to_lowercase().starts_with(prefix.as_str()),
            Text::SuffixOfAnyCase(suffix) => value.to_lowercase().ends_with(suffix.as_str()),
            Text::EqualOfAnyCase(text) => value.to_lowercase() == *text,
            Text::Wildcard(parts) => fits_wildcard(parts, value),
        }
    }
}

/// An asterisk stands for any characters, `\*` for itself.
fn wildcard(text: &str) -> Option<Text> {
    let (mut parts, mut characters) = (vec![String::new()], text.chars());
    while let Some(character) = characters.next() {
        match character {
            '*' if parts.len() > 1 && parts.last().is_some_and(String::is_empty) => return None,
            '*' => parts.push(String::new()),
            '\\' => match characters.next()? {
                escaped @ ('*' | '\\') => parts.last_mut()?.push(escaped),
                _ => return None,
            },
            plain => parts.last_mut()?.push(plain),
        }
    }
    Some(Text::Wildcard(parts))
}

fn fits_wildcard(parts: &[String], value: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == value);
    };
    let Some(mut rest) = value.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}

fn anything_but(wanted: &Value) -> Option<Matcher> {
    match wanted {
        Value::String(_) | Value::Number(_) => Some(Matcher::AnythingBut(vec![wanted.clone()])),
        Value::Array(values) => {
            let is_plain = |value: &Value| value.is_string() || value.is_number();
            let fits = !values.is_empty() && values.iter().all(is_plain);
            fits.then(|| Matcher::AnythingBut(values.clone()))
        }
        Value::Object(object) => {
            let (kind, wanted) = object.iter().next().filter(|_| object.len() == 1)?;
            let wanted = match wanted {
                Value::Array(values) if !values.is_empty() => values.as_slice(),
                one @ (Value::String(_) | Value::Object(_)) => std::slice::from_ref(one),
                _ => return None,
            };
            let texts: Option<Vec<Text>> = wanted.iter().map(|one| Text::read(kind, one)).collect();
            texts.map(Matcher::NoneOf)
        }
        _ => None,
    }
}

/// One comparison, or a lower and an upper bound.
fn comparisons(wanted: &Value) -> Option<Vec<(Comparison, f64)>> {
    let (pairs, []) = wanted.as_array()?.as_chunks::<2>() else { return None };
    let read = |[comparison, bound]: &[Value; 2]| {
        let bound = bound.as_number().and_then(Number::as_f64)?;
        Some((Comparison::read(comparison.as_str()?)?, bound))
    };
    let found: Vec<(Comparison, f64)> = pairs.iter().map(read).collect::<Option<_>>()?;
    use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    let fits = match found[..] {
        [_] => true,
        [(Greater | GreaterOrEqual, low), (Less | LessOrEqual, high)] => low <= high,
        _ => false,
    };
    fits.then_some(found)
}

impl Comparison {
    fn read(text: &str) -> Option<Comparison> {
        Some(match text {
            "=" => Comparison::Equal,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return None,
        })
    }

    #[expect(clippy::float_cmp, reason = "whoever asks for an equal number means it")]
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Comparison::Equal => value == bound,
            Comparison::Less => value < bound,
            Comparison::LessOrEqual => value <= bound,
            Comparison::Greater => value > bound,
            Comparison::GreaterOrEqual => value >= bound,
        }
    }
}

fn cidr(text: &str) -> Option<Matcher> {
    let (network, bits) = text.split_once('/')?;
    let (network, bits): (IpAddr, u8) = (network.parse().ok()?, bits.parse().ok()?);
    let most = if network.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some(Matcher::Cidr { network, bits })
}

fn is_within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let differing = address.to_bits() ^ network.to_bits();
            differing.checked_shr(32 - u32::from(bits)).unwrap_or(0) == 0
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let differing = address.to_bits() ^ network.to_bits();
            differing.checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_take_what_lies_between() {
        let cases = [
            ("*", "", true),
            ("a*", "a", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*b*", "abc", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            (r"a\*c", "a*c", true),
            (r"a\*c", "abc", false),
            ("abc", "abc", true),
            ("abc", "abcd", false),
        ];
        for (pattern, text, expected) in cases {
            let wildcard = wildcard(pattern).expect(pattern);
            assert_eq!(wildcard.fits(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn networks_hold_their_addresses() {
        for (network, address, expected) in [
            ("0.0.0.0/0", "1.2.3.4", true),
            ("10.0.0.1/32", "10.0.0.1", true),
            ("10.0.0.1/32", "10.0.0.2", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "10.0.0.1", false),
        ] {
            let matcher = cidr(network).expect(network);
            assert_eq!(matcher.fits(&Value::from(address)), expected, "{network} {address}");
        }
    }
}
