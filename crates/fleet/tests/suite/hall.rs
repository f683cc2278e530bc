//! What rules make of messages.

use std::sync::Arc;

use expect_test::{Expect, expect};
use fleet::{ActionStory, Effects, Fate, Hall, HallParts, RuleOutcome, Sender, TopicHall};
use iam::{EntityName, Iam, NewEntity, RoleSettings, RootKey};
use items::{Item, Value};
use kv::Store;
use logs::Logs;
use model::{
    ClientId, Home, IamPath, Message, PolicyName, Principal, Qos, RoleName, RuleName, TableName,
    Topic,
};
use objects::Objects;
use outbox::Outbox;
use queues::Queues;
use recordings::Recordings;
use registry::{ShadowOf, Tags, TopicRuleText};
use secrets::Secrets;
use serde_json::json;
use stdx::task::block_on;
use tables::{
    Billing, BillingMode, KeyAttribute, KeyKind, KeySchema, NewTable, Scan, TableClass, Tables,
    Throughput,
};

use crate::far::Far;
use crate::house::{House, NOW, thing_name};

pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/rules";

/// A house with a hall, and a table `Temperature` of `sensor_id` and `timestamp`.
pub(crate) struct Works {
    pub(crate) house: House,
    pub(crate) hall: Hall,
    tables: Tables,
    iam: Iam,
    pub(crate) store: Store,
    pub(crate) logs: Logs,
    pub(crate) queues: Queues,
    pub(crate) objects: Objects,
    pub(crate) secrets: Secrets,
    pub(crate) outbox: Outbox,
    pub(crate) far: Arc<Far>,
}

impl Works {
    pub(crate) fn new() -> Works {
        let works = Works::on(House::new());
        works.furnish();
        works
    }

    /// With what the house's store holds.
    pub(crate) fn on(house: House) -> Works {
        let store = house.post.store().clone();
        let root = RootKey { access_key_id: "root".to_owned(), secret: "secret".to_owned() };
        let iam = Iam::open(store.clone(), Home::default(), root).expect("opened");
        let clock = house.clock.clone();
        let tables = Tables::open(store.clone(), Home::default(), clock.clone());
        let (fleet, nonce) = (house.fleet.clone(), 7);
        let logs = Logs::new(store.clone());
        let queues = Queues::new(store.clone(), Home::default(), clock.clone());
        let objects = Objects::new(store.clone(), std::path::Path::new("objects"));
        let (outbox, far) = (Outbox::open(store.clone()).expect("opened"), Arc::<Far>::default());
        let disk = Arc::new(kv::SimDisk::new());
        let series = series::Series::open(store.clone(), disk, Home::default(), clock.clone());
        let code = std::path::Path::new("functions");
        let blueprints = blueprints::Blueprints::open(store.clone(), Home::default(), code);
        let secrets = Secrets::open(store.clone(), Home::default()).expect("opened");
        let parts = HallParts {
            fleet,
            series: series.expect("opened"),
            iam: iam.clone(),
            tables: tables.clone(),
            logs: logs.clone(),
            queues: queues.clone(),
            objects: objects.clone(),
            blueprints: blueprints.expect("opened"),
            secrets: secrets.clone(),
            outbox: outbox.clone(),
            carrier: Arc::clone(&far) as Arc<_>,
            recordings: Recordings::new(store.clone()),
            clock,
            nonce,
        };
        let hall = Hall::new(parts);
        Works { house, hall, tables, iam, logs, queues, objects, secrets, store, outbox, far }
    }

    pub(crate) fn furnish(&self) {
        self.make_role();
        self.permit(r#""dynamodb:*", "iot:*""#);
        self.make_table();
    }

    fn make_role(&self) {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
            "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let new = NewEntity {
            name: role(),
            path: IamPath::default(),
            tags: Vec::new(),
            boundary: None,
            role: Some(RoleSettings {
                trust: trust.to_owned(),
                description: None,
                max_session_secs: 3600,
            }),
        };
        block_on(self.iam.create_entity(new, NOW)).expect("created");
    }

