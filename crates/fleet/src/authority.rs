//! What one connection may do.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use ::policy::{
    ArnComparison, CertificateFacts, Context, Decision, Document, Expansion, Request, Resource,
    evaluate,
};
use model::{ClientId, Principal};
use stdx::clock::UnixMillis;

use crate::explain::{RefusalKind, Subject};
use crate::fleet::Shared;
use crate::live::Stale;
use crate::permit::Permit;
use crate::reason::Reason;
use crate::vouched::Vouched;

const SUBSCRIBE: &str = "iot:Subscribe";
const RECEIVE: &str = "iot:Receive";

/// Decides for one connection, for as long as it lasts. A decision costs a microsecond; the
/// registry is read again only when something changed that this connection depends on.
#[derive(Debug)]
pub struct Authority {
    shared: Arc<Shared>,
    who: Who,
    stale: Arc<Stale>,
    /// What an authorizer says of it; nothing if it is not, or no longer, vouched for.
    vouched: Mutex<Option<Vouched>>,
    permit: RwLock<Arc<Result<Permit, Reason>>>,
}

/// Who is connected.
#[derive(Debug)]
pub(crate) struct Who {
    pub(crate) principal: Principal,
    /// Nothing for a caller over HTTPS.
    pub(crate) client_id: Option<ClientId>,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) certificate: Option<CertificateFacts>,
    /// The last moment at which the certificate, or what an authorizer said, is valid.
    pub(crate) valid_until: Option<UnixMillis>,
}

/// Whether something is allowed; if not, the id under which the refusal is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    Refused(u64),
}

impl Who {
    fn client_name(&self) -> &str {
        self.client_id.as_ref().map_or("", ClientId::as_str)
    }
}

impl Verdict {
    pub fn is_allowed(self) -> bool {
        self == Verdict::Allowed
    }
}

impl Authority {
    pub(crate) fn new(shared: Arc<Shared>, who: Who) -> Authority {
        let stale = Stale::raised();
        // Entered before the registry is read, so that no change falls between the two.
        if let Principal::Certificate(id) = &who.principal {
            shared.live.enter(id, who.client_id.as_ref(), &stale);
        }
        let permit = RwLock::new(Arc::new(Err(Reason::Unavailable)));
        Authority { shared, who, stale, vouched: Mutex::default(), permit }
    }

    pub(crate) fn vouched_for(shared: Arc<Shared>, who: Who, vouched: Vouched) -> Authority {
        let authority = Authority::new(shared, who);
        authority.vouch(vouched);
        authority
    }

    /// From now on, this is what its authorizer says of it.
    pub(crate) fn vouch(&self, vouched: Vouched) {
        self.set_vouched(Some(vouched));
    }

    /// Its authorizer no longer says anything of it.
    pub(crate) fn disown(&self) {
        self.set_vouched(None);
    }

    fn set_vouched(&self, vouched: Option<Vouched>) {
        *self.vouched.lock().unwrap_or_else(PoisonError::into_inner) = vouched;
        self.stale.raise();
    }

    pub fn principal(&self) -> &Principal {
        &self.who.principal
    }

    /// May it be connected under its client id?
    pub fn may_connect(&self) -> Verdict {
        self.ask(RefusalKind::Connect, "iot:Connect", "client/", self.who.client_name())
    }

    /// May it have an operation of the API done, over HTTPS? `path` is what it acts on.
    pub fn may_call(&self, action: &str, path: &str) -> Verdict {
        self.ask(RefusalKind::Call, action, path, "")
    }

    /// Whether it may still be connected. False when the certificate is no longer active or valid,
    /// or the policy no longer allows the connection; true while the registry cannot be read, when
    /// nothing else is allowed.
    pub fn is_valid(&self) -> bool {
        match &*self.permit() {
            Err(Reason::Unavailable) => true,
            Err(_) => false,
            Ok(permit) => {
                let path = format!("client/{}", self.who.client_name());
                !self.has_expired() && self.allows(permit, "iot:Connect", &path)
            }
        }
    }

    pub fn may_publish(&self, topic: &str) -> Verdict {
        self.ask(RefusalKind::Publish, "iot:Publish", "topic/", topic)
    }

    /// May it publish messages to be retained? Asked beside [`Authority::may_publish`].
    pub fn may_retain(&self, topic: &str) -> Verdict {
        self.ask(RefusalKind::Retain, "iot:RetainPublish", "topic/", topic)
    }

    /// May it subscribe? The filter is as sent: a policy allows `$share/NAME/FILTER` by that text, as
    /// in AWS. What denies the filter itself denies sharing it, too.
    pub fn may_subscribe(&self, filter: &str) -> Verdict {
        let verdict = self.ask(RefusalKind::Subscribe, SUBSCRIBE, "topicfilter/", filter);
        let permit = self.permit();
        match (shared_filter(filter), &*permit) {
            (Some(inner), Ok(found))
                if verdict.is_allowed()
                    && self.denies(found, SUBSCRIBE, &format!("topicfilter/{inner}")) =>
            {
                let request = (SUBSCRIBE, "topicfilter/", inner);
                self.refuse(RefusalKind::Subscribe, request, &permit)
            }
            _ => verdict,
        }
    }

    /// May it be sent a message of this topic?
    pub fn may_receive(&self, topic: &str) -> Verdict {
        self.ask(RefusalKind::Receive, RECEIVE, "topic/", topic)
    }

    /// May it be sent a message of this topic through a shared subscription? AWS's own examples
    /// allow `topic/$share/NAME/TOPIC`, and others the topic itself; either does, and a deny of the
    /// topic counts in any case.
    pub fn may_receive_shared(&self, share_name: &str, topic: &str) -> Verdict {
        match &*self.permit() {
            Ok(permit)
                if !self.has_expired()
                    && self.allows(
                        permit,
                        RECEIVE,
                        &format!("topic/$share/{share_name}/{topic}"),
                    )
                    && !self.denies(permit, RECEIVE, &format!("topic/{topic}")) =>
            {
                Verdict::Allowed
            }
            _ => self.may_receive(topic),
        }
    }

