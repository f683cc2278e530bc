//! Who signed what.

use rustls_pki_types::CertificateDer;

use crate::describe::{certificate_of, parse};
use crate::error::PkiError;

/// The DER form of the first certificate of a PEM text.
pub fn der_of_pem(pem: &str) -> Result<CertificateDer<'static>, PkiError> {
    certificate_of(pem)
}

/// A certificate in DER form, as PEM.
pub fn pem_of_der(der: &[u8]) -> String {
    crate::pem::encode("CERTIFICATE", der)
}

/// Whether an authority signed a certificate: it names the authority as its issuer, and the
/// authority's key made its signature. Both in DER form.
pub fn is_signed_by(certificate: &[u8], authority: &[u8]) -> Result<bool, PkiError> {
    let (certificate, authority) = (parse(certificate)?, parse(authority)?);
    let names_it = certificate.issuer().as_raw() == authority.subject().as_raw();
    Ok(names_it && certificate.verify_signature(Some(authority.public_key())).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CertificateAuthority, KeyKind};

    #[test]
    fn only_the_key_of_the_authority_signs_for_it() {
        let now = 1_790_000_000_000;
        let [ours, other] = ["root", "root"]
            .map(|name| CertificateAuthority::generate(name, now).expect("an authority"));
        let device = ours.issue_device("lamp", KeyKind::EcdsaP256, now).expect("issued");
        let by = |authority: &CertificateAuthority| {
            is_signed_by(&device.certificate, authority.certificate()).expect("both are read")
        };
        assert!(by(&ours));
        assert!(!by(&other), "its name is the same, its key is not");
        assert!(is_signed_by(b"x", ours.certificate()).is_err());
        let der = der_of_pem(&device.certificate_pem).expect("a certificate");
        assert_eq!(der, device.certificate);
        assert_eq!(pem_of_der(&der), device.certificate_pem);
    }
}
