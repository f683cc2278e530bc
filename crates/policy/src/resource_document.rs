//! Documents that belong to a resource, or to a role as its trust: they say themselves of whom they
//! speak. Their own type, since one read as the document of a principal would lose its `Principal`.

use stdx::clock::UnixMillis;

use crate::arn::{ArnComparison, Resource};
use crate::context::Context;
use crate::document::Document;
use crate::error::PolicyError;
use crate::evaluate::{Cause, Request};
use crate::parse::{self, Form};
use crate::principal::{Asker, Naming};
use crate::statement::Effect;

/// A resource-based policy, compiled.
#[derive(Clone, Debug)]
pub struct ResourceDocument(Document);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceDecision<'a> {
    Allowed {
        cause: Cause<'a>,
        /// Whether the principal itself is named. If only its account is, its own policies must
        /// allow the same.
        is_named: bool,
    },
    Denied(Cause<'a>),
    NoMatch,
}

impl ResourceDocument {
    /// Reads the policy of a bucket, a queue, a function: each statement has `Principal` and
    /// `Resource`.
    pub fn parse(json: &str, characters_max: usize) -> Result<ResourceDocument, PolicyError> {
        parse::document(json, characters_max, Form::Resource).map(ResourceDocument)
    }

    /// Reads the trust policy of a role: each statement has `Principal`, and none has `Resource`,
    /// since it is about the role.
    pub fn parse_trust(json: &str, characters_max: usize) -> Result<ResourceDocument, PolicyError> {
        parse::document(json, characters_max, Form::Trust).map(ResourceDocument)
    }

    /// Whether a decision can change while only time passes.
    pub fn depends_on_time(&self) -> bool {
        self.0.depends_on_time()
    }

    /// Whether the document lets a service (`events.amazonaws.com`) do something to the resource with
    /// this ARN, for another resource of the account.
    pub fn lets_service(
        &self,
        service: &str,
        action: &str,
        arn: &str,
        (source_arn, account): (&str, &str),
        now: Option<UnixMillis>,
    ) -> bool {
        let mut parts = arn.splitn(6, ':').skip(2);
        let mut next = || parts.next().unwrap_or_default();
        let (owner, region, home, path) = (next(), next(), next(), next());
        let resource = Resource { service: owner, region, account: home, path };
        let request = Request { action, resource, homes: ArnComparison::AnyHome };
        let (sources, accounts) = ([source_arn], [account]);
        let more: [(&str, &[&str]); 3] = [
            ("aws:sourcearn", &sources),
            ("aws:sourceaccount", &accounts),
            ("aws:principalisawsservice", &["true"]),
        ];
        let context = Context { now, more: &more, ..Context::default() };
        let decision = self.evaluate("its policy", &request, &Asker::Service(service), &context);
        matches!(decision, ResourceDecision::Allowed { .. })
    }