    // === how it is decided ===

    fn ask(&self, kind: RefusalKind, action: &str, prefix: &str, name: &str) -> Verdict {
        let permit = self.permit();
        match &*permit {
            Ok(found)
                if !self.has_expired()
                    && (found.is_unrestricted
                        || self.allows(found, action, &format!("{prefix}{name}"))) =>
            {
                Verdict::Allowed
            }
            _ => self.refuse(kind, (action, prefix, name), &permit),
        }
    }

    fn allows(&self, permit: &Permit, action: &str, path: &str) -> bool {
        permit.is_unrestricted || self.decide(permit, action, path).is_allowed()
    }

    fn denies(&self, permit: &Permit, action: &str, path: &str) -> bool {
        !permit.is_unrestricted && matches!(self.decide(permit, action, path), Decision::Denied(_))
    }

    fn decide<'p>(&self, permit: &'p Permit, action: &str, path: &str) -> Decision<'p> {
        evaluate(permit.documents(), &self.request(action, path), &self.context(permit))
    }

    fn request<'a>(&'a self, action: &'a str, path: &'a str) -> Request<'a> {
        let resource = Resource::iot(self.shared.registry.home(), path);
        Request { action, resource, homes: ArnComparison::AnyHome }
    }

    fn context<'a>(&'a self, permit: &'a Permit) -> Context<'a> {
        // The clock is asked only where the answer can depend on it.
        let now = if permit.depends_on_time { self.shared.clock.now() } else { 0 };
        permit.context(&self.who, now)
    }

    fn has_expired(&self) -> bool {
        self.who.valid_until.is_some_and(|last| self.shared.clock.now() > last)
    }

    /// What the registry says, read again if it changed. The lock is held while reading: whoever
    /// asks in the meantime waits for the new answer and does not get the old one.
    fn permit(&self) -> Arc<Result<Permit, Reason>> {
        if self.stale.is_raised() {
            let mut permit = self.permit.write().unwrap_or_else(PoisonError::into_inner);
            if self.stale.lower() {
                let found = self.look_up();
                if matches!(found, Err(Reason::Unavailable)) {
                    self.stale.raise();
                }
                *permit = Arc::new(found);
            }
            return Arc::clone(&permit);
        }
        Arc::clone(&self.permit.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn look_up(&self) -> Result<Permit, Reason> {
        match &self.who.principal {
            Principal::Custom(_) => {
                let vouched = self.vouched.lock().unwrap_or_else(PoisonError::into_inner);
                vouched.as_ref().map(Permit::of_vouched).ok_or_else(Reason::no_longer_vouched)
            }
            _ => Permit::look_up(&self.shared, &self.who),
        }
    }

    // === how a refusal is explained ===

    fn refuse(
        &self,
        kind: RefusalKind,
        (action, prefix, name): (&str, &str, &str),
        permit: &Result<Permit, Reason>,
    ) -> Verdict {
        let path = format!("{prefix}{name}");
        let request = self.request(action, &path);
        let subject = Subject {
            kind,
            principal: Some(self.who.principal.to_string()),
            client_id: self.who.client_id.as_ref().map(ToString::to_string),
            source_ip: self.who.source_ip,
            action: Some(action.to_owned()),
            resource: Some(request.resource.arn()),
            what: None,
        };
        let is_known = self.is_known(permit);
        let refusals = &self.shared.refusals;
        let (now, epoch) = (self.shared.clock.now(), self.shared.registry.epoch());
        let id = refusals.keep(subject, is_known, now, epoch, || self.explain(&request, permit));
        Verdict::Refused(id)
    }

    /// Whether the principal is one that the registry knows. Anybody can make certificates by the
    /// thousand that it does not.
    fn is_known(&self, permit: &Result<Permit, Reason>) -> bool {
        let is_certificate = matches!(self.who.principal, Principal::Certificate(_));
        let is_lost =
            matches!(permit, Err(Reason::CertificateUnknown { .. } | Reason::Unavailable));
        is_certificate && !is_lost
    }

    fn explain(
        &self,
        request: &Request<'_>,
        permit: &Result<Permit, Reason>,
    ) -> (Reason, Vec<Expansion>) {
        let permit = match permit {
            Ok(permit) => permit,
            Err(reason) => return (reason.clone(), Vec::new()),
        };
        match &self.who.principal {
            Principal::Certificate(id) if self.has_expired() => {
                return (Reason::CertificateExpired { id: id.clone() }, Vec::new());
            }
            Principal::Custom(_) if self.has_expired() => {
                return (Reason::no_longer_vouched(), Vec::new());
            }
            _ => {}
        }
        let context = self.context(permit);
        let objection = permit.objection(request, &context);
        let reason = objection.unwrap_or_else(|| permit.no_match(request, &context));
        let expansions = permit.documents().map(|(_, document)| document);
        let mut expansions: Vec<Expansion> =
            expansions.flat_map(|document: &Document| document.expansions(&context)).collect();
        expansions.sort();
        expansions.dedup();
        (reason, expansions)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // The flag must be gone before its place is looked for.
        self.stale = Stale::raised();
        if let Principal::Certificate(id) = &self.who.principal {
            self.shared.live.leave(id, self.who.client_id.as_ref());
        }
    }
}

/// The filter inside `$share/NAME/FILTER`.
fn shared_filter(filter: &str) -> Option<&str> {
    filter.strip_prefix("$share/")?.split_once('/').map(|(_, inner)| inner)
}
