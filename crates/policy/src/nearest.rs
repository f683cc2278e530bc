//! The search for the statement that nearly allowed a request. Run after a refusal only: it costs
//! a hundred times what a decision does, and a broker should remember what it already explained.

use std::borrow::Cow;

use model::TopicFilter;

use crate::action::ActionPattern;
use crate::arn::{ArnPattern, Unusable};
use crate::context::Context;
use crate::document::Document;
use crate::evaluate::Request;
use crate::miss::{Difference, Miss, NearMiss};
use crate::pattern::{Case, Values};
use crate::statement::{Effect, Listed, Statement};

/// How near a miss is: the more, the nearer. Only the order counts, and among levels the number of
/// levels shared.
type Nearness = usize;

const CONDITION: Nearness = 1000;
const SLASH: Nearness = 900;
const CASE: Nearness = 890;
const KIND: Nearness = 880;
const MQTT_WILDCARD: Nearness = 870;
const HOME: Nearness = 860;
const VARIABLE: Nearness = 800;
const EXCLUDED: Nearness = 700;
const ACTION: Nearness = 600;
/// Plus one for each level shared.
const LEVEL: Nearness = 100;
const LEVELS_SHARED_MAX: Nearness = 400;
/// `iot:Connect` on `*` says nothing about a publish.
const ACTION_ON_ANYTHING: Nearness = 50;

/// The kinds of resources that devices name; a policy with the wrong one is the commonest mistake.
const KINDS: [&str; 4] = ["topic", "topicfilter", "client", "thing"];

/// The statement of these documents that came nearest to allowing a request, if any is near.
pub fn nearest_miss<'a>(
    documents: impl IntoIterator<Item = (&'a str, &'a Document)>,
    request: &Request<'_>,
    context: &Context<'_>,
) -> Option<NearMiss> {
    let mut nearest: Option<(Nearness, NearMiss)> = None;
    for (policy, document) in documents {
        for (place, statement) in document.statements.iter().enumerate() {
            let Some((nearness, miss)) = miss_of(statement, request, context) else { continue };
            if nearest.as_ref().is_none_or(|(best, _)| nearness > *best) {
                let near_miss = NearMiss {
                    policy: policy.to_owned(),
                    statement: place + 1,
                    sid: statement.sid.as_deref().map(str::to_owned),
                    action: request.action.to_owned(),
                    resource: request.resource.path.to_owned(),
                    miss,
                };
                nearest = Some((nearness, near_miss));
            }
        }
    }
    nearest.map(|(_, near_miss)| near_miss)
}

fn miss_of(
    statement: &Statement,
    request: &Request<'_>,
    context: &Context<'_>,
) -> Option<(Nearness, Miss)> {
    if statement.effect == Effect::Deny {
        return None;
    }
    let is_resource = statement.names_resource(&request.resource, request.homes, context);
    match (statement.names_action(request.action), is_resource) {
        (true, true) => Some((CONDITION, condition(statement, context)?)),
        (true, false) => resource(statement, request, context),
        (false, true) if names_anything(statement) => Some((ACTION_ON_ANYTHING, action(statement))),
        (false, true) => Some((ACTION, action(statement))),
        (false, false) => None,
    }
}

fn names_anything(statement: &Statement) -> bool {
    match &statement.resources {
        Listed::These(arns) => arns.iter().any(|arn| arn.path().text() == "*"),
        Listed::AllBut(_) => true,
    }
}

fn condition(statement: &Statement, context: &Context<'_>) -> Option<Miss> {
    let failing = statement.failing_condition(context)?;
    Some(Miss::Condition {
        operator: failing.operator_name.to_string(),
        key: failing.key_name.to_string(),
        wanted: failing.wanted.to_vec(),
        found: context.values(&failing.key).into_iter().map(Cow::into_owned).collect(),
    })
}

fn action(statement: &Statement) -> Miss {
    let allowed = match &statement.actions {
        Listed::These(actions) => actions.iter().map(|action| action.text().to_owned()).collect(),
        Listed::AllBut(actions) => {
            let names: Vec<&str> = actions.iter().map(ActionPattern::text).collect();
            vec![format!("all but {}", names.join(", "))]
        }
    };
    Miss::Action { allowed }
}

fn resource(
    statement: &Statement,
    request: &Request<'_>,
    context: &Context<'_>,
) -> Option<(Nearness, Miss)> {
    match &statement.resources {
        Listed::These(arns) => {
            let misses = arns.iter().filter_map(|arn| resource_of(arn, request, context));
            misses.max_by_key(|(nearness, _)| *nearness)
        }
        Listed::AllBut(arns) => {
            let excludes = |arn: &&ArnPattern| match arn.resolve(context) {
                Ok(values) => arn.path().matches(request.resource.path, &values, Case::Exact),
                Err(_) => true,
            };
            let pattern = arns.iter().find(excludes)?.text().to_owned();
            Some((EXCLUDED, Miss::Excluded { pattern }))
        }
    }
}

