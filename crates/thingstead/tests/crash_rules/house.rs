//! What the load needs: tables, a role, and two rules.
//!
//! - `everything` writes each message into the table of readings (with an index and a stream), makes
//!   it the device's latest (with an index that it moves in, and a stream), and publishes it anew.
//! - `copies` writes it into a table of one attribute for each message.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use sigv4::Credentials;
use testkit::Caller;

use crate::credentials::credentials;
use crate::server::Server;

pub(crate) const READINGS: &str = "Readings";
pub(crate) const LATEST: &str = "Latest";
pub(crate) const COPIES: &str = "Copies";
pub(crate) const INDEX: &str = "by-slot";

const ROLE: &str = "arn:aws:iam::000000000000:role/rules";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iot:Publish","dynamodb:PutItem"],"Resource":"*"}]}"#;

/// Who may do everything.
pub(crate) struct Owner(Credentials);

pub(crate) fn furnish(server: &Server) -> Owner {
    let owner = Owner(credentials(server));
    let mut caller = owner.caller(server);
    let with_index = true;
    create_table(&mut caller, READINGS, &["device", "number"], with_index);
    create_table(&mut caller, LATEST, &["device"], with_index);
    create_table(&mut caller, COPIES, &["device", "number"], !with_index);
    role(&mut caller);
    let put =
        |table| json!({ "dynamoDBv2": { "roleArn": ROLE, "putItem": { "tableName": table } } });
    let anew = json!({ "republish": { "roleArn": ROLE, "topic": "kept/${device}", "qos": 1 } });
    let copy = json!({ "dynamoDB": {
        "roleArn": ROLE, "tableName": COPIES, "hashKeyField": "device", "hashKeyValue": "${device}",
        "rangeKeyField": "number", "rangeKeyValue": "${number}", "rangeKeyType": "NUMBER",
    } });
    rule(&mut caller, "everything", &[put(READINGS), put(LATEST), anew]);
    rule(&mut caller, "copies", &[copy]);
    owner
}

impl Owner {
    pub(crate) fn caller(&self, server: &Server) -> Caller {
        let (address, _) = server.address("aws", 0);
        Caller::new(address.parse().expect("an address of this machine"), self.0.clone())
    }
}

fn create_table(caller: &mut Caller, name: &str, key: &[&str], with_index: bool) {
    let kind = |name: &str| if name == "number" { "N" } else { "S" };
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": kind(name) });
    let schema = |names: &[&str]| -> Value {
        let roles = names.iter().zip(["HASH", "RANGE"]);
        roles.map(|(name, role)| json!({ "AttributeName": name, "KeyType": role })).collect()
    };
    let mut attributes: Vec<&str> = key.to_vec();
    if with_index {
        attributes.extend(["slot", "number"]);
        attributes.sort_unstable();
        attributes.dedup();
    }
    let mut table = json!({
        "TableName": name,
        "AttributeDefinitions": attributes.into_iter().map(attribute).collect::<Value>(),
        "KeySchema": schema(key),
        "BillingMode": "PAY_PER_REQUEST",
    });
    if with_index {
        table["GlobalSecondaryIndexes"] = json!([{
            "IndexName": INDEX,
            "KeySchema": schema(&["slot", "number"]),
            "Projection": { "ProjectionType": "ALL" },
        }]);
        table["StreamSpecification"] =
            json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
    }
    let target = "DynamoDB_20120810.CreateTable";
    caller.call_target("dynamodb", target, &table.to_string()).expect("a new table");
}

fn role(caller: &mut Caller) {
    let mut create = |action: &str, document: &str, text: &str| {
        let text = utf8_percent_encode(text, NON_ALPHANUMERIC);
        let form = format!("Action={action}&Version=2010-05-08&RoleName=rules&{document}={text}");
        caller.call_form("iam", &form).expect("a new role");
    };
    create("CreateRole", "AssumeRolePolicyDocument", TRUST);
    create("PutRolePolicy&PolicyName=allow", "PolicyDocument", ALLOW);
}

fn rule(caller: &mut Caller, name: &str, actions: &[Value]) {
    let sql = "SELECT device, number, slot, text FROM 'load/+'";
    let rule = json!({ "sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": actions });
    let path = format!("/rules/{name}");
    caller.call("iot", "POST", &path, &rule.to_string()).expect("a new rule");
}
