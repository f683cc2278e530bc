//! The decision: an explicit deny wins, then an allow, and what nothing speaks of is refused.

use std::fmt;

use crate::arn::{ArnComparison, Resource};
use crate::context::Context;
use crate::document::Document;
use crate::statement::Effect;

/// An action on a resource.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `iot:Publish`
    pub action: &'a str,
    pub resource: Resource<'a>,
    pub homes: ArnComparison,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    Allowed(Cause<'a>),
    /// A statement denies it explicitly.
    Denied(Cause<'a>),
    /// No statement allows it; [`crate::nearest_miss`] finds the one that nearly does.
    NoMatch,
}

/// The statement that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause<'a> {
    pub policy: &'a str,
    /// Counted from 1.
    pub statement: usize,
    pub sid: Option<&'a str>,
}

/// Holds a request against the documents of a principal, each under the name of its policy.
pub fn evaluate<'a>(
    documents: impl IntoIterator<Item = (&'a str, &'a Document)>,
    request: &Request<'_>,
    context: &Context<'_>,
) -> Decision<'a> {
    let mut decision = Decision::NoMatch;
    for (policy, document) in documents {
        for (place, statement) in document.statements.iter().enumerate() {
            let is_decided = matches!(decision, Decision::Allowed(_));
            if (is_decided && statement.effect == Effect::Allow)
                || !statement.names_action(request.action)
                || !statement.names_resource(&request.resource, request.homes, context)
                || statement.failing_condition(context).is_some()
            {
                continue;
            }
            let cause = Cause { policy, statement: place + 1, sid: statement.sid.as_deref() };
            match statement.effect {
                Effect::Allow => decision = Decision::Allowed(cause),
                Effect::Deny => return Decision::Denied(cause),
            }
        }
    }
    decision
}

