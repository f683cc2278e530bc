//! Comma-separated values (RFC 4180).

use std::io::{BufRead, Write};

use anyhow::{Result, bail};

/// A record has no more than this, or it is no such file.
const RECORD_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Writes a record; what must be quoted is.
pub(crate) fn put_record(
    out: &mut impl Write,
    fields: impl Iterator<Item = String>,
) -> std::io::Result<()> {
    for (place, field) in fields.enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        match field.contains([',', '"', '\n', '\r']) {
            true => write!(out, "\"{}\"", field.replace('"', "\"\""))?,
            false => out.write_all(field.as_bytes())?,
        }
    }
    out.write_all(b"\n")
}

/// The records of a file, one after the other.
#[derive(Debug)]
pub(crate) struct Records<R>(R);

impl<R: BufRead> Records<R> {
    pub(crate) fn new(file: R) -> Records<R> {
        Records(file)
    }

    /// A record ends at the end of a line that is not within quotes.
    fn read(&mut self) -> Result<Option<Vec<String>>> {
        let mut record = String::new();
        while record.is_empty() || record.matches('"').count() % 2 == 1 {
            if self.0.read_line(&mut record)? == 0 {
                match record.is_empty() {
                    true => return Ok(None),
                    false => bail!("a quote is not closed"),
                }
            }
            if record.len() > RECORD_BYTES_MAX {
                bail!("it is longer than {RECORD_BYTES_MAX} bytes");
            }
        }
        fields(record.trim_end_matches(['\n', '\r'])).map(Some)
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Vec<String>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

fn fields(record: &str) -> Result<Vec<String>> {
    let (mut fields, mut rest) = (Vec::new(), record);
    loop {
        let mut field = String::new();
        match rest.strip_prefix('"') {
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                field.push_str(&rest[..end]);
                rest = &rest[end..];
            }
            Some(quoted) => {
                rest = quoted;
                while let Some(end) = rest.find('"') {
                    field.push_str(&rest[..end]);
                    rest = &rest[end + 1..];
                    match rest.strip_prefix('"') {
                        Some(more) => {
                            field.push('"');
                            rest = more;
                        }
                        None => break,
                    }
                }
            }
        }
        fields.push(field);
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None if rest.is_empty() => return Ok(fields),
            None => bail!("something stands behind a quote"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_back() {
        let records =
            [vec!["a", "b c", ""], vec!["1,2", "say \"no\"", "two\nlines"], vec!["", "", ""]];
        let mut file = Vec::new();
        for record in &records {
            put_record(&mut file, record.iter().map(|it| (*it).to_owned())).expect("written");
        }
        let back: Vec<Vec<String>> = Records::new(&file[..]).map(|it| it.expect("read")).collect();
        assert_eq!(back, records);
    }

    #[test]
    fn what_is_no_such_file_is_told() {
        for text in ["a,\"b", "\"a\"b,c"] {
            assert!(Records::new(text.as_bytes()).next().expect("there").is_err(), "{text}");
        }
        assert!(Records::new(&b""[..]).next().is_none());
    }
}
