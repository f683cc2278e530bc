//! Certificates: our own authority, what it issues, what others bring, and TLS made of them.
//!
//! A [`CertificateAuthority`] is made at the first start. It issues the server's certificate and
//! those of devices, with a key of ours or for a signing request of theirs. [`describe`] reads any
//! certificate, and [`fingerprint`] gives it the name that everything else knows it by. [`tls`]
//! makes a server's configuration; devices are let through by it with any certificate whose key
//! they hold, and who they are is decided above.
//!
//! Nothing is read or written here, and the time is a value; the one thing taken from outside is
//! randomness. Which certificates are registered, active or revoked is in `registry`.

mod authority;
mod describe;
mod digits;
mod error;
mod key;
mod pem;
mod proof;
mod request;
mod signed;
pub mod tls;
pub mod tls_client;
mod token_key;

pub use authority::{CertificateAuthority, Issued, IssuedKeys};
pub use describe::{Description, describe, describe_pem, fingerprint};
pub use digits::{digest_digits, random_digits, random_number};
pub use error::PkiError;
pub use key::KeyKind;
pub use request::is_of_request;
pub use signed::{der_of_pem, is_signed_by, pem_of_der};
pub use token_key::TokenKey;
