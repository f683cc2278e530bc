//! What a template wants done for one device.

use std::collections::BTreeMap;

use model::{
    BillingGroupName, CertificateId, PolicyName, ThingGroupName, ThingName, ThingTypeName,
};
use registry::{Attributes, CertificateStatus, ThingPrincipalType};
use serde_json::Value;

use crate::provisioning::error::TemplateError;
use crate::provisioning::expression::Scope;
use crate::provisioning::resource::{
    CertificateResource, Override, PolicyResource, Resource, Source, ThingOverrides, ThingResource,
};

#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) certificate: CertificatePlan,
    pub(crate) thing: Option<ThingPlan>,
    pub(crate) policies: Vec<PolicyPlan>,
    /// What the device is told.
    pub(crate) device_configuration: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub(crate) struct CertificatePlan {
    pub(crate) logical_name: String,
    pub(crate) source: CertificateSource,
    pub(crate) status: CertificateStatus,
    pub(crate) on_status: Override,
    pub(crate) principal_type: Option<ThingPrincipalType>,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CertificateSource {
    Registered(CertificateId),
    Request(String),
    Pem { certificate: String, authority: Option<String> },
}

#[derive(Clone, Debug)]
pub(crate) struct ThingPlan {
    pub(crate) logical_name: String,
    pub(crate) name: ThingName,
    pub(crate) type_name: Option<ThingTypeName>,
    pub(crate) attributes: Attributes,
    pub(crate) groups: Vec<ThingGroupName>,
    pub(crate) billing_group: Option<BillingGroupName>,
    pub(crate) overrides: ThingOverrides,
}

#[derive(Clone, Debug)]
pub(crate) struct PolicyPlan {
    pub(crate) logical_name: String,
    pub(crate) name: PolicyName,
    /// To make the policy of, unless it exists.
    pub(crate) document: Option<String>,
}

impl Plan {
    pub(crate) fn of(
        resources: &BTreeMap<String, Resource>,
        device_configuration: &BTreeMap<String, Value>,
        scope: &Scope<'_>,
    ) -> Result<Plan, TemplateError> {
        let (mut certificate, mut thing, mut policies) = (None, None, Vec::new());
        for (name, resource) in resources {
            match resource {
                Resource::Certificate(declared) => {
                    certificate = Some(CertificatePlan::of(name, declared, scope)?);
                }
                Resource::Thing(declared) => thing = Some(ThingPlan::of(name, declared, scope)?),
                Resource::Policy(declared) => policies.push(PolicyPlan::of(name, declared, scope)?),
            }
        }
        let told = device_configuration.iter();
        let told = told.map(|(name, value)| Ok((name.clone(), scope.text(value)?)));
        Ok(Plan {
            certificate: certificate.expect("a template declares a certificate: it was checked"),
            thing,
            policies,
            device_configuration: told.collect::<Result<_, TemplateError>>()?,
        })
    }
}

impl CertificatePlan {
    fn of(
        logical_name: &str,
        declared: &CertificateResource,
        scope: &Scope<'_>,
    ) -> Result<CertificatePlan, TemplateError> {
        let text =
            |value: &Option<Value>| value.as_ref().map(|value| scope.text(value)).transpose();
        let source = match &declared.source {
            Source::Registered(id) => {
                CertificateSource::Registered(CertificateId::new(&scope.text(id)?)?)
            }
            Source::Request(request) => CertificateSource::Request(scope.text(request)?),
            Source::Pem { certificate, authority } => CertificateSource::Pem {
                certificate: scope.text(certificate)?,
                authority: text(authority)?,
            },
        };
        Ok(CertificatePlan {
            logical_name: logical_name.to_owned(),
            source,
            status: status(text(&declared.status)?)?,
            on_status: declared.on_status,
            principal_type: principal_type(text(&declared.thing_principal_type)?.as_deref())?,
        })
    }
}

/// `Active`, as AWS's examples write it, or `ACTIVE`.
fn status(text: Option<String>) -> Result<CertificateStatus, TemplateError> {
    let text = text.unwrap_or_else(|| "ACTIVE".to_owned());
    match text.to_ascii_uppercase().as_str() {
        "ACTIVE" => Ok(CertificateStatus::Active),
        "INACTIVE" => Ok(CertificateStatus::Inactive),
        _ => Err(TemplateError::Malformed {
            what: format!("the status of a certificate is ACTIVE or INACTIVE, not {text:?}"),
        }),
    }
}

fn principal_type(text: Option<&str>) -> Result<Option<ThingPrincipalType>, TemplateError> {
    match text {
        None => Ok(None),
        Some("EXCLUSIVE_THING") => Ok(Some(ThingPrincipalType::ExclusiveThing)),
        Some("NON_EXCLUSIVE_THING") => Ok(Some(ThingPrincipalType::NonExclusiveThing)),
        Some(other) => Err(TemplateError::Malformed {
            what: format!("ThingPrincipalType cannot be {other:?}"),
        }),
    }
}

impl ThingPlan {
    fn of(
        logical_name: &str,
        declared: &ThingResource,
        scope: &Scope<'_>,
    ) -> Result<ThingPlan, TemplateError> {
        let text =
            |value: &Option<Value>| value.as_ref().map(|value| scope.text(value)).transpose();
        let attributes = declared.attribute_payload.iter();
        let attributes = attributes.map(|(name, value)| Ok((name.clone(), scope.text(value)?)));
        let groups = declared.thing_groups.iter();
        let groups = groups.map(|group| Ok(ThingGroupName::new(&scope.text(group)?)?));
        let type_name = text(&declared.thing_type_name)?;
        let billing_group = text(&declared.billing_group)?;
        Ok(ThingPlan {
            logical_name: logical_name.to_owned(),
            name: ThingName::new(&scope.text(&declared.thing_name)?)?,
            type_name: type_name.map(|name| ThingTypeName::new(&name)).transpose()?,
            attributes: attributes.collect::<Result<_, TemplateError>>()?,
            groups: groups.collect::<Result<_, TemplateError>>()?,
            billing_group: billing_group.map(|name| BillingGroupName::new(&name)).transpose()?,
            overrides: declared.overrides,
        })
    }
}

impl PolicyPlan {
    /// A policy that has a document and no name is called by the digest of its document, so that
    /// devices with the same document share one.
    fn of(
        logical_name: &str,
        declared: &PolicyResource,
        scope: &Scope<'_>,
    ) -> Result<PolicyPlan, TemplateError> {
        let text =
            |value: &Option<Value>| value.as_ref().map(|value| scope.text(value)).transpose();
        let document = text(&declared.policy_document)?;
        let digest = || pki::digest_digits(document.as_deref().unwrap_or_default().as_bytes());
        let name = text(&declared.policy_name)?.unwrap_or_else(digest);
        let logical_name = logical_name.to_owned();
        Ok(PolicyPlan { logical_name, name: PolicyName::new(&name)?, document })
    }
}
