//! Translations as a whole. Beside the translator of SAM itself they stand in the tests of clients.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::translate;

fn translated(resources: &Value) -> Value {
    let template = json!({ "Transform": "AWS::Serverless-2016-10-31", "Resources": resources });
    let parameters = BTreeMap::from([("Stage".to_owned(), "live".to_owned())]);
    translate(&template, &parameters).expect("a template")
}

fn function(more: Value) -> Value {
    let mut properties =
        json!({ "Runtime": "python3.12", "Handler": "a.b", "CodeUri": "s3://cellar/code.zip" });
    if let (Value::Object(all), Value::Object(more)) = (&mut properties, more) {
        all.extend(more);
    }
    json!({ "Type": "AWS::Serverless::Function", "Properties": properties })
}

#[test]
fn a_function_has_a_role_and_what_calls_it() {
    let found = translated(&json!({ "Work": function(json!({
        "AutoPublishAlias": { "Ref": "Stage" },
        "Policies": [{ "SQSSendMessagePolicy": { "QueueName": "q" } }, "AmazonSQSReadOnlyAccess"],
        "Events": {
            "Each": { "Type": "Schedule", "Properties": { "Schedule": "rate(1 day)" } },
            "Told": { "Type": "IoTRule", "Properties": { "Sql": "SELECT * FROM 'a'" } },
        },
    })) }));
    let names: Vec<&String> = found["Resources"].as_object().expect("resources").keys().collect();
    let version = names.iter().find(|name| name.starts_with("WorkVersion")).expect("a version");
    let mut expected = vec![
        "Work",
        "WorkAliaslive",
        "WorkEach",
        "WorkEachPermission",
        "WorkRole",
        "WorkTold",
        "WorkToldPermission",
    ];
    expected.push(version.as_str());
    expected.sort_unstable();
    assert_eq!(names, expected);
    let target = &found["Resources"]["WorkEach"]["Properties"]["Targets"][0];
    assert_eq!(*target, json!({ "Arn": { "Ref": "WorkAliaslive" }, "Id": "WorkEachLambdaTarget" }));
    assert!(found.get("Transform").is_none());
}

#[test]
fn a_bucket_learns_whom_to_tell_and_waits_for_the_leave() {
    let event = |bucket: Value| {
        json!({ "In": { "Type": "S3", "Properties": {
            "Bucket": bucket, "Events": ["s3:ObjectCreated:*"],
        } } })
    };
    let found = translated(&json!({
        "Cellar": { "Type": "AWS::S3::Bucket", "DependsOn": "Other" },
        "Work": function(json!({ "Events": event(json!({ "Ref": "Cellar" })) })),
    }));
    let cellar = &found["Resources"]["Cellar"];
    assert_eq!(cellar["DependsOn"], json!(["Other", "WorkInPermission"]));
    let arn = json!({ "Fn::GetAtt": ["Work", "Arn"] });
    let told = json!([{ "Event": "s3:ObjectCreated:*", "Function": arn }]);
    let config = &cellar["Properties"]["NotificationConfiguration"]["LambdaConfigurations"];
    assert_eq!(*config, told);
    let permission = &found["Resources"]["WorkInPermission"]["Properties"];
    assert_eq!(permission["SourceAccount"], json!({ "Ref": "AWS::AccountId" }));
    for bucket in [json!("name"), json!({ "Ref": "Work" })] {
        let function = function(json!({ "Events": event(bucket) }));
        let template = json!({ "Resources": { "Work": function } });
        let error = translate(&template, &BTreeMap::new()).expect_err("no bucket").to_string();
        assert!(error.contains("S3 events must reference an S3 bucket"), "{error}");
    }
}

#[test]
fn what_is_not_served_is_refused_by_its_name() {
    for (resource, what) in [
        (json!({ "Type": "AWS::Serverless::Api" }), "AWS::Serverless::Api is not served"),
        (function(json!({ "FunctionUrlConfig": {} })), "FunctionUrlConfig"),
        (function(json!({ "Events": { "Get": { "Type": "Api" } } })), "\"Api\" are not served"),
        (function(json!({ "Policies": [{ "NopePolicy": {} }] })), "NopePolicy is not served"),
        (function(json!({ "CodeUri": "./src" })), "'CodeUri' is not a valid S3 Uri"),
    ] {
        let template = json!({ "Resources": { "It": resource } });
        let error = translate(&template, &BTreeMap::new()).expect_err(what).to_string();
        assert!(error.contains("[It]") && error.contains(what), "{error}");
    }
    let template = json!({ "Globals": { "Function": { "Role": "x" } }, "Resources": {} });
    let error = translate(&template, &BTreeMap::new()).expect_err("globals").to_string();
    assert!(error.contains("'Role' is not a supported property"), "{error}");
}

#[test]
fn a_layer_is_known_by_what_it_holds() {
    let layer = |key: &str| {
        json!({
            "Libs": {
                "Type": "AWS::Serverless::LayerVersion",
                "Properties": { "ContentUri": format!("s3://cellar/{key}") },
            },
            "Work": function(json!({ "Layers": [{ "Ref": "Libs" }] })),
        })
    };
    let name = |key: &str| {
        let found = translated(&layer(key));
        let used = found["Resources"]["Work"]["Properties"]["Layers"][0]["Ref"].clone();
        let used = used.as_str().expect("a name").to_owned();
        assert_eq!(found["Resources"][&used]["Properties"]["LayerName"], "Libs");
        used
    };
    assert_eq!(name("a"), name("a"));
    assert_ne!(name("a"), name("b"));
}
