//! Certificates of devices.

pub(crate) mod create_certificate_from_csr;
pub(crate) mod create_keys_and_certificate;
pub(crate) mod delete_certificate;
pub(crate) mod describe_certificate;
pub(crate) mod keys;
pub(crate) mod list_certificates;
pub(crate) mod list_certificates_by_ca;
pub(crate) mod register_certificate;
pub(crate) mod register_certificate_without_ca;
pub(crate) mod shape;
pub(crate) mod status;
pub(crate) mod update_certificate;
