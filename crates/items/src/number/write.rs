//! Writing numbers.

use std::fmt::{self, Display, Formatter, Write};

use super::{Number, digits};

/// Plain decimal notation, as DynamoDB answers: no exponent, no zero that says nothing.
impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_negative() {
            f.write_char('-')?;
        }
        let (magnitude, exponent) = (self.magnitude(), self.exponent());
        if exponent >= 0 {
            write_magnitude(f, magnitude)?;
            return write_zeros(f, exponent.unsigned_abs());
        }
        let places = exponent.unsigned_abs();
        let count = digits(magnitude);
        if places >= count {
            f.write_str("0.")?;
            write_zeros(f, places - count)?;
            return write_magnitude(f, magnitude);
        }
        let split = 10u128.pow(places);
        write_magnitude(f, magnitude / split)?;
        let width = places as usize;
        match u64::try_from(magnitude % split) {
            Ok(fraction) => write!(f, ".{fraction:0width$}"),
            Err(_) => write!(f, ".{:0width$}", magnitude % split),
        }
    }
}

fn write_magnitude(f: &mut Formatter<'_>, magnitude: u128) -> fmt::Result {
    // Far cheaper for those that fit, which nearly all do.
    match u64::try_from(magnitude) {
        Ok(magnitude) => write!(f, "{magnitude}"),
        Err(_) => write!(f, "{magnitude}"),
    }
}

fn write_zeros(f: &mut Formatter<'_>, count: u32) -> fmt::Result {
    (0..count).try_for_each(|_| f.write_char('0'))
}
