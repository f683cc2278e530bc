//! Functions of texts. Places count characters, from 1.

use super::{Call, Site, check_text};
use crate::error::Failure;
use crate::value::Value;

pub(super) const TABLE: &[(&str, Call)] = &[
    ("length(varchar) bigint", |_, v| Ok(Value::Int(v[0].str().chars().count() as i64))),
    ("lower(varchar) varchar", |_, v| Ok(Value::text(v[0].str().to_lowercase()))),
    ("upper(varchar) varchar", |_, v| Ok(Value::text(v[0].str().to_uppercase()))),
    ("trim(varchar) varchar", |_, v| Ok(Value::text(v[0].str().trim()))),
    ("ltrim(varchar) varchar", |_, v| Ok(Value::text(v[0].str().trim_start()))),
    ("rtrim(varchar) varchar", |_, v| Ok(Value::text(v[0].str().trim_end()))),
    ("reverse(varchar) varchar", |_, v| {
        Ok(Value::text(v[0].str().chars().rev().collect::<String>()))
    }),
    ("substr(varchar, bigint) varchar", |_, v| Ok(substring(v, None))),
    ("substr(varchar, bigint, bigint) varchar", |_, v| Ok(substring(v, Some(v[2].int())))),
    ("substring(varchar, bigint) varchar", |_, v| Ok(substring(v, None))),
    ("substring(varchar, bigint, bigint) varchar", |_, v| Ok(substring(v, Some(v[2].int())))),
    ("concat(varchar...) varchar", |_, v| {
        Ok(Value::text(v.iter().map(Value::str).collect::<String>()))
    }),
    ("concat(array(T)...) array(T)", |_, v| {
        Ok(Value::list(v.iter().flat_map(|list| list.items().iter().cloned()).collect()))
    }),
    ("strpos(varchar, varchar) bigint", |_, v| Ok(Value::Int(position(v[0].str(), v[1].str())))),
    ("strpos(varchar, varchar, bigint) bigint", nth_position),
    ("replace(varchar, varchar) varchar", |_, v| {
        Ok(Value::text(v[0].str().replace(v[1].str(), "")))
    }),
    ("replace(varchar, varchar, varchar) varchar", |_, v| {
        check_text((v[0].str().len() + 1).saturating_mul(v[2].str().len().max(1)))?;
        Ok(Value::text(v[0].str().replace(v[1].str(), v[2].str())))
    }),
    ("starts_with(varchar, varchar) boolean", |_, v| {
        Ok(Value::Boolean(v[0].str().starts_with(v[1].str())))
    }),
    ("ends_with(varchar, varchar) boolean", |_, v| {
        Ok(Value::Boolean(v[0].str().ends_with(v[1].str())))
    }),
    ("split(varchar, varchar) array(varchar)", |_, v| split(v, usize::MAX)),
    ("split(varchar, varchar, bigint) array(varchar)", |_, v| match usize::try_from(v[2].int()) {
        Ok(most) if most > 0 => split(v, most),
        _ => Err(Failure::new("Limit must be positive")),
    }),
    ("split_part(varchar, varchar, bigint) varchar", split_part),
    ("lpad(varchar, bigint, varchar) varchar", |_, v| pad(v, true)),
    ("rpad(varchar, bigint, varchar) varchar", |_, v| pad(v, false)),
    ("chr(bigint) varchar", chr),
    ("codepoint(varchar) integer", codepoint),
    ("levenshtein_distance(varchar, varchar) bigint", levenshtein),
    ("hamming_distance(varchar, varchar) bigint", hamming),
    ("left(varchar, bigint) varchar", |_, v| {
        let count = usize::try_from(v[1].int()).unwrap_or(0);
        Ok(Value::text(v[0].str().chars().take(count).collect::<String>()))
    }),
    ("right(varchar, bigint) varchar", |_, v| {
        let count = usize::try_from(v[1].int()).unwrap_or(0);
        let all = v[0].str().chars().count();
        Ok(Value::text(v[0].str().chars().skip(all.saturating_sub(count)).collect::<String>()))
    }),
];

