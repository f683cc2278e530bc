//! Whose key signed, and for which day, region and service it is good.

use std::borrow::Cow;
use std::fmt;

/// `AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Credential<'a> {
    pub access_key: Cow<'a, str>,
    pub scope: Scope<'a>,
}

/// What a derived key is good for. Clients sign for any region; who checks decides what to accept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope<'a> {
    /// `20150830`
    pub date: Cow<'a, str>,
    pub region: Cow<'a, str>,
    pub service: Cow<'a, str>,
}

impl<'a> Credential<'a> {
    pub(crate) fn parse(text: Cow<'a, str>) -> Result<Credential<'a>, Cow<'a, str>> {
        let parsed = match &text {
            Cow::Borrowed(text) => Credential::read(text),
            Cow::Owned(text) => Credential::read(text).map(|read| read.to_owned()),
        };
        parsed.ok_or(text)
    }

    /// Access keys may hold slashes, scopes may not, so the text is read from its end.
    fn read(text: &'a str) -> Option<Credential<'a>> {
        let mut parts = text.rsplitn(5, '/');
        let (terminator, service) = (parts.next()?, parts.next()?);
        let (region, date, access_key) = (parts.next()?, parts.next()?, parts.next()?);
        let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        let is_whole = terminator == "aws4_request" && is_date && !access_key.is_empty();
        is_whole.then(|| Credential {
            access_key: access_key.into(),
            scope: Scope { date: date.into(), region: region.into(), service: service.into() },
        })
    }

    /// To be kept when the request is gone.
    pub fn to_owned(&self) -> Credential<'static> {
        let access_key = self.access_key.clone().into_owned().into();
        Credential { access_key, scope: self.scope.to_owned() }
    }
}

impl Scope<'_> {
    pub(crate) fn to_owned(&self) -> Scope<'static> {
        let Scope { date, region, service } = self.clone();
        let own = |text: Cow<'_, str>| text.into_owned().into();
        Scope { date: own(date), region: own(region), service: own(service) }
    }

    /// Appends it as its display writes it.
    pub(crate) fn push_to(&self, text: &mut String) {
        for part in [&self.date, &self.region, &self.service] {
            text.push_str(part);
            text.push('/');
        }
        text.push_str("aws4_request");
    }
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

impl fmt::Display for Credential<'_> {
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
        let credential = Credential::parse(text.into()).expect("a credential");
        assert_eq!(credential.access_key, "AKID/EXAMPLE");
        assert_eq!(credential.to_string(), text);
        assert_eq!(Credential::parse(text.to_owned().into()), Ok(credential.to_owned()));
        let mut pushed = String::new();
        credential.scope.push_to(&mut pushed);
        assert_eq!(pushed, credential.scope.to_string());
        for text in ["", "a/b/c", "/20150830/r/s/aws4_request", "A/2015083/r/s/aws4_request"] {
            assert_eq!(Credential::parse(text.into()), Err(text.into()), "{text}");
        }
    }
}
