//! Items as plain JSON, without the names of their types, and keys read from it.
//!
//! All of it is text: a number of 38 digits would not survive one of JSON's usual trees.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) fn item(item: &items::Item) -> String {
    let mut json = String::new();
    write_item(&mut json, item);
    json
}

/// A key's value, from the JSON that the statement made of it.
pub(super) fn key_value(json: &str) -> Result<items::Value, String> {
    if json.starts_with('"') {
        let text = serde_json::from_str(json).map_err(|error| error.to_string())?;
        return Ok(items::Value::S(text));
    }
    match items::Number::parse(json) {
        Ok(number) => Ok(items::Value::N(number)),
        Err(_) => Err(format!("a key is a text or a number, not {json}")),
    }
}

fn write_item(json: &mut String, item: &items::Item) {
    let members = item.iter();
    write_all(json, ['{', '}'], members, |json, (name, value)| {
        write_text(json, name);
        json.push(':');
        write(json, value);
    });
}

fn write(json: &mut String, value: &items::Value) {
    match value {
        items::Value::S(text) => write_text(json, text),
        items::Value::N(number) => json.push_str(&number.to_string()),
        items::Value::B(bytes) => write_text(json, &STANDARD.encode(bytes)),
        items::Value::Bool(held) => json.push_str(if *held { "true" } else { "false" }),
        items::Value::Null => json.push_str("null"),
        items::Value::M(item) => write_item(json, item),
        items::Value::L(list) => write_list(json, list, write),
        items::Value::Ss(set) => write_list(json, set, |json, text| write_text(json, text)),
        items::Value::Ns(set) => {
            write_list(json, set, |json, number| json.push_str(&number.to_string()));
        }
        items::Value::Bs(set) => {
            write_list(json, set, |json, bytes| write_text(json, &STANDARD.encode(bytes)));
        }
    }
}

fn write_list<T>(
    json: &mut String,
    elements: impl IntoIterator<Item = T>,
    write: impl Fn(&mut String, T),
) {
    write_all(json, ['[', ']'], elements, write);
}

fn write_all<T>(
    json: &mut String,
    [open, close]: [char; 2],
    elements: impl IntoIterator<Item = T>,
    write: impl Fn(&mut String, T),
) {
    json.push(open);
    for (at, element) in elements.into_iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        write(json, element);
    }
    json.push(close);
}

fn write_text(json: &mut String, text: &str) {
    json.push_str(&serde_json::Value::from(text).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> items::Value {
        items::Value::N(items::Number::parse(text).expect("a number"))
    }

    #[test]
    fn an_item_loses_its_types_and_no_digit() {
        let mut inner = items::Item::new();
        inner.insert("bytes".to_owned(), items::Value::B(b"hi".as_slice().into()));
        let mut outer = items::Item::new();
        outer.insert("a \"b\"".to_owned(), number("123456789012345678901234.5"));
        outer.insert("list".to_owned(), items::Value::L(vec![items::Value::Null, number("1")]));
        outer.insert("map".to_owned(), items::Value::M(inner));
        outer.insert("on".to_owned(), items::Value::Bool(true));
        let json = r#"{"a \"b\"":123456789012345678901234.5,"list":[null,1],"map":{"bytes":"aGk="},"on":true}"#;
        assert_eq!(item(&outer), json);
    }

    #[test]
    fn keys_are_texts_and_exact_numbers() {
        assert_eq!(key_value(r#""a\n""#), Ok(items::Value::S("a\n".to_owned())));
        let digits = "12345678901234567890123456789012345678";
        assert_eq!(key_value(digits), Ok(number(digits)));
        assert_eq!(key_value("true"), Err("a key is a text or a number, not true".to_owned()));
    }
}