/// Padding and repeating are bounded, since their counts come from outside.
const CHARACTERS_MAX: i64 = 1 << 20;

fn substring(v: &[Value], length: Option<i64>) -> Value {
    let text = v[0].str();
    let all = text.chars().count() as i64;
    let start = match v[1].int() {
        0 => return Value::text(""),
        start if start > 0 => start - 1,
        start if -start > all => return Value::text(""),
        start => all + start,
    };
    let length = length.unwrap_or(all).clamp(0, all);
    Value::text(text.chars().skip(start as usize).take(length as usize).collect::<String>())
}

fn position(text: &str, part: &str) -> i64 {
    text.find(part).map_or(0, |place| text[..place].chars().count() as i64 + 1)
}

fn nth_position(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (text, part) = (v[0].str(), v[1].str());
    let Some(skipped) = v[2].int().checked_sub(1).and_then(|n| usize::try_from(n).ok()) else {
        return Err(Failure::new("'instance' must be a positive number."));
    };
    let place = text.match_indices(part).nth(skipped).map(|(place, _)| place);
    Ok(Value::Int(place.map_or(0, |place| text[..place].chars().count() as i64 + 1)))
}

fn split(v: &[Value], most: usize) -> Result<Value, Failure> {
    if v[1].str().is_empty() {
        return Err(Failure::new("The delimiter may not be the empty string"));
    }
    Ok(Value::list(v[0].str().splitn(most, v[1].str()).map(Value::text).collect()))
}

fn split_part(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let Some(skipped) = v[2].int().checked_sub(1).and_then(|n| usize::try_from(n).ok()) else {
        return Err(Failure::new("Index must be greater than zero"));
    };
    if v[1].str().is_empty() {
        return Err(Failure::new("The delimiter may not be the empty string"));
    }
    Ok(v[0].str().split(v[1].str()).nth(skipped).map_or(Value::Null, Value::text))
}

fn pad(v: &[Value], before: bool) -> Result<Value, Failure> {
    let (text, wanted, filler) = (v[0].str(), v[1].int(), v[2].str());
    if !(0..=CHARACTERS_MAX).contains(&wanted) {
        return Err(Failure::new(format!(
            "Target length must be in the range [0..{CHARACTERS_MAX}]"
        )));
    }
    if filler.is_empty() {
        return Err(Failure::new("Padding string must not be empty"));
    }
    let (wanted, all) = (wanted as usize, text.chars().count());
    if all >= wanted {
        return Ok(Value::text(text.chars().take(wanted).collect::<String>()));
    }
    let padding: String = filler.chars().cycle().take(wanted - all).collect();
    Ok(Value::text(if before { padding + text } else { text.to_owned() + &padding }))
}

fn chr(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let letter = u32::try_from(v[0].int()).ok().and_then(char::from_u32);
    let failure = || Failure::new(format!("Not a valid Unicode code point: {}", v[0].int()));
    letter.map(|letter| Value::text(letter.to_string())).ok_or_else(failure)
}

fn codepoint(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let mut letters = v[0].str().chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(Value::Int(i64::from(u32::from(letter)))),
        _ => Err(Failure::new("Input string must be a single character string")),
    }
}

/// The product of both lengths is bounded: the way through is as long.
const DISTANCE_STEPS_MAX: usize = 1_000_000;

fn levenshtein(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let one: Vec<char> = v[0].str().chars().collect();
    let two: Vec<char> = v[1].str().chars().collect();
    if one.len().saturating_mul(two.len()) > DISTANCE_STEPS_MAX {
        return Err(Failure::new("The combined inputs for Levenshtein distance are too large"));
    }
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (line, letter) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (place, other) in two.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(row[place] + 1).min(diagonal + 1);
        }
    }
    Ok(Value::Int(row[two.len()] as i64))
}

fn hamming(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (one, two) = (v[0].str(), v[1].str());
    if one.chars().count() != two.chars().count() {
        return Err(Failure::new(
            "The input strings to hamming_distance function must have the same length",
        ));
    }
    Ok(Value::Int(one.chars().zip(two.chars()).filter(|(one, two)| one != two).count() as i64))
}