impl Decision<'_> {
    pub fn is_allowed(&self) -> bool {
        matches!(self, Decision::Allowed(_))
    }
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Decision::Allowed(cause) => write!(f, "allowed by {cause}"),
            Decision::Denied(cause) => write!(f, "denied by {cause}"),
            Decision::NoMatch => f.write_str("no statement allows it"),
        }
    }
}

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}", self.statement)?;
        if let Some(sid) = self.sid {
            write!(f, " ({sid})")?;
        }
        write!(f, " of the policy {:?}", self.policy)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{CertificateId, DistinguishedName, Home, NameField};
    use proptest::prelude::*;

    use super::*;
    use crate::context::{CertificateFacts, ThingFacts};

    fn document(statements: &str) -> Document {
        let json = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        Document::parse(&json).expect("a document")
    }

    fn decide<'a>(
        document: &'a Document,
        action: &str,
        path: &str,
        context: &Context<'_>,
    ) -> Decision<'a> {
        let home = Home::default();
        let resource = Resource::iot(&home, path);
        let request = Request { action, resource, homes: ArnComparison::AnyHome };
        evaluate([("p", document)], &request, context)
    }

    const ALLOW_ALL: &str = r#"{"Sid":"all","Effect":"Allow","Action":"iot:*","Resource":"*"}"#;

    #[test]
    fn an_explicit_deny_wins_wherever_it_stands() {
        let deny = r#"{"Effect":"Deny","Action":"iot:Publish",
            "Resource":"arn:aws:iot:r:1:topic/admin/*"}"#;
        for statements in [format!("{deny},{ALLOW_ALL}"), format!("{ALLOW_ALL},{deny}")] {
            let document = document(&statements);
            let context = Context::default();
            let denied = decide(&document, "iot:Publish", "topic/admin/x", &context);
            assert!(matches!(denied, Decision::Denied(Cause { sid: None, .. })), "{denied}");
            let allowed = decide(&document, "iot:Publish", "topic/x", &context);
            assert!(matches!(allowed, Decision::Allowed(Cause { sid: Some("all"), .. })));
        }
        let silent = document(deny);
        let nothing = decide(&silent, "iot:Publish", "topic/x", &Context::default());
        assert_eq!(nothing, Decision::NoMatch);
    }

    #[test]
    fn decisions_read_as_sentences() {
        let document = document(ALLOW_ALL);
        let allowed = decide(&document, "iot:Connect", "client/a", &Context::default());
        assert_eq!(allowed.to_string(), "allowed by statement 1 (all) of the policy \"p\"");
        assert_eq!(Decision::NoMatch.to_string(), "no statement allows it");
    }

    #[test]
    fn a_document_that_allows_everything_is_known() {
        assert!(document(ALLOW_ALL).allows_all_of("iot"));
        assert!(!document(ALLOW_ALL).allows_all_of("sqs"));
        assert!(!document(ALLOW_ALL).denies());
        assert!(document(&ALLOW_ALL.replace("iot:*", "*")).allows_all_of("iot"));
        assert!(!document(&ALLOW_ALL.replace("iot:*", "iot:P*")).allows_all_of("iot"));
        let deny = document(&ALLOW_ALL.replace("Allow", "Deny"));
        assert!(deny.denies() && !deny.allows_all_of("iot"));
        let condition = r#""Resource":"*","Condition":{"Null":{"iot:ClientId":"false"}}"#;
        let conditional = ALLOW_ALL.replace(r#""Resource":"*""#, condition);
        assert!(!document(&conditional).allows_all_of("iot"));
    }

    #[test]
    fn a_client_id_never_widens_a_filter() {
        // A literal match is not enough: this filter is the very text that the policy yields.
        let own = document(
            r#"{"Effect":"Allow","Action":"iot:Subscribe",
                "Resource":"arn:aws:iot:r:1:topicfilter/orders/${iot:ClientId}/new"}"#,
        );
        for (client_id, filter, expected) in [
            ("lamp", "topicfilter/orders/lamp/new", true),
            ("lamp", "topicfilter/orders/+/new", false),
            ("+", "topicfilter/orders/+/new", false),
            ("#", "topicfilter/orders/#/new", false),
            ("*", "topicfilter/orders/lamp/new", false),
        ] {
            let context = Context { client_id: Some(client_id), ..Context::default() };
            let decision = decide(&own, "iot:Subscribe", filter, &context);
            assert_eq!(decision.is_allowed(), expected, "{client_id} {filter}");
        }
    }

    #[test]
    fn an_unknown_exception_makes_an_allow_silent_and_a_deny_speak() {
        let statements = |effect: &str| {
            format!(
                r#"{ALLOW_ALL},{{"Effect":"{effect}","Action":"iot:Publish",
                "NotResource":"arn:aws:iot:r:1:topic/${{iot:Connection.Thing.ThingName}}/*"}}"#
            )
        };
        let deny = document(&statements("Deny"));
        let denied = decide(&deny, "iot:Publish", "topic/lamp/x", &Context::default());
        assert!(matches!(denied, Decision::Denied(_)));
        let lamp = ThingFacts { name: "lamp".to_owned(), ..ThingFacts::default() };
        let context = Context { thing: Some(&lamp), ..Context::default() };
        assert!(decide(&deny, "iot:Publish", "topic/lamp/x", &context).is_allowed());
        let allow = document(&statements("Allow").replace(&format!("{ALLOW_ALL},"), ""));
        assert!(!decide(&allow, "iot:Publish", "topic/x", &Context::default()).is_allowed());
        assert!(decide(&allow, "iot:Publish", "topic/x", &context).is_allowed());
    }

    #[test]
    fn things_and_certificates_are_asked_by_conditions_and_variables() {
        let document = document(
            r#"{"Effect":"Allow","Action":"iot:Publish",
                "Resource":"arn:aws:iot:r:1:topic/${iot:Connection.Thing.Attributes[floor]}/${iot:Certificate.Subject.CommonName.1}",
                "Condition":{
                    "Bool":{"iot:Connection.Thing.IsAttached":["true"]},
                    "StringEquals":{"iot:Connection.Thing.ThingTypeName":"lamp"},
                    "ForAllValues:StringEquals":{"iot:Certificate.Subject.Organization.List":["A","B"]}}}"#,
        );
        let name = |field, text: &str| (field, text.to_owned());
        let mut certificate = CertificateFacts {
            id: CertificateId::new(&"ab".repeat(32)).expect("an id"),
            serial_number: "01".to_owned(),
            subject: DistinguishedName(vec![
                name(NameField::Organization, "A"),
                name(NameField::CommonName, "first"),
                name(NameField::CommonName, "second"),
            ]),
            issuer: DistinguishedName::default(),
        };
        let thing = ThingFacts {
            name: "l1".to_owned(),
            type_name: Some("lamp".to_owned()),
            attributes: BTreeMap::from([("floor".to_owned(), "2".to_owned())]),
        };
        let allows = |certificate: &CertificateFacts, thing: Option<&ThingFacts>| {
            let client_id = Some("l1");
            let certificate = Some(certificate);
            let context = Context { client_id, certificate, thing, ..Context::default() };
            decide(&document, "iot:Publish", "topic/2/second", &context).is_allowed()
        };
        assert!(allows(&certificate, Some(&thing)));
        assert!(!allows(&certificate, None));
        certificate.subject.0.push(name(NameField::Organization, "C"));
        assert!(!allows(&certificate, Some(&thing)));
    }

    #[test]
    fn time_and_expansions_are_known_of_a_document() {
        let dated = document(
            r#"{"Effect":"Allow","Action":"iot:*","Resource":"arn:aws:iot:r:1:client/${iot:ClientId}",
                "Condition":{"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}"#,
        );
        assert!(dated.depends_on_time() && !document(ALLOW_ALL).depends_on_time());
        let at = |now| Context { client_id: Some("a"), now: Some(now), ..Context::default() };
        let allowed = |now| decide(&dated, "iot:Connect", "client/a", &at(now)).is_allowed();
        assert!(allowed(1_767_225_599_000) && !allowed(1_767_225_600_000));
        let expansions = dated.expansions(&at(0));
        assert_eq!(expansions.len(), 1);
        assert_eq!(expansions[0].variable, "iot:ClientId");
        assert_eq!(expansions[0].value.as_deref(), Some("a"));
    }

    proptest! {
        #[test]
        fn no_client_id_reaches_beyond_its_own_topics(
            client_id in "[a-c*?+#/${}]{1,6}",
            topic in "[a-c/]{1,8}",
        ) {
            let own = document(
                r#"{"Effect":"Allow","Action":"iot:Publish",
                    "Resource":"arn:aws:iot:r:1:topic/of/${iot:ClientId}"}"#,
            );
            let context = Context { client_id: Some(&client_id), ..Context::default() };
            let path = format!("topic/of/{topic}");
            let allowed = decide(&own, "iot:Publish", &path, &context).is_allowed();
            prop_assert_eq!(allowed, client_id == topic);
        }
    }
}
