//! Templates as a whole.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{NoWorld, Pseudo, Scope, Template, TemplateError, World, parameter_values};

struct Known;

impl World for Known {
    fn reference(&self, logical_id: &str) -> Option<Value> {
        (logical_id == "Lamp").then(|| json!("lamp-1"))
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value, String> {
        Ok(json!(format!("{logical_id}/{attribute}")))
    }

    fn export(&self, name: &str) -> Option<String> {
        (name == "shared").then(|| "from-elsewhere".to_owned())
    }
}

fn pseudo() -> Pseudo {
    Pseudo {
        account: "000000000000".to_owned(),
        region: "us-east-1".to_owned(),
        stack_name: "house".to_owned(),
        stack_id: "arn:stack".to_owned(),
        notification_arns: Vec::new(),
    }
}

const HEAD: &str = "
Parameters:
  Stage: {Type: String, Default: test, AllowedValues: [test, prod]}
  Zones: {Type: CommaDelimitedList, Default: 'a, b'}
  Count: {Type: Number, Default: 3, MinValue: 1, MaxValue: 9}
Mappings:
  Sizes: {test: {size: 1}, prod: {size: 8}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Not [{Condition: IsProd}]
  Both: !And [{Condition: IsProd}, {Condition: IsTest}]
  Any: !Or [!Condition IsProd, !Condition IsTest]
Resources:
  Lamp: {Type: 'AWS::IoT::Thing'}
";

fn evaluated(value: &str) -> Result<Value, TemplateError> {
    let text = format!("{HEAD}  Other:\n    Type: X\n    Properties:\n      P: {value}\n");
    let template = Template::parse(&text)?;
    let values = parameter_values(&template, &BTreeMap::new())?;
    let pseudo = pseudo();
    let properties = Scope::new(&template, &pseudo, &values).properties("Other", &Known);
    let properties = properties.map_err(|error| template.with_line(error))?;
    Ok(properties.get("P").cloned().unwrap_or(Value::Null))
}

#[test]
fn functions_say_what_they_say_on_aws() {
    for (text, expected) in [
        ("!Ref Lamp", json!("lamp-1")),
        ("!Ref Stage", json!("test")),
        ("!Ref Zones", json!(["a", "b"])),
        ("!Ref AWS::NoValue", Value::Null),
        ("!Ref AWS::Region", json!("us-east-1")),
        ("[1, !Ref AWS::NoValue, 2]", json!([1, 2])),
        ("!GetAtt Lamp.Arn", json!("Lamp/Arn")),
        ("!GetAtt [Lamp, !Ref Stage]", json!("Lamp/test")),
        ("!Sub '${AWS::StackName}-${Lamp}-${Lamp.Arn}-${!x}'", json!("house-lamp-1-Lamp/Arn-${x}")),
        ("!Sub ['${a}-${Stage}', {a: !Ref Count}]", json!("3-test")),
        ("!Join ['/', [a, !Ref Lamp, 1, !Ref AWS::NoValue]]", json!("a/lamp-1/1")),
        ("!Join [',', !Ref Zones]", json!("a,b")),
        ("!Select [1, !Split [':', 'a:b:c']]", json!("b")),
        ("!Select ['0', !Ref Zones]", json!("a")),
        ("!If [IsProd, 1, !If [Any, 2, 3]]", json!(2)),
        ("!If [Both, 1, !Ref AWS::NoValue]", Value::Null),
        ("!FindInMap [Sizes, !Ref Stage, size]", json!(1)),
        ("!ImportValue shared", json!("from-elsewhere")),
        ("!Base64 ab", json!("YWI=")),
        ("!Cidr ['10.0.0.0/16', 1, 8]", json!(["10.0.0.0/24"])),
        ("!GetAZs ''", json!(["us-east-1a", "us-east-1b", "us-east-1c"])),
        ("{a: {Ref: Lamp}, b: [x]}", json!({"a": "lamp-1", "b": ["x"]})),
    ] {
        assert_eq!(evaluated(text).expect(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place() {
    for (text, what) in [
        ("!Ref Nobody", "Unresolved resource dependencies [Nobody] in the Resources block"),
        ("!FindInMap [Sizes, dev, size]", "Unable to get mapping for Sizes::dev::size"),
        ("!ImportValue nothing", "No export named nothing found"),
        ("!Select [2, !Ref Zones]", "[/Resources/Other/Properties/P/Fn::Select] (line 18)"),
        ("!If [Nope, 1, 2]", "Unresolved condition dependency Nope"),
        ("{'Fn::Length': [1]}", "the function Fn::Length is not served"),
        ("'{{resolve:ssm:x}}'", "dynamic references"),
        ("!Equals [1, 1]", "stands in the Conditions section only"),
        ("!Sub '${Nobody.Arn}'", "Unresolved resource dependencies [Nobody]"),
    ] {
        let error = evaluated(text).expect_err(text).to_string();
        assert!(error.contains(what), "{text}: {error}");
    }
}

#[test]
fn templates_of_a_wrong_form_are_refused() {
    for (text, what) in [
        ("Nope: 1", "Invalid template property: Nope"),
        ("Resources: {}", "At least one Resources member"),
        ("Resources: {A: {Properties: {}}}", "must contain a Type member"),
        ("Resources: {A: {Type: X, Nope: 1}}", "unsupported property Nope"),
        ("Resources: {A: {Type: X, DeletionPolicy: Snapshot}}", "Snapshot is not served"),
        ("Resources: {A-B: {Type: X}}", "non alphanumeric"),
        ("Resources: {A: {Type: X, UpdatePolicy: {a: 1}}}", "UpdatePolicy] (line 1) is not served"),
        (
            "Parameters: {A: {Type: Nope}}\nResources: {A: {Type: X}}",
            "Unrecognized parameter type: Nope",
        ),
        ("AWSTemplateFormatVersion: 2011-01-01\nResources: {A: {Type: X}}", "is not 2010-09-09"),
        ("{\"Resources\": {\"A\": }}", "JSON not well-formed. (line 1"),
        ("Resources: {A: {Type: X, DependsOn: B}}", "Unresolved resource dependencies [B]"),
        ("Resources: {A: {Type: X, Condition: B}}", "Unresolved condition dependency B"),
        ("- a", "a template is an object"),
    ] {
        let error = Template::parse(text).expect_err(text).to_string();
        assert!(error.contains(what), "{text}: {error}");
    }
}

#[test]
fn parameters_are_checked() {
    let text = format!("{HEAD}\n");
    let template = Template::parse(&text).expect("a template");
    for (name, value, what) in [
        ("Stage", "dev", "must be one of AllowedValues"),
        ("Count", "x", "must be a number"),
        ("Count", "10", "not greater than 9"),
        ("Nope", "1", "do not exist in the template"),
    ] {
        let given = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let error = parameter_values(&template, &given).expect_err(name).to_string();
        assert!(error.contains(what), "{name}={value}: {error}");
    }
    let text = "Parameters: {A: {Type: String, AllowedPattern: '[a-z]+', MinLength: 2}}\nResources: {A1: {Type: X}}";
    let template = Template::parse(text).expect("a template");
    let check = |value: &str| {
        let given = BTreeMap::from([("A".to_owned(), value.to_owned())]);
        parameter_values(&template, &given)
    };
    assert!(check("ab").is_ok() && check("aB").is_err() && check("a").is_err());
    let missing = parameter_values(&template, &BTreeMap::new()).expect_err("missing");
    assert_eq!(missing.to_string(), "Parameters: [A] must have values");
}

#[test]
fn resources_come_in_order_and_by_their_conditions() {
    let text = format!(
        "{HEAD}  B: {{Type: X, DependsOn: C}}\n  C: {{Type: X, Properties: {{P: !Sub '${{Lamp.Arn}}'}}}}\n  D: {{Type: X, Condition: IsProd}}\n"
    );
    let template = Template::parse(&text).expect("a template");
    let values = parameter_values(&template, &BTreeMap::new()).expect("values");
    let pseudo = pseudo();
    let scope = Scope::new(&template, &pseudo, &values);
    assert_eq!(scope.order().expect("an order"), ["Lamp", "C", "B"]);
    assert!(scope.outputs(&NoWorld).expect("none").is_empty());
}

#[test]
fn conditions_that_need_themselves_are_refused() {
    let text = "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\nResources: {X: {Type: Y, Condition: A}}";
    let template = Template::parse(text).expect("a template");
    let pseudo = pseudo();
    let scope = Scope::new(&template, &pseudo, &BTreeMap::new());
    assert!(scope.resources().expect_err("a circle").to_string().contains("needs itself"));
}
