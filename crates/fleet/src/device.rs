//! Devices: a thing, its certificate and its policy, as people add and remove them.
//!
//! Each use case is a row of the registry's operations, and stands on each of them being harmless
//! to repeat: one that was cut off in the middle is finished by calling it again.

use model::{CertificateId, PolicyName, ThingName};
use pki::{Issued, IssuedKeys};
use registry::{
    AttachPolicyError, AttachThingPrincipalError, CertificateStatus, CreatePolicyError,
    CreateThingError, DeleteCertificateError, DeletePolicyError, DeleteThingError, NewThing,
    PAGE_ITEMS_MAX, Page, RegisterCertificateError, StoreError, Target, Thing,
    UpdateCertificateError,
};

use crate::fleet::Fleet;

/// The policy of devices that are added without one: their own name, and topics below it.
pub const DEVICE_POLICY: &str = "thingstead-device";

const DEVICE_DOCUMENT: &str = include_str!("device_policy.json");

/// A device to be added.
#[derive(Debug)]
pub struct NewDevice {
    pub name: ThingName,
    /// A policy document of its own; without one it gets [`DEVICE_POLICY`].
    pub document: Option<String>,
    /// Its certificate, from [`Fleet::issue_certificate`].
    pub issued: Issued,
}

/// What a device needs to connect.
#[derive(Clone, Debug)]
pub struct AddedDevice {
    pub thing: Thing,
    pub policy: PolicyName,
    pub certificate_id: CertificateId,
    pub certificate_pem: String,
    pub keys: Option<IssuedKeys>,
    pub root_certificate_pem: String,
}

/// A thing and all that it connects with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub thing: Thing,
    pub certificates: Vec<DeviceCertificate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCertificate {
    pub id: CertificateId,
    pub status: CertificateStatus,
    pub policies: Vec<PolicyName>,
}

