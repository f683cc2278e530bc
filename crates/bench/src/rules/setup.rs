//! The rules of each path.

use anyhow::Result;
use serde_json::{Value, json};

use crate::fleet::server::Server;

const ROLE: &str = "arn:aws:iam::000000000000:role/rules";

/// What the rules select: three of nine members, one under another name.
const SELECT: &str = "SELECT sensor_id, temperature AS t, zone";

pub(crate) fn role(server: &Server) -> Result<()> {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let allow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iot:Publish","dynamodb:PutItem"],"Resource":"*"}]}"#;
    let mut caller = server.caller();
    let trust = encoded(trust);
    let form = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName=rules&AssumeRolePolicyDocument={trust}"
    );
    caller.call_form("iam", &form)?;
    let allow = encoded(allow);
    let form = format!(
        "Action=PutRolePolicy&Version=2010-05-08&RoleName=rules&PolicyName=allow&PolicyDocument={allow}"
    );
    caller.call_form("iam", &form)?;
    Ok(())
}

/// Percent-encodes what is no letter or digit.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    let each = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(each).collect()
}

fn rule(server: &Server, name: &str, sql: &str, action: Value) -> Result<()> {
    let payload = json!({ "sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action] });
    let path = format!("/rules/{name}");
    server.caller().call("iot", "POST", &path, &payload.to_string())?;
    Ok(())
}

fn republish() -> Value {
    json!({ "republish": { "roleArn": ROLE, "topic": "out/${topic(2)}", "qos": 1 } })
}

pub(crate) fn hot(server: &Server) -> Result<()> {
    rule(server, "hot", &format!("{SELECT} FROM 'in/#' WHERE temperature >= 40"), republish())
}

pub(crate) fn cold(server: &Server) -> Result<()> {
    rule(server, "cold", &format!("{SELECT} FROM 'in/#' WHERE temperature > 50"), republish())
}

/// Ten listen to the topic, and one of them matches; the others listen elsewhere.
pub(crate) fn many(server: &Server) -> Result<()> {
    hot(server)?;
    for number in 0..9 {
        let sql = format!("{SELECT} FROM 'in/+' WHERE temperature > {}", 50 + number);
        rule(server, &format!("cold_{number}"), &sql, republish())?;
    }
    for number in 0..290 {
        let sql = format!("{SELECT} FROM 'other/{number}/#' WHERE temperature > 40");
        rule(server, &format!("other_{number}"), &sql, republish())?;
    }
    Ok(())
}

pub(crate) fn table(server: &Server) -> Result<()> {
    let table = json!({
        "TableName": "Temperature",
        "AttributeDefinitions": [
            { "AttributeName": "sensor_id", "AttributeType": "S" },
            { "AttributeName": "id", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "sensor_id", "KeyType": "HASH" },
            { "AttributeName": "id", "KeyType": "RANGE" },
        ],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let target = "DynamoDB_20120810.CreateTable";
    server.caller().call_target("dynamodb", target, &table.to_string())?;
    let put =
        json!({ "dynamoDBv2": { "roleArn": ROLE, "putItem": { "tableName": "Temperature" } } });
    let sql = "SELECT *, newuuid() AS id FROM 'in/#' WHERE temperature >= 40";
    rule(server, "hot", sql, put)
}
