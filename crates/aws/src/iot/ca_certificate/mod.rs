//! Certificates of authorities.

pub(crate) mod delete_ca_certificate;
pub(crate) mod delete_registration_code;
pub(crate) mod describe_ca_certificate;
pub(crate) mod get_registration_code;
pub(crate) mod list_ca_certificates;
pub(crate) mod register_ca_certificate;
pub(crate) mod shape;
pub(crate) mod update_ca_certificate;
