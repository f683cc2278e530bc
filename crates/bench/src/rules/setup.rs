//! The rules of each path.

use anyhow::Result;
use serde_json::{Value, json};

use crate::fleet::server::Server;

pub(crate) const TABLE: &str = "Temperature";
pub(crate) const DATABASE: &str = "lab";

const ROLE: &str = "arn:aws:iam::000000000000:role/rules";

/// What the rules select: three of nine members, one under another name.
const SELECT: &str = "SELECT sensor_id, temperature AS t, zone";

pub(crate) fn role(server: &Server) -> Result<()> {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let allow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iot:Publish","dynamodb:PutItem","timestream:*"],"Resource":"*"}]}"#;
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
    rule_of(server, name, sql, json!([action]))
}

fn rule_of(server: &Server, name: &str, sql: &str, actions: Value) -> Result<()> {
    let payload = json!({ "sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": actions });
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
    create_table(server)?;
    let sql = "SELECT *, newuuid() AS id FROM 'in/#' WHERE temperature >= 40";
    rule(server, "hot", sql, put())
}

/// A table of what was hot, also for who is not ours.
pub(crate) fn create_table(server: &Server) -> Result<()> {
    let table = json!({
        "TableName": TABLE,
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
    Ok(())
}

fn put() -> Value {
    json!({ "dynamoDBv2": { "roleArn": ROLE, "putItem": { "tableName": TABLE } } })
}

/// What is hot goes into the table and out again; its readings go into a series.
pub(crate) fn whole(server: &Server) -> Result<()> {
    create_table(server)?;
    create_series(server)?;
    let sql = format!("{SELECT}, newuuid() AS id FROM 'in/#' WHERE temperature >= 40");
    rule_of(server, "hot", &sql, json!([put(), republish()]))?;
    let sql = "SELECT temperature, humidity, battery FROM 'in/#' WHERE temperature >= 40";
    let write = json!({ "timestream": {
        "roleArn": ROLE,
        "databaseName": DATABASE,
        "tableName": TABLE,
        "dimensions": [
            { "name": "sensor_id", "value": "${sensor_id}" },
            { "name": "zone", "value": "${zone}" },
        ],
        "timestamp": { "value": "${timestamp}", "unit": "MILLISECONDS" },
    } });
    rule(server, "chart", sql, write)
}

fn create_series(server: &Server) -> Result<()> {
    let call = |operation: &str, body: Value| -> Result<()> {
        let target = format!("Timestream_20181101.{operation}");
        server.caller().call_target("timestream", &target, &body.to_string())?;
        Ok(())
    };
    call("CreateDatabase", json!({ "DatabaseName": DATABASE }))?;
    let kept = json!({
        "MemoryStoreRetentionPeriodInHours": 8_766,
        "MagneticStoreRetentionPeriodInDays": 3_650,
    });
    call(
        "CreateTable",
        json!({ "DatabaseName": DATABASE, "TableName": TABLE, "RetentionProperties": kept }),
    )
}
