//! Each operation of each service, asked by those who may not: unsigned, with a wrong signature, and
//! by a user without any policy. A new row is tried without a new test; if it needs more of its
//! input than texts, it needs a line in [`sample`].

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Uri};
use iam::{EntityName, Iam, NewEntity, RootKey};
use model::{Home, IamPath, UserName};
use serde_json::{Map, Value, json};
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use stdx::clock::Clock;

use crate::door::Via;
use crate::error::AwsError;
use crate::http::begin_of_parts;
use crate::operation::Row;
use crate::service::{Protocol, SERVICES, Service};
use crate::state::{Endpoints, Requests, State, Taps};

pub(crate) const NOW: u64 = 1_790_000_000_000;
/// More fields than this no input needs before its caller's permission can be asked.
const FIELDS_MAX: usize = 16;

/// Operations that everybody may call who can sign, or that decide by themselves.
const FREE: &[&str] = &["AssumeRole", "GetCallerIdentity", "GetSessionToken"];

/// What a field must be, where a text like any other is not enough.
fn sample(field: &str) -> Value {
    match field {
        "certificateId" | "caCertificateId" => json!("0".repeat(64)),
        "principal" => json!(format!("arn:aws:iot:us-east-1:000000000000:cert/{}", "0".repeat(64))),
        "status" | "newStatus" => json!("ACTIVE"),
        "Status" => json!("Active"),
        "Path" | "PathPrefix" => json!("/"),
        "since" | "event" => json!(0),
        "tagKeys" | "targets" => json!(["sample"]),
        "authInfos" => json!([{ "actionType": "PUBLISH", "resources": ["sample"] }]),
        "tags" | "logEvents" => json!([]),
        "destinationConfiguration" => json!({}),
        "retentionInDays" => json!(7),
        "billingGroupProperties" | "thingGroupProperties" | "thingTypeProperties" => json!({}),
        "resourceArn" | "policyArn" | "PolicyArn" | "RoleArn" | "target" | "roleArn" => {
            json!("arn:aws:iam::000000000000:policy/sample")
        }
        "RoleSessionName" => json!("night"),
        "ActionNames" => json!(["iot:CreateThing"]),
        "PolicySourceArn" => json!("arn:aws:iam::000000000000:user/sample"),
        "executionNumber" | "versionId" => json!("1"),
        _ => json!("sample"),
    }
}

/// The same in DynamoDB, whose inputs have shapes of their own.
fn document_sample(operation: &str, field: &str) -> Value {
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/sample";
    let stream = format!("{arn}/stream/2026-11-21T10:00:00.000001");
    let key = json!({ "id": { "S": "sample" } });
    match field {
        "Item" | "Key" => key,
        "RequestItems" if operation == "BatchGetItem" => json!({ "sample": { "Keys": [key] } }),
        "RequestItems" => json!({ "sample": [{ "DeleteRequest": { "Key": key } }] }),
        "TransactItems" if operation == "TransactGetItems" => {
            json!([{ "Get": { "TableName": "sample", "Key": key } }])
        }
        "TransactItems" => json!([{ "Delete": { "TableName": "sample", "Key": key } }]),
        "Statements" | "TransactStatements" => json!([{ "Statement": "SELECT * FROM sample" }]),
        "Statement" => json!("SELECT * FROM sample"),
        "AttributeDefinitions" => json!([{ "AttributeName": "id", "AttributeType": "S" }]),
        "KeySchema" => json!([{ "AttributeName": "id", "KeyType": "HASH" }]),
        "TimeToLiveSpecification" => json!({ "Enabled": true, "AttributeName": "until" }),
        "KeyConditions" => {
            let equal = json!({ "ComparisonOperator": "EQ", "AttributeValueList": [{ "S": "a" }] });
            json!({ "id": equal })
        }
        "ResourceArn" => json!(arn),
        "Tags" => json!([]),
        "TagKeys" => json!(["sample"]),
        "StreamArn" => json!(stream),
        "ShardIterator" => json!(format!("{stream}|1|1.{}.0", format!("1{}", "0".repeat(30)))),
        "ShardIteratorType" => json!("LATEST"),
        _ => json!("sample"),
    }
}