fn resource_of(
    arn: &ArnPattern,
    request: &Request<'_>,
    context: &Context<'_>,
) -> Option<(Nearness, Miss)> {
    let path = request.resource.path;
    let values = match arn.resolve_to_allow(&request.resource, context) {
        Ok(values) => values,
        Err(Unusable { variable, value }) => {
            let (kind, _) = path.split_once('/')?;
            let is_kind = arn.path().text().strip_prefix(kind)?.starts_with('/');
            let (allowed, variable) = (arn.path().text().to_owned(), variable.name.to_string());
            return is_kind.then_some((VARIABLE, Miss::Variable { allowed, variable, value }));
        }
    };
    let (nearness, difference) = if arn.path().matches(path, &values, Case::Exact) {
        (HOME, Difference::Home { arn: arn.text().to_owned() })
    } else {
        difference(arn, path, &values)?
    };
    Some((nearness, Miss::Resource { allowed: arn.path().expand(&values), difference }))
}

/// How a path that does not match nearly does: whichever small change makes it match.
fn difference(arn: &ArnPattern, path: &str, values: &Values<'_>) -> Option<(Nearness, Difference)> {
    let (kind, name) = path.split_once('/')?;
    let matches = |path: &str| arn.path().matches(path, values, Case::Exact);
    if name.strip_prefix('/').is_some_and(|name| matches(&format!("{kind}/{name}"))) {
        return Some((SLASH, Difference::LeadingSlash { in_request: true }));
    }
    if matches(&format!("{kind}//{name}")) {
        return Some((SLASH, Difference::LeadingSlash { in_request: false }));
    }
    if path.strip_suffix('/').is_some_and(matches) {
        return Some((SLASH, Difference::TrailingSlash { in_request: true }));
    }
    if matches(&format!("{path}/")) {
        return Some((SLASH, Difference::TrailingSlash { in_request: false }));
    }
    if arn.path().matches(path, values, Case::Folded) {
        return Some((CASE, Difference::Case));
    }
    let mut other_kinds = KINDS.iter().filter(|other| **other != kind);
    if other_kinds.any(|other| matches(&format!("{other}/{name}"))) || matches(name) {
        return Some((KIND, Difference::Kind { needed: path.to_owned() }));
    }
    let allowed = arn.path().expand(values);
    let (allowed_kind, allowed_name) = allowed.split_once('/')?;
    if allowed_kind != kind {
        return None;
    }
    let filter = TopicFilter::new(allowed_name);
    if filter.is_ok_and(|filter| filter.has_wildcard() && filter.matches(name)) {
        return Some((MQTT_WILDCARD, Difference::MqttWildcard));
    }
    Some(first_level(allowed_name, name))
}

