//! What a condition or a variable can ask about: `iot:ClientId`, `aws:SourceIp` and the like.

use model::NameField;

use crate::error::Problem;

/// A condition key, which is also the name of a variable. Names are not case-sensitive, but those
/// of thing attributes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    ClientId,
    CertificateId,
    CertificateSerialNumber,
    CertificateName {
        whose: Whose,
        field: NameField,
        which: Which,
    },
    ThingName,
    ThingTypeName,
    ThingAttribute(Box<str>),
    ThingIsAttached,
    SourceIp,
    CurrentTime,
    EpochTime,
    /// In lower case; the caller of the evaluator knows what it means.
    Other(Box<str>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Subject,
    Issuer,
}

/// Which value of a field that comes more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// `CommonName` is the first, and so is `CommonName.0`; `CommonName.1` is the second.
    Nth(usize),
    /// `CommonName.List`
    All,
}

impl Key {
    /// Refuses names of the `iot:Certificate.` and `iot:Connection.` families that it does not
    /// know: there, a name that never has a value is a mistake, and a policy that hangs on it
    /// would be accepted and then refuse everything.
    pub(crate) fn parse(text: &str) -> Result<Key, Problem> {
        let unknown = || Problem::Key { key: text.to_owned() };
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "iot:clientid" => Ok(Key::ClientId),
            "iot:certificateid" => Ok(Key::CertificateId),
            "iot:certificate.serialnumber" => Ok(Key::CertificateSerialNumber),
            "iot:connection.thing.thingname" => Ok(Key::ThingName),
            "iot:connection.thing.thingtypename" => Ok(Key::ThingTypeName),
            "iot:connection.thing.isattached" => Ok(Key::ThingIsAttached),
            "aws:sourceip" => Ok(Key::SourceIp),
            "aws:currenttime" => Ok(Key::CurrentTime),
            "aws:epochtime" => Ok(Key::EpochTime),
            "" => Err(unknown()),
            _ if lower.starts_with("iot:certificate.") => {
                certificate_name(&lower).ok_or_else(unknown)
            }
            _ if lower.starts_with("iot:connection.") => {
                thing_attribute(text, &lower).ok_or_else(unknown)
            }
            _ => Ok(Key::Other(lower.into())),
        }
    }

    pub(crate) fn is_time(&self) -> bool {
        matches!(self, Key::CurrentTime | Key::EpochTime)
    }
}

/// `iot:certificate.subject.commonname[.n|.list]`
fn certificate_name(lower: &str) -> Option<Key> {
    let mut parts = lower.strip_prefix("iot:certificate.")?.splitn(3, '.');
    let whose = match parts.next()? {
        "subject" => Whose::Subject,
        "issuer" => Whose::Issuer,
        _ => return None,
    };
    let name = parts.next()?;
    let field = NameField::ALL.into_iter().find(|f| f.as_str().eq_ignore_ascii_case(name))?;
    let which = match parts.next() {
        None => Which::Nth(0),
        Some("list") => Which::All,
        Some(digits) => Which::Nth(digits.parse().ok()?),
    };
    Some(Key::CertificateName { whose, field, which })
}

/// `iot:Connection.Thing.Attributes[name]`
fn thing_attribute(text: &str, lower: &str) -> Option<Key> {
    const OPEN: &str = "iot:connection.thing.attributes[";
    let inside = lower.starts_with(OPEN).then(|| &text[OPEN.len()..])?;
    let name = inside.strip_suffix(']').filter(|name| !name.is_empty())?;
    Some(Key::ThingAttribute(name.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_attributes_keep_theirs() {
        assert_eq!(Key::parse("IOT:clientID"), Ok(Key::ClientId));
        let attribute = Key::parse("iot:Connection.Thing.Attributes[Floor]");
        assert_eq!(attribute, Ok(Key::ThingAttribute("Floor".into())));
        let second = Key::parse("iot:Certificate.Subject.Organization.1");
        let (whose, field) = (Whose::Subject, NameField::Organization);
        assert_eq!(second, Ok(Key::CertificateName { whose, field, which: Which::Nth(1) }));
        let list = Key::parse("iot:Certificate.Issuer.Country.List");
        let (whose, field) = (Whose::Issuer, NameField::Country);
        assert_eq!(list, Ok(Key::CertificateName { whose, field, which: Which::All }));
    }

    #[test]
    fn a_slip_in_a_family_that_we_know_is_refused() {
        for text in [
            "iot:Connection.Thing.Name",
            "iot:Connection.Thing.Attributes[]",
            "iot:Certificate.Subject.Nickname",
            "iot:Certificate.Subject.CommonName.first",
            "",
        ] {
            assert_eq!(Key::parse(text), Err(Problem::Key { key: text.to_owned() }));
        }
        assert!(Key::parse("aws:PrincipalTag/team").is_ok());
    }
}