/// The field that an error says is missing, as serde says it or as DynamoDB does.
fn missing(message: &str) -> Option<String> {
    if let Some((_, rest)) = message.split_once("missing field `") {
        return rest.split('`').next().map(str::to_owned);
    }
    if message.starts_with("The parameter 'TableName' is required") {
        return Some("TableName".to_owned());
    }
    if message.starts_with("Either the KeyConditions or") {
        return Some("KeyConditions".to_owned());
    }
    let (_, rest) = message.split_once("Value null at '")?;
    let (first, rest) = rest.split('\'').next()?.split_at_checked(1)?;
    Some(first.to_uppercase() + rest)
}

/// The same, where services give one name to different things.
fn sample_of(service: &Service, row: &Row, field: &str) -> Value {
    match (service.signing_name, row.name, field) {
        ("events", "PutEvents", "Entries") => json!([{}]),
        ("events", "PutTargets", "Targets") => json!([{ "Id": "sample", "Arn": "sample" }]),
        ("events", _, "Ids" | "TagKeys") => json!(["sample"]),
        ("events" | "scheduler", _, "Tags") => json!([]),
        ("scheduler", _, "ScheduleExpression") => json!("rate(1 hour)"),
        ("scheduler", _, "FlexibleTimeWindow") => json!({ "Mode": "OFF" }),
        ("scheduler", _, "Target") => {
            json!({ "Arn": "sample", "RoleArn": "arn:aws:iam::000000000000:policy/sample" })
        }
        ("lambda", _, "Role") => json!("arn:aws:iam::000000000000:role/sample"),
        ("lambda", _, "Code" | "Content") => json!({}),
        ("lambda", _, "Tags") => json!({}),
        ("lambda", _, "ReservedConcurrentExecutions") => json!(1),
        ("logs", "UntagLogGroup", _) => sample(field),
        ("logs", _, "tags") => json!({}),
        ("secretsmanager", _, "Tags") => json!([]),
        ("secretsmanager", _, "TagKeys") => json!(["sample"]),
        ("sqs", _, "VisibilityTimeout") => json!(1),
        ("ssm", _, "ParameterVersion") => json!(1),
        ("ssm", _, "Path") => json!("/sample"),
        ("ssm", _, "Names" | "Labels" | "TagKeys") => json!(["sample"]),
        ("ssm", _, "Tags") => json!([]),
        ("sqs", _, "AWSAccountIds" | "Actions") => json!(["sample"]),
        ("sqs", _, "Attributes" | "Tags") => json!({}),
        ("sqs", _, "Entries" | "TagKeys") => json!([]),
        ("timestream", _, "Tags" | "Records") => json!([]),
        ("timestream", _, "TagKeys") => json!(["sample"]),
        ("timestream", _, "QueryString") => json!("SELECT * FROM sample.sample"),
        ("timestream", _, "ResourceARN") => {
            json!("arn:aws:timestream:us-east-1:000000000000:database/sample/table/sample")
        }
        (_, "UpdateTopicRuleDestination", "status") => json!("ENABLED"),
        _ => sample(field),
    }
}

pub(crate) struct Door {
    pub(crate) state: Arc<State>,
    /// Of a user without policies.
    pub(crate) key: Credentials,
}

#[derive(Debug)]
struct NoPost(kv::Store);

impl fleet::Post for NoPost {
    fn is_wanted(&self, _topic: &model::Topic) -> bool {
        true
    }

    fn commit_after(
        &self,
        batch: kv::Batch,
        _messages: Vec<model::Message>,
        _hops: u8,
    ) -> fleet::Posted {
        let ticket = self.0.commit(batch);
        Box::pin(ticket)
    }
}

/// Whoever is refused makes nothing run.
#[derive(Debug)]
struct NoFunctions;

impl fleet::Invoke for NoFunctions {
    fn invoke<'a>(
        &'a self,
        arn: &'a str,
        _source: &'a str,
        _payload: Bytes,
    ) -> fleet::Invoking<'a> {
        panic!("{arn} was invoked without permission")
    }
}

