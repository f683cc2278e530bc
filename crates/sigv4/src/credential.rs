//! Whose key signed, and for which day, region and service it is good.

use std::fmt;

/// `AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Credential {
    pub access_key: String,
    pub scope: Scope,
}

/// What a derived key is good for. Clients sign for any region; who checks decides what to accept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// `20150830`
    pub date: String,
    pub region: String,
    pub service: String,
}

impl Credential {
    /// Access keys may hold slashes, scopes may not, so the text is read from its end.
    pub(crate) fn parse(text: &str) -> Option<Credential> {
        let mut parts = text.rsplitn(5, '/');
        let (terminator, service) = (parts.next()?, parts.next()?);
        let (region, date, access_key) = (parts.next()?, parts.next()?, parts.next()?);
        let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        let is_whole = terminator == "aws4_request" && is_date && !access_key.is_empty();
        is_whole.then(|| Credential {
            access_key: access_key.to_owned(),
            scope: Scope {
                date: date.to_owned(),
                region: region.to_owned(),
                service: service.to_owned(),
            },
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.access_key, self.scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let text = "AKID/EXAMPLE/20150830/us-east-1/iam/aws4_request";
        let credential = Credential::parse(text).expect("a credential");
        assert_eq!(credential.access_key, "AKID/EXAMPLE");
        assert_eq!(credential.to_string(), text);
        for text in ["", "a/b/c", "/20150830/r/s/aws4_request", "A/2015083/r/s/aws4_request"] {
            assert_eq!(Credential::parse(text), None, "{text}");
        }
    }
}
