//! Clients that signed their WebSocket with an access key: IAM's policies say what they may do.

use std::net::IpAddr;

use broker::{Identity, Refusal, Visitor};
use fleet::{Fleet, RefusedCall};
use iam::{Asked, Denial, Iam};
use model::{ClientId, Home, Principal};
use stdx::clock::Clock;

/// What decides for such clients.
#[derive(Clone, Debug)]
pub(crate) struct Signers {
    pub(crate) iam: Iam,
    pub(crate) fleet: Fleet,
    pub(crate) clock: Clock,
}

/// One of them. Whoever it is is looked up anew for each decision, which costs a microsecond as long
/// as nothing changes: keys are deleted, sessions end, policies are detached.
#[derive(Debug)]
pub(crate) struct Signed {
    of: Signers,
    access_key: String,
    session_token: Option<String>,
    client_id: ClientId,
    source_ip: IpAddr,
    principal: Principal,
}

impl Signers {
    pub(crate) fn admit(
        &self,
        visitor: &Visitor<'_>,
        access_key: &str,
        session_token: Option<&str>,
    ) -> Result<Signed, Refusal> {
        debug_assert!(matches!(visitor.peer.identity, Identity::AccessKey { .. }));
        let login = self.iam.login(access_key, session_token, self.clock.now());
        let login = login.map_err(|error| {
            tracing::debug!(%error, "an access key was lost before its client connected");
            Refusal::NotAuthorized
        })?;
        let signed = Signed {
            of: self.clone(),
            access_key: access_key.to_owned(),
            session_token: session_token.map(str::to_owned),
            client_id: visitor.client_id.clone(),
            source_ip: visitor.peer.address.ip(),
            principal: Principal::Iam(login.identity.user_id.as_str().into()),
        };
        match signed.may("iot:Connect", "client", visitor.client_id.as_str()) {
            true => Ok(signed),
            false => Err(Refusal::NotAuthorized),
        }
    }
}

impl Signed {
    fn may(&self, action: &str, kind: &str, name: &str) -> bool {
        self.ask(action, kind, name).map_err(|denial| self.keep(denial)).is_ok()
    }

    /// `None` says that the key itself is no longer good.
    fn ask(&self, action: &str, kind: &str, name: &str) -> Result<(), Option<Box<Denial>>> {
        let now = self.of.clock.now();
        let login =
            self.of.iam.login(&self.access_key, self.session_token.as_deref(), now).map_err(
                |error| {
                    tracing::debug!(%error, "an access key is no longer good");
                    None
                },
            )?;
        let Home { account, region } = self.of.iam.home();
        let resource = format!("arn:aws:iot:{region}:{account}:{kind}/{name}");
        let asked = Asked {
            action,
            resource: &resource,
            source_ip: Some(self.source_ip),
            now,
            keys: &[],
            resource_policy: None,
        };
        login.identity.authorize(&asked).map_err(Some)
    }

    fn keep(&self, denial: Option<Box<Denial>>) {
        if let Some(denial) = denial {
            let (source_ip, epoch) = (Some(self.source_ip), self.of.iam.epoch());
            self.of.fleet.refused_call(RefusedCall { denial: *denial, source_ip, epoch });
        }
    }
}

impl broker::Authority for Signed {
    fn principal(&self) -> &Principal {
        &self.principal
    }

    fn is_valid(&self) -> bool {
        self.ask("iot:Connect", "client", self.client_id.as_str()).is_ok()
    }

    fn may_publish(&self, topic: &str) -> bool {
        self.may("iot:Publish", "topic", topic)
    }

    fn may_retain(&self, topic: &str) -> bool {
        self.may("iot:RetainPublish", "topic", topic)
    }

    fn may_subscribe(&self, filter: &str) -> bool {
        self.may("iot:Subscribe", "topicfilter", filter)
    }

    fn may_receive(&self, topic: &str) -> bool {
        self.may("iot:Receive", "topic", topic)
    }
}
