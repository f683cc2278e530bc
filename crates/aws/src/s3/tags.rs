//! Tags, as headers and documents have them.

use percent_encoding::percent_decode_str;

use crate::error::AwsError;
use crate::s3::element::{Element, malformed};
use crate::s3::writer::Xml;

/// AWS's limits.
pub(super) const OBJECT_TAGS_MAX: usize = 10;
pub(super) const BUCKET_TAGS_MAX: usize = 50;
const KEY_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 256;

pub(super) type Tags = Vec<(String, String)>;

fn invalid(message: &str) -> AwsError {
    AwsError::new(400, "InvalidTag", message)
}

/// `colour=red&room=hall`
pub(super) fn from_header(text: &str) -> Result<Tags, AwsError> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().map(std::borrow::Cow::into_owned);
        decoded.map_err(|_| invalid("The TagValue you have provided is invalid"))
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(key)?, decode(value)?))
    });
    check(pairs.collect::<Result<Tags, AwsError>>()?, OBJECT_TAGS_MAX)
}

/// From `<Tagging><TagSet><Tag>…`
pub(super) fn from_document(document: &Element, most: usize) -> Result<Tags, AwsError> {
    document.only(&["TagSet"])?;
    let set = document.get("TagSet").ok_or_else(malformed)?;
    set.only(&["Tag"])?;
    check(set.all("Tag").map(from_element).collect::<Result<Tags, AwsError>>()?, most)
}

pub(super) fn from_element(tag: &Element) -> Result<(String, String), AwsError> {
    tag.only(&["Key", "Value"])?;
    Ok((tag.required("Key")?.to_owned(), tag.required("Value")?.to_owned()))
}

fn check(tags: Tags, most: usize) -> Result<Tags, AwsError> {
    if tags.len() > most {
        let message = format!("Object tags cannot be greater than {most}");
        return Err(AwsError::new(400, "BadRequest", message));
    }
    for (place, (key, value)) in tags.iter().enumerate() {
        if key.is_empty() || key.chars().count() > KEY_CHARACTERS_MAX {
            return Err(invalid("The TagKey you have provided is invalid"));
        }
        if value.chars().count() > VALUE_CHARACTERS_MAX {
            return Err(invalid("The TagValue you have provided is invalid"));
        }
        if key.starts_with("aws:") {
            return Err(invalid("System tags cannot be added/updated by requester"));
        }
        if tags[..place].iter().any(|(known, _)| known == key) {
            return Err(invalid("Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(tags)
}

pub(super) fn document(tags: &Tags) -> Xml {
    let mut xml = Xml::new("Tagging");
    xml.inside("TagSet", |xml| {
        for (key, value) in tags {
            xml.inside("Tag", |xml| {
                xml.leaf("Key", key).leaf("Value", value);
            });
        }
    });
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_bounds_and_different_keys() {
        let tags = from_header("colour=red&a%20b=c+d&empty").expect("tags");
        let expected = [("colour", "red"), ("a b", "c d"), ("empty", "")];
        assert_eq!(tags, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        let eleven: Vec<String> = (0..11).map(|at| format!("k{at}=v")).collect();
        let long = format!("{}=v", "k".repeat(129));
        for wrong in ["a=1&a=2", "=v", "aws:x=1", &eleven.join("&"), &long] {
            assert!(from_header(wrong).is_err(), "{wrong}");
        }
    }
}