    /// Holds a request against the document, whose name is for the cause.
    pub fn evaluate<'a>(
        &'a self,
        name: &'a str,
        request: &Request<'_>,
        asker: &Asker<'_>,
        context: &Context<'_>,
    ) -> ResourceDecision<'a> {
        let mut decision = ResourceDecision::NoMatch;
        for (place, statement) in self.0.statements.iter().enumerate() {
            let Some(naming) = statement.names_principal(asker, request.homes) else { continue };
            if !statement.names_action(request.action)
                || !statement.names_resource(&request.resource, request.homes, context)
                || statement.failing_condition(context).is_some()
            {
                continue;
            }
            let cause = Cause { policy: name, statement: place + 1, sid: statement.sid.as_deref() };
            let is_named = naming == Naming::Itself;
            match (statement.effect, decision) {
                (Effect::Deny, _) => return ResourceDecision::Denied(cause),
                (Effect::Allow, ResourceDecision::Allowed { is_named: true, .. }) => {}
                (Effect::Allow, _) => decision = ResourceDecision::Allowed { cause, is_named },
            }
        }
        decision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: Asker<'static> = Asker::Aws { names: &["arn:aws:iam::000000000000:user/bob"] };

    fn decide(statements: &str, asker: &Asker<'_>, more: &[(&str, &[&str])]) -> String {
        let json = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let document = ResourceDocument::parse_trust(&json, 2048).expect("a trust policy");
        let resource =
            Resource { service: "iam", region: "", account: "000000000000", path: "role/R" };
        let homes = ArnComparison::AnyHome;
        let request = Request { action: "sts:AssumeRole", resource, homes };
        let context = Context { more, ..Context::default() };
        match document.evaluate("trust", &request, asker, &context) {
            ResourceDecision::Allowed { is_named: true, .. } => "named".to_owned(),
            ResourceDecision::Allowed { is_named: false, .. } => "by account".to_owned(),
            ResourceDecision::Denied(_) => "denied".to_owned(),
            ResourceDecision::NoMatch => "no match".to_owned(),
        }
    }

    #[test]
    fn trust_names_services_users_and_accounts() {
        let service = r#"{"Effect":"Allow","Action":"sts:AssumeRole",
            "Principal":{"Service":["iot.amazonaws.com","lambda.amazonaws.com"]}}"#;
        let account = r#"{"Effect":"Allow","Action":"sts:AssumeRole",
            "Principal":{"AWS":"arn:aws:iam::111122223333:root"}}"#;
        let bob = account.replace(":root", ":user/bob");
        let deny = bob.replace("Allow", "Deny");
        let iot = Asker::Service("iot.amazonaws.com");
        for (statements, asker, expected) in [
            (service.to_owned(), &iot, "named"),
            (service.to_owned(), &BOB, "no match"),
            (account.to_owned(), &BOB, "by account"),
            (format!("{account},{bob}"), &BOB, "named"),
            (format!("{bob},{account}"), &BOB, "named"),
            (format!("{account},{deny}"), &BOB, "denied"),
            (account.replace("AssumeRole\"", "TagSession\""), &BOB, "no match"),
        ] {
            assert_eq!(decide(&statements, asker, &[]), expected, "{statements}");
        }
    }

    #[test]
    fn who_is_not_named_may_be_all_others() {
        let all = r#"{"Effect":"Allow","Action":"*","Principal":"*"}"#;
        let others = r#"{"Effect":"Deny","Action":"*",
            "NotPrincipal":{"AWS":"arn:aws:iam::1:user/bob"}}"#;
        let both = format!("{all},{others}");
        assert_eq!(decide(&both, &BOB, &[]), "named");
        assert_eq!(decide(&both, &Asker::Anonymous, &[]), "denied");
    }

    #[test]
    fn conditions_hold_a_trust_to_its_external_id() {
        let statement = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"},
            "Condition":{"StringEquals":{"sts:ExternalId":"42"}}}"#;
        assert_eq!(decide(statement, &BOB, &[("sts:externalid", &["42"])]), "named");
        assert_eq!(decide(statement, &BOB, &[("sts:externalid", &["43"])]), "no match");
        assert_eq!(decide(statement, &BOB, &[]), "no match");
    }

    #[test]
    fn each_form_has_its_fields() {
        let trust = r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":"*"}}"#;
        let bucket = trust.replace(r#""Principal""#, r#""Resource":"*","Principal""#);
        let nobody = bucket.replace(r#","Principal":"*""#, "");
        assert!(ResourceDocument::parse_trust(trust, 2048).is_ok());
        assert!(ResourceDocument::parse(&bucket, 2048).is_ok());
        for (refused, expected) in [
            (
                ResourceDocument::parse_trust(&bucket, 2048),
                "statement 1: a trust policy has no Resource",
            ),
            (ResourceDocument::parse(trust, 2048), "statement 1: Resource is missing"),
            (ResourceDocument::parse(&nobody, 2048), "statement 1: Principal is missing"),
        ] {
            assert_eq!(refused.expect_err("refused").to_string(), expected);
        }
        let other = trust.replace(r#""*"}"#, r#"{"CanonicalUser":"x"}}"#);
        let error = ResourceDocument::parse_trust(&other, 2048).expect_err("refused");
        assert!(error.to_string().contains("Principal.CanonicalUser"), "{error}");
    }
}
