//! A house for tests: a fleet with a clock that stands still.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use fleet::{Authority, Fleet, Parts, Post, Posted, Refused, RegisteredCertificate, Visitor};
use kv::{Batch, CommitError, Store};
use model::{CertificateId, ClientId, Home, Message, PolicyName, ThingName};
use pki::{CertificateAuthority, Issued, KeyKind};
use policy::Document;
use registry::{NewThing, Registry};
use stdx::clock::{Clock, Hands};
use stdx::task::block_on;

use crate::functions;

pub(crate) const NOW: u64 = 1_790_000_000_000;

pub(crate) struct House {
    pub(crate) fleet: Fleet,
    pub(crate) clock: Clock,
    pub(crate) hands: Hands,
    pub(crate) post: Arc<Told>,
    pub(crate) functions: Arc<functions::Told>,
}

/// Commits as the broker does, and keeps what it would have published.
#[derive(Debug)]
pub(crate) struct Told {
    store: Store,
    messages: Mutex<Vec<(Message, u8)>>,
    is_to_fail: AtomicBool,
}

impl Post for Told {
    fn commit_after(&self, batch: Batch, messages: Vec<Message>, hops: u8) -> Posted {
        let outcome = match self.is_to_fail.swap(false, Ordering::SeqCst) {
            true => Err(CommitError::Declined),
            false => self.store.commit(batch).wait(),
        };
        if outcome.is_ok() {
            let messages = messages.into_iter().map(|message| (message, hops));
            self.messages.lock().expect("no test panics with it").extend(messages);
        }
        Box::pin(async move { outcome })
    }

    fn is_wanted(&self, _topic: &model::Topic) -> bool {
        true
    }
}

impl Told {
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// From now on nothing can be stored.
    pub(crate) fn close_store(&self) {
        self.store.close();
    }

    /// The next commit comes to nothing.
    pub(crate) fn fail_next(&self) {
        self.is_to_fail.store(true, Ordering::SeqCst);
    }

    /// What was published since this was asked last, and how many messages were before each.
    pub(crate) fn take_messages(&self) -> Vec<(Message, u8)> {
        std::mem::take(&mut *self.messages.lock().expect("no test panics with it"))
    }

    /// What was published since this was asked last: topic and payload.
    pub(crate) fn take(&self) -> Vec<(String, String)> {
        let messages = self.take_messages();
        let shown = |message: Message| {
            let payload = String::from_utf8(message.payload.to_vec()).expect("text");
            (message.topic.to_string(), payload)
        };
        messages.into_iter().map(|(message, _)| shown(message)).collect()
    }
}

impl House {
    pub(crate) fn new() -> House {
        let allow = r#"{"Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}"#;
        House::with_anonymous(allow)
    }

    pub(crate) fn with_anonymous(document: &str) -> House {
        House::on(Store::in_memory(), document)
    }

    pub(crate) fn on(store: Store, document: &str) -> House {
        let (clock, hands) = Clock::stopped_at(NOW);
        let post = Arc::new(Told {
            store: store.clone(),
            messages: Mutex::default(),
            is_to_fail: AtomicBool::new(false),
        });
        let functions = Arc::new(functions::Told::default());
        let parts = Parts {
            registry: Registry::new(store, Home::default()),
            certificate_authority: CertificateAuthority::generate("root", NOW).expect("a root"),
            clock: clock.clone(),
            anonymous: Document::parse(document).expect("a document"),
            post: Arc::clone(&post) as Arc<dyn Post>,
            invoke: Arc::clone(&functions) as Arc<dyn fleet::Invoke>,
        };
        House { fleet: Fleet::new(parts), clock, hands, post, functions }
    }

    pub(crate) fn issue(&self) -> Issued {
        self.fleet.issue_certificate(KeyKind::EcdsaP256).expect("issued")
    }

    /// An active certificate, in DER and registered.
    pub(crate) fn certificate(&self) -> (Vec<u8>, RegisteredCertificate) {
        let issued = self.issue();
        let der = issued.certificate.to_vec();
        (der, block_on(self.fleet.register_issued(issued, true)).expect("registered"))
    }

    /// Gives a certificate a policy of these statements.
    pub(crate) fn allow(&self, policy: &str, statements: &str, id: &CertificateId) {
        let json = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let name = policy_name(policy);
        let registry = self.fleet.registry();
        block_on(registry.create_policy(&name, &json, &Default::default(), NOW)).expect("created");
        let arn = registry.certificate_arn(id);
        block_on(self.fleet.attach_policy(&name, arn.as_str())).expect("attached");
    }

    pub(crate) fn thing(&self, name: &str, id: &CertificateId) {
        let registry = self.fleet.registry();
        let name = thing_name(name);
        let new = NewThing {
            name: name.clone(),
            type_name: None,
            attributes: Default::default(),
            billing_group: None,
        };
        block_on(registry.create_thing(new)).expect("created");
        let arn = registry.certificate_arn(id);
        block_on(self.fleet.attach_thing_principal(&name, arn.as_str(), None)).expect("attached");
    }

    pub(crate) fn admit(&self, der: Option<&[u8]>, client: &str) -> Result<Authority, Refused> {
        let client_id = ClientId::new(client).expect("a client id");
        let source_ip = Some(IpAddr::from([192, 0, 2, 7]));
        self.fleet.admit(&Visitor { client_id: &client_id, source_ip, certificate: der })
    }

    /// The sentence that explains a refusal.
    pub(crate) fn reason(&self, id: u64) -> String {
        self.fleet.refusals().get(id).expect("kept").reason.to_string()
    }
}

pub(crate) fn policy_name(text: &str) -> PolicyName {
    PolicyName::new(text).expect("a name")
}

pub(crate) fn thing_name(text: &str) -> ThingName {
    ThingName::new(text).expect("a name")
}

/// A statement that allows actions on a path.
pub(crate) fn allow(actions: &str, path: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":["{actions}"],"Resource":"arn:aws:iot:*:*:{path}"}}"#)
}