    /// Lets the role do this and nothing else.
    pub(crate) fn permit(&self, actions: &str) {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#
        );
        self.permit_by(&document);
    }

    /// Lets the role do what a document says.
    pub(crate) fn permit_by(&self, document: &str) {
        let name = PolicyName::new("permits").expect("a name");
        block_on(self.iam.put_inline_policy(&role(), &name, document)).expect("put");
    }

    fn make_table(&self) {
        let attribute = |name: &str, kind| KeyAttribute { name: name.to_owned(), kind };
        let key = KeySchema {
            partition: attribute("sensor_id", KeyKind::S),
            sort: Some(attribute("timestamp", KeyKind::N)),
        };
        let attributes = key.attributes().cloned().collect();
        let new = NewTable {
            name: TableName::new("Temperature").expect("a name"),
            key,
            attributes,
            indexes: Vec::new(),
            billing: Billing {
                mode: BillingMode::PayPerRequest,
                throughput: Throughput::default(),
                on_demand: None,
                warm: None,
                on_demand_since: None,
                increased_at: None,
                decreased_at: None,
            },
            class: TableClass::Standard,
            deletion_protected: false,
            stream: None,
            tags: Vec::new(),
        };
        block_on(self.tables.create_table(new)).expect("created");
    }

    pub(crate) fn rule(&self, name: &str, sql: &str, actions: &serde_json::Value) {
        self.rule_with(name, sql, actions, None);
    }

    pub(crate) fn rule_with(
        &self,
        name: &str,
        sql: &str,
        actions: &serde_json::Value,
        error_action: Option<serde_json::Value>,
    ) {
        let name = RuleName::new(name).expect("a name");
        let text = text(sql, actions, error_action);
        self.hall.check_rule(&name, &text).expect("a rule");
        let tags = Tags::new();
        let registry = self.house.fleet.registry();
        block_on(registry.create_topic_rule(&name, text, &tags, NOW)).expect("created");
    }

    fn hall_of(&self, topic: &str) -> Option<TopicHall> {
        self.hall.of_topic(&Topic::new(topic).expect("a topic"))
    }

    pub(crate) fn work(&self, topic: &str, payload: &str) -> Effects {
        self.work_after(topic, payload, 0, 100)
    }

    /// The same, where so many messages were before it and so many may follow from it.
    pub(crate) fn work_after(&self, topic: &str, payload: &str, hops: u8, room: usize) -> Effects {
        let client_id = ClientId::new("sensor-1").expect("a client id");
        let sender = Sender {
            client_id: Some(&client_id),
            principal: &Principal::Anonymous,
            source_ip: None,
            at: NOW,
            hops,
            room,
        };
        let message = Arc::new(Message {
            topic: Topic::new(topic).expect("a topic"),
            payload: payload.to_owned().into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        });
        self.hall_of(topic).expect("a rule listens").work(&message, &sender)
    }

    /// Publishes, commits what follows, and tells the messages that follow.
    pub(crate) fn publish(&self, topic: &str, payload: &str) -> Vec<(String, String)> {
        self.commit(self.work(topic, payload))
    }

    /// Commits what follows, and tells the messages that follow.
    pub(crate) fn commit(&self, effects: Effects) -> Vec<(String, String)> {
        let Effects { batch, messages, receipt } = effects;
        self.store.commit(batch).wait().expect("committed");
        receipt.settle(true);
        let shown = |message: Message| {
            let payload = String::from_utf8(message.payload.to_vec()).expect("text");
            (message.topic.to_string(), payload)
        };
        messages.into_iter().map(shown).collect()
    }

    pub(crate) fn items(&self) -> Vec<Item> {
        let table = self.tables.table("Temperature").expect("read").expect("a table");
        let (index, segment, limit, start) = (None, None, None, None);
        let scan = Scan { table: &table, index, segment, whole_items: true, limit, start };
        let page = self.tables.scan(&scan).expect("scanned");
        page.items.iter().map(|stored| stored.decode().expect("sound")).collect()
    }
}

fn role() -> EntityName {
    EntityName::Role(RoleName::new("rules").expect("a name"))
}

