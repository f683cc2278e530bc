//! The resources of a template: a certificate, a thing, policies.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::provisioning::error::TemplateError;

/// A resource as the body has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Declared {
    r#type: String,
    properties: Value,
    override_settings: Option<Value>,
}

#[derive(Clone, Debug)]
pub(crate) enum Resource {
    Thing(ThingResource),
    Certificate(CertificateResource),
    Policy(PolicyResource),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ThingResource {
    pub(crate) thing_name: Value,
    pub(crate) thing_type_name: Option<Value>,
    #[serde(default)]
    pub(crate) attribute_payload: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) thing_groups: Vec<Value>,
    pub(crate) billing_group: Option<Value>,
    #[serde(skip)]
    pub(crate) overrides: ThingOverrides,
}

/// What is done with what a thing that exists already has.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ThingOverrides {
    #[serde(default)]
    pub(crate) attribute_payload: Override,
    #[serde(default)]
    pub(crate) thing_type_name: Override,
    #[serde(default)]
    pub(crate) thing_groups: Override,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Override {
    #[default]
    DoNothing,
    Replace,
    Merge,
    Fail,
}

#[derive(Clone, Debug)]
pub(crate) struct CertificateResource {
    pub(crate) source: Source,
    pub(crate) status: Option<Value>,
    pub(crate) thing_principal_type: Option<Value>,
    pub(crate) on_status: Override,
}

/// Where the certificate comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Registered(Value),
    Request(Value),
    Pem { certificate: Value, authority: Option<Value> },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CertificateProperties {
    certificate_id: Option<Value>,
    certificate_signing_request: Option<Value>,
    certificate_pem: Option<Value>,
    #[serde(rename = "CACertificatePem")]
    ca_certificate_pem: Option<Value>,
    status: Option<Value>,
    thing_principal_type: Option<Value>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CertificateOverrides {
    status: Override,
}

impl Default for CertificateOverrides {
    /// A certificate waits for its template to make it active.
    fn default() -> CertificateOverrides {
        CertificateOverrides { status: Override::Replace }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct PolicyResource {
    pub(crate) policy_name: Option<Value>,
    pub(crate) policy_document: Option<Value>,
}

impl Declared {
    pub(crate) fn read(self, name: &str) -> Result<Resource, TemplateError> {
        let Declared { r#type, properties, override_settings } = self;
        match r#type.as_str() {
            "AWS::IoT::Thing" => {
                let mut thing: ThingResource = read(name, "Properties", properties)?;
                if let Some(settings) = override_settings {
                    thing.overrides = read(name, "OverrideSettings", settings)?;
                }
                if thing.overrides.thing_type_name == Override::Merge {
                    return Err(malformed(name, "a thing type cannot be merged"));
                }
                Ok(Resource::Thing(thing))
            }
            "AWS::IoT::Certificate" => {
                let properties: CertificateProperties = read(name, "Properties", properties)?;
                let overrides: CertificateOverrides = match override_settings {
                    Some(settings) => read(name, "OverrideSettings", settings)?,
                    None => CertificateOverrides::default(),
                };
                if overrides.status == Override::Merge {
                    return Err(malformed(name, "a status cannot be merged"));
                }
                let certificate = properties.certificate(name, overrides.status)?;
                Ok(Resource::Certificate(certificate))
            }
            "AWS::IoT::Policy" if override_settings.is_none() => {
                let policy: PolicyResource = read(name, "Properties", properties)?;
                match policy.policy_name.is_some() || policy.policy_document.is_some() {
                    true => Ok(Resource::Policy(policy)),
                    false => Err(malformed(name, "a policy has a PolicyName or a PolicyDocument")),
                }
            }
            "AWS::IoT::Policy" => Err(malformed(name, "a policy has no OverrideSettings")),
            other => Err(malformed(name, &format!("the type {other} is not known"))),
        }
    }
}

impl CertificateProperties {
    fn certificate(
        self,
        name: &str,
        on_status: Override,
    ) -> Result<CertificateResource, TemplateError> {
        let authority = self.ca_certificate_pem;
        let ways = (self.certificate_id, self.certificate_signing_request, self.certificate_pem);
        let source = match (ways, authority) {
            ((Some(id), None, None), None) => Source::Registered(id),
            ((None, Some(request), None), None) => Source::Request(request),
            ((None, None, Some(certificate)), authority) => Source::Pem { certificate, authority },
            (_, None) => {
                let what = "a certificate has one of CertificateId, CertificateSigningRequest and \
                            CertificatePem";
                return Err(malformed(name, what));
            }
            (_, Some(_)) => {
                return Err(malformed(name, "CACertificatePem goes with CertificatePem only"));
            }
        };
        let (status, thing_principal_type) = (self.status, self.thing_principal_type);
        Ok(CertificateResource { source, status, thing_principal_type, on_status })
    }
}

impl Source {
    fn texts(&self) -> Vec<&Value> {
        match self {
            Source::Registered(value) | Source::Request(value) => vec![value],
            Source::Pem { certificate, authority } => {
                [certificate].into_iter().chain(authority).collect()
            }
        }
    }
}

impl Resource {
    /// Every value that stands for a text.
    pub(crate) fn texts(&self) -> Vec<&Value> {
        match self {
            Resource::Thing(thing) => {
                let mut values = vec![&thing.thing_name];
                values.extend(&thing.thing_type_name);
                values.extend(&thing.billing_group);
                values.extend(thing.attribute_payload.values());
                values.extend(&thing.thing_groups);
                values
            }
            Resource::Certificate(certificate) => {
                let mut values = certificate.source.texts();
                values.extend(&certificate.status);
                values.extend(&certificate.thing_principal_type);
                values
            }
            Resource::Policy(policy) => {
                [&policy.policy_name, &policy.policy_document].into_iter().flatten().collect()
            }
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(
    name: &str,
    part: &str,
    value: Value,
) -> Result<T, TemplateError> {
    serde_json::from_value(value).map_err(|error| malformed(name, &format!("{part}: {error}")))
}

fn malformed(name: &str, what: &str) -> TemplateError {
    TemplateError::Malformed { what: format!("the resource {name}: {what}") }
}
