//! Reads a body of lines into rows.
//!
//! A line of a series that came before in the same body costs no look at its tags: all that stands
//! before the first space is looked up as it is.

use hashbrown::HashMap;
use timesql::Stored;

use crate::lines::cursor::{Cursor, Part};
use crate::lines::error::{LineError, LineFault};
use crate::lines::unescaped::{Escapes, Unescaped};
use crate::number;
use crate::record::{TimeUnit, VALUE_BYTES_MAX, check_dimensions, check_measure_name};
use crate::rows::Rows;
use crate::series_key;
use crate::strip::{Cell, LINES};

/// The rows of a body.
#[derive(Debug)]
pub struct Lines<'a> {
    pub(crate) tables: Vec<TableLines<'a>>,
}

/// The rows of one table.
#[derive(Debug)]
pub struct TableLines<'a> {
    pub(crate) name: &'a str,
    pub(crate) dimensions: Vec<&'a str>,
    pub(crate) rows: Rows<'a>,
}

struct Parser<'a> {
    tables: Vec<TableLines<'a>>,
    /// What stands before the first space: table and series.
    heads: HashMap<&'a str, (usize, u32)>,
    escapes: Escapes<'a>,
    unit: TimeUnit,
    now: i64,
}

impl<'a> Lines<'a> {
    /// Reads a body; lines without a time are of `now`, in nanoseconds.
    pub fn parse(
        body: &'a str,
        unescaped: &'a Unescaped,
        unit: TimeUnit,
        now: i64,
    ) -> Result<Lines<'a>, LineError> {
        let mut parser = Parser::new(unescaped.give(), unit, now);
        parser.body(body)?;
        Ok(Lines { tables: parser.tables })
    }

    /// The names of the tables that it has rows of.
    pub fn tables(&self) -> impl Iterator<Item = &'a str> {
        self.tables.iter().map(|table| table.name)
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|table| table.rows.rows.len()).sum()
    }
}

pub(super) fn find_escapes(body: &str) -> Result<Vec<Box<str>>, LineError> {
    let mut parser = Parser::new(Escapes::Find(Vec::new()), TimeUnit::Nanoseconds, 0);
    // What is not unescaped yet may exceed limits that it does not exceed when it is; the second
    // reading tells faults.
    parser.body(body)?;
    match parser.escapes {
        Escapes::Find(texts) => Ok(texts),
        Escapes::Give(_) => Ok(Vec::new()),
    }
}