/// The first level in which a name differs from a pattern. Behind a `*`, which crosses levels,
/// levels no longer pair up, and the search ends.
fn first_level(allowed: &str, asked: &str) -> (Nearness, Difference) {
    let (mut allowed, mut asked) = (allowed.split('/'), asked.split('/'));
    let mut number = 1;
    loop {
        let (one, other) = (allowed.next(), asked.next());
        let is_open = one.is_some_and(|level| level.contains(['*', '?']));
        if one != other || is_open || one.is_none() {
            let owned = |level: Option<&str>| level.map(str::to_owned);
            let difference = Difference::Level { number, allowed: owned(one), asked: owned(other) };
            return (LEVEL + (number - 1).min(LEVELS_SHARED_MAX), difference);
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use model::Home;

    use super::*;
    use crate::arn::{ArnComparison, Resource};
    use crate::evaluate::{Decision, evaluate};

    /// What is said of a refusal under a policy of these statements.
    fn check(statements: &str, action: &str, path: &str, context: &Context<'_>, expected: &Expect) {
        let json = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let document = Document::parse(&json).expect("a document");
        let home = Home::default();
        let resource = Resource::iot(&home, path);
        let request = Request { action, resource, homes: ArnComparison::AnyHome };
        let documents = [("led", &document)];
        assert_eq!(evaluate(documents, &request, context), Decision::NoMatch);
        let said = nearest_miss(documents, &request, context)
            .map_or_else(|| "nothing is near".to_owned(), |miss| miss.to_string());
        expected.assert_eq(&said);
    }

    fn allow(actions: &str, path: &str) -> String {
        format!(
            r#"{{"Effect":"Allow","Action":["{actions}"],"Resource":"arn:aws:iot:r:1:{path}"}}"#
        )
    }

    fn lamp() -> Context<'static> {
        Context { client_id: Some("lamp"), ..Context::default() }
    }

    #[test]
    fn a_leading_slash_is_named() {
        check(
            &allow("iot:Publish", "topic/cicd/frontend"),
            "iot:Publish",
            "topic//cicd/frontend",
            &lamp(),
            &expect![[
                r#"the policy "led" allows topic/cicd/frontend; the device published /cicd/frontend: remove the leading slash"#
            ]],
        );
        check(
            &allow("iot:Subscribe", "topicfilter//cicd/*"),
            "iot:Subscribe",
            "topicfilter/cicd/#",
            &lamp(),
            &expect![[
                r#"the policy "led" allows topicfilter//cicd/*; the device subscribed to cicd/#: add a leading slash"#
            ]],
        );
    }

    #[test]
    fn small_differences_are_named() {
        check(
            &allow("iot:Publish", "topic/${iot:ClientId}/up"),
            "iot:Publish",
            "topic/lamp/up/",
            &lamp(),
            &expect![[
                r#"the policy "led" allows topic/lamp/up; the device published lamp/up/: remove the trailing slash"#
            ]],
        );
        check(
            &allow("iot:Connect", "client/Lamp"),
            "iot:Connect",
            "client/lamp",
            &lamp(),
            &expect![[
                r#"the policy "led" allows client/Lamp; the device connected as lamp: write both in the same case"#
            ]],
        );
        check(
            &allow("iot:Subscribe", "topic/a/b"),
            "iot:Subscribe",
            "topicfilter/a/b",
            &lamp(),
            &expect![[
                r#"the policy "led" allows topic/a/b; the device subscribed to a/b: iot:Subscribe needs topicfilter/a/b in the policy"#
            ]],
        );
        check(
            &allow("iot:Publish", "a/b"),
            "iot:Publish",
            "topic/a/b",
            &lamp(),
            &expect![[
                r#"the policy "led" allows a/b; the device published a/b: iot:Publish needs topic/a/b in the policy"#
            ]],
        );
        check(
            &allow("iot:Publish", "topic/a/+/#"),
            "iot:Publish",
            "topic/a/b/c",
            &lamp(),
            &expect![[
                r#"the policy "led" allows topic/a/+/#; the device published a/b/c: a policy's wildcards are '*' and '?', so write topic/a/*/*"#
            ]],
        );
    }

    #[test]
    fn the_right_action_counts_more_than_a_statement_about_anything() {
        let statements = [allow("iot:Connect", "*"), allow("iot:Publish", "topic/cicd/frontend")];
        check(
            &statements.join(","),
            "iot:Publish",
            "topic/cicd/backend",
            &lamp(),
            &expect![[
                r#"the policy "led" allows topic/cicd/frontend; the device published cicd/backend; level 2 is "frontend" there and "backend" here: allow topic/cicd/backend or use what is allowed"#
            ]],
        );
        check(
            &allow("iot:Publish\",\"iot:Receive", "topic/a"),
            "iot:RetainPublish",
            "topic/a",
            &lamp(),
            &expect![[
                r#"the policy "led" allows only iot:Publish, iot:Receive on topic/a; the device published a to be retained: add iot:RetainPublish for topic/a to the policy"#
            ]],
        );
        check(
            &allow("iot:Publish", "topic/a"),
            "iot:Subscribe",
            "topicfilter/b",
            &lamp(),
            &expect!["nothing is near"],
        );
    }

    #[test]
    fn variables_and_conditions_are_named() {
        check(
            &allow("iot:Connect", "client/${iot:Connection.Thing.ThingName}"),
            "iot:Connect",
            "client/lamp",
            &lamp(),
            &expect![[
                r#"the policy "led" allows client/${iot:Connection.Thing.ThingName}, where ${iot:Connection.Thing.ThingName} has no value: connect with the name of a thing as client id, attach the certificate to that thing, and give it what the variable asks for"#
            ]],
        );
        check(
            &allow("iot:Subscribe", "topicfilter/orders/${iot:ClientId}/new"),
            "iot:Subscribe",
            "topicfilter/orders/+/new",
            &Context { client_id: Some("+"), ..Context::default() },
            &expect![[
                r#"the policy "led" allows topicfilter/orders/${iot:ClientId}/new, where ${iot:ClientId} is "+": as a filter it would reach the topics of others: use a client id or attribute without '+' and '#'"#
            ]],
        );
        let inside = r#"{"Effect":"Allow","Action":"iot:*","Resource":"*",
            "Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.0.0/16"]}}}"#;
        let outside = Context { source_ip: Some([8, 8, 4, 4].into()), ..lamp() };
        check(
            inside,
            "iot:Connect",
            "client/lamp",
            &outside,
            &expect![[
                r#"the policy "led" allows it where IpAddress aws:SourceIp 10.0.0.0/8 or 192.168.0.0/16; aws:SourceIp is 8.8.4.4: meet or change the condition IpAddress on aws:SourceIp"#
            ]],
        );
        let all_but = r#"{"Effect":"Allow","Action":"iot:Publish",
            "NotResource":"arn:aws:iot:r:1:topic/admin/*"}"#;
        check(
            all_but,
            "iot:Publish",
            "topic/admin/x",
            &lamp(),
            &expect![[
                r#"the policy "led" excludes arn:aws:iot:r:1:topic/admin/*; the device published admin/x: take arn:aws:iot:r:1:topic/admin/* out of NotResource"#
            ]],
        );
    }
}
