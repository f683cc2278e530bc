//! XML on its way out.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::xml;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

const HTTP_DATE: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);
const XML_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// What stays as it is in an encoded key.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A document that is being written.
#[derive(Debug)]
pub(super) struct Xml {
    text: String,
    root: &'static str,
}

impl Xml {
    pub(super) fn new(root: &'static str) -> Xml {
        let head = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
        Xml { text: format!("{head}\n<{root} xmlns=\"{NAMESPACE}\">"), root }
    }

    /// Without a namespace, as the few documents are that stand in none.
    pub(super) fn plain(root: &'static str) -> Xml {
        Xml { text: format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}>"), root }
    }

    pub(super) fn leaf(&mut self, name: &str, value: impl AsRef<str>) -> &mut Xml {
        xml::text(&mut self.text, name, value.as_ref());
        self
    }

    pub(super) fn number(&mut self, name: &str, value: impl Into<u64>) -> &mut Xml {
        self.leaf(name, value.into().to_string())
    }

    pub(super) fn boolean(&mut self, name: &str, value: bool) -> &mut Xml {
        self.leaf(name, if value { "true" } else { "false" })
    }

    /// Nothing is written for what is not there.
    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Xml {
        if let Some(value) = value {
            self.leaf(name, value);
        }
        self
    }

    pub(super) fn etag(&mut self, etag: &str) -> &mut Xml {
        self.leaf("ETag", format!("\"{etag}\""))
    }

    pub(super) fn date(&mut self, name: &str, at: UnixMillis) -> &mut Xml {
        self.leaf(name, xml_date(at))
    }

    /// An element with what is written inside.
    pub(super) fn inside(&mut self, name: &str, write: impl FnOnce(&mut Xml)) -> &mut Xml {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
        write(self);
        let name = name.split(' ').next().unwrap_or_default();
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
        self
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</");
        self.text.push_str(self.root);
        self.text.push('>');
        self.text
    }
}

fn date_time(at: UnixMillis) -> OffsetDateTime {
    let nanos = i128::from(at) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `2026-11-21T10:00:00.000Z`
pub(super) fn xml_date(at: UnixMillis) -> String {
    date_time(at).format(XML_DATE).unwrap_or_default()
}

/// `Sat, 21 Nov 2026 10:00:00 GMT`
pub(super) fn http_date(at: UnixMillis) -> String {
    date_time(at).format(HTTP_DATE).unwrap_or_default()
}

pub(super) fn parse_http_date(text: &str) -> Option<UnixMillis> {
    let time = time::PrimitiveDateTime::parse(text.trim(), HTTP_DATE).ok()?.assume_utc();
    u64::try_from(time.unix_timestamp()).ok()?.checked_mul(1000)
}

/// For `encoding-type=url`.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_in_two_forms() {
        assert_eq!(http_date(1_790_000_000_999), "Mon, 21 Sep 2026 14:13:20 GMT");
        assert_eq!(parse_http_date("Mon, 21 Sep 2026 14:13:20 GMT"), Some(1_790_000_000_000));
        assert_eq!(parse_http_date("yesterday"), None);
        assert_eq!(xml_date(1_790_000_000_007), "2026-09-21T14:13:20.007Z");
    }

    #[test]
    fn elements_stand_in_elements() {
        let mut xml = Xml::new("A");
        xml.inside("B", |xml| {
            xml.leaf("C", "<&").etag("x").number("N", 7_u32).optional("D", None);
        });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <A xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><B><C>&lt;&amp;</C>\
            <ETag>\"x\"</ETag><N>7</N></B></A>";
        assert_eq!(xml.finish(), expected);
        assert_eq!(encoded("a b/ü+"), "a%20b/%C3%BC%2B");
    }
}