impl Door {
    pub(crate) async fn open() -> Door {
        let (clock, _hands) = Clock::stopped_at(NOW);
        let store = kv::Store::in_memory();
        let root = RootKey { access_key_id: "AKIAROOT".to_owned(), secret: "x".to_owned() };
        let iam = Iam::open(store.clone(), Home::default(), root).expect("opened");
        let name = UserName::new("nobody").expect("a name");
        let (path, tags, boundary, role) = (IamPath::default(), Vec::new(), None, None);
        let new = NewEntity { name: EntityName::User(name.clone()), path, tags, boundary, role };
        iam.create_entity(new, NOW).await.expect("created");
        let made = iam.create_access_key(&name, NOW).await.expect("created");
        let authority = pki::CertificateAuthority::generate("Root", NOW).expect("made");
        let issued = authority.issue_server(&["localhost".to_owned()], NOW, 1).expect("issued");
        let keys = issued.keys.expect("made with it");
        let shown =
            pki::tls::ServerCertificate::new(&issued.certificate_pem, &keys.private_key_pem);
        let everything = r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;
        let fleet = fleet::Fleet::new(fleet::Parts {
            registry: registry::Registry::new(store.clone(), Home::default()),
            certificate_authority: authority,
            clock: clock.clone(),
            anonymous: policy::Document::parse(everything).expect("a document"),
            post: Arc::new(NoPost(store.clone())),
            invoke: Arc::new(NoFunctions),
        });
        let sessions = sessions::Sessions::open(store.clone()).expect("opened");
        let house = testkit::OpenHouse::new();
        let settings = broker::Settings::standard();
        let broker =
            broker::Broker::open(settings, house, clock.clone(), sessions).expect("opened");
        let tables = tables::Tables::open(store.clone(), Home::default(), clock.clone());
        let trusted = pki::tls_client::client_config(&fleet.root_certificate_pem()).expect("made");
        let queues = queues::Queues::new(store.clone(), Home::default(), clock.clone());
        let disk = Arc::new(kv::SimDisk::new());
        let series = series::Series::open(store.clone(), disk, Home::default(), clock.clone());
        let series = series.expect("opened");
        // What is asked here is refused, so there are no files.
        let objects = objects::Objects::new(store.clone(), std::path::Path::new("objects"));
        let blueprints = std::path::Path::new("functions");
        let blueprints = blueprints::Blueprints::open(store.clone(), Home::default(), blueprints)
            .expect("opened");
        let secrets = secrets::Secrets::open(store.clone(), Home::default()).expect("opened");
        let hall = fleet::Hall::new(fleet::HallParts {
            fleet: fleet.clone(),
            iam: iam.clone(),
            tables: tables.clone(),
            logs: logs::Logs::new(store.clone()),
            queues: queues.clone(),
            series: series.clone(),
            objects: objects.clone(),
            blueprints: blueprints.clone(),
            secrets: secrets.clone(),
            outbox: outbox::Outbox::open(store.clone()).expect("opened"),
            carrier: Arc::new(actions::HttpClient::new(trusted)),
            recordings: recordings::Recordings::new(store.clone()),
            clock: clock.clone(),
            nonce: 1,
        });
        let logs = logs::Logs::new(store.clone());
        let parts = functions::Parts {
            blueprints,
            store: store.clone(),
            iam: iam.clone(),
            logs: logs.clone(),
            queues: queues.clone(),
            tables: tables.clone(),
            clock: clock.clone(),
        };
        let functions =
            functions::Functions::open(parts, functions::Settings::new("workers".into()));
        let functions = functions.expect("opened");
        let parameters = parameters::Parameters::open(store.clone()).expect("opened");
        let (home, missed) = (Home::default(), schedules::Missed::default());
        let schedules = schedules::Schedules::open(store.clone(), home, clock.clone(), missed);
        let schedules = schedules.expect("opened");
        let targets = fleet::Targets {
            home: Home::default(),
            iam: iam.clone(),
            queues: queues.clone(),
            blueprints: functions.blueprints().clone(),
            post: Arc::new(NoPost(store.clone())),
            clock: clock.clone(),
        };
        let tidings = fleet::Tidings {
            home: Home::default(),
            objects: objects.clone(),
            schedules: schedules.clone(),
            targets: Arc::new(targets),
        };
        let state = State {
            tidings,
            stacks: stacks::Stacks::new(store.clone(), Home::default(), clock.clone()),
            schedules,
            logs,
            queues,
            parameters,
            secrets,
            series,
            queries: crate::state::Queries::default(),
            objects,
            functions,
            shown: shown.expect("it goes with its key"),
            dashboards: dashboards::Dashboards::new(store.clone()),
            directories: Vec::new(),
            store_directory: "store".into(),
            started_at: 0,
            chronicle: crate::Chronicle::default(),
            fleet,
            broker,
            store,
            iam,
            tables,
            hall,
            clock,
            endpoints: Endpoints::default(),
            requests: Requests::default(),
            taps: Taps::default(),
        };
        let key = Credentials { access_key: made.key.id, secret: made.secret, session_token: None };
        Door { state: Arc::new(state), key }
    }