impl<'a> Parser<'a> {
    fn new(escapes: Escapes<'a>, unit: TimeUnit, now: i64) -> Parser<'a> {
        Parser { tables: Vec::new(), heads: HashMap::new(), escapes, unit, now }
    }

    fn body(&mut self, body: &'a str) -> Result<(), LineError> {
        let (mut rest, mut line) = (body, 0);
        let has_quotes = memchr::memchr(b'"', body.as_bytes()).is_some();
        while !rest.is_empty() {
            line += 1;
            let text = next_line(&mut rest, has_quotes);
            let mut cursor = Cursor(text.strip_suffix('\r').unwrap_or(text));
            cursor.skip_spaces();
            if !matches!(cursor.first(), None | Some(b'#')) {
                self.line(cursor, line).map_err(|fault| LineError { line, fault })?;
            }
        }
        Ok(())
    }

    fn line(&mut self, mut cursor: Cursor<'a>, line: usize) -> Result<(), LineFault> {
        let head = cursor.head();
        let (table, series) = match self.heads.get(head.text) {
            // Escaped texts are told one by one, so they must be read each time.
            Some(known) if !head.is_escaped => *known,
            _ => self.head(head.text)?,
        };
        let first = self.tables[table].rows.cells.len();
        cursor.skip_spaces();
        self.fields(&mut cursor, table, first)?;
        cursor.skip_spaces();
        let time = match cursor.0.trim_end_matches([' ', '\t']) {
            "" => self.now,
            text => number::integer(text.as_bytes())
                .and_then(|time| time.checked_mul(self.unit.nanos()))
                .ok_or(LineFault::Timestamp)?,
        };
        self.tables[table].rows.add_row(series, (time, LINES), line as u32, first);
        Ok(())
    }

    fn text(&mut self, part: Part<'a>, escaped: &[u8]) -> &'a str {
        match part.is_escaped {
            true => self.escapes.unescape(part.text, escaped),
            false => part.text,
        }
    }

    /// A head that was not seen before: `measurement,tag=value,…`.
    fn head(&mut self, text: &'a str) -> Result<(usize, u32), LineFault> {
        let mut cursor = Cursor(text);
        let measurement = cursor.until([b',']);
        let measurement = self.text(measurement, b", ");
        if measurement.is_empty() {
            return Err(LineFault::NoMeasurement);
        }
        check_measure_name(measurement).map_err(LineFault::Limit)?;
        let mut dimensions = Vec::new();
        while !cursor.is_empty() {
            cursor.skip(1);
            let name = cursor.until([b'=', b',']);
            if name.text.is_empty() {
                return Err(LineFault::NoTagKey);
            }
            if cursor.first() != Some(b'=') {
                return Err(LineFault::NoTagValue);
            }
            cursor.skip(1);
            let value = cursor.until([b',']);
            if value.text.is_empty() {
                return Err(LineFault::NoTagValue);
            }
            dimensions.push((self.text(name, b",= "), self.text(value, b",= ")));
        }
        dimensions.sort_unstable();
        check_dimensions(&dimensions).map_err(LineFault::Limit)?;
        let place = self.table(measurement);
        let TableLines { rows, dimensions: names, .. } = &mut self.tables[place];
        for (name, _) in &dimensions {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let from = rows.keys.len();
        series_key::push(&mut rows.keys, measurement, dimensions.into_iter());
        let series = rows.series(from);
        self.heads.insert(text, (place, series));
        Ok((place, series))
    }

    fn table(&mut self, name: &'a str) -> usize {
        let known = self.tables.iter().position(|table| table.name == name);
        known.unwrap_or_else(|| {
            self.tables.push(TableLines { name, dimensions: Vec::new(), rows: Rows::default() });
            self.tables.len() - 1
        })
    }

    fn fields(
        &mut self,
        cursor: &mut Cursor<'a>,
        table: usize,
        first: usize,
    ) -> Result<(), LineFault> {
        if cursor.is_empty() {
            return Err(LineFault::NoFields);
        }
        loop {
            let name = cursor.until([b'=', b',', b' ']);
            if name.text.is_empty() {
                return Err(LineFault::NoFieldKey);
            }
            if cursor.first() != Some(b'=') {
                return Err(LineFault::NoFieldValue);
            }
            let name = self.text(name, b",= ");
            cursor.skip(1);
            let cell = self.value(cursor)?;
            self.add_cell(table, first, name, cell)?;
            if cursor.first() != Some(b',') {
                return Ok(());
            }
            cursor.skip(1);
        }
    }

    fn value(&mut self, cursor: &mut Cursor<'a>) -> Result<Cell<'a>, LineFault> {
        if cursor.first() == Some(b'"') {
            cursor.skip(1);
            let part = cursor.quoted().ok_or(LineFault::Quotes)?;
            if !matches!(cursor.first(), None | Some(b',' | b' ')) {
                return Err(LineFault::Quotes);
            }
            let text = self.text(part, b"\"\\");
            return match text.len() {
                ..=VALUE_BYTES_MAX => Ok(Cell::Varchar(text)),
                _ => Err(LineFault::Limit(format!("a text exceeds {VALUE_BYTES_MAX} bytes"))),
            };
        }
        let text = cursor.until([b',', b' ']).text.as_bytes();
        match text {
            [] => Err(LineFault::NoFieldValue),
            [number @ .., b'i' | b'u'] => {
                number::integer(number).map(Cell::BigInt).ok_or(LineFault::Number)
            }
            [b't' | b'T' | b'f' | b'F', ..] => boolean(text),
            _ => number::double(text).map(Cell::Double).ok_or(LineFault::Number),
        }
    }

    /// A field given twice in a line has its last value.
    fn add_cell(
        &mut self,
        table: usize,
        first: usize,
        name: &'a str,
        cell: Cell<'a>,
    ) -> Result<(), LineFault> {
        let rows = &mut self.tables[table].rows;
        let column = match rows.likely_column(first, name, cell.stored()) {
            Some(column) => column,
            None => {
                if !rows.has_column(name) {
                    check_measure_name(name).map_err(LineFault::Limit)?;
                }
                rows.column(name, cell.stored())
            }
        };
        let before = rows.cells[first..].iter().position(|(known, _)| *known == column);
        match before {
            Some(before) => rows.cells[first + before].1 = cell,
            None => rows.cells.push((column, cell)),
        }
        Ok(())
    }
}

fn boolean(text: &[u8]) -> Result<Cell<'static>, LineFault> {
    match text {
        b"t" | b"T" | b"true" | b"True" | b"TRUE" => Ok(Cell::Boolean(true)),
        b"f" | b"F" | b"false" | b"False" | b"FALSE" => Ok(Cell::Boolean(false)),
        _ => Err(LineFault::Boolean),
    }
}

/// A line ends at a line feed that is not within quotes.
fn next_line<'a>(rest: &mut &'a str, has_quotes: bool) -> &'a str {
    let bytes = rest.as_bytes();
    let mut end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    if has_quotes && memchr::memchr(b'"', &bytes[..end]).is_some() && end < bytes.len() {
        end = end_outside_quotes(bytes);
    }
    let line = &rest[..end];
    *rest = rest.get(end + 1..).unwrap_or("");
    line
}

fn end_outside_quotes(bytes: &[u8]) -> usize {
    let (mut is_quoted, mut at) = (false, 0);
    while let Some(found) = memchr::memchr3(b'\n', b'"', b'\\', &bytes[at..]) {
        at += found;
        match bytes[at] {
            b'"' => is_quoted = !is_quoted,
            b'\\' => at += 1,
            _ if !is_quoted => return at,
            _ => {}
        }
        at += 1;
        if at >= bytes.len() {
            break;
        }
    }
    bytes.len()
}

/// What a column is called where its type is told.
pub(crate) const fn field_type(stored: Stored) -> &'static str {
    match stored {
        Stored::Varchar => "string",
        Stored::Double => "float",
        Stored::BigInt => "integer",
        Stored::Boolean => "boolean",
        Stored::Timestamp => "time",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as `table,key: column=value… time`.
    fn read(body: &str) -> Result<Vec<String>, String> {
        let unescaped = Unescaped::of(body).map_err(|error| error.to_string())?;
        let lines = Lines::parse(body, &unescaped, TimeUnit::Seconds, 7_000_000_000);
        let lines = lines.map_err(|error| error.to_string())?;
        let mut found = Vec::new();
        for TableLines { name, rows, .. } in &lines.tables {
            for row in &rows.rows {
                let series = series_key::read(rows.key(row.series)).expect("a key");
                let tags = series.dimensions.iter().map(|(name, value)| format!(",{name}={value}"));
                let cells = rows.cells_of(row).iter().map(|(column, cell)| {
                    format!(" {}={cell:?}", rows.columns[*column as usize].0)
                });
                let (tags, cells) = (tags.collect::<String>(), cells.collect::<String>());
                found.push(format!("{name}{tags}{cells} {}", row.time / 1_000_000_000));
            }
        }
        Ok(found)
    }

    #[test]
    fn lines_are_read() {
        let check = |body: &str, expected: &[&str]| {
            assert_eq!(read(body).expect("read"), expected, "{body}");
        };
        check("", &[]);
        check("# nothing\n\n  \n", &[]);
        check("air v=1", &["air v=Double(1.0) 7"]);
        check("air,b=2,a=1 v=-1.5e3 5\r\n", &["air,a=1,b=2 v=Double(-1500.0) 5"]);
        check(
            "air v=1i,u=2u,t=t,f=FALSE 5",
            &["air v=BigInt(1) u=BigInt(2) t=Boolean(true) f=Boolean(false) 5"],
        );
        check("air v=\"a b,c=d\" 5", &["air v=Varchar(\"a b,c=d\") 5"]);
        check(
            "air v=\"two\nlines\" 5\nair v=\"x\" 6",
            &["air v=Varchar(\"two\\nlines\") 5", "air v=Varchar(\"x\") 6"],
        );
        check(
            "a\\ b,t\\,x=y\\ z,u=\\\\ f\\=g=\"q\\\"\\\\\" 5\na\\ b,t\\,x=y\\ z,u=\\\\ f\\=g=1 6",
            &[
                "a b,t,x=y z,u=\\\\ f=g=Varchar(\"q\\\"\\\\\") 5",
                "a b,t,x=y z,u=\\\\ f=g=Double(1.0) 6",
            ],
        );
        check("air v=1,v=2 5", &["air v=Double(2.0) 5"]);
        check(
            "air,a=1 v=1 1\nsea,a=1 v=1 2\nair,a=1 v=2 3",
            &["air,a=1 v=Double(1.0) 1", "air,a=1 v=Double(2.0) 3", "sea,a=1 v=Double(1.0) 2"],
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let check = |body: &str, expected: &str| {
            let body = format!("air v=1 1\n{body}");
            let said = read(&body).expect_err("wrong");
            assert_eq!(said, format!("unable to parse line 2: {expected}"), "{body}");
        };
        check(",a=b v=1", "missing measurement");
        check("air,=b v=1", "missing tag key");
        check("air,a v=1", "missing tag value");
        check("air,a= v=1", "missing tag value");
        check("air", "missing fields");
        check("air ", "missing fields");
        check("air =1", "missing field key");
        check("air v", "missing field value");
        check("air v= 1", "missing field value");
        check("air v=x", "invalid number");
        check("air v=1.5i", "invalid number");
        check("air v=tr", "invalid boolean");
        check("air v=\"x", "unbalanced quotes");
        check("air v=\"x\"y 1", "unbalanced quotes");
        check("air v=1 soon", "bad timestamp");
        check("air v=1 9223372036854775807", "bad timestamp");
        check("air,a=1,a=2 v=1", "The dimension a is given twice.");
        check("air time=1", "The measure name time is reserved.");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(body in "[a-cé,= \\\\\"\n\r.0-9itu#-]{0,60}") {
            read(&body).ok();
        }
    }
}
