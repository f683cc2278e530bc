//! `format`: the conversions of Java's formatter that queries use.

use super::{Call, Site};
use crate::cast::text_of;
use crate::error::Failure;
use crate::value::Value;

pub(super) const TABLE: &[(&str, Call)] = &[
    ("!format(varchar, T) varchar", format),
    ("!format(varchar, T, U) varchar", format),
    ("!format(varchar, T, U, V) varchar", format),
    ("!format(varchar, T, U, V, W) varchar", format),
    ("!format(varchar, T, U, V, W, X) varchar", format),
];

/// What stands between `%` and the letter.
#[derive(Default)]
struct Conversion {
    flags: String,
    width: usize,
    decimals: Option<usize>,
}

/// Widths come from outside.
const WIDTH_MAX: usize = 1_000;

fn format(site: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    if v[0].is_null() {
        return Ok(Value::Null);
    }
    let mut arguments = v[1..].iter().zip(&site.types[1..]);
    let mut out = String::new();
    let mut letters = v[0].str().chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut conversion = Conversion::default();
        while let Some(flag) = letters.next_if(|letter| "-+, 0".contains(*letter)) {
            conversion.flags.push(flag);
        }
        conversion.width = number(&mut letters)?.unwrap_or(0);
        if letters.next_if_eq(&'.').is_some() {
            conversion.decimals = Some(number(&mut letters)?.unwrap_or(0));
        }
        let kind = letters.next().ok_or_else(|| Failure::new("Invalid format string"))?;
        match kind {
            '%' => out.push('%'),
            'n' => out.push('\n'),
            _ => {
                let next = arguments.next();
                let missing = || Failure::new(format!("Format specifier '%{kind}'"));
                let (value, of) = next.ok_or_else(missing)?;
                let text = if value.is_null() {
                    "null".to_owned()
                } else {
                    conversion.write(kind, value, of)?
                };
                out.push_str(&conversion.padded(text));
            }
        }
    }
    Ok(Value::text(out))
}

fn number(
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
) -> Result<Option<usize>, Failure> {
    let mut digits = String::new();
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    if digits.is_empty() {
        return Ok(None);
    }
    let number = digits.parse().ok().filter(|number| *number <= WIDTH_MAX);
    number.map(Some).ok_or_else(|| Failure::new("Invalid format string: width is too large"))
}

impl Conversion {
    fn write(&self, kind: char, value: &Value, of: &crate::Type) -> Result<String, Failure> {
        let wrong = || Failure::new(format!("{kind} != {of}"));
        Ok(match (kind, value) {
            ('s', value) => text_of(value, of),
            ('S', value) => text_of(value, of).to_uppercase(),
            ('d', Value::Int(whole)) => self.signed(*whole < 0, whole.unsigned_abs().to_string()),
            ('x', Value::Int(whole)) => format!("{whole:x}"),
            ('X', Value::Int(whole)) => format!("{whole:X}"),
            ('f', Value::Double(value)) => {
                let digits = format!("{:.*}", self.decimals.unwrap_or(6), value.abs());
                self.signed(value.is_sign_negative(), digits)
            }
            ('e', Value::Double(value)) => {
                format!("{:.*e}", self.decimals.unwrap_or(6), value)
            }
            ('b', Value::Boolean(value)) => value.to_string(),
            _ => return Err(wrong()),
        })
    }

    fn signed(&self, is_negative: bool, digits: String) -> String {
        let digits = if self.flags.contains(',') { grouped(&digits) } else { digits };
        match (is_negative, self.flags.contains('+')) {
            (true, _) => format!("-{digits}"),
            (false, true) => format!("+{digits}"),
            (false, false) => digits,
        }
    }

    fn padded(&self, text: String) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.flags.contains('-') {
            return text + &" ".repeat(missing);
        }
        if self.flags.contains('0') {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+'])));
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        " ".repeat(missing) + &text
    }
}

fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}