    async fn ask(&self, head: Parts, body: Bytes) -> AwsError {
        let source_ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let via = Via { address: (source_ip, 1).into(), is_secure: false, device: None };
        let (outcome, ..) = begin_of_parts(&self.state, &via, &head, body).outcome().await;
        outcome.expect_err("refused")
    }

    /// A request that is signed by the user without policies.
    async fn ask_signed(
        &self,
        service: &Service,
        row: &Row,
        fields: &Map<String, Value>,
    ) -> AwsError {
        let (mut head, body) = request(service, row, fields);
        sign_with(&self.key, service, &mut head, &body);
        self.ask(head, body).await
    }

    /// Finds out which fields the operation wants, until it is asked whether the user may.
    async fn refusal(&self, service: &Service, row: &Row) -> AwsError {
        let mut fields = Map::new();
        for _ in 0..FIELDS_MAX {
            let error = self.ask_signed(service, row, &fields).await;
            let Some(field) = missing(&error.message) else { return error };
            let value = match service.signing_name {
                crate::dynamodb::SIGNING_NAME => document_sample(row.name, &field),
                _ => sample_of(service, row, &field),
            };
            fields.insert(field, value);
        }
        panic!("{} wants more and more: {fields:?}", row.name);
    }
}

/// A request for an operation, as its protocol has it.
fn request(service: &Service, row: &Row, fields: &Map<String, Value>) -> (Parts, Bytes) {
    let (mut method, mut path) = ("POST".to_owned(), "/".to_owned());
    let mut body = Value::Object(fields.clone()).to_string();
    let mut builder = Request::builder().header("host", "localhost:4566");
    match service.protocol {
        Protocol::RestJson => {
            let (verb, template) = row.method_and_path.split_once(' ').expect("a way");
            method = verb.to_owned();
            let segments = template.split('/').map(|segment| match segment.strip_prefix('{') {
                None => segment.to_owned(),
                Some(field) => {
                    let field = field.trim_end_matches('}').trim_end_matches('+');
                    sample(field).as_str().expect("a text").replace(':', "%3A").replace('/', "%2F")
                }
            });
            path = segments.collect::<Vec<_>>().join("/");
            let mut rest = fields.clone();
            let query: Vec<String> = row
                .query
                .iter()
                .filter_map(|(name, field)| {
                    Some(format!("{name}={}", rest.remove(*field)?.as_str()?))
                })
                .collect();
            if !query.is_empty() {
                path = format!("{path}?{}", query.join("&"));
            }
            for (name, field) in row.headers {
                if let Some(value) = rest.remove(*field) {
                    builder = builder.header(*name, value.as_str().expect("a text"));
                }
            }
            body = Value::Object(rest).to_string();
        }
        Protocol::Json10 { target_prefix } | Protocol::Json11 { target_prefix } => {
            builder = builder.header("x-amz-target", format!("{target_prefix}.{}", row.name));
        }
        Protocol::Query { .. } => {
            builder = builder.header("content-type", "application/x-www-form-urlencoded");
            let field = |name: &str, value: &Value| {
                format!("&{name}={}", value.as_str().expect("a text").replace('/', "%2F"))
            };
            let form = fields.iter().map(|(name, value)| match value {
                Value::Array(items) => field(&format!("{name}.member.1"), &items[0]),
                text => field(name, text),
            });
            body = format!("Action={}{}", row.name, form.collect::<String>());
        }
    }
    let uri: Uri = path.parse().expect("a path");
    let request = builder.method(method.as_str()).uri(uri).body(()).expect("a request");
    (request.into_parts().0, Bytes::from(body))
}

