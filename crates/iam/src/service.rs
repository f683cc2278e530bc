//! Services that act for the account: rule actions, functions, schedules and the credential
//! provider take the role that they were given, if its trust names them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use policy::{Asker, Context};
use stdx::clock::UnixMillis;

use crate::assume::{
    AssumeError, DURATION_SECS_MIN, Trusted, decide_trust, role_of_arn, trust_of, with_keys,
};
use crate::entity::Entity;
use crate::iam::Iam;
use crate::identity::Identity;
use crate::session::{Holder, RoleSession, Session, SessionCredentials};

/// How many identities of services are remembered; beyond it all are looked up anew.
const REMEMBERED_MAX: usize = 1024;

/// A service, and for what it takes a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceCall {
    /// `iot.amazonaws.com`
    pub service: String,
    pub role_arn: String,
    /// What the session is called in ARNs: a rule's or function's name.
    pub session_name: String,
    /// The resource that it acts for, which the trust may ask for.
    pub source_arn: Option<String>,
    /// Condition keys in lower case that hold for the whole session, as a device's thing.
    pub keys: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
pub(crate) struct ServiceIdentities(Mutex<HashMap<ServiceCall, (u64, Arc<Identity>)>>);

impl Iam {
    /// The identity of a role for a service, to ask for each thing that it does. Remembered until
    /// something changes, so it can be asked for each time.
    pub fn service_identity(
        &self,
        call: &ServiceCall,
        now: UnixMillis,
    ) -> Result<Arc<Identity>, AssumeError> {
        let epoch = self.epoch();
        let held = &self.shared.services;
        if let Some((known_at, identity)) = held.lock().get(call)
            && *known_at == epoch
        {
            return Ok(Arc::clone(identity));
        }
        let (role, depends_on_time) = self.trusting_role(call, now)?;
        let taken = taken(&role, call);
        let identity = Arc::new(self.role_identity(&self.snapshot(), &role, &taken, None)?);
        if !depends_on_time {
            let mut held = held.lock();
            if held.len() >= REMEMBERED_MAX {
                held.clear();
            }
            held.insert(call.clone(), (epoch, Arc::clone(&identity)));
        }
        Ok(identity)
    }

    /// Credentials of a role for a service to hand on, as to a function or a device.
    pub fn service_credentials(
        &self,
        call: &ServiceCall,
        seconds: u32,
        now: UnixMillis,
    ) -> Result<SessionCredentials, AssumeError> {
        let (role, _) = self.trusting_role(call, now)?;
        let most = role.role()?.max_session_secs;
        if !(DURATION_SECS_MIN..=most).contains(&seconds) {
            let what = format!(
                "a session of the role {} lasts from {DURATION_SECS_MIN} to {most} seconds",
                role.name
            );
            return Err(AssumeError::Invalid { what });
        }
        let holder = Holder::Role(taken(&role, call));
        Ok(Session::begin(&self.shared.seal, holder, seconds, now))
    }

    /// The role, and whether its trust can end while only time passes.
    fn trusting_role(
        &self,
        call: &ServiceCall,
        now: UnixMillis,
    ) -> Result<(Entity, bool), AssumeError> {
        let action = "sts:AssumeRole";
        let denied = || AssumeError::ServiceDenied {
            service: call.service.clone(),
            role_arn: call.role_arn.clone(),
        };
        let role = role_of_arn(&self.snapshot(), &call.role_arn)?.ok_or_else(denied)?;
        let trust = trust_of(&role)?;
        let mut keys = vec![
            ("aws:principalisawsservice".to_owned(), vec!["true".to_owned()]),
            ("aws:sourceaccount".to_owned(), vec![self.home().account.clone()]),
            ("sts:rolesessionname".to_owned(), vec![call.session_name.clone()]),
        ];
        keys.extend(call.keys.iter().map(|(key, value)| (key.clone(), vec![value.clone()])));
        keys.extend(call.source_arn.iter().map(|arn| ("aws:sourcearn".into(), vec![arn.clone()])));
        let trusted = with_keys(&keys, |more| {
            let context = Context { now: Some(now), more, ..Context::default() };
            let asker = Asker::Service(&call.service);
            decide_trust(&trust, &call.role_arn, action, &asker, &context)
        });
        match trusted {
            Trusted::ByName => Ok((role, trust.depends_on_time())),
            Trusted::ByAccount | Trusted::No => Err(denied()),
        }
    }
}

impl ServiceIdentities {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ServiceCall, (u64, Arc<Identity>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn taken(role: &Entity, call: &ServiceCall) -> RoleSession {
    RoleSession {
        role_id: role.id.clone(),
        session_name: call.session_name.clone(),
        keys: call.keys.clone(),
        ..RoleSession::default()
    }
}