#[derive(Debug, thiserror::Error)]
pub enum AddDeviceError {
    #[error("the device {name} is there already")]
    AlreadyExists { name: ThingName },
    #[error("the name {name} is too long for a policy of its own")]
    PolicyName { name: ThingName },
    #[error("the policy {name} is there already, with another document")]
    OtherDocument { name: PolicyName },
    #[error(transparent)]
    Thing(#[from] CreateThingError),
    #[error(transparent)]
    Policy(#[from] CreatePolicyError),
    #[error(transparent)]
    Certificate(#[from] RegisterCertificateError),
    #[error(transparent)]
    AttachPolicy(#[from] AttachPolicyError),
    #[error(transparent)]
    AttachThing(#[from] AttachThingPrincipalError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error("there is no device {name}")]
    NotFound { name: ThingName },
    #[error(transparent)]
    Update(#[from] UpdateCertificateError),
    #[error(transparent)]
    DeleteCertificate(#[from] DeleteCertificateError),
    #[error(transparent)]
    DeletePolicy(#[from] DeletePolicyError),
    #[error(transparent)]
    DeleteThing(#[from] DeleteThingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

// === add ===

impl Fleet {
    /// Adds a device. The thing comes first and the attachment to it last, so that a device that
    /// was added in part is one without certificate, which can be added again.
    pub async fn add_device(&self, new: NewDevice) -> Result<AddedDevice, AddDeviceError> {
        let NewDevice { name, document, issued } = new;
        if let Some(device) = self.find_device(&name)?
            && !device.certificates.is_empty()
        {
            return Err(AddDeviceError::AlreadyExists { name });
        }
        let policy = self.ensure_policy(&name, document.as_deref()).await?;
        let thing = self.ensure_thing(&name).await?;
        let registered = self.register_issued(issued, true).await?;
        let certificate_id = registered.certificate.id;
        let target = Target::Certificate(certificate_id.clone());
        self.registry().attach_policy(&policy, &target).await?;
        self.registry().attach_thing_principal(&name, &certificate_id, None).await?;
        Ok(AddedDevice {
            thing,
            policy,
            certificate_id,
            certificate_pem: registered.certificate.pem,
            keys: registered.keys,
            root_certificate_pem: self.root_certificate_pem(),
        })
    }

    async fn ensure_thing(&self, name: &ThingName) -> Result<Thing, AddDeviceError> {
        if let Some(thing) = self.registry().thing(name)? {
            return Ok(thing);
        }
        let new = NewThing {
            name: name.clone(),
            type_name: None,
            attributes: Default::default(),
            billing_group: None,
        };
        Ok(self.create_thing(new).await?)
    }

    async fn ensure_policy(
        &self,
        thing: &ThingName,
        document: Option<&str>,
    ) -> Result<PolicyName, AddDeviceError> {
        let (name, text) = match document {
            Some(document) => (own_policy(thing)?, document),
            None => (PolicyName::new(DEVICE_POLICY).expect("a policy name"), DEVICE_DOCUMENT),
        };
        match self
            .registry()
            .create_policy(&name, text, &Default::default(), self.0.clock.now())
            .await
        {
            Ok(_) => Ok(name),
            Err(CreatePolicyError::AlreadyExists { .. }) => {
                let there = self.registry().policy(&name)?;
                let is_same = there.is_some_and(|policy| policy.default().document == text);
                // The shared policy is the owner's to change; a device's own is what was given.
                match is_same || document.is_none() {
                    true => Ok(name),
                    false => Err(AddDeviceError::OtherDocument { name }),
                }
            }
            Err(error) => Err(error.into()),
        }
    }
}

// === look ===

impl Fleet {
    pub fn find_device(&self, name: &ThingName) -> Result<Option<Device>, StoreError> {
        self.registry().thing(name)?.map(|thing| self.device(thing)).transpose()
    }

    /// Devices in the order of their names.
    pub fn devices(&self, after: Option<&str>, limit: usize) -> Result<Page<Device>, StoreError> {
        let Page { items, next } = self.registry().things(after, limit)?;
        let devices = items.into_iter().map(|thing| self.device(thing));
        Ok(Page { items: devices.collect::<Result<_, _>>()?, next })
    }

    fn device(&self, thing: Thing) -> Result<Device, StoreError> {
        let registry = self.registry();
        let mut certificates = Vec::new();
        for id in registry.principals_of(&thing.name, None, PAGE_ITEMS_MAX)?.items {
            let Some(certificate) = registry.certificate(&id)? else { continue };
            let target = Target::Certificate(id.clone());
            let policies = registry.policies_of(&target, None, PAGE_ITEMS_MAX)?.items;
            certificates.push(DeviceCertificate { id, status: certificate.status, policies });
        }
        Ok(Device { thing, certificates })
    }
}

// === put out of service ===

impl Fleet {
    /// Makes the certificates of a device inactive, which ends its sessions.
    pub async fn deactivate_device(&self, name: &ThingName) -> Result<Device, DeviceError> {
        let missing = || DeviceError::NotFound { name: name.clone() };
        let mut device = self.find_device(name)?.ok_or_else(missing)?;
        for certificate in &mut device.certificates {
            self.deactivate(&certificate.id).await?;
            certificate.status = CertificateStatus::Inactive;
        }
        Ok(device)
    }

    /// Removes a device, the certificates that only it used, and the policy that was its own.
    pub async fn remove_device(&self, name: &ThingName) -> Result<Device, DeviceError> {
        let missing = || DeviceError::NotFound { name: name.clone() };
        let device = self.find_device(name)?.ok_or_else(missing)?;
        let registry = self.registry();
        for certificate in &device.certificates {
            let things = registry.things_of(&certificate.id, None, PAGE_ITEMS_MAX)?.items;
            if things == [name.clone()] {
                self.deactivate(&certificate.id).await?;
                registry.detach_thing_principal(name, &certificate.id).await?;
                registry.delete_certificate(&certificate.id, true).await?;
            } else {
                registry.detach_thing_principal(name, &certificate.id).await?;
            }
        }
        self.delete_own_policy(name).await?;
        self.delete_thing(name, None).await?;
        Ok(device)
    }

    /// One that others use too, or that somebody gave versions, is no longer only this device's.
    async fn delete_own_policy(&self, name: &ThingName) -> Result<(), DeletePolicyError> {
        use DeletePolicyError::{HasVersions, IsAttached, NotFound};
        let Ok(policy) = own_policy(name) else { return Ok(()) };
        match self.registry().delete_policy(&policy).await {
            Ok(()) | Err(NotFound { .. } | IsAttached { .. } | HasVersions { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn deactivate(&self, id: &CertificateId) -> Result<(), DeviceError> {
        let (status, now) = (CertificateStatus::Inactive, self.0.clock.now());
        match self.registry().update_certificate(id, status, now).await {
            Ok(_) | Err(UpdateCertificateError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The name of a device's own policy. Names of policies hold no colon and names of things no dot,
/// so no two devices share one.
fn own_policy(thing: &ThingName) -> Result<PolicyName, AddDeviceError> {
    let name = format!("device.{}", thing.as_str().replace(':', "."));
    PolicyName::new(&name).map_err(|_| AddDeviceError::PolicyName { name: thing.clone() })
}