fn sign_with(key: &Credentials, service: &Service, head: &mut Parts, body: &Bytes) {
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("a text").to_owned()))
        .collect();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let parts = RequestParts {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
    };
    let target =
        Target { region: "eu-west-1", service: service.signing_name, style: PathStyle::Normalized };
    for (name, value) in sign(&parts, key, target, NOW, &sha256_hex(body)) {
        head.headers.insert(name, value.parse().expect("a header"));
    }
}

fn rows() -> impl Iterator<Item = (&'static Service, &'static Row)> {
    SERVICES.iter().flat_map(|service| service.operations.iter().map(move |row| (service, row)))
}

/// The codes that AWS has in this protocol, and their status.
fn words(protocol: Protocol) -> (u16, [&'static str; 3]) {
    match protocol {
        Protocol::Query { .. } => {
            (403, ["MissingAuthenticationToken", "SignatureDoesNotMatch", "AccessDenied"])
        }
        Protocol::RestJson | Protocol::Json10 { .. } | Protocol::Json11 { .. } => {
            let codes = [
                "MissingAuthenticationTokenException",
                "InvalidSignatureException",
                "AccessDeniedException",
            ];
            (if protocol == Protocol::RestJson { 403 } else { 400 }, codes)
        }
    }
}

#[tokio::test]
async fn nobody_calls_anything_without_a_signature_or_with_a_wrong_one() {
    let door = Door::open().await;
    for (service, row) in rows() {
        let (status, [missing, mismatch, _]) = words(service.protocol);
        let (head, body) = request(service, row, &Map::new());
        let error = door.ask(head, body).await;
        assert_eq!((error.status, error.code), (status, missing), "{}", row.name);
        let (mut head, body) = request(service, row, &Map::new());
        let wrong = Credentials {
            access_key: door.key.access_key.clone(),
            secret: "wrong".to_owned(),
            session_token: None,
        };
        sign_with(&wrong, service, &mut head, &body);
        let error = door.ask(head, body).await;
        assert_eq!((error.status, error.code), (status, mismatch), "{}", row.name);
        let (mut head, body) = request(service, row, &Map::new());
        sign_with(&door.key, service, &mut head, &body);
        let error = door.ask(head, [&body[..], b" "].concat().into()).await;
        assert_eq!((error.status, error.code), (status, mismatch), "{} changed", row.name);
    }
}

#[tokio::test]
async fn a_user_without_policies_is_refused_with_action_and_resource() {
    let door = Door::open().await;
    let mut page = "# Actions and resources\n\nWhat a caller's policies must allow for each \
                    operation, with `sample` for every name. Written by a test of `crates/aws`.\n"
        .to_owned();
    for service in SERVICES {
        page.push_str(&format!("\n## {}\n\n", service.title()));
        for row in service.operations {
            if FREE.contains(&row.name) {
                page.push_str(&format!("- {}: asks no policy\n", row.name));
                continue;
            }
            let (status, [.., denied]) = words(service.protocol);
            let error = door.refusal(service, row).await;
            assert_eq!((error.status, error.code), (status, denied), "{}: {error:?}", row.name);
            let message = error.message.strip_prefix(
                "User: arn:aws:iam::000000000000:user/nobody is not authorized to perform: ",
            );
            let asked = message
                .and_then(|rest| rest.split_once(" because no identity-based policy allows the "));
            let (asked, _) = asked.unwrap_or_else(|| panic!("{}: {error:?}", row.name));
            let (action, resource) = asked.split_once(" on resource: ").expect("a resource");
            page.push_str(&format!("- {}: `{action}` on `{resource}`\n", row.name));
        }
    }
    page.push_str(&crate::s3::every_operation::actions(&door).await);
    expect_test::expect_file!["../../../docs/aws-actions.md"].assert_eq(&page);
}
