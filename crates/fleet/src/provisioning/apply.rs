//! Doing what a plan says. Each step is harmless to repeat, and the certificate becomes active last:
//! a device that was provisioned in part cannot connect with it yet, and is provisioned again.

use std::collections::BTreeMap;

use model::{CertificateId, PolicyName, ThingName};
use registry::{
    Certificate, CertificateStatus, CreatePolicyError, MembershipError, NewThing, PAGE_ITEMS_MAX,
    Target, Thing, ThingUpdate,
};

use crate::fleet::Fleet;
use crate::provisioning::error::ProvisionError;
use crate::provisioning::plan::{CertificatePlan, CertificateSource, Plan, PolicyPlan, ThingPlan};
use crate::provisioning::resource::Override;
use crate::provisioning::template::Template;

/// What was made for a device.
#[derive(Clone, Debug)]
pub struct Provisioned {
    pub certificate: Certificate,
    pub thing: Option<ThingName>,
    pub device_configuration: BTreeMap<String, String>,
    /// By the logical names of the template.
    pub arns: BTreeMap<String, String>,
}

impl Fleet {
    /// Does what a template says for the parameters that are given.
    pub async fn register_thing(
        &self,
        body: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Provisioned, ProvisionError> {
        self.provision(Template::parse(body)?.plan(parameters)?, None).await
    }

    /// Does what a plan says. With `only`, for this certificate and no other.
    pub(crate) async fn provision(
        &self,
        plan: Plan,
        only: Option<&CertificateId>,
    ) -> Result<Provisioned, ProvisionError> {
        let Plan { certificate: wanted, thing, policies, device_configuration } = plan;
        let certificate = self.certificate_for(&wanted, only).await?;
        let (id, registry) = (certificate.id.clone(), self.registry());
        let mut arns = BTreeMap::new();
        arns.insert(wanted.logical_name.clone(), registry.certificate_arn(&id).to_string());
        for policy in &policies {
            self.ensure_planned_policy(policy).await?;
            registry.attach_policy(&policy.name, &Target::Certificate(id.clone())).await?;
            let arn = registry.policy_arn(&policy.name).to_string();
            arns.insert(policy.logical_name.clone(), arn);
        }
        if let Some(thing) = &thing {
            self.ensure_planned_thing(thing).await?;
            registry.attach_thing_principal(&thing.name, &id, wanted.principal_type).await?;
            arns.insert(thing.logical_name.clone(), registry.thing_arn(&thing.name).to_string());
        }
        let certificate = self.set_planned_status(certificate, &wanted).await?;
        let thing = thing.map(|thing| thing.name);
        Ok(Provisioned { certificate, thing, device_configuration, arns })
    }

    async fn certificate_for(
        &self,
        wanted: &CertificatePlan,
        only: Option<&CertificateId>,
    ) -> Result<Certificate, ProvisionError> {
        let certificate = match (&wanted.source, only) {
            (CertificateSource::Registered(id), _) => {
                let missing = || ProvisionError::CertificateNotFound { id: id.clone() };
                self.registry().certificate(id)?.ok_or_else(missing)?
            }
            (_, Some(id)) => return Err(ProvisionError::OtherCertificate { id: id.clone() }),
            (CertificateSource::Request(pem), None) => {
                self.create_certificate_from_csr(pem, false).await?.certificate
            }
            (CertificateSource::Pem { certificate, authority: None }, None) => {
                let status = CertificateStatus::Inactive;
                self.register_certificate(certificate, status).await?.certificate
            }
            (CertificateSource::Pem { certificate, authority }, None) => {
                let (authority, status) = (authority.as_deref(), CertificateStatus::Inactive);
                self.register_signed_certificate(certificate, authority, status).await?.certificate
            }
        };
        match only {
            Some(id) if *id != certificate.id => {
                Err(ProvisionError::OtherCertificate { id: id.clone() })
            }
            _ => Ok(certificate),
        }
    }

    async fn ensure_planned_policy(&self, policy: &PolicyPlan) -> Result<(), ProvisionError> {
        let PolicyPlan { name, document, .. } = policy;
        if self.registry().policy(name)?.is_some() {
            return Ok(());
        }
        let missing = || ProvisionError::PolicyNotFound { name: PolicyName::clone(name) };
        let document = document.as_ref().ok_or_else(missing)?;
        let (tags, now) = (Default::default(), self.0.clock.now());
        match self.registry().create_policy(name, document, &tags, now).await {
            Ok(_) | Err(CreatePolicyError::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn ensure_planned_thing(&self, plan: &ThingPlan) -> Result<(), ProvisionError> {
        match self.registry().thing(&plan.name)? {
            Some(there) => self.override_thing(plan, &there).await,
            None => {
                let new = NewThing {
                    name: plan.name.clone(),
                    type_name: plan.type_name.clone(),
                    attributes: plan.attributes.clone(),
                    billing_group: plan.billing_group.clone(),
                };
                self.create_thing(new).await?;
                Ok(self.change_thing_groups(&plan.name, &[], &plan.groups).await?)
            }
        }
    }

    /// Does to a thing that exists what the template's OverrideSettings say.
    async fn override_thing(&self, plan: &ThingPlan, there: &Thing) -> Result<(), ProvisionError> {
        let conflict = |what| ProvisionError::Conflict { name: plan.name.clone(), what };
        let mut update = ThingUpdate::default();
        match plan.overrides.attribute_payload {
            Override::DoNothing => {}
            Override::Fail => return Err(conflict("its attributes")),
            how => {
                update.attributes = Some(plan.attributes.clone());
                update.merge = how == Override::Merge;
            }
        }
        match plan.overrides.thing_type_name {
            Override::DoNothing => {}
            Override::Fail => return Err(conflict("its type")),
            Override::Replace | Override::Merge => {
                update.remove_type = plan.type_name.is_none();
                update.type_name.clone_from(&plan.type_name);
            }
        }
        let leave = match plan.overrides.thing_groups {
            Override::Fail => return Err(conflict("its groups")),
            Override::Replace => {
                let groups = self.registry().groups_of_thing(&there.name, None, PAGE_ITEMS_MAX)?;
                groups.items
            }
            Override::DoNothing | Override::Merge => Vec::new(),
        };
        if update != ThingUpdate::default() {
            self.update_thing(&plan.name, &update).await?;
        }
        match plan.overrides.thing_groups {
            Override::DoNothing => Ok(()),
            _ => self.move_thing(plan, &leave).await,
        }
    }

    /// Those groups that it is to be in and is in already are not left and joined again.
    async fn move_thing(
        &self,
        plan: &ThingPlan,
        there: &[model::ThingGroupName],
    ) -> Result<(), ProvisionError> {
        let leave: Vec<_> =
            there.iter().filter(|group| !plan.groups.contains(group)).cloned().collect();
        match self.change_thing_groups(&plan.name, &leave, &plan.groups).await {
            Ok(()) | Err(MembershipError::ThingNotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn set_planned_status(
        &self,
        certificate: Certificate,
        wanted: &CertificatePlan,
    ) -> Result<Certificate, ProvisionError> {
        use CertificateStatus::{Active, Inactive, PendingActivation};
        let CertificatePlan { status, on_status, source, .. } = wanted;
        // One that waits for its template has no status yet that could be worth keeping.
        let is_fresh = certificate.status == PendingActivation
            || (certificate.status == Inactive
                && !matches!(source, CertificateSource::Registered(_)));
        match (is_fresh, on_status) {
            (true, _) | (false, Override::Replace | Override::Merge) => {
                let (id, now) = (&certificate.id, self.0.clock.now());
                Ok(self.registry().update_certificate(id, *status, now).await?)
            }
            (false, Override::Fail) if certificate.status != *status => {
                Err(ProvisionError::StatusConflict { id: certificate.id })
            }
            (false, Override::Fail | Override::DoNothing) => {
                debug_assert!(matches!(status, Active | Inactive));
                Ok(certificate)
            }
        }
    }
}