pub(crate) fn text(
    sql: &str,
    actions: &serde_json::Value,
    error_action: Option<serde_json::Value>,
) -> TopicRuleText {
    TopicRuleText {
        sql: sql.to_owned(),
        sql_version: Some("2016-03-23".to_owned()),
        description: None,
        actions: actions.to_string(),
        error_action: error_action.map(|action| action.to_string()),
        is_disabled: false,
    }
}

pub(crate) fn put_item() -> serde_json::Value {
    json!([{ "dynamoDBv2": { "roleArn": ROLE, "putItem": { "tableName": "Temperature" } } }])
}

pub(crate) fn republish(topic: &str) -> serde_json::Value {
    json!([{ "republish": { "roleArn": ROLE, "topic": topic } }])
}

#[test]
fn the_house_s_rule_writes_what_is_hot_and_nothing_else() {
    let works = Works::new();
    works.rule("hot", "SELECT * FROM 'house/+/temperature' WHERE temperature >= 40", &put_item());
    for (temperature, count) in [("45", 1), ("39.99", 1), ("40", 2)] {
        let payload = format!(
            r#"{{"sensor_id":"s{temperature}","timestamp":17,"temperature":{temperature}}}"#
        );
        works.publish("house/zone/temperature", &payload);
        assert_eq!(works.items().len(), count, "after {temperature}");
    }
    let items = works.items();
    let hot = items.iter().find(|item| item.get("sensor_id") == Some(&"s45".into()));
    assert_eq!(hot.expect("written").get("temperature"), Some(&45.into()));
}

