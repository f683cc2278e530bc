//! What the registry says of a principal at one moment, compiled.

use std::sync::Arc;

use ::policy::{Context, Decision, Document, Request, ThingFacts, evaluate, nearest_miss};
use model::{CertificateId, ClientId, Principal};
use registry::{CertificateStatus, Grants, Thing};
use stdx::clock::UnixMillis;

use crate::authority::Who;
use crate::fleet::Shared;
use crate::reason::Reason;
use crate::vouched::Vouched;

/// The name of the policy of those who have no certificate.
const ANONYMOUS: &str = "anonymous";

#[derive(Debug)]
pub(crate) struct Permit {
    /// Each under the name of its policy.
    pub(crate) documents: Vec<(String, Arc<Document>)>,
    pub(crate) thing: Option<ThingFacts>,
    /// Whether decisions can change while only time passes.
    pub(crate) depends_on_time: bool,
    /// Whether everything is allowed, so that there is nothing to evaluate.
    pub(crate) is_unrestricted: bool,
}

impl Permit {
    /// Looks up what counts for a principal now, or why nothing does.
    pub(crate) fn look_up(shared: &Shared, who: &Who) -> Result<Permit, Reason> {
        match &who.principal {
            Principal::Anonymous => {
                let document = Arc::clone(&shared.anonymous);
                Ok(Permit::of(vec![(ANONYMOUS.to_owned(), document)], None))
            }
            Principal::Certificate(id) => Permit::of_certificate(shared, who, id),
            // The server asks nobody, IAM and authorizers know their own; a permit without documents
            // allows nothing.
            Principal::Server | Principal::Iam(_) | Principal::Custom(_) => {
                Ok(Permit::of(Vec::new(), None))
            }
        }
    }

    fn of_certificate(shared: &Shared, who: &Who, id: &CertificateId) -> Result<Permit, Reason> {
        let grants = shared
            .registry
            .grants(id, who.client_id.as_ref().map_or("", ClientId::as_str))
            .map_err(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, "no grants can be read");
                Reason::Unavailable
            })?;
        let unknown = || Reason::CertificateUnknown { id: id.clone() };
        let Grants { certificate, policies, thing } = grants.ok_or_else(unknown)?;
        if certificate.status != CertificateStatus::Active {
            let (id, status) = (id.clone(), certificate.status);
            return Err(Reason::CertificateStatus { id, status });
        }
        if policies.is_empty() {
            return Err(Reason::NoPolicy { id: id.clone() });
        }
        // One document that cannot be read may be the one that denies, so nothing counts then.
        let compiled = policies.into_iter().map(|(name, text)| {
            let document = shared.documents.get(&name, &text);
            let malformed = |error: ::policy::PolicyError| Reason::PolicyMalformed {
                name: name.clone(),
                what: error.to_string(),
            };
            Ok((name.to_string(), document.map_err(malformed)?))
        });
        Ok(Permit::of(compiled.collect::<Result<_, Reason>>()?, thing.map(facts)))
    }

    /// What an authorizer said.
    pub(crate) fn of_vouched(vouched: &Vouched) -> Permit {
        Permit::of(vouched.documents.clone(), None)
    }

    pub(crate) fn of(documents: Vec<(String, Arc<Document>)>, thing: Option<ThingFacts>) -> Permit {
        let depends_on_time = documents.iter().any(|(_, document)| document.depends_on_time());
        let allows_all = documents.iter().any(|(_, document)| document.allows_all_of("iot"));
        let denies = documents.iter().any(|(_, document)| document.denies());
        Permit { documents, thing, depends_on_time, is_unrestricted: allows_all && !denies }
    }

    /// The same, with this document under its name.
    pub(crate) fn with(&self, name: &str, document: Arc<Document>) -> Permit {
        let others = self.documents.iter().filter(|(other, _)| other != name).cloned();
        let documents = others.chain([(name.to_owned(), document)]).collect();
        Permit::of(documents, self.thing.clone())
    }

    /// What decisions for somebody depend on beside what is asked.
    pub(crate) fn context<'a>(&'a self, who: &'a Who, now: UnixMillis) -> Context<'a> {
        Context {
            client_id: who.client_id.as_ref().map(ClientId::as_str),
            certificate: who.certificate.as_ref(),
            thing: self.thing.as_ref(),
            source_ip: who.source_ip,
            now: self.depends_on_time.then_some(now),
            more: &[],
        }
    }

    /// Why this is refused; nothing if it is allowed.
    pub(crate) fn objection(&self, request: &Request<'_>, context: &Context<'_>) -> Option<Reason> {
        match evaluate(self.documents(), request, context) {
            Decision::Allowed(_) => None,
            Decision::Denied(cause) => {
                let policy = Some(cause.policy.to_owned());
                Some(Reason::Denied { policy, cause: cause.to_string() })
            }
            Decision::NoMatch => Some(self.no_match(request, context)),
        }
    }

    pub(crate) fn no_match(&self, request: &Request<'_>, context: &Context<'_>) -> Reason {
        Reason::NoMatch {
            policies: self.documents().map(|(name, _)| name.to_owned()).collect(),
            nearest: nearest_miss(self.documents(), request, context).map(Box::new),
        }
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.documents.iter().map(|(name, document)| (name.as_str(), &**document))
    }
}

pub(crate) fn facts(thing: Thing) -> ThingFacts {
    let Thing { name, type_name, attributes, .. } = thing;
    let type_name = type_name.map(String::from);
    ThingFacts { name: name.to_string(), type_name, attributes }
}
