//! XML on its way out, for the query protocol.

use serde_json::Value;

use crate::error::AwsError;

/// The answer of an operation: its fields in its result, and the request's identifier.
pub(crate) fn answer(namespace: &str, operation: &str, fields: &Value, request_id: &str) -> String {
    whole(element, (namespace, operation), fields, request_id)
}

/// The same with lists whose items stand flat, under the list's own name.
pub(crate) fn flat_answer(
    namespace: &str,
    operation: &str,
    fields: &Value,
    request_id: &str,
) -> String {
    whole(flat_element, (namespace, operation), fields, request_id)
}

fn whole(
    element: fn(&mut String, &str, &Value),
    (namespace, operation): (&str, &str),
    fields: &Value,
    request_id: &str,
) -> String {
    let mut xml = format!("<{operation}Response xmlns=\"{namespace}\">");
    // Also where there are none: some results are empty and yet looked for, as UpdateRole's.
    element(&mut xml, &format!("{operation}Result"), fields);
    xml.push_str("<ResponseMetadata>");
    text(&mut xml, "RequestId", request_id);
    xml.push_str(&format!("</ResponseMetadata></{operation}Response>"));
    xml
}

pub(crate) fn error(namespace: &str, error: &AwsError, request_id: &str) -> String {
    let mut xml = format!("<ErrorResponse xmlns=\"{namespace}\"><Error>");
    text(&mut xml, "Type", if error.status < 500 { "Sender" } else { "Receiver" });
    // Codes that JSON qualifies stand alone here, or have another name.
    let code = error.code.rsplit('#').next().unwrap_or_default();
    text(&mut xml, "Code", error.query_code.unwrap_or(code));
    text(&mut xml, "Message", &error.message);
    xml.push_str("</Error>");
    text(&mut xml, "RequestId", request_id);
    xml.push_str("</ErrorResponse>");
    xml
}

/// Nothing is written for what is not there, an empty element for an empty list. The items of a
/// list are its members; those of a map are the entries of an object whose one field is `entry`.
fn element(xml: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(value) => text(xml, name, &value.to_string()),
        Value::Number(value) => text(xml, name, &value.to_string()),
        Value::String(value) => text(xml, name, value),
        Value::Array(items) => {
            xml.push_str(&format!("<{name}>"));
            items.iter().for_each(|item| element(xml, "member", item));
            xml.push_str(&format!("</{name}>"));
        }
        Value::Object(fields) => {
            xml.push_str(&format!("<{name}>"));
            for (field, value) in fields {
                match value {
                    Value::Array(entries) if field == "entry" => {
                        entries.iter().for_each(|entry| element(xml, field, entry));
                    }
                    _ => element(xml, field, value),
                }
            }
            xml.push_str(&format!("</{name}>"));
        }
    }
}

fn flat_element(xml: &mut String, name: &str, value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flat_element(xml, name, item)),
        Value::Object(fields) => {
            xml.push_str(&format!("<{name}>"));
            fields.iter().for_each(|(field, value)| flat_element(xml, field, value));
            xml.push_str(&format!("</{name}>"));
        }
        plain => element(xml, name, plain),
    }
}

pub(crate) fn text(xml: &mut String, name: &str, value: &str) {
    xml.push_str(&format!("<{name}>"));
    for character in value.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\r' => xml.push_str("&#xD;"),
            // No XML may hold them, and nobody could read the answer.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                xml.push('\u{fffd}');
            }
            character => xml.push(character),
        }
    }
    xml.push_str(&format!("</{name}>"));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_elements_and_items_members() {
        let fields = json!({
            "Users": [{"UserName": "a<b>&\u{1}"}], "IsTruncated": false, "Marker": null,
            "Empty": [], "SummaryMap": {"entry": [{"key": "Users", "value": 1}]}
        });
        assert_eq!(
            answer("https://x/", "ListUsers", &fields, "id"),
            "<ListUsersResponse xmlns=\"https://x/\"><ListUsersResult><Empty></Empty>\
             <IsTruncated>false</IsTruncated><SummaryMap><entry><key>Users</key><value>1</value>\
             </entry></SummaryMap><Users><member><UserName>a&lt;b&gt;&amp;\u{fffd}</UserName>\
             </member></Users></ListUsersResult><ResponseMetadata><RequestId>id</RequestId>\
             </ResponseMetadata></ListUsersResponse>"
        );
        let nothing = answer("n", "DeleteUser", &json!({}), "id");
        assert!(nothing.contains("<DeleteUserResult></DeleteUserResult>"), "{nothing}");
    }

    #[test]
    fn errors_say_whose_fault_it_is() {
        let refused = AwsError::new(404, "NoSuchEntity", "no <user>");
        assert_eq!(
            error("n", &refused, "id"),
            "<ErrorResponse xmlns=\"n\"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>\
             <Message>no &lt;user&gt;</Message></Error><RequestId>id</RequestId></ErrorResponse>"
        );
        assert!(error("n", &AwsError::internal("x"), "id").contains("<Type>Receiver</Type>"));
    }
}
