//! Functions of regular expressions.

use super::{Call, Site, check_text};
use crate::error::Failure;
use crate::value::Value;

pub(super) const TABLE: &[(&str, Call)] = &[
    ("regexp_like(varchar, varchar) boolean", |site, v| {
        Ok(Value::Boolean(site.regexes.get(v[1].str())?.is_match(v[0].str())))
    }),
    ("regexp_extract(varchar, varchar) varchar", |site, v| extract(site, v, 0)),
    ("regexp_extract(varchar, varchar, bigint) varchar", |site, v| extract(site, v, v[2].int())),
    ("regexp_extract_all(varchar, varchar) array(varchar)", |site, v| extract_all(site, v, 0)),
    ("regexp_extract_all(varchar, varchar, bigint) array(varchar)", |site, v| {
        extract_all(site, v, v[2].int())
    }),
    ("regexp_replace(varchar, varchar) varchar", |site, v| {
        Ok(Value::text(site.regexes.get(v[1].str())?.replace_all(v[0].str(), "")))
    }),
    ("regexp_replace(varchar, varchar, varchar) varchar", |site, v| {
        check_text((v[0].str().len() + 1).saturating_mul(v[2].str().len().max(1)))?;
        let with = replacement(v[2].str());
        Ok(Value::text(site.regexes.get(v[1].str())?.replace_all(v[0].str(), with.as_str())))
    }),
    ("regexp_split(varchar, varchar) array(varchar)", |site, v| {
        let regex = site.regexes.get(v[1].str())?;
        Ok(Value::list(regex.split(v[0].str()).map(Value::text).collect()))
    }),
    ("regexp_count(varchar, varchar) bigint", |site, v| {
        Ok(Value::Int(site.regexes.get(v[1].str())?.find_iter(v[0].str()).count() as i64))
    }),
];

fn group(regex: &regex::Regex, group: i64) -> Result<usize, Failure> {
    let groups = regex.captures_len();
    let failure =
        || Failure::new(format!("Pattern has {} groups. Cannot access group {group}", groups - 1));
    usize::try_from(group).ok().filter(|group| *group < groups).ok_or_else(failure)
}

fn extract(site: &Site<'_>, v: &[Value], number: i64) -> Result<Value, Failure> {
    let regex = site.regexes.get(v[1].str())?;
    let group = group(&regex, number)?;
    let found = regex.captures(v[0].str()).and_then(|captures| captures.get(group));
    Ok(found.map_or(Value::Null, |found| Value::text(found.as_str())))
}

fn extract_all(site: &Site<'_>, v: &[Value], number: i64) -> Result<Value, Failure> {
    let regex = site.regexes.get(v[1].str())?;
    let group = group(&regex, number)?;
    let all = regex.captures_iter(v[0].str());
    let text = |captures: regex::Captures<'_>| {
        captures.get(group).map_or(Value::Null, |found| Value::text(found.as_str()))
    };
    Ok(Value::list(all.map(text).collect()))
}

/// `$1` and `${name}` mean groups; a digit ends a number, as Java has it.
fn replacement(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(
                letters
                    .next()
                    .map(|next| if next == '$' { "$$".to_owned() } else { next.to_string() }),
            ),
            '$' => {
                let mut number = String::new();
                while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                    number.push(digit);
                }
                out.push_str(&if number.is_empty() {
                    "$".to_owned()
                } else {
                    format!("${{{number}}}")
                });
            }
            letter => out.push(letter),
        }
    }
    out
}
