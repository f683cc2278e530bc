//! XML on its way in: an element with its children and its text. Attributes and the prefixes of
//! namespaces mean nothing to S3's inputs.

use crate::error::AwsError;

/// Deeper than any input of S3.
const DEPTH_MAX: usize = 16;
/// More than the largest input has: 10,000 parts with all their checksums.
const ELEMENTS_MAX: usize = 100_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

pub(super) fn malformed() -> AwsError {
    let message = "The XML you provided was not well-formed or did not validate against our \
                   published schema";
    AwsError::new(400, "MalformedXML", message)
}

impl Element {
    /// Reads a document whose root has this name.
    pub(super) fn read(document: &[u8], root: &str) -> Result<Element, AwsError> {
        let text = std::str::from_utf8(document).ok();
        let found = text.and_then(|text| Reader { rest: text, elements: 0 }.document());
        found.filter(|element| element.name == root).ok_or_else(malformed)
    }

    /// The children of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn get<'a>(&'a self, name: &'a str) -> Option<&'a Element> {
        self.all(name).next()
    }

    /// The text of a child, if there is one.
    pub(super) fn text_of<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.get(name).map(|child| child.text.as_str())
    }

    /// The text of a child that must be there.
    pub(super) fn required<'a>(&'a self, name: &'a str) -> Result<&'a str, AwsError> {
        self.text_of(name).ok_or_else(malformed)
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, AwsError> {
        self.text_of(name).map(|text| text.trim().parse().map_err(|_| malformed())).transpose()
    }

    pub(super) fn boolean(&self, name: &str) -> Result<bool, AwsError> {
        match self.text_of(name).map(str::trim) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(malformed()),
        }
    }

    /// Refuses children that are not known: what we do not support is not ignored.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), AwsError> {
        match self.children.iter().find(|child| !known.contains(&child.name.as_str())) {
            None => Ok(()),
            Some(child) => Err(AwsError::new(
                501,
                "NotImplemented",
                format!("{} is not supported in {}", child.name, self.name),
            )),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    elements: usize,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Option<Element> {
        self.rest = self.rest.strip_prefix('\u{feff}').unwrap_or(self.rest);
        self.skip_between()?;
        let root = self.element(0)?;
        self.skip_between()?;
        self.rest.is_empty().then_some(root)
    }

    /// White space, comments and instructions. There are no document types: what they can do is no good.
    fn skip_between(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with("<?") {
                self.skip_past("?>")?;
            } else if self.rest.starts_with("<!--") {
                self.skip_past("-->")?;
            } else {
                return Some(());
            }
        }
    }

    fn skip_past(&mut self, end: &str) -> Option<&'a str> {
        let (before, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(before)
    }

    fn element(&mut self, depth: usize) -> Option<Element> {
        self.elements += 1;
        if depth == DEPTH_MAX || self.elements > ELEMENTS_MAX {
            return None;
        }
        self.rest = self.rest.strip_prefix('<')?;
        let tag = self.tag()?;
        let is_empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let full_name = tag.split(|c: char| c.is_ascii_whitespace()).next()?;
        if full_name.is_empty() || full_name.starts_with(['/', '!', '?']) {
            return None;
        }
        let name = full_name.rsplit(':').next()?.to_owned();
        let mut element = Element { name, ..Element::default() };
        if !is_empty {
            self.content(&mut element, full_name, depth)?;
        }
        Some(element)
    }

    /// All up to the end of a tag; a `>` may stand in an attribute.
    fn tag(&mut self) -> Option<&'a str> {
        let mut quote = None;
        for (at, c) in self.rest.char_indices() {
            match (quote, c) {
                (None, '>') => {
                    let (tag, rest) = self.rest.split_at(at);
                    self.rest = &rest[1..];
                    return Some(tag);
                }
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                _ => {}
            }
        }
        None
    }

    fn content(&mut self, element: &mut Element, full_name: &str, depth: usize) -> Option<()> {
        loop {
            let at = self.rest.find('<')?;
            let (text, rest) = self.rest.split_at(at);
            unescape(text, &mut element.text)?;
            self.rest = rest;
            if let Some(end) = rest.strip_prefix("</") {
                self.rest = end;
                let end = self.skip_past(">")?;
                break (end.trim_end() == full_name).then_some(())?;
            } else if rest.starts_with("<!--") {
                self.skip_past("-->")?;
            } else if let Some(rest) = rest.strip_prefix("<![CDATA[") {
                self.rest = rest;
                let data = self.skip_past("]]>")?;
                element.text.push_str(data);
            } else {
                let child = self.element(depth + 1)?;
                element.children.push(child);
            }
        }
        if !element.children.is_empty() {
            // What is between children is how it was written down.
            element.text.clear();
        }
        Some(())
    }
}

fn unescape(text: &str, into: &mut String) -> Option<()> {
    let mut pieces = text.split('&');
    into.push_str(pieces.next()?);
    for piece in pieces {
        let (entity, rest) = piece.split_once(';')?;
        let character = match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            number => {
                let number = number.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        };
        into.push(character);
        into.push_str(rest);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_as_clients_write_them() {
        let document = br#"<?xml version="1.0" encoding="UTF-8"?>
            <!-- why --><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/" x='a>b'>
            <Object><Key>a &amp; b&#x20;&#99;</Key></Object>
            <s3:Object><Key><![CDATA[<d>]]></Key><VersionId/></s3:Object><Quiet>true</Quiet></Delete >"#;
        let delete = Element::read(document, "Delete").expect("read");
        let keys: Vec<&str> = delete.all("Object").filter_map(|it| it.text_of("Key")).collect();
        assert_eq!(keys, ["a & b c", "<d>"]);
        assert!(delete.boolean("Quiet").expect("a boolean"));
        assert!(delete.only(&["Object", "Quiet"]).is_ok());
        let error = delete.only(&["Quiet"]).expect_err("refused");
        assert_eq!(error.message, "Object is not supported in Delete");
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for document in [
            "",
            "<a",
            "<a>",
            "<a></b>",
            "<a/><a/>",
            "<a>&no;</a>",
            "<a>&#xd800;</a>",
            "</a>",
            "<b/>",
            "<!DOCTYPE a><a/>",
            "a",
            &"<a>".repeat(20),
        ] {
            assert!(Element::read(document.as_bytes(), "a").is_err(), "{document}");
        }
    }
}
