//! The XML of our own server's answers, as far as it goes: elements and text.

use anyhow::{Result, bail};

/// Answers nest a handful of levels.
const DEPTH_MAX: usize = 32;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    children: Vec<Element>,
}

impl Element {
    pub(super) fn read(text: &str) -> Result<Element> {
        let mut rest = text.trim_start();
        if rest.starts_with("<?") {
            rest = rest.split_once("?>").map_or("", |(_, rest)| rest).trim_start();
        }
        let (element, rest) = element(rest, 0)?;
        match rest.trim().is_empty() {
            true => Ok(element),
            false => bail!("something stands behind the end of an answer"),
        }
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child; empty if there is none.
    pub(super) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    /// The items of a list as the query protocol has them.
    pub(super) fn members<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.all(name).flat_map(|list| list.all("member"))
    }
}

fn element(text: &str, depth: usize) -> Result<(Element, &str)> {
    let head = text.strip_prefix('<').and_then(|text| text.split_once('>'));
    let (Some((head, mut rest)), true) = (head, depth < DEPTH_MAX) else {
        bail!("the server's answer is no XML that is understood");
    };
    let name = head.trim_end_matches('/').split_whitespace().next().unwrap_or_default();
    let mut found = Element { name: name.to_owned(), ..Element::default() };
    if head.ends_with('/') {
        return Ok((found, rest));
    }
    loop {
        let Some(next) = rest.find('<') else { bail!("the server's answer ends too early") };
        found.text.push_str(&unescaped(&rest[..next]));
        rest = &rest[next..];
        if let Some(end) = rest.strip_prefix("</") {
            let (closed, rest) = end.split_once('>').unwrap_or_default();
            if closed.trim() != found.name {
                bail!("the server's answer closes {closed} instead of {}", found.name);
            }
            return Ok((found, rest));
        }
        let (child, behind) = element(rest, depth + 1)?;
        found.children.push(child);
        rest = behind;
    }
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(';').and_then(|(name, rest)| Some((character(name)?, rest))) {
            Some((character, rest)) => {
                plain.push(character);
                plain.push_str(rest);
            }
            None => {
                plain.push('&');
                plain.push_str(part);
            }
        }
    }
    plain
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let text = "<?xml version=\"1.0\"?>\n<R xmlns=\"x\"><A>1 &lt; 2 &amp;amp; &#10;&#x41;&b;</A><L><member><K>a</K></member>\
                    <member><K>b</K></member></L><E/></R>";
        let read = Element::read(text).expect("read");
        assert_eq!(read.text_of("A"), "1 < 2 &amp; \nA&b;");
        let keys: Vec<&str> = read.members("L").map(|it| it.text_of("K")).collect();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(read.child("E").map(|it| it.text.as_str()), Some(""));
        assert_eq!(read.text_of("Z"), "");
    }

    #[test]
    fn what_is_no_answer_is_told() {
        let deep = "<a>".repeat(100);
        for text in ["", "no", "<a>", "<a></b>", "<a/>x", "<a", deep.as_str()] {
            assert!(Element::read(text).is_err(), "{text}");
        }
    }
}