#[test]
fn both_rules_of_a_message_run() {
    let works = Works::new();
    works.rule("one", "SELECT * FROM 'a/#'", &put_item());
    works.rule("two", "SELECT temperature FROM 'a/b'", &republish("copy/${topic(2)}"));
    let told = works.publish("a/b", r#"{"sensor_id":"s","timestamp":1,"temperature":7}"#);
    assert_eq!(told, [("copy/b".to_owned(), r#"{"temperature":7}"#.to_owned())]);
    assert_eq!(works.items().len(), 1);
    assert!(works.hall_of("b").is_none(), "no rule listens there");
}

#[test]
fn a_role_that_lacks_permission_gives_no_item_and_an_error_document() {
    let works = Works::new();
    works.permit(r#""iot:Publish""#);
    let error_action = republish("errors")[0].clone();
    works.rule_with("hot", "SELECT * FROM 'a'", &put_item(), Some(error_action));
    let told = works.publish("a", r#"{"sensor_id":"s","timestamp":1}"#);
    let [(topic, document)] = &told[..] else { panic!("one document, not {told:?}") };
    assert_eq!(topic, "errors");
    let document: serde_json::Value = serde_json::from_str(document).expect("JSON");
    let expected: Expect = expect![[r#"
        {
          "base64OriginalPayload": "eyJzZW5zb3JfaWQiOiJzIiwidGltZXN0YW1wIjoxfQ==",
          "clientId": "sensor-1",
          "cloudwatchTraceId": "00000000-0000-4007-8000-000000000001",
          "failures": [
            {
              "errorMessage": "User: arn:aws:sts::000000000000:assumed-role/rules/hot is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Temperature because no identity-based policy allows the dynamodb:PutItem action",
              "failedAction": "DynamoDBv2Action",
              "failedResource": "arn:aws:dynamodb:us-east-1:000000000000:table/Temperature"
            }
          ],
          "ruleName": "hot",
          "topic": "a"
        }"#]];
    expected.assert_eq(&serde_json::to_string_pretty(&document).expect("JSON"));
    assert_eq!(works.items(), []);
    // What was forbidden works as soon as it is permitted.
    works.permit(r#""dynamodb:PutItem""#);
    works.publish("a", r#"{"sensor_id":"s","timestamp":1}"#);
    assert_eq!(works.items().len(), 1);
}

#[test]
fn one_action_that_fails_leaves_the_others_alone() {
    let works = Works::new();
    let actions = json!([
        { "dynamoDBv2": { "roleArn": ROLE, "putItem": { "tableName": "Missing" } } },
        { "dynamoDBv2": { "roleArn": ROLE, "putItem": { "tableName": "Temperature" } } },
        { "republish": { "roleArn": ROLE, "topic": "bad/#" } },
    ]);
    works.rule("mixed", "SELECT * FROM 'a'", &actions);
    assert_eq!(works.publish("a", r#"{"sensor_id":"s","timestamp":1}"#), []);
    assert_eq!(works.items().len(), 1);
    let stories = works.hall.stories().latest(0, 10, |_| true);
    let RuleOutcome::Matched { actions, .. } = &stories[0].rules[0].outcome else {
        panic!("it matched")
    };
    let failures: Vec<Option<&str>> =
        actions.iter().map(|action: &ActionStory| action.failure.as_deref()).collect();
    assert_eq!(
        failures,
        [
            Some("Requested resource not found"),
            None,
            Some("a topic name may not hold the wildcard '#'")
        ]
    );
}

#[test]
fn basic_ingest_reaches_the_rule_that_it_names() {
    let works = Works::new();
    works.rule("named", "SELECT topic() AS t", &republish("told"));
    works.rule("other", "SELECT * FROM '#'", &republish("other"));
    let told = works.publish("$aws/rules/named/a/b", "{}");
    assert_eq!(told, [("told".to_owned(), r#"{"t":"a/b"}"#.to_owned())]);
    // A rule that is not there has a story all the same.
    assert_eq!(works.publish("$aws/rules/nobody/a", "{}"), []);
    let story = &works.hall.stories().latest(0, 1, |_| true)[0];
    assert_eq!(story.unknown_rule.as_deref(), Some("nobody"));
}

#[test]
fn a_rule_is_active_until_it_is_disabled_or_deleted() {
    let works = Works::new();
    let name = RuleName::new("hot").expect("a name");
    works.rule("hot", "SELECT * FROM 'a'", &republish("told"));
    let registry = works.house.fleet.registry();
    let before = registry.epoch();
    block_on(registry.switch_topic_rule(&name, true)).expect("switched");
    assert!(registry.epoch() > before, "who remembers the rules of a topic asks again");
    assert!(works.hall_of("a").is_none());
    block_on(registry.switch_topic_rule(&name, false)).expect("switched");
    assert!(works.hall_of("a").is_some());
    let other = text("SELECT * FROM 'b'", &republish("told"), None);
    block_on(registry.replace_topic_rule(&name, other)).expect("replaced");
    assert!(works.hall_of("a").is_none() && works.hall_of("b").is_some());
    block_on(registry.delete_topic_rule(&name)).expect("deleted");
    assert!(works.hall_of("b").is_none());
}

#[test]
fn a_rule_looks_up_shadows_items_and_things_with_a_role() {
    let works = Works::new();
    let lamp = ShadowOf { thing: thing_name("lamp"), name: None };
    let update = br#"{"state":{"desired":{"limit":30}}}"#;
    block_on(works.house.fleet.update_shadow(&lamp, update)).expect("accepted");
    let sql = format!(
        "SELECT get_thing_shadow('lamp', '{ROLE}').state.desired.limit AS limit, \
         get_dynamodb('Temperature', 'sensor_id', id, 'timestamp', 1, '{ROLE}').at AS at FROM 'ask'"
    );
    works.rule("keep", "SELECT * FROM 'put'", &put_item());
    works.publish("put", r#"{"sensor_id":"s","timestamp":1,"at":123456789012345678901234}"#);
    works.rule("ask", &sql, &republish("told"));
    let ask = |id: &str| works.publish("ask", &format!(r#"{{"id":"{id}"}}"#));
    assert_eq!(
        ask("s"),
        [("told".to_owned(), r#"{"limit":30,"at":123456789012345678901234}"#.to_owned())]
    );
    assert_eq!(ask("x"), [("told".to_owned(), r#"{"limit":30}"#.to_owned())]);
    works.permit(r#""iot:Publish""#);
    assert_eq!(ask("s"), []);
    let story = &works.hall.stories().latest(0, 1, |_| true)[0];
    let RuleOutcome::Failed(why) = &story.rules[0].outcome else { panic!("{story:?}") };
    assert!(why.contains("not authorized to perform: iot:GetThingShadow"), "{why}");
}

/// Whoever were acknowledged would think that his rules had run.
#[test]
fn where_rules_cannot_be_read_no_message_is_kept() {
    let works = Works::new();
    let mut batch = kv::Batch::new();
    batch.put(kv::Space::new("topic-rules"), "hot", "no record");
    works.store.commit(batch).wait().expect("committed");
    let Effects { batch, receipt, .. } = works.work("a", "{}");
    let outcome = works.store.commit(batch).wait();
    assert!(matches!(outcome, Err(kv::CommitError::Declined)), "{outcome:?}");
    receipt.settle(false);
}

#[test]
fn what_cannot_run_is_refused_with_the_reason() {
    let works = Works::new();
    let name = RuleName::new("bad").expect("a name");
    for (sql, actions, reason) in [
        ("SELECT", json!([]), "column 7: "),
        (
            "SELECT get_secret('s', 'Text', 'arn:aws:iam::1:role/r') FROM 'a'",
            json!([]),
            "column 8: the second argument of get_secret must be 'SecretString' or 'SecretBinary'",
        ),
        ("SELECT * FROM 'a'", republish("${@v}"), "the variable @v is not SET by the statement"),
        ("SELECT * FROM 'a'", json!([{ "sns": {} }]), "the action sns is not supported yet"),
        ("SELECT * FROM 'a'", republish("${"), "actions[0].republish.topic: column 3: "),
    ] {
        let refusal = works.hall.check_rule(&name, &text(sql, &actions, None)).expect_err(sql);
        assert!(refusal.to_string().starts_with(reason), "{sql}: {refusal}");
    }
}

#[test]
fn stories_tell_what_became_of_messages_and_are_bounded() {
    let works = Works::new();
    works.rule("hot", "SELECT * FROM 'a' WHERE temperature > 40", &republish("told"));
    let Effects { receipt, .. } = works.work("a", r#"{"temperature":41}"#);
    let stories = works.hall.stories();
    let first = stories.get(1).expect("told");
    assert_eq!(first.fate(), Fate::Open);
    receipt.settle(false);
    assert_eq!(first.fate(), Fate::Lost);
    works.publish("a", "{}");
    let second = &stories.of_trace("00000000-0000-4007-8000-000000000002")[0];
    assert_eq!(second.fate(), Fate::Kept);
    assert!(matches!(second.rules[0].outcome, RuleOutcome::NoMatch));
    for _ in 0..10_000 {
        works.work("a", "{}");
    }
    assert!(stories.get(1).is_none());
    assert_eq!(stories.latest(0, 100_000, |_| true).len(), 8_192);
    assert_eq!(stories.latest(10_001, 5, |_| true).len(), 1);
}

#[test]
fn a_document_becomes_an_item_of_its_own_types() {
    let works = Works::new();
    let action = json!([{ "dynamoDB": {
        "roleArn": ROLE, "tableName": "Temperature", "hashKeyField": "sensor_id",
        "hashKeyValue": "${id}", "rangeKeyField": "timestamp", "rangeKeyValue": "${timestamp()}",
        "rangeKeyType": "NUMBER", "payloadField": "data",
    }}]);
    works.rule("old", "SELECT * FROM 'a'", &action);
    works.publish("a", r#"{"id":"s","on":true,"none":null,"list":[1.5,"x",{}]}"#);
    let [item] = &works.items()[..] else { panic!("one item") };
    assert_eq!(item.get("timestamp"), Some(&Value::from(i64::try_from(NOW).expect("small"))));
    let Some(Value::M(data)) = item.get("data") else { panic!("a map: {item:?}") };
    assert_eq!(data.get("on"), Some(&Value::Bool(true)));
    assert_eq!(data.get("none"), Some(&Value::Null));
    let number = Value::N(items::Number::parse("1.5").expect("a number"));
    let list = vec![number, "x".into(), Value::M(Item::new())];
    assert_eq!(data.get("list"), Some(&Value::L(list)));
}
